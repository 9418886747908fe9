"""A whole installation to keep: what it holds, and a process of its own that may be killed at any step."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from contextlib import closing
from dataclasses import replace

from alembic import command

from feedback.collection.models import Answer, Response
from feedback.collection.receipts import Digests, new_key
from feedback.collection.sending import send_response
from feedback.collection.store import words_of
from feedback.operating.copying import database_of
from feedback.operating.schema import alembic_config
from feedback.sealing import KeyStore
from forms.answering import Answer as Given
from forms.answering import AnswerState

#: Ends its own process with SIGKILL at the nth call that makes something last, and runs a command until then.
DIES = """
import os, signal, sys
left = int(sys.argv[1])
def dying(name):
    real = getattr(os, name)
    def call(*given, **named):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)
    setattr(os, name, call)
for name in ("fsync", "rename", "link"):
    dying(name)
from feedback.cli import main
main(sys.argv[2:], prog_name="soundings")
"""


def quiet(_done, _total, _step):
    """A listener that says nothing."""


def migrate(database):
    """Say that the tables the fixtures made are those of this version."""
    if database.settings.embedded:
        command.stamp(alembic_config(database), "head")


def environment(settings) -> dict:
    """The settings of an installation for a process of its own."""
    names = {
        "SOUNDINGS_HOME": settings.home,
        "DATABASE_URL": settings.database_url,
        "KEYS_URL": settings.keys_url,
        "SOUNDINGS_KEY_FILE": settings.key_file,
        "SOUNDINGS_ENCODER": "lexical",
    }
    return os.environ | names


def soundings(settings, *arguments, dies_at=None):
    """Run a command for an installation; `dies_at`: SIGKILL at the nth step that makes something last."""
    start = ["-m", "feedback.cli"] if dies_at is None else ["-c", DIES, str(dies_at)]
    words = [sys.executable, *start, *map(str, arguments)]
    return subprocess.run(words, env=environment(settings), capture_output=True, text=True)


def send(database, keys, digests, wave, text, today):
    """One response with a text; returns (its six words, the text)."""
    answers = [Given("y25", AnswerState.ANSWERED, text=text)]
    words = send_response(database, keys, digests, wave=wave, key=new_key(), answers=answers, today=today)
    return words, text


def held(settings) -> dict[str, str]:
    """What an installation holds, opened by itself: {digest of a receipt: digest of its text, or "erased"}."""
    with database_of(settings) as database, closing(KeyStore(settings)) as keys:
        session = database.session()
        answers = session.query(Answer).filter(Answer.sealed.is_not(None)).all()
        opened = words_of(keys, answers)
        texts = {a.response_id: hashlib.sha256(opened[a.id].encode()).hexdigest() for a in answers if a.id in opened}
        return {r.receipt.hex(): texts.get(r.id, "erased") for r in session.query(Response)}


def as_held(settings, sent) -> dict[str, str]:
    """What `held` gives for these pairs of words and text."""
    digests = Digests(settings)
    return {digests.receipt(words).hex(): hashlib.sha256(text.encode()).hexdigest() for words, text in sent}


def elsewhere(settings, home, **urls):
    """An empty installation on another host, with the same master key."""
    home.mkdir(mode=0o700)
    if settings.master_key:
        return replace(settings, home=str(home), **urls)
    key = home / "master.key"
    key.write_text(settings.secret_path.read_text())
    key.chmod(0o600)
    return replace(settings, home=str(home), key_file="", **urls)


def rewritten(path, change):
    """The same backup with its manifest or content changed by `change(manifest, content)`."""
    with tarfile.open(path) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
        content = bytearray(tar.extractfile("content").read())
    change(manifest, content)
    with tarfile.open(path, "w") as tar:
        for name, data in (("manifest.json", json.dumps(manifest).encode()), ("content", bytes(content))):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
