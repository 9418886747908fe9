"""What SQLite and PostgreSQL say when they cannot go on, as one sentence that says what to do."""

import logging
import re

from sqlalchemy.engine import ExceptionContext

from feedback.errors import DatabaseProblem, Overtaken, Refused, SoundingsError

log = logging.getLogger(__name__)

_UNREACHABLE = "The database does not answer. Start it, or mend its address in DATABASE_URL or KEYS_URL."
_FULL = "The disk of the database is full, so this was not stored. Make room on it, then try again."
_READ_ONLY = (
    "The database can be read and not written to, so this was not stored. Let the user that Soundings runs as "
    "write to it, or wait until a PostgreSQL that is being restored has finished."
)
_UNSTORABLE = "Something in this is too long, or holds a character that no database stores. Shorten or mend it."
_OVERTAKEN = (
    "Somebody else changed the same thing at the same moment, so this was not stored. Look at it again, "
    "then repeat what is still missing."
)

#: (kind, pattern over "SQLSTATE message", sentence): the first that is found counts.
_TABLE: tuple[tuple[type[SoundingsError], re.Pattern, str], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE), sentence)
    for kind, pattern, sentence in (
        (
            DatabaseProblem,
            r"password authentication failed|no password supplied|role \S+ does not exist|no pg_hba\.conf entry|^28",
            "PostgreSQL refuses this user or password. Mend it in DATABASE_URL or KEYS_URL.",
        ),
        (
            DatabaseProblem,
            r"database \S+ does not exist|^3D000",
            "PostgreSQL has no database of this name. Make it with createdb, or mend DATABASE_URL or KEYS_URL.",
        ),
        (
            DatabaseProblem,
            r"too many (clients|connections)|connection slots|^53300",
            "PostgreSQL has no connection left. Raise its max_connections, or start fewer processes of Soundings.",
        ),
        (
            DatabaseProblem,
            r"^42501|permission denied for",
            "The database user of Soundings may not do this. Make it the owner of its database.",
        ),
        (DatabaseProblem, r"database or disk is full|^53100|no space left on device", _FULL),
        (
            DatabaseProblem,
            r"database is locked",
            "Another program has held the database for too long. Stop it, then try again.",
        ),
        (
            DatabaseProblem,
            r"database disk image is malformed|^XX00[12]",
            "The database is damaged. Restore it from a backup, and check the disk it was on.",
        ),
        (
            DatabaseProblem,
            r"unable to open database file|disk i/o error|^58",
            "The database cannot be read from or written to its disk. Check that the disk is there and sound.",
        ),
        (Overtaken, r"^40P01|^40001", _OVERTAKEN),
        (Overtaken, r"^2350[35]|(unique|foreign key) constraint failed", _OVERTAKEN),
        (Refused, r"^22(001|003|021|P05)|cannot contain NUL|int too large to convert", _UNSTORABLE),
        (DatabaseProblem, r"^(08|57P0)", _UNREACHABLE),
    )
)
_READS_ONLY = re.compile(r"readonly database|^25006|read-write mode during recovery", re.IGNORECASE)


def explain(context: ExceptionContext) -> None:
    """Listen for "handle_error": raise what a person can mend as one of our own errors; the rest stays as it is."""
    if context.is_pre_ping and context.is_disconnect:
        return  # a connection from before PostgreSQL was started anew: the pool makes another
    problem = context.original_exception
    words = f"{getattr(problem, 'sqlstate', None) or ''} {problem}".lstrip()
    for kind, pattern, sentence in _TABLE:
        if pattern.search(words):
            # The name of the constraint and never the message: that quotes what was to be stored.
            constraint = getattr(getattr(problem, "diag", None), "constraint_name", None)
            log.info("%s (%s): %s", type(problem).__name__, constraint or "no constraint", sentence)
            raise kind(sentence) from problem
    writing = context.connection is not None and context.connection.get_execution_options().get("write")
    # A reader that tries to write is our own mistake and stays one.
    if writing and _READS_ONLY.search(words):
        raise DatabaseProblem(_READ_ONLY) from problem
    if context.connection is None or context.is_disconnect:  # no connection was made, or it was lost
        raise DatabaseProblem(_UNREACHABLE) from problem
