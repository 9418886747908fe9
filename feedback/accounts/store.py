"""Staff accounts: add, list, switch off."""

import secrets

from flask_security import SQLAlchemySessionUserDatastore, hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from feedback.access import ROLES
from feedback.accounts.models import Role, User, WebAuthn
from feedback.errors import NotFound, Refused


def datastore(session) -> SQLAlchemySessionUserDatastore:
    """Flask-Security's view of our accounts."""
    return SQLAlchemySessionUserDatastore(session, User, Role, WebAuthn)


def all_staff(session: Session) -> list[User]:
    """Everybody who can sign in or could, by name."""
    return list(session.scalars(select(User).options(selectinload(User.roles)).order_by(User.name, User.id)))


def role_named(session: Session, name: str) -> Role:
    """The role, made on first use."""
    role = session.scalar(select(Role).where(Role.name == name))
    if role is None:
        role = Role(name=name, description=ROLES[name])
        session.add(role)
        session.flush()
    return role


def new_password() -> str:
    """A password to hand over once: 60 bits, in groups that can be read out."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def add_staff(session: Session, *, email: str, name: str, roles: list[str], password_hash: str) -> User:
    """Add somebody who may sign in; raises Refused when the e-mail is taken."""
    email = email.strip().lower()
    if session.scalar(select(User).where(User.email == email)):
        raise Refused(f"{email} already has an account. Look for it in the list of staff.")
    user = User(
        email=email,
        name=name.strip(),
        active=True,
        password=password_hash,
        fs_uniquifier=secrets.token_hex(32),
    )
    user.roles = [role_named(session, role) for role in sorted(set(roles))]
    session.add(user)
    session.flush()
    return user


def set_active(session: Session, *, user_id: int, active: bool, by: int | None = None) -> User:
    """Let an account sign in, or end it at once: its present sign-ins stop working.

    Raises Refused when somebody (`by`) would shut themselves out.
    """
    if user_id == by and not active:
        raise Refused("You cannot switch off your own account. Ask another admin to do it.")
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such account.")
    user.active = active
    if not active:
        user.fs_uniquifier = secrets.token_hex(32)
    session.flush()
    return user


def hashed(password: str) -> str:
    """The password under argon2; slow on purpose, so never inside a writing transaction."""
    return hash_password(password)
