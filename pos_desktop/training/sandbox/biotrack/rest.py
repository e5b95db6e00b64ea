"""The REST API "v3": heartbeat, log-in, patient lookup, dispense (contract 5). Types of JSON are taken strictly."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from pos_desktop.training.sandbox.biotrack.access import begin_rest_session, user_of
from pos_desktop.training.sandbox.biotrack.call import Call
from pos_desktop.training.sandbox.biotrack.cards import looked_up, new_key, presented
from pos_desktop.training.sandbox.biotrack.refusing import NOT_FOUND, Refused
from pos_desktop.training.sandbox.biotrack.sales import examined, record
from pos_desktop.training.sandbox.biotrack.settings import Settings
from pos_desktop.training.sandbox.clock import SECOND_US, instant_us
from pos_desktop.training.sandbox.http import Answer, Refusal, Request
from pos_desktop.training.sandbox.jsonio import BadJson, JsonObject, decode, encode
from pos_desktop.training.sandbox.store import Connection

HEARTBEAT, LOGIN, LOOKUP, DISPENSE = "/heartbeat", "/v1/login", "/v1/patient/lookup", "/v1/dispense"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
_TYPES = ("RECREATIONAL", "MEDICAL")


def error(status: int, text: str) -> Answer:
    return Answer.json({"Error": text}, status)


def body_of(request: Request) -> JsonObject:
    """Raises Refusal: HTTP 400, no JSON object or another content type."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(error(400, "The content type must be application/json."))
    try:
        body = decode(request.body)
    except BadJson as fault:
        raise Refusal(error(400, str(fault))) from fault
    if not isinstance(body, dict):
        raise Refusal(error(400, "The body must be one JSON object."))
    return body


def login(body: JsonObject, db: Connection, settings: Settings, now: int) -> Answer:
    _texts(body, ("UBI", "Username", "Password"), (), settings)
    credentials = {
        "license_number": body["UBI"],
        "username": body["Username"],
        "password": body["Password"],
    }
    try:
        user = user_of(db, credentials, int(settings.rest_training))
    except Refused as refused:
        raise Refusal(error(401, refused.text)) from refused
    return Answer.json({"Session": begin_rest_session(db, user, now, settings.rest_session_seconds)})


def lookup(call: Call) -> Answer:
    body = call.members
    _texts(body, ("CardID", "LocationLicense"), (), call.settings)
    zone = call.zone(body["LocationLicense"])
    try:
        patient = looked_up(call, body["CardID"])
    except Refused as refused:
        raise Refusal(error(404, refused.text)) from refused
    year, month, day = patient.expires.split("-")
    left = patient.left(call, call.now)
    key = new_key(
        call, patient, location=body["LocationLicense"], seconds=call.settings.rest_card_key_seconds
    )
    answer = {
        "CardActive": patient.is_active(call, zone),
        "Sessiontime": call.now,
        "CardExpiration": {"Year": year, "Month": month, "Day": day},
        **({} if left is None else {"CardLimit": left}),
        "Privileges": patient.privileges,
        "CardID": patient.card_id,
        "CardKey": key,
    }
    return Answer.json(answer)


def dispense(call: Call) -> Answer:
    """One sale; what an equal `RequestID` gets is a setting, for it is not established."""
    body = call.members
    _texts(
        body, ("LocationLicense", "Type", "Datetime", "RequestID"), ("ExternalID", "TerminalID", "PatientCardKey"),
        call.settings, "Items",
    )  # fmt: skip
    known = _known_answer(call)
    if known is not None and call.settings.request_id_policy == "replay":
        raise Refusal(Answer(200, known.encode()))
    if known is not None and call.settings.request_id_policy == "reject":
        raise Refusal(error(409, "The RequestID was used before."))
    if body["Type"] not in _TYPES:
        raise Refused(NOT_FOUND, "The Type is RECREATIONAL or MEDICAL.")
    location, sold_at = body["LocationLicense"], _second(body["Datetime"])
    zone = call.zone(location)
    lines = examined(call, [_line(n, each, call.settings) for n, each in enumerate(_items(body))])
    for line in lines:
        if line.item.location != location:
            raise Refused.possession(line.item.row.key)
    call.must_be_open(location, sold_at)
    patient = None
    if body["Type"] == "MEDICAL":
        patient = presented(call, None, body.get("PatientCardKey"), location=location, zone=zone)
    facts = {
        "kind": "rest",
        "terminal_id": body.get("TerminalID"),
        "card_id": None if patient is None else patient.card_id,
        "Type": body["Type"],
        "RequestID": body["RequestID"],
        "ExternalID": body.get("ExternalID"),
        "Tax": [each["Tax"] for each in body["Items"]],
    }
    record(call, lines, sold_at, patient, facts)
    answer = {
        "TransactionID": str(call.transaction),
        "RequestID": body["RequestID"],
        "ExternalID": body.get("ExternalID"),
    }
    call.db.execute(
        "INSERT OR IGNORE INTO request_id VALUES (?, ?, ?, ?)",
        (call.training, call.ubi, body["RequestID"], encode(answer).decode()),
    )
    return Answer.json(answer)


HANDLERS: Mapping[str, Callable[[Call], Answer]] = {LOOKUP: lookup, DISPENSE: dispense}
PRIVILEGE = {LOOKUP: "card_lookup", DISPENSE: "sale_dispense"}
NAMES = {HEARTBEAT: "GET", LOGIN: "POST", LOOKUP: "POST", DISPENSE: "POST"}
"""Every path and its one method."""


def without_secrets(members: JsonObject) -> JsonObject:
    return {name: value for name, value in members.items() if name != "PatientCardKey"}


def _texts(
    body: JsonObject, needed: tuple[str, ...], optional: tuple[str, ...], settings: Settings, *others: str
) -> None:
    for name in body:
        if name not in (*needed, *optional, *others) and settings.unknown_fields == "refuse":
            raise Refusal(error(400, f"The field {name} is not known."))
    for name in (*needed, *optional):
        value = body.get(name)
        if value is None and name in optional:
            continue
        if not isinstance(value, str) or (not value and name in needed):
            raise Refusal(error(400, f"The field {name} must be a text."))


def _items(body: JsonObject) -> list[Any]:
    items = body.get("Items")
    if not isinstance(items, list) or not items:
        raise Refusal(error(400, "The field Items must be a list with at least one entry."))
    return items


def _line(n: int, item: Any, settings: Settings) -> JsonObject:
    """As the legacy endpoint names it; numbers must be numbers here."""
    if not isinstance(item, dict):
        raise Refusal(error(400, "An entry of Items is not an object."))
    _only(item, {"Barcode", "Quantity", "Price", "Tax"}, settings)
    if not isinstance(item.get("Barcode"), str):
        raise Refusal(error(400, "The field Barcode must be a text."))
    tax = item.get("Tax")
    if not isinstance(tax, dict):
        raise Refusal(error(400, "The field Tax must be an object."))
    _only(tax, {"Excise", "Other"}, settings)
    for name, value in (
        *((name, item.get(name)) for name in ("Quantity", "Price")),
        *((name, tax.get(name)) for name in ("Excise", "Other")),
    ):
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise Refusal(error(400, f"The field {name} must be a number."))
    return {
        "barcodeid": item["Barcode"],
        "quantity": item["Quantity"],
        "price": item["Price"],
        "item_number": n,
    }


def _only(found: JsonObject, names: set[str], settings: Settings) -> None:
    for name in found:
        if name not in names and settings.unknown_fields == "refuse":
            raise Refusal(error(400, f"The field {name} is not known."))


def moment(text: Any) -> datetime | None:
    """An RFC 3339 time whose offset is `Z` or has a colon; None for anything else."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _second(text: str) -> int:
    found = moment(text)
    if found is None:
        raise Refusal(error(400, "The Datetime must be a time with seconds and an offset like -07:00 or Z."))
    return instant_us(found) // SECOND_US


def _known_answer(call: Call) -> str | None:
    row = call.db.execute(
        "SELECT answer FROM request_id WHERE training = ? AND ubi = ? AND request_id = ?",
        (call.training, call.ubi, call.members["RequestID"]),
    ).fetchone()
    return None if row is None else str(row[0])
