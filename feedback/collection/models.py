"""Tables of collection. In an anonymous wave nothing joins a person, an invitation or an exact time to a response.

What must hold whatever a program does is held by the database itself: the triggers of migration 0007 refuse another
promise, audience or questionnaire for a published wave, and an invitation, a reference or a contact detail in an
anonymous one.
"""

import datetime

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.config import HelpLine
from feedback.db import Base, BigId, random_id


class Wave(Base):
    """One fielding of a questionnaire to one audience, or one pile of texts of a kind of its own."""

    __tablename__ = "wave"
    __table_args__ = (
        CheckConstraint("promise IN ('anonymous', 'traceable')", name="promise"),
        CheckConstraint(
            "kind IN ('voices', 'audit', 'complaint', 'compliment', 'interview', 'suggestion')", name="kind"
        ),
        CheckConstraint("closes_on IS NULL OR closes_on >= opens_on", name="closes_after_opening"),
        CheckConstraint("entry IN ('link', 'code')", name="entry"),
        CheckConstraint("cohort > 0", name="cohort"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12), default="voices")
    #: Empty for records such as audits.
    audience: Mapped[str] = mapped_column(String(20), default="")
    #: Key and content hash of the questionnaire; none when the texts are imported.
    questionnaire: Mapped[str | None] = mapped_column(String(80))
    version: Mapped[str | None] = mapped_column(String(64))
    promise: Mapped[str] = mapped_column(String(10), default="anonymous")
    opens_on: Mapped[datetime.date] = mapped_column(Date)
    closes_on: Mapped[datetime.date | None] = mapped_column(Date)
    #: On what basis imported words may be used; without one, none of them may be quoted.
    consent_basis: Mapped[str] = mapped_column(Text, default="")
    #: Who takes it on themselves that this wave asks untested draft questions.
    draft_accepted_by: Mapped[str] = mapped_column(String(120), default="")
    #: Until then everything can be changed and nobody can answer; from then on the promise stands.
    published: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    #: Who may answer: anybody with the link, or whoever has a code.
    entry: Mapped[str] = mapped_column(String(4), default="link", server_default="link")
    #: When somebody reads and acts, in words: "Monday to Friday, 9 to 5".
    cover_hours: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: Whom to ring about this wave, one `name|number|note` a line; shown above the lines of the settings.
    contacts: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: How many people were asked, where that is known.
    cohort: Mapped[int | None] = mapped_column(Integer)

    @property
    def by_code(self) -> bool:
        """True when only somebody with a code may answer."""
        return self.entry == "code"

    @property
    def help_lines(self) -> list[HelpLine]:
        """The wave's own contacts, in order."""
        rows = (line.split("|") for line in self.contacts.splitlines())
        return [HelpLine(*(part.strip() for part in (*row, "", "")[:3])) for row in rows]

    @property
    def imported(self) -> bool:
        """True when its responses come from a file, not from a questionnaire."""
        return self.questionnaire is None

    def is_open(self, today: datetime.date) -> bool:
        """True on the days on which it takes responses from respondents."""
        ended = self.closes_on is not None and today > self.closes_on
        return self.published and not self.imported and self.opens_on <= today and not ended

    def may_be_finished(self, today: datetime.date) -> bool:
        """True while what was begun in time can be sent: a day longer, for those who are at it at midnight."""
        return self.is_open(today) or self.is_open(today - datetime.timedelta(days=1))


class Response(Base):
    """Everything one respondent sent. Its id is random and its time is a week."""

    __tablename__ = "response"
    __table_args__ = (
        Index("ix_response_wave_id_id", "wave_id", "id"),
        CheckConstraint("mode IN ('own', 'assisted', 'kiosk', 'paper')", name="mode"),
        Index(
            "ix_response_invitation_id",
            "invitation_id",
            sqlite_where=text("invitation_id IS NOT NULL"),
            postgresql_where=text("invitation_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    #: HMAC of the idempotency key: a form sent again finds the first row.
    idem: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    #: HMAC of the six receipt words; imported responses have none.
    receipt: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    #: Monday of the week in which it came.
    week: Mapped[datetime.date] = mapped_column(Date)
    may_quote: Mapped[bool] = mapped_column(Boolean, default=False)
    #: How it came: on somebody's own device, with somebody helping, on a shared tablet, on paper.
    mode: Mapped[str] = mapped_column(String(8), default="own", server_default="own")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_file.id"))
    #: Whose code opened the questionnaire; in an anonymous wave the database refuses one.
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"))

    wave: Mapped[Wave] = relationship()
    answers: Mapped[list["Answer"]] = relationship(back_populates="response", order_by="Answer.question")


class Answer(Base):
    """The reply to one question. Not sure, rather not say and blank are three different things."""

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint("state IN ('answered', 'not_sure', 'rather_not_say', 'blank')", name="state"),
        CheckConstraint("state = 'answered' OR (choice IS NULL AND sealed IS NULL)", name="only_answered_holds"),
        UniqueConstraint("response_id", "question"),
        # In the order of responses: the answers that are sent together lie on one page of it, not on one page each.
        Index("ix_answer_wave_id_response_id", "wave_id", "response_id", "question", "choice"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    question: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(14))
    choice: Mapped[str | None] = mapped_column(String(40))
    #: The words, sealed under the response's key.
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    response: Mapped[Response] = relationship(back_populates="answers")


# Most come on somebody's own device: those that did not are counted without looking at the others.
_OTHER_MODE = text("mode <> 'own'")
Index("ix_response_other_mode", Response.wave_id, Response.mode, sqlite_where=_OTHER_MODE, postgresql_where=_OTHER_MODE)


# Few answers are words: whoever looks for those need not look at the others.
_WORDS = Answer.sealed.is_not(None)
Index("ix_answer_words", Answer.wave_id, Answer.response_id, sqlite_where=_WORDS, postgresql_where=_WORDS)


class AskedVersion(Base):
    """A questionnaire as it was when a wave was opened with it: later changes of its file change nothing here."""

    __tablename__ = "asked_version"

    #: The hash of its words.
    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[dict] = mapped_column(JSON)


class Edition(Base):
    """In which other words a wave is asked: in another language, in easy words, or both; as they were when offered."""

    __tablename__ = "edition"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    format: Mapped[str] = mapped_column(String(12), primary_key=True, default="standard")
    version: Mapped[str] = mapped_column(ForeignKey("asked_version.version"))
    #: Who takes it on themselves that nobody has checked the words; empty when all were checked.
    accepted_by: Mapped[str] = mapped_column(String(120), default="")


class OwnQuestionnaire(Base):
    """A questionnaire of this council's own, as it stands now. A wave keeps the version it asks."""

    __tablename__ = "own_questionnaire"

    #: Never that of a questionnaire that ships.
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[dict] = mapped_column(JSON)
    #: The hash of its words.
    version: Mapped[str] = mapped_column(String(64))
    #: Key and version of the one it was copied from; none when it came from a file.
    based_on: Mapped[str | None] = mapped_column(String(40))
    based_on_version: Mapped[str | None] = mapped_column(String(64))
    edited_by: Mapped[str] = mapped_column(String(120))
    edited_on: Mapped[datetime.date] = mapped_column(Date)


class Draft(Base):
    """An unfinished response. Only who has its code can open it: we keep no key."""

    __tablename__ = "draft"

    #: HMAC of its code: eight words, in the cookie of who writes and perhaps on their paper.
    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    #: Thrown away after this day.
    keep_until: Mapped[datetime.date] = mapped_column(Date)


class DraftPicture(Base):
    """The picture of an unfinished answer, sealed as its draft is, and gone when the draft is.

    No foreign key says so: it would make the database look for a picture whenever a draft goes, and most have none.
    """

    __tablename__ = "draft_picture"

    draft_id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Drawing(Base):
    """A picture that was sent, sealed under its response's key: for a person to look at, and for nothing else."""

    __tablename__ = "drawing"

    response_id: Mapped[int] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    #: The item it belongs to, such as `t10.drawing`.
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    #: That of its response: it is thrown away some weeks later.
    week: Mapped[datetime.date] = mapped_column(Date, index=True)


class ImportFile(Base):
    """A file whose rows became responses, so that the same file changes nothing the second time."""

    __tablename__ = "import_file"
    __table_args__ = (UniqueConstraint("wave_id", "digest"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[int] = mapped_column(Integer)
    left_out: Mapped[list] = mapped_column(JSON, default=list)
    imported_by: Mapped[str] = mapped_column(String(120))


class Upload(Base):
    """A file waiting to be imported: sealed, and thrown away once it was imported or its day has passed."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    name: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    columns: Mapped[dict] = mapped_column(JSON, default=dict)
    uploaded_by: Mapped[str] = mapped_column(String(120))
    keep_until: Mapped[datetime.date] = mapped_column(Date)
