"""The input edge: addresses, hosts, bodies, cookies and tokens; every refusal is a page with a way on."""

import io
import re
import unicodedata
from dataclasses import replace

import pytest
from factories import PASSWORD, TODAY, make_staff, make_wave, sign_in
from flask.testing import FlaskClient
from hostile import TEXTS
from hypothesis import given, settings
from hypothesis import strategies as st
from staffroom import page_of
from watched import raw
from werkzeug.test import EnvironBuilder

from feedback.collection.drafts import Unfinished, save_draft
from feedback.collection.models import Answer as AnswerRow
from feedback.collection.place import find_place
from feedback.collection.receipts import new_key
from feedback.collection.sending import send_response
from feedback.collection.store import get_wave, words_of
from feedback.edge import MOST_OF_STRANGERS
from feedback.site import create_app
from forms.answering import Answer, AnswerState
from forms.fields import clean_text, without_hidden

HELP = "I need help"


@pytest.fixture
def started(client, database, keys) -> FlaskClient:
    """Somebody who answers, at a question for words."""
    make_wave(database, keys, key="autumn", questionnaire="your-view", draft_accepted_by="Ada Reader")
    client.post("/w/autumn")
    client.post("/w/autumn/q/agree", data={"q_agree": "agree"})
    return client


@pytest.fixture
def lead(database, app) -> FlaskClient:
    client = app.test_client()
    sign_in(client, make_staff(database, "participation_lead", name="Sam Lead"))
    return client


@pytest.fixture
def site(settings, database, keys):
    """A site under other settings; closed at the end."""
    made = []

    def make(**changed):
        app = create_app(replace(settings, **changed))
        app.config["TESTING"] = True
        made.append(app)
        return app

    yield make
    for app in made:
        parts = app.extensions["soundings"]
        parts.database.session.remove()
        parts.database.engine.dispose()
        parts.keys.close()


# Texts


@given(st.text(max_size=300) | st.sampled_from(TEXTS), st.integers(1, 500))
@settings(deadline=None)
def test_a_clean_text_stays_as_it_is_and_holds_nothing_that_cannot_be_seen(text, limit):
    cleaned = clean_text(text, limit)
    assert clean_text(cleaned, limit) == cleaned
    assert not [c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    cleaned.encode()
    if len(cleaned) <= limit:
        assert unicodedata.normalize("NFC", cleaned) == cleaned


def test_any_clean_text_comes_back_from_draft_and_store_as_it_was_sent(database, keys, digests):
    key = make_wave(database, keys, questionnaire="your-view", draft_accepted_by="Ada").key
    today = TODAY

    @given(st.text(min_size=1, max_size=300) | st.sampled_from(TEXTS))
    @settings(max_examples=40, deadline=None)
    def round_trip(text):
        words = clean_text(text, 1_000) or "nothing"
        wave = get_wave(database.session(), key)
        answers = {"y25": Answer("y25", AnswerState.ANSWERED, text=words)}
        with database.writing() as session:
            save_draft(session, digests, wave.id, "cookie", Unfinished(new_key(), answers), today, days=1)
        kept = find_place(database, digests, wave.key, "cookie").unfinished
        assert kept.answers == answers
        send_response(database, keys, digests, wave=wave, key=kept.key, answers=kept.answers.values(), today=today)
        database.session.remove()
        found = words_of(keys, database.session().query(AnswerRow).all())
        assert words in found.values()

    round_trip()


# Addresses and hosts


@pytest.mark.parametrize(
    "path",
    ["/w/a%00b", "/w/%E2%80%AEnmutua", "/jobs/99999999999999999999", "/jobs/-1", f"/jobs/{'9' * 5000}", "/w/%1B[31m"],
)
def test_an_address_that_nobody_gave_out_is_not_found(lead, path):
    assert "We cannot find that page" in page_of(lead.get(path), 404)


def test_a_respondent_is_not_told_of_waves_and_lists(client):
    words = page_of(client.get("/w/Your-answers-were-lost.-Ring-0900"), 404)
    assert "There are no questions to answer at this address" in words
    assert "0900" not in words


def test_a_row_beyond_all_rows_is_the_first_page(lead):
    for number in (2**63, -1, "9" * 5000, "x"):
        page_of(lead.get(f"/read?after={number}"))
        page_of(lead.get(f"/code/by-hand?after={number}"))


def test_a_query_of_raw_bytes_still_gets_a_page(app):
    for path, wanted in (("/", 200), ("/w//x", 308)):
        environ = EnvironBuilder(path=path).get_environ() | {"QUERY_STRING": "\xed\xa0\x80=\xff\r\nSet-Cookie: a=b"}
        status, headers, body = raw(app, environ | {"PATH_INFO": path})
        assert (status, body.count(b"<h1"), "Set-Cookie" in headers) == (wanted, 1, False)


@pytest.mark.parametrize("host", ["a b", "<script>", "a..b", "a" * 300, "localhost:80:80", "é", "a/b", "a@b"])
def test_a_host_that_is_no_name_gets_a_page_and_is_repeated_nowhere(app, host):
    environ = EnvironBuilder(path="/").get_environ() | {"HTTP_HOST": host.encode().decode("latin-1")}
    status, headers, body = raw(app, environ)
    assert status == 400
    assert "This site is not at that address" in body.decode()
    assert host.encode() not in body + repr(headers).encode() or host == "<script>"


def test_only_the_hosts_that_are_named_are_answered(site):
    client = site(hosts="soundings.example.org, [::1]").test_client()
    for host in ("soundings.example.org", "SOUNDINGS.example.org:8443", "[::1]:8000"):
        assert client.get("/", headers={"Host": host}).status_code == 200
    assert client.get("/health", headers={"Host": "10.0.0.7"}).is_json
    for host in ("evil.example", "soundings.example.org.evil.example", "127.0.0.1"):
        answer = client.get("/", headers={"Host": host})
        assert "Open it with the address you were given" in page_of(answer, 400)


@pytest.mark.parametrize(
    "way",
    [
        *(
            "//evil.example",
            "\\\\evil.example",
            "/\\evil.example",
            "///evil.example",
            "\t//evil.example",
            "/%09/evil.example",
        ),
        *("https://evil.example", "http:evil.example", "https:/\\evil.example", "https://localhost@evil.example"),
        "javascript:alert(1)",
    ],
)
def test_signing_in_never_leads_to_another_site(client, database, way):
    email = make_staff(database, "coder")
    for answer in (
        client.post("/staff/login", query_string={"next": way}, data={"email": email, "password": PASSWORD}),
        client.post("/staff/login", data={"email": email, "password": PASSWORD, "next": way}),
    ):
        location = answer.location or "/"
        assert re.fullmatch(r"/?(?![/\\])[^\\:\s]*", location), location
        client.post("/staff/logout")


# Bodies


def test_a_text_of_a_million_letters_comes_back_with_how_much_to_cut(started):
    words = page_of(started.post("/w/autumn/q/y25", data={"q_y25_text": "y" * 1_000_000}), 422)
    assert re.search(r"Make your answer \d+ characters shorter", words)
    assert "y" * 1_000_000 in words


def test_more_than_can_be_kept_gets_a_kind_page_and_costs_nothing_that_was_kept(started):
    started.post("/w/autumn/q/y25", data={"q_y25_text": "They listened."})
    words = page_of(started.post("/w/autumn/q/y25", data={"q_y25_text": "y" * MOST_OF_STRANGERS}), 413)
    assert "That is too long to send" in words
    assert HELP in words
    assert 'href="/w/autumn/q/y25">Go back to the question' in words
    assert "They listened." in page_of(started.get("/w/autumn/q/y25"))


def test_a_file_that_is_too_large_gets_a_page_for_staff(app, lead, database, keys):
    make_wave(database, keys, key="notes")
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    words = page_of(lead.post("/waves/notes/import", data={"file": (io.BytesIO(b"x" * 2_000), "a.csv")}), 413)
    assert "Send a file of up to 20 MB" in words
    assert HELP not in words


@pytest.mark.parametrize("body", [b"[]", b"[1]", b"null", b'{"q_agree": "agree"}', b"{", b"1e999"])
def test_json_is_no_form(started, lead, body):
    for client, path in ((started, "/w/autumn/q/agree"), (started, "/receipt"), (lead, "/themes/add")):
        words = page_of(client.post(path, data=body, content_type="application/json"), 415)
        assert "Send it with the form on its page" in words


def test_a_part_without_a_name_is_no_field(started):
    body = b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"
    started.application.config["WTF_CSRF_ENABLED"] = True
    assert started.post("/staff/login", data=body, content_type="multipart/form-data; boundary=b").status_code == 400


def test_sending_without_a_key_leads_back_to_the_check(started):
    assert started.post("/w/autumn/send", data={}).location == "/w/autumn/check"


def test_a_name_written_with_hidden_characters_is_stored_without(lead):
    lead.post("/themes/add", data={"name": "Wor\u202eker\0", "key": "worker\n", "description": "A\x08 b.\r\nC"})
    words = page_of(lead.get("/themes/worker/edit"))
    assert "Worker" in words and "A b. C" in words


# Error pages


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/", 405), ("GET", "/w/x", 404)]
)
def test_each_error_is_a_page_in_the_look_of_whoever_meets_it(app, lead, method, path, status):
    stranger = app.test_client().open(path, method=method)
    assert HELP in page_of(stranger, status)
    if status == 405:
        assert "GET" in stranger.headers["Allow"]
    for_staff = page_of(lead.open(path, method=method), status)
    assert HELP not in for_staff
    assert "Sam Lead" in for_staff


def test_without_its_database_the_site_still_says_so_and_gives_the_help_lines(app, client, lead, database):
    parts = app.extensions["soundings"]
    parts.database.session.remove()
    parts.database.engine.dispose()
    database.path.write_bytes(b"not a database" * 1_000)
    for visitor in (client, lead):
        answer = visitor.get("/")
        words = page_of(answer, 503)
        assert "Something went wrong on our side" in words
        assert "0800 1111" in words
        assert "master key" not in words


# Cookies, tokens, headers


def test_cookies_are_for_this_site_alone_and_secure_behind_https(site, database, keys):
    make_wave(database, keys, key="autumn", questionnaire="your-view", draft_accepted_by="Ada Reader")
    for https in (False, True):
        app = site(https=https)
        app.config["WTF_CSRF_ENABLED"] = False
        answers = app.test_client().post("/w/autumn"), sign_in(app.test_client(), make_staff(database, "coder"))
        for cookie in (cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")):
            assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
            assert ("Secure" in cookie) == https


def test_forms_work_over_https_with_their_token_and_only_from_this_site(site, database, keys):
    app = site(https=True)
    email, client = make_staff(database, "participation_lead"), app.test_client()
    here = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/staff/login"}}
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/staff/login", **here).text).group(1)
    data = {"email": email, "password": PASSWORD, "csrf_token": token}
    elsewhere = here | {"headers": {"Referer": "https://evil.example/"}}
    assert client.post("/staff/login", data=data, **elsewhere).status_code == 400
    assert client.post("/staff/login", data=data | {"csrf_token": "x"}, **here).status_code == 400
    assert client.post("/staff/login", data=data, **here).location == "/desk"
    assert "We could not read that" in page_of(client.post("/themes/add", data={"key": "a"}, **here), 400)


def test_every_answer_keeps_other_sites_out(client):
    for path in ("/", "/static/soundings.css", "/static/nothing", "/nowhere", "/desk"):
        with client.get(path) as answer:
            headers = answer.headers
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert path == "/static/soundings.css" or headers["Cache-Control"] == "no-store"


def test_hidden_characters_are_dropped_and_line_breaks_are_one():
    assert without_hidden("a\r\nb\rc\td\0\x0b\x85\u202e\ud800") == "a\nb\nc\td"
