"""An installation of any size: waves of every audience, responses with receipts, releases, codings and quotes.

The words are sentences of the example, put together anew for each text; everything is sealed as the product seals it.
"""

import datetime
import random
from dataclasses import dataclass, field

from sqlalchemy import insert, select

from feedback.cli.parts import Parts
from feedback.collection.models import Answer, Response, Wave
from feedback.collection.receipts import new_key
from feedback.collection.store import monday
from feedback.db import random_id
from feedback.evidence.indexing import INDEX
from feedback.evidence.models import Quote
from feedback.evidence.recounting import settle
from feedback.evidence.store import decide_link, link_item
from feedback.example.files import FOLDER, rows, table
from feedback.jobs import enqueue, run_job
from feedback.plan.store import load_plan, priorities
from feedback.sealing import seal_text
from feedback.themes.models import Coding, Excerpt, Run
from feedback.themes.store import save_theme, themes
from feedback.triage.models import Release
from feedback.triage.store import count_again
from forms.catalogue import find
from forms.questionnaire import Kind

TODAY = datetime.date.today()
QUESTIONNAIRES = ("how-things-are", "your-view", "life-after-care", "working-with-us", "working-here")
#: Answers of one response: so many closed ones, and one in words.
CLOSED = 3
#: Of a hundred responses so many wait to be read; of the read ones so many carry no theme, or a suggested one only.
UNREAD, UNCODED, SUGGESTED = 4, 2, 4
#: One text of so many is cleared as a quote: a thousand of a million answers, because a person clears each.
ONE_QUOTE_IN = 250
_CHUNK = 5_000  # responses stored in one transaction


@dataclass(frozen=True)
class Filled:
    """What was stored of one response, so that it can be found again."""

    words: list[str]
    text: str


@dataclass(frozen=True)
class _Known:
    """What every response of a wave is made from."""

    wave: Wave
    run_id: int
    theme_ids: list[int]
    sentences: list[str]
    closed: list
    written: str
    rng: random.Random


@dataclass
class _Rows:
    """Rows by table, in the order in which they can be stored."""

    by_table: dict[type, list[dict]] = field(
        default_factory=lambda: {Response: [], Answer: [], Release: [], Excerpt: [], Coding: [], Quote: []}
    )
    filled: list[Filled] = field(default_factory=list)

    def add(self, table: type, **row) -> int | None:
        """One more row; returns its id."""
        self.by_table[table].append(row)
        return row.get("id")

    def store(self, parts: Parts) -> None:
        """Insert everything in one transaction."""
        with parts.database.writing() as session:
            for table_, found in self.by_table.items():
                if found:
                    session.execute(insert(table_.__table__), found)


def fill(parts: Parts, answers: int, waves: int = 10) -> list[Filled]:
    """Store so many answers in so many waves, the newest of each audience last; returns some of what was stored."""
    _load_plan(parts)
    kept = []
    for number in range(waves):
        known = _open(parts, number, waves)
        left = answers // waves // (CLOSED + 1)
        while left > 0:
            stored = _responses(parts, known, min(_CHUNK, left))
            stored.store(parts)
            kept.append(stored.filled[0])
            left -= _CHUNK
    with parts.database.writing() as session:
        job = enqueue(session, INDEX, key=INDEX, subject={}).id
    run_job(parts.database, job)
    return kept


def count_everything_again(parts: Parts) -> None:
    """Have every wave and the words counted anew, and wait for it."""
    with parts.database.writing() as session:
        count_again(session, list(session.scalars(select(Wave.id))))
    settle(parts.database)


def _load_plan(parts: Parts) -> None:
    with parts.database.writing() as session:
        load_plan(session, FOLDER / "plan.toml")
        for row in rows("codebook.csv"):
            save_theme(session, **row, by="Bench", on=TODAY)
        aims = {aim.key: aim for aim in priorities(session)}
        known = {theme.key: theme for theme in themes(session)}
        for row in table("links.toml")["theme"]:
            said = {name: row[name] for name in ("stance", "reason")}
            pair = known[row["theme"]], aims[row["priority"]]
            decide_link(session, *pair, state="confirmed", by="Bench", on=TODAY, **said)
        for row in table("links.toml")["item"]:
            said = {name: row[name] for name in ("questionnaire", "question", "favourable", "reason")}
            link_item(session, aims[row["priority"]], by="Bench", on=TODAY, **said)


def _open(parts: Parts, number: int, waves: int) -> _Known:
    """A wave that is over, and a run over it."""
    asked = find(QUESTIONNAIRES[number % len(QUESTIONNAIRES)])
    linked = {row["question"] for row in table("links.toml")["item"] if row["questionnaire"] == asked.key}
    opens = TODAY - datetime.timedelta(days=30 * (waves - number))
    wave = Wave(
        id=random_id(),
        key=f"w{number}",
        title=f"Wave {number}: {asked.title}",
        audience=asked.audience,
        questionnaire=asked.key,
        version=asked.version,
        opens_on=opens,
        closes_on=opens + datetime.timedelta(days=20),
    )
    parts.keys.add_wave(wave.id)
    made = {"backend": "bench", "sha256": "", "parameters": {}, "texts": 0, "left_out": 0, "made_on": TODAY}
    with parts.database.writing() as session:
        session.add(wave)
        session.flush()
        session.add(run := Run(id=random_id(), wave_id=wave.id, **made))
        session.flush()
        ids = sorted(theme.id for theme in themes(session))
        session.expunge_all()
    return _Known(
        wave=wave,
        run_id=run.id,
        theme_ids=ids,
        sentences=_sentences(asked.audience),
        closed=[question for question in asked.questions if question.key in linked][:CLOSED],
        written=next(question.key for question in asked.questions if question.kind is Kind.LONG_TEXT),
        rng=random.Random(number),
    )


def _sentences(audience: str) -> list[str]:
    texts = [row["text"] for path in FOLDER.glob(f"words/{audience}-*.csv") for row in rows(f"words/{path.name}")]
    return sorted({part.strip() for text in texts for part in text.split(". ") if len(part) > 20})


def _responses(parts: Parts, known: _Known, number: int) -> _Rows:
    stored = _Rows()
    for response_id, key in parts.keys.add_responses(known.wave.id, [random_id() for _ in range(number)]).items():
        of = {"response_id": response_id, "wave_id": known.wave.id}
        text, sent = ". ".join(known.rng.sample(known.sentences, 2)), new_key()
        words = parts.digests.receipt_words(sent)
        stored.add(
            Response,
            id=response_id,
            wave_id=known.wave.id,
            idem=parts.digests.idem(sent),
            receipt=parts.digests.receipt(words),
            week=monday(TODAY),
            may_quote=known.rng.random() < 0.5,
        )
        for question in known.closed:
            choice = known.rng.choice(question.choices).key
            stored.add(
                Answer, **of, id=random_id(), question=question.key, state="answered", choice=choice, sealed=None
            )
        sealed = seal_text(key, text, response_id, known.written)
        answer = {"question": known.written, "state": "answered", "choice": None, "sealed": sealed}
        answer_id = stored.add(Answer, **of, id=random_id(), **answer)
        stored.filled.append(Filled(words, text))
        if known.rng.random() * 100 >= UNREAD:
            stored.add(Release, **of, read_by="Bench", read_on=TODAY)
            _code(stored, known, of, answer_id, len(text))
    return stored


def _code(stored: _Rows, known: _Known, of: dict, answer_id: int, length: int) -> None:
    """One or two themes on the whole text: mostly a person's, sometimes only suggested, sometimes none."""
    chance = known.rng.random() * 100
    if chance < UNCODED:
        return
    excerpt_id = stored.add(Excerpt, id=random_id(), answer_id=answer_id, starts=0, ends=length)
    said = {"coder": "Bench", "run_id": None, "probability": None, "state": "confirmed", "decided_by": "Bench"}
    if chance < UNCODED + SUGGESTED:
        said |= {"coder": "", "run_id": known.run_id, "state": "suggested", "decided_by": ""}
        said["probability"] = known.rng.random()
    chosen = known.rng.sample(known.theme_ids, known.rng.choice((1, 2)))
    for theme_id in chosen:
        feeling = known.rng.choice(("positive", "negative"))
        stored.add(Coding, **of, **said, id=random_id(), excerpt_id=excerpt_id, theme_id=theme_id, sentiment=feeling)
    quotable = said["state"] == "confirmed" and stored.by_table[Response][-1]["may_quote"]
    if quotable and known.rng.random() * ONE_QUOTE_IN < 2:  # every other response may be quoted
        quote = {"excerpt_id": excerpt_id, "theme_id": chosen[0], "masks": []}
        stored.add(Quote, **quote, id=random_id(), cleared_by="Bench", cleared_on=TODAY)
