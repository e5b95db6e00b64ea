"""What the counter says, word for word as the design has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from pos_desktop.app.limit_desk import LimitDesk
from pos_desktop.app.ports import DeclaredOutage, DeviceHealth, DeviceState, ServiceReach, SyncStatus
from pos_desktop.app.visit import Visit
from pos_desktop.domain.cart import EMPTY
from pos_desktop.domain.deadlines import Standing
from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US, Instant
from pos_desktop.domain.limits import explain
from pos_desktop.domain.limits.model import Category, Link
from pos_desktop.domain.limits.programme import Outage
from pos_desktop.domain.money import Money
from pos_desktop.domain.patient import CheckIn
from pos_desktop.ui.presenter import allotment, basket, figures, outage, payment, reckoning, till_talk
from pos_desktop.ui.presenter.tendering import Entry
from pos_desktop.ui.sheet_state import ReckoningSheet
from pos_desktop.ui.state import PatientPanel, PillKind, RefusalCard, Tone
from tests.fixtures.builders import (
    NOW,
    PERSON,
    ZONE,
    answer,
    bought,
    jar,
    package,
    patient,
    product,
    visit,
    weighing,
)
from tests.fixtures.limit_packs import programme
from tests.fixtures.programme_states import programme_state

MICHIGAN, ARIZONA = programme("us-mi-medical"), programme("us-az-medical")
FULL = EMPTY.add_weighed(jar(), weighing()).add(package(1), 3)


def panel(of: Visit, link: Link = Link.UP, *, asking: bool = False) -> PatientPanel:
    decision = LimitDesk(MICHIGAN).decide(of, NOW, link)
    return allotment.patient_panel(of, decision, MICHIGAN, now=NOW, zone=ZONE, link=link, asking=asking)


def card(of: Visit, link: Link = Link.DOWN, rules: object = MICHIGAN) -> RefusalCard | None:
    desk = LimitDesk(rules)  # type: ignore[arg-type]  # a programme
    decision = desk.decide(of, NOW, link)
    line = basket.refused_line(of, decision, None)
    fits = 0 if line is None else desk.largest_fit(of, line, NOW, link)
    return basket.refusal_card(of, decision, desk.programme, line=line, fits=fits, now=NOW)


def test_a_card_of_another_kind_is_told_which_are_accepted() -> None:
    for name, accepted in (
        ("us-ny-medical", "the practitioner’s certification"),
        ("us-wa-medical", "recognition"),
    ):
        shown = card(visit(cart=FULL), Link.UP, programme(name))
        assert shown is not None
        assert shown.headline.endswith("does not accept this kind of card.")
        assert accepted in shown.body


def test_a_visitor_is_told_that_none_is_served_whatever_the_card() -> None:
    for kind in ("visitor", "registry"):
        of = visit(patient(holder="visitor", card_kind=kind), cart=FULL)
        shown = card(of, Link.UP, programme("us-nd-medical"))
        assert shown is not None
        assert shown.headline == "North Dakota admits no patients of other states."


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        ("Bulletin 12 of 10:40", "“Bulletin 12 of 10:40”."),
        (
            "Metrc bulletin IB-0123 of this morning, repeated by the agency by e-mail at 10:42",
            "“Metrc bulletin IB-0123 of this morning, repeated by the…”.",
        ),
        ("Bulletin " + "1" * 80, "“Bulletin " + "1" * 50 + "…”."),
    ],
)
def test_evidence_in_the_banner_ends_with_a_word(evidence: str, told: str) -> None:
    declared = DeclaredOutage(evidence, NOW, PERSON.id)
    said = outage.banner(MICHIGAN, declared, None, now=NOW, zone=ZONE, opens=False)
    assert f"Outage declared 2:32 PM: {told}" in said.text


def test_the_patient_as_the_picture_shows() -> None:
    earlier = (bought(28, NOW.plus_us(-23 * DAY_US)), bought(10, NOW.plus_us(-2 * HOUR_US)))
    shown = panel(visit(cart=FULL, history=earlier, answer=answer(NOW.plus_us(-8 * MINUTE_US))))
    assert shown.subtitle == "Age 58 · card ····0017"
    assert [badge.text for badge in shown.badges] == ["Card active to Jan 3, 2027", "Caregiver: none"]
    assert shown.allotment_title == "Allotment · Michigan, as flower"
    today, month = shown.meters
    assert (today.label, today.left_text, today.note) == (
        "Today",
        "41.8 g left of 70.8 g",
        "starts again at midnight",
    )
    assert (month.label, month.left_text, month.note) == (
        "30 days",
        "226.4 g left of 283.4 g",
        "28.0 g comes back Tue Dec 1",
    )
    assert shown.footnote == "State figure from 2:24 PM, 8 min old. No sale at this store since."


@pytest.mark.parametrize(
    ("story", "pieces", "figure"),
    [
        ("missouri", None, "3.628 oz left of 6 oz"),
        ("missouri", 60, "3.533 oz over of 6 oz"),
        ("connecticut", None, "55.8 g left of 141.7 g"),
    ],
)
def test_each_figure_has_its_unit(story: str, pieces: int | None, figure: str) -> None:
    shown = programme_state(story, pieces).patient
    assert shown is not None
    assert shown.meters[0].left_text == figure


def test_a_card_that_ends_soon_is_told() -> None:
    soon = panel(visit(replace(patient(), card_expires=date(2026, 12, 6))))
    assert (soon.badges[0].text, soon.badges[0].tone) == ("Card ends Dec 6, 2026", Tone.WARN)


OFFLINE = "Last state figure 1:50 PM. Offline rule of Michigan: known patients by our own records, report within 24 h."


@pytest.mark.parametrize(
    ("link", "asking", "minutes", "words"),
    [
        (Link.UP, True, None, "Asking the state for its figure. Go on; it reports in place."),
        (Link.UP, False, None, "The state was not asked yet. Figures are from this store’s records."),
        (
            Link.DOWN, False, 42,
            OFFLINE,
        ),
    ],
)  # fmt: skip
def test_where_the_figures_come_from(link: Link, asking: bool, minutes: int | None, words: str) -> None:
    known = None if minutes is None else answer(NOW.plus_us(-minutes * MINUTE_US))
    assert panel(visit(answer=known), link, asking=asking).footnote == words


def test_over_the_limit_as_the_picture_shows() -> None:
    of = visit(cart=EMPTY.add(package(1, replace(package(1).product, name="Live rosin, 1 g")), 21))
    shown = card(of)
    assert shown is not None
    assert shown.headline == "Over today’s limit by 13.2 g."
    assert shown.body == (
        "Lower Live rosin, 1 g to 17 and it fits. Today’s 70.8 g (2.5 oz) starts again at midnight."
    )
    assert [(fix.label, fix.key) for fix in shown.fixes] == [
        ("Set to 17", "Enter"), ("Remove", "Del"), ("Show the reckoning", "F4")
    ]  # fmt: skip


def test_a_weighed_line_over_the_limit_is_weighed_again() -> None:
    shown = card(visit(cart=EMPTY.add_weighed(jar(), weighing(80_000))))
    assert shown is not None
    assert shown.body.startswith("Up to 70.873 g of Sample Flower 50 fits: remove it and weigh less.")
    assert shown.fixes[0].label == "Remove"


MARYLAND, SLOWDOWN = programme("us-md-medical"), Instant.parse("2023-06-17T12:00:00-04:00")
BUDS = product(7, category=Category.FLOWER, net_mg=3_500, thc_mg=700, potency_bp=2_000)


def relieved(of: Visit, at: Instant = SLOWDOWN) -> tuple[RefusalCard | None, ReckoningSheet]:
    """What is said of a cart in the outage of June 2023."""
    desk = LimitDesk(MARYLAND)
    decision = desk.decide(of, at, Link.DOWN)
    line = basket.refused_line(of, decision, None)
    fits = 0 if line is None else desk.largest_fit(of, line, at, Link.DOWN)
    shown = basket.refusal_card(of, decision, MARYLAND, line=line, fits=fits, now=at)
    told = reckoning.reckoning_sheet(of, decision, zone=MARYLAND.zone, now=at, place="Maryland")
    return shown, told


def test_over_a_relief_the_excess_what_fits_and_the_source_are_told() -> None:
    shown, told = relieved(visit(cart=EMPTY.add(package(1, BUDS), 4)))
    assert shown is not None
    assert shown.headline == "Over what the relief allows in one sale by 2.0 g."
    assert shown.body == (
        "Lower Sample Rosin 7, 1 g to 3 and it fits. While the state cannot be asked, one sale holds at most 12.0 g "
        "(Maryland Cannabis Administration, emergent and temporary exception)."
    )
    assert [(fix.label, fix.key) for fix in shown.fixes][:2] == [("Set to 3", "Enter"), ("Remove", "Del")]
    assert [each.meter.label for each in told.pools][:2] == [
        "Relief: flower, one sale",
        "Relief: THC, one sale",
    ]
    assert told.pools[0].rule == "Maryland Cannabis Administration, emergent and temporary exception"


def test_over_a_relief_weighed_flower_is_weighed_again() -> None:
    shown, _ = relieved(visit(cart=EMPTY.add_weighed(jar(), weighing(14_000))))
    assert shown is not None
    assert shown.body.startswith("Up to 12.00 g of Sample Flower 50 fits: remove it and weigh less.")


def test_what_a_relief_cannot_count_can_be_taken_out() -> None:
    vape = product(8, category=Category.VAPE, net_mg=1_000)
    shown, _ = relieved(visit(cart=EMPTY.add(package(1, BUDS)).add(package(2, vape))))
    assert shown is not None
    assert "Sample Rosin 8, 1 g has no measure on record" in shown.headline
    assert shown.fixes[0].label == "Remove"


def test_a_programme_that_refuses_offline_says_so_and_what_to_do() -> None:
    shown = card(visit(cart=FULL), rules=ARIZONA)
    assert shown is not None
    assert shown.headline == "Arizona allows no sale while the state cannot be asked."
    assert "Hold the cart (F6)" in shown.body


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (product(7, category=Category.EDIBLE, net_mg=5_000), "no measure on record"),
        (product(8, category=Category.SEED, count=1), "do not count"),
    ],
)
def test_what_cannot_be_counted_is_removed_with_one_key(of: object, words: str) -> None:
    shown = card(visit(cart=EMPTY.add(package(1), 1).add(package(7, of))))  # type: ignore[arg-type]  # a product
    assert shown is not None
    assert words in shown.headline
    assert shown.fixes[0].key == "Enter"


def test_every_check_in_refusal_has_its_own_sentence() -> None:
    said = {why: till_talk.check_in_sentence(why, patient()) for why in CheckIn}
    assert len(set(said.values())) == len(CheckIn)
    assert all(sentence.endswith(".") for sentence in said.values())


WAITING = SyncStatus({}, None, None, 0, 0, 7, ServiceReach.AWAY, NOW.plus_us(-42 * MINUTE_US))
SLOW = replace(WAITING, reach=ServiceReach.REACHED, standing=Standing.AMBER)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (WAITING, PillKind.OFFLINE, "Offline 42 min · 7 sales waiting"),
        (
            replace(WAITING, waiting=0, reach=ServiceReach.REACHED),
            PillKind.ONLINE,
            "Online · all sales reported",
        ),
        (replace(WAITING, waiting=1, reach=ServiceReach.REACHED), PillKind.ONLINE, "Online · 1 sale waiting"),
        (replace(WAITING, needs_person=1), PillKind.ATTENTION, "1 report needs a manager"),
        (replace(WAITING, differences=1), PillKind.ATTENTION, "1 difference with the state"),
        (replace(WAITING, differences=2), PillKind.ATTENTION, "2 differences with the state"),
        (replace(WAITING, overdue=3), PillKind.ATTENTION, "3 reports are overdue"),
        (
            replace(WAITING, reach=ServiceReach.REFUSED_KEY, standing=Standing.RED),
            PillKind.ATTENTION,
            "The state refuses our key · 7 sales waiting",
        ),
        (replace(WAITING, standing=Standing.AMBER), PillKind.OFFLINE, "Offline 42 min · 7 sales waiting"),
        (
            replace(WAITING, standing=Standing.RED),
            PillKind.ATTENTION,
            "Waiting for over a day · 7 sales waiting",
        ),
        (
            replace(SLOW, oldest_open=NOW.plus_us(-80 * MINUTE_US)),
            PillKind.OFFLINE,
            "Online · 7 sales waiting, the oldest 1 h 20 min",
        ),
        (SLOW, PillKind.OFFLINE, "Online · 7 sales waiting, due within the hour"),
    ],
)
def test_one_pill_and_red_only_for_a_person(status: SyncStatus, kind: PillKind, words: str) -> None:
    shown = till_talk.pill(status, NOW)
    assert (shown.kind, shown.text) == (kind, words)


def test_devices_that_are_not_set_up_are_not_shown() -> None:
    assert till_talk.device_dot("Scale", DeviceHealth(DeviceState.OFF)) is None
    away = till_talk.device_dot("Printer", DeviceHealth(DeviceState.AWAY, "It does not answer."))
    assert away is not None
    assert away.why == "It does not answer."


def test_payment_as_the_picture_shows() -> None:
    entry = Entry(Money(23_341), "Sample Patient 017 · 3 items")
    for key in "240":
        entry = entry.key(key)
    sheet = payment.payment_sheet(entry)
    assert [each.label for each in sheet.quick] == ["$233.41 exact", "$234", "$240", "$300"]
    assert (sheet.received, sheet.change_label, sheet.change) == ("$240.00", "Change to give", "$6.59")
    assert sheet.change_words == "one $5 · one $1 · two 25¢ · one 5¢ · four 1¢"
    assert sheet.can_complete


@pytest.mark.parametrize(
    ("typed", "received", "complete"),
    [("", 500, True), ("5.", 500, True), (".", None, False), ("00", 0, False), ("4.99", 499, False)],
)
def test_what_is_typed_is_money_or_nothing(typed: str, received: int | None, complete: bool) -> None:
    entry = Entry(Money(500), "")
    for key in typed:
        entry = entry.key(key)
    assert entry.received == (None if received is None else Money(received))
    assert payment.payment_sheet(entry).can_complete is complete


def test_keys_that_lead_to_no_amount_change_nothing() -> None:
    entry = Entry(Money(500), "", typed="5.00")
    assert entry.key("1") == entry
    assert entry.key(".") == entry
    assert entry.key("x") == entry
    assert entry.key("back").typed == "5.0"


@pytest.mark.parametrize(
    ("value", "up", "text"),
    [
        (Fraction(70_873), False, "70.8 g"),
        (Fraction(70_873), True, "70.9 g"),
        (Fraction(-5), False, "0.0 g"),
        (Fraction(1, 3), True, "0.1 g"),
        (Fraction(0), True, "0.0 g"),
    ],
)
def test_what_is_left_is_rounded_down_and_what_is_over_up(value: Fraction, up: bool, text: str) -> None:
    assert figures.amount(value, "mg", up=up) == text


def test_ounces_are_those_of_the_rule() -> None:
    assert figures.ounces(Fraction(70_873)) == "2.5 oz"
    assert figures.ounces(Fraction(283_495)) == "10 oz"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(5, "less than a minute"), (42 * 60, "42 min"), (3 * 3600 + 300, "3 h 5 min"), (50 * 3600, "2 days")],
)
def test_spans(seconds: int, text: str) -> None:
    assert figures.span(seconds) == text


@pytest.mark.parametrize(("typed", "complete"), [("1005", True), ("1005.01", False)])
def test_up_to_a_thousand_dollars_go_back(typed: str, complete: bool) -> None:
    sheet = payment.payment_sheet(Entry(Money(500), "", typed=typed))
    assert sheet.can_complete is complete
    assert ("more than is due" in sheet.why_not) is not complete


def test_the_reckoning_says_in_words_what_it_rests_on() -> None:
    of = visit(cart=FULL, answer=answer(NOW))
    decision = LimitDesk(MICHIGAN).decide(of, NOW, Link.UP)
    sheet = reckoning.reckoning_sheet(of, decision, zone=ZONE, now=NOW, place="Michigan")
    assert sheet.basis.startswith(
        "Decided by the state’s figure and the sales here since. Rules of Michigan, "
    )
    assert decision.pack_version in sheet.basis
    assert "us-mi" not in sheet.basis


def test_the_reckoning_says_of_which_allotment_the_state_said_nothing() -> None:
    of = visit(cart=FULL, answer=answer(NOW, rows=answer(NOW).rows[:1]))
    silent = "The state gave no figure for 30 days: by this store’s records."
    for told, expected in ((of, ["", silent]), (replace(of, answer=answer(NOW)), ["", ""])):
        decision = LimitDesk(MICHIGAN).decide(told, NOW, Link.UP)
        sheet = reckoning.reckoning_sheet(told, decision, zone=ZONE, now=NOW, place="Michigan")
        assert [each.source for each in sheet.pools] == expected
    nobody = replace(of, answer=None)
    decision = LimitDesk(MICHIGAN).decide(nobody, NOW, Link.DOWN)
    sheet = reckoning.reckoning_sheet(nobody, decision, zone=ZONE, now=NOW, place="Michigan")
    assert [each.source for each in sheet.pools] == ["", ""], "nobody was asked"


@pytest.mark.parametrize("outage", list(Outage))
def test_every_outage_has_words(outage: Outage) -> None:
    assert "outage" not in allotment.basis_words(f"outage-{outage}")
    assert "asked" in allotment.basis_words(f"outage-{outage}")


def test_only_where_nobody_could_ask_the_reckoning_says_so() -> None:
    """Every basis that the engine knows, so that a new one does not fall back on a sentence that is false."""
    said = {basis for basis in explain._BASIS if "cannot be asked" in allotment.basis_words(basis)}
    away = {basis for basis in explain._BASIS if basis == "relief" or basis.startswith("outage-")}
    assert said == away
    assert "gave no figure" in allotment.basis_words("state-silent")
