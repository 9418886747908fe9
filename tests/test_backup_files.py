"""Backup files that are not what they should be: one sentence each, and nothing is restored."""

import tarfile

import pytest
from installation import quiet, rewritten

from feedback.config import Settings
from feedback.errors import Refused, SoundingsError
from feedback.operating.backing_up import back_up
from feedback.operating.restoring import Wanted, restore

pytest_plugins = ("kept",)


def flip(_manifest, content):
    content[9000] ^= 1


def fewer(manifest, _content):
    manifest["counts"]["responses"] = 1


SPOILT = {
    "one bit of the content": (lambda p: rewritten(p, flip), "damaged"),
    "fewer responses in the manifest": (lambda p: rewritten(p, fewer), "damaged"),
    "no signature": (lambda p: rewritten(p, lambda m, _: m.pop("signature")), "damaged"),
    "another shape of manifest": (lambda p: rewritten(p, lambda m, _: m.update(more="x")), "damaged"),
    "a later format": (lambda p: rewritten(p, lambda m, _: m.update(format=2)), "newer version"),
    "another master key": (lambda p: rewritten(p, lambda m, _: m.update(master_key="00000000")), "master key"),
    "cut short": (lambda p: p.write_bytes(p.read_bytes()[:-20_000]), "damaged"),
    "cut very short": (lambda p: p.write_bytes(p.read_bytes()[:700]), "damaged"),
    "empty": (lambda p: p.write_bytes(b""), "damaged"),
    "a picture": (lambda p: p.write_bytes(b"\x89PNG" * 5000), "damaged"),
    "another tar": (lambda p: tarfile.open(p, "w").close(), "not a backup"),
}


@pytest.mark.parametrize("which", [0, 1], ids=["database", "keys"])
@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_file_is_one_sentence_and_nothing_is_restored(settings, sent, files, empty, how, which):
    back_up(settings, *files, quiet)
    spoil, sentence = SPOILT[how]
    spoil(files[which])
    with pytest.raises(SoundingsError, match=sentence) as caught:
        restore(empty, Wanted(*files), quiet)
    assert len(str(caught.value).splitlines()) == 1 and str(files[which]) in str(caught.value)
    assert {path.name for path in empty.folder.iterdir()} == {"master.key", "home.lock"}


def test_a_backup_of_a_newer_version_or_another_kind_is_refused(settings, database, sent, files, empty):
    with database.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
    back_up(settings, *files, quiet)
    with pytest.raises(Refused, match="newer than this one"):
        restore(empty, Wanted(*files), quiet)
    cross = Settings(home=empty.home, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(Refused, match="backup of the embedded database"):
        restore(cross, Wanted(*files, over_data=True), quiet)
