"""Tables of evidence: what was linked to which priority, by whom and why."""

import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.collection.models import Response
from feedback.db import Base, BigId, random_id
from feedback.plan.models import Priority
from feedback.themes.models import Excerpt, Theme

STANCES = ("supports", "challenges", "qualifies")


class ThemeLink(Base):
    """A theme beside a priority: suggested by a run, or confirmed by a person with a stance and a reason."""

    __tablename__ = "theme_link"
    __table_args__ = (
        UniqueConstraint("theme_id", "priority_id"),
        CheckConstraint("state IN ('suggested', 'confirmed', 'rejected')", name="state"),
        CheckConstraint(
            "state <> 'confirmed' OR (stance IN ('supports', 'challenges', 'qualifies') "
            "AND reason <> '' AND decided_by <> '')",
            name="confirmed_with_reason",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    #: Place and score among the machine's suggestions for this theme.
    rank: Mapped[int | None] = mapped_column(Integer)
    score: Mapped[float | None] = mapped_column(Float)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    stance: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_on: Mapped[datetime.date | None] = mapped_column(Date)

    theme: Mapped[Theme] = relationship()
    priority: Mapped[Priority] = relationship()


class ItemLink(Base):
    """A closed item beside a priority, with the answers a person calls favourable."""

    __tablename__ = "item_link"
    __table_args__ = (
        UniqueConstraint("questionnaire", "question", "priority_id"),
        CheckConstraint("reason <> '' AND linked_by <> ''", name="linked_with_reason"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    questionnaire: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(String(40))
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"), index=True)
    favourable: Mapped[list] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    linked_by: Mapped[str] = mapped_column(String(120))
    linked_on: Mapped[datetime.date] = mapped_column(Date)

    priority: Mapped[Priority] = relationship()


class Quote(Base):
    """An excerpt a named person cleared to be shown, with stretches masked; it holds no words itself."""

    __tablename__ = "quote"
    __table_args__ = (CheckConstraint("cleared_by <> ''", name="cleared_by_a_person"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    excerpt_id: Mapped[int] = mapped_column(ForeignKey("excerpt.id", ondelete="CASCADE"), unique=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), index=True)
    #: [[start, end, word shown instead], …] inside the excerpt.
    masks: Mapped[list] = mapped_column(JSON, default=list)
    cleared_by: Mapped[str] = mapped_column(String(120))
    cleared_on: Mapped[datetime.date] = mapped_column(Date)

    excerpt: Mapped[Excerpt] = relationship()
    theme: Mapped[Theme] = relationship()


class QuoteWord(Base):
    """That a word stands in a cleared quote as it is shown. The word is a keyed digest: nobody reads it from here."""

    __tablename__ = "quote_word"
    # In the order of its key, the rows of a word lie together and in the order of quotes, as the search reads them.
    __table_args__ = {"sqlite_with_rowid": False}

    word: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    quote_id: Mapped[int] = mapped_column(
        ForeignKey("quote.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )


class PriorityWord(Base):
    """In how many texts about a priority a word stands; kept only from the board's threshold on."""

    __tablename__ = "priority_word"

    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"), primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


class Check(Base):
    """An audit finding, a complaint or a compliment; its words are a response in a wave of its own kind."""

    __tablename__ = "check_record"
    __table_args__ = (
        CheckConstraint("kind IN ('audit', 'complaint', 'compliment')", name="kind"),
        CheckConstraint("(kind = 'audit') = (grade IS NOT NULL)", name="audits_are_graded"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    kind: Mapped[str] = mapped_column(String(10))
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"), index=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    month: Mapped[str] = mapped_column(String(7))
    grade: Mapped[str | None] = mapped_column(String(20))
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))

    priority: Mapped[Priority] = relationship()
    response: Mapped[Response] = relationship()
