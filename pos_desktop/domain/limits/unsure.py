"""What of a programme's rules no source settles, so that an operator must confirm it first (contract 8 and 12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from pos_desktop.domain.limits.periods import FillPeriod

if TYPE_CHECKING:
    from pos_desktop.domain.limits.programme import Pool, Programme, Version

SOURCED = "sourced"
_ANCHORS: Mapping[str, str] = {"first-purchase": "the first purchase", "certification": "the certification"}


def unsure_parts(programme: Programme, day: date) -> Iterator[str]:
    """Of the rules in force on `day`, in few words each.

    A relief counts until it is over: one that is still to come must not stop the counter on its first day.
    """
    if programme.confidence != SOURCED:
        yield "the programme as a whole"
    yield from programme.unsettled
    version = programme.version_on(day)
    if version is None:
        return
    if version.confidence != SOURCED:
        yield f"version {version.id}"
    yield from version.unsettled
    if version.uncounted_allowed and not version.uncounted_cite:
        yield "selling without a limit what no allotment counts"
    yield from _of_pools(version)
    for each in version.reliefs:
        if each.confidence != SOURCED and day <= each.effective_to:
            yield f"relief {each.id}"


def _of_pools(version: Version) -> Iterator[str]:
    for pool in version.pools:
        if pool.confidence != SOURCED:
            yield f"allotment {pool.id}"
        elif pool.window_confidence != SOURCED:
            yield f"window of {pool.id}{_begins(pool)}"


def _begins(pool: Pool) -> str:
    """Periods hang on the day on which the first one begins, so whoever confirms them must know what is assumed."""
    if not isinstance(pool.window, FillPeriod):
        return ""
    return f" (periods that begin with {_ANCHORS[pool.window.anchor]})"
