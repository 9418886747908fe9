"""Rows of a file as responses: which column holds what, and for every bad row its number and its reason.

Reasons never repeat what a cell says: they are kept and logged outside the seal.
"""

import datetime
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256

from feedback.collection.store import monday
from feedback.collection.tables import MOST_CHARACTERS, Table
from feedback.errors import ImportProblem
from forms.fields import clean_text
from forms.questionnaire import NOT_SURE, RATHER_NOT_SAY

DEFAULT_QUESTION = "comment"
NOTHING_SAID = "it has no words and no answers"
MOST_CHOICES = 60  # a column with more different answers holds words, and words are sealed
LONGEST_CHOICE = 100
LONGEST_KEY = 40
_NAMES_SHOWN = 20

#: For each part of a response the names that other tools give its column, the likeliest first.
_USUAL_NAMES = {
    "text": "text|comment|comments|free text|freetext|answer|response|feedback|words|verbatim|your comment|"
    "your comments|free text response|free text comment",
    "id": "id|response id|responseid|comment id|record id|row id|reference|ref",
    "question": "question|question text",
    "week": "date|week|submitted|date submitted|submitted on|response date|completion time|date completed|"
    "end date|created|timestamp",
    "quote": "quote|may quote|may be quoted|ok to quote|consent to quote|quote consent",
}
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y")
_TIME_OF_DAY = re.compile(r"[T ]\d{1,2}:\d{2}.*$")
_EARLIEST = datetime.date(1990, 1, 1)
_YES = {"yes", "y", "true", "1"}
_DECLINED = {
    **dict.fromkeys(("not_sure", "i_m_not_sure", "unsure", "don_t_know", "dont_know"), NOT_SURE),
    **dict.fromkeys(("rather_not_say", "i_d_rather_not_say", "prefer_not_to_say"), RATHER_NOT_SAY),
}
#: Signs that carry meaning, so that "<5" and ">5" get two keys.
_SIGNS = str.maketrans({"+": " plus ", "<": " under ", ">": " over ", "%": " percent ", "&": " and ", "’": "'"})

Reason = tuple[int, str]


@dataclass(frozen=True)
class Columns:
    """Which column of a file holds what; `text` is the only one a file must have."""

    text: str
    id: str | None = None
    question: str | None = None
    choices: tuple[str, ...] = ()
    week: str | None = None
    quote: str | None = None
    sentiment: str | None = None
    themes: str | None = None

    def __post_init__(self):
        object.__setattr__(self, "choices", tuple(self.choices))  # JSON gives a list

    @property
    def named(self) -> list[str]:
        """Every column that was named."""
        alone = (self.text, self.id, self.question, self.week, self.quote, self.sentiment, self.themes)
        return [name for name in (*alone, *self.choices) if name]


@dataclass(frozen=True)
class Row:
    """One row that can become a response: its words under a question, and its closed answers."""

    number: int
    question: str
    words: str
    #: Question key, state and choice of each closed answer.
    answers: tuple[tuple[str, str, str | None], ...]
    #: Monday of its week; none when its date cannot be read.
    week: datetime.date | None
    may_quote: bool
    #: The same in every file that holds this row, so that it is never imported twice.
    identity: str
    cells: dict[str, str]


@dataclass(frozen=True)
class Prepared:
    """A checked file: rows to import, rows in which nothing was said, and bad rows with each reason."""

    rows: tuple[Row, ...]
    empty: tuple[Reason, ...]
    bad: tuple[Reason, ...]
    total: int


def guess_columns(columns: Iterable[str]) -> Columns:
    """The columns by their usual names. Themes and sentiment are never guessed: codes and scales differ."""
    columns = tuple(columns)
    plain = {" ".join(re.split(r"[\s_-]+", column.strip().casefold())): column for column in columns}
    found = {
        part: next((plain[name] for name in names.split("|") if name in plain), None)
        for part, names in _USUAL_NAMES.items()
    }
    if found["text"] is None:
        raise ImportProblem(f"Say which column holds the words. {_there_are(columns)}")
    return Columns(**found)


def check_rows(
    table: Table,
    columns: Columns,
    *,
    check: Callable[[dict[str, str]], list[str]] | None = None,
    today: datetime.date | None = None,
) -> Prepared:
    """Every row made ready or named with its reasons; `check` adds the reasons of a later slice."""
    keys, today = _choice_keys(table, columns), today or datetime.date.today()
    rows, empty, bad, seen = [], [], [], Counter()
    for number, cells in table.rows:
        row = _row(number, cells, columns, keys, today)
        if not row.words and all(state == "blank" for _, state, _ in row.answers):
            empty.append((number, NOTHING_SAID))
            continue
        seen[row.identity] += 1
        reasons = _faults(row, columns, today, seen[row.identity]) + (check(cells) if check else [])
        bad += [(number, reason) for reason in reasons]
        if not reasons:
            # Without ids two people may well write the same: the second "It was good" is a row of its own.
            rows.append(replace(row, identity=f"{row.identity}|{seen[row.identity]}"))
    return Prepared(tuple(rows), tuple(empty), tuple(bad), len(table.rows))


def key_of(words: str) -> str:
    """A key of at most 40 characters for a question or a choice; other words give another key."""
    signed = re.sub(r"^\s*[-−](?=\s*\d)", "minus ", words).translate(_SIGNS)
    letters = [c for c in unicodedata.normalize("NFKD", signed.casefold()) if not unicodedata.combining(c)]
    key = re.sub(r"[^a-z0-9]+", "_", "".join(letters)).strip("_")
    whole = not any(c.isalnum() and not c.isascii() for c in letters)
    if key and whole and len(key) <= LONGEST_KEY:
        return key
    digest = sha256(" ".join(words.split()).casefold().encode()).hexdigest()[:8]
    return f"{key[: LONGEST_KEY - 9].rstrip('_') or 'k'}_{digest}"


def _question_key(words: str) -> str:
    """The key of a question: it begins with a letter."""
    key = key_of(words)
    return key if key[0].isalpha() else key_of(f"q {words}")


def _choice_keys(table: Table, columns: Columns) -> dict[str, str]:
    """The question key of each choice column; raises ImportProblem for a column that is not what it is said to be."""
    missing = [name for name in columns.named if name not in table.columns]
    if missing:
        raise ImportProblem(f"There is no column “{missing[0]}”. {_there_are(table.columns)}")
    if len(set(columns.named)) < len(columns.named):
        raise ImportProblem("Each column can be used for one thing only.")
    keys = {name: _question_key(name) for name in columns.choices}
    for name, key in keys.items():
        if list(keys.values()).count(key) > 1 or (key == DEFAULT_QUESTION and not columns.question):
            raise ImportProblem(f"Rename the column “{name}”: its name is too much like another's.")
    for name in filter(None, (*columns.choices, columns.question)):
        if len({cells[name].strip() for _, cells in table.rows}) > MOST_CHOICES:
            raise ImportProblem(
                f"“{name}” holds more than {MOST_CHOICES} different things: it is no column of choices or questions."
            )
    return keys


def _there_are(columns: Sequence[str]) -> str:
    """The columns by name; of very many the first, so that the sentence can be read."""
    names, more = [column[:80] for column in columns[:_NAMES_SHOWN]], len(columns) - _NAMES_SHOWN
    return f"The columns are: {', '.join([*names, f'and {more} more'] if more > 0 else names)}."


def _row(number: int, cells: dict[str, str], columns: Columns, keys: dict[str, str], today: datetime.date) -> Row:
    words = clean_text(cells[columns.text], MOST_CHARACTERS)
    asked = cells[columns.question].strip() if columns.question else ""
    question = _question_key(asked) if asked else DEFAULT_QUESTION
    answers = tuple((key, *_closed(cells[name])) for name, key in keys.items())
    day = _day(cells[columns.week]) if columns.week else today
    return Row(
        number=number,
        question=question,
        words=words,
        answers=answers,
        week=day and monday(day),
        may_quote=bool(columns.quote) and cells[columns.quote].strip().casefold() in _YES,
        identity=f"id|{cells[columns.id].strip()}"
        if columns.id
        else "row|" + json.dumps([question, words, answers, str(day) if columns.week else None]),
        cells=cells,
    )


def _closed(cell: str) -> tuple[str, str | None]:
    """State and choice of a closed answer."""
    if not cell.strip():
        return "blank", None
    key = key_of(cell)
    return (_DECLINED[key], None) if key in _DECLINED else ("answered", key)


def _faults(row: Row, columns: Columns, today: datetime.date, times: int) -> list[str]:
    """Why this row cannot be imported."""
    reasons = []
    if columns.id and row.identity == "id|":
        reasons.append("it has no id")
    elif columns.id and times > 1:
        reasons.append("its id stands in another row too")
    if row.week is None:
        reasons.append("its date cannot be read: write 2026-11-02 or 02/11/2026")
    elif row.week > today:
        reasons.append("its date is in the future")
    if row.question in {key for key, _, _ in row.answers}:
        reasons.append("its question has the name of a choice column")
    if any(len(row.cells[name]) > LONGEST_CHOICE for name in columns.choices):
        reasons.append(f"a choice in it is longer than {LONGEST_CHOICE} characters")
    return reasons


@lru_cache(maxsize=4096)
def _day(cell: str) -> datetime.date | None:
    """The day that a cell names, day before month; its time of day is not kept."""
    written = _TIME_OF_DAY.sub("", cell.strip())
    for pattern in _DATES:
        try:
            day = datetime.datetime.strptime(written, pattern).date()
        except ValueError:
            continue
        return day if day >= _EARLIEST else None
    return None
