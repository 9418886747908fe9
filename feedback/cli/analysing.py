"""`soundings analyse`: do the machine's work now, and say what waits for a person."""

import time

import click

import feedback.evidence.analysing  # noqa: F401  (registers the job)
from feedback.cli.parts import ready
from feedback.cli.progress import Listener, progress
from feedback.collection.store import get_wave
from feedback.db import Database
from feedback.errors import Refused, SoundingsError
from feedback.jobs import enqueue, get_job, run_job

ENCODERS = ("semantic", "lexical")


@click.command()
@click.option("--wave", "key", metavar="KEY", help="Only this wave; every wave when it is not given.")
def analyse(key: str | None) -> None:
    """Let the machine look for topics and suggest themes and links, in released responses only.

    Nothing it suggests is counted before a person has confirmed it.
    """
    database = ready().database
    if key:
        get_wave(database.session(), key)
    with progress("Analysing") as listener:
        sentence = run_analysis(database, key, listener)
    click.echo(f"{sentence}.")


def run_analysis(database: Database, wave: str | None, listener: Listener) -> str:
    """Do the job here, or follow it where a worker has taken it; returns what came of it."""
    chosen = database.settings.encoder
    if chosen not in ENCODERS:
        raise Refused(f"SOUNDINGS_ENCODER is {chosen!r}. Set it to {' or '.join(ENCODERS)}.")
    job_id = _ask(database, wave)
    while not run_job(database, job_id, listener) and _elsewhere(database, job_id, listener):
        _ask(database, wave)  # a worker that was killed leaves its job to whoever asks next
    job = get_job(database.session(), job_id)
    if job.state != "done":
        raise SoundingsError(f"The analysis did not end well. {job.problem or 'Run it again.'}")
    return job.step


def _ask(database: Database, wave: str | None) -> int:
    with database.writing() as session:
        return enqueue(session, "analyse", key=f"analyse:{wave or ''}", subject={"wave": wave}).id


def _elsewhere(database: Database, job_id: int, listener: Listener) -> bool:
    """Show how far somebody else is with the job; False once it has ended."""
    time.sleep(0.5)
    database.session.remove()
    job = get_job(database.session(), job_id)
    listener(job.done, job.total, job.step)
    return job.alive
