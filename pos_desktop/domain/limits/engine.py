"""The decision whether this patient may buy this cart now (contract 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.fitting import largest_fit_in
from pos_desktop.domain.limits.ledger import known_purchases, next_event
from pos_desktop.domain.limits.model import (
    Decision,
    Item,
    LimitCase,
    Link,
    PatientFacts,
    PoolReckoning,
    Purchase,
    Refusal,
    StateFigure,
)
from pos_desktop.domain.limits.outlook import Era, enough_at, eras, next_release
from pos_desktop.domain.limits.programme import Programme, Version
from pos_desktop.domain.limits.reckoning import NOUGHT, Need, PoolStanding, Step
from pos_desktop.domain.limits.statecheck import footing
from pos_desktop.domain.limits.windows import day_of, midnight

__all__ = ["Standing", "decide", "largest_fit", "prepare"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A patient's position before any cart, with every sum over the past made already.

    Args:
        case: All that was asked about, without the cart.
        version: The rules in force; None in a gap.
        refusals: What refuses whatever is in the cart (card, state check, no rule in force).
        ahead: The version in force, if any, and those that follow.
        releases: Per pool in force, the first step at which more is available.
        valid_until: The first moment at which something here may change; the day's end at the latest.
    """

    programme: Programme
    case: LimitCase
    version: Version | None
    basis: str
    refusals: tuple[Refusal, ...]
    ahead: tuple[Era, ...]
    releases: tuple[Step | None, ...]
    valid_until: Instant

    @property
    def pools(self) -> tuple[PoolStanding, ...]:
        return self.ahead[0].pools if self.version is not None else ()

    def at_moment(self, at: Instant | None) -> Standing:
        """This standing where it still holds at `at`, else a new one made from the same facts."""
        if at is None or self.case.at <= at < self.valid_until:
            return self
        return _stand(self.programme, replace(self.case, at=at))

    def decide(self, cart: tuple[Item, ...], at: Instant | None = None) -> Decision:
        """May this cart be sold at `at` (the standing's own moment if not given)? Every failure is named."""
        now = self.at_moment(at)
        needs = tuple(pool.need_of(cart) for pool in now.pools)
        by_pools = [
            refusal for pair in zip(now.pools, needs, strict=True) for refusal in _pool_refusals(*pair)
        ]
        refusals = (*now.refusals, *_cart_refusals(now, cart), *by_pools)
        return Decision(
            allowed=not refusals,
            refusals=refusals,
            pools=tuple(map(_reckoned, now.pools, needs, now.releases)),
            basis=now.basis,
            programme=now.programme.id,
            version=now.version.id if now.version is not None else "",
            pack_version=now.programme.pack_version,
            enough_at=enough_at(cart, needs, now.ahead) if by_pools or now.version is None else None,
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
    if now.version is None or not now.version.sellable(one.category):
        return 0
    return largest_fit_in(now.pools, cart[:line] + cart[line + 1 :], one, ceiling)


def _stand(programme: Programme, case: LimitCase) -> Standing:
    today = day_of(case.at, programme.zone)
    version = programme.version_on(today)
    rests_on = footing(programme, case)
    ahead = eras(programme, known_purchases(case.history, case.at), case.at, rests_on.figure)
    refusals = [
        *(() if version is not None else (Refusal("no-rule-in-force"),)),
        *programme.card.refusals(case.patient.card, today),
        *(() if rests_on.refusal is None else (rests_on.refusal,)),
    ]
    moments = (
        midnight(today + timedelta(days=1), programme.zone),
        rests_on.stale_from,
        next_event(case.history, case.at),
        case.state.as_of if case.state is not None and case.state.as_of > case.at else None,
    )
    return Standing(
        programme=programme,
        case=case,
        version=version,
        basis=rests_on.basis if version is not None else "none",
        refusals=tuple(refusals),
        ahead=ahead,
        releases=tuple(next_release(pool, ahead) for pool in ahead[0].pools) if version is not None else (),
        valid_until=min(moment for moment in moments if moment is not None),
    )


def _cart_refusals(standing: Standing, cart: tuple[Item, ...]) -> Iterable[Refusal]:
    version, case = standing.version, standing.case
    if version is None:
        return
    today = day_of(case.at, standing.programme.zone)
    for gate in version.gates:
        if gate.refuses(case.patient, case.buyer, today, cart):
            yield Refusal(f"gate:{gate.id}", cite=gate.cite)
    for category in dict.fromkeys(item.category for item in cart):
        if not version.sellable(category):
            yield Refusal(f"uncounted-category:{category}")


def _pool_refusals(standing: PoolStanding, need: Need) -> Iterable[Refusal]:
    pool = standing.pool
    if standing.passes(need, standing.now):
        return
    if need.missing:
        yield Refusal(f"missing-measure:{pool.id}", pool.id, None, pool.as_written, pool.cite)
    if not standing.now.known:
        yield Refusal(f"unmeasured-history:{pool.id}", pool.id, None, pool.as_written, pool.cite)
    if not need.missing and standing.now.known:
        excess = need.total - standing.now.left
        yield Refusal(f"limit:{pool.id}", pool.id, excess, pool.as_written, pool.cite)


def _reckoned(standing: PoolStanding, need: Need, release: Step | None) -> PoolReckoning:
    pool, left = standing.pool, standing.now.left
    return PoolReckoning(
        id=pool.id,
        title=pool.title,
        label=pool.label,
        unit=pool.unit,
        limit=standing.limit,
        used=standing.used,
        cart=need.total,
        left=left,
        after=left - need.total,
        window=pool.window.shape,
        window_days=pool.window.days,
        as_written=pool.as_written,
        cite=pool.cite,
        counted=need.counted,
        next_release_at=None if release is None else Instant(release.from_us),
        next_release=None if release is None else release.left - max(left, NOUGHT),
        held_by_state=standing.held_by_state,
        spends=standing.spends,
        known=standing.now.known,
    )
