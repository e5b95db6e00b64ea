"""`credit` and `cards`: store credit, and debit payments that wait for a person."""

from __future__ import annotations

import pytest

from pos_desktop.app.visit import Visit
from pos_desktop.composition.places import data_folder
from pos_desktop.composition.shop import opened
from pos_desktop.composition.tenders import tender_desk
from pos_desktop.composition.unattended import on_duty
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.money import Money
from pos_desktop.domain.patient import Patient
from pos_desktop.domain.sensitive import reveal
from pos_desktop.domain.tender import CardPayment
from tests.fixtures.command_line import PEOPLE, Run, Shop

CARD = PEOPLE[0].card_number
WHY = ("--reason", "price was wrong")


def asked(shop: Shop, cents: int) -> CardPayment:
    """As the counter leaves it when it is killed while the terminal is asked."""
    with opened(data_folder(str(shop.data), "training")) as place:
        patient = place.store.patients.by_card(CARD)
        assert isinstance(patient, Patient)
        visit = Visit(SaleId(f"cart-{cents}"), patient, None, (), None, place.clock.now())
        duty = on_duty(place)
        return tender_desk(place).request(visit, Money(cents), Money(cents), duty.actor, duty.session)


def test_credit_is_given_and_shown(pos: Run) -> None:
    assert "$0.00 of store credit" in pos("credit", "show", CARD).out
    given = pos("credit", "give", CARD, "12.50", *WHY, "--json")
    assert (given.code, given.json) == (0, {"given_cents": 1_250, "balance_cents": 1_250})
    shown = pos("credit", "show", CARD)
    assert "given: price was wrong" in shown.out
    assert PEOPLE[0].last_name not in shown.out
    for amount in ("0", "-1", "1.234", "lots", "999999999"):
        assert pos("credit", "give", CARD, amount, *WHY).code != 0
    assert pos("credit", "give", CARD, "1", "--reason", "...").code == 1
    assert pos("credit", "show", "P-0").code == 1
    assert pos("credit", "show", "-", stdin=f"{reveal(CARD)}\n".encode()) == shown, (
        "no list of commands keeps it"
    )
    seen = pos("privacy", "views", CARD, "--json").json["views"]
    assert {each["why"] for each in seen} == {"credit"}
    assert len(seen) == 3
    assert pos("credit", "show", CARD, "--json").json["balance_cents"] == 1_250
    assert pos("verify").code == 0


def test_a_payment_that_was_left_open_is_listed_settled_and_refunded(shop: Shop, pos: Run) -> None:
    with pytest.raises(BadInput, match="no debit terminal"):
        asked(shop, 500)
    pos("config", "set", "debit.terminal", "Sample terminal")
    card = asked(shop, 500)
    listed = pos("cards", "list")
    assert listed.code == 30
    assert f"{card.reference}" in listed.out
    assert "Look at the terminal's slips" in listed.out
    assert pos("cards", "settle", card.reference, "--outcome", "approved").code == 1, "nothing says so"
    pos("cards", "settle", card.reference, "--outcome", "approved", "--code", "A1", "--last-four", "4471")
    [left] = pos("cards", "list", "--json").json["cards"]
    assert (left["state"], left["code"]) == ("approved", "A1")
    assert pos("cards", "refunded", card.reference, "--code", "R1").code == 0
    assert pos("cards", "list").code == 0
    other = asked(shop, 700)
    said = pos("cards", "settle", other.reference, "--outcome", "declined", *WHY)
    assert (said.code, said.out) == (0, f"Debit payment {other.reference}: declined.\n")
    assert pos("cards", "settle", "R1-1-D000099", "--outcome", "declined", *WHY).code == 1
    assert pos("verify").code == 0


def test_a_void_says_how_the_money_goes_back(pos: Run) -> None:
    pos("training", "sell", "--count", "1", "--seed", "1", "--offline")
    [sale] = pos("export", "sales", "--json").lines
    said = pos("sales", "void", sale["number"], "--reason", "rung by mistake")
    assert "Give $" in said.out
    assert pos("verify").code == 0


def test_a_training_day_has_debit_in_it_where_there_is_a_terminal(pos: Run) -> None:
    pos("config", "set", "debit.terminal", "Sample terminal")
    assert pos("training", "sell", "--count", "6", "--seed", "1", "--offline").code == 0
    fifth = pos("export", "sales", "--json").lines[4]["number"]
    said = pos("sales", "void", fifth, "--reason", "rung by mistake")
    assert "Refund $" in said.out
    [card] = pos("cards", "list", "--json").json["cards"]
    assert (card["paid_for"], card["voided"]) == (fifth, True)
    assert "Give $" not in said.out
    assert pos("verify").code == 0
