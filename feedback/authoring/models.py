"""Tables of authoring: every version of an own questionnaire that was ever saved."""

import datetime

from sqlalchemy import JSON, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base


class SavedVersion(Base):
    """An own questionnaire as somebody saved it: kept once for the same words, so that versions can be compared."""

    __tablename__ = "saved_version"

    questionnaire: Mapped[str] = mapped_column(ForeignKey("own_questionnaire.key"), primary_key=True)
    #: The hash of its words.
    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: 1 is how it began; words that come back keep their first number.
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict] = mapped_column(JSON)
    saved_by: Mapped[str] = mapped_column(String(120))
    saved_on: Mapped[datetime.date] = mapped_column(Date)
