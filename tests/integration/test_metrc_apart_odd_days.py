"""One odd thing each, at a store beside the METRC service that was written apart: what the commands say and do then."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count, pairwise
from typing import Any
from urllib.parse import parse_qs

import pytest

from pos_desktop.app.visit import Visit
from pos_desktop.composition.clocks import TimeOrderedIds
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.shop import opened
from pos_desktop.domain.identity import CaregiverId, PackageTag
from pos_desktop.domain.instant import DAY_US
from pos_desktop.domain.limits.model import Link
from pos_desktop.domain.money import Money
from pos_desktop.domain.patient import Caregiver, Patient
from tests.fixtures.metrc_apart import Faults, Limits, Rules
from tests.fixtures.metrc_shop import CLERK, LICENSE, MetrcShop, OpenMetrcShop, Size
from tests.fixtures.metrc_storms import LATE_S, SALES
from tests.fixtures.metrc_told import attempts, exactly, in_order, left_after

SMALL = Size(patients=6, goods=5)
PERSON, RED, GREEN = 30, (30, "red"), (0, "green")
PATIENCE_S = 60
"""For each state of a watch in the background; longer means that it never comes."""


def first_patient(shop: MetrcShop) -> str:
    return str(next(iter(shop.sold().values()))["patient"])


def sales_of(shop: MetrcShop, patient: str) -> list[str]:
    return [number for number, sale in shop.sold().items() if sale["patient"] == patient]


def all_right(shop: MetrcShop, *, voided: int = 0) -> None:
    shop.until_done()
    assert shop.pill() == GREEN
    exactly(shop, voided=voided)
    in_order(shop)
    shop.agrees()


def test_a_patient_who_is_not_active_any_more_holds_up_nobody_else(open_metrc_shop: OpenMetrcShop) -> None:
    shop = open_metrc_shop(SMALL)
    shop.sell(12)
    patient = first_patient(shop)
    held_up = sales_of(shop, patient)
    shop.state.change_patient(patient, active=False)
    assert shop.pos("sync", "--once").code == PERSON
    assert shop.pill() == RED
    assert {each["ExternalReceiptNumber"] for each in shop.receipts()} == set(shop.sold()) - set(held_up)
    refused = shop.needing_a_person()
    assert [each["external"] for each in refused] == held_up[:1]
    assert "is not active" in refused[0]["cause"]
    assert patient not in refused[0]["cause"]
    shop.state.change_patient(patient, active=True)
    assert shop.pos("sync", "retry", refused[0]["id"]).code == 10
    all_right(shop)


def test_a_package_that_was_finished_meanwhile(open_metrc_shop: OpenMetrcShop) -> None:
    """Its sales are refused, it leaves the shelf, and once the state takes it back everything is told."""
    shop = open_metrc_shop(SMALL)
    shop.sell(8)
    tag = next(iter(shop.sold().values()))["lines"][0]["label"]
    before = shop.state.world.package(tag)
    assert before is not None
    quantity, today = before.quantity, datetime.now(UTC).date().isoformat()
    shop.state.change_package(tag, state="finished", finished_on=today, quantity=Fraction(0))
    assert shop.pos("sync", "--once").code == PERSON
    with opened(shop.folder) as store:
        package = store.store.shelf.by_tag(PackageTag(tag))
        assert package is not None
        assert package.held is not None
    shop.state.change_package(tag, state="active", finished_on=None, quantity=quantity)
    refused = shop.needing_a_person()
    assert all(tag in each["cause"] for each in refused)
    for each in refused:
        shop.pos("sync", "retry", each["id"])
    all_right(shop)


def test_a_key_that_is_revoked_while_a_watch_runs(open_metrc_shop: OpenMetrcShop) -> None:
    """Nothing is recorded or lost meanwhile; the watch goes on by itself when the key is good again."""
    shop = open_metrc_shop(SMALL)
    with shop.watching() as watch:
        shop.sell(6)
        look(shop, until=GREEN)
        shop.state.revoke(CLERK)
        shop.sell(6, seed=5)
        look(shop, until=RED)
        assert len(shop.receipts()) == 6
        shop.state.renew(CLERK)
        look(shop, until=GREEN)
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(timeout=120) == 0
    all_right(shop)


def look(shop: MetrcShop, *, until: tuple[int, str]) -> None:
    """Each look is a command of its own. How many fit into the watch's next round depends on the machine."""
    end = time.monotonic() + PATIENCE_S
    while (seen := shop.pill()) != until:
        assert time.monotonic() < end, seen


def test_a_key_that_is_revoked_before_a_nightly_job(open_metrc_shop: OpenMetrcShop) -> None:
    shop = open_metrc_shop(SMALL)
    shop.sell(6)
    shop.state.revoke(CLERK)
    said = shop.pos("sync", "--once")
    assert (said.code, "check the keys" in said.out) == (PERSON, True)
    assert (shop.pill(), shop.receipts(), len(attempts(shop))) == (RED, [], 1)
    shop.state.renew(CLERK)
    all_right(shop)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"employees": [{"name": CLERK, "without": ["Manage Sales"]}]}, 401),
        ({"facility": {"license": LICENSE, "flags": {"AdvancedSales": False}}}, 403),
    ],
)
def test_a_right_that_is_missing_stops_after_one_try(
    open_metrc_shop: OpenMetrcShop, words: Mapping[str, Any], status: int
) -> None:
    shop = open_metrc_shop(SMALL, **words)
    shop.sell(4)
    assert shop.pos("sync", "--once").code == PERSON
    assert ([each.status for each in attempts(shop)], shop.receipts()) == ([status], [])


def test_a_sale_that_is_refused_for_good(open_metrc_shop: OpenMetrcShop) -> None:
    """A person ends its report with a reason; the patient's later sales go on, and the shelf is the state's again."""
    shop = open_metrc_shop(SMALL)
    shop.sell(12)
    patient = first_patient(shop)
    gone, *later = sales_of(shop, patient)
    known = shop.state.world.patients.pop(patient)
    assert shop.pos("sync", "--once").code == PERSON
    shop.state.world.patients[patient] = known
    (refused,) = shop.needing_a_person()
    words = ("--as", "cancelled", "--reason", "the state did not know the patient")
    shop.done("sync", "resolve", refused["id"], *words)
    shop.until_done()
    assert shop.pill() == GREEN
    told = [each["ExternalReceiptNumber"] for each in shop.receipts()]
    assert sorted(told) == sorted(set(shop.sold()) - {gone})
    assert set(later) <= set(told)
    left = left_after(shop, [sale for number, sale in shop.sold().items() if number != gone])
    assert shop.on_hand_there() == shop.on_hand_here() == left
    assert shop.pos("reconcile").code == PERSON


def test_a_receipt_that_somebody_voided_at_the_state(open_metrc_shop: OpenMetrcShop) -> None:
    """It is told until the next comparison, and settled by a void here, which counts as done."""
    shop = open_metrc_shop(SMALL)
    shop.sell(6)
    shop.until_done()
    receipt = shop.receipts()[0]
    assert shop.manager.delete(f"/sales/v2/receipts/{receipt['Id']}", LICENSE).status == 200
    sale = shop.sold()[receipt["ExternalReceiptNumber"]]
    compare = ("reconcile", "--date", sale["sale_time"][:10])
    said = shop.pos(*compare)
    assert (said.code, "voided-there-only 1" in said.out) == (PERSON, True)
    shop.void(sale["number"])
    assert shop.pos("sync", "--once").code == PERSON
    assert shop.pos(*compare).code == 0
    all_right(shop, voided=1)


def test_voids_in_a_storm(open_metrc_shop: OpenMetrcShop) -> None:
    """A sale that was never sent leaves no trace at the state; one that was is archived, once, whatever is lost."""
    shop = open_metrc_shop(SMALL)
    shop.sell(8)
    never, *others = (sale["number"] for sale in shop.sold().values())
    shop.void(never)
    shop.until_done()
    for number in others[:5]:
        shop.void(number)
    script = [
        "drop_after",
        "drop_before",
        "errors",
        "late",
        None,
        "unavailable",
        "html_after",
        "throttled",
        "empty",
    ]
    shop.state.spoil(Faults(script=script, on="DELETE /sales", late_s=LATE_S))
    all_right(shop, voided=5)


def test_a_sale_to_a_caregiver(open_metrc_shop: OpenMetrcShop) -> None:
    """8.3: both numbers, where SalesRequireCaregiverNumber and SalesRequireCaregiverPatientNumber are on."""
    card = "CG-000001"
    shop = open_metrc_shop(SMALL, caregivers=[{"number": card, "patients": SMALL.cards}])
    with opened(shop.folder) as store:
        patient = store.store.patients.by_card(SMALL.cards[1])
        assert isinstance(patient, Patient)
        buyer = Caregiver(
            CaregiverId(TimeOrderedIds().new()), card, "Sample", "Caregiver", None, patients=(patient.id,)
        )
        store.store.bulk.add_caregivers([buyer])
    back_room = open_back_room(shop.folder, unattended=True)
    try:
        desk = back_room.desk
        visit = desk.reception.by_card(card, desk.on_duty.actor)
        package = desk.shelf.by_tag(PackageTag(SMALL.tags[1]))
        assert isinstance(visit, Visit)
        assert package is not None
        visit = replace(visit, cart=visit.cart.add(package, 2))
        desk.close_sale.cash(visit, Money(100_000), desk.on_duty, Link.DOWN, receipt=False)
    finally:
        back_room.close()
    (sale,) = shop.sold().values()
    assert (sale["customer_type"], sale["caregiver"], sale["patient"]) == ("Caregiver", card, SMALL.cards[1])
    all_right(shop)


@pytest.mark.parametrize("marks", [(), ("items", "packages")], ids=["everything", "what changed"])
def test_after_a_long_pause_no_request_spans_more_than_a_day(
    open_metrc_shop: OpenMetrcShop, marks: tuple[str, ...]
) -> None:
    """3.2: here `one request may span at most 24 hours`. Five days are read in pieces that leave no gap."""
    now = datetime.now(UTC)
    aged = [
        {**each, "modified": (now - timedelta(days=n % 5, hours=3)).isoformat()}
        for n, each in enumerate(SMALL.seeds()["packages"])
    ]
    shop = open_metrc_shop(SMALL, packages=aged, since=now - timedelta(days=6))
    shop.sell(3)
    paused(shop, *marks)
    changed = shop.state.world.package(SMALL.tags[2])
    assert changed is not None
    changed.quantity, changed.modified = changed.quantity - 1_000, now - timedelta(days=3)
    asked = len(shop.state.log())
    shop.done("sync", "--once")
    spans = [
        span
        for each in shop.state.log()[asked:]
        if each.status == 200 and (span := window(each.target, "/packages/v2/active"))
    ]
    assert len(spans) >= 5
    assert all(end - start <= timedelta(days=1) for start, end in spans)
    assert all(later[0] <= earlier[1] for earlier, later in pairwise(sorted(spans)))
    assert shop.on_hand_here() == shop.on_hand_there()


def paused(shop: MetrcShop, *marks: str) -> None:
    """As if nobody had looked at the state for five days; without `marks` the daily whole reading is due as well."""
    names = [f"metrc.{LICENSE}.{each}" for each in marks] or ["metrc.whole"]
    with opened(shop.folder) as store:
        for name in names:
            at = store.store.intake.cursor(name)
            assert at is not None
            store.store.intake.set_cursor(name, at.plus_us(-5 * DAY_US))


def window(target: str, path: str) -> tuple[datetime, datetime] | None:
    asked, _, query = target.partition("?")
    words = parse_qs(query)
    if asked != path or words["pageNumber"] != ["1"]:
        return None
    start, end = (datetime.fromisoformat(words[f"lastModified{side}"][0]) for side in ("Start", "End"))
    return start, end


def test_many_packages_come_page_by_page(open_metrc_shop: OpenMetrcShop) -> None:
    """3.1: at most 20 rows a page."""
    shop = open_metrc_shop(Size(goods=65))
    shop.sell(45)
    all_right(shop)
    pages = {
        parse_qs(each.target.partition("?")[2])["pageNumber"][0]
        for each in shop.state.log()
        if "/packages/v2/active" in each.target
    }
    assert pages == {"1", "2", "3", "4"}


def test_a_package_that_the_state_keeps_in_ounces(open_metrc_shop: OpenMetrcShop) -> None:
    """8.3: `UnitOfMeasure` "must be of the package's kind (weight or count). The web form wants the package's own unit,
    so send that (CANX, R)", and "Quantity: at most 4 decimals (R)". 10 mg are no four decimals of an ounce, so the
    client sends grams, which 17.6 takes ("enough quantity after unit conversion"). What METRC does is not published.
    """
    sold_by = [
        {**each, "unit": "Ounces", "quantity": 160} if each.get("unit") == "Grams" else each
        for each in SMALL.seeds()["packages"]
    ]
    # 8.3 (U): the service's own reading is that a package is sold in its own unit only.
    shop = open_metrc_shop(SMALL, packages=sold_by, rules=Rules(convert_units=True))
    shop.sell(12)
    shop.until_done()
    ours = shop.sold()
    assert {line["unit"] for sale in ours.values() for line in sale["lines"]} == {
        "Grams",
        "Milligrams",
        "Each",
    }
    assert len(shop.receipts()) == len(ours)
    shop.agrees()


@pytest.mark.parametrize(
    "rules",
    [
        Rules(external_miss="404", external_many="array", warnings="Sample warning", max_window_hours=None),
        Rules(external_many="envelope", warnings=["One", {"Message": "Two"}], unknown_patient="empty"),
        Rules(duplicate_external="refuse", new_fields=False, paging_off="everything", unknown_patient="404"),
    ],
    ids=["looser", "other shapes", "numbers are unique"],
)
def test_other_readings_of_what_nobody_published(open_metrc_shop: OpenMetrcShop, rules: Rules) -> None:
    shop = open_metrc_shop(SMALL, rules=rules)
    shop.sell(8)
    script = ["drop_after", None, "errors", "drop_before", "late", "html_after", "bad_request"]
    shop.state.spoil(Faults(script=script, on=SALES, late_s=LATE_S))
    all_right(shop)


def test_a_service_that_lets_few_requests_through(open_metrc_shop: OpenMetrcShop) -> None:
    """5: each 429 is kept, and nothing of it is an error. One request in nine is one too many, on any machine."""
    ticks = count()
    shop = open_metrc_shop(SMALL, limits=Limits(facility_per_second=8, timer=lambda: next(ticks) / 8.5))
    shop.sell(14)
    all_right(shop)
    assert 429 in {each.status for each in shop.state.log()}
