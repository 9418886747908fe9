"""The house itself: small rooms, honest documents, every template shown, migrations that go both ways."""

import base64
import datetime
import io
import re
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import pytest
from alembic import command
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from factories import make_priority, make_released, make_response, make_staff, make_theme, make_wave, sign_in
from flask import template_rendered
from sqlalchemy import inspect, update

import analysis
import forms
from feedback import access
from feedback.accounts.models import User
from feedback.authoring.store import copy
from feedback.collection.store import get_wave
from feedback.config import Settings, make_master_secret
from feedback.db import Database
from feedback.models import Base
from feedback.operating.schema import alembic_config
from feedback.site import create_app
from feedback.ways.models import Kiosk

ROOT = Path(__file__).resolve().parent.parent
#: Not pages: files, the way out, and what answers 503 because no worker runs here.
NO_PAGES = {"static", "security.static", "security.logout", "health"}
SOURCES = [
    path for folder in ("feedback", "forms", "analysis", "tests") for path in sorted((ROOT / folder).rglob("*.py"))
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_file_passes_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, "split it by noun"


def test_there_is_no_drawer_for_odds_and_ends():
    drawers = {"utils", "helpers", "common", "manager", "service"}
    assert not [path for path in SOURCES if path.stem in drawers or path.parent.name in drawers]


def test_the_packages_are_those_of_this_checkout():
    assert Path(forms.__file__).is_relative_to(ROOT)
    assert Path(analysis.__file__).is_relative_to(ROOT)


def test_the_readme_names_every_setting():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [item.metadata["name"] for item in fields(Settings) if f"`{item.metadata['name']}`" not in readme]
    assert not missing, f"add to the settings in README.md: {missing}"


def test_no_page_calls_a_third_party_or_carries_inline_style():
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<(script|img|link|iframe)[^>]*(src|href)=\"https?://", text), path
        assert not re.search(r"\sstyle=\"|\son(click|load|submit)=|\|\s*safe\b", text), path


def test_the_source_names_no_registry_and_no_path_of_a_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in filter(None, tracked):
        path = ROOT / name
        if not path.is_file() or path.suffix in {".woff2", ".png", ".js"} or path.name == Path(__file__).name:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not re.search(r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian\.org", text), name


def test_migrations_go_up_down_and_up_again_with_data(tmp_path):
    settings = Settings(home=str(tmp_path))
    make_master_secret(settings)
    database = Database(settings)
    config = alembic_config(database)
    command.upgrade(config, "head")
    with database.writing() as session:
        session.add(User(email="a@example.org", name="Ada", active=True, fs_uniquifier="x", password="x"))
    command.check(config)
    command.downgrade(config, "base")
    left = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    command.upgrade(config, "head")
    assert set(inspect(database.engine).get_table_names()) - {"alembic_version"} == set(Base.metadata.tables)
    database.session.remove()
    database.engine.dispose()


@pytest.fixture
def full_site(settings, database, keys, digests):
    """A site with every door open and something on every page."""
    everything = Settings(home=settings.home, encoder="lexical", totp=True, passkeys=True)
    app = create_app(everything)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    wave = make_wave(database, keys, key="sample", questionnaire="your-view", draft_accepted_by="Ada")
    make_released(database, keys, digests, wave, ["They listened to me.", "My worker left again."])
    make_response(database, keys, digests, wave, "Nobody has read this yet.")
    make_wave(database, keys, key="pile")
    yesterday = datetime.date.today() - datetime.timedelta(days=1)
    make_wave(database, keys, key="over", questionnaire="your-view", draft_accepted_by="Ada", closes_on=yesterday)
    make_priority(database, "sample")
    make_theme(database, "sample")
    with database.writing() as session:
        copy(session, "your-view", to="sample", by="Ada", on=datetime.date.today())
    make_staff(database, *access.ROLES, email="all@example.org")
    make_staff(database, *access.ROLES, email="again@example.org", name="Bo Reader")
    yield app
    parts = app.extensions["soundings"]
    parts.database.session.remove()
    parts.database.engine.dispose()
    parts.keys.close()


def every_address(app):
    values = {"key": "sample", "question_key": "y1", "section_key": "home", "what": "choice", "id": 1}
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint not in NO_PAGES:
            with app.test_request_context():
                yield app.url_for(rule.endpoint, **{name: values.get(name, 1) for name in rule.arguments})


# Flask-Security 5.9 still hands WTForms tuples for the choices of its second-factor forms.
@pytest.mark.filterwarnings("ignore:Passing SelectField choices as tuples:DeprecationWarning")
def test_every_template_renders(full_site):
    seen = set()

    def note(_sender, template, **_extra):
        seen.add(template.name)

    template_rendered.connect(note, full_site)
    stranger, staff = full_site.test_client(), full_site.test_client()
    for client in (stranger, staff):
        for address in every_address(full_site):
            if client is staff:  # some pages of the second factor end a sign-in that has none
                sign_in(staff, "all@example.org")
            status = client.get(address).status_code
            assert status < 500, address
    _walk_the_rest(stranger, staff)
    _walk_the_other_ways(full_site)
    _walk_the_second_factor(full_site)
    pages = {
        str(path.relative_to(ROOT / "templates"))
        for path in (ROOT / "templates").rglob("*.html")
        if "macros" not in path.parts and path.name not in {"base.html", "respondent.html", "staff.html"}
    } - {"paper/form.html"}  # printed, not shown: tests/test_paper.py
    assert not pages - seen, " ".join(sorted(pages - seen))


def _walk_the_second_factor(app):
    client = app.test_client()
    sign_in(client, "all@example.org")
    page = client.post("/staff/tf-setup", data={"setup": "authenticator"}).get_data(as_text=True)
    secret = re.search(r'<code class="code">([A-Z2-7-]+)</code>', page).group(1).replace("-", "")
    address = re.search(r'action="(/staff/tf-setup/[^"]+)"', page).group(1)
    assert client.post(address, data={"code": totp_now(secret)}).status_code == 302
    client.post("/staff/logout")
    assert sign_in(client, "all@example.org").location.startswith("/staff/tf-validate")
    assert client.get("/desk").status_code == 302, "the password alone must not be enough"
    client.get("/staff/tf-validate")
    client.get("/staff/mf-recovery")


def _walk_the_other_ways(app):
    first, again, tablet = (app.test_client() for _ in range(3))
    for client, email in ((first, "all@example.org"), (tablet, "all@example.org"), (again, "again@example.org")):
        sign_in(client, email)
    counted = {"name": "Pile", "forms": "1", "rule": "first", "first": "1"}
    batch = first.post("/waves/sample/paper/add", data=counted).location
    for client, chosen in ((first, "s5"), (again, "s4")):
        assert client.get(f"{batch}/1").status_code == 200
        client.post(f"{batch}/1", data={"q_agree": "agree", "q_y1": chosen})
    assert first.get(batch).status_code == first.get(f"{batch}/1/settle").status_code == 200
    tablet.post("/waves/sample/kiosk", data={"pin": "4719"})
    assert tablet.get("/w/sample/kiosk").status_code == 200
    place = tablet.post("/w/sample/kiosk").location
    tablet.post(place, data={"q_agree": "agree"})
    tablet.get("/w/sample/kiosk/still-there")
    page = tablet.get("/w/sample/check").get_data(as_text=True)
    key = re.search(r'name="key"[^>]*value="([0-9a-f]{32})"', page).group(1)
    assert tablet.get(tablet.post("/w/sample/send", data={"key": key}).location).status_code == 200
    tablet.get("/w/sample/kiosk/over")
    tablet.get("/w/sample/kiosk/leave")
    with app.extensions["soundings"].database.writing() as session:
        over = get_wave(session, "over").id
        session.execute(update(Kiosk).values(wave_id=over))
    assert tablet.get("/w/over/kiosk").status_code == 410


def totp_now(secret: str) -> str:
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    return TOTP(key, 6, SHA1(), 30, enforce_key_length=False).generate(int(time.time())).decode()


def _walk_the_rest(stranger, staff):
    """Pages that only come after something was done."""
    stranger.post("/w/sample")
    stranger.get("/w/sample/q/agree")
    stranger.post("/w/sample/q/agree", data={"q_agree": "agree"})
    later = re.findall(r'<li translate="no">(\w+)</li>', stranger.get("/w/sample/later").get_data(as_text=True))
    page = stranger.get("/w/sample/check").get_data(as_text=True)
    key = re.search(r'name="key"[^>]*value="([0-9a-f]{32})"', page).group(1)
    receipt = stranger.post("/w/sample/send", data={"key": key}).get_data(as_text=True)
    words = re.findall(r'<li translate="no">(\w+)</li>', receipt)
    stranger.post("/come-back", data={"words": " ".join(later)})
    stranger.post("/receipt", data={"words": " ".join(words)})
    stranger.post("/receipt/take-away", data={"words": " ".join(words)})
    stranger.get("/nothing-here")
    sign_in(staff, "all@example.org")
    staff.post("/accounts/add", data={"name": "New", "email": "new@example.org", "roles": "coder"})
    stranger.get("/w/over")
    _walk_the_waves(stranger, staff)
    _write(staff)
    _import(staff, b"nothing but one line", {})
    _import(staff, b"id,text,theme\n1,Somebody listened.,no-such-theme\n", {"themes": "theme", "coder": "Ada"})
    job = _import(staff, b"id,text\n1,Somebody listened to me.\n", {})
    assert staff.get(job.location).status_code == 200


def _walk_the_waves(stranger, staff):
    """A wave is prepared, published and answered with a code; somebody asks for an adult; somebody looks who it was."""
    form = {"title": "By code", "audience": "young_person", "questionnaire": "your-view", "draft_accepted_by": "Ada"}
    form |= {"key": "coded", "promise": "traceable", "entry": "code", "opens_on": datetime.date.today().isoformat()}
    assert staff.post("/waves/add", data=form).status_code == 303
    staff.get("/waves/coded/edit")
    seen = re.search(r'name="seen" value="([^"]+)"', staff.get("/waves/coded/publish").text).group(1)
    staff.post("/waves/coded/publish", data={"seen": seen, "understood": "y"})
    slips = staff.post("/waves/coded/codes", data={"references": "JB 12"}).text
    code = re.search(r'class="slip__code" translate="no">([^<]+)<', slips).group(1)
    stranger.get(f"/c/{code}")
    stranger.post("/w/coded")
    stranger.post("/w/coded/q/agree", data={"q_agree": "agree"})
    key = re.search(r'name="key"[^>]*value="([0-9a-f]{32})"', stranger.get("/w/coded/check").text).group(1)
    stranger.post("/w/coded/send", data={"key": key})
    staff.get(re.search(r'href="(/who/[0-9]+)"', staff.get("/read?wave=coded").text).group(1))
    stranger.post("/w/sample/help-request", data={"key": "k", "name": "Sam", "reach": "At school"})
    staff.get(re.search(r'href="(/help-requests/[0-9]+)"', staff.get("/help-requests").text).group(1))


def _write(staff):
    """A faulty question, its preview, its waiver, and somebody who was overtaken."""
    told = {"text": "Do you like your placement?", "choices": "Yes\nNo", "domain": "home", "agreed": "", "seen": "x"}
    staff.post("/questionnaires/sample/q/y8/preview", data=told)
    address = staff.post("/questionnaires/sample/add/choice", data=told).location
    item = address.rpartition("#q-")[2]
    staff.get(f"/questionnaires/sample/waive?item={item}&rule=jargon")
    staff.post(f"/questionnaires/sample/q/{item}/remove")
    staff.post(f"/questionnaires/sample/q/{item}", data=told)


def _import(staff, data, columns):
    staff.get("/waves/pile/import")
    address = staff.post("/waves/pile/import", data={"file": (io.BytesIO(data), "a.csv")}).location
    if not address:
        return None
    staff.get(address)
    return staff.post(address, data={"text": "text", "id": "id"} | columns)


def test_the_command_answers_help_without_loading_the_models():
    code = (
        "import sys; from feedback.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('sklearn', 'onnxruntime', 'flask') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip().endswith("[]")
