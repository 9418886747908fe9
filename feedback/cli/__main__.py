"""`python -m feedback.cli` is the `soundings` command."""

from feedback.cli import main

main(prog_name="soundings")
