"""The decision whether this patient may buy this cart now (contract 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from itertools import islice
from zoneinfo import ZoneInfo

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.counting import Lack
from pos_desktop.domain.limits.fitting import largest_fit_in, largest_part
from pos_desktop.domain.limits.gates import Asked
from pos_desktop.domain.limits.ledger import known_purchases, next_event
from pos_desktop.domain.limits.model import (
    Category,
    Decision,
    Item,
    LimitCase,
    Link,
    PatientFacts,
    Purchase,
    Refusal,
    StateFigure,
)
from pos_desktop.domain.limits.outlook import Era, enough_at, eras, next_release
from pos_desktop.domain.limits.past import Past
from pos_desktop.domain.limits.programme import Programme, Relief, Version
from pos_desktop.domain.limits.reckoning import NOUGHT, Need, PoolStanding, stand_pool
from pos_desktop.domain.limits.shown import reckoned
from pos_desktop.domain.limits.statecheck import LOCAL, STATE, STATE_SILENT, footing
from pos_desktop.domain.limits.windows import Level, day_of, midnight

__all__ = ["Standing", "decide", "largest_fit", "largest_parts", "prepare"]

VISITOR = "visitor"
NO_VISITORS = "gate:no-visitors"


@dataclass(frozen=True, slots=True)
class Standing:
    """A patient's position before any cart, with every sum over the past made already.

    Args:
        case: All that was asked about, without the cart.
        version: The rules in force; None in a gap.
        refusals: What refuses whatever is in the cart (card, state check, no rule in force).
        ahead: The version in force, if any, and those that follow.
        releases: Per pool of the version in force, the first step at which more is available.
        relief: The exception under whose caps a sale may go ahead while the line is down; `caps` are its pools.
        valid_until: The first moment at which something here may change; the day's end at the latest.
    """

    programme: Programme
    case: LimitCase
    version: Version | None
    basis: str
    refusals: tuple[Refusal, ...]
    ahead: tuple[Era, ...]
    releases: tuple[Level | None, ...]
    valid_until: Instant
    relief: Relief | None = None
    caps: tuple[PoolStanding, ...] = ()
    figure_as_of: Instant | None = None

    @property
    def pools(self) -> tuple[PoolStanding, ...]:
        return self.ahead[0].pools if self.version is not None else ()

    def sells(self, category: Category) -> bool:
        """Whether goods of `category` may be sold to this patient at all (contract 2.9)."""
        today = day_of(self.case.at, self.programme.zone)
        return self.version is not None and self.version.sellable(category, self.case.patient, today)

    def at_moment(self, at: Instant | None) -> Standing:
        """This standing where it still holds at `at`, else a new one made from the same facts."""
        if at is None or self.case.at <= at < self.valid_until:
            return self
        return _stand(self.programme, replace(self.case, at=at))

    def decide(self, cart: tuple[Item, ...], at: Instant | None = None) -> Decision:
        """May this cart be sold at `at` (the standing's own moment if not given)? Every failure is named."""
        now = self.at_moment(at)
        needs = tuple(pool.need_of(cart) for pool in now.pools)
        capped = tuple(cap.need_of(cart) for cap in now.caps)
        by_pools = [each for pair in zip(now.pools, needs, strict=True) for each in _pool_refusals(*pair)]
        refusals = (
            *now.refusals,
            *_cart_refusals(now, cart),
            *_relief_refusals(now, cart, capped),
            *by_pools,
        )
        return Decision(
            allowed=not refusals,
            refusals=refusals,
            pools=tuple(
                reckoned(pool, need, release)
                for pool, need, release in zip(now.pools, needs, now.releases, strict=True)
                if pool.now.applies
            ),
            basis=_basis(now, needs),
            programme=now.programme.id,
            version=now.version.id if now.version is not None else "",
            pack_version=now.programme.pack_version,
            enough_at=enough_at(cart, needs, now.ahead) if by_pools or now.version is None else None,
            relief=tuple(reckoned(cap, need, None) for cap, need in zip(now.caps, capped, strict=True)),
            state_as_of=now.figure_as_of,
            state_spoke_of=tuple(each.pool.id for each in now.pools if each.now.applies and each.spoken_of),
            at=now.case.at if at is None else at,
        )


def prepare(
    programme: Programme,
    *,
    at: Instant,
    patient: PatientFacts,
    history: Iterable[Purchase],
    buyer: str = "patient",
    store_zone: str | None = None,
    state: StateFigure | None = None,
    link: Link | None = None,
) -> Standing:
    """Reckon a patient's pools once, so that each change of the cart costs little.

    `history` is this patient's ledger, whoever bought; more than the window is harmless. `buyer` is `patient` or
    `caregiver:...`. `state` is the tracking system's last figure and `link` whether the line is up; both None means
    that the history is complete and checked (contract 10).
    """
    case = LimitCase(
        at=at,
        patient=patient,
        history=tuple(history),
        buyer=buyer,
        store_zone=store_zone,
        state=state,
        link=link,
    )
    return _stand(programme, case)


def decide(programme: Programme, case: LimitCase) -> Decision:
    """The whole decision in one step."""
    return _stand(programme, replace(case, cart=())).decide(case.cart)


def largest_fit(
    standing: Standing, cart: tuple[Item, ...], line: int, one: Item, ceiling: int, at: Instant | None = None
) -> int:
    """The largest number of units of line `line`, each measuring `one`, with which the cart passes the amount rules.

    At most `ceiling`; 0 if none does. Card, gates and the state check are not looked at.
    """
    now = standing.at_moment(at)
    if not now.sells(one.category):
        return 0
    return largest_fit_in((*now.pools, *now.caps), cart[:line] + cart[line + 1 :], one, ceiling)


def largest_parts(standing: Standing, cart: tuple[Item, ...]) -> tuple[Fraction, ...]:
    """For each line the largest part of it, from 0 to 1, that passes the amount rules beside what is kept before it.

    In the order of the cart, so that what is kept of all lines, each rounded down to whole units, passes together.
    """
    pools = (*standing.pools, *standing.caps)
    kept: tuple[Item, ...] = ()
    parts = []
    for item in cart:
        part = largest_part(pools, kept, item) if standing.sells(item.category) else NOUGHT
        parts.append(part)
        if part:
            kept = (*kept, replace(item, measures=item.measures.part(part)))
    return tuple(parts)


def _stand(programme: Programme, case: LimitCase) -> Standing:
    today = day_of(case.at, programme.zone)
    version = programme.version_on(today)
    rests_on = footing(programme, case)
    ahead = eras(programme, known_purchases(case.history, case.at), case.patient, case.at, rests_on.figure)
    pools = ahead[0].pools if version is not None else ()
    return Standing(
        programme=programme,
        case=case,
        version=version,
        basis=rests_on.basis if version is not None else "none",
        refusals=tuple(_standing_refusals(programme, version, case, rests_on.refusal)),
        ahead=ahead,
        releases=tuple(next_release(pool, ahead) for pool in pools),
        valid_until=min(_changes(programme, version, case, pools, rests_on.stale_from)),
        relief=rests_on.relief,
        caps=() if version is None else _caps(programme, version, rests_on.relief, case),
        figure_as_of=None if rests_on.figure is None else rests_on.figure.as_of,
    )


def _changes(
    programme: Programme,
    version: Version | None,
    case: LimitCase,
    pools: tuple[PoolStanding, ...],
    stale_from: Instant | None,
) -> Iterator[Instant]:
    """The moments after which what was reckoned at `case.at` need not hold any more."""
    today = day_of(case.at, programme.zone)
    yield midnight(today + timedelta(days=1), programme.zone)
    moments = [stale_from, next_event(case.history, case.at)]
    if case.state is not None:
        moments.append(case.state.as_of)
    moments += [Instant(step.from_us) for pool in pools for step in islice(pool.walk(), 1, 2)]
    for hours, zone in (
        (None if version is None else version.hours, _store_zone(programme, case)),
        (programme.card.hours_of(case.patient.card), programme.zone),
    ):
        if hours is not None:
            moments += hours.changes(case.at.date_in(zone), zone)
            moments.append(midnight(case.at.date_in(zone) + timedelta(days=1), zone))
    yield from (moment for moment in moments if moment is not None and moment > case.at)


def _store_zone(programme: Programme, case: LimitCase) -> ZoneInfo:
    return programme.zone if case.store_zone is None else ZoneInfo(case.store_zone)


def _caps(
    programme: Programme, version: Version, relief: Relief | None, case: LimitCase
) -> tuple[PoolStanding, ...]:
    caps = () if relief is None else relief.caps
    none = Past((), programme)
    return tuple(stand_pool(programme, version, cap, none, case.patient, case.at) for cap in caps)


def _standing_refusals(
    programme: Programme, version: Version | None, case: LimitCase, state: Refusal | None
) -> Iterator[Refusal]:
    """What refuses whatever is in the cart."""
    if version is None:
        yield Refusal("no-rule-in-force")
    yield from programme.card.refusals(case.patient.card, case.at, programme.zone)
    if case.patient.holder == VISITOR and VISITOR not in programme.card.kinds:
        yield Refusal(NO_VISITORS, cite=programme.visitor)
    hours = None if version is None else version.hours
    if hours is not None and not hours.hold(case.at, _store_zone(programme, case)):
        yield Refusal("closed-hours", cite=hours.cite)
    if state is not None:
        yield state


def _basis(standing: Standing, needs: tuple[Need, ...]) -> str:
    """A fresh figure that speaks of no pool in question decides nothing, and the decision does not rest on it."""
    if standing.basis != STATE:
        return standing.basis
    in_force = [each for each in zip(standing.pools, needs, strict=True) if each[0].now.applies]
    touched = [pool for pool, need in in_force if need.touches] or [pool for pool, _ in in_force]
    if any(pool.spoken_of for pool in touched):
        return STATE
    return STATE_SILENT if standing.programme.state_check.required else LOCAL


def _cart_refusals(standing: Standing, cart: tuple[Item, ...]) -> Iterable[Refusal]:
    version, case = standing.version, standing.case
    if version is None:
        return
    counted = tuple(each for each in cart if each.category not in version.excluded)
    asked = Asked(case.patient, case.buyer, day_of(case.at, standing.programme.zone), cart, counted)
    for gate in version.gates:
        if gate.refuses(asked):
            yield Refusal(f"gate:{gate.id}", cite=gate.cite)
    for category in dict.fromkeys(item.category for item in cart):
        if not standing.sells(category):
            yield Refusal(f"uncounted-category:{category}")


def _relief_refusals(
    standing: Standing, cart: tuple[Item, ...], needs: tuple[Need, ...]
) -> Iterable[Refusal]:
    """A relief loosens only what it names: its caps bind, and other goods stay refused by the outage."""
    version, relief = standing.version, standing.relief
    if version is None or relief is None:
        return
    if any(
        each.category not in version.excluded
        and not any(cap.pool.counts(each.category) for cap in standing.caps)
        for each in cart
    ):
        yield Refusal("outage", cite=standing.programme.outage_cite)
    for number, (cap, need) in enumerate(zip(standing.caps, needs, strict=True)):
        if not cap.passes(need, cap.now):
            excess = None if need.lacks else need.total - cap.now.left
            yield Refusal(f"relief:{relief.id}:{number}", cap.pool.id, excess, "", relief.cite)


def _pool_refusals(standing: PoolStanding, need: Need) -> Iterable[Refusal]:
    pool, now = standing.pool, standing.now
    if standing.passes(need, now):
        return

    def refused(code: str) -> Refusal:
        return Refusal(f"{code}:{pool.id}", pool.id, None, pool.as_written, pool.cite)

    for lack in Lack:
        if lack in need.lacks:
            yield refused(lack)
    if not now.known:
        yield refused("unmeasured-history")
    if now.barred:
        yield refused(now.barred)
    if not need.lacks and now.known and not now.barred:
        yield replace(refused("limit"), excess=need.total - now.left)
