"""What is said when a rule refuses that is not an amount, and which line it speaks of."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.visit import Visit
from pos_desktop.domain.limits.counting import Lack
from pos_desktop.domain.limits.gates import NeedsAuthorisation
from pos_desktop.domain.limits.model import Item, Refusal
from pos_desktop.domain.limits.programme import Pool, Programme
from pos_desktop.ui.presenter.allotment import place_name
from pos_desktop.ui.state import FixButton, RefusalCard

translate = QCoreApplication.translate
BARRED = ("no-certified-amount", "no-active-order", "before-period")
REMOVE, RECKON, CERTIFY, REGISTRY = "remove", "reckoning", "certify", "registry"
STATE_CHECK = "state-check-required"


def registry_card(visit: Visit, programme: Programme) -> RefusalCard:
    """No line leads to the state, and the programme wants it asked: a person reads its registry."""
    place, minutes = place_name(programme), programme.state_check.max_age_minutes
    if visit.answer is None:
        headline = translate("Cart", "{place} wants its registry read before each sale.").format(place=place)
    else:
        headline = translate("Cart", "The registry’s figure is more than {n} min old.").format(n=minutes)
    return RefusalCard(
        headline,
        translate("Cart", "Look the patient up there and type what it shows as left. The cart is kept."),
        (
            FixButton(REGISTRY, translate("Cart", "Type the figure"), "Enter"),
            FixButton(RECKON, translate("Cart", "Show the reckoning"), "F4"),
        ),
    )


def other_card(refusal: Refusal, visit: Visit, programme: Programme) -> RefusalCard:
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
            said=gate.label, cite=gate.cite.rstrip(".")
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
