"""The `soundings` command. Each command loads only what it needs, so that help shows at once."""

from importlib import import_module

import click

from feedback.errors import SoundingsError


class CouldNot(click.ClickException):
    """The request could not be carried out: its one sentence, and the bad rows of a file below it."""

    def __init__(self, problem: SoundingsError):
        super().__init__(str(problem))
        self.rows = getattr(problem, "rows", ())

    def show(self, file=None) -> None:
        """Print to stderr."""
        click.echo(self.format_message(), err=True)
        for number, reason in self.rows:
            click.echo(f"  row {number}: {reason}", err=True)


class Commands(click.Group):
    """A group whose commands stay unloaded until one is called.

    `table` is {name: (module:attribute, sentence for the list of commands)}, in the order in which they are needed.
    """

    def __init__(self, *args, table: dict[str, tuple[str, str]], **options):
        super().__init__(*args, **options)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the work, not of the alphabet."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in self.table:
            return None
        module, _, attribute = self.table[cmd_name][0].partition(":")
        return getattr(import_module(module), attribute)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_place, sentence) in self.table.items()])

    def invoke(self, ctx: click.Context):
        """Run the command; what a person can mend becomes one sentence and exit status 1."""
        try:
            return super().invoke(ctx)
        except SoundingsError as problem:
            raise CouldNot(problem) from None


COMMANDS = {
    "run": ("feedback.cli.example:run", "Set up what is missing, load the example and start the site."),
    "init": ("feedback.cli.setting_up:init", "Make the home folder, the master key and the database."),
    "example": ("feedback.cli.example:example", "Load Northmere, a made-up council with made-up responses."),
    "plan": ("feedback.cli.frameworks:plan", "Load the improvement plan."),
    "codebook": ("feedback.cli.frameworks:codebook", "Load agreed themes."),
    "questionnaire": (
        "feedback.cli.questionnaires:questionnaire",
        "Check a questionnaire, or carry it to and from XLSForm.",
    ),
    "language": ("feedback.cli.languages:language", "See how far the translations are, or begin one."),
    "wave": ("feedback.cli.waves:wave", "Open a wave, make its codes, or list all waves."),
    "import-responses": ("feedback.cli.imports:import_responses", "Bring in responses from a CSV or XLSX file."),
    "release": ("feedback.cli.waves:release", "Say who has read a wave, so that it can be themed."),
    "analyse": ("feedback.cli.analysing:analyse", "Let the machine suggest topics, themes and links."),
    "evidence": ("feedback.cli.evidence:evidence", "Show what is known about each priority."),
    "staff": ("feedback.cli.staff:staff", "Add or list people who sign in."),
    "serve": ("feedback.cli.running:serve", "Start the site and its worker."),
    "backup": ("feedback.cli.backups:backup", "Copy the database and, apart, its keys, while the site runs."),
    "restore": ("feedback.cli.backups:restore", "Put a backup in place of an empty installation."),
    "keys": ("feedback.cli.keys:keys", "Check, back up, sweep or change the keys."),
    "purge": ("feedback.cli.purging:purge", "Clear away what has passed its day."),
    "worker": ("feedback.cli.running:worker", "Start a worker alone."),
}


@click.group(cls=Commands, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="soundings", message="%(prog)s %(version)s")
def main() -> None:
    """Soundings: what children, families and practitioners say, set beside the improvement plan.

    The usual order: init, plan load, codebook load, wave open, import-responses (or let respondents answer on
    the site), release, analyse, evidence. "soundings COMMAND --help" explains each.

    Everything is kept in the folder named by SOUNDINGS_HOME ("instance" when it is not set).

    Exit status: 0 when it worked, 1 when it could not be done (one sentence says why), 2 when it was asked wrongly.
    """
