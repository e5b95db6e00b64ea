"""Facilities, keys, employees, patients and caregivers of a seed."""

from decimal import Decimal
from fractions import Fraction

from pos_desktop.training.sandbox.clock import local_date
from pos_desktop.training.sandbox.jsonio import JsonObject, number
from pos_desktop.training.sandbox.metrc import records, shapes
from pos_desktop.training.sandbox.metrc.allotment import EXACT
from pos_desktop.training.sandbox.metrc.rights import RIGHTS
from pos_desktop.training.sandbox.metrc.seeding import Seeding, dates, only, over, pascal, text
from pos_desktop.training.sandbox.metrc.units import OUNCE_G, decimal

# The first guess of periods is Michigan's: 2.5 oz a day and 10 oz in 30 days.
_PERIODS: list[JsonObject] = [
    {"days": 1, "flower_ounces": Decimal("2.5")},
    {"days": 30, "flower_ounces": Decimal(10)},
]
# Name of an adjustment reason, and whether it requires a note.
_REASONS = {
    "Drying": False,
    "Entry Error": False,
    "Scale Variance": True,
    "Spoilage": True,
    "Theft": True,
    "Waste (Unusable Product)": True,
}


def facility(seeding: Seeding, row: JsonObject) -> None:
    license_number = row["License"]["Number"]
    local_date(0, row["zone"])
    known = seeding.db.execute("SELECT id FROM facility WHERE license = ?", (license_number,)).fetchone()
    identity = row.get("FacilityId") or (known[0] if known else _next_facility(seeding))
    document = over(shapes.FACILITY, pascal(row, "License", "FacilityType"), "facilities") | {
        "FacilityId": identity,
        "FacilityType": over(shapes.FACILITY_TYPE, row.get("FacilityType", {}), "facility types"),
        "License": over(shapes.LICENSE, row["License"], "licenses"),
    }
    extra = {
        "periods": _periods(row.get("periods") or seeding.periods or _PERIODS),
        "adjust_reasons": [_reason(reason) for reason in row.get("adjust_reasons") or _default_reasons()],
    }
    seeding.db.execute("DELETE FROM facility WHERE license = ?", (license_number,))
    seeding.db.execute(
        "INSERT INTO facility VALUES (?, ?, ?, ?, ?)",
        (identity, license_number, row["zone"], text(document), text(extra)),
    )


def credential(seeding: Seeding, row: JsonObject) -> None:
    only(row, "vendor_key user_key user_name licenses without")
    for right in row.get("without", []):
        if right not in RIGHTS:
            raise ValueError(f"there is no right {right}; there are {', '.join(sorted(RIGHTS))}")
    for license_number in row["licenses"]:
        seeding.zone(license_number)
    seeding.db.execute(
        "INSERT OR REPLACE INTO credential VALUES (?, ?, ?, ?, 0)",
        (row["vendor_key"], row["user_key"], row.get("user_name", "Sample User"), text(row["licenses"])),
    )
    records.remove(seeding.db, "without", row["user_key"])
    for right in row.get("without", []):
        records.add(seeding.db, "without", row["user_key"], right, seeding.modified, {})


def employee(seeding: Seeding, row: JsonObject) -> None:
    seeding.zone(row["license"])
    personal = over(shapes.LICENSE, row.get("License", {}), "licenses")
    document = over(shapes.EMPLOYEE, pascal(row, "License"), "employees") | {"License": personal}
    name = personal["EmployeeLicenseNumber"] or personal["Number"] or row["FullName"]
    extra = {"permissions": row.get("permissions", [])}
    records.add(seeding.db, "employee", row["license"], name, seeding.modified, document, extra)


def patient(seeding: Seeding, row: JsonObject) -> None:
    only(row, "number active expires registered registration_number identification_method periods purchases")
    dates(row, "expires", "registered")
    document = {
        "IdentificationMethod": row.get("identification_method"),
        "RegistrationNumber": row.get("registration_number"),
        "PatientRegistrationStartDate": row.get("registered"),
    }
    periods = _periods(row.get("periods", []))
    seeding.db.execute(
        "INSERT OR REPLACE INTO patient VALUES (?, ?, ?, ?, ?)",
        (row["number"], int(row.get("active", True)), row.get("expires"), text(document), text(periods)),
    )
    seeding.db.execute("DELETE FROM purchase WHERE patient = ? AND receipt IS NULL", (row["number"],))
    for purchase in row.get("purchases", []):
        _purchase(seeding, row["number"], purchase)


def caregiver(seeding: Seeding, row: JsonObject) -> None:
    only(row, "number active patients")
    seeding.db.execute(
        "INSERT OR REPLACE INTO caregiver VALUES (?, ?, ?)",
        (row["number"], int(row.get("active", True)), text(row.get("patients", []))),
    )


def _purchase(seeding: Seeding, number_of: str, row: JsonObject) -> None:
    """An earlier purchase: it counts in the status and is no receipt."""
    only(row, "day grams ounces")
    dates(row, "day")
    mass = Fraction(row["grams"]) if "grams" in row else OUNCE_G * Fraction(row["ounces"])
    seeding.db.execute(
        "INSERT INTO purchase (patient, day, grams) VALUES (?, ?, ?)",
        (number_of, row["day"], number(decimal(mass, EXACT))),
    )


def _next_facility(seeding: Seeding) -> int:
    return int(seeding.db.execute("SELECT coalesce(max(id), 0) + 1 FROM facility").fetchone()[0])


def _periods(periods: list[JsonObject]) -> list[JsonObject]:
    for period in periods:
        only(period, "days flower_ounces thc_ounces concentrate_ounces infused_ounces")
        if int(period["days"]) < 1:
            raise ValueError("a period has at least one day")
    amounts = [{name: Decimal(value) for name, value in period.items()} for period in periods]
    return [amount | {"days": int(amount["days"])} for amount in amounts]


def _default_reasons() -> list[JsonObject]:
    return [{"Name": name, "RequiresNote": needs_note} for name, needs_note in _REASONS.items()]


def _reason(given: JsonObject) -> JsonObject:
    unused = ("RequiresWasteWeight", "RequiresImmatureWasteWeight", "RequiresMatureWasteWeight")
    return over({"Name": "", "RequiresNote": False, **dict.fromkeys(unused, False)}, given, "adjust reasons")
