"""Tables of the improvement plan."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Float,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.db import Base


class Plan(Base):
    """The improvement plan of one council."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    council: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    #: A made-up council: every page says so.
    example: Mapped[bool] = mapped_column(Boolean, default=False)


class Priority(Base):
    """One thing the plan sets out to change for children."""

    __tablename__ = "priority"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    outcome: Mapped[str] = mapped_column(Text, default="")
    #: Two to four sentences; links are suggested from these words.
    what_counts: Mapped[str] = mapped_column(Text)
    ilacs_area: Mapped[str] = mapped_column(String(40), default="")
    champion: Mapped[str] = mapped_column(String(120), default="")
    #: The audiences this priority is about.
    audiences: Mapped[list] = mapped_column(JSON, default=list)

    plan: Mapped[Plan] = relationship()
    measures: Mapped[list["Measure"]] = relationship(back_populates="priority", order_by="Measure.key")


class Measure(Base):
    """A figure the board follows, with the direction that is better."""

    __tablename__ = "measure"
    __table_args__ = (CheckConstraint("better IN ('up', 'down')", name="better"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"), index=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(120))
    better: Mapped[str] = mapped_column(String(4))
    target: Mapped[float | None] = mapped_column(Float)
    owner: Mapped[str] = mapped_column(String(120))
    core: Mapped[bool] = mapped_column(Boolean, default=True)

    priority: Mapped[Priority] = relationship(back_populates="measures")
    readings: Mapped[list["Reading"]] = relationship(back_populates="measure", order_by="Reading.quarter")


class Reading(Base):
    """One quarter's figure of a measure."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("measure_id", "quarter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"))
    quarter: Mapped[str] = mapped_column(String(7))
    numerator: Mapped[float | None] = mapped_column(Float)
    denominator: Mapped[float | None] = mapped_column(Float)
    value: Mapped[float] = mapped_column(Float)

    measure: Mapped[Measure] = relationship(back_populates="readings")
