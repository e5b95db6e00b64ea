"""What else a dispensary reads and changes at METRC, before the sandbox: from packages to places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.ports import CouldNotAsk, ServiceReach
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.domain.outbox import Outcome
from pos_desktop.domain.shelf import Unit
from pos_desktop.sync.metrc.asking import Desk
from pos_desktop.sync.metrc.client import MetrcClient
from pos_desktop.sync.metrc.lab import LabDesk, LabResult
from pos_desktop.sync.metrc.package_desk import Adjustment, PackageDesk, PackageNow, Reason
from pos_desktop.sync.metrc.people import CaregiverStatus, Member, PeopleDesk, Registration
from pos_desktop.sync.metrc.places import PlacesDesk
from pos_desktop.sync.metrc.staff import Employee, StaffDesk
from pos_desktop.sync.metrc.transfers import TransferDesk
from tests.fixtures.raw_server import raw_server, says
from tests.fixtures.sandbox import FLAGS, FLOWER, GUMMIES, LICENSE, NOON, OTHER_LICENSE, facility
from tests.fixtures.tracker_bench import MetrcBench, metrc_bench

MORE = f"{FLAGS} CanHaveMemberPatients EnableExternalIdentifier"
TODAY = date(2026, 4, 8)
LONG_AGO = Instant(NOON - 10 * DAY_US)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[MetrcBench]:
    facilities = [facility(LICENSE, MORE), facility(OTHER_LICENSE), facility("PC-000099")]
    with metrc_bench(tmp_path, facilities=facilities) as running:
        yield running


def desk(bench: MetrcBench) -> Desk:
    return Desk(bench.client.in_background(), LICENSE)


# ---- packages


@pytest.fixture
def packages(bench: MetrcBench) -> PackageDesk:
    return PackageDesk(desk(bench))


def reason(packages: PackageDesk, name: str) -> Reason:
    reasons = packages.reasons()
    assert isinstance(reasons, tuple)
    return next(each for each in reasons if each.name == name)


def adjustment(packages: PackageDesk, mg: int, **changes: Any) -> Adjustment:
    plain = Adjustment(FLOWER, mg, Unit.WEIGHT, "Grams", reason(packages, "Drying"), TODAY)
    return replace(plain, **changes)


def now(packages: PackageDesk, tag: str = FLOWER) -> PackageNow:
    found = packages.package(tag)
    assert isinstance(found, PackageNow)
    return found


def test_the_reasons_say_what_they_need(packages: PackageDesk) -> None:
    assert not reason(packages, "Drying").needs_note
    assert reason(packages, "Theft").needs_note


def test_a_posted_adjustment_is_a_change_and_a_put_one_the_final_quantity(
    bench: MetrcBench, packages: PackageDesk
) -> None:
    """A wrong verb corrupts inventory: each is seen by what it leaves."""
    result = packages.change_by(adjustment(packages, -1_500))
    assert (result.outcome, bool(result.remote_id)) == (Outcome.CONFIRMED, True)
    assert bench.sandbox.quantity(FLOWER) == Decimal("452.1")
    assert packages.set_to(adjustment(packages, 450_250)).outcome is Outcome.CONFIRMED
    assert packages.set_to(adjustment(packages, 450_250)).outcome is Outcome.CONFIRMED
    assert bench.sandbox.quantity(FLOWER) == Decimal("450.25")
    pieces = adjustment(packages, -3, tag=GUMMIES, unit=Unit.EACH, tracker_unit="Each")
    packages.change_by(pieces)
    assert bench.sandbox.quantity(GUMMIES) == 37


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda each: replace(each, reason=Reason("Theft", True, False)), "wants a note"),
        (lambda each: replace(each, reason=Reason("Waste", False, True)), "weights of waste"),
        (lambda each: replace(each, tag="1A4"), "24 capital letters"),
    ],
)
def test_what_cannot_be_given_is_not_sent(
    bench: MetrcBench, packages: PackageDesk, make: Callable[[Adjustment], Adjustment], said: str
) -> None:
    good = adjustment(packages, -1)
    with pytest.raises(BadInput, match=said):
        make(good)
    with pytest.raises(BadInput, match="Nothing was sent"):
        packages.change_by(replace(good, quantity=0))
    with pytest.raises(BadInput, match="Nothing was sent"):
        packages.set_to(good)
    assert not [path for path in bench.asked() if not path.startswith("GET")]


def test_what_the_state_refuses_is_told(packages: PackageDesk) -> None:
    too_much = packages.change_by(adjustment(packages, -999_999_000))
    assert (too_much.outcome, "below zero" in too_much.sentence) == (Outcome.REFUSED, True)
    unknown = replace(adjustment(packages, -1), reason=Reason("No such reason", False, False))
    assert packages.change_by(unknown).outcome is Outcome.REFUSED


@pytest.mark.parametrize(("do", "outcome"), [("commit-then-drop", Outcome.FOUND), ("500", Outcome.ABSENT)])
def test_an_adjustment_whose_answer_was_lost_is_told_by_the_quantity(
    bench: MetrcBench, packages: PackageDesk, do: str, outcome: Outcome
) -> None:
    change, before = adjustment(packages, -1_500), now(packages)
    bench.faults({"match": "POST /packages/v2/adjust", "do": do, "times": 1})
    assert packages.change_by(change).outcome is Outcome.IN_DOUBT
    assert packages.look_up_change(change, before).outcome is outcome


def test_a_package_that_moved_meanwhile_tells_nothing(packages: PackageDesk) -> None:
    change, before = adjustment(packages, -1_500), now(packages)
    packages.change_by(adjustment(packages, -2_000))
    assert packages.look_up_change(change, before).outcome is Outcome.FOUND_DIFFERENT
    elsewhere = replace(before, unit="Ounces")
    assert packages.look_up_change(change, elsewhere).outcome is Outcome.COULD_NOT_ASK


def test_only_an_empty_package_is_finished_and_it_can_come_back(packages: PackageDesk) -> None:
    assert packages.finish(FLOWER, TODAY).outcome is Outcome.REFUSED
    packages.set_to(adjustment(packages, 0))
    assert packages.finish(FLOWER, TODAY).outcome is Outcome.CONFIRMED
    assert now(packages).finished
    assert packages.unfinish(FLOWER).outcome is Outcome.CONFIRMED
    assert not now(packages).finished


def test_note_location_and_id(bench: MetrcBench, packages: PackageDesk) -> None:
    for result in (
        packages.write_note(FLOWER, "Sample note"),
        packages.move(FLOWER, "Sales Floor", TODAY),
        packages.give_external_id(FLOWER, "SHELF-17"),
    ):
        assert result.outcome is Outcome.CONFIRMED, result
    found = now(packages)
    assert (found.note, found.location, found.external_id) == ("Sample note", "Sales Floor", "SHELF-17")
    packages.write_note(FLOWER, "")
    assert now(packages).note == ""
    assert packages.move(FLOWER, "Nowhere", TODAY).outcome is Outcome.REFUSED


def test_an_unknown_package_is_none_and_a_bad_key_is_no_answer(
    bench: MetrcBench, packages: PackageDesk
) -> None:
    assert packages.package("1A4FF0100000022000009999") is None
    assert now(packages).quantity == Decimal("453.6")
    bench.faults({"match": "* *", "do": "revoke-key"})
    refused = packages.package(FLOWER)
    assert isinstance(refused, CouldNotAsk)
    assert refused.reach is ServiceReach.REFUSED_KEY


# ---- transfers


def test_a_transfer_is_followed_to_its_packages_by_the_delivery(bench: MetrcBench) -> None:
    transfers = TransferDesk(desk(bench), bench.clock)
    found = transfers.incoming(LONG_AGO)
    assert isinstance(found, tuple)
    [one] = found
    assert (one.manifest, one.delivery_id, one.packages, one.on_its_way) == ("0000000042", 77, 1, True)
    assert one.delivery_id != one.id
    deliveries = transfers.deliveries(one)
    assert isinstance(deliveries, tuple)
    assert [each.id for each in deliveries] == [77]
    moved = transfers.packages(one.delivery_id)
    assert isinstance(moved, tuple)
    assert [(each.tag, each.shipped, each.received) for each in moved] == [
        ("1A4FF0100000022000000799", Decimal(50), None)
    ]
    assert isinstance(transfers.packages(999), CouldNotAsk)


def test_transfers_are_asked_in_windows_that_a_narrow_service_allows(bench: MetrcBench) -> None:
    bench.sandbox.server.service.change_settings({"window_max_hours": 24})
    wide = TransferDesk(desk(bench), bench.clock, width_us=40 * DAY_US).incoming(LONG_AGO)
    assert isinstance(wide, tuple)
    assert len(wide) == 1


def test_a_list_asked_for_without_a_window_would_miss_it(bench: MetrcBench) -> None:
    """The wrong variant: the bare list, which shows the last day only and says nothing about the rest."""
    assert desk(bench).rows("/transfers/v2/incoming") == []


# ---- lab results


def test_lab_results_are_found_by_the_id_and_their_tests_belong_together(
    bench: MetrcBench, packages: PackageDesk
) -> None:
    lab = LabDesk(desk(bench))
    found = lab.results(int(now(packages).remote_id))
    assert isinstance(found, tuple)
    [result] = found
    assert (result.stands, result.passed, result.source) == (True, True, FLOWER)
    assert [(each.name, each.passed, each.level) for each in result.tests] == [("THC", True, Decimal("21.4"))]
    assert lab.document(result) is None
    assert lab.results(int(now(packages, GUMMIES).remote_id)) == ()
    assert isinstance(lab.results(999_999), CouldNotAsk)


@pytest.mark.parametrize(
    ("body", "kind", "content"),
    [
        (b"%PDF-1.4 sample", "application/pdf", b"%PDF-1.4 sample"),
        (b'{"FileContents":"JVBERg==","ContentType":"application/pdf"}', "application/json", b"%PDF"),
        (b'{"FileContents":"not base64!"}', "application/json", None),
        (b'{"Message":"No."}', "application/json", None),
        (b"[]", "application/json", None),
        (b"", "application/pdf", None),
        (b"<html>Sign in</html>", "text/html", None),
    ],
)
def test_a_certificate_comes_in_either_form(body: bytes, kind: str, content: bytes | None) -> None:
    """Neither is published (section 13)."""
    result = LabResult(1, "", "", None, True, True, False, None, 41, ())
    with raw_server(says(200, body, kind=kind)) as (port, _):
        client = MetrcClient(f"http://127.0.0.1:{port}", vendor_key="v", user_key="u")
        said = LabDesk(Desk(client, LICENSE)).document(result)
        client.close()
    assert isinstance(said, CouldNotAsk) if content is None else said == content


# ---- staff


def test_employees_and_what_they_may(bench: MetrcBench) -> None:
    staff = StaffDesk(desk(bench))
    found = staff.employees()
    assert found == (Employee("Sample Budtender 1", "EMP-1", manages=False, ends=None),)
    assert staff.permissions(found[0]) == frozenset({"view packages"})
    stranger = replace(found[0], license_number="EMP-9")
    assert isinstance(staff.permissions(stranger), CouldNotAsk)


# ---- caregivers and members


@pytest.fixture
def people(bench: MetrcBench) -> PeopleDesk:
    return PeopleDesk(desk(bench))


def test_a_caregivers_standing(people: PeopleDesk) -> None:
    good, bad = people.caregiver(" CG-001 "), people.caregiver("CG-002")
    assert isinstance(good, CaregiverStatus)
    assert isinstance(bad, CaregiverStatus)
    assert (good.active, bad.active) == (True, False)
    assert (good.cares_for("pt-001 "), good.cares_for("PT-009")) == (True, False)
    assert CaregiverStatus(active=True, patients=None).cares_for("PT-001") is None


@pytest.mark.parametrize("card", ["NOBODY", "..", "", "../../facilities/v2", "?x=1", "A/B"])
def test_an_unknown_caregiver_is_none_and_asks_for_nothing_else(
    bench: MetrcBench, people: PeopleDesk, card: str
) -> None:
    assert people.caregiver(card) is None
    allowed = ("GET /caregivers/v2/status/", "GET /facilities/v2")
    assert all(path.startswith(allowed) for path in bench.asked())


def test_a_member_is_registered_changed_and_released(bench: MetrcBench, people: PeopleDesk) -> None:
    new = Registration(
        card="PT-700",
        starts=date(2026, 1, 1),
        ends=date(2026, 12, 31),
        on=TODAY,
        smokable=Decimal("2.5"),
        allowed_ounces=(("Flower", Decimal("2.5")),),
    )
    made = people.register(new)
    assert (made.outcome, bool(made.remote_id)) == (Outcome.CONFIRMED, True)
    members = people.members()
    assert isinstance(members, tuple)
    [member] = members
    assert isinstance(member, Member)
    assert (member.card, member.ends, member.smokable_ounces) == ("PT-700", new.ends, Decimal("2.5"))
    assert "PT-700" not in repr(member) + repr(new)
    again = people.register(new)
    assert (again.outcome, "PT-700" in again.sentence + again.excerpt) == (Outcome.REFUSED, False)
    assert people.change(replace(new, ends=date(2027, 1, 31))).outcome is Outcome.CONFIRMED
    assert people.release(member).outcome is Outcome.CONFIRMED
    assert people.members() == ()


@pytest.mark.parametrize(
    "changes", [{"card": " "}, {"ends": date(2025, 1, 1)}, {"smokable": Decimal(-1)}, {"plants": -1}]
)
def test_a_registration_that_makes_no_sense_is_not_sent(changes: dict[str, Any]) -> None:
    good = Registration("PT-700", date(2026, 1, 1), date(2026, 12, 31), TODAY)
    with pytest.raises(BadInput, match="Nothing was sent"):
        replace(good, **changes)


# ---- places


def test_units_locations_and_items(bench: MetrcBench) -> None:
    places = PlacesDesk(desk(bench), bench.clock, LONG_AGO)
    units, locations, items = places.units(), places.locations(), places.items()
    assert isinstance(units, tuple)
    assert {each.name for each in units if each.known} >= {"Each", "Grams", "Ounces", "Pounds"}
    assert isinstance(locations, tuple)
    assert {each.name for each in locations if each.for_packages} == {"Sales Floor", "Vault"}
    assert isinstance(items, tuple)
    assert {each.name for each in items} == {"Sample Flower", "Sample Gummies", "Sample Vape"}
    bench.sandbox.server.service.change_settings({"window_max_hours": 24})
    assert places.locations() == locations


# ---- whatever the service does


READS: dict[str, tuple[str, Callable[[MetrcBench], object]]] = {
    "reasons": ("/packages/v2/adjust/reasons", lambda bench: PackageDesk(desk(bench)).reasons()),
    "package": ("/packages/v2/*", lambda bench: PackageDesk(desk(bench)).package(FLOWER)),
    "incoming": ("/transfers/*", lambda bench: TransferDesk(desk(bench), bench.clock).incoming(LONG_AGO)),
    "packages of a delivery": ("/transfers/*", lambda bench: TransferDesk(desk(bench), bench.clock).packages(77)),
    "results": ("/labtests/*", lambda bench: LabDesk(desk(bench)).results(1)),
    "employees": ("/employees/v2", lambda bench: StaffDesk(desk(bench)).employees()),
    "permissions": (
        "/employees/v2/permissions",
        lambda bench: StaffDesk(desk(bench)).permissions(Employee("", "EMP-1", False, None)),
    ),
    "caregiver": ("/caregivers/*", lambda bench: PeopleDesk(desk(bench)).caregiver("CG-001")),
    "members": ("/patients/*", lambda bench: PeopleDesk(desk(bench)).members()),
    "units": ("/unitsofmeasure/*", lambda bench: PlacesDesk(desk(bench), bench.clock, LONG_AGO).units()),
    "locations": ("/locations/*", lambda bench: PlacesDesk(desk(bench), bench.clock, LONG_AGO).locations()),
}  # fmt: skip


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("do", ["500", "503-html", "drop-before", "400-object", "empty-200", "429"])
def test_a_read_that_breaks_off_is_no_empty_answer(bench: MetrcBench, name: str, do: str) -> None:
    path, read = READS[name]
    bench.faults({"match": f"GET {path}", "do": do, "seconds": 3_000})
    said = read(bench)
    assert isinstance(said, CouldNotAsk), said
    assert said.reach is ServiceReach.AWAY
    assert "Nothing was changed" in said.sentence


@pytest.mark.parametrize("name", READS)
def test_a_refused_key_is_told_as_one(bench: MetrcBench, name: str) -> None:
    bench.faults({"match": "* *", "do": "revoke-key"})
    said = READS[name][1](bench)
    assert isinstance(said, CouldNotAsk)
    assert said.reach is ServiceReach.REFUSED_KEY
