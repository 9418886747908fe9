"""`soundings serve` and `soundings worker`."""

import click

from feedback.cli.parts import ready
from feedback.config import Settings


@click.command()
def serve() -> None:
    """Start the site and one worker; Ctrl-C or SIGTERM stops both.

    SOUNDINGS_HOST and SOUNDINGS_PORT say where it listens, SOUNDINGS_WEB_PROCESSES and SOUNDINGS_WEB_THREADS
    how much it does at once.
    """
    settings = ready().settings
    serve_site(settings, f"The site is at {address(settings)}. Ctrl-C stops it.")


@click.command()
def worker() -> None:
    """Start a worker alone, for instance on another machine."""
    from feedback.serving import work_until_stopped

    work_until_stopped(ready().settings)


def serve_site(settings: Settings, sentence: str) -> None:
    """Serve until stopped, and say so once the site answers."""
    from feedback.serving import serve_until_stopped

    serve_until_stopped(settings, lambda: click.echo(sentence))


def address(settings: Settings) -> str:
    """Where a browser finds the site."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"
