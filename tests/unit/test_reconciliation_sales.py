"""Sales against receipts: an honest day shows nothing, each change shows as what it is, a sender at work never does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.domain.instant import DAY_US, HOUR_US, Instant
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.domain.reconciliation.findings import Action, Finding, Kind, Weight, Why
from pos_desktop.domain.reconciliation.records import (
    Known,
    OwnSale,
    Report,
    Shown,
    StateLine,
    StateSale,
    wall_of,
)
from pos_desktop.domain.reconciliation.sales import compare_sales
from pos_desktop.domain.reconciliation.words import MEANINGS, details, meaning_of, to_do

ZONE = ZoneInfo("America/Detroit")
START = Instant.parse("2026-11-24T09:00:00-05:00")
HERE = frozenset({"ST1-R1"})
EVERYTHING = Shown()
QUEUED, CONFIRMED, CANCELLED = OutboxState.QUEUED, OutboxState.CONFIRMED, OutboxState.CANCELLED


def own(n: int = 1, at: Instant = START, zone: ZoneInfo = ZONE, **changes: Any) -> OwnSale:
    sale = OwnSale(
        external=f"ST1-R1-1-{n:07d}",
        number=f"R1-1-{n:07d}",
        wall=wall_of(at, zone),
        patient=f"P-{1_000_000 + n}",
        caregiver="",
        total_cents=3_850 + n,
        lines=(StateLine("1A4FF0100000022000000731", 3_500, "mg", 3_850 + n),),
        voided=False,
        report=Report(CONFIRMED, f"{100 + n}"),
        sold_at=at,
    )
    return replace(sale, **changes)


def receipt(sale: OwnSale, **changes: Any) -> StateSale:
    """The sale as an honest state holds it."""
    made = StateSale(
        remote_id=sale.report.remote_id if sale.report else "1",
        external=sale.external,
        sold_at=sale.sold_at,
        patient=sale.patient,
        caregiver=sale.caregiver,
        total_cents=sale.total_cents,
        lines=sale.lines,
        voided=False,
        final=False,
        recorded_at=sale.sold_at,
    )
    return replace(made, **changes)


def compared(
    *pairs: OwnSale | Known,
    theirs: tuple[StateSale, ...],
    zone: ZoneInfo = ZONE,
    shows: Shown = EVERYTHING,
) -> list[Finding]:
    known = [each if isinstance(each, Known) else Known.still(each) for each in pairs]
    return list(compare_sales(known, theirs, zone=zone, shows=shows, registers=HERE))


def told(findings: list[Finding]) -> list[tuple[Kind, Why]]:
    return [(each.kind, each.why) for each in findings]


MOMENTS = st.sampled_from(
    [
        Instant.parse("2026-11-01T05:30:00Z"),  # half past one, the first time
        Instant.parse("2026-11-01T06:30:00Z"),  # and the second
        Instant.parse("2026-03-08T06:59:59Z"),  # the last second before the hour that is left out
        Instant.parse("2026-03-08T07:00:00Z"),
        Instant.parse("2026-11-25T04:59:59Z"),  # just before midnight in Detroit
        Instant.parse("2026-11-25T05:00:00Z"),
        START,
    ]
)
HONEST = st.lists(
    st.tuples(
        MOMENTS,
        st.integers(0, 90_000).map(lambda s: s * 1_000_000),
        st.sampled_from([*OutboxState]),
        st.booleans(),
    ),
    max_size=25,
)


@given(HONEST, st.sampled_from(["America/Detroit", "America/Los_Angeles", "UTC", "America/Phoenix"]))
def test_an_honest_day_needs_nobody(
    day: list[tuple[Instant, int, OutboxState, bool]], zone_name: str
) -> None:
    """What is confirmed is there, what waits is not, voids went both ways; only what a person must see is seen."""
    zone = ZoneInfo(zone_name)
    ours, theirs = [], []
    for n, (moment, later, state, voided) in enumerate(day, start=1):
        sale = own(n, moment.plus_us(later), zone, report=Report(state, f"{100 + n}"), voided=voided)
        if voided and state is CONFIRMED:
            sale = replace(sale, void=Report(CONFIRMED))
        ours.append(sale)
        if state is CONFIRMED:
            theirs.append(receipt(sale, voided=voided))
    found = compared(*ours, theirs=tuple(theirs), zone=zone)
    assert [each.external for each in found] == [each.external for each in ours]
    for each, sale in zip(found, ours, strict=True):
        assert sale.report is not None
        settled = sale.report.state is CONFIRMED or (sale.voided and sale.report.state is CANCELLED)
        assert (meaning_of(each).weight is Weight.NOTHING) == settled
        assert each.fields == ()
        assert each.kind is not Kind.DIFFERS


CHANGES: dict[str, dict[str, Any]] = {
    "time": {"sold_at": START.plus_us(1_000_000)},
    "patient": {"patient": "P-9000001"},
    "caregiver": {"caregiver": "C-1"},
    "total": {"total_cents": 1},
    "number": {"external": "SOMETHING ELSE"},
    "package": {"lines": (StateLine("1A4FF0100000022000000999", 3_500, "mg", 3_851),)},
    "quantity": {"lines": (StateLine("1A4FF0100000022000000731", 3_501, "mg", 3_851),)},
    "amount": {"lines": (StateLine("1A4FF0100000022000000731", 3_500, "mg", 3_852),)},
}


@pytest.mark.parametrize("field", CHANGES)
def test_one_changed_field_is_told_alone(field: str) -> None:
    sale, others = own(), own(2)
    found = compared(sale, others, theirs=(receipt(sale, **CHANGES[field]), receipt(others)))
    assert told(found) == [(Kind.DIFFERS, Why.EDITED), (Kind.MATCHED, Why.EQUAL)]
    assert {each.field for each in found[0].fields} == {field}
    assert meaning_of(found[0]).action is Action.CORRECT_AT_STATE
    assert field in details(found[0])[0]


@given(st.sets(st.sampled_from(sorted(CHANGES)), min_size=1))
def test_any_changes_together_are_all_told(fields: set[str]) -> None:
    """Changes of lines replace each other, so one of them is enough."""
    of_lines = {"package", "quantity", "amount"}
    changes: dict[str, Any] = {}
    for each in sorted(fields):
        changes |= CHANGES[each]
    last = max(fields & of_lines, default=None)
    sale, others = own(), own(2)
    found = compared(sale, others, theirs=(receipt(sale, **changes), receipt(others)))[0]
    assert found.kind is Kind.DIFFERS
    assert {each.field for each in found.fields} == (fields - of_lines) | ({last} if last else set())


def test_a_figure_that_cannot_be_read_is_a_difference() -> None:
    sale = own()
    unread = receipt(sale, lines=(replace(sale.lines[0], quantity=None, amount_cents=None),), sold_at=None)
    assert {each.field for each in compared(sale, theirs=(unread,))[0].fields} == {
        "time",
        "quantity",
        "amount",
    }


def test_lines_that_the_state_merged_or_split_are_no_difference() -> None:
    first, second = (StateLine("1A4FF0100000022000000731", 1_000, "mg", cents) for cents in (400, 600))
    sale = own(lines=(first, second), total_cents=1_000)
    merged = StateLine(first.tag, 2_000, "mg", 1_000)
    assert told(compared(sale, theirs=(receipt(sale, lines=(merged,)),))) == [(Kind.MATCHED, Why.EQUAL)]
    moved = (replace(first, amount_cents=500), replace(second, amount_cents=500))
    assert compared(sale, theirs=(receipt(sale, lines=moved),))[0].fields[0].field == "amount"


def test_what_a_state_does_not_show_is_not_compared() -> None:
    """A state that tells no card numbers, no numbers of ours and no lines: what is left is time and total."""
    bare_lists = Shown(numbers=False, people=False)
    sales = [own(n, START.plus_us(n * 1_000_000), caregiver="C-1") for n in (1, 2)]
    bare = [receipt(each, external="", patient="", caregiver="", lines=None) for each in sales]
    found = compared(*sales, theirs=tuple(bare), shows=bare_lists)
    assert told(found) == [(Kind.MATCHED, Why.EQUAL)] * 2
    assert [each.lines_compared for each in found] == [False, False]
    wrong = replace(bare[1], total_cents=1)
    assert told(compared(*sales, theirs=(bare[0], wrong), shows=bare_lists))[1] == (
        Kind.DIFFERS,
        Why.EDITED,
    )
    late = replace(bare[0], sold_at=START.plus_us(HOUR_US))
    untimed = replace(bare_lists, times=False)
    assert compared(sales[0], theirs=(late,), shows=untimed)[0].fields == ()
    assert [each.field for each in compared(sales[0], theirs=(late,), shows=bare_lists)[0].fields] == ["time"]


@pytest.mark.parametrize("lost", ["external", "patient"])
@pytest.mark.parametrize("many", [1, 2])
def test_what_every_receipt_of_a_day_lost_is_a_difference_of_each(lost: str, many: int) -> None:
    """However few sales there are. Who goes by the receipts themselves finds a state that keeps no numbers."""
    sales = [own(n, START.plus_us(n * 1_000_000)) for n in range(1, many + 1)]
    bare = tuple(receipt(each, **{lost: ""}) for each in sales)
    fields = [[each.field for each in found.fields] for found in compared(*sales, theirs=bare)]
    assert fields == [["number" if lost == "external" else lost]] * many
    guessed = Shown(numbers=any(each.external for each in bare), people=any(each.patient for each in bare))
    assert all(not found.fields for found in compared(*sales, theirs=bare, shows=guessed))


def test_card_numbers_are_cut_to_their_last_four() -> None:
    sale = own(caregiver="C-2000009")
    found = compared(
        sale, own(2), theirs=(receipt(sale, patient="X-0000001", caregiver=""), receipt(own(2)))
    )[0]
    assert details(found) == (
        "patient: …0001 here, …0001 (another card with the same end) at the state",
        "caregiver: …0009 here, none at the state",
    )


@pytest.mark.parametrize(
    ("state", "why", "weight"),
    [
        (OutboxState.QUEUED, Why.QUEUED, Weight.WAITING),
        (OutboxState.SENDING, Why.SENDING, Weight.WAITING),
        (OutboxState.IN_DOUBT, Why.IN_DOUBT, Weight.WAITING),
        (OutboxState.REJECTED, Why.REFUSED, Weight.PERSON),
        (OutboxState.CONFLICT, Why.CONFLICT, Weight.PERSON),
        (OutboxState.BLOCKED, Why.BLOCKED, Weight.PERSON),
        (OutboxState.CANCELLED, Why.CANCELLED, Weight.PERSON),
        (OutboxState.CONFIRMED, Why.GONE, Weight.PERSON),
    ],
)
def test_only_here_says_why(state: OutboxState, why: Why, weight: Weight) -> None:
    due = START.plus_us(HOUR_US)
    found = compared(own(report=Report(state, due_at=due)), theirs=())[0]
    assert (found.kind, found.why, meaning_of(found).weight) == (Kind.ONLY_HERE, why, weight)
    assert found.due_at == (None if state is CONFIRMED else due), (
        "what was reported is not to be reported by then"
    )


def test_what_the_agency_is_asked_about_is_named() -> None:
    found = compared(own(report=Report(CONFIRMED, "4711")), theirs=())[0]
    assert to_do(found).endswith("call the agency with receipt 4711.")


def test_a_sale_without_a_report_is_told() -> None:
    assert told(compared(own(report=None), theirs=())) == [(Kind.ONLY_HERE, Why.NO_REPORT)]


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (OutboxState.QUEUED, Why.SENT_AGAIN),
        (OutboxState.IN_DOUBT, Why.UNSETTLED),
        (OutboxState.SENDING, Why.UNSETTLED),
        (OutboxState.REJECTED, Why.STUCK),
        (OutboxState.CONFLICT, Why.STUCK),
        (OutboxState.BLOCKED, Why.STUCK),
    ],
)
def test_what_is_there_and_not_settled_here_is_told(state: OutboxState, why: Why) -> None:
    sale = own(report=Report(state))
    assert told(compared(sale, theirs=(receipt(sale),))) == [(Kind.MATCHED, why)]


def test_a_sender_at_work_makes_no_difference_appear() -> None:
    """Judged only by what is known after, a report that went out meanwhile would look lost; the test says so."""
    waiting, done = own(report=Report(QUEUED)), own()
    assert told(compared(Known(waiting, done), theirs=())) == [(Kind.ONLY_HERE, Why.MEANWHILE)]
    assert told(compared(Known(waiting, done), theirs=(receipt(done),))) == [(Kind.MATCHED, Why.EQUAL)]
    assert told(compared(done, theirs=())) == [(Kind.ONLY_HERE, Why.GONE)]
    voiding = replace(done, voided=True, void=Report(QUEUED))
    voided = replace(done, voided=True, void=Report(CONFIRMED))
    assert told(compared(Known(voiding, voided), theirs=(receipt(done),))) == [
        (Kind.VOIDED_HERE_ONLY, Why.MEANWHILE)
    ]
    assert told(compared(voided, theirs=(receipt(done),))) == [(Kind.VOIDED_HERE_ONLY, Why.VOID_LOST)]


@pytest.mark.parametrize(
    ("void", "why", "weight"),
    [
        (None, Why.VOID_UNREPORTED, Weight.PERSON),
        (OutboxState.QUEUED, Why.VOID_WAITS, Weight.WAITING),
        (OutboxState.REJECTED, Why.VOID_STUCK, Weight.PERSON),
        (OutboxState.CANCELLED, Why.VOID_UNREPORTED, Weight.PERSON),
        (OutboxState.CONFIRMED, Why.VOID_LOST, Weight.PERSON),
    ],
)
def test_voided_here_only(void: OutboxState | None, why: Why, weight: Weight) -> None:
    due = START.plus_us(HOUR_US)
    sale = own(voided=True, void=None if void is None else Report(void, due_at=due))
    found = compared(sale, theirs=(receipt(sale),))[0]
    assert (found.kind, found.why, meaning_of(found).weight) == (Kind.VOIDED_HERE_ONLY, why, weight)
    assert found.due_at == (None if void in (None, CONFIRMED) else due)


def test_voids_that_agree() -> None:
    never = own(voided=True, report=Report(CANCELLED), void=Report(CANCELLED))
    both = own(2, voided=True, void=Report(CONFIRMED))
    found = compared(never, both, theirs=(receipt(both, voided=True),))
    assert told(found) == [(Kind.VOIDED, Why.NEVER_REPORTED), (Kind.VOIDED, Why.EQUAL)]


def test_voided_there_only_and_a_receipt_made_anew() -> None:
    sale = own()
    gone = receipt(sale, voided=True)
    assert told(compared(sale, theirs=(gone,))) == [(Kind.VOIDED_THERE_ONLY, Why.VOIDED_BY_OTHERS)]
    anew = receipt(sale, remote_id="777")
    assert told(compared(sale, theirs=(gone, anew))) == [(Kind.MATCHED, Why.EQUAL)]


def test_more_than_one_in_force_names_those_to_void() -> None:
    sale = own()
    doubles = (receipt(sale), receipt(sale, remote_id="9"), receipt(sale, remote_id="200", external=""))
    found = compared(sale, theirs=doubles)[0]
    assert (found.kind, found.kept, found.remote_ids) == (Kind.DUPLICATE, "101", ("9", "200"))
    assert to_do(found) == "Void the extra receipt at the state: 9, 200. Receipt 101 stays."


@pytest.mark.parametrize(
    ("external", "why", "weight"),
    [
        ("ST1-R2-1-0000001", Why.OTHER_REGISTER, Weight.NOTHING),
        ("ST2-R1-1-0000001", Why.OTHER_REGISTER, Weight.NOTHING),
        ("ST1-R1-1-0000999", Why.UNKNOWN_HERE, Weight.PERSON),
        ("st1-r1-2-0000001", Why.UNKNOWN_HERE, Weight.PERSON),
        ("typed by hand", Why.FOREIGN, Weight.PERSON),
        ("", Why.FOREIGN, Weight.PERSON),
    ],
)
def test_only_there_says_whose(external: str, why: Why, weight: Weight) -> None:
    stranger = receipt(own(50), external=external, remote_id="5000")
    found = compared(own(), theirs=(receipt(own()), stranger))[1]
    assert (found.kind, found.why, meaning_of(found).weight) == (Kind.ONLY_THERE, why, weight)
    voided = compared(theirs=(replace(stranger, voided=True),))[0]
    assert meaning_of(voided).weight is Weight.NOTHING


def test_an_id_that_was_given_again_is_not_taken_for_ours() -> None:
    """A service set up anew counts from one; the receipt under our old id is another register's."""
    other = receipt(own(3), external="ST1-R2-1-0000007", remote_id="101", sold_at=START.plus_us(DAY_US))
    assert told(compared(own(), theirs=(other,))) == [
        (Kind.ONLY_HERE, Why.GONE),
        (Kind.ONLY_THERE, Why.OTHER_REGISTER),
    ]


def test_a_number_that_was_moved_to_another_sale_s_receipt() -> None:
    """Both receipts stay with the sales that they were made for."""
    first, second = own(1), own(2, START.plus_us(60_000_000))
    taken = receipt(second, external=first.external)
    found = compared(first, second, theirs=(receipt(first), taken))
    assert told(found) == [(Kind.MATCHED, Why.EQUAL), (Kind.DIFFERS, Why.EDITED)]
    assert [each.field for each in found[1].fields] == ["number"]


def test_an_id_is_the_same_while_the_same_thing_is_wrong() -> None:
    waiting, refused = own(report=Report(QUEUED)), own(report=Report(OutboxState.REJECTED))
    ids = [compared(each, theirs=())[0].id for each in (waiting, waiting, refused)]
    assert len(set(ids)) == 1
    assert compared(waiting, theirs=(receipt(waiting, voided=False),))[0].id not in ids
    assert compared(own(2, report=Report(QUEUED)), theirs=())[0].id not in ids


def test_every_reason_has_its_meaning_and_every_action_its_words() -> None:
    assert set(MEANINGS) == set(Why)
    for why in Why:
        found = Finding(Kind.DIFFERS, why, None, remote_ids=("7",), kept="6")
        assert (to_do(found) == "") == (meaning_of(found).weight is Weight.NOTHING), why
        assert "{" not in to_do(found)
