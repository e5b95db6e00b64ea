"""The journal as JSON lines, for who looks into it without this program (see resources/verify_journal.py)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from pos_desktop.app.ports import JournalBook, SealBook
from pos_desktop.domain.people import Person, Right, require


def exported(register: str, key: bytes, journal: JournalBook, seals: SealBook) -> Iterator[str]:
    """Register and key, then entries and seals in their order; each seal stands after the entry that it is over."""
    yield _line({"register": register, "key": key.hex()})
    waiting = list(seals.all())
    for seq, body, digest in journal.entries():
        epoch = _epoch(body)
        yield _line(
            {"epoch": epoch, "seq": seq, "hash": digest.hex(), "body": b64encode(body).decode("ascii")}
        )
        while waiting and (waiting[0].head.epoch, waiting[0].head.seq) <= (epoch, seq):
            seal = waiting.pop(0)
            yield _line(
                {
                    "seal": True,
                    "epoch": seal.head.epoch,
                    "seq": seal.head.seq,
                    "hash": seal.head.digest.hex(),
                    "at": seal.at.utc_us,
                    "signature": seal.signature.hex(),
                }
            )


def exported_for(
    by: Person, register: str, key: bytes, journal: JournalBook, seals: SealBook
) -> Iterator[str]:
    """The same, for a person. Raises RuleRefusal: not for everybody; at once, and not at the first line."""
    require(by, Right.READ_JOURNAL, "Nothing was written.")
    return exported(register, key, journal, seals)


def _epoch(body: bytes) -> int:
    try:
        epoch = json.loads(body)["epoch"]
    except (ValueError, LookupError, TypeError):
        return 0
    return epoch if type(epoch) is int else 0


def _line(document: dict[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"))
