"""Load Northmere: through the same stores and the same sealing as anybody's data, in one commit."""

import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.signing_in import hashed_for
from feedback.collection.editions import offer, readiness
from feedback.collection.models import Wave
from feedback.collection.receipts import Digests
from feedback.collection.store import all_waves, asked_version, open_wave
from feedback.config import Settings
from feedback.db import Database, random_id
from feedback.evidence.masking import masks_for
from feedback.evidence.store import clear_quote, decide_link, link_item
from feedback.example import choosing
from feedback.example.files import FOLDER, Text, rows, table, texts_by_wave
from feedback.example.people import CODERS, LEAD, PASSWORD, add_people
from feedback.example.responses import Known, rows_of
from feedback.plan.models import Priority
from feedback.plan.store import load_plan, priorities, save_measure, save_reading, the_plan
from feedback.sealing import KeyStore
from feedback.themes.models import Run, Theme
from feedback.themes.store import save_theme, themes
from feedback.triage.store import count_again
from languages import ENGLISH, LANGUAGES

AGREED_ON = datetime.date(2026, 5, 11)
LINKED_ON = datetime.date(2026, 11, 2)
CLEARED_ON = datetime.date(2026, 11, 4)
DRAFTS_ACCEPTED_BY = f"{LEAD.name}, for the example only"
STEPS = 4


def is_whole(session: Session) -> bool:
    """True when the example is there and has been analysed."""
    plan = the_plan(session)
    return bool(plan and plan.example and session.scalar(select(Run.id).limit(1)))


def load_example(database: Database, keys: KeyStore, digests: Digests, settings: Settings, listener) -> None:
    """Store everything of Northmere but what the machine suggests."""
    listener(0, STEPS, "Adding the people of Northmere")
    password_hash = hashed_for(settings, database, PASSWORD)
    specs = table("waves.toml")["wave"]
    texts = texts_by_wave(specs)
    with database.writing() as session:
        add_people(session, password_hash)
        listener(1, STEPS, "Writing its plan and codebook")
        _add_plan(session)
        listener(2, STEPS, "Collecting its responses")
        excerpts = _add_waves(session, keys, digests, specs, texts)
        _offer_languages(session, database)
        listener(3, STEPS, "Linking and quoting")
        _add_links(session)
        _clear_quotes(session, keys, texts, excerpts)
        count_again(session, [wave.id for wave in all_waves(session)])


def _add_plan(session: Session) -> None:
    load_plan(session, FOLDER / "plan.toml")
    aims = {priority.key: priority for priority in priorities(session)}
    measures = {
        row["key"]: save_measure(
            session,
            aims[row["priority"]],
            key=row["key"],
            title=row["title"],
            unit=row["unit"],
            better=row["better"],
            target=float(row["target"]),
            owner=row["owner"],
            core=row["core"] == "yes",
        )
        for row in rows("measures.csv")
    }
    for row in rows("readings.csv"):
        figures = {name: float(row[name]) for name in ("numerator", "denominator", "value")}
        save_reading(session, measures[row["measure"]], quarter=row["quarter"], **figures)
    for row in rows("codebook.csv"):
        save_theme(session, **row, by=CODERS, on=AGREED_ON)


def _add_waves(
    session: Session, keys: KeyStore, digests: Digests, specs: list[dict], texts: dict[str, list[Text]]
) -> dict[str, int]:
    """Open every wave and fill it; returns {a coded text's words: its excerpt}."""
    closed = table("closed.toml")
    known = Known(
        closed=closed,
        theme_ids={theme.key: theme.id for theme in themes(session)},
        priority_ids={priority.key: priority.id for priority in priorities(session)},
        uncoded=choosing.left_uncoded(texts, closed["seed"]),
        quoted=set(choosing.quotes(texts)),
    )
    excerpts = {}
    for spec in specs:
        wave = open_wave(session, keys, _wave(spec))
        filled = rows_of(wave, spec["responses"], texts[spec["key"]], known, keys, digests)
        filled.store(session)
        excerpts |= filled.excerpts
    return excerpts


def _offer_languages(session: Session, database: Database) -> None:
    """Ask what is open in every language that has all its words."""
    for wave in all_waves(session):
        if wave.imported or wave.closes_on is None or wave.closes_on <= LINKED_ON:
            continue
        asked = asked_version(database, wave)
        for code in LANGUAGES:
            if code != ENGLISH.code and readiness(asked, code).can_be_offered:
                offer(session, database, wave, code, DRAFTS_ACCEPTED_BY)


def _wave(spec: dict) -> Wave:
    asked = spec.get("questionnaire")
    return Wave(
        id=random_id(),
        key=spec["key"],
        title=spec["title"],
        kind=spec.get("kind", "voices"),
        audience=spec.get("audience", "records"),
        questionnaire=asked,
        promise=spec["promise"],
        opens_on=spec["opens"],
        closes_on=spec["closes"],
        consent_basis=spec.get("consent", ""),
        draft_accepted_by=DRAFTS_ACCEPTED_BY if asked else "",
    )


def _add_links(session: Session) -> None:
    aims: dict[str, Priority] = {priority.key: priority for priority in priorities(session)}
    agreed: dict[str, Theme] = {theme.key: theme for theme in themes(session)}
    links = table("links.toml")
    for link in links["theme"]:
        decide_link(
            session,
            agreed[link["theme"]],
            aims[link["priority"]],
            state="confirmed",
            stance=link["stance"],
            reason=link["reason"],
            by=LEAD.name,
            on=LINKED_ON,
        )
    for item in links["item"]:
        link_item(
            session,
            aims[item["priority"]],
            questionnaire=item["questionnaire"],
            question=item["question"],
            favourable=item["favourable"],
            reason=item["reason"],
            by=LEAD.name,
            on=LINKED_ON,
        )


def _clear_quotes(session: Session, keys: KeyStore, texts: dict[str, list[Text]], excerpts: dict[str, int]) -> None:
    agreed = {theme.key: theme for theme in themes(session)}
    for words, quote in choosing.quotes(texts).items():
        masks = masks_for(words, "\n".join(quote.get("hide", ())))
        theme = agreed[quote["theme"]]
        clear_quote(session, keys, excerpts[words], theme, masks=masks, by=LEAD.name, on=CLEARED_ON)
