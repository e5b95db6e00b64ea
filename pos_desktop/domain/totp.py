"""Codes of an authenticator by time (RFC 6238): HMAC-SHA-1, six digits, thirty seconds a step."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from urllib.parse import quote

from pos_desktop.domain.instant import SECOND_US, Instant

STEP_US = 30 * SECOND_US
DIGITS = 6
_WINDOW = 1
"""Steps before and after this one that are accepted: clocks differ, and typing takes a while."""


def step_at(at: Instant) -> int:
    return at.utc_us // STEP_US


def code_of(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """RFC 4226, section 5.3: four bytes of the digest, from where its last four bits point."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    begin = digest[-1] & 0x0F
    number = int.from_bytes(digest[begin : begin + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**digits:0{digits}d}"


def step_of(secret: bytes, code: str, at: Instant) -> int | None:
    """Which step near `at` the code belongs to; None: to none of them. Takes as long whichever it is."""
    typed = "".join(code.split())
    now, found = step_at(at), None
    for step in range(now - _WINDOW, now + _WINDOW + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), typed.encode()):
            found = step
    return found


def uri(secret: bytes, store: str, name: str) -> str:
    """What an authenticator reads, as a picture or typed: `otpauth://totp/…`."""
    label = quote(f"{store}:{name}", safe="")
    return f"otpauth://totp/{label}?secret={typed_secret(secret)}&issuer={quote(store, safe='')}"


def typed_secret(secret: bytes) -> str:
    return b32encode(secret).decode().rstrip("=")
