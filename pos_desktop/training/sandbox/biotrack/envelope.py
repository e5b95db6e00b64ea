"""The outside of a legacy request: transport, `API`, `action`, data set, the shape of answers (contract 3.1-3.3)."""

from typing import Any

from pos_desktop.training.sandbox.biotrack.forms import is_flag
from pos_desktop.training.sandbox.biotrack.refusing import NOT_FOUND, PRIVILEGE, PROTOCOL, Refused
from pos_desktop.training.sandbox.http import Answer, Refusal, Request
from pos_desktop.training.sandbox.jsonio import BadJson, JsonObject, decode, encode

PATH = "/serverjson.asp"
API = "4.0"
_MEMBERS = {"API", "action", "sessionid", "nosession", "training", "enforce_rules_training", "nonce"}
CREDENTIALS = ("license_number", "username", "password")
_KINDS = ("text/json", "application/json")


def body_of(request: Request) -> JsonObject:
    """The request's object.

    Raises:
        Refusal: Another content type, or no JSON object: HTTP 400.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _KINDS:
        raise Refusal(Answer(400, b"The content type must be text/JSON or application/json.", "text/plain"))
    try:
        body = decode(request.body)
    except BadJson as fault:
        raise Refusal(Answer(400, str(fault).encode(), "text/plain; charset=utf-8")) from fault
    if not isinstance(body, dict):
        raise Refusal(Answer(400, b"The body must be one JSON object.", "text/plain"))
    return body


def peek(request: Request) -> JsonObject:
    """The request's object as far as it can be read; for plans of faults, which judge nothing."""
    try:
        body = decode(request.body)
    except BadJson:
        return {}
    return body if isinstance(body, dict) else {}


def checked(body: JsonObject) -> tuple[str, int]:
    """Action and data set of a request whose envelope is in order.

    Raises:
        Refused: `API` is not "4.0", the action is missing, or an envelope member is of the wrong kind.
    """
    if body.get("API") != API:
        raise Refused(PROTOCOL, "The API version is not supported.")
    action = body.get("action")
    if not isinstance(action, str) or not action:
        raise Refused(PRIVILEGE, "No action was specified.")
    for name in ("training", "enforce_rules_training", "nosession"):
        if name in body and not is_flag(body[name]):
            raise Refused(NOT_FOUND, f"The field {name} is not 0 or 1.")
    nonce = body.get("nonce")
    if nonce is not None and (not isinstance(nonce, str) or not nonce):
        raise Refused(NOT_FOUND, "The field nonce is not a text.")
    return action, int(body.get("training", 0))


def members_of(body: JsonObject) -> JsonObject:
    """What belongs to the action; credentials belong to the envelope where they stand in for a session."""
    outside = _MEMBERS | (set(CREDENTIALS) if body.get("nosession") == 1 else set())
    return {name: value for name, value in body.items() if name not in outside}


def accepted(answer: JsonObject, content_type: str) -> Answer:
    return Answer(200, encode(answer), content_type)


def refused(refusal: Refused, content_type: str) -> Answer:
    """HTTP 200 all the same (contract 3.1)."""
    answer: dict[str, Any] = {"success": 0, "error": refusal.text}
    if refusal.code is not None:
        answer["errorcode"] = str(refusal.code)
    return Answer(200, encode(answer), content_type)
