"""The journal: canonical entries in one hash chain per register (reliability contract, section 9)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VERSION = 1
CONTINUED = "journal.continued"
"""The first entry of each epoch but the first: it names the last one before it (epoch, seq, hash)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link. People and patients appear by id only, so that a record can be purged and the chain stays valid.

    Args:
        at_us: UTC microseconds. mono_us: the monotonic clock of boot `boot`.
        zone, offset_s: The store's zone and its offset in seconds at `at_us`.
        clock: `ok`, `behind`, `ahead` or `unset`.
        actor: Person id. ref: what it is about (a sale id), or empty.
        data: Integers, strings, lists and objects of these only.
    """

    register: str
    epoch: int
    seq: int
    at_us: int
    mono_us: int
    boot: str
    zone: str
    offset_s: int
    clock: str
    actor: str
    kind: str
    ref: str
    data: Mapping[str, Any]

    def body(self) -> bytes:
        return canonical(
            {
                "v": VERSION,
                "reg": self.register,
                "epoch": self.epoch,
                "seq": self.seq,
                "at": self.at_us,
                "mono": self.mono_us,
                "boot": self.boot,
                "tz": self.zone,
                "off": self.offset_s,
                "clk": self.clock,
                "actor": self.actor,
                "kind": self.kind,
                "ref": self.ref,
                "data": self.data,
            }
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an entry lies in time: its business time, and the monotonic clock of its boot.

    `sure_us` is the business time too, but in a `clock.confirmed` the time that was confirmed, which may lie elsewhere.
    """

    at_us: int
    mono_us: int
    boot: str
    sure_us: int


CLOCK_CONFIRMED = "clock.confirmed"


def placed(body: bytes) -> Placed | None:
    """None for a body that is not an entry's: whoever verifies the journal says so."""
    try:
        entry = json.loads(body)
        at, mono, boot = entry["at"], entry["mono"], entry["boot"]
        sure = entry["data"]["wall"] if entry["kind"] == CLOCK_CONFIRMED else at
    except (ValueError, LookupError, TypeError):
        return None
    if not all(type(number) is int for number in (at, mono, sure)) or not isinstance(boot, str):
        return None
    return Placed(at, mono, boot, sure)


def canonical(document: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON, keys sorted, no spaces; floats are a bug and refused."""
    _refuse_floats(document)
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def genesis(register: str, epoch: int) -> bytes:
    """What the first entry of a register's epoch is chained to."""
    return hashlib.sha256(b"POSJ1" + register.encode() + str(epoch).encode()).digest()


def chain(previous: bytes, body: bytes) -> bytes:
    """hash[n] = SHA-256("POSJ1" || hash[n-1] || body[n])."""
    return hashlib.sha256(b"POSJ1" + previous + body).digest()


_PLAIN = frozenset((str, int, bool, type(None)))


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a journal holds no floats")
    if isinstance(value, dict | Mapping):  # a plain dict is known at once, an abstract one is looked up
        value = value.values()
    elif not isinstance(value, list | tuple):
        return
    for each in value:
        if type(each) not in _PLAIN:  # a call for each of a sale's hundred texts and numbers would be felt
            _refuse_floats(each)
