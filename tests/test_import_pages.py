"""Responses of another tool are brought in on pages, from the file to the codings."""

import io

import pytest
from factories import make_staff, sign_in
from sqlalchemy import select
from staffroom import count, fill, now, page_of, wave_called

from feedback.collection.models import Response, Upload
from feedback.jobs import Job, run_job
from feedback.themes.models import Coding

pytestmark = pytest.mark.both


@pytest.fixture
def filled(database, keys, digests):
    return fill(database, keys, digests)


@pytest.fixture
def lead(database, client):
    """A client signed in as participation lead."""
    sign_in(client, make_staff(database, "participation_lead", name="Sam Lead"))
    return client


def imports_waiting(database) -> list[int]:
    return list(now(database).scalars(select(Job.id).where(Job.kind == "import")))


def _upload(lead, rows, name="notes.csv"):
    data = {"file": (io.BytesIO("\n".join(rows).encode()), name)}
    return lead.post("/waves/notes/import", data=data, content_type="multipart/form-data")


ROWS = [
    "id,comment,themes,sentiment",
    '1,"My worker left again",worker-changes,negative',
    '2,"She stayed, which helped",worker-changes,positive',
]
COLUMNS = {"text": "comment", "id": "id", "themes": "themes", "sentiment": "sentiment", "coder": "County team"}


def test_a_file_is_imported_from_upload_to_codings(lead, database, keys, filled):
    answer = _upload(lead, ROWS)
    assert answer.status_code == 303
    words = page_of(lead.get(answer.location))
    assert "She stayed, which helped" in words
    assert '<option value="comment" selected>' in words
    assert '<option value="themes" selected>' in words
    started = lead.post(answer.location, data=COLUMNS)
    assert started.status_code == 303
    assert run_job(database, *imports_waiting(database))
    assert "2 of 2 rows imported" in page_of(lead.get(started.location))
    wave_id = wave_called(database, "notes").id
    assert count(database, Response, Response.wave_id == wave_id) == 2
    assert count(database, Coding, Coding.coder == "County team", Coding.state == "confirmed") == 2
    assert count(database, Upload) == 0
    assert "was imported before" in page_of(_upload(lead, ROWS), 422)


def test_bad_rows_are_named_before_anything_is_stored(lead, database, filled):
    answer = _upload(lead, [*ROWS, '3,"No such theme",weather,'])
    words = page_of(lead.post(answer.location, data=COLUMNS), 422)
    assert "the codebook has no theme “weather”" in words
    assert '<th role="rowheader" scope="row">4</th>' in words or '<th scope="row">4</th>' in words
    assert imports_waiting(database) == []
    started = lead.post(answer.location, data=COLUMNS | {"skip_bad": "y"})
    run_job(database, *imports_waiting(database))
    assert "2 of 3 rows imported" in page_of(lead.get(started.location))


def test_columns_are_used_once_and_codings_name_their_coder(lead, database, filled):
    answer = _upload(lead, ROWS)
    words = page_of(lead.post(answer.location, data=COLUMNS | {"id": "comment", "coder": ""}), 422)
    assert "“comment” is used above already" in words
    assert "Enter who coded these texts" in words
    assert imports_waiting(database) == []


def test_a_file_that_cannot_be_read_says_why_and_is_not_kept(lead, database, filled):
    assert "Nothing was stored" in page_of(_upload(lead, ROWS, "notes.docx"), 422)
    assert "Choose a file" in page_of(lead.post("/waves/notes/import", data={}), 422)
    assert count(database, Upload) == 0


def test_a_wave_with_a_questionnaire_takes_no_file(lead, filled):
    assert "takes answers to its questionnaire" in page_of(lead.get("/waves/autumn/import"), 422)
