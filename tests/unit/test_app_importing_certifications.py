"""Lists of what was certified: what a rule looks at is read, anything else is refused with its line."""

from __future__ import annotations

from datetime import date

import pytest

from pos_desktop.app.importing_certifications import read_certifications
from pos_desktop.composition.programmes import load_programme
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.errors import BadInput

HEAD = "card_number,kind,name,part,starts,ends,amount\n"
GOOD = {
    "us-ut-medical": [
        "certified,flower,,,,28349",
        "certified,thc,,,,20000",
        "exemption,terminal-palliative,,,,",
    ],
    "us-md-medical": ["certified,allotment,flower,,,60000", "certified,allotment,thc,,,18000"],
    "us-al-medical": ["dose,,,,,75", "anchor,,,2026-11-01,,"],
    "us-wv-medical": ["certified-from,,,11/01/2026,,", "anchor,,,2026-11-01,,"],
    "us-fl-medical": [
        "order,smoking-order,,2026-11-01,2026-12-05,56000",
        "order,smoking-order,,2026-12-06,2027-01-09,56000",
        "certified,smoking-35,,,,80000",
    ],
    "us-pr-medical": ["authorisation,vaporised-flower,,,,"],
    "us-nh-medical": ["authorisation,listed-condition,,,,"],
}


def read(programme: str, *rows: str) -> list[Fact]:
    text = HEAD + "".join(f"P-1,{row}\n" for row in rows)
    return [each.fact for each in read_certifications(text, load_programme(programme))]


@pytest.mark.parametrize("programme", GOOD)
def test_what_a_rule_looks_at_is_read(programme: str) -> None:
    assert len(read(programme, *GOOD[programme])) == len(GOOD[programme])


def test_amounts_are_whole_units_of_the_allotment_and_days_are_days() -> None:
    assert read("us-fl-medical", GOOD["us-fl-medical"][0]) == [
        Fact(FactKind.ORDER, "smoking-order", "", date(2026, 11, 1), date(2026, 12, 5), 56_000)
    ]


WRONG = {
    "an authorisation": ("us-pr-medical", ["authorisation,whatever,,,,"], "name: “whatever” is none of vaporised"),
    "where none is asked for": ("us-ut-medical", ["authorisation,whatever,,,,"], "looks at “authorisation”"),
    "a dose": ("us-ut-medical", ["dose,,,,,75"], "no rule of this programme looks at “dose”"),
    "an order": (
        "us-fl-medical", ["order,edible-70,,2026-11-01,2026-12-05,1"], "“edible-70” is none of smoking-order",
    ),
    "an amount of a fixed limit": ("us-nd-medical", ["certified,thc,,,,9000"], "“thc” is none of flower"),
    "an amount of an order": ("us-fl-medical", ["certified,smoking-order,,,,9"], "is none of smoking-35"),
    "a first day": ("us-al-medical", ["certified-from,,,2026-11-01,,"], "looks at “certified-from”"),
    "a day of periods": ("us-mo-medical", ["anchor,,,2026-11-01,,"], "looks at “anchor”"),
    "an exemption": ("us-mo-medical", ["exemption,terminal,,,,"], "looks at “exemption”"),
    "a part": ("us-md-medical", ["certified,allotment,wax,,,9"], "part: “wax” is none of flower, thc"),
    "no part": ("us-md-medical", ["certified,allotment,,,,9"], "part: “” is none of flower, thc"),
    "a part of a whole": ("us-ut-medical", ["certified,thc,thc,,,9"], "this allotment has no parts"),
    "two first days": (
        "us-wv-medical",
        ["certified-from,,,2026-11-01,,", "certified-from,,,2026-11-02,,"],
        "Line 3: this fact stands in line 2 already",
    ),
    "two amounts": (
        "us-ut-medical", ["certified,thc,,,,1", "certified,thc,,,,2"], "Line 3: this fact stands in line 2 already",
    ),
    "orders at once": (
        "us-fl-medical",
        ["order,smoking-order,,2026-11-01,2026-12-05,9", "order,smoking-order,,2026-12-05,2026-12-25,9"],
        "Line 3: this order overlaps the one from 2026-11-01 to 2026-12-05",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("programme", "rows", "why"), WRONG.values(), ids=WRONG.keys())
def test_what_no_rule_looks_at_is_refused_with_its_line(programme: str, rows: list[str], why: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(programme, *rows)
    assert refused.value.sentence.startswith(f"Line {len(rows) + 1}: ")
    assert why in refused.value.sentence


def test_orders_of_two_patients_may_run_at_once() -> None:
    row = "order,smoking-order,,2026-11-01,2026-12-05,56000\n"
    assert len(read_certifications(f"{HEAD}P-1,{row}P-2,{row}", load_programme("us-fl-medical"))) == 2
