"""A backup file: a tar with a manifest that says what must be in it, and the content.

The manifest is signed under the master secret, so that a file that somebody else made or changed is not restored.
"""

import hmac
import json
import os
import tarfile
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import file_digest, sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from feedback.collection.models import Answer, Response
from feedback.config import Settings, derive, master_secret, name_of
from feedback.errors import KeyProblem, Refused
from feedback.evidence.models import QuoteWord
from feedback.home import sync
from feedback.themes.models import Coding

FORMAT = 1
#: An index outlives what it was made from: in a backup it would say which words stood in a text erased since. The
#: worker makes it anew after a restore.
LEFT_EMPTY = (QuoteWord.__table__,)
_MANIFEST, _CONTENT = "manifest.json", "content"
_LONGEST = 100_000  # bytes of a manifest
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup file says of itself."""

    part: str  # database or keys
    kind: str  # sqlite or postgresql
    revision: str | None
    counts: dict[str, int]
    receipts: str  # digest of all receipt digests
    installation: str
    #: Of the database: when it was copied at the latest; of the keys: at the earliest.
    taken: str
    master_key: str = ""
    soundings: str = ""
    sha256: str = ""
    size: int = 0
    format: int = FORMAT


def counts_of(connection: Connection) -> dict[str, int]:
    """How much is in a database: one consistent look."""
    counted = {
        "responses": select(func.count()).select_from(Response),
        "answers": select(func.count()).select_from(Answer),
        "texts": select(func.count()).select_from(Answer).where(Answer.sealed.is_not(None)),
        "receipts": select(func.count()).select_from(Response).where(Response.receipt.is_not(None)),
        "codings": select(func.count()).select_from(Coding),
    }
    return {name: connection.scalar(query) for name, query in counted.items()}


def receipts_of(connection: Connection) -> str:
    """One digest over every receipt that is stored."""
    digest = sha256()
    stored = select(Response.receipt).where(Response.receipt.is_not(None)).order_by(Response.receipt)
    for receipt in connection.execution_options(yield_per=5_000).scalars(stored):
        digest.update(receipt)
    return digest.hexdigest()


def installation_of(root: bytes) -> str:
    """A name for the installation that a database and a key store belong to; it says nothing about its keys."""
    return derive(root, "installation").hex()[:16]


def _signature(settings: Settings, manifest: Manifest) -> str:
    words = json.dumps(asdict(manifest), sort_keys=True).encode()
    return hmac.new(derive(master_secret(settings), "backup"), words, sha256).hexdigest()


def pack(settings: Settings, part: Path, content: Path, about: Manifest) -> None:
    """Write the backup file `part`: `content` under its manifest; on disk when this returns."""
    with open(content, "rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    manifest = replace(
        about,
        master_key=name_of(master_secret(settings)),
        soundings=version("soundings"),
        sha256=digest,
        size=content.stat().st_size,
    )
    words = json.dumps(asdict(manifest) | {"signature": _signature(settings, manifest)}, indent=2).encode()
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
        first = tarfile.TarInfo(_MANIFEST)
        first.size, first.mode = len(words), 0o600
        tar.addfile(first, BytesIO(words))
        second = tarfile.TarInfo(_CONTENT)
        second.size, second.mode = manifest.size, 0o600
        with open(content, "rb") as file:
            tar.addfile(second, file)
    sync(part)


def unpack(settings: Settings, file: Path, part: str, into: Path) -> Manifest:
    """Write the content of a backup file to `into`; raises Refused or KeyProblem unless it is what it says."""
    try:
        with tarfile.open(file, mode="r:") as tar:
            manifest = _read_manifest(settings, file, tar)
            if manifest.part != part:
                raise Refused(
                    f"{file} holds the {manifest.part} and not the {part}. Name the database's file first and "
                    "the key store's after --keys."
                )
            _write_content(file, tar, manifest, into)
    except (tarfile.TarError, EOFError):
        raise _damaged(file) from None
    return manifest


def _read_manifest(settings: Settings, file: Path, tar: tarfile.TarFile) -> Manifest:
    member = tar.next()
    if member is None or member.name != _MANIFEST or not member.isreg() or member.size > _LONGEST:
        raise Refused(f"{file} is not a backup of Soundings. Name a file that 'soundings backup' made.")
    said, signature = None, ""
    with suppress(ValueError, TypeError, AttributeError):
        said = json.loads(tar.extractfile(member).read())
        signature = said.pop("signature", "")
    if not isinstance(said, dict) or not isinstance(signature, str):
        raise _damaged(file)
    if said.get("format") != FORMAT:
        raise Refused(f"{file} was made by a newer version of Soundings. Install that version to restore it.")
    present = name_of(master_secret(settings))
    if said.get("master_key") != present:
        raise KeyProblem(
            f"{file} was made with the master key {said.get('master_key')!r}, and this one is {present!r}. "
            "Put the key file of that time in place, or name it in SOUNDINGS_KEY_FILE."
        )
    try:
        manifest = Manifest(**said)
    except TypeError:
        raise _damaged(file) from None
    if not hmac.compare_digest(_signature(settings, manifest).encode(), signature.encode()):
        raise _damaged(file)
    return manifest


def _write_content(file: Path, tar: tarfile.TarFile, manifest: Manifest, into: Path) -> None:
    member = tar.next()
    if member is None or member.name != _CONTENT or not member.isreg() or member.size != manifest.size:
        raise _damaged(file)
    digest, source = sha256(), tar.extractfile(member)
    with open(into, "xb") as out:
        into.chmod(0o600)
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    if digest.hexdigest() != manifest.sha256:
        raise _damaged(file)


def _damaged(file: Path) -> Refused:
    return Refused(f"{file} is damaged: cut short or changed since it was made. Take another backup.")
