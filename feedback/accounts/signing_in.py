"""Flask-Security, set up for staff: e-mail and password with argon2, a second factor and passkeys on request."""

from functools import cache

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_security import Security, hash_password

from feedback.accounts.store import datastore
from feedback.config import Settings, derive, master_secret
from feedback.db import Database
from feedback.sealing import root_secret


class _Sessions(SecureCookieSessionInterface):
    """Flask's own, with its signer made once and not for every request."""

    def __init__(self):
        self.get_signing_serializer = cache(super().get_signing_serializer)


def set_up_sign_in(app: Flask, settings: Settings, database: Database) -> None:
    """Add the sign-in pages; they wear `templates/security/`."""
    root = root_secret(settings)
    app.config.update(
        # A new master key ends every sign-in; passwords and second factors stay good.
        SECRET_KEY=derive(master_secret(settings), "session").hex(),
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SALT=derive(root, "password").hex(),
        SECURITY_PASSWORD_LENGTH_MIN=12,
        SECURITY_URL_PREFIX="/staff",
        SECURITY_POST_LOGIN_VIEW="/desk",
        SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_POST_CHANGE_VIEW="/desk",
        SECURITY_CHANGEABLE=True,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_TRACKABLE=False,
        # Every wrong sign-in gets the same words and takes the same time, whoever is meant.
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_TWO_FACTOR=settings.totp,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TWO_FACTOR_RESCUE_MAIL="",
        SECURITY_TOTP_SECRETS={"1": derive(root, "totp").hex()},
        SECURITY_TOTP_ISSUER="Soundings",
        SECURITY_WEBAUTHN=settings.passkeys,
        SECURITY_WAN_ALLOW_AS_FIRST_FACTOR=settings.passkeys,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=settings.totp or settings.passkeys,
        SECURITY_MSG_INVALID_PASSWORD=("That e-mail and password do not fit together.", "error"),
    )
    app.session_interface = _Sessions()
    app.extensions["staff_security"] = Security(app, datastore(database.session))


def hashed_for(settings: Settings, database: Database, password: str) -> str:
    """The password under argon2, for commands: they hash exactly like the site, without the rest of the site."""
    app = Flask("feedback")
    set_up_sign_in(app, settings, database)
    with app.app_context():
        return hash_password(password)
