"""The cart, the totals and what is said when a rule refuses."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.visit import Visit
from pos_desktop.domain.cart import CartLine, Totals
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.counting import Lack
from pos_desktop.domain.limits.gates import NeedsAuthorisation
from pos_desktop.domain.limits.model import Decision, Item, PoolReckoning, Refusal
from pos_desktop.domain.limits.programme import Pool, Programme
from pos_desktop.domain.mass import Mass
from pos_desktop.domain.shelf import Unit
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.presenter.allotment import place_name
from pos_desktop.ui.state import CartRow, FixButton, RefusalCard, TotalRow

translate = QCoreApplication.translate
BARRED = ("no-certified-amount", "no-active-order", "before-period")
SET, REMOVE, RECKON, ASK_AGAIN, CERTIFY = "set", "remove", "reckoning", "ask-again", "certify"


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
) -> RefusalCard | None:
    """What is wrong, by how much, what would fit, when more comes back. None while nothing refuses the cart."""
    refused = {each.code for each in decision.refusals if each.excess is not None}
    over = next((each for each in _bounds(decision) if each[0] in refused), None)
    if over is not None and line is not None:
        code, pool = over
        if code.startswith("relief:"):
            return _over_relief(visit.cart.lines[line], pool, fits)
        return _over_limit(visit.cart.lines[line], pool, fits, programme.zone, now)
    other = _first_other(decision)
    return None if other is None else _other(other, visit, programme)


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
    return next((each for each in decision.refusals if each.code != "state-check-required"), None)


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
        return translate("Cart", "The state knows of purchases elsewhere; ask it again later.")
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


def _other(refusal: Refusal, visit: Visit, programme: Programme) -> RefusalCard:
    """Rules that are not an amount."""
    code, _, detail = refusal.code.partition(":")
    gate = _authorisation(detail, programme) if code == "gate" else None
    if gate is not None:
        return _not_authorised(gate, _blamed(code, detail, visit, programme))
    place = place_name(programme)
    blamed = _blamed(code, detail, visit, programme)
    headline, body = {
        "outage": (
            translate("Cart", "{place} allows no sale while the state cannot be asked.").format(place=place),
            translate(
                "Cart",
                "Nothing is wrong with the patient. Hold the cart (F6); it waits until the line is back.",
            ),
        ),
        "new-patient-offline": (
            translate("Cart", "A new patient cannot be served while the state cannot be asked."),
            translate("Cart", "Hold the cart (F6). When the line is back the state is asked by itself."),
        ),
        "key-refused": (
            translate("Cart", "The state refuses this store’s key, so it cannot be asked."),
            translate(
                "Cart",
                "That is no outage, and nothing is wrong with the patient. Hold the cart (F6) and call a manager.",
            ),
        ),
        "card-expired": (
            translate("Cart", "The card has expired."),
            translate("Cart", "Ask for the renewed card and scan it."),
        ),
        "caregiver-card-expired": (
            translate("Cart", "The caregiver’s card has expired."),
            translate("Cart", "Ask for the renewed card and scan it."),
        ),
        "card-not-yet-valid": (
            translate("Cart", "The card is not valid yet."),
            translate("Cart", "It can be used from its first day on."),
        ),
        "card-kind": (
            translate("Cart", "{place} does not accept this kind of card.").format(place=place),
            translate(
                "Cart",
                "Accepted: {kinds}. If the patient has one, a manager corrects the kind on record; then scan it again.",
            ).format(kinds=_card_kinds(programme)),
        ),
        "missing-measure": (
            translate("Cart", "{name} has no measure on record that the limit needs.").format(name=blamed),
            translate("Cart", "Remove it; a manager can add its flower equivalent to the product."),
        ),
        "uncounted-category": (
            translate("Cart", "{name} is of a kind that {place}’s rules do not count.").format(
                name=blamed, place=place
            ),
            translate("Cart", "Remove it and tell a manager."),
        ),
        "unmeasured-history": (
            translate("Cart", "An earlier purchase has no measure on record, so what is left is not known."),
            translate("Cart", "A manager completes that record; then scan the card again."),
        ),
        "no-tier": (
            translate("Cart", "{name} has a potency that {place}’s rules name no amount for.").format(
                name=blamed, place=place
            ),
            translate("Cart", "It may not be sold here. Remove it and tell a manager."),
        ),
        "no-certified-amount": (
            translate("Cart", "The practitioner stated no amount for this."),
            translate("Cart", "Without it {place} allows no sale of {name}.").format(
                name=blamed, place=place
            ),
        ),
        "no-active-order": (
            translate("Cart", "No order of the practitioner is in force."),
            translate("Cart", "Without one {place} allows no sale of {name}.").format(
                name=blamed, place=place
            ),
        ),
        "before-period": (
            translate("Cart", "The first period of this patient’s supply has not begun."),
            translate("Cart", "Its first day, or the day of the certification, is missing or lies ahead."),
        ),
        "closed-hours": (
            translate("Cart", "The law of {place} allows no sale at this hour.").format(place=place),
            translate("Cart", "Hold the cart (F6) until the hours begin. The rule is {cite}.").format(
                cite=refusal.cite
            ),
        ),
        "application-hours": (
            translate("Cart", "An application copy is not accepted at this hour."),
            translate("Cart", "The rule is {cite}.").format(cite=refusal.cite),
        ),
        "relief": (
            translate("Cart", "{name} has no measure on record that the relief needs.").format(name=blamed),
            translate("Cart", "Remove it, or hold the cart (F6) until the line is back."),
        ),
        "gate:no-visitors": (
            translate("Cart", "{place} admits no patients of other states.").format(place=place),
            translate("Cart", "Clear the sale."),
        ),
        "gate:minor-needs-caregiver": (
            translate("Cart", "This patient is a minor and does not buy alone."),
            translate("Cart", "Clear the sale and scan the caregiver’s card."),
        ),
        "no-rule-in-force": (
            translate("Cart", "No rule of {place} is in force today.").format(place=place),
            translate("Cart", "Call a manager: the rules of this store must be brought up to date."),
        ),
    }.get(
        refusal.code if code == "gate" else code,
        (
            translate("Cart", "A rule of {place} refuses this sale.").format(place=place),
            _as_written(refusal, place),
        ),
    )
    removable = code in ("relief", "missing-measure", "no-tier", "uncounted-category", *BARRED)
    return RefusalCard(headline, body, _ways(removable=removable, certify=code in BARRED))


def _ways(*, removable: bool, certify: bool) -> tuple[FixButton, ...]:
    ways = (
        (removable, FixButton(REMOVE, translate("Cart", "Remove"), "Enter")),
        (certify, FixButton(CERTIFY, translate("Cart", "Enter what was certified"), "F7")),
        (True, FixButton(RECKON, translate("Cart", "Show the reckoning"), "F4")),
    )
    return tuple(button for offered, button in ways if offered)


def _authorisation(gate_id: str, programme: Programme) -> NeedsAuthorisation | None:
    gates = (gate for version in programme.versions for gate in version.gates if gate.id == gate_id)
    return next((each for each in gates if isinstance(each, NeedsAuthorisation)), None)


def _not_authorised(gate: NeedsAuthorisation, name: str) -> RefusalCard:
    return RefusalCard(
        translate("Cart", "{name} needs the practitioner’s authorization.").format(name=name),
        translate("Cart", "“{said}” is not on record for this patient. The rule is: {cite}.").format(
            said=gate.said, cite=gate.cite.rstrip(".")
        ),
        _ways(removable=True, certify=True),
    )


def _card_kinds(programme: Programme) -> str:
    words = {
        "registry": translate("Cart", "the registry card"),
        "certification": translate("Cart", "the practitioner’s certification"),
        "recommendation": translate("Cart", "the practitioner’s recommendation"),
        "recognition": translate("Cart", "the recognition card"),
        "temporary": translate("Cart", "a temporary card"),
        "application": translate("Cart", "a copy of the application"),
        "visitor": translate("Cart", "a visitor’s card"),
    }
    return ", ".join(words.get(each, each.replace("-", " ")) for each in programme.card.kinds)


def _as_written(refusal: Refusal, place: str) -> str:
    if refusal.as_written:
        return translate("Cart", "“{rule}” ({cite})").format(
            rule=refusal.as_written, cite=refusal.cite or place
        )
    return translate("Cart", "The rule is {cite}. Call a manager.").format(cite=refusal.cite or place)


def _blamed(code: str, detail: str, visit: Visit, programme: Programme) -> str:
    line = blamed_line(code, detail, visit, programme)
    return translate("Cart", "This line") if line is None else visit.cart.lines[line].package.product.name


def blamed_line(code: str, detail: str, visit: Visit, programme: Programme) -> int | None:
    """The last line that a refusal which is not an amount speaks of; `detail` is its category or pool."""
    for n in reversed(range(len(visit.cart.lines))):
        item = visit.cart.lines[n].item
        gate = _authorisation(detail, programme) if code == "gate" else None
        if gate is not None and item.category in gate.categories:
            return n
        if code == "uncounted-category" and item.category.value == detail:
            return n
        if code in tuple(Lack) and _lacks(item, detail, programme, Lack(code)):
            return n
        if code == "relief" and _lacks(item, detail, programme, Lack.MEASURE):
            return n
        if code in BARRED and _counts(item, detail, programme):
            return n
    return None


def _lacks(item: Item, pool_id: str, programme: Programme, what: Lack) -> bool:
    return any(pool.scale.weigh(item) is what for pool in _named(pool_id, programme))


def _counts(item: Item, pool_id: str, programme: Programme) -> bool:
    return any(pool.counts(item.category) for pool in _named(pool_id, programme))


def _named(pool_id: str, programme: Programme) -> list[Pool]:
    """Allotments, or caps of a relief."""
    return [
        pool
        for version in programme.versions
        for pool in (*version.pools, *(cap for relief in version.reliefs for cap in relief.caps))
        if pool.id == pool_id
    ]
