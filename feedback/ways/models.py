"""Tables of the other ways in: tablets that are locked, and paper that was typed in and by whom."""

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
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.collection.models import Response, Wave
from feedback.db import Base, BigId, random_id


class Kiosk(Base):
    """A tablet that is locked to one wave until somebody knows its PIN. It knows nothing of who answers on it."""

    __tablename__ = "kiosk"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries"),)

    #: Digest of what its cookie holds.
    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    pin: Mapped[str] = mapped_column(String(200))
    #: Wrong PINs since the last right one, and until when the next is not looked at (seconds since 1970).
    tries: Mapped[int] = mapped_column(Integer, default=0)
    wait_until: Mapped[float] = mapped_column(Float, default=0)
    begun_by: Mapped[str] = mapped_column(String(120))
    begun_on: Mapped[datetime.date] = mapped_column(Date)

    wave: Mapped[Wave] = relationship()


class PaperBatch(Base):
    """A pile of forms on paper, numbered from 1, and which of them are typed twice: drawn before any is typed."""

    __tablename__ = "paper_batch"
    __table_args__ = (
        UniqueConstraint("wave_id", "name"),
        CheckConstraint("forms BETWEEN 1 AND 5000", name="forms"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    name: Mapped[str] = mapped_column(String(80))
    forms: Mapped[int] = mapped_column(Integer)
    #: Numbers of the forms that two people type.
    twice: Mapped[list] = mapped_column(JSON)
    made_by: Mapped[str] = mapped_column(String(120))

    wave: Mapped[Wave] = relationship()


class PaperEntry(Base):
    """A form was typed in: who did it, and in which week. When its response is taken away, this alone stays."""

    __tablename__ = "paper_entry"
    __table_args__ = (UniqueConstraint("batch_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"))
    #: Written on the form by whoever counted the pile: never a code that somebody was invited with.
    number: Mapped[int] = mapped_column(Integer)
    #: None when the form does not agree to be read, or when its response was taken away.
    response_id: Mapped[int | None] = mapped_column(ForeignKey("response.id", ondelete="SET NULL"), index=True)
    agreed: Mapped[bool]
    #: Keys of the questions whose answer nobody could read: in the response they are blank.
    unreadable: Mapped[list] = mapped_column(JSON)
    typed_by: Mapped[str] = mapped_column(String(120))
    typist_id: Mapped[int] = mapped_column(Integer)
    #: Monday of the week.
    week: Mapped[datetime.date] = mapped_column(Date)

    batch: Mapped[PaperBatch] = relationship()
    second: Mapped["PaperSecond | None"] = relationship(back_populates="entry", passive_deletes=True)


class PaperSecond(Base):
    """The same form typed by somebody else, and what the two made of it; it goes with the response."""

    __tablename__ = "paper_second"

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("paper_entry.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), index=True)
    #: What was typed, sealed under the response's key; nothing once the two are settled.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: The reasons of what was chosen, sealed in the same way.
    reasons: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: Keys of the questions that were compared, and of those that the two typed differently.
    compared: Mapped[list] = mapped_column(JSON)
    differed: Mapped[list] = mapped_column(JSON)
    typed_by: Mapped[str] = mapped_column(String(120))
    week: Mapped[datetime.date] = mapped_column(Date)
    settled_by: Mapped[str] = mapped_column(String(120), default="")

    entry: Mapped[PaperEntry] = relationship(back_populates="second")
    response: Mapped[Response] = relationship()
