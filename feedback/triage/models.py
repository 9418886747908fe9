"""Table of releases: what a person has read and let go on."""

import datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.collection.models import Response
from feedback.db import Base


class Release(Base):
    """A named person has read this response; only then is it themed, shown or counted."""

    __tablename__ = "release"
    __table_args__ = (CheckConstraint("length(trim(read_by)) > 0", name="reader_named"),)

    response_id: Mapped[int] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    read_by: Mapped[str] = mapped_column(String(120))
    read_on: Mapped[datetime.date] = mapped_column(Date)

    response: Mapped[Response] = relationship()
