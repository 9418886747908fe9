"""What hostile people write comes back as words: on every page, in every picture, in every file that leaves."""

import csv
import io

import html5lib
import pytest
from factories import TODAY, make_priority, make_released, make_staff, make_theme, make_wave, sign_in
from hostile import IMAGE, SCRIPT
from staffroom import count, now, wave_called
from watched import Site, forms_of, pages_of

from feedback import access
from feedback.cli.printing import print_csv
from feedback.collection.models import Answer, Response, Upload, Wave
from feedback.evidence.models import Quote
from feedback.evidence.recounting import settle
from feedback.evidence.store import clear_quote, decide_link
from feedback.jobs import Job
from feedback.plan.store import get_priority
from feedback.themes.by_hand import code_by_hand
from feedback.themes.imported import keep_upload
from feedback.themes.models import Excerpt, Theme
from feedback.themes.store import get_theme
from feedback.triage.models import Release

#: Script, a way out of an attribute, a template, and an old trick of SVG; short enough for a name.
PLANTED = f"{SCRIPT}{IMAGE}{{{{7*191}}}}</svg>"
NAME = "<img src=x onerror=alert(1)>{{7*191}}.csv"
SQL = "'; DROP TABLE wave; -- \" OR 1=1"


@pytest.fixture
def site(app, database, keys, digests):
    site = Site(app, database, keys, digests)
    yield site
    site.close()


@pytest.fixture
def planted(site, database, keys, digests):
    """The same hostile words in every place that people fill."""
    plan = {"title": PLANTED, "outcome": PLANTED, "champion": PLANTED, "audiences": ["young_person"]}
    make_priority(database, "bad", what_counts=f"{PLANTED} one two. And three four five six seven eight nine.", **plan)
    make_theme(database, "bad", name=PLANTED, description=PLANTED)
    make_staff(database, "coder", name=PLANTED)
    columns = {"questionnaire": "your-view", "draft_accepted_by": PLANTED, "consent_basis": PLANTED}
    make_wave(database, keys, key="bad", title=PLANTED, **columns)
    make_released(database, keys, digests, wave_called(database, "bad"), [f"{PLANTED} {n}" for n in range(12)])
    with database.writing() as session:
        how = {"state": "confirmed", "stance": "challenges", "reason": PLANTED, "by": PLANTED, "on": TODAY}
        decide_link(session, get_theme(session, "bad"), get_priority(session, "bad"), **how)
        answers = session.query(Answer).filter(
            Answer.wave_id == wave_called_in(session, "bad"), Answer.sealed.is_not(None)
        )
        for answer in answers.all()[:9]:
            theme = get_theme(session, "bad")
            how = {"sentiment": "negative", "by": PLANTED, "on": TODAY, "length": len(PLANTED)}
            code_by_hand(session, answer, themes=[theme], **how)
            excerpt = session.query(Excerpt).filter_by(answer_id=answer.id).one()
            clear_quote(session, keys, excerpt.id, theme, masks=[], by=PLANTED, on=TODAY)
    settle(database)
    return site


def wave_called_in(session, key):
    return session.query(Wave.id).filter_by(key=key).scalar()


def unescaped(page: str) -> list[str]:
    """What of the planted words a browser would take for more than words."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    scripts = [node.text for node in tree.iter() if str(node.tag).endswith("script") and "alert" in (node.text or "")]
    handlers = [name for node in tree.iter() for name in node.attrib if str(name).lower().startswith("on")]
    return scripts + handlers + [word for word in ("1337", SCRIPT, IMAGE, NAME) if word in page]


def test_planted_words_are_words_on_every_page_and_in_every_picture(planted):
    shown = set()
    for actor in ("stranger", "all"):
        for path, page in pages_of(planted, actor):
            assert not unescaped(page), path
            shown |= {path} if "alert(1)" in page else set()
    for path in (
        "/",
        "/accounts",
        "/waves",
        "/waves/bad",
        "/themes",
        "/plan",
        "/links",
        "/board",
        "/board/bad",
        "/code/by-hand",
    ):
        assert path in shown, path
    assert any(path.startswith("/quotes") for path in shown)


def test_a_planted_file_name_and_planted_columns_are_words(planted, database):
    client = planted.app.test_client()
    sign_in(client, make_staff(database, "participation_lead"))
    sent = csv_of(["comment", PLANTED, "themes"], ["They listened.", PLANTED, PLANTED])
    answer = client.post("/waves/notes/import", data={"file": (io.BytesIO(sent), NAME)})
    preview = client.get(answer.location)
    bad = client.post(answer.location, data={"text": "comment", "themes": "themes", "coder": PLANTED})
    unreadable = client.post("/waves/notes/import", data={"file": (io.BytesIO(b"%PDF"), NAME)})
    for page in (preview, bad, unreadable, client.get("/waves/notes")):
        assert not unescaped(page.text)
    assert "alert(1)" in preview.text and "alert(1)" in unreadable.text


def csv_of(*rows) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue().encode()


def test_sql_in_every_field_of_every_form_is_words(site, database):
    before = {table: count(database, table) for table in (Wave, Theme, Response)}
    client = site.app.test_client(use_cookies=False)
    for form in forms_of(site):
        fields = {name: value for name, value in form.fields if name != "file"}
        for name in fields:
            data = fields | {name: SQL}
            answer = client.post(form.action, data=data, headers={"Cookie": site.cookies[form.actor]})
            assert answer.status_code < 500, (form.action, name)
    assert all(count(database, table) >= number for table, number in before.items())


def test_sql_in_an_address_finds_nothing(site):
    for path in (f"/w/{SQL}", f"/themes/{SQL}/edit", f"/read?wave={SQL}", f"/code?theme={SQL}", f"/quotes?theme={SQL}"):
        client = site.app.test_client(use_cookies=False)
        assert client.get(path, headers={"Cookie": site.cookies["all"]}).status_code == 404, path


def test_no_role_posts_where_it_may_not_and_nothing_is_written(site):
    client = site.app.test_client(use_cookies=False)
    values = {"key": "autumn", "question_key": "y1"}
    for rule in site.app.url_map.iter_rules():
        wanted = access.ROUTES[rule.endpoint]
        if "POST" not in rule.methods or wanted == access.PUBLIC:
            continue
        for number in (1, *site.ids):
            if rule.endpoint == "accounts.set_active" and number > 2**31:
                continue  # no account has such a number: nobody finds a page there
            with site.app.test_request_context():
                path = site.app.url_for(rule.endpoint, **{n: values.get(n, number) for n in rule.arguments})
            for actor in {"stranger", *access.ROLES} - wanted:
                site.written.clear()
                answer = client.post(path, headers={"Cookie": site.cookies[actor]})
                status = 302 if actor == "stranger" else 403
                assert (answer.status_code, site.written) == (status, []), (path, actor)


def test_an_id_of_another_wave_opens_nothing(site, settings, database, keys, digests):
    make_wave(database, keys, key="other", questionnaire="your-view", draft_accepted_by="Ada")
    make_wave(database, keys, key="pile")
    with database.writing() as session:
        wave = session.query(Wave).filter_by(key="notes").one()
        upload = keep_upload(session, settings, wave, "a.csv", b"text\na\n", "Ada").id
    client = site.app.test_client()
    sign_in(client, make_staff(database, "participation_lead"))
    assert client.get(f"/waves/notes/import/{upload}").status_code == 200
    for method in (client.get, client.post):
        assert method(f"/waves/pile/import/{upload}", data={"text": "text"}).status_code == 404
    unread = now(database).query(Response.id).filter(~Response.id.in_(now(database).query(Release.response_id))).all()
    client.post("/read/other/release", data={"responses": [r for (r,) in unread], "read_by": "Ada"})
    assert count(database, Release) == 3
    assert (count(database, Upload), count(database, Job, Job.kind == "import")) == (1, 0)


def test_what_nobody_may_quote_or_has_read_cannot_be_reached_by_its_id(site, database, keys, digests):
    make_released(database, keys, digests, wave_called(database, "autumn"), ["Never quote me."], quote=False)
    client = site.app.test_client()
    sign_in(client, make_staff(database, "participation_lead"))
    asked = now(database).query(Answer.id, Answer.response_id).join(Response)
    secret = asked.filter(~Response.may_quote, Answer.sealed.is_not(None)).all()
    with database.writing() as session:
        excerpts = [Excerpt(answer_id=answer_id, starts=0, ends=3) for answer_id, _ in secret]
        session.add_all(excerpts)
        session.flush()
        ids = [excerpt.id for excerpt in excerpts]
    for number in ids:
        sent = {f"q{number}-cleared_by": "Ada", f"q{number}-masks": ""}
        assert client.post(f"/quotes/{number}/clear?theme=worker-changes", data=sent).status_code == 422
    assert count(database, Quote) == 0
    read = {r for (r,) in now(database).query(Release.response_id)}
    for answer_id, response_id in secret:
        status = client.post(f"/code/by-hand/{answer_id}", data={"themes": "worker-changes"}).status_code
        assert status == (303 if response_id in read else 422)


def test_cells_that_leave_for_a_spreadsheet_are_not_run(capsys):
    cells = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "plain", 'say "=1"', -5, None, "1-2"]
    print_csv([{"cell": cell} for cell in cells])
    (_, *rows) = csv.reader(io.StringIO(capsys.readouterr().out, newline=""))
    told = [row[0] if row else "" for row in rows]
    assert told[:8] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\n=1", "'＝1", "' =1"]
    assert told[8:] == ["plain", 'say "=1"', "-5", "", "1-2"]
