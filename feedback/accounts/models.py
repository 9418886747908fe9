"""Tables of staff accounts; shapes are Flask-Security's."""

from flask_security.models import sqla
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db import Base

sqla.FsModels.set_db_info(
    base_model=Base, user_table_name="staff", role_table_name="role", webauthn_table_name="passkey"
)


class Role(Base, sqla.FsRoleMixin):
    """What somebody may do; the names are those of `feedback.access`."""

    __tablename__ = "role"


class User(Base, sqla.FsUserMixin):
    """A member of staff, a board member or a practitioner who signs in."""

    __tablename__ = "staff"

    name: Mapped[str] = mapped_column(String(120))

    @property
    def role_names(self) -> set[str]:
        """The names of this person's roles."""
        return {role.name for role in self.roles}


class WebAuthn(Base, sqla.FsWebAuthnMixin):
    """A passkey of a member of staff; Flask-Security looks for it by this name."""

    __tablename__ = "passkey"
