"""Rules of a usable pack that nothing reaches, that are silent where they seem to speak, or that stop everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise

from pos_desktop.domain.limits.allowance import Mode
from pos_desktop.domain.limits.counting import UNITS
from pos_desktop.domain.limits.gates import ForbiddenCategories
from pos_desktop.domain.limits.model import Category, Holder
from pos_desktop.domain.limits.programme import Kind, Pool, Programme, Relief, Version

_KINDS = frozenset(
    ("registry", "certification", "recommendation", "recognition", "visitor", "temporary", "application")
)
"""Kinds of cards that the screens have words for."""


def rule_doubts(programme: Programme) -> Iterator[str]:
    yield from _cards(programme)
    if programme.as_of > programme.checked_on.year:
        yield f"“as_of” is {programme.as_of}, and the sources were read on {programme.checked_on} already"
    newest = programme.versions[-1]
    if newest.effective_to is not None:
        yield f"version {newest.id}: it ends on {newest.effective_to} and none follows, so nothing is sold after that"
    for version in programme.versions:
        for what in _of_version(version, visitors=Holder.VISITOR in programme.card.kinds):
            yield f"version {version.id}{what}"


def _cards(programme: Programme) -> Iterator[str]:
    card = programme.card
    for kind in card.kinds:
        if kind not in _KINDS:
            yield f"card: the kind “{kind}” is none that this program has words for"
    for kind, rule, said in (
        ("temporary", "temporary_max_days", card.temporary_max_days is not None),
        ("application", "application_hours", card.application_hours is not None),
    ):
        if said and kind not in card.kinds:
            yield f"card: “{rule}” speaks of the kind “{kind}”, which “kinds” does not name, so it changes nothing"


def _of_version(version: Version, *, visitors: bool) -> Iterator[str]:
    """Each begins with what of the version it speaks of."""
    for pool in version.pools:
        for what in (*_unreached(pool, version, visitors=visitors), *_odd(pool), *_dropped(pool, version)):
            yield f", allotment {pool.id}: {what}"
    if version.history_from is not None and version.history_from > (version.effective_from or date.min):
        yield (
            f": “history_from” is {version.history_from}, after the version begins, so purchases made under it "
            "before that day are not counted"
        )
    for relief in version.reliefs:
        if not _meet(relief, version):
            yield f", relief {relief.id}: its days lie outside the version’s, so it is never in force"
    for one, other in combinations(version.reliefs, 2):
        if one.effective_from <= other.effective_to and other.effective_from <= one.effective_to:
            yield f", relief {other.id}: it overlaps relief {one.id}, which alone counts on the days of both"


def _meet(relief: Relief, version: Version) -> bool:
    begins, ends = version.effective_from or date.min, version.effective_to or date.max
    return relief.effective_from <= ends and begins <= relief.effective_to


def _unreached(pool: Pool, version: Version, *, visitors: bool) -> Iterator[str]:
    if pool.when.holder == Holder.VISITOR and not visitors:
        yield "it is for visitors, and “kinds” of the card names no visitor’s card, so nobody reaches it"
    counted = [each for each in Category if pool.counts(each)]
    gates = [each for each in version.gates if isinstance(each, ForbiddenCategories)]
    if counted and all(any(each in gate.categories for gate in gates) for each in counted):
        names = ", ".join(gate.id for gate in gates)
        yield f"all that it counts is forbidden ({names}), so nothing reaches it"


def _odd(pool: Pool) -> Iterator[str]:
    fixed = pool.allowance.mode in (Mode.FIXED, Mode.LESSER)
    if pool.kind is not Kind.SHARE and not pool.limit and fixed:
        yield "its limit is nought, so nothing that it counts can ever be sold"
    for member in pool.members:
        basis = UNITS[member.basis]
        if member.factor == 1 and not member.cap and basis != pool.unit and pool.unit in UNITS.values():
            yield f"it counts “{member.basis}”, in {basis}, one for one as {pool.unit}"
    for category in Category:
        tiers = sorted(
            each.potency_bp for each in pool.members if category in each.categories and each.potency_bp
        )
        for (_, low), (high, _) in pairwise(tiers):
            if high > low + 1:
                yield (
                    f"no tier names {category} of more than {_percent(low)} and less than {_percent(high)}, so it is "
                    "refused"
                )


def _percent(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d} %"


def _dropped(pool: Pool, version: Version) -> Iterator[str]:
    """A window that looks back beyond the day from which purchases count, at a time when the version is in force."""
    since, reach = version.history_from, pool.window.reach_days
    if since is None or not reach:
        return
    begins = max(since, version.effective_from or since)
    whole = since + timedelta(days=reach - 1)
    if begins < whole:
        yield (
            f"its window of {reach} days reaches back beyond “history_from”, {since}, until {whole}: purchases before "
            "that day are not counted"
        )
