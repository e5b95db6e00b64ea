"""One allotment of a reckoning, line by line: its rule, where the limit comes from, what used it up, this cart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pos_desktop.domain.limits.amounts import exact_text
from pos_desktop.domain.limits.counting import Lack
from pos_desktop.domain.limits.limit_sources import source_lines
from pos_desktop.domain.limits.model import Decision, LimitCase, PoolReckoning, Spend
from pos_desktop.domain.limits.open_periods import period_lines, periods_of
from pos_desktop.domain.limits.programme import Pool, Programme
from pos_desktop.domain.limits.windows import day_of
from pos_desktop.domain.limits.words import (
    NOT_KNOWN,
    counted_items,
    moment_text,
    pool_amount,
    release_sentence,
)

_ALONE = "transaction"
_ROUNDING = 10_000
"""The state speaks in decimals of an ounce: apart by no more than this part of the limit may be its rounding only."""
_BARRED = {
    "no-certified-amount": "since the practitioner stated no amount",
    "no-active-order": "since no order of the practitioner is in force",
    "before-period": "since the first period has not begun, or its beginning is not on record",
}


@dataclass(frozen=True, slots=True)
class Behind:
    """The rule of an allotment, and what was asked."""

    rule: Pool
    case: LimitCase


def pool_lines(
    told: PoolReckoning, decision: Decision, programme: Programme, behind: Behind | None
) -> Iterator[str]:
    """`behind` where it is at hand."""
    barred = _BARRED.get(told.barred, told.barred)
    yield f"{told.title}: {f'nothing may be bought, {barred}' if barred else pool_amount(told, told.limit)}"
    yield f"  “{told.as_written}” ({told.cite})" if told.as_written else f"  ({told.cite})"
    if behind is not None:
        sources = source_lines(behind.rule, programme, behind.case)
        for line in (*sources, *_periods(told, programme, behind.rule, behind.case)):
            yield f"  {line}"
    yield from _past(told, programme)
    yield from _cart(told, decision, behind)
    if not told.known:
        yield "  What is left is not known: an earlier purchase has no recorded amount."
        return
    if not told.barred:
        yield from _left(told, decision)
    if told.next_release_at is None and (told.barred or told.window == _ALONE):
        return
    yield f"  {release_sentence(told, programme)}"


def _periods(told: PoolReckoning, programme: Programme, rule: Pool, case: LimitCase) -> Iterator[str]:
    version = programme.version_on(day_of(case.at, programme.zone))
    periods = None if version is None else periods_of(rule, told, version, programme, case)
    if periods is not None:
        yield from period_lines(periods, told)


def _past(told: PoolReckoning, programme: Programme) -> Iterator[str]:
    if told.window == _ALONE:
        yield "  Each sale starts anew."
        return
    for spend in told.spends:
        known = "" if spend.known else ", part of it not recorded"
        receipt = f", receipt {spend.receipt}" if spend.receipt else ""
        yield (
            f"  {moment_text(spend.at, programme)}{receipt}: {pool_amount(told, spend.counted)}{known}; "
            f"leaves {moment_text(spend.leaves_at, programme)}"
        )
        yield from _items(spend, told)
        if spend.known and _whole(spend) != spend.counted:
            yield f"    charged to this period: {pool_amount(told, spend.counted)}; the rest to the period beside it"
    if not told.spends:
        yield "  No earlier purchase in this window."
    yield f"  Used {pool_amount(told, told.used)}."


def _whole(spend: Spend) -> Fraction:
    """All of the purchase, of which two periods may have a part each; a visit is its own whole."""
    rule = spend.rule
    weights = [] if rule is None else [rule.weigh(item) for item in spend.items]
    counted = [each for each in weights if isinstance(each, int)]
    return spend.counted if rule is None or not counted else Fraction(sum(counted), rule.denominator)


def _cart(told: PoolReckoning, decision: Decision, behind: Behind | None) -> Iterator[str]:
    lacks = any(each.pool == told.id and _unmeasured(each.code, each.excess) for each in decision.refusals)
    yield f"  This cart {pool_amount(told, told.cart)}{', part of it cannot be counted' if lacks else ''}."
    if behind is not None:
        case, scale = behind.case, behind.rule.of(behind.case.patient).scale
        yield from _items(Spend(case.at, None, told.cart, case.at, items=case.cart, rule=scale), told)


def _unmeasured(code: str, excess: object) -> bool:
    kind = code.partition(":")[0]
    return kind in tuple(Lack) or (kind == "relief" and excess is None)


def _items(spend: Spend, told: PoolReckoning) -> Iterator[str]:
    for each in counted_items(spend, told, exact_text):
        how = f" ({each.how})" if each.how else ""
        counted = ", so not counted" if each.counted == NOT_KNOWN else f" counted as {each.counted}"
        yield f"    {each.category}: {each.measured}{counted}{how}"


def _left(told: PoolReckoning, decision: Decision) -> Iterator[str]:
    """What is left, why it is that, and what this cart would make of it."""
    if told.by_ledger is not None and told.left < told.by_ledger:
        lower, own = pool_amount(told, told.left), pool_amount(told, told.by_ledger)
        rounded = told.by_ledger - told.left <= told.limit / _ROUNDING
        apart = ", which is no more than its rounding" if rounded else ""
        yield (
            f"  The state’s figure leaves {lower}; by this store’s own records it would be {own}{apart}. "
            "The lower one holds."
        )
    if told.left < 0:
        yield f"  Nothing is left: {pool_amount(told, -told.left, up=True)} more than the limit is used already."
        return
    left = f"  Left {pool_amount(told, told.left)}"
    if not told.cart:
        yield f"{left}."
    elif told.after < 0:
        yield f"{left}; this cart is {pool_amount(told, -told.after, up=True)} too much."
    else:
        would = "after this cart" if decision.allowed else "after this cart, were it sold,"
        yield f"{left}; {would} {pool_amount(told, told.after)}."
