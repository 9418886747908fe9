"""Backup: the database in one file, the keys in another, both consistent while people go on writing.

The database is copied before the keys. A response's key is stored before the response, so every response in the copy
has its key in the copy of the keys, except those that were erased in between.
"""

import datetime
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import delete

from feedback.config import Settings, derive, master_secret
from feedback.db import Database
from feedback.errors import DatabaseProblem, Refused
from feedback.home import sync
from feedback.operating import postgres
from feedback.operating.copying import Listener, copy_encrypted, database_of
from feedback.operating.manifest import LEFT_EMPTY, Manifest, counts_of, installation_of, pack, receipts_of
from feedback.operating.schema import revision_of
from feedback.sealing import KeyStore


def back_up(settings: Settings, file: Path, keys_file: Path, listener: Listener) -> Manifest:
    """Write both files, or neither; returns what the database's says of itself."""
    if file.resolve() == keys_file.resolve():
        raise Refused("Name two files: the keys must be kept apart from the database.")
    with _beside(file) as folder, _beside(keys_file) as keys_folder:
        about = _database(settings, folder / "content", listener)
        _pack(settings, folder, about, listener)
        keys_about = replace(about, part="keys", taken=_now())
        _keys(settings, keys_folder / "content", listener)
        _pack(settings, keys_folder, keys_about, listener)
        _put(keys_folder, keys_file)
        _put(folder, file)
    return about


def back_up_keys(settings: Settings, keys_file: Path, listener: Listener) -> Manifest:
    """Write the file with the keys alone."""
    with _beside(keys_file) as folder, database_of(settings) as database, database.engine.connect() as connection:
        about = _about(settings, connection, "keys")
        _keys(settings, folder / "content", listener)
        _pack(settings, folder, about, listener)
        _put(folder, keys_file)
    return about


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A folder for the work, beside the file it ends as: the last step is a rename on one disk."""
    if file.exists():
        raise Refused(f"{file} exists already and is not overwritten. Choose another name.")
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{file.name}.", dir=file.parent))
    except OSError as problem:
        raise Refused(f"{file} cannot be written ({problem.strerror}). Choose another place.") from None
    try:
        yield folder
    except OSError as problem:
        raise DatabaseProblem(
            f"The backup could not be written to {file.parent} ({problem.strerror}). Make room, then try again."
        ) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pack(settings: Settings, folder: Path, about: Manifest, listener: Listener) -> None:
    listener(0, 0, "Packing")
    pack(settings, folder / "packed", folder / "content", about)


def _put(folder: Path, file: Path) -> None:
    (folder / "packed").rename(file)
    sync(file.parent)


def _about(settings: Settings, connection, part: str) -> Manifest:
    with closing(KeyStore(settings)) as keys:
        root = keys.root()
    return Manifest(
        part=part,
        kind="sqlite" if connection.dialect.name == "sqlite" else "postgresql",
        revision=revision_of(connection),
        counts=counts_of(connection),
        receipts=receipts_of(connection),
        installation=installation_of(root),
        taken=_now(),
    )


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _database(settings: Settings, content: Path, listener: Listener) -> Manifest:
    with database_of(settings) as database:
        if not settings.embedded:
            return _dumped(settings, database, content, listener)
        copied = replace(settings, home=str(content.parent / "copy"), key_file=str(settings.secret_path))
        with database_of(copied) as copy:
            key = derive(master_secret(settings), "database")
            copy_encrypted(database.engine, copy.path, key, listener, "Copying the database")
            with copy.writing() as session:
                for table in LEFT_EMPTY:
                    session.execute(delete(table))
            listener(0, 0, "Counting")
            with copy.engine.connect() as connection:
                about = _about(settings, connection, "database")
    copy.path.rename(content)
    return about


def _dumped(settings: Settings, database: Database, content: Path, listener: Listener) -> Manifest:
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        listener(0, 0, "Dumping the database")
        postgres.dump(settings.database_url, connection, content)
        listener(0, 0, "Counting")
        return _about(settings, connection, "database")


def _keys(settings: Settings, content: Path, listener: Listener) -> None:
    """An encrypted file of all wrapped keys, wherever they live."""
    copied = replace(settings, home=str(content.parent / "copy"), key_file=str(settings.secret_path), keys_url="")
    listener(0, 0, "Copying the keys")
    with closing(KeyStore(settings)) as keys, closing(KeyStore(copied)) as copy:
        copy.create()
        keys.copy_into(copy)
    copy.path.rename(content)
