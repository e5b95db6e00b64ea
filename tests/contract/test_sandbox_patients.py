"""Status and allotment, caregivers, members, check-ins, employees: contract sections 6.2, 7 and 17.10."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.training.sandbox.clock import DAY_US, SECOND_US
from tests.fixtures.sandbox import (
    FLAGS,
    FLOWER,
    LICENSE,
    NOON,
    OTHER_LICENSE,
    Sandbox,
    facility,
    line,
    receipt,
    running,
    seed_document,
)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path) as started:
        yield started


@pytest.fixture
def members(tmp_path: Path) -> Iterator[Sandbox]:
    flags = f"{FLAGS} CanHaveMemberPatients CanReportPatientCheckIns"
    others = seed_document()["facilities"][1:]
    with running(tmp_path, seed_document(facilities=[facility(LICENSE, flags), *others])) as started:
        yield started


def status(sandbox: Sandbox, patient: str = "PT-001") -> list[dict[str, Any]]:
    return list(sandbox.metrc.get(f"/patients/v2/statuses/{patient}").json)


def bought(sandbox: Sandbox, patient: str = "PT-001") -> list[Decimal]:
    return [row["FlowerOuncesPurchased"] for row in status(sandbox, patient)]


def sell(sandbox: Sandbox, ounces: str, patient: str = "PT-001") -> int:
    sold = receipt(line(FLOWER, ounces, "Ounces", "100"), PatientLicenseNumber=patient)
    return int(sandbox.metrc.post("/sales/v2/receipts", [sold]).json["Ids"][0])


def test_a_patient_has_one_row_a_period(sandbox: Sandbox) -> None:
    day, month = status(sandbox)

    assert day == {
        "PatientLicenseNumber": "PT-001", "IdentificationMethod": None, "RegistrationNumber": None, "Active": True,
        "FlowerOuncesAllowed": Decimal("2.5"), "ThcOuncesAllowed": 0, "ConcentrateOuncesAllowed": 0,
        "InfusedOuncesAllowed": 0, "FlowerOuncesPurchased": 0, "ThcOuncesPurchased": 0,
        "ConcentrateOuncesPurchased": 0, "InfusedOuncesPurchased": 0, "FlowerOuncesAvailable": Decimal("2.5"),
        "ThcOuncesAvailable": 0, "ConcentrateOuncesAvailable": 0, "InfusedOuncesAvailable": 0,
        "PurchaseAmountDays": 1, "PatientLicenseExpirationDate": "2027-03-31",
        "PatientRegistrationStartDate": "2025-04-01",
    }  # fmt: skip
    assert (month["PurchaseAmountDays"], month["FlowerOuncesAllowed"]) == (30, 10)


def test_ounces_are_written_with_decimals(sandbox: Sandbox) -> None:
    body = sandbox.metrc.get("/patients/v2/statuses/PT-001").body

    assert b'"PurchaseAmountDays":30.0' in body
    assert b'"FlowerOuncesAllowed":10.0' in body


@pytest.mark.parametrize("patient", ["PT-002", "PT-003"])
def test_a_revoked_and_an_expired_patient_are_not_active(sandbox: Sandbox, patient: str) -> None:
    assert {row["Active"] for row in status(sandbox, patient)} == {False}


def test_a_card_is_good_through_its_last_day_at_the_facility(sandbox: Sandbox) -> None:
    sandbox.server.move_clock(NOON - DAY_US // 2 - SECOND_US, running=False)
    assert status(sandbox, "PT-003")[0]["Active"] is True
    sandbox.server.service.forget_cache()
    sandbox.server.move_clock(NOON - DAY_US // 2, running=False)
    assert status(sandbox, "PT-003")[0]["Active"] is False


def test_an_unknown_patient_is_an_empty_list_unless_switched(sandbox: Sandbox) -> None:
    assert status(sandbox, "PT-999") == []
    for code in (401, 404):
        sandbox.control.put("/__sandbox/settings", {"unknown_patient": code})
        assert sandbox.metrc.get("/patients/v2/statuses/PT-999").status == code


def test_a_status_is_as_old_as_its_cache(sandbox: Sandbox) -> None:
    assert bought(sandbox) == [0, 0]
    sell(sandbox, "1")

    assert bought(sandbox) == [0, 0]
    sandbox.server.move_clock(NOON + 60 * SECOND_US - 1, running=False)
    assert bought(sandbox) == [0, 0]
    sandbox.server.move_clock(NOON + 60 * SECOND_US, running=False)
    assert bought(sandbox) == [1, 1]


def test_the_cache_can_be_switched_off(sandbox: Sandbox) -> None:
    sandbox.control.put("/__sandbox/settings", {"status_cache_seconds": 0})
    assert bought(sandbox) == [0, 0]
    sell(sandbox, "1")
    assert bought(sandbox) == [1, 1]


def test_the_cache_of_one_patient_is_not_anothers(sandbox: Sandbox) -> None:
    assert bought(sandbox, "PT-001") == [0, 0]
    assert bought(sandbox, "PT-004") == [0, Decimal("9.5")]


def test_nothing_is_available_below_zero(sandbox: Sandbox) -> None:
    sell(sandbox, "2.6", "PT-004")

    assert [row["FlowerOuncesAvailable"] for row in status(sandbox, "PT-004")] == [0, 0]
    assert bought(sandbox, "PT-004") == [Decimal("2.6"), Decimal("12.1")]


@pytest.mark.parametrize(("days", "expected"), [(0, [1, 1]), (1, [0, 1]), (29, [0, 1]), (30, [0, 0])])
def test_a_purchase_leaves_its_windows_with_the_local_day(
    sandbox: Sandbox, days: int, expected: list[int]
) -> None:
    sell(sandbox, "1")
    midnight = NOON - DAY_US // 2

    sandbox.server.move_clock(midnight + days * DAY_US, running=False)
    assert bought(sandbox) == expected
    sandbox.server.service.forget_cache()
    sandbox.server.move_clock(midnight + (days + 1) * DAY_US - 1, running=False)
    assert bought(sandbox) == expected


def test_purchases_of_all_dispensaries_count(sandbox: Sandbox) -> None:
    sell(sandbox, "1")

    rows = sandbox.metrc.get("/patients/v2/statuses/PT-001", licenseNumber=OTHER_LICENSE).json
    assert rows[0]["FlowerOuncesPurchased"] == 1


def test_periods_can_be_set_by_facility_and_by_patient(tmp_path: Path) -> None:
    document = seed_document(
        periods=[{"days": 14, "flower_ounces": "2.5"}],
        patients=[
            {"number": "PT-001"},
            {"number": "PT-002", "periods": [{"days": 7, "flower_ounces": 4, "thc_ounces": "0.8"}]},
        ],
    )
    with running(tmp_path, document) as sandbox:
        assert [row["PurchaseAmountDays"] for row in status(sandbox)] == [14]
        [own] = status(sandbox, "PT-002")

    assert (own["PurchaseAmountDays"], own["FlowerOuncesAllowed"], own["ThcOuncesAvailable"]) == (
        7,
        4,
        Decimal("0.8"),
    )


def test_a_caregiver_shows_the_patients(sandbox: Sandbox) -> None:
    get = sandbox.metrc.get
    expected = {"CaregiverLicenseNumber": "CG-001", "Active": True, "Patients": ["PT-001"]}

    assert get("/caregivers/v2/status/CG-001").json == expected
    assert get("/caregivers/v2/status/CG-002").json["Active"] is False
    assert get("/caregivers/v2/status/CG-999").status == 404


def test_a_caregivers_sale_counts_for_the_patient(sandbox: Sandbox) -> None:
    sold = receipt(
        line(FLOWER, "1", "Ounces", "90"), SalesCustomerType="Caregiver", CaregiverLicenseNumber="CG-001"
    )

    assert sandbox.metrc.post("/sales/v2/receipts", [sold]).status == 200
    assert bought(sandbox) == [1, 1]


def member(**changes: Any) -> dict[str, Any]:
    return {
        "LicenseNumber": "PT-100", "LicenseEffectiveStartDate": "2026-01-01", "LicenseEffectiveEndDate": "2026-12-31",
        "RecommendedPlants": 0, "RecommendedSmokableQuantity": Decimal("2.5"), "HasSalesLimitExemption": False,
        "ActualDate": "2026-04-08", **changes,
    }  # fmt: skip


def test_a_member_is_known_to_the_state_from_then_on(members: Sandbox) -> None:
    [number] = members.metrc.post("/patients/v2", [member()]).json["Ids"]

    shown = members.metrc.get(f"/patients/v2/{number}").json
    assert (shown["PatientId"], shown["LicenseNumber"]) == (number, "PT-100")
    assert members.metrc.get("/patients/v2/active").json["Total"] == 1
    assert status(members, "PT-100")[0]["Active"] is True
    assert members.metrc.post("/patients/v2", [member()]).status == 400


def test_a_member_is_changed_and_removed_with_empty_answers(members: Sandbox) -> None:
    [number] = members.metrc.post("/patients/v2", [member()]).json["Ids"]

    renamed = member(NewLicenseNumber="PT-101", RecommendedPlants=3)
    assert members.metrc.put("/patients/v2", [renamed]).body == b""
    shown = members.metrc.get(f"/patients/v2/{number}").json
    assert (shown["LicenseNumber"], shown["RecommendedPlants"]) == ("PT-101", 3)
    assert status(members, "PT-101") != []
    assert members.metrc.put("/patients/v2", [member(LicenseNumber="PT-999")]).status == 400
    assert members.metrc.delete(f"/patients/v2/{number}").body == b""
    assert members.metrc.get(f"/patients/v2/{number}").status == 404


@pytest.mark.parametrize(
    "name", ["LicenseNumber", "LicenseEffectiveEndDate", "RecommendedPlants", "ActualDate"]
)
def test_a_member_without_a_needed_member_is_refused(members: Sandbox, name: str) -> None:
    assert members.metrc.post("/patients/v2", [member(**{name: None})]).status == 400


def test_members_and_check_ins_need_their_flags(sandbox: Sandbox) -> None:
    assert sandbox.metrc.get("/patients/v2/active").status == 401
    assert sandbox.metrc.post("/patients/v2", [member()]).status == 401
    assert sandbox.metrc.get("/patient-checkins/v2").status == 401


def test_check_ins_answer_every_write_with_an_empty_body(members: Sandbox) -> None:
    metrc = members.metrc
    visit = {
        "PatientLicenseNumber": "PT-001", "CheckInLocationId": 1, "RegistrationStartDate": "2026-01-01",
        "RegistrationExpiryDate": "2026-12-31", "CheckInDate": "2026-04-08",
    }  # fmt: skip

    added = metrc.post("/patient-checkins/v2", [visit])
    assert (added.status, added.body) == (200, b"")
    [shown] = metrc.get(
        "/patient-checkins/v2", checkinDateStart="2026-04-08", checkinDateEnd="2026-04-08"
    ).json["Data"]
    assert shown["CheckInLocationName"] == metrc.get("/patient-checkins/v2/locations").json[0]["Name"]
    assert metrc.get("/patient-checkins/v2", checkinDateStart="2026-04-09").json["Data"] == []
    assert (
        metrc.put("/patient-checkins/v2", [visit | {"Id": shown["Id"], "CheckInLocationId": 2}]).body == b""
    )
    assert metrc.put("/patient-checkins/v2", [visit | {"Id": 999}]).status == 404
    assert metrc.post("/patient-checkins/v2", [visit | {"CheckInLocationId": 9}]).status == 400
    assert metrc.delete(f"/patient-checkins/v2/{shown['Id']}").body == b""
    assert metrc.get("/patient-checkins/v2").json["Data"] == []


def test_employees_and_their_permissions(sandbox: Sandbox) -> None:
    [employee] = sandbox.metrc.get("/employees/v2").json["Data"]

    assert employee["FullName"] == "Sample Budtender 1"
    path = "/employees/v2/permissions"
    assert sandbox.metrc.get(path, employeeLicenseNumber="EMP-1").json == ["view packages"]
    assert sandbox.metrc.get(path, employeeLicenseNumber="EMP-9").status == 404
    assert sandbox.metrc.get(path).status == 400
