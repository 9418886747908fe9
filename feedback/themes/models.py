"""Tables of theming. A machine's rows say which run made them; only people's decisions count."""

import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.collection.models import Answer
from feedback.db import Base, BigId, random_id

SENTIMENTS = ("positive", "negative", "mixed", "neutral")


class Theme(Base):
    """A meaning that people agreed on; the themes together are the codebook."""

    __tablename__ = "theme"
    __table_args__ = (CheckConstraint("length(trim(agreed_by)) > 0", name="agreed_by_a_person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text)
    agreed_by: Mapped[str] = mapped_column(String(120))
    agreed_on: Mapped[datetime.date] = mapped_column(Date)


class Excerpt(Base):
    """A stretch of one answer, as offsets: erasing the answer's key erases the excerpt."""

    __tablename__ = "excerpt"
    __table_args__ = (
        CheckConstraint("starts >= 0 AND ends > starts", name="starts_before_ends"),
        UniqueConstraint("answer_id", "starts", "ends"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"))
    starts: Mapped[int] = mapped_column(Integer)
    ends: Mapped[int] = mapped_column(Integer)

    answer: Mapped[Answer] = relationship()


class Run(Base):
    """One pass of the machine: which model, with which parameters, on how much, on which day."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    wave_id: Mapped[int | None] = mapped_column(ForeignKey("wave.id"))
    backend: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    parameters: Mapped[dict] = mapped_column(JSON)
    texts: Mapped[int] = mapped_column(Integer)
    left_out: Mapped[int] = mapped_column(Integer)
    made_on: Mapped[datetime.date] = mapped_column(Date)


class Topic(Base):
    """A pile the machine made of excerpts: a draft until a person agrees a theme."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    terms: Mapped[list] = mapped_column(JSON)
    size: Mapped[int] = mapped_column(Integer)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))

    run: Mapped[Run] = relationship()
    members: Mapped[list["TopicExcerpt"]] = relationship(order_by="TopicExcerpt.place")


class TopicExcerpt(Base):
    """An excerpt in a topic; the first three places are its representatives."""

    __tablename__ = "topic_excerpt"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    excerpt_id: Mapped[int] = mapped_column(ForeignKey("excerpt.id", ondelete="CASCADE"), primary_key=True, index=True)
    place: Mapped[int] = mapped_column(Integer)

    excerpt: Mapped[Excerpt] = relationship()


class Coding(Base):
    """One theme on one excerpt, by a person or suggested by a run; only a person's yes counts."""

    __tablename__ = "coding"
    __table_args__ = (
        CheckConstraint("state IN ('suggested', 'confirmed', 'rejected')", name="state"),
        CheckConstraint("coder <> '' OR run_id IS NOT NULL", name="says_who_made_it"),
        CheckConstraint("state = 'suggested' OR decided_by <> ''", name="decided_by_a_person"),
        CheckConstraint("state <> 'suggested' OR run_id IS NOT NULL", name="only_runs_suggest"),
        CheckConstraint(
            "sentiment IS NULL OR sentiment IN ('positive', 'negative', 'mixed', 'neutral')", name="sentiment"
        ),
        UniqueConstraint("excerpt_id", "theme_id", "coder"),
        # A wave is counted from here alone, in this order: one theme after the other, one response after the other.
        Index("ix_coding_counts", "wave_id", "state", "theme_id", "response_id", "sentiment"),
        Index("ix_coding_queue", "state", "theme_id", "probability", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    excerpt_id: Mapped[int] = mapped_column(ForeignKey("excerpt.id", ondelete="CASCADE"))
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), index=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    #: The person who coded it; empty when a run suggested it.
    coder: Mapped[str] = mapped_column(String(120), default="")
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    probability: Mapped[float | None] = mapped_column(Float)
    state: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_on: Mapped[datetime.date | None] = mapped_column(Date)
    #: Towards the theme: a person's word, or the run's while it is only suggested.
    sentiment: Mapped[str | None] = mapped_column(String(8))

    excerpt: Mapped[Excerpt] = relationship()
    theme: Mapped[Theme] = relationship()


class Tally(Base):
    """One stored count of a wave's released responses, so that a page need not count a million rows again.

    kind `released`, `unread`: responses; `uncoded`: released ones with words but no theme; `said`: responses
    that speak of the theme `subject`, by sentiment `label`; `chosen`: responses that chose `label` at the question
    `subject`; `quotable`: excerpts with the theme `subject` that their respondent lets us quote.
    """

    __tablename__ = "tally"
    __table_args__ = (
        CheckConstraint("kind IN ('released', 'unread', 'uncoded', 'said', 'chosen', 'quotable')", name="kind"),
        Index("ix_tally_kind", "kind", "subject"),
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    label: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
