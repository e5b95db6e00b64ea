"""Faults that only this system has, and its own form of the common ones (contract section 10)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pos_desktop.training.sandbox.biotrack import access, envelope, rest
from pos_desktop.training.sandbox.biotrack.amounts import plain
from pos_desktop.training.sandbox.biotrack.refusing import PRIVILEGE, SERVER, Refused
from pos_desktop.training.sandbox.clock import SECOND_US, instant_us, local_date
from pos_desktop.training.sandbox.faults import Delivery, Fault
from pos_desktop.training.sandbox.http import Answer, Request
from pos_desktop.training.sandbox.jsonio import BadJson, JsonObject, decode, encode
from pos_desktop.training.sandbox.store import Connection

if TYPE_CHECKING:
    from pos_desktop.training.sandbox.biotrack.service import BiotrackService


class Kind(StrEnum):
    DELAY = "delay"
    DROP_BEFORE = "drop-before"
    COMMIT_THEN_DROP = "commit-then-drop"
    HOLD_LATE_APPLY = "hold-late-apply"
    ERROR_500 = "500"
    COMMIT_THEN_500 = "commit-then-500"
    HTML_503 = "503-html"
    TOO_MANY_429 = "429"
    EMPTY_200 = "empty-200"
    SLOW_BODY = "slow-body"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    PORTAL = "portal"
    TRUNCATED = "truncated"
    TEXT_PREFIX = "text-prefix"
    STRINGS_FOR_NUMBERS = "strings-for-numbers"
    NUMBERS_FOR_STRINGS = "numbers-for-strings"
    NULL_LIST = "null-list"
    SINGLE_OBJECT = "single-object"
    CODE_1000 = "code-1000"
    NO_PRIVILEGE = "no-privilege"
    EXPIRE_SESSION = "expire-session"
    REVOKE_USER = "revoke-user"
    EXPIRE_CARD_KEY = "expire-card-key"
    LIMIT_ELSEWHERE = "limit-elsewhere"
    LOCK_MONTH = "lock-month"
    CLOCK_AHEAD = "clock-ahead"
    CLOCK_BEHIND = "clock-behind"


_PORTAL = b"<!DOCTYPE html><html><head><title>Guest network</title></head><body>Please sign in.</body></html>"
# Scalars that wander between number and text; an identifier never does, for it would lose its zeros.
_WANDERING = {
    "success", "errorcode", "transactionid", "transactionid_original", "sessiontime", "time", "deleted", "quantity",
    "remaining_quantity", "usable_weight", "price", "card_active", "card_limit", "sum", "match", "itemnumber",
    "item_count", "refunded", "admin",
}  # fmt: skip
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")


def deliver(service: "BiotrackService", fault: Fault, request: Request) -> Delivery | None:
    """Carry out a fault; None where it is one that every sandbox has."""
    if fault.do in _INSTEAD:
        return Delivery(_INSTEAD[fault.do](service, request))
    if fault.do in _BEFORE:
        _BEFORE[fault.do](service, fault, request)
        return Delivery(service.handle(request))
    if fault.do in (Kind.CLOCK_AHEAD, Kind.CLOCK_BEHIND):
        skew_s = int(fault.seconds) * (1 if fault.do == Kind.CLOCK_AHEAD else -1)
        return Delivery(service.handle(request, skew_s=skew_s))
    if fault.do in _AFTER:
        answer = service.handle(request)
        return Delivery(replace(answer, body=_AFTER[fault.do](answer.body)) if answer.body else answer)
    if fault.do == Kind.COMMIT_THEN_500:
        service.handle(request)
        return Delivery(Answer(500))
    return None


def _refusal(code: int, text: str) -> Callable[["BiotrackService", Request], Answer]:
    return lambda service, request: service.refuse(request, Refused(code, text))


def _no_privilege(service: "BiotrackService", request: Request) -> Answer:
    name = service.action(request) or request.path
    return service.refuse(request, Refused(PRIVILEGE, Refused.privilege(name).text))


# The service never sees the request.
_INSTEAD: Mapping[str, Callable[["BiotrackService", Request], Answer]] = {
    Kind.ERROR_500: lambda *_: Answer(500),
    Kind.PORTAL: lambda *_: Answer(200, _PORTAL, "text/html; charset=utf-8"),
    Kind.CODE_1000: _refusal(SERVER, "The request could not be completed. Please try again."),
    Kind.NO_PRIVILEGE: _no_privilege,
}


def _end_session(service: "BiotrackService", _: Fault, request: Request) -> None:
    token = request.headers.get("authorization", "").partition(" ")[2]
    session = envelope.peek(request).get("sessionid") or token
    with service.store.writing() as db:
        access.end_session(db, session)


def _revoke_user(service: "BiotrackService", _: Fault, request: Request) -> None:
    """Of the session or the credentials that came with the request."""
    with service.store.writing() as db:
        user = _asking(db, request)
        if user is not None:
            db.execute("UPDATE user SET revoked = 1 WHERE ubi = ? AND username = ?", user)


def _expire_card_key(service: "BiotrackService", _: Fault, request: Request) -> None:
    with service.store.writing() as db:
        db.execute(
            "UPDATE card_key SET expires = ? WHERE card_key = ?",
            (service.clock.now_us() // SECOND_US - 1, _card_key(request)),
        )


def _limit_elsewhere(service: "BiotrackService", fault: Fault, request: Request) -> None:
    """Another shop sells `amount` units to the card of the request, just before it is handled."""
    body = envelope.peek(request)
    training = _training(service, request)
    with service.store.writing() as db:
        row = db.execute("SELECT card_id FROM card_key WHERE card_key = ?", (_card_key(request),)).fetchone()
        card = row[0] if row else body.get("card_id") or body.get("CardID")
        if isinstance(card, str):
            db.execute(
                "INSERT INTO purchase (training, card_id, sold_at, units) VALUES (?, ?, ?, ?)",
                (training, card, service.clock.now_us() // SECOND_US, plain(Decimal(fault.amount))),
            )


def _lock_month(service: "BiotrackService", _: Fault, request: Request) -> None:
    """The month of the request's own time, or of now, at every place."""
    second = _time_of_sale(request) or service.clock.now_us() // SECOND_US
    training = _training(service, request)
    with service.store.writing() as db:
        for location, zone in db.execute("SELECT location, zone FROM location").fetchall():
            month = f"{local_date(second * SECOND_US, zone):%Y-%m}"
            db.execute("INSERT OR IGNORE INTO locked_month VALUES (?, ?, ?)", (training, location, month))


# Something happens at the state, and then the request comes.
_BEFORE: Mapping[str, Callable[["BiotrackService", Fault, Request], None]] = {
    Kind.EXPIRE_SESSION: _end_session,
    Kind.REVOKE_USER: _revoke_user,
    Kind.EXPIRE_CARD_KEY: _expire_card_key,
    Kind.LIMIT_ELSEWHERE: _limit_elsewhere,
    Kind.LOCK_MONTH: _lock_month,
}


def _json(change: Callable[[Any, str], Any]) -> Callable[[bytes], bytes]:
    """Change every member of an answer, innermost first; what is no JSON stays."""

    def walk(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            value = {each: walk(member, each) for each, member in value.items()}
        elif isinstance(value, list):
            value = [walk(member, "") for member in value]
        return change(value, name)

    def spoil(body: bytes) -> bytes:
        try:
            return encode(walk(decode(body), ""))
        except BadJson:
            return body

    return spoil


def _as_text(value: Any, name: str) -> Any:
    if name.lower() not in _WANDERING or isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    return plain(Decimal(value))


def _as_number(value: Any, name: str) -> Any:
    if name.lower() not in _WANDERING or not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return value
    return Decimal(value) if "." in value else int(value)


def _null_list(value: Any, _: str) -> Any:
    return None if value == [] else value


def _single_object(value: Any, name: str) -> Any:
    one = name and isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict)
    return value[0] if one else value


# The request is carried out, and its answer is spoilt.
_AFTER: Mapping[str, Callable[[bytes], bytes]] = {
    Kind.TRUNCATED: lambda body: body[: len(body) // 2],
    Kind.TEXT_PREFIX: lambda body: b"Content-Type: text/plain\r\n\r\n" + body,
    Kind.STRINGS_FOR_NUMBERS: _json(_as_text),
    Kind.NUMBERS_FOR_STRINGS: _json(_as_number),
    Kind.NULL_LIST: _json(_null_list),
    Kind.SINGLE_OBJECT: _json(_single_object),
}


def _asking(db: Connection, request: Request) -> tuple[Any, Any] | None:
    body = envelope.peek(request)
    session = body.get("sessionid") or request.headers.get("authorization", "").partition(" ")[2]
    row = db.execute("SELECT ubi, username FROM session WHERE id = ?", (str(session),)).fetchone()
    if row is not None:
        return (row[0], row[1])
    named = (body.get("license_number") or body.get("UBI"), body.get("username") or body.get("Username"))
    return named if all(isinstance(each, str) for each in named) else None


def _card_key(request: Request) -> str:
    body = envelope.peek(request)
    return str(body.get("card_key") or body.get("PatientCardKey") or "")


def _time_of_sale(request: Request) -> int | None:
    body = envelope.peek(request)
    given = body.get("sale_time")
    if type(given) is int:
        return given
    moment = rest.moment(body.get("Datetime"))
    return None if moment is None else instant_us(moment) // SECOND_US


def _training(service: "BiotrackService", request: Request) -> int:
    body: JsonObject = envelope.peek(request)
    if request.path.removesuffix("/") != envelope.PATH:
        return int(service.settings.rest_training)
    return 1 if body.get("training") == 1 else 0
