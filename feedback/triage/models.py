"""Table of releases: what a person has read and let go on."""

import datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.collection.models import Response
from feedback.db import Base


class Release(Base):
    """A named person has read this response; only then is it themed, shown or counted."""

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("length(trim(read_by)) > 0", name="reader_named"),
        # In the order of ix_response_wave_id_id: what is read and what is not are told apart by walking both.
        Index("ix_release_wave_id_response_id", "wave_id", "response_id"),
    )

    response_id: Mapped[int] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    #: The wave of the response: so that a wave's releases are found without looking at its responses.
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    read_by: Mapped[str] = mapped_column(String(120))
    read_on: Mapped[datetime.date] = mapped_column(Date)

    response: Mapped[Response] = relationship()
