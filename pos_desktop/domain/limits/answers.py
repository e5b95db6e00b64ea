"""Writes an answer in the contract's words, and compares it with what a case expects (contract 5 and 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import time
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.case_table import CaseTable
from pos_desktop.domain.limits.model import Decision, Item, Measures, PoolReckoning, Refusal
from pos_desktop.domain.limits.programme import Programme
from pos_desktop.domain.limits.words import refusal_sentence

_MEASURES = tuple(each.name for each in fields(Measures))


def answer(decision: Decision, programme: Programme) -> dict[str, Any]:
    """The output fields of the contract; amounts are whole units, rounded down and never below nought."""
    zone = programme.zone
    told = [each for each in decision.pools if each.known]
    return {
        "allowed": decision.allowed,
        "refused_by": list(decision.refused_by),
        "remaining": {each.id: _left(each) for each in told},
        "after": {each.id: _after(each) if decision.allowed else _left(each) for each in told},
        "used": {each.id: exact(each.used) for each in decision.pools},
        "cart": {each.id: exact(each.cart) for each in decision.pools},
        "limit": {each.id: exact(each.limit) for each in decision.pools},
        "next_release_at": {each.id: _wall(each.next_release_at, zone) for each in decision.pools},
        "next_release": {
            each.id: None if each.next_release is None else exact(each.next_release)
            for each in decision.pools
        },
        "enough_at": _wall(decision.enough_at, zone),
        "basis": decision.basis,
        "state_as_of": _wall(decision.state_as_of, zone),
        "state_spoke_of": list(decision.state_spoke_of),
        "programme": decision.programme,
        "version": decision.version or None,
        "pack_version": decision.pack_version,
        "pack_digest": programme.digest,
        "reasons": [_reason(each, decision, programme) for each in decision.refusals],
    }


def _reason(refusal: Refusal, decision: Decision, programme: Programme) -> dict[str, str | None]:
    return {
        "code": refusal.code,
        "text": refusal_sentence(refusal, decision, programme),
        "excess": None if refusal.excess is None else exact(refusal.excess),
        "as_written": refusal.as_written,
        "cite": refusal.cite,
    }


def exact(amount: Fraction) -> str:
    """In the pool's unit: `70873`, or `3500/3` where it is no whole number."""
    return str(amount)


def fits(cart: tuple[Item, ...], parts: tuple[Fraction, ...]) -> list[dict[str, int]]:
    """The largest quantity of each line, in its own measures: together they are a cart that passes whole."""
    kept = [item.measures.part(part) for item, part in zip(cart, parts, strict=True)]
    return [
        {name: value for name in _MEASURES if (value := getattr(each, name)) is not None} for each in kept
    ]


def _left(pool: PoolReckoning) -> int | dict[str, int]:
    return {each.key: each.left for each in pool.parts} or max(0, pool.left.__floor__())


def _after(pool: PoolReckoning) -> int | dict[str, int]:
    return {each.key: each.after for each in pool.parts} or max(0, pool.after.__floor__())


def _wall(moment: Instant | None, zone: ZoneInfo) -> str | None:
    """Programme time to the minute; with its offset where the wall shows it twice."""
    if moment is None:
        return None
    wall = moment.datetime_in(zone)
    twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
    short = wall if twice else wall.replace(tzinfo=None)
    exact = wall.time() != time(wall.hour, wall.minute)
    return short.isoformat(timespec="microseconds" if exact else "minutes")


def misses(expect: Mapping[str, Any], found: Mapping[str, Any], zone: ZoneInfo, name: str) -> list[str]:
    """What of `expect` the answer does not meet; figures that it does not name are free (contract 10).

    Raises:
        BadCase: a time in it is none; `name` is the case's.
    """
    missed = []
    for key, value in expect.items():
        if key not in found or not _meets(key, value, found[key], zone, f"{name}, expect"):
            missed.append(f"{key}: expected {value}, found {found.get(key)}")
    return missed


def _meets(key: str, value: Any, found: Any, zone: ZoneInfo, where: str) -> bool:
    if isinstance(value, Mapping):
        return isinstance(found, Mapping) and all(
            _meets(key, each, found.get(name), zone, where) for name, each in value.items()
        )
    if key == "refused_by" and isinstance(value, list) and isinstance(found, list):
        return sorted(map(str, value)) == sorted(found)
    if key in ("enough_at", "next_release_at") and isinstance(value, str):
        wanted = CaseTable({key: value}, where).moment(key, zone)
        return isinstance(found, str) and wanted == CaseTable({key: found}, where).moment(key, zone)
    return bool(value == found)
