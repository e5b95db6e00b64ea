"""Sentences for refusals and for what comes back; the screen has its own, shorter ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.amounts import about_text, amount_text, exact_text, one_of
from pos_desktop.domain.limits.counting import UNITS, Lack, Member
from pos_desktop.domain.limits.model import Decision, PoolReckoning, Refusal, Spend
from pos_desktop.domain.limits.programme import Programme

OVER: Mapping[str, str] = {
    "transaction": "Over the limit for one sale by {over}.",
    "day": "Over today’s limit by {over}.",
    "rolling-days": "Over the {days}-day limit by {over}.",
    "rolling-minutes": "Over the {days}-day limit by {over}.",
    "calendar-month": "Over this month’s limit by {over}.",
    "calendar-year": "Over this year’s limit by {over}.",
    "fill-period": "Over what is left of the {days}-day supply by {over}.",
    "order": "Over what is left of the practitioner’s order by {over}.",
}
OVER_RELIEF = (
    "Over what the relief allows in one sale while the state cannot be asked, by {over} (“{label}”)."
)
OTHER: Mapping[str, str] = {
    "no-certified-amount": "The practitioner stated no amount for “{label}”, and without one nothing is sold.",
    "no-active-order": "No order of the practitioner for “{label}” is in force.",
    "before-period": "The first period of “{label}” has not begun, or its beginning is not on record.",
    "missing-measure": "A product in the cart has no recorded amount for “{label}”. Add it to the product, "
    "or remove the line.",
    "no-tier": "A product in the cart has a potency that no tier of “{label}” names, so it may not be sold.",
    "unmeasured-history": "What is left of “{label}” is not known: an earlier purchase has no recorded amount. "
    "Complete that record first.",
    "uncounted-category": "The rules of {state} do not say how “{detail}” counts. Remove it from the cart.",
    "card-expired": "This card has expired. The patient needs a valid card.",
    "card-not-yet-valid": "This card is not valid yet.",
    "card-kind": "This kind of card is not accepted in {state}.",
    "application-hours": "An application copy is not accepted at this hour.",
    "closed-hours": "The law allows no sale at this hour.",
    "gate": "The rules of {state} do not allow this sale: {cite}.",
    "relief": "A product in the cart has no recorded amount for “{label}”. Add it to the product, or remove the line.",
    "state-check-required": "The state’s figure must be fetched again before this sale.",
    "outage": "The state’s system cannot be reached, and {state} does not allow a sale without it.",
    "key-refused": "The state refuses this store’s key, so it cannot be asked before this sale. That is no outage: "
    "a manager must check the keys.",
    "no-rule-in-force": "No purchase limits are in force for {state} on this date, so nothing can be sold.",
}
NOT_KNOWN = "not known"
ANY = "The rules of {state} do not allow this sale ({code})."

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BASES = {
    "net_mg": "net weight",
    "thc_mg": "",
    "equiv_mg": "flower equivalent",
    "premix_mg": "pre-mixed weight",
    "volume_ul": "volume",
    "count": "",
    "supply_mdays": "",
}


def pool_amount(pool: PoolReckoning, amount: Fraction, *, up: bool = False) -> str:
    """An amount of a pool, exact; of an allotment stated several ways every way of saying it, joined by “or”.

    Where a way cannot be said exactly, the exact part of the allotment stands before all of them.
    """
    if not pool.parts:
        return exact_text(pool.unit, amount, up=up)
    amounts = [(each.unit, amount * each.cap) for each in pool.parts]
    ways = [
        f"{about_text(unit, much, up=up)} {each.label}"
        for (unit, much), each in zip(amounts, pool.parts, strict=True)
    ]
    said = " or ".join(ways)
    exact = all(exact_text(unit, much) == about_text(unit, much) for unit, much in amounts)
    return said if exact else f"{exact_text(pool.unit, amount, up=up)}, which is {said}"


def refusal_sentence(refusal: Refusal, decision: Decision, programme: Programme) -> str:
    """One sentence in English: what is wrong and, for a limit, by exactly how much."""
    kind, _, detail = refusal.code.partition(":")
    pool = next((each for each in (*decision.pools, *decision.relief) if each.id == refusal.pool), None)
    values = {"code": refusal.code, "detail": detail, "state": programme.state, "cite": refusal.cite}
    template = OTHER.get(kind, ANY)
    if pool is not None:
        values |= {"label": pool.label, "days": str(pool.window_days or "")}
        if refusal.excess is not None:
            values["over"] = pool_amount(pool, refusal.excess, up=True)
            template = OVER.get(pool.window, ANY) if kind == "limit" else OVER_RELIEF
    return template.format_map(values)


def rule_text(refusal: Refusal) -> str:
    """The rule's own wording and its source; empty where the code says it all."""
    wording = f"“{refusal.as_written}”" if refusal.as_written else ""
    source = f"({refusal.cite})" if refusal.cite else ""
    return " ".join(each for each in (wording, source) if each)


def release_sentence(pool: PoolReckoning, programme: Programme) -> str:
    """When more of `pool` comes back, and how much."""
    if pool.held_by_state:
        return "The state’s figure is lower than this store’s records: what comes back when is not known."
    if pool.next_release_at is None or pool.next_release is None:
        return "Nothing waits to come back."
    amount = pool_amount(pool, pool.next_release)
    day = pool.next_release_at.date_in(programme.zone)
    new = next(
        (f", when version {each.id} begins" for each in programme.versions if each.effective_from == day), ""
    )
    return f"{amount[0].upper()}{amount[1:]} more on {moment_text(pool.next_release_at, programme)}{new}."


def silent_pools(decision: Decision) -> tuple[PoolReckoning, ...]:
    """Those of which the state's figure, that was looked at, says nothing: this store's records decide them alone."""
    if decision.state_as_of is None:
        return ()
    return tuple(each for each in decision.pools if each.id not in decision.state_spoke_of)


_Say = Callable[[str, Fraction], str]


def equivalency(member: Member, pool_unit: str, say: _Say = amount_text) -> str:
    """`1 oz = 8.0 g net weight`; empty where the pool counts the measure as it is."""
    basis = _BASES[member.basis]
    if member.cap or (member.factor == 1 and UNITS[member.basis] == pool_unit):
        return basis
    per, name = one_of(pool_unit)
    same = say(UNITS[member.basis], per / member.factor)
    return f"1 {name} = {same} {basis}".rstrip()


@dataclass(frozen=True, slots=True)
class CountedItem:
    """One item of an earlier purchase: what it measured, by which equivalency, and what it counted as."""

    category: str
    measured: str
    how: str
    counted: str

    @property
    def what(self) -> str:
        """`edible: 400 mg THC (1 oz = 800 mg THC)`."""
        return f"{self.category}: {self.measured}{f' ({self.how})' if self.how else ''}"


def counted_items(spend: Spend, pool: PoolReckoning, say: _Say = amount_text) -> list[CountedItem]:
    """Those that the pool counts; `say` writes an amount of a unit."""
    rule = spend.rule
    found = []
    for item in spend.items if rule is not None else ():
        weight = None if rule is None else rule.weigh(item)
        member = None if rule is None else rule.member(item)
        if weight is None or rule is None:
            continue
        if isinstance(weight, Lack) or member is None:
            why = "a potency that no tier names" if weight is Lack.TIER else "no recorded amount"
            found.append(CountedItem(item.category, why, "", NOT_KNOWN))
            continue
        value: int = getattr(item.measures, member.basis)
        measured = say(UNITS[member.basis], Fraction(value))
        counted = say(pool.unit, Fraction(weight, rule.denominator))
        found.append(CountedItem(item.category, measured, equivalency(member, pool.unit, say), counted))
    return found


def moment_text(moment: Instant, programme: Programme) -> str:
    """`Sat Dec 5, 2026` at midnight, else with the time, in the programme's zone."""
    wall = moment.datetime_in(programme.zone)
    day = day_text(wall.date())
    return day if (wall.hour, wall.minute) == (0, 0) else f"{day}, {wall:%H:%M}"


def day_text(day: date) -> str:
    """`Sat Dec 5, 2026`."""
    return f"{_WEEKDAYS[day.weekday()]} {_MONTHS[day.month - 1]} {day.day}, {day.year}"
