"""Single-use codes: good once, cut from the answers in an anonymous wave, tied to a person in a traceable one."""

import datetime
import json
import re
import threading

import pytest
from factories import TODAY, make_staff, make_wave, sign_in
from sqlalchemy import inspect, select, text
from staffroom import count, now, page_of, wave_called
from test_collection import check_page_key

from feedback.collection import invitations
from feedback.collection.invitations import SIGNS, Standing, as_code, look_up, make_codes, new_code, spend
from feedback.collection.models import Draft, Response, Wave
from feedback.collection.reaching_models import Invitation, SpentCodes
from feedback.db import random_id
from feedback.errors import Refused
from feedback.operating.purging import purge

pytest_plugins = ("every_kind",)
pytestmark = pytest.mark.both
YESTERDAY = TODAY - datetime.timedelta(days=1)


@pytest.fixture
def wave(database, keys, every_kind):
    return make_wave(database, keys, key="yours", questionnaire="every-kind", audience="family", entry="code")


def codes(database, keys, digests, wave, number=1, names=None):
    return [s.code for s in make_codes(database, keys, digests, wave, names or [""] * number, TODAY)]


def standing(database, digests, code, today=TODAY):
    return look_up(now(database), digests, code, today).standing


def enter(client, code):
    """From the QR code to the first question; the address that Start leads to."""
    first = client.get(f"/c/{code}")
    assert first.location.endswith("/w/yours") and "no-store" in first.headers["Cache-Control"]
    page = page_of(client.get(first.location))
    assert code not in page
    return client.post("/w/yours").location


def test_a_code_has_over_60_bits_and_forgives_how_it_is_typed():
    assert len(SIGNS) ** 16 > 2**60 and not set(SIGNS) & set("0O1IL2Z5S8BGQ6U") - {"6"}
    code = new_code()
    assert re.fullmatch(rf"([{SIGNS}]{{4}}-){{3}}[{SIGNS}]{{4}}", code)
    for typed in (code.lower(), code.replace("-", ""), f"  {code.replace('-', ' – ')}\n", code.replace("-", ".")):
        assert as_code(typed) == code
    for wrong in ("", code[:-1], code + "C", code[:-1] + "O", "x" * 10_000, "ﬀ" * 16):
        assert as_code(wrong) == ""
    assert len({new_code() for _ in range(500)}) == 500


def test_from_the_slip_to_the_receipt_and_good_for_one_time(app, wave, database, keys, digests):
    (code,) = codes(database, keys, digests, wave)
    client = app.test_client()
    assert enter(client, code).endswith("/q/agree")
    assert client.get_cookie("code", path="/w/yours") is None and client.get_cookie("place", path="/w/yours")
    client.post("/w/yours/q/agree", data={"q_agree": "agree"})
    # Who has begun and comes back with the same browser goes on, without a code.
    again = client.get(f"/c/{code}")
    assert "used=1" in again.location and client.get(again.location).status_code == 200
    assert client.post("/w/yours").location.endswith("/q/hello")
    other = app.test_client()
    sent_on = other.get(other.get(f"/c/{code}").location)
    assert sent_on.location.endswith("/c?why=spent")
    page = page_of(other.get(sent_on.location))
    assert "This code was used before." in page and "eight words" in page and code not in page
    assert client.post("/w/yours/send", data={"key": check_page_key(client)}).status_code == 200
    assert now(database).scalar(select(Response.invitation_id)) is None


def test_looking_spends_nothing(app, wave, database, keys, digests):
    (code,) = codes(database, keys, digests, wave)
    for _ in range(3):
        assert app.test_client().get(f"/c/{code}").location.endswith("/w/yours")
    assert standing(database, digests, code) is Standing.READY


def test_without_a_code_nobody_comes_in(app, wave, database, keys, digests):
    client = app.test_client()
    assert "every-kind" not in client.get("/").text and "/w/yours" not in client.get("/").text
    for answer in (client.get("/w/yours"), client.post("/w/yours")):
        assert answer.location.endswith("/c?why=needed")
    client.set_cookie("code", new_code(), path="/w/yours")
    assert client.post("/w/yours").location.endswith("/c?why=spent")
    other = make_wave(
        database, keys, key="other", questionnaire="every-kind", audience="family", entry="code"
    )  # a code of one wave opens no other
    (code,) = codes(database, keys, digests, other)
    client.set_cookie("code", code, path="/w/yours")
    assert client.post("/w/yours").status_code == 303 and count(database, Draft) == 0
    assert standing(database, digests, code) is Standing.READY


def test_a_code_typed_by_hand_opens_its_wave(client, wave, database, keys, digests):
    (code,) = codes(database, keys, digests, wave)
    assert "I have a code" in page_of(client.get("/c"))
    assert "Write the code from your slip." in page_of(client.post("/c", data={"code": " "}), 422)
    page = page_of(client.post("/c", data={"code": "HK34 nonsense"}), 422)
    assert "We cannot find this code." in page and 'value="HK34 nonsense"' in page
    assert client.post("/c", data={"code": code.lower().replace("-", " ")}).location.endswith("/w/yours")
    assert client.post("/w/yours").location.endswith("/q/agree")
    page = page_of(client.post("/c", data={"code": code}), 422)
    assert "This code was used before." in page and "eight words" in page


def test_codes_of_a_wave_that_is_over_or_not_open_yet_say_so(client, wave, database, keys, digests):
    (code,) = codes(database, keys, digests, wave)
    for column, day, said in (("closes_on", YESTERDAY, "is over"), ("opens_on", TODAY.replace(year=2098), "2098")):
        with database.writing() as session:
            session.query(Wave).update({"closes_on": None, "opens_on": YESTERDAY, column: day})
        assert said in page_of(client.post("/c", data={"code": code}), 422)
        assert "/c?why=" in client.get(f"/c/{code}").location
    assert client.get("/c/nonsense").location.endswith("why=unknown")
    assert page_of(client.get("/c?why=made-up"))
    assert standing(database, digests, code) is Standing.EARLY


def test_one_code_and_many_who_try_it_at_once(database, keys, digests, wave):
    (code, other), won = codes(database, keys, digests, wave, 2), []

    def try_it(mine):
        won.append(spend(database, digests, wave_called(database, "yours"), mine))
        database.session.remove()

    threads = [threading.Thread(target=try_it, args=(mine,)) for mine in [code] * 6 + [other] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(bool, won)) == [False] * 6 + [True] * 2
    assert len(now(database).scalar(select(SpentCodes.digests))) == 64


def test_what_is_left_of_a_spent_code_has_no_order(database, keys, digests, wave):
    made = codes(database, keys, digests, wave, 30)
    stored = {digest for (digest,) in now(database).execute(select(Invitation.digest))}
    assert stored == {digests.invitation(code) for code in made}
    used = made[:12]
    for code in used:
        assert spend(database, digests, wave_called(database, "yours"), code).invitation is None
    lot = now(database).scalar(select(SpentCodes.digests))
    left = [lot[start : start + 32] for start in range(0, len(lot), 32)]
    assert left == sorted(digests.invitation(code) for code in used)
    assert invitations.counts_of(now(database), wave_called(database, "yours")) == (18, 12)
    assert count(database, Invitation) == 18 and not count(database, Invitation, Invitation.spent)
    assert {column["name"] for column in inspect(database.engine).get_columns("invitation")} == {
        "id", "wave_id", "digest", "sealed", "spent",
    }  # fmt: skip
    assert standing(database, digests, used[0]) is Standing.SPENT


def versions(database):
    """On PostgreSQL: which transaction wrote each invitation and each lot of spent codes."""
    rows = "SELECT xmin::text FROM invitation UNION ALL SELECT xmin::text FROM spent_codes"
    return set(now(database).execute(text(rows)).scalars())


def test_purging_writes_all_codes_anew_under_one_version(database, keys, digests, wave, dialect):
    made = codes(database, keys, digests, wave, 6) + codes(database, keys, digests, wave_called(database, "yours"), 6)
    spend(database, digests, wave_called(database, "yours"), made[3])
    before = set(now(database).scalars(select(Invitation.id)))
    assert dialect == "sqlite" or len(versions(database)) == 3
    purge(database, keys, TODAY)
    assert not before & set(now(database).scalars(select(Invitation.id)))
    assert dialect == "sqlite" or len(versions(database)) == 1
    assert standing(database, digests, made[0]) is Standing.READY
    assert standing(database, digests, made[3]) is Standing.SPENT


def test_what_begins_the_draft_is_not_what_spends_the_code(database, keys, digests, wave, client, dialect):
    if dialect == "sqlite":
        pytest.skip("only PostgreSQL tells which transaction wrote a row")
    (code,) = codes(database, keys, digests, wave)
    enter(client, code)
    spent = now(database).execute(text("SELECT xmin::text FROM spent_codes")).scalar()
    assert spent != now(database).execute(text("SELECT xmin::text FROM draft")).scalar()


@pytest.mark.parametrize(
    ("columns", "references", "said"),
    [
        ({"entry": "link"}, [""], "open by code only"),
        ({"published": False}, [""], "published and open"),
        ({"closes_on": YESTERDAY}, [""], "is over"),
        ({}, [], "from 1 to"),
        ({}, ["JB"], "In an anonymous wave"),
        ({"promise": "traceable"}, [""], "name each by a reference"),
        ({"promise": "traceable"}, ["x" * 121], "may have 120 characters"),
    ],
)
def test_codes_that_would_open_nothing_or_tell_too_much_are_refused(database, keys, digests, columns, references, said):
    usual = {"id": random_id(), "key": "x", "promise": "anonymous", "entry": "code", "published": True}
    wave = Wave(**usual | {"opens_on": YESTERDAY} | columns)
    with pytest.raises(Refused, match=said):
        make_codes(database, keys, digests, wave, references, TODAY)
    assert count(database, Invitation) == 0


def test_the_sheet_shows_each_code_once_and_nothing_stored_has_it(client, wave, database, keys, digests):
    sign_in(client, make_staff(database, "participation_lead"))
    assert "Make slips with codes" in page_of(client.get("/waves/yours"))
    assert client.get("/waves/yours/poster").status_code == 404
    for wrong in ("", "0", "201", "many"):
        page_of(client.post("/waves/yours/codes", data={"number": wrong}), 422)
    answer = client.post("/waves/yours/codes", data={"number": "3"})
    page = page_of(answer)
    shown = re.findall(r'class="slip__code" translate="no">([\w-]+)<', answer.text)
    assert len(set(shown)) == 3 and "no-store" in answer.headers["Cache-Control"]
    assert page.count("Childline") == 3 and "Every kind" in page and "localhost/c" in page
    assert {standing(database, digests, code) for code in shown} == {Standing.READY}
    assert not [code for code in shown if code in client.get("/waves/yours/codes").text]
    assert "3 codes are not used yet" in page_of(client.get("/waves/yours"))


def test_the_command_opens_waves_by_code_and_prints_codes(tmp_path, monkeypatch):
    from click.testing import CliRunner

    from feedback.cli import main

    monkeypatch.setenv("SOUNDINGS_HOME", str(tmp_path / "home"))
    run = lambda *words: CliRunner().invoke(main, words)  # noqa: E731
    assert run("init").exit_code == 0
    asked = ("--questionnaire", "your-view", "--accept-draft", "Ada", "--by-code", "--cohort", "40")
    opened = run("wave", "open", "--key", "w", *asked, "--cover-hours", "Monday to Friday")
    assert "soundings wave codes w --number N" in opened.output
    found = json.loads(run("wave", "list", "--format", "json").output)[0]
    assert (found["published"], found["by_code"], found["cohort"]) == (True, True, 40)
    printed = run("wave", "codes", "w", "--number", "3").output.split()
    assert len(printed) == 3 and all(as_code(code) == code for code in printed)
    assert run("wave", "codes", "w", "--number", "2", "--format", "csv").output.splitlines()[0] == "code"
    assert run("wave", "codes", "w").exit_code == 1
    assert run("wave", "open", "--key", "t", *asked, "--promise", "traceable").exit_code == 0
    (tmp_path / "names").write_text("JB 12\nAC 3\n")
    named = ("--references", str(tmp_path / "names"), "--format", "json")
    assert [row["for"] for row in json.loads(run("wave", "codes", "t", *named).output)] == ["JB 12", "AC 3"]
    assert "In an anonymous wave" in run("wave", "codes", "w", *named).output
