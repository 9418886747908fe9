"""A new master secret: everything is wrapped with it beside the old, and changes over in one step.

What receipts and passwords depend on is the root secret in the key store: it is wrapped anew and stays what it is.
"""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from feedback import home
from feedback.config import Settings, derive, master_secret, promote_secret, write_secret
from feedback.errors import KeyProblem, Refused
from feedback.operating import postgres
from feedback.operating.checking import check_texts
from feedback.operating.copying import Listener, copy_encrypted, database_of
from feedback.sealing import KeyStore


def rotate(settings: Settings, to: Path | None, listener: Listener) -> Path:
    """Change the master secret; returns the file that holds the new one. The site must be stopped.

    Killed before the one step, everything opens with the old secret as before; after it, with the new one.
    """
    _refuse_place(settings, to)
    with home.alone(settings):
        with closing(KeyStore(settings)) as keys:
            keys.root()  # it opens; and should an earlier change have been cut off, it has now come to its end
        new_file = to or settings.pending_path
        if to is None:
            new_file.unlink(missing_ok=True)
        staged = home.stage(settings)
        write_secret(new_file)
        home.sync(new_file.parent)
        changed = replace(settings, key_file=str(new_file), master_key="")
        if settings.keys_url:
            _in_postgresql(settings, changed)
        else:
            _beside(settings, replace(changed, home=str(staged)), listener)
            home.exchange(settings)
    return to or settings.secret_path


def _refuse_place(settings: Settings, to: Path | None) -> None:
    if settings.embedded and settings.keys_url:
        raise Refused("With the database in a file the keys must be in a file as well to be changed: unset KEYS_URL.")
    if settings.master_key and to is None:
        raise Refused("The master key comes from SOUNDINGS_MASTER_KEY. Say with --to FILE where to write the new one.")
    if to is not None and not settings.master_key:
        raise Refused(f"The new master key takes the place of {settings.secret_path}. Leave --to away.")
    if to is not None and to.exists():
        raise Refused(f"{to} exists already and is not overwritten. Choose another name.")


def _in_postgresql(settings: Settings, changed: Settings) -> None:
    """One transaction is the one step; whoever opens the store after it takes the new secret."""
    with database_of(settings) as database, database.engine.connect() as connection:
        postgres.refuse_company(connection)
    with closing(KeyStore(changed)) as keys:
        keys.rewrap(master_secret(settings))
    promote_secret(settings)


def _beside(settings: Settings, beside: Settings, listener: Listener) -> None:
    """Make both files anew under the new secret, and open every text with them."""
    with closing(KeyStore(settings)) as keys, closing(KeyStore(beside)) as new_keys:
        listener(0, 0, "Copying the keys")
        new_keys.create()
        keys.copy_into(new_keys)
        new_keys.rewrap(master_secret(settings))
        with database_of(settings) as database:
            if settings.embedded:
                key = derive(master_secret(beside), "database")
                target = beside.folder / database.path.name
                copy_encrypted(database.engine, target, key, listener, "Copying the database")
        with database_of(beside) as copy:
            if check_texts(copy, new_keys, listener).shut:
                raise KeyProblem(
                    "Not every text opens now. Run 'soundings keys check' before the master key is changed."
                )
