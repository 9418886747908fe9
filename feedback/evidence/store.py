"""Read and write links, favourable items, cleared quotes and checks."""

import datetime
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from feedback.collection.models import Answer, Response, Wave
from feedback.collection.store import words_of
from feedback.errors import NotFound, Refused
from feedback.evidence.indexing import index_quote
from feedback.evidence.models import STANCES, Check, ItemLink, Quote, ThemeLink
from feedback.plan.models import Priority
from feedback.sealing import KeyStore
from feedback.themes import tallies
from feedback.themes.models import Coding, Excerpt, Run, Theme
from feedback.triage.models import Release
from feedback.triage.store import count_words_again

GONE = "That excerpt is gone: its response was erased."


def replace_suggested_links(session: Session, run: Run, links: list[tuple[int, int, int, float]]) -> None:
    """Put a run's suggested links in the place of earlier ones; what people decided stays."""
    session.execute(ThemeLink.__table__.delete().where(ThemeLink.state == "suggested"))
    decided = {(link.theme_id, link.priority_id): link for link in session.scalars(select(ThemeLink))}
    for theme_id, priority_id, rank, score in links:
        known = decided.get((theme_id, priority_id))
        if known:
            known.rank, known.score, known.run_id = rank, score, run.id
            continue
        session.add(
            ThemeLink(
                theme_id=theme_id, priority_id=priority_id, state="suggested", rank=rank, score=score, run_id=run.id
            )
        )
    session.flush()


def links(session: Session, *, state: str | None = None, priority: Priority | None = None) -> list[ThemeLink]:
    """Links with their theme and priority, by theme and then rank."""
    wanted = (
        select(ThemeLink)
        .options(joinedload(ThemeLink.theme), joinedload(ThemeLink.priority))
        .join(ThemeLink.theme)
        .order_by(Theme.name, Theme.id, ThemeLink.rank, ThemeLink.id)
    )
    if state:
        wanted = wanted.where(ThemeLink.state == state)
    if priority:
        wanted = wanted.where(ThemeLink.priority_id == priority.id)
    return list(session.scalars(wanted))


def themes_to_link(session: Session) -> list[Theme]:
    """Themes on whose links nobody has decided to the end: none confirmed, and not every suggestion refused."""
    linked = select(ThemeLink.id).where(ThemeLink.theme_id == Theme.id)
    waits = linked.where(ThemeLink.state == "suggested").exists() | ~linked.exists()
    return list(
        session.scalars(
            select(Theme)
            .where(~linked.where(ThemeLink.state == "confirmed").exists(), waits)
            .order_by(Theme.name, Theme.id)
        )
    )


def confirmed_links(session: Session) -> list[tuple[str, str]]:
    """(theme's words, priority key) of every confirmed link, for the linker to learn from."""
    return [
        (f"{link.theme.name}. {link.theme.description}", link.priority.key)
        for link in links(session, state="confirmed")
    ]


def decide_link(
    session: Session,
    theme: Theme,
    priority: Priority,
    *,
    state: str,
    stance: str | None,
    reason: str,
    by: str,
    on: datetime.date,
) -> ThemeLink:
    """A person links a theme to a priority with stance and reason, or refuses the link."""
    if state == "confirmed" and (stance not in STANCES or not reason.strip()):
        raise Refused("Say what the theme says of the priority (supports, challenges or qualifies) and why.")
    link = session.scalar(select(ThemeLink).where(ThemeLink.theme_id == theme.id, ThemeLink.priority_id == priority.id))
    if link is None:
        link = ThemeLink(theme_id=theme.id, priority_id=priority.id)
        session.add(link)
    link.state, link.stance, link.reason = state, stance if state == "confirmed" else None, reason.strip()
    link.decided_by, link.decided_on = by, on
    session.flush()
    count_words_again(session)
    return link


def link_item(
    session: Session,
    priority: Priority,
    *,
    questionnaire: str,
    question: str,
    favourable: list[str],
    reason: str,
    by: str,
    on: datetime.date,
) -> ItemLink:
    """A person links a closed item to a priority and says which answers are favourable."""
    if not favourable or not reason.strip():
        raise Refused("Tick at least one favourable answer and say why the item speaks to the priority.")
    link = session.scalar(
        select(ItemLink).where(
            ItemLink.questionnaire == questionnaire, ItemLink.question == question, ItemLink.priority_id == priority.id
        )
    )
    if link is None:
        link = ItemLink(questionnaire=questionnaire, question=question, priority_id=priority.id)
        session.add(link)
    link.favourable, link.reason, link.linked_by, link.linked_on = favourable, reason.strip(), by, on
    session.flush()
    return link


def item_links(session: Session, priority: Priority | None = None) -> list[ItemLink]:
    """Linked items with their priority, by questionnaire and question."""
    wanted = (
        select(ItemLink)
        .options(joinedload(ItemLink.priority))
        .order_by(ItemLink.questionnaire, ItemLink.question, ItemLink.id)
    )
    return list(session.scalars(wanted.where(ItemLink.priority_id == priority.id) if priority else wanted))


def quotable(session: Session, theme: Theme, limit: int = 20) -> list[Coding]:
    """Confirmed codings of a theme whose respondent allows quoting and whose words were released."""
    return list(
        session.scalars(
            select(Coding)
            .options(joinedload(Coding.excerpt).joinedload(Excerpt.answer))
            .join(Response, Response.id == Coding.response_id)
            .join(Release, Release.response_id == Coding.response_id)
            .outerjoin(Quote, Quote.excerpt_id == Coding.excerpt_id)
            .where(
                Coding.theme_id == theme.id,
                Coding.state == "confirmed",
                Response.may_quote.is_(True),
                Quote.id.is_(None),
            )
            .order_by(Coding.probability, Coding.id)  # as ix_coding_queue has them: it need not look at all
            .limit(limit)
        )
    )


def quotable_by_theme(session: Session) -> dict[int, int]:
    """{theme id: how many excerpts wait to be cleared as quotes}."""
    found: dict[int, int] = {}
    for _wave, theme, _label, number in tallies.read(session, "quotable"):
        found[int(theme)] = found.get(int(theme), 0) + number
    for theme_id, number in _cleared_by_theme(session).items():
        found[theme_id] = max(found.get(theme_id, 0) - number, 0)
    return found


def _cleared_by_theme(session: Session) -> dict[int, int]:
    """{theme id: how many excerpts that carry it were cleared, under this theme or another}."""
    cleared, pairs = list(session.scalars(select(Quote.excerpt_id))), set()
    for start in range(0, len(cleared), 500):
        # By id alone: a database that is told the state as well looks through every coding in that state.
        codings = select(Coding.excerpt_id, Coding.theme_id, Coding.state)
        rows = session.execute(codings.where(Coding.excerpt_id.in_(cleared[start : start + 500])))
        pairs.update((excerpt_id, theme_id) for excerpt_id, theme_id, state in rows if state == "confirmed")
    return Counter(theme_id for _excerpt_id, theme_id in pairs)


def get_excerpt(session: Session, excerpt_id: int) -> Excerpt:
    """One excerpt with its answer; raises NotFound."""
    excerpt = session.get(Excerpt, excerpt_id, options=[joinedload(Excerpt.answer)])
    if excerpt is None:
        raise NotFound(GONE)
    return excerpt


def clear_quote(
    session: Session, keys: KeyStore, excerpt_id: int, theme: Theme, *, masks: list[list], by: str, on: datetime.date
) -> Quote:
    """A named person clears an excerpt to be shown and found; raises Refused without the respondent's consent."""
    excerpt = get_excerpt(session, excerpt_id)
    response = session.get(Response, excerpt.answer.response_id)
    if not response.may_quote:
        raise Refused("Whoever wrote this has not agreed to be quoted, so it cannot be cleared.")
    if session.get(Release, response.id) is None:
        raise Refused("Nobody has read this response yet. Release it first.")
    if session.scalar(select(Quote.id).where(Quote.excerpt_id == excerpt_id)):
        raise Refused("This excerpt was cleared before.")
    quote = Quote(excerpt_id=excerpt_id, theme_id=theme.id, masks=masks, cleared_by=by.strip(), cleared_on=on)
    session.add(quote)
    session.flush()
    index_quote(session, keys, quote, _words_of_excerpt(keys, excerpt))
    return quote


def _words_of_excerpt(keys: KeyStore, excerpt: Excerpt) -> str:
    texts = words_of(keys, [excerpt.answer])
    if excerpt.answer_id not in texts:
        raise NotFound(GONE)
    return texts[excerpt.answer_id][excerpt.starts : excerpt.ends]


def quotes_for(
    session: Session, theme_ids: Iterable[int], *, of_an_audience: int | None = None
) -> list[tuple[Quote, Wave]]:
    """Cleared quotes of themes with the wave each came from, the newest wave first; so many of an audience, or all."""
    wanted = Quote.theme_id.in_(list(theme_ids))
    if of_an_audience is not None:
        place = func.row_number().over(partition_by=Wave.audience, order_by=(Wave.opens_on.desc(), Quote.id))
        placed = select(Quote.id, place.label("place")).join(Quote.excerpt).join(Excerpt.answer)
        placed = placed.join(Wave, Wave.id == Answer.wave_id).where(wanted).subquery()
        wanted = Quote.id.in_(select(placed.c.id).where(placed.c.place <= of_an_audience))
    return quotes_and_waves(session, wanted, Wave.opens_on.desc(), Quote.id)


def quotes_and_waves(session: Session, wanted: ColumnElement[bool], *order) -> list[tuple[Quote, Wave]]:
    """Quotes with the wave each came from, and with all that shows them, in one statement."""
    rows = session.execute(
        select(Quote, Wave)
        .join(Excerpt, Excerpt.id == Quote.excerpt_id)
        .join(Answer, Answer.id == Excerpt.answer_id)
        .join(Wave, Wave.id == Answer.wave_id)
        .options(joinedload(Quote.excerpt).joinedload(Excerpt.answer), joinedload(Quote.theme))
        .where(wanted)
        .order_by(*order)
    )
    return [(quote, wave) for quote, wave in rows]


def add_check(session: Session, priority: Priority, **columns) -> Check:
    """Store an audit finding, complaint or compliment beside its response."""
    check = Check(priority_id=priority.id, **columns)
    session.add(check)
    session.flush()
    return check


def words_of_quotes(keys: KeyStore, quotes: list[Quote]) -> dict[int, str]:
    """{quote id: the words of its excerpt}; a withdrawn one is not in it."""
    texts = words_of(keys, [quote.excerpt.answer for quote in quotes])
    return {
        quote.id: texts[quote.excerpt.answer_id][quote.excerpt.starts : quote.excerpt.ends]
        for quote in quotes
        if quote.excerpt.answer_id in texts
    }
