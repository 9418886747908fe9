"""The keys: checked, swept, and a new master key that costs nobody a receipt, a password or a text."""

import re
import stat
import time

import pytest
from factories import TODAY, make_response, make_staff, make_wave, sign_in
from installation import as_held, held, quiet, send, soundings
from sqlalchemy import text, update

from feedback import create_app
from feedback.collection.models import Answer
from feedback.collection.receipts import Digests
from feedback.config import Settings, master_secret
from feedback.db import Database
from feedback.errors import KeyProblem, Refused
from feedback.operating.backing_up import back_up
from feedback.operating.checking import check_texts, lone_keys
from feedback.operating.copying import database_of
from feedback.operating.purging import sweep
from feedback.operating.restoring import Wanted, restore
from feedback.operating.rotating import rotate
from feedback.privacy.store import response_of_receipt
from feedback.sealing import KeyStore, root_secret

pytest_plugins = ("kept",)
WORDS = "They keep changing my Zanzibar."


@pytest.fixture
def sent(database, keys, digests, wave):
    return [send(database, keys, digests, wave, f"{WORDS} {n}", TODAY) for n in range(6)]


def let_go(database, keys):
    """The fixtures leave the installation, as a site does when it is stopped."""
    database.close()
    keys.close()


@pytest.mark.both
def test_check_opens_every_text_and_shows_none(settings, database, keys, sent):
    done = soundings(settings, "keys", "check")
    assert done.returncode == 0 and "6 texts of 6 responses open" in done.stdout
    assert "keys have no response" in done.stdout
    assert "Zanzibar" not in done.stdout + done.stderr and "chmod" not in done.stderr
    gone = database.session().query(Answer.response_id).first()[0]
    database.session.remove()
    keys.destroy_responses([gone])
    done = soundings(settings, "keys", "check")
    assert done.returncode == 0 and "1 responses have no key" in done.stdout
    with database.writing() as session:
        session.execute(update(Answer).where(Answer.response_id != gone).values(sealed=b"x" * 60))
    done = soundings(settings, "keys", "check")
    assert done.returncode == 1 and done.stderr.strip().splitlines()[-1].startswith("5 texts do not open")


def test_check_names_a_damaged_key_and_an_open_folder(settings, database, keys, wave, digests):
    ids = [make_response(database, keys, digests, wave) for _ in range(3)]
    with keys._writer.begin() as connection:
        connection.execute(text("UPDATE response_key SET wrapped = zeroblob(60) WHERE response_id = :r"), {"r": ids[0]})
    checked = check_texts(database, keys, quiet)
    assert (checked.opened, checked.shut, checked.keyless) == (2, 1, [])
    settings.folder.chmod(0o755)
    assert "chmod 700" in soundings(settings, "keys", "check").stderr


@pytest.mark.both
def test_a_key_without_response_goes_after_a_day_and_not_before(database, keys, sent, wave, monkeypatch):
    spare = lone_keys(database, keys)  # made in advance, and not used after all
    keys.add_responses(wave.id, [71, 72])
    assert lone_keys(database, keys) == [71, 72, *spare]
    assert sweep(database, keys) == 0
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 90_000)
    keys.add_responses(wave.id, [73])
    stale = 2 + len(spare)
    assert sweep(database, keys, dry_run=True) == stale and len(lone_keys(database, keys)) == stale + 1
    assert sweep(database, keys) == stale
    assert lone_keys(database, keys) == [73]
    monkeypatch.setattr(time, "time", lambda: now + 180_001)
    assert sweep(database, keys) == 1 and lone_keys(database, keys) == []
    assert check_texts(database, keys, quiet).opened == 6


def rotated(settings):
    """Check that everything stands after a change of the master key, through the site itself."""
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert sign_in(client, "ada@example.org").location == "/desk"
    assert client.get("/desk").status_code == 200
    parts = app.extensions["soundings"]
    parts.database.close()
    parts.keys.close()


@pytest.mark.both
def test_after_rotation_passwords_receipts_and_old_texts_are_good(settings, database, keys, digests, sent, dialect):
    make_staff(database, "admin", email="ada@example.org")
    whole, root, old = held(settings), root_secret(settings), master_secret(settings)
    let_go(database, keys)
    done = soundings(settings, "keys", "rotate")
    assert done.returncode == 0 and "Back it up now" in done.stdout, done.stderr
    assert master_secret(settings) != old and root_secret(settings) == root
    assert stat.S_IMODE(settings.secret_path.stat().st_mode) == 0o600
    kept = list(settings.folder.glob("master.key.old-*"))
    assert [path.read_text().strip() for path in kept] == [old.hex()]
    assert not settings.pending_path.exists() and not (settings.folder / "incoming").exists()
    assert held(settings) == whole == as_held(settings, sent)
    rotated(settings)
    with database_of(settings) as again:
        assert response_of_receipt(again.session(), Digests(settings), sent[0][0]) is not None

    # The old key opens nothing any more.
    before = Settings(**{**vars(settings), "key_file": str(kept[0])})
    with pytest.raises(KeyProblem):
        if dialect == "sqlite":
            Database(before).check()
        root_secret(before)


def test_a_new_wave_and_a_backup_after_rotation(settings, database, keys, sent, tmp_path):
    let_go(database, keys)
    assert soundings(settings, "keys", "rotate").returncode == 0
    new = KeyStore(settings)
    with database_of(settings) as again:
        late = send(again, new, Digests(settings), make_wave(again, new), "After", TODAY)
    new.close()
    files = tmp_path / "d.tar", tmp_path / "k.tar"
    back_up(settings, *files, quiet)
    restore(settings, Wanted(*files, over_data=True), quiet)
    assert held(settings) == as_held(settings, [*sent, late])


def test_with_the_secret_in_the_environment_the_new_one_goes_to_a_file(
    settings, database, keys, sent, tmp_path, monkeypatch
):
    whole = held(settings)
    let_go(database, keys)
    monkeypatch.setenv("SOUNDINGS_MASTER_KEY", settings.secret_path.read_text().strip())
    settings.secret_path.unlink()
    done = soundings(settings, "keys", "rotate")
    assert done.returncode == 1 and "--to FILE" in done.stderr
    done = soundings(settings, "keys", "rotate", "--to", tmp_path / "new.key")
    assert done.returncode == 0 and "Set SOUNDINGS_MASTER_KEY" in done.stdout
    assert soundings(settings, "keys", "check").returncode == 1
    new = Settings(**{**vars(settings), "master_key": (tmp_path / "new.key").read_text().strip()})
    assert held(new) == whole
    monkeypatch.setenv("SOUNDINGS_MASTER_KEY", new.master_key)
    assert soundings(new, "keys", "check").returncode == 0
    done = soundings(new, "keys", "rotate", "--to", tmp_path / "new.key")
    assert done.returncode == 1 and "exists already" in done.stderr


def test_what_would_go_wrong_is_refused_before_anything_is_changed(settings, database, keys, sent, tmp_path):
    done = soundings(settings, "keys", "rotate")
    assert done.returncode == 1 and "Stop the site" in done.stderr
    files, whole = (tmp_path / "d.tar", tmp_path / "k.tar"), held(settings)
    back_up(settings, *files, quiet)
    let_go(database, keys)
    with pytest.raises(Refused, match="Leave --to away"):
        rotate(settings, tmp_path / "k", quiet)
    with pytest.raises(Refused, match="unset KEYS_URL"):
        rotate(Settings(home=settings.home, keys_url="postgresql://x"), None, quiet)
    with database_of(settings) as damaged, damaged.writing() as session:
        session.execute(update(Answer).values(sealed=b"x" * 60))
    before = settings.secret_path.read_text()
    with pytest.raises(KeyProblem, match="keys check"):
        rotate(settings, None, quiet)
    assert settings.secret_path.read_text() == before and root_secret(settings)
    # A secret that never came into use must not do so with the next exchange of files.
    assert settings.pending_path.exists()
    restore(settings, Wanted(*files, over_data=True), quiet)
    assert settings.secret_path.read_text() == before and held(settings) == whole


@pytest.mark.both
def test_killed_at_any_step_of_a_rotation_everything_opens(settings, database, keys, sent):
    """Every call that makes something last is a step; each run begins where the killed one left the files."""
    whole, before, seen = held(settings), master_secret(settings), set()
    let_go(database, keys)
    for step in range(1, 60):
        done = soundings(settings, "keys", "rotate", dies_at=step)
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
        assert held(settings) == whole, step
        assert root_secret(settings)
        now = master_secret(settings)
        seen.add("new" if now != before else "old")
        before = now
    assert seen == ({"old", "new"} if settings.embedded else seen) and step > 3
    assert held(settings) == whole and not settings.pending_path.exists()


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_on_postgresql_a_kill_after_the_commit_takes_the_new_key(settings, database, keys, sent):
    whole = held(settings)
    let_go(database, keys)
    old = settings.secret_path.read_text()
    assert soundings(settings, "keys", "rotate").returncode == 0
    # As if it had been killed between its commit and the change of the files.
    settings.secret_path.rename(settings.pending_path)
    settings.secret_path.write_text(old)
    settings.secret_path.chmod(0o600)
    assert held(settings) == whole and settings.secret_path.read_text() != old
    # And as if it had been killed before its commit.
    settings.pending_path.write_text("cd" * 32)
    settings.pending_path.chmod(0o600)
    assert held(settings) == whole and settings.pending_path.exists()


def test_an_installation_from_before_the_root_keeps_its_receipts(settings, database, keys, sent):
    """Then digests were derived from the master secret itself; it goes on as the root."""
    with keys._writer.begin() as connection:
        connection.execute(text("DELETE FROM root_key"))
    with pytest.raises(KeyProblem, match="soundings init"):
        root_secret(settings)
    keys.create()
    assert root_secret(settings) == master_secret(settings)


def test_a_lost_key_store_is_one_sentence(settings, database, keys, sent):
    let_go(database, keys)
    keys.path.unlink()
    done = soundings(settings, "serve")
    assert done.returncode == 1, done.stdout
    assert re.search(r"The key store .*keys\.db is empty\. Restore it", done.stderr)
