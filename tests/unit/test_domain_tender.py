"""Rounding, parts that make a total, and what may follow on what at a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PatientId, PersonId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.sale import Payment, Tender
from pos_desktop.domain.tender import (
    CardPayment,
    CardState,
    cash_payment,
    good_code,
    good_last_four,
    plain_payment,
    refuse_unless_exact,
    rounded_cash,
)

CARD = CardPayment(
    "R1-1-D000001",
    "sale-1",
    PatientId("patient-1"),
    TillSessionId("till-1"),
    "Sample terminal",
    Money(500),
    Instant(1),
    PersonId("person-1"),
)


@given(st.integers(0, 100_000))
def test_cash_is_rounded_to_the_nearest_five_cents_and_never_by_more_than_two(cents: int) -> None:
    asked = rounded_cash(Money(cents))
    assert asked.cents % 5 == 0
    assert abs(asked.cents - cents) <= 2


@given(
    total=st.integers(1, 50_000),
    debit=st.integers(0, 20_000),
    credit=st.integers(0, 20_000),
    nickel=st.booleans(),
)
def test_parts_and_rounding_make_the_total(total: int, debit: int, credit: int, nickel: bool) -> None:
    left, parts = Money(total), list[Payment]()
    for tender, cents in ((Tender.DEBIT, debit), (Tender.CREDIT, credit)):
        part = min(Money(cents), left)
        if part:
            card = replace(CARD, amount=part) if tender is Tender.DEBIT else None
            parts.append(plain_payment(tender, part, card))
            left -= part
    if left:
        parts.append(cash_payment(left, left + Money(10), nickel=nickel))
    refuse_unless_exact(parts, Money(total), nickel=nickel)
    rounding = sum((each.rounding for each in parts), ZERO)
    assert sum((each.amount for each in parts), ZERO) + rounding == Money(total)
    with pytest.raises(BadInput):
        refuse_unless_exact(parts, Money(total + 1), nickel=nickel)


def test_a_rounding_that_the_store_did_not_set_is_refused() -> None:
    rounded = cash_payment(Money(1_238), Money(2_000), nickel=True)
    with pytest.raises(BadInput, match="not what is due"):
        refuse_unless_exact([rounded], Money(1_238), nickel=False)
    with pytest.raises(BadInput, match="not what is due"):
        refuse_unless_exact([cash_payment(Money(1_238), Money(2_000))], Money(1_238), nickel=True)


FOLLOWS = {
    ("requested", "approved"), ("requested", "declined"), ("requested", "unknown"),
    ("unknown", "approved"), ("unknown", "declined"), ("approved", "refunded"),
}  # fmt: skip


@pytest.mark.parametrize("before", list(CardState))
@pytest.mark.parametrize("after", list(CardState))
def test_what_follows_on_what(before: CardState, after: CardState) -> None:
    card = replace(CARD, state=before)
    if (before, after) in FOLLOWS:
        card.refuse_unless_next(after)
    else:
        with pytest.raises(RuleRefusal, match="already"):
            card.refuse_unless_next(after)


def test_what_paid_for_a_sale_is_refunded_only_once_that_is_voided() -> None:
    paid = replace(CARD, state=CardState.APPROVED, paid_for="R1-1-0000001")
    with pytest.raises(RuleRefusal):
        paid.refuse_unless_next(CardState.REFUNDED)
    replace(paid, voided=True).refuse_unless_next(CardState.REFUNDED)
    assert not paid.needs_person
    assert replace(paid, voided=True).needs_person


@given(st.text(alphabet="0123456789 -", min_size=13, max_size=30))
def test_nothing_as_long_as_a_card_number_is_kept(text: str) -> None:
    if len(text.strip()) > 12:
        with pytest.raises(BadInput):
            good_code(text)


def test_codes_are_kept_as_the_slip_has_them() -> None:
    assert (good_code(" a1-b2 "), good_last_four(" 0042 "), good_last_four("")) == ("A1-B2", "0042", "")
