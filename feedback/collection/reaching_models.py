"""Tables of who was invited and of how to reach whoever wants to be reached: apart from what anybody said."""

import datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base, BigId, random_id


class Invitation(Base):
    """A code that nobody has used yet, or, in a traceable wave, the person it was given to."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), index=True)
    #: HMAC of the code, which is stored nowhere.
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    #: Traceable: who it was given to, in words of staff, sealed under a key of its own until a person has decided.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: Traceable: whether it was used. In an anonymous wave a used invitation is gone from this table.
    spent: Mapped[bool] = mapped_column(Boolean, default=False)


class SpentCodes(Base):
    """The used codes of an anonymous wave, so that whoever tries one again is told so.

    They lie in one value, in the order of their digests: no row, id or version of a row says which was used when.
    """

    __tablename__ = "spent_codes"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True, autoincrement=False)
    digests: Mapped[bytes] = mapped_column(LargeBinary, default=b"")


class ContactDetail(Base):
    """How to reach whoever sent a response of a traceable wave; apart from the answers, so that no analysis meets it.

    Sealed under the response's key: whoever takes a response away takes this with it.
    """

    __tablename__ = "contact_detail"
    __table_args__ = (UniqueConstraint("response_id", "question"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class IdentityOpening(Base):
    """Somebody looked who sent a response of a traceable wave, and said why. It outlives the response."""

    __tablename__ = "identity_opening"
    __table_args__ = (CheckConstraint("length(trim(reason)) > 0", name="reason_given"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    response_id: Mapped[int | None] = mapped_column(ForeignKey("response.id", ondelete="SET NULL"), index=True)
    opened_by: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)
    opened_on: Mapped[datetime.date] = mapped_column(Date)


class HelpRequest(Base):
    """Somebody asks that an adult gets in touch. It has nothing in common with any response: no id, cookie or time."""

    __tablename__ = "help_request"
    __table_args__ = (
        CheckConstraint("(done_on IS NULL) = (outcome = '')", name="done_with_outcome"),
        Index("ix_help_request_done_on_week", "done_on", "week"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    #: HMAC of the key on its page: sent twice, it is stored once.
    idem: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    #: Monday of the week in which it came.
    week: Mapped[datetime.date] = mapped_column(Date)
    #: Name, way and time, sealed under a key of its own.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    done_on: Mapped[datetime.date | None] = mapped_column(Date)
    done_by: Mapped[str] = mapped_column(String(120), default="")
    outcome: Mapped[str] = mapped_column(Text, default="")
