"""Every setting: its name in the environment, its default and its meaning; and the one master secret."""

import os
import secrets
import stat
from dataclasses import dataclass, field, fields
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from feedback.errors import KeyProblem
from languages import marked

CHECKOUT = Path(__file__).resolve().parent.parent

#: Notes of the help lines, in words that are translated with the pages.
FOR_CHILDREN = marked("free, day and night")
FOR_EVERYBODY = marked("free, any age, day and night")


def setting(name: str, default: object, meaning: str, **how):
    """A dataclass field that is filled from the environment variable `name`."""
    return field(default=default, metadata={"name": name, "meaning": meaning, **how})


@dataclass(frozen=True)
class HelpLine:
    """Somebody to ring or text: shown on every respondent's page."""

    name: str
    number: str
    note: str

    @property
    def dial(self) -> str:
        """The number as a `tel:` link wants it."""
        return "".join(c for c in self.number if c.isdigit() or c == "+")


@dataclass(frozen=True)
class Settings:
    """How this installation runs; every field is an environment variable."""

    home: str = setting("SOUNDINGS_HOME", "instance", "Folder for the database, keys and queue")
    database_url: str = setting(
        "DATABASE_URL", "", "postgresql+psycopg://… ; empty: an encrypted SQLite file in the home folder"
    )
    keys_url: str = setting(
        "KEYS_URL", "", "Where wrapped keys live; empty: a second encrypted file in the home folder"
    )
    master_key: str = setting(
        "SOUNDINGS_MASTER_KEY", "", "The master secret as 64 hex digits, instead of the key file", secret=True
    )
    key_file: str = setting(
        "SOUNDINGS_KEY_FILE",
        "",
        "File of mode 600 with the master secret; empty: master.key in the home folder",
    )
    encoder: str = setting("SOUNDINGS_ENCODER", "semantic", "semantic (MiniLM when installed) or lexical")
    host: str = setting("SOUNDINGS_HOST", "127.0.0.1", "Address the site listens on")
    port: int = setting("SOUNDINGS_PORT", 8000, "Port the site listens on")
    web_processes: int = setting("SOUNDINGS_WEB_PROCESSES", 2, "Web processes")
    web_threads: int = setting("SOUNDINGS_WEB_THREADS", 8, "Threads in each web process")
    https: bool = setting(
        "SOUNDINGS_HTTPS", False, "1 when a proxy serves the site over HTTPS: cookies are then secure-only"
    )
    hosts: str = setting(
        "SOUNDINGS_HOSTS", "", "Names the site is reached by, joined by commas; empty: any. Others get an error page"
    )
    board_threshold: int = setting(
        "SOUNDINGS_BOARD_THRESHOLD", 6, "Fewer responses than this are not shown to the board"
    )
    board_rounding: int = setting("SOUNDINGS_BOARD_ROUNDING", 5, "Counts for the board are rounded to this")
    help_lines: str = setting(
        "SOUNDINGS_HELP_LINES",
        f"Childline|0800 1111|{FOR_CHILDREN};Samaritans|116 123|{FOR_EVERYBODY}",
        "Help lines as name|number|note, joined by ;",
    )
    emergency: str = setting("SOUNDINGS_EMERGENCY", "999", "Emergency number")
    exit_url: str = setting("SOUNDINGS_EXIT_URL", "https://www.bbc.co.uk/weather", "Where 'Leave this page fast' goes")
    max_body_mb: int = setting("SOUNDINGS_MAX_BODY_MB", 20, "Largest file or form that is taken, in megabytes")
    log: str = setting(
        "SOUNDINGS_LOG", "text", "text or json: one line for each thing logged, for people or for a machine"
    )
    draft_days: int = setting(
        "SOUNDINGS_DRAFT_DAYS", 7, "Days that unfinished answers wait for whoever wrote them, counted from the last"
    )
    kiosk_idle: int = setting(
        "SOUNDINGS_KIOSK_IDLE", 60, "Seconds after which a shared tablet asks whether somebody is still there"
    )
    drawing_days: int = setting(
        "SOUNDINGS_DRAWING_DAYS", 90, "Days after its week that a drawing is kept once somebody has put it into words"
    )
    disk_floor_mb: int = setting(
        "SOUNDINGS_DISK_FLOOR_MB", 500, "Less free space than this in the home folder, in megabytes, fails /health"
    )
    totp: bool = setting("SOUNDINGS_TOTP", False, "1 lets staff add a code from an app as second factor")
    passkeys: bool = setting("SOUNDINGS_PASSKEYS", False, "1 lets staff sign in with a passkey")

    @classmethod
    def from_environment(cls, environ=os.environ) -> "Settings":
        """Read every setting that is set; a malformed number is named."""
        found = {}
        for item in fields(cls):
            raw = environ.get(item.metadata["name"])
            if raw is not None:
                found[item.name] = _read(item, raw)
        return cls(**found)

    @property
    def folder(self) -> Path:
        """The home folder, absolute."""
        return Path(self.home).resolve()

    @property
    def embedded(self) -> bool:
        """True when the database is the encrypted file in the home folder."""
        return not self.database_url

    @property
    def secret_path(self) -> Path:
        """Where the master secret's file is."""
        return Path(self.key_file).resolve() if self.key_file else self.folder / "master.key"

    @property
    def pending_path(self) -> Path:
        """Where a new master secret waits, beside the old one, until everything is wrapped with it."""
        return self.secret_path.with_name(self.secret_path.name + ".new")

    @property
    def help(self) -> list[HelpLine]:
        """The help lines, in order."""
        rows = [row.split("|") for row in self.help_lines.split(";") if row.strip()]
        return [HelpLine(*(part.strip() for part in (*row, "", "")[:3])) for row in rows]


def _read(item, raw: str):
    """One environment value as the type of its field's default."""
    kind = type(item.default)
    if kind is bool:
        return raw.strip().lower() in {"1", "true", "yes", "on"}
    if kind is int:
        try:
            return int(raw)
        except ValueError:
            raise KeyProblem(f"{item.metadata['name']} must be a whole number, not {raw!r}.") from None
    return raw


def make_master_secret(settings: Settings) -> Path:
    """Write a new master secret, readable by its owner only; an existing one is kept."""
    path = settings.secret_path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        write_secret(path)
    return path


def write_secret(path: Path) -> None:
    """Write a fresh secret to a file that is not there yet, for its owner's eyes only, and wait until it is on disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())


def promote_secret(settings: Settings) -> None:
    """Put a waiting master secret in the place of the old one, which is kept for the backups it opens."""
    if settings.master_key or not settings.pending_path.exists():
        return
    old = settings.secret_path.with_name(f"{settings.secret_path.name}.old-{name_of(master_secret(settings))}")
    if not old.exists():
        os.link(settings.secret_path, old)
    os.rename(settings.pending_path, settings.secret_path)


def master_secret(settings: Settings) -> bytes:
    """The 32-byte master secret from the environment or its file.

    Raises KeyProblem when it is missing, malformed or readable by others.
    """
    if settings.master_key:
        return _secret_in(settings.master_key, "SOUNDINGS_MASTER_KEY")
    return _secret_of(settings.secret_path)


def pending_secret(settings: Settings) -> bytes | None:
    """The new master secret that waits beside the old one while it is being changed."""
    waits = not settings.master_key and settings.pending_path.exists()
    return _secret_of(settings.pending_path) if waits else None


def _secret_of(path: Path) -> bytes:
    if not path.exists():
        raise KeyProblem(
            f"The master key {path} is missing. Put the file back from where you keep it apart, "
            "or run 'soundings init' if this is a new installation; without it nothing stored can be read."
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyProblem(f"The master key {path} can be read by others. Run: chmod 600 {path}")
    return _secret_in(path.read_text().strip(), str(path))


def _secret_in(text: str, place: str) -> bytes:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise KeyProblem(f"The master key in {place} must be 64 hex digits. Put back the original.")
    return secret


def derive(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose from the master secret (HKDF, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"soundings/{purpose}".encode()).derive(secret)


def name_of(secret: bytes) -> str:
    """Eight hex digits that tell one master secret from another and nothing else about it."""
    return derive(secret, "name").hex()[:8]
