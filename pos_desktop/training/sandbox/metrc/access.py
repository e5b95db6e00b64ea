"""Who calls, for which license, and how often (contract sections 1.1, 1.2 and 5)."""

import base64
import binascii
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from pos_desktop.training.sandbox.http import Answer, Refusal, Request
from pos_desktop.training.sandbox.jsonio import decode
from pos_desktop.training.sandbox.metrc.call import User
from pos_desktop.training.sandbox.metrc.settings import Settings
from pos_desktop.training.sandbox.store import Connection

_SECOND_NS = 1_000_000_000


def credentials(request: Request) -> tuple[str, str] | None:
    """Vendor key and user key of the Basic header; None where it is missing or broken."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        vendor, colon, user = base64.b64decode(text, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (vendor, user) if colon else None


def authenticate(db: Connection, request: Request) -> User:
    """The user of a known, unrevoked pair; anything else is 401 with an empty body (17.1)."""
    pair = credentials(request)
    row = (
        pair
        and db.execute(
            "SELECT user_name, licenses FROM credential WHERE vendor_key = ? AND user_key = ? AND revoked = 0",
            pair,
        ).fetchone()
    )
    if not pair or not row:
        raise Refusal.empty(401)
    lacking = db.execute(
        "SELECT name FROM record WHERE kind = 'without' AND license = ?", (pair[1],)
    ).fetchall()
    return User(*pair, row[0], tuple(decode(row[1])), frozenset(name for (name,) in lacking))


def set_revoked(db: Connection, pair: tuple[str, str] | None, *, revoked: bool) -> None:
    """Revoke one pair, or restore every pair (`pair` None)."""
    if pair is None:
        db.execute("UPDATE credential SET revoked = ?", (int(revoked),))
    else:
        db.execute(
            "UPDATE credential SET revoked = ? WHERE vendor_key = ? AND user_key = ?", (int(revoked), *pair)
        )


class RateLimiter:
    """Bounds GETs a second and at once, by facility where a license is named and by vendor key always."""

    def __init__(self, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._now_ns = now_ns
        self._lock = Lock()
        self._recent: dict[str, deque[int]] = {}
        self._running: Counter[str] = Counter()

    @contextmanager
    def admitted(self, license_number: str | None, vendor_key: str, settings: Settings) -> Iterator[None]:
        """Hold a place while the call runs; 429 with `Retry-After` where there is none."""
        bounds = [(f"key {vendor_key}", settings.gets_per_second_key, settings.concurrent_gets_key)]
        if license_number is not None:
            facility = (settings.gets_per_second_facility, settings.concurrent_gets_facility)
            bounds.append((f"facility {license_number}", *facility))
        with self._lock:
            if not all(self._has_place(*bound) for bound in bounds):
                raise Refusal(too_many(settings))
            for lane, _, _ in bounds:
                self._recent[lane].append(self._now_ns())
                self._running[lane] += 1
        try:
            yield
        finally:
            with self._lock:
                for lane, _, _ in bounds:
                    self._running[lane] -= 1

    def _has_place(self, lane: str, per_second: int, at_once: int) -> bool:
        recent = self._recent.setdefault(lane, deque())
        while recent and recent[0] <= self._now_ns() - _SECOND_NS:
            recent.popleft()
        return len(recent) < per_second and self._running[lane] < at_once


def too_many(settings: Settings) -> Answer:
    return Answer(429).with_header("Retry-After", str(settings.retry_after_seconds))
