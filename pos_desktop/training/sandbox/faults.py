"""Faults on demand (contract section 17.15): a plan of entries, each matching some requests.

An entry: `{"match": "POST /sales/v2/receipts", "do": "commit-then-drop", "every": 3}`. The first entry whose turn it
is decides; every entry counts each request that it matches.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any, Self

from pos_desktop.training.sandbox.http import Answer, Request
from pos_desktop.training.sandbox.jsonio import JsonObject

Handle = Callable[[Request], Answer]
Pause = Callable[[Decimal], None]


class BadFault(ValueError):
    """A sentence about an entry of the plan that cannot be used."""


class Do(StrEnum):
    """What every sandbox can do, and the METRC one alone."""

    DELAY = "delay"
    COMMIT_THEN_DROP = "commit-then-drop"
    DROP_BEFORE = "drop-before"
    COMMIT_THEN_500 = "commit-then-500"
    ERROR_500 = "500"
    OBJECT_400 = "400-object"
    HTML_503 = "503-html"
    EMPTY_200 = "empty-200"
    EMPTY_LIST = "empty-list"
    SLOW_BODY = "slow-body"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    TOO_MANY_429 = "429"
    REVOKE_KEY = "revoke-key"
    HOLD_LATE_APPLY = "hold-late-apply"


_NUMBERS = {"every": 1, "after": 0, "times": 0}


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry: skips `after` matching requests, then acts on each `every`-th, `times` times (0: for ever)."""

    match: str
    do: str
    every: int = 1
    after: int = 0
    times: int = 0
    seconds: Decimal = Decimal(1)
    amount: Decimal = Decimal(1)

    @classmethod
    def of(cls, entry: JsonObject, kinds: Collection[str] = tuple(Do), actions: Collection[str] = ()) -> Self:
        """Read an entry. `kinds` and `actions` are what the service offers.

        Raises:
            BadFault: Unknown member, kind, action or value.
        """
        match = entry.get("match")
        unknown = set(entry) - {"match", "do", "seconds", "amount", *_NUMBERS}
        if unknown or not isinstance(match, str):
            raise BadFault(
                'An entry has "match" ("POST /path"), "do", and may have every, after, times, seconds, amount.'
            )
        if " " not in match and not any(fnmatchcase(action, match) for action in actions):
            raise BadFault(f'"match" is a method and a path ("POST /path") or a known action, not "{match}".')
        if entry.get("do") not in kinds:
            raise BadFault(f"There is no fault {entry.get('do')}; there are {', '.join(kinds)}.")
        numbers = {name: entry.get(name, least) for name, least in _NUMBERS.items()}
        if any(type(numbers[name]) is not int or numbers[name] < least for name, least in _NUMBERS.items()):
            raise BadFault("every is a whole number from 1; after and times are whole numbers from 0.")
        seconds = entry.get("seconds", 1)
        if not isinstance(seconds, int | Decimal) or seconds < 0:
            raise BadFault("seconds is a number from 0.")
        amount = entry.get("amount", 1)
        if type(amount) not in (int, Decimal):
            raise BadFault("amount is a number.")
        return cls(match, str(entry["do"]), **numbers, seconds=Decimal(seconds), amount=Decimal(amount))

    def document(self) -> JsonObject:
        return {name: getattr(self, name) for name in self.__slots__}

    def matches(self, request: Request, action: str = "") -> bool:
        """`match` is "METHOD /path" or an action, each with `*`; a path is compared without a trailing slash."""
        method, blank, path = self.match.partition(" ")
        if not blank:
            return fnmatchcase(action, method)
        asked = request.path.removesuffix("/")
        return fnmatchcase(request.method, method) and fnmatchcase(asked, path.removesuffix("/"))


class FaultPlan:
    """Thread-safe; counts start anew with each plan."""

    def __init__(self, entries: Sequence[Fault] = ()) -> None:
        self._lock = Lock()
        self.entries = tuple(entries)
        self._seen = [0] * len(entries)
        self._done = [0] * len(entries)

    @classmethod
    def of(cls, document: Any, kinds: Collection[str] = tuple(Do), actions: Collection[str] = ()) -> Self:
        plan = document.get("plan") if isinstance(document, dict) and set(document) == {"plan"} else None
        if not isinstance(plan, list) or not all(isinstance(entry, dict) for entry in plan):
            raise BadFault('Faults are sent as {"plan": [entries]}.')
        return cls([Fault.of(entry, kinds, actions) for entry in plan])

    def document(self) -> JsonObject:
        with self._lock:
            counts = zip(self.entries, self._seen, self._done, strict=True)
            return {"plan": [fault.document() | {"seen": seen, "done": done} for fault, seen, done in counts]}

    def next(self, request: Request, action: str = "") -> Fault | None:
        """The fault whose turn this request is; `action` is the service's own name for it."""
        with self._lock:
            chosen = None
            for n, fault in enumerate(self.entries):
                if not fault.matches(request, action):
                    continue
                self._seen[n] += 1
                if chosen is None and self._is_turn(n):
                    self._done[n] += 1
                    chosen = fault
            return chosen

    def _is_turn(self, n: int) -> bool:
        fault = self.entries[n]
        turn = self._seen[n] - fault.after
        return turn > 0 and turn % fault.every == 0 and (fault.times == 0 or self._done[n] < fault.times)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an answer leaves: None closes the connection unanswered; `slow` spreads the body over that long."""

    answer: Answer | None
    slow: Decimal | None = None


_NO_ROWS = (
    b'{"Data":[],"Total":0,"TotalRecords":0,"PageSize":20,"RecordsOnPage":0,'
    b'"Page":1,"CurrentPage":1,"TotalPages":0}'
)
_HTML = b"<!DOCTYPE html><html><body><h1>503 Service Unavailable</h1></body></html>"

# Faults that end the request before the service sees it, with the answer given instead.
_INSTEAD: Mapping[str, Answer | None] = {
    Do.DROP_BEFORE: None,
    Do.ERROR_500: Answer.message(500, "An error has occurred."),
    Do.OBJECT_400: Answer.message(400, "Object reference not set to an instance of an object."),
    Do.HTML_503: Answer(503, _HTML, "text/html; charset=utf-8"),
    Do.HOLD_LATE_APPLY: None,
}


def deliver(fault: Fault | None, request: Request, handle: Handle, pause: Pause) -> Delivery:
    """Carry out one request under a fault. What a fault commits is committed when this returns."""
    if fault is None:
        return Delivery(handle(request))
    if fault.do in _INSTEAD:
        return Delivery(_INSTEAD[fault.do])
    if fault.do == Do.TOO_MANY_429:
        return Delivery(Answer(429).with_header("Retry-After", str(int(fault.seconds))))
    if fault.do == Do.DELAY:
        pause(fault.seconds)
    return _spoiled(fault, handle(request))


def _spoiled(fault: Fault, answer: Answer) -> Delivery:
    match fault.do:
        case Do.COMMIT_THEN_DROP:
            return Delivery(None)
        case Do.COMMIT_THEN_500:
            return Delivery(_INSTEAD[Do.ERROR_500])
        case Do.EMPTY_200:
            return Delivery(replace(answer, body=b"") if answer.status == 200 else answer)
        case Do.EMPTY_LIST:
            return Delivery(replace(answer, body=_NO_ROWS) if answer.status == 200 else answer)
        case Do.SLOW_BODY:
            return Delivery(answer, slow=fault.seconds)
        case Do.WRONG_CONTENT_TYPE:
            return Delivery(replace(answer, content_type="text/html; charset=utf-8"))
        case _:
            return Delivery(answer)
