"""The cart, the totals and what is said when a rule refuses."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.visit import Visit
from pos_desktop.domain.cart import CartLine, Totals
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.engine import NO_VISITORS
from pos_desktop.domain.limits.model import Decision, PoolReckoning, Refusal
from pos_desktop.domain.limits.programme import Programme
from pos_desktop.domain.mass import Mass
from pos_desktop.domain.shelf import Unit
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.presenter.other_refusals import RECKON, REMOVE, STATE_CHECK, other_card, registry_card
from pos_desktop.ui.state import CartRow, FixButton, RefusalCard, TotalRow

translate = QCoreApplication.translate
SET = "set"


def cart_rows(
    visit: Visit, decision: Decision, ids: tuple[str, ...], refused: int | None
) -> tuple[CartRow, ...]:
    return tuple(
        _row(line, decision, n, ids[n], refused=n == refused) for n, line in enumerate(visit.cart.lines)
    )


def items_text(lines: int) -> str:
    """Lines of the cart, as it shows them; pieces stand in each."""
    return translate("Cart", "1 item") if lines == 1 else translate("Cart", "{n} items").format(n=lines)


def totals_rows(totals: Totals, lines: int, tax_bp: int) -> tuple[TotalRow, ...]:
    rows = [TotalRow(items_text(lines), str(totals.subtotal))]
    if tax_bp:
        rate = f"{tax_bp // 100}.{tax_bp % 100:02d}".rstrip("0").rstrip(".")
        rows.append(TotalRow(translate("Cart", "Sales tax {rate}%").format(rate=rate), str(totals.tax)))
    return tuple(rows)


def refused_line(visit: Visit, decision: Decision, selected: int | None) -> int | None:
    """The line to lower: one that alone makes up what is too much, the selected one if it does, else the last such.

    Where none does, the selected line if it counts in a pool that is over, else the one that counts most.
    """
    lifted = {each.code for each in decision.lifted}
    over = [
        pool for code, pool in _bounds(decision) if pool.after < 0 and pool.cart > 0 and code not in lifted
    ]
    if not over:
        return None
    lines = [n for n in range(len(visit.cart.lines)) if any(pool.counted[n] for pool in over)]
    enough = [n for n in lines if all(pool.counted[n] >= -pool.after for pool in over)]
    if enough or not lines:
        return selected if selected in enough else next(reversed(enough), None)
    return selected if selected in lines else max(lines, key=lambda n: over[0].counted[n])


def refusal_card(
    visit: Visit,
    decision: Decision,
    programme: Programme,
    *,
    line: int | None,
    fits: int,
    now: Instant,
    by_hand: bool = False,
) -> RefusalCard | None:
    """What is wrong, by how much, what would fit, when more comes back. None while nothing refuses the cart.

    `by_hand`: no line leads to the state, so a person must read its registry.
    """
    refused = {each.code for each in decision.refusals if each.excess is not None}
    over = next((each for each in _bounds(decision) if each[0] in refused), None)
    if over is not None and line is not None:
        code, pool = over
        if code.startswith("relief:"):
            return _over_relief(visit.cart.lines[line], pool, fits)
        return _over_limit(visit.cart.lines[line], pool, fits, programme.zone, now)
    other = _first_other(decision)
    if other is None and by_hand and STATE_CHECK in decision.refused_by:
        return registry_card(visit, programme)
    return None if other is None else other_card(other, visit, programme)


def told_refusal(decision: Decision, line: int | None) -> Refusal | None:
    """The refusal that `refusal_card` speaks of."""
    by_code = {each.code: each for each in decision.refusals if each.excess is not None}
    over = next((by_code[code] for code, _ in _bounds(decision) if code in by_code), None)
    return over if over is not None and line is not None else _first_other(decision)


def _bounds(decision: Decision) -> list[tuple[str, PoolReckoning]]:
    """Every amount that binds the cart, with the code of its refusal: the caps of a relief before the allotments."""
    return [
        *((f"relief:{cap.id}", cap) for cap in decision.relief),
        *((f"limit:{pool.id}", pool) for pool in decision.pools),
    ]


def _first_other(decision: Decision) -> Refusal | None:
    """Where nobody of another state is served, no other card would help."""
    others = [each for each in decision.refusals if each.code != STATE_CHECK]
    return next((each for each in others if each.code == NO_VISITORS), others[0] if others else None)


def _row(line: CartLine, decision: Decision, n: int, row_id: str, *, refused: bool) -> CartRow:
    package, product = line.package, line.package.product
    weighed = product.unit is Unit.WEIGHT
    facts = [f"…{package.short_tag}", package.batch, _potency(line)]
    return CartRow(
        id=row_id,
        name=product.name,
        detail=" · ".join(fact for fact in facts if fact),
        quantity=product.quantity_text(line.quantity),
        quantity_note=translate("Cart", "weighed") if line.weighing is not None else "",
        price=f"{line.price}/g" if weighed else str(line.price),
        counts_as=_counts_as(decision, n),
        amount=str(line.amount),
        weighed=line.weighing is not None,
        refused=refused,
    )


def _counts_as(decision: Decision, n: int) -> str:
    for pool in decision.pools:
        if n < len(pool.counted) and pool.counted[n]:
            return figures.amount(pool.counted[n], pool.unit, up=True)
    return "–"


def _potency(line: CartLine) -> str:
    thc = line.package.product.measures.thc_mg
    bp = line.package.potency_bp or line.package.product.measures.potency_bp
    if line.package.product.unit is Unit.EACH and thc is not None:
        return f"{thc:,} mg THC"
    if bp is None:
        return ""
    return f"{bp // 100}.{bp % 100:02d}".rstrip("0").rstrip(".") + "%"


def _over_limit(line: CartLine, pool: PoolReckoning, fits: int, zone: ZoneInfo, now: Instant) -> RefusalCard:
    return RefusalCard(
        headline=_headline(pool),
        body=f"{_remedy(line, fits)} {_returns(pool, zone, now)}",
        fixes=_fixes(line, fits),
    )


def _over_relief(line: CartLine, cap: PoolReckoning, fits: int) -> RefusalCard:
    return RefusalCard(
        headline=translate("Cart", "Over what the relief allows in one sale by {over}.").format(
            over=figures.in_pool(cap, -cap.after, up=True)
        ),
        body=translate(
            "Cart", "{remedy} While the state cannot be asked, one sale holds at most {limit} ({cite})."
        ).format(remedy=_remedy(line, fits), limit=figures.in_pool(cap, cap.limit), cite=cap.cite),
        fixes=_fixes(line, fits),
    )


def _headline(pool: PoolReckoning) -> str:
    over = figures.in_pool(pool, -pool.after, up=True)
    words = {
        "day": translate("Cart", "Over today’s limit by {over}."),
        "transaction": translate("Cart", "Over the limit for one sale by {over}."),
        "calendar-month": translate("Cart", "Over this month’s limit by {over}."),
        "order": translate("Cart", "Over the practitioner’s order by {over}."),
        "fill-period": translate("Cart", "Over this {days}-day period’s supply by {over}."),
    }
    if pool.parts:
        return translate("Cart", "Over the {label} by {over}.").format(label=pool.label, over=over)
    if pool.window == "calendar-year":
        return translate("Cart", "All purchases of this year are used.")
    days = translate("Cart", "Over the {days}-day limit by {over}.")
    plain = translate("Cart", "Over the limit by {over}.")
    template = words.get(pool.window, days if pool.window_days else plain)
    return template.format(days=pool.window_days, over=over)


def _remedy(line: CartLine, fits: int) -> str:
    name = line.package.product.name
    if fits <= 0:
        return translate("Cart", "None of {name} fits; remove it.").format(name=name)
    if line.weighing is not None:
        return translate("Cart", "Up to {most} of {name} fits: remove it and weigh less.").format(
            most=Mass(fits).grams_text(), name=name
        )
    return translate("Cart", "Lower {name} to {n} and it fits.").format(name=name, n=fits)


def _returns(pool: PoolReckoning, zone: ZoneInfo, now: Instant) -> str:
    limit = figures.in_pool(pool, pool.limit)
    if pool.unit == "mg":
        limit = f"{limit} ({figures.ounces(pool.limit)})"
    if pool.held_by_state:
        return translate("Cart", "The state’s figure is lower than our records; ask it again later.")
    if pool.window == "day":
        return translate("Cart", "Today’s {limit} starts again at midnight.").format(limit=limit)
    if pool.next_release_at is None or pool.next_release is None:
        return translate("Cart", "The limit is {limit}.").format(limit=limit)
    if pool.parts:
        return translate("Cart", "{amount} of it comes back {day}.").format(
            amount=figures.amount(pool.next_release, pool.unit),
            day=figures.short_day(pool.next_release_at.date_in(zone)),
        )
    return translate("Cart", "Of the {limit}, {amount} comes back {day}.").format(
        limit=limit,
        amount=figures.in_pool(pool, pool.next_release),
        day=figures.short_day(pool.next_release_at.date_in(zone)),
    )


def _fixes(line: CartLine, fits: int) -> tuple[FixButton, ...]:
    reckon = FixButton(RECKON, translate("Cart", "Show the reckoning"), "F4")
    if line.weighing is not None or fits <= 0:
        return (FixButton(REMOVE, translate("Cart", "Remove"), "Enter"), reckon)
    return (
        FixButton(SET, translate("Cart", "Set to {n}").format(n=fits), "Enter"),
        FixButton(REMOVE, translate("Cart", "Remove"), "Del"),
        reckon,
    )
