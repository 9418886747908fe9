"""Read and write the plan: from a TOML or CSV file, and on pages."""

import csv
import io
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from feedback.errors import ImportProblem, NotFound, Refused
from feedback.plan.models import Measure, Plan, Priority, Reading
from forms.fields import without_hidden

ILACS_AREAS = {
    "leadership": "The impact of leaders on social work practice with children and families",
    "help_and_protection": "The experiences and progress of children who need help and protection",
    "care": "The experiences and progress of children in care",
    "care_leavers": "The experiences and progress of care leavers",
}


_TEXTS = ("key", "title", "outcome", "what_counts", "ilacs_area", "champion")


@dataclass
class Loaded:
    """What a plan file brought: how many priorities, and warnings as sentences."""

    priorities: int = 0
    warnings: list[str] = field(default_factory=list)


def sentences_in(text: str) -> int:
    """How many sentences a text has: ends of . ! or ? after a word."""
    return len(re.findall(r"\w[^.!?]*[.!?](?=\s|$)", text.strip()))


def too_short(text: str) -> str:
    """A sentence that says what to do when a text has fewer than two sentences; empty when it is long enough."""
    if sentences_in(text) >= 2 and len(text.split()) >= 12:
        return ""
    return (
        "Write what counts in 2 to 4 sentences, in the words people use: links are suggested from them. "
        "This text is too short."
    )


@dataclass(frozen=True)
class House:
    """Whose site this is, as every page says it."""

    council: str = ""
    example: bool = False


HOUSE = select(Plan.council, Plan.example).order_by(Plan.id).limit(1)


def house(session: Session) -> House:
    """Whose site this is; nobody's before a plan was loaded."""
    row = session.execute(HOUSE).one_or_none()
    return House(*row) if row else House()


def the_plan(session: Session) -> Plan | None:
    """The one plan of this installation, or None before it was loaded."""
    return session.scalar(select(Plan).order_by(Plan.id).limit(1))


def priorities(session: Session) -> list[Priority]:
    """All priorities with their measures and readings, by number."""
    loading = selectinload(Priority.measures).selectinload(Measure.readings)
    return list(session.scalars(select(Priority).options(loading).order_by(Priority.number, Priority.id)))


def get_priority(session: Session, key: str) -> Priority:
    """One priority with its measures; raises NotFound."""
    loading = selectinload(Priority.measures).selectinload(Measure.readings)
    found = session.scalar(select(Priority).options(loading).where(Priority.key == key))
    if found is None:
        raise NotFound(f"There is no priority called {key!r}. 'soundings evidence' lists their keys.")
    return found


def make_plan(session: Session, *, key: str, council: str, title: str, example: bool) -> Plan:
    """The installation's plan, made or renamed."""
    plan = the_plan(session) or Plan(key=key)
    plan.key, plan.council, plan.title, plan.example = key, council, title, example
    session.add(plan)
    session.flush()
    return plan


def save_priority(session: Session, plan: Plan, *, key: str, **values) -> Priority:
    """Add the priority or change it; `values` are its columns."""
    found = session.scalar(select(Priority).where(Priority.key == key))
    if found is None:
        found = Priority(plan_id=plan.id, key=key)
        session.add(found)
    for name, value in values.items():
        setattr(found, name, value)
    session.flush()
    return found


def add_priority(session: Session, **values) -> Priority:
    """Add a priority under a key made from its title; raises Refused when that key is taken."""
    key = re.sub(r"[^a-z0-9]+", "-", values["title"].lower()).strip("-")[:80] or f"priority-{values['number']}"
    if session.scalar(select(Priority.id).where(Priority.key == key)):
        raise Refused("The plan already has a priority with this title. Choose another title, or change that one.")
    plan = the_plan(session) or make_plan(session, key="plan", council="", title="Improvement plan", example=False)
    return save_priority(session, plan, key=key, **values)


def load_plan(session: Session, path: Path) -> Loaded:
    """Load a plan file: TOML as in `feedback/example/plan.toml`, or a CSV with key, name, description.

    A TOML plan must say what counts in 2 to 4 sentences each. A CSV is a framework made elsewhere and is
    taken as it is; each text that is too short to link well is named in a warning.
    """
    if path.suffix.lower() == ".csv":
        return _load_csv(session, path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        head, rows = data["plan"], data["priority"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ImportProblem(f"{path.name} is not readable as TOML ({problem}). Mend that line.") from None
    except KeyError as missing:
        raise ImportProblem(
            f"{path.name} needs a [plan] table and [[priority]] tables; {missing} is missing."
        ) from None
    plan = make_plan(
        session,
        key=head.get("key", "plan"),
        council=head.get("council", ""),
        title=head.get("title", "Improvement plan"),
        example=bool(head.get("example", False)),
    )
    rows = [_seen(row) for row in rows]
    _refuse_bad(path, rows)
    for number, row in enumerate(rows, start=1):
        columns = {
            name: row[name]
            for name in ("title", "outcome", "what_counts", "ilacs_area", "champion", "audiences")
            if name in row
        }
        save_priority(session, plan, key=row["key"], number=row.get("number", number), **columns)
    return Loaded(len(rows))


def _seen(row: dict) -> dict:
    """A row without the characters that nobody can see and no database stores; TOML can spell every one."""
    return {name: without_hidden(value) if isinstance(value, str) else value for name, value in row.items()}


def _refuse_bad(path: Path, rows: list[dict]) -> None:
    bad = []
    for number, row in enumerate(rows, start=1):
        no_text = [name for name in _TEXTS if name in row and not isinstance(row[name], str)]
        if no_text:
            bad.append((number, f"{', '.join(no_text)} must be text in quotation marks"))
            continue
        missing = [name for name in ("key", "title", "what_counts") if not row.get(name)]
        if missing:
            bad.append((number, f"lacks {', '.join(missing)}"))
            continue
        if row.get("ilacs_area", "care") not in ILACS_AREAS:
            bad.append((number, f"ilacs_area must be one of {', '.join(ILACS_AREAS)}"))
        if problem := too_short(row["what_counts"]):
            bad.append((number, f"{row['key']}: {problem}"))
    if bad:
        raise ImportProblem(f"{path.name} was not loaded: {len(bad)} priorities need mending.", tuple(bad))


def _load_csv(session: Session, path: Path) -> Loaded:
    rows = read_framework(path)
    plan = the_plan(session) or make_plan(session, key="plan", council="", title="Improvement plan", example=False)
    loaded = Loaded(len(rows))
    for number, row in enumerate(rows, start=1):
        save_priority(session, plan, key=row["key"], number=number, title=row["name"], what_counts=row["description"])
        if sentences_in(row["description"]) < 2:
            loaded.warnings.append(
                f"{row['key']}: what counts has fewer than 2 sentences, so links to it will be suggested less well."
            )
    return loaded


def read_framework(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV with the columns key, name and description; raises ImportProblem naming each bad row."""
    try:
        text = without_hidden(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise ImportProblem(f"{path.name} is not UTF-8. Save it as CSV UTF-8.") from None
    reader = csv.DictReader(io.StringIO(text))
    missing = {"key", "name", "description"} - set(reader.fieldnames or ())
    if missing:
        raise ImportProblem(
            f"{path.name} needs the columns key, name and description; it lacks {', '.join(sorted(missing))}."
        )
    try:
        rows = list(reader)
    except csv.Error as problem:
        raise ImportProblem(
            f"{path.name} cannot be read: {problem}. Mend the line before {reader.line_num + 1}."
        ) from None
    bad = [
        (number, "key, name or description is empty")
        for number, row in enumerate(rows, start=2)
        if not all((row[name] or "").strip() for name in ("key", "name", "description"))
    ]
    if bad or not rows:
        raise ImportProblem(f"{path.name} was not loaded: it has {len(bad)} bad rows of {len(rows)}.", tuple(bad))
    return [{name: row[name].strip() for name in ("key", "name", "description")} for row in rows]


def save_measure(session: Session, priority: Priority, *, key: str, **values) -> Measure:
    """Add the measure or change it."""
    found = session.scalar(select(Measure).where(Measure.key == key))
    if found is None:
        found = Measure(key=key)
        session.add(found)
    found.priority_id = priority.id
    for name, value in values.items():
        setattr(found, name, value)
    session.flush()
    return found


def save_reading(session: Session, measure: Measure, *, quarter: str, **values) -> Reading:
    """Add a quarter's reading or correct it."""
    found = session.scalar(select(Reading).where(Reading.measure_id == measure.id, Reading.quarter == quarter))
    if found is None:
        found = Reading(measure_id=measure.id, quarter=quarter)
        session.add(found)
    for name, value in values.items():
        setattr(found, name, value)
    return found
