"""What was stated of a patient: each line complete and free of contradictions, all of them as rules look at them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pos_desktop.domain.certification import Certification, Fact, FactKind
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits.model import ExemptionGrant, Order

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)

WRONG: dict[str, tuple[FactKind, dict[str, Any], str]] = {
    "an amount of nothing": (FactKind.CERTIFIED, {"amount": 3}, "certified needs “name”"),
    "no amount": (FactKind.CERTIFIED, {"name": "thc"}, "certified needs “amount”"),
    "below nought": (FactKind.DOSE, {"amount": -1}, "dose: the amount must be from 0"),
    "huge": (FactKind.DOSE, {"amount": 10**12 + 1}, "dose: the amount must be"),
    "a part of nought": (FactKind.CERTIFIED, {"name": "a", "part": "thc", "amount": 0}, "from 1 to"),
    "a dose with a name": (FactKind.DOSE, {"name": "thc", "amount": 3}, "dose has no “name”"),
    "an order without an end": (FactKind.ORDER, {"name": "a", "amount": 3, "starts": FIRST}, "order needs “ends”"),
    "an order that ends first": (
        FactKind.ORDER, {"name": "a", "amount": 3, "starts": LAST, "ends": FIRST}, "ends before it starts",
    ),
    "a part of an order": (
        FactKind.ORDER, {"name": "a", "part": "x", "amount": 3, "starts": FIRST, "ends": LAST}, "has no “part”",
    ),
    "an anchor without a day": (FactKind.ANCHOR, {}, "anchor needs “starts”"),
    "an exemption with an amount": (FactKind.EXEMPTION, {"name": "a", "amount": 3}, "exemption has no “amount”"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "values", "why"), WRONG.values(), ids=WRONG.keys())
def test_a_line_that_lacks_or_contradicts_is_refused(
    kind: FactKind, values: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadInput) as refused:
        Fact(kind, **values)
    assert why in refused.value.sentence


def test_all_lines_of_a_patient_become_what_rules_look_at() -> None:
    stated = Certification.of(
        [
            Fact(FactKind.CERTIFIED, "flower", amount=30_000),
            Fact(FactKind.CERTIFIED, "allotment", "flower", amount=60_000),
            Fact(FactKind.CERTIFIED, "allotment", "thc", amount=18_000),
            Fact(FactKind.DOSE, amount=75),
            Fact(FactKind.ORDER, "smoking-order", starts=FIRST, ends=LAST, amount=56_000),
            Fact(FactKind.EXEMPTION, "terminal", starts=FIRST),
            Fact(FactKind.AUTHORISATION, "vaporised-flower"),
            Fact(FactKind.CERTIFIED_FROM, starts=FIRST),
            Fact(FactKind.ANCHOR, starts=LAST),
        ]
    )
    assert stated == Certification(
        certified={"flower": 30_000, "allotment": {"flower": 60_000, "thc": 18_000}},
        daily_dose=75,
        orders=(Order("smoking-order", FIRST, LAST, 56_000),),
        exemptions=(ExemptionGrant("terminal", FIRST, None),),
        authorisations=frozenset({"vaporised-flower"}),
        certified_from=FIRST,
        anchor=LAST,
    )
    assert Certification.of([]) == Certification()
