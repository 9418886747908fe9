"""In which words a wave is asked: in other languages, in easy words; each as it was when it was offered."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from feedback.collection.models import AskedVersion, Edition, Wave
from feedback.collection.store import asked_version, keep_edition
from feedback.db import Database
from feedback.errors import Refused
from forms.questionnaire import Format, Questionnaire
from forms.stored import from_data
from forms.translating import Translation, translated
from languages import ENGLISH, LANGUAGES, Language
from languages.catalogues import site_state, words_of


def translation_of(questionnaire: Questionnaire, code: str) -> Translation:
    """A questionnaire in a language, from the files of translations that are here now."""
    return translated(questionnaire, code, *words_of(code, questionnaire.key))


@dataclass(frozen=True)
class Readiness:
    """How far a language is for a questionnaire, the pages around it included."""

    language: Language
    missing: int
    unchecked: int

    @property
    def code(self) -> str:
        """The language's code."""
        return self.language.code

    @property
    def can_be_offered(self) -> bool:
        """True when every text has a translation, checked or not."""
        return not self.missing


def readiness(questionnaire: Questionnaire, code: str) -> Readiness:
    """How far a language is, by the files of translations that are here now."""
    site, translation = site_state(code), translation_of(questionnaire, code)
    return Readiness(
        LANGUAGES[code],
        missing=len(site.missing) + len(site.broken) + len(translation.missing),
        unchecked=len(site.unchecked) + len(translation.unchecked),
    )


def offer(session: Session, database: Database, wave: Wave, code: str, accepted_by: str = "") -> None:
    """Ask a wave in one more language, in the words that its files have now. Raises Refused.

    Where the wave has easy words, those are offered in this language too when all of them are translated.
    `accepted_by` names who takes it on themselves that words are shown that nobody has checked.
    """
    asked = asked_version(database, wave)
    ready, name = readiness(asked, code), LANGUAGES[code].in_english
    if not ready.can_be_offered:
        raise Refused(
            f"{name} cannot be offered yet: {ready.missing} texts have no translation that can be shown. "
            f"'soundings language check {code}' lists them."
        )
    if ready.unchecked and not accepted_by.strip():
        raise Refused(
            f"Nobody has checked {ready.unchecked} texts in {name}: a machine drafted them. Have them "
            "checked first, or name who takes it on themselves to show them."
        )
    keep_edition(session, wave, translation_of(asked, code).questionnaire, accepted_by if ready.unchecked else "")
    easy = _easy_words(session, wave)
    ready = readiness(easy, code) if easy else None
    if ready and ready.can_be_offered and (accepted_by.strip() or not ready.unchecked):
        words = translation_of(easy, code).questionnaire
        keep_edition(session, wave, words, accepted_by if ready.unchecked else "")


def _easy_words(session: Session, wave: Wave) -> Questionnaire | None:
    """The easy words in English that a wave was opened with."""
    session.flush()
    kept = session.get(Edition, (wave.id, ENGLISH.code, Format.EASY_READ))
    return from_data(session.get(AskedVersion, kept.version).content) if kept else None


def languages_of(session: Session, wave_ids: Iterable[int]) -> dict[int, list[Edition]]:
    """{wave id: the languages it is offered in besides English}, in the order of `LANGUAGES`."""
    rows = session.scalars(
        select(Edition).where(
            Edition.wave_id.in_(list(wave_ids)), Edition.format == Format.STANDARD, Edition.language != ENGLISH.code
        )
    )
    order = list(LANGUAGES)
    found: dict[int, list[Edition]] = {}
    for row in sorted((row for row in rows if row.language in order), key=lambda row: order.index(row.language)):
        found.setdefault(row.wave_id, []).append(row)
    return found


def offered_on(session: Session, today: datetime.date) -> list[str]:
    """Codes of the languages in which a respondent can answer something on this day, English first."""
    rows = set(
        session.scalars(
            select(Edition.language)
            .distinct()
            .join(Wave, Wave.id == Edition.wave_id)
            .where(Wave.opens_on <= today, or_(Wave.closes_on.is_(None), Wave.closes_on >= today))
        )
    )
    return [code for code in LANGUAGES if code == ENGLISH.code or code in rows]


@dataclass(frozen=True)
class Asked:
    """What a wave asks in a language, and whether somebody accepted that nobody has checked it."""

    questionnaire: Questionnaire
    unchecked: bool


def asked_in(database: Database, wave: Wave, code: str, form: Format = Format.STANDARD) -> Asked | None:
    """What a wave asks in these words, as they were when they were offered; None where they are not offered."""
    found = _asked.get((wave.id, code, form))
    if found is None:
        kept = select(AskedVersion.content, Edition.accepted_by).where(
            Edition.version == AskedVersion.version,
            Edition.wave_id == wave.id,
            Edition.language == code,
            Edition.format == form,
        )
        with database.engine.connect() as connection:
            row = connection.execute(kept).one_or_none()
        if row is not None:
            found = _asked[wave.id, code, form] = Asked(from_data(row.content), bool(row.accepted_by))
    return found


#: What was offered stays as it was, so each is looked up once a process; what is not offered may be some day.
_asked: dict[tuple[int, str, Format], Asked] = {}
