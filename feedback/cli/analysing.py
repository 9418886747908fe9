"""`soundings analyse`: do the machine's work now, and say what waits for a person."""

import time

import click

import feedback.evidence.analysing  # noqa: F401  (registers the job)
from feedback.cli.parts import ready
from feedback.cli.progress import Listener, progress
from feedback.collection.store import get_wave
from feedback.db import Database
from feedback.errors import SoundingsError
from feedback.jobs import enqueue, get_job, run_job


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
    with database.writing() as session:
        job_id = enqueue(session, "analyse", key=f"analyse:{wave or ''}", subject={"wave": wave}).id
    if not run_job(database, job_id, listener):
        _follow(database, job_id, listener)
    job = get_job(database.session(), job_id)
    if job.state != "done":
        raise SoundingsError(f"The analysis did not end well. {job.problem or 'Run it again.'}")
    return job.step


def _follow(database: Database, job_id: int, listener: Listener) -> None:
    while True:
        database.session.remove()
        job = get_job(database.session(), job_id)
        if not job.alive:
            return
        listener(job.done, job.total, job.step)
        time.sleep(0.5)
