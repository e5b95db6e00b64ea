"""Who asks: log-in, sessions, credentials with each request (contract sections 3.2, 3.5 and 5.1)."""

import hmac
import secrets
from typing import Any

from pos_desktop.training.sandbox.biotrack.call import User
from pos_desktop.training.sandbox.biotrack.cards import signed
from pos_desktop.training.sandbox.biotrack.refusing import Refused
from pos_desktop.training.sandbox.biotrack.settings import Settings
from pos_desktop.training.sandbox.jsonio import JsonObject, decode
from pos_desktop.training.sandbox.store import Connection


def user_of(db: Connection, credentials: JsonObject, training: int) -> User:
    """The user of `license_number`, `username` and `password`.

    Raises:
        Refused: They do not belong together, or the user is revoked.
    """
    ubi, username, password = (
        _text(credentials.get(name)) for name in ("license_number", "username", "password")
    )
    row = db.execute(
        "SELECT password, admin, privileges FROM user WHERE ubi = ? AND username = ? AND revoked = 0",
        (ubi, username),
    ).fetchone()
    if row is None or not hmac.compare_digest(row[0].encode(), password.encode()):
        raise Refused.login()
    return User(ubi, username, bool(row[1]), tuple(decode(row[2])), training)


def begin_session(db: Connection, user: User, now: int) -> str:
    session = secrets.token_hex(16)
    db.execute(
        "INSERT INTO session VALUES (?, ?, ?, ?, ?, NULL)",
        (session, user.ubi, user.username, user.training, now),
    )
    return session


def begin_rest_session(db: Connection, user: User, now: int, seconds: int) -> str:
    claims = {
        "authorized": True,
        "exp": now + seconds,
        "orgid": user.ubi,
        "readonly": False,
        "training": bool(user.training),
        "userid": 1,
        "username": user.username,
    }
    token = signed(claims | {"jti": secrets.token_hex(8)})
    db.execute(
        "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)",
        (token, user.ubi, user.username, user.training, now, now + seconds),
    )
    return token


def session_user(db: Connection, session: Any, training: int, now: int, settings: Settings) -> User:
    """The user of a session of this data set, which is thereby used.

    Raises:
        Refused: Unknown, idle for too long, of the other data set, or of a revoked user.
    """
    row = db.execute(
        "SELECT s.ubi, s.username, s.used, u.admin, u.privileges FROM session s "
        "JOIN user u ON u.ubi = s.ubi AND u.username = s.username AND u.revoked = 0 "
        "WHERE s.id = ? AND s.training = ? AND s.expires IS NULL",
        (_text(session), training),
    ).fetchone()
    idle = settings.session_idle_seconds
    if row is None or (idle and now - row[2] > idle):
        raise Refused.session()
    db.execute("UPDATE session SET used = ? WHERE id = ?", (now, session))
    return User(row[0], row[1], bool(row[3]), tuple(decode(row[4])), training)


def token_user(db: Connection, authorization: str, now: int) -> User:
    """The user of a `Bearer` token.

    Raises:
        Refused: None, an unknown or expired one, or of a revoked user.
    """
    scheme, _, token = authorization.partition(" ")
    row = db.execute(
        "SELECT s.ubi, s.username, s.training, u.admin, u.privileges FROM session s "
        "JOIN user u ON u.ubi = s.ubi AND u.username = s.username AND u.revoked = 0 WHERE s.id = ? AND s.expires > ?",
        (token.strip(), now),
    ).fetchone()
    if scheme.lower() != "bearer" or row is None:
        raise Refused.session()
    return User(row[0], row[1], bool(row[3]), tuple(decode(row[4])), row[2])


def end_session(db: Connection, session: Any) -> None:
    db.execute("DELETE FROM session WHERE id = ?", (_text(session),))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
