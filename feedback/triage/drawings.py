"""A person looks at a drawing and writes down what it shows: those words are the answer, and go on in its place."""

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from feedback.collection.models import Answer, Drawing
from feedback.sealing import KeyStore, seal_text

#: A drawing: its response and its item there.
Place = tuple[int, str]


def undescribed(session: Session, response_ids: Sequence[int]) -> list[Place]:
    """Drawings of these responses (500 at most) that nobody has put into words yet."""
    # By the drawings, of which there are few: most waves have none, and then this looks at nothing else.
    answered = and_(Answer.response_id == Drawing.response_id, Answer.question == Drawing.question)
    rows = session.execute(
        select(Drawing.response_id, Drawing.question)
        .join(Answer, answered)
        .where(Drawing.response_id.in_(response_ids), Answer.sealed.is_(None))
        .order_by(Drawing.response_id, Drawing.question)
    )
    return [(response_id, item) for response_id, item in rows]


def seal_words(keys: KeyStore, words: Mapping[Place, str]) -> dict[Place, bytes]:
    """The words of a reader, sealed under the key of each response; one that was taken back meanwhile is not in it."""
    opened = keys.of_responses({response_id for response_id, _item in words})
    return {
        (response_id, item): seal_text(opened[response_id], text, response_id, item)
        for (response_id, item), text in words.items()
        if response_id in opened
    }


def describe(session: Session, sealed: Mapping[Place, bytes]) -> None:
    """Store what a reader wrote about drawings; words that another reader stored meanwhile stay."""
    for (response_id, item), words in sealed.items():
        session.execute(
            update(Answer)
            .where(Answer.response_id == response_id, Answer.question == item, Answer.sealed.is_(None))
            .values(sealed=words)
            .execution_options(synchronize_session=False)
        )
