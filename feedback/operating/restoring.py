"""Restore: everything is looked through beside the installation first; what does not hold together changes nothing."""

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from alembic import command
from sqlalchemy import select

from feedback import home
from feedback.accounts.models import User
from feedback.collection.models import Response, Wave
from feedback.config import Settings
from feedback.db import Database
from feedback.errors import DatabaseProblem, Refused
from feedback.evidence.indexing import INDEX
from feedback.jobs import enqueue
from feedback.operating import postgres
from feedback.operating.checking import Checked, check_texts
from feedback.operating.copying import Listener, database_of
from feedback.operating.manifest import Manifest, counts_of, installation_of, receipts_of, unpack
from feedback.operating.schema import alembic_config, is_known, revision_of
from feedback.plan.models import Plan
from feedback.sealing import KeyStore
from feedback.triage.erasing import erase_response


@dataclass(frozen=True)
class Restored:
    """What came back."""

    counts: dict[str, int]
    checked: Checked


@dataclass(frozen=True)
class Wanted:
    """What is to be restored, and what the operator takes on themselves."""

    file: Path
    keys_file: Path
    over_data: bool = False
    older_keys: bool = False


def restore(settings: Settings, wanted: Wanted, listener: Listener) -> Restored:
    """Put both files in the place of an empty installation, or of the present one; all of it or nothing."""
    with home.alone(settings):
        if not wanted.over_data:
            _refuse_data(settings)
        staged = home.stage(settings)
        listener(0, 0, "Looking through both files")
        content = staged / ("soundings.db" if settings.embedded else "database.dump")
        about = unpack(settings, wanted.file, "database", content)
        keys_about = unpack(settings, wanted.keys_file, "keys", staged / "keys.db")
        _refuse_mismatch(settings, about, keys_about, wanted)
        beside = replace(settings, home=str(staged), key_file=str(settings.secret_path), keys_url="")
        _refuse_other_keys(beside, about)
        if not settings.embedded:
            _load_database(settings, about, content, listener)
            _load_keys(settings, beside, listener)
            return _verify(settings, about, wanted, listener)
        restored = _verify(beside, about, wanted, listener)
        if settings.keys_url:
            _load_keys(settings, beside, listener)
            (staged / "keys.db").unlink()
        home.exchange(settings)
        return restored


def _refuse_data(settings: Settings) -> None:
    """Raise Refused when there is anything that restoring would overwrite."""
    if settings.embedded and not (settings.folder / "soundings.db").exists():
        return
    with database_of(settings) as database, database.engine.connect() as connection:
        made = revision_of(connection) is not None
        if made and any(connection.scalar(select(table.id).limit(1)) for table in (Response, Wave, Plan, User)):
            raise Refused(
                "There is data here already. Restore to an empty installation, "
                "or say --replace to throw away what is here."
            )


def _refuse_mismatch(settings: Settings, about: Manifest, keys_about: Manifest, wanted: Wanted) -> None:
    here = "sqlite" if settings.embedded else "postgresql"
    names = {"sqlite": "the embedded database", "postgresql": "PostgreSQL"}
    if about.kind != here:
        raise Refused(
            f"{wanted.file} is a backup of {names[about.kind]}, and this installation uses {names[here]}. "
            "Restore it to one of its own kind: DATABASE_URL says which."
        )
    if not is_known(about.revision):
        raise Refused(
            f"{wanted.file} was made by Soundings {about.soundings}, which is newer than this one. "
            "Install that version to restore it."
        )
    if about.installation != keys_about.installation:
        raise Refused("These two files come from different installations. Name the keys that belong to the database.")
    if keys_about.taken < about.taken and not wanted.older_keys:
        raise Refused(
            f"The keys were backed up at {keys_about.taken}, before the database at {about.taken}: what came in "
            "between could not be read. Name newer keys, or say --older-keys if there are none."
        )


def _refuse_other_keys(beside: Settings, about: Manifest) -> None:
    with closing(KeyStore(beside)) as keys:
        if installation_of(keys.root()) != about.installation:
            raise Refused("The key store in this backup is not the one it names. Take another backup of the keys.")


def _load_database(settings: Settings, about: Manifest, content: Path, listener: Listener) -> None:
    with database_of(settings) as database, database.engine.connect() as connection:
        postgres.refuse_company(connection)
        listener(0, 0, "Loading the database")
        postgres.load(settings.database_url, connection, content, about.counts)


def _load_keys(settings: Settings, beside: Settings, listener: Listener) -> None:
    listener(0, 0, "Loading the keys")
    with closing(KeyStore(beside)) as keys, closing(KeyStore(settings)) as present:
        present.create()
        keys.copy_into(present)


def _verify(settings: Settings, about: Manifest, wanted: Wanted, listener: Listener) -> Restored:
    """Count, open every text, bring an older database up to date and end the erasures that came after the backup."""
    listener(0, 0, "Counting")
    with database_of(settings) as database, closing(KeyStore(settings)) as keys:
        with database.engine.connect() as connection:
            counts, receipts = counts_of(connection), receipts_of(connection)
        if counts != about.counts or receipts != about.receipts:
            raise DatabaseProblem("What was restored is not what the backup says it holds. Take another backup.")
        checked = check_texts(database, keys, listener)
        if checked.shut:
            raise DatabaseProblem(
                f"{checked.shut} texts of this backup do not open with their keys. Take another backup of either file."
            )
        command.upgrade(alembic_config(database), "head")
        with database.writing() as session:
            enqueue(session, INDEX, key=INDEX, subject={})
        if not wanted.older_keys:
            _end_erasures(database, keys, checked, listener)
        with database.engine.connect() as connection:
            counts = counts_of(connection)
    return Restored(counts, checked)


def _end_erasures(database: Database, keys: KeyStore, checked: Checked, listener: Listener) -> None:
    """Whoever took their response away after the backup finds it gone: its key is, and so go its row and its ticks."""
    for number, response_id in enumerate(checked.keyless):
        listener(number, len(checked.keyless), "Erasing what was taken away since")
        erase_response(database, keys, response_id)
