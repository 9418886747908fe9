"""`soundings evidence`: the board's pages, for a terminal, a spreadsheet or a machine."""

import datetime
import textwrap
from dataclasses import asdict

import click

from feedback.board.figures import Figures
from feedback.board.overview import plan_page
from feedback.board.pages import evidence_page
from feedback.board.shapes import EvidencePage, PlanPage, Share, ThemeRow
from feedback.cli.parts import Parts, ready
from feedback.cli.printing import print_csv, print_json, print_table
from feedback.evidence.counts import strands
from feedback.evidence.store import links


@click.command()
@click.option("--priority", metavar="KEY", help="Only this priority, with everything known about it.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="csv lists the themes for a spreadsheet, json everything for a machine.",
)
def evidence(priority: str | None, shape: str) -> None:
    """Show what is known about each priority: what people have confirmed, counted; suggestions only as waiting.

    Numbers are rounded, and small ones left out, exactly as on the board's pages.
    """
    parts = ready()
    if priority:
        _print_priority(evidence_page(parts.database.session(), parts.keys, parts.settings, priority), shape)
    else:
        page = plan_page(parts.database.session(), parts.settings)
        _print_plan(page, _all_themes(parts, page), shape)


def _all_themes(parts: Parts, page: PlanPage) -> list[ThemeRow]:
    """Every theme: beside each priority it was linked to, then those that no person has linked."""
    session = parts.database.session()
    figures = Figures(session, parts.settings, strands(session, datetime.date.today()))
    confirmed = links(session, state="confirmed")
    for link in confirmed:
        figures.add_theme(link.theme)
    figures.close()
    rows = [
        figures.theme_row(link.theme, stance=link.stance, reason=link.reason, linked_to=link.priority.key)
        for link in confirmed
    ]
    order = {row.key: row.number for row in page.rows}
    return sorted(rows, key=lambda row: (order[row.linked_to], -(row.count or 0), row.name)) + list(page.unlinked)


def _print_plan(page: PlanPage, themes: list[ThemeRow], shape: str) -> None:
    if shape == "json":
        data = asdict(page)
        data["priorities"] = data.pop("rows")
        del data["unlinked"]
        print_json(data | {"themes": [asdict(theme) for theme in themes]})
    elif shape == "csv":
        print_csv([_spreadsheet_row(theme) for theme in themes])
    else:
        _heading(page)
        print_table(
            ("priority", "title", "themes", "suggestions waiting"),
            [[row.key, row.title, row.themes, _number(row.waiting)] for row in page.rows],
        )
        click.echo()
        _print_themes(themes)
        _section("Not heard", page.not_heard)
        _print_left_out(page.left_out)


def _heading(page: PlanPage) -> None:
    click.echo(": ".join(part for part in (page.council, page.title) if part))
    if page.example:
        click.echo("This is an example: the council, its people and their words are made up.")
    click.echo()


def _print_priority(page: EvidencePage, shape: str) -> None:
    if shape == "json":
        print_json({name: value for name, value in asdict(page).items() if name != "cloud_svg"})
        return
    themes = [*page.themes, *page.suggested]
    if shape == "csv":
        print_csv([_spreadsheet_row(theme) for theme in themes])
        return
    click.echo(f"{page.number} {page.title} ({page.key})")
    click.echo(_wrapped(page.outcome or page.what_counts))
    _section("What each audience says", [f"{s.name}: {s.basis} (before: {s.before}; {s.n})" for s in page.strands])
    _section("Answers", [f"{i.strand}: {i.question} {i.favourable}: {_share(i.now, i.why_none)}" for i in page.items])
    click.echo()
    _print_themes(themes)
    _section(f"Heard from fewer than {page.threshold}", page.small_themes)
    _section("In their words", [f"{_quoted(quote.parts)} ({quote.audience}, {quote.theme})" for quote in page.quotes])
    _section("Measures", [_measure(measure) for measure in page.measures])
    _section("Checks", [f"{c.kind}, {c.period}: {_counts(c.counts) or 'few'}" for c in page.checks])
    _print_left_out(page.left_out)


def _print_themes(themes: list[ThemeRow]) -> None:
    if not themes:
        click.echo("There is no theme yet.")
        return
    print_table(
        ("theme", "counted", "waiting, not counted", "priority"),
        [[theme.name, _number(theme.count), _number(theme.waiting), _priority(theme)] for theme in themes],
    )


def _priority(theme: ThemeRow) -> str:
    if theme.linked_to:
        return f"{theme.linked_to} ({theme.stance})"
    return f"suggested: {', '.join(theme.suggested)}" if theme.suggested else "none"


def _spreadsheet_row(theme: ThemeRow) -> dict:
    return {
        "theme": theme.key,
        "name": theme.name,
        "counted": theme.count,
        "waiting": theme.waiting,
        "priority": theme.linked_to,
        "stance": theme.stance,
        "suggested": " ".join(theme.suggested),
        **theme.sentiments,
    }


def _section(title: str, lines) -> None:
    if lines:
        click.echo(f"\n{title}")
        for line in lines:
            click.echo(_wrapped(line))


def _print_left_out(sentences) -> None:
    _section("Left out", sentences)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 110, initial_indent="  ", subsequent_indent="  ")


def _number(count: int | None) -> str:
    return "few" if count is None else str(count)


def _share(share: Share | None, otherwise: str) -> str:
    return share.sentence() if share else otherwise


def _counts(counts: dict[str, int | None]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_number(count)}" for name, count in counts.items())


def _quoted(parts) -> str:
    return "“" + "".join(f"[{shown}]" if shown else words for words, shown in parts) + "”"


def _measure(measure) -> str:
    quarter, value = measure.readings[-1] if measure.readings else ("no reading", "")
    target = "" if measure.target is None else f", target {measure.target:g}"
    return f"{measure.title}: {value} {measure.unit} in {quarter} (better is {measure.better}{target})"
