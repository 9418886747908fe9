"""Search in cleared quotes: those in which all of some words stand, a page at a time, and who may find which."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from feedback.collection.models import Answer, Wave
from feedback.evidence.models import Quote, QuoteWord, ThemeLink
from feedback.evidence.store import quotes_and_waves
from feedback.themes.models import Excerpt

PAGE = 20
_COUNTED = 10_000  # a word in so many quotes is as common as any other


@dataclass(frozen=True)
class Found:
    """One page of quotes with the wave each came from, by random id; `after` begins the next page, None ends."""

    quotes: list[tuple[Quote, Wave]]
    after: int | None


def search_quotes(
    session: Session, digests: Sequence[bytes], *, for_board: bool, after: int = 0, limit: int = PAGE
) -> Found:
    """Quotes in which every one of these words stands (see `indexing.word_digests`); without a word, none.

    As on the board's own pages, the board finds quotes of themes that a person has linked to a priority, and one of
    each respondent: the first.
    """
    themes = _linked_themes(session) if for_board else None
    if not digests or themes == []:
        return Found([], None)
    sought = _Sought(_rarest_first(session, digests), themes)
    ids = list(session.scalars(sought.page(after).limit(limit + 1)))
    more, ids = len(ids) > limit, ids[:limit]
    repeated = set(session.scalars(sought.repeated(ids))) if for_board and ids else set()
    shown = Quote.id.in_([i for i in ids if i not in repeated])
    return Found(quotes_and_waves(session, shown, Quote.id), ids[-1] if more else None)


def _linked_themes(session: Session) -> list[int]:
    return list(session.scalars(select(ThemeLink.theme_id).where(ThemeLink.state == "confirmed").distinct()))


def _rarest_first(session: Session, digests: Sequence[bytes]) -> list[bytes]:
    """The words in the order in which they are asked for: whatever holds the rarest is looked through for the rest."""
    return sorted(set(digests), key=lambda digest: session.scalar(_how_common(digest)))


def _how_common(digest: bytes) -> Select:
    some = select(QuoteWord.quote_id).where(QuoteWord.word == digest).limit(_COUNTED).subquery()
    return select(func.count()).select_from(some)


@dataclass(frozen=True)
class _Sought:
    """The words, the rarest first, and the themes; None: all of them."""

    digests: list[bytes]
    themes: list[int] | None

    def page(self, after: int) -> Select:
        """Ids of the quotes that are found, in order: read as far as the caller's limit, and never counted."""
        rarest, *others = self.digests
        wanted = select(QuoteWord.quote_id).where(QuoteWord.word == rarest, QuoteWord.quote_id > after)
        wanted = wanted.where(*_all_in(QuoteWord.quote_id, others))
        if self.themes is not None:  # after the words: on SQLite it costs the most
            themed = select(Quote.id).where(Quote.id == QuoteWord.quote_id, Quote.theme_id.in_(self.themes))
            wanted = wanted.where(themed.exists())
        return wanted.order_by(QuoteWord.quote_id)

    def repeated(self, ids: list[int]) -> Select:
        """Which of these quotes come after another that is found too, by the same respondent."""
        first, excerpt, answer = aliased(Quote), aliased(Excerpt), aliased(Answer)
        return (
            select(Quote.id)
            .join(Excerpt, Excerpt.id == Quote.excerpt_id)
            .join(Answer, Answer.id == Excerpt.answer_id)
            .join(answer, answer.response_id == Answer.response_id)
            .join(excerpt, excerpt.answer_id == answer.id)
            .join(first, first.excerpt_id == excerpt.id)
            .where(Quote.id.in_(ids), first.id < Quote.id, first.theme_id.in_(self.themes or ()))
            .where(*_all_in(first.id, self.digests))
        )


def _all_in(quote_id: InstrumentedAttribute[int], digests: Sequence[bytes]) -> list[ColumnElement[bool]]:
    rows = [(aliased(QuoteWord), digest) for digest in digests]
    return [select(row.word).where(row.word == digest, row.quote_id == quote_id).exists() for row, digest in rows]
