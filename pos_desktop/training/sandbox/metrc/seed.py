"""Fills the sandbox from one JSON document (format: docs/sandbox.md).

Members in PascalCase are METRC's own and are served as given; members in lower case steer the sandbox.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pos_desktop.training.sandbox.clock import DAY_US, is_date, local_date, odt, parse_instant
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode, number
from pos_desktop.training.sandbox.metrc import records, shapes
from pos_desktop.training.sandbox.metrc.packages import place_of
from pos_desktop.training.sandbox.metrc.schema import TABLES
from pos_desktop.training.sandbox.metrc.service import MetrcService
from pos_desktop.training.sandbox.metrc.units import KIND, grams
from pos_desktop.training.sandbox.store import Connection

_SECTIONS = (
    "facilities", "credentials", "employees", "patients", "caregivers", "locations", "categories", "items",
    "packages", "transfers",
)  # fmt: skip
_OTHER = {"mode", "periods", "settings", "faults", "last_modified"}
# Lower-case members of the rows that are otherwise METRC's.
_OWN_MEMBERS = {
    "license", "zone", "periods", "adjust_reasons", "permissions", "active", "last_modified", "item", "location",
    "in_transit", "lab_results", "flower_equivalent_grams", "packages",
}  # fmt: skip
_TAG = re.compile(r"[0-9A-Z]{24}")
_REASONS = (
    ("Drying", False),
    ("Entry Error", False),
    ("Scale Variance", True),
    ("Spoilage", True),
    ("Theft", True),
    ("Waste (Unusable Product)", True),
)
# The sandbox's first guess of a period, Michigan's: 2.5 oz a day and 10 oz in 30 days.
_PERIODS = (
    {"days": 1, "flower_ounces": Decimal("2.5")},
    {"days": 30, "flower_ounces": Decimal(10)},
)


class BadSeed(ValueError):
    """A sentence about what is wrong in the seed document."""


def seed(service: MetrcService, document: JsonObject) -> dict[str, int]:
    """Store the document's records and return their counts; `mode` "replace" (default) empties the state first.

    All or nothing. Numbers may be `int`, `Decimal` or decimal text, never binary floats.

    Raises:
        BadSeed: A member or reference that does not exist, or a value of the wrong kind.
    """
    unknown = set(document) - {*_SECTIONS, *_OTHER}
    if unknown:
        raise BadSeed(f"The seed has unknown sections: {', '.join(sorted(unknown))}.")
    try:
        plain = decode(encode(document))
    except TypeError as fault:
        raise BadSeed(f"The seed cannot be read: {fault}") from fault
    service.settings.changed(plain.get("settings", {}))
    with service.store.writing() as db:
        counts = _Seeding(db, service, plain).run()
    service.forget_cache()
    service.change_settings(plain.get("settings", {}))
    return counts


class _Seeding:
    def __init__(self, db: Connection, service: MetrcService, document: JsonObject) -> None:
        self._db = db
        self._document = document
        self._now = service.clock.now_us()
        self._ticks = service.next_ticks
        self._modified = self._instant(document, self._now * 10 - 3 * 10 * DAY_US)

    def run(self) -> dict[str, int]:
        if self._document.get("mode", "replace") == "replace":
            for table in TABLES:
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table names
        counts = {}
        for section in _SECTIONS:
            rows = self._document.get(section, [])
            for row in rows:
                self._add(section, row)
            counts[section] = len(rows)
        return counts

    def _add(self, section: str, row: JsonObject) -> None:
        store: Callable[[JsonObject], None] = getattr(self, f"_{section}")
        try:
            store(row)
        except KeyError as fault:
            raise BadSeed(f"An entry of {section} lacks {fault}.") from fault
        except (ValueError, ArithmeticError, TypeError, AttributeError) as fault:
            raise BadSeed(f"An entry of {section} cannot be used: {fault}") from fault

    def _facilities(self, row: JsonObject) -> None:
        number_of = row["License"]["Number"]
        flags = _over(shapes.FACILITY_TYPE, row.get("FacilityType", {}), "FacilityType")
        known = self._db.execute("SELECT id FROM facility WHERE license = ?", (number_of,)).fetchone()
        facility = row.get("FacilityId") or (known and known[0]) or self._next_facility()
        document = _over(shapes.FACILITY, _pascal(row, "License", "FacilityType"), "facilities") | {
            "FacilityId": facility,
            "FacilityType": flags,
            "License": _over(shapes.LICENSE, row["License"], "License"),
        }
        local_date(0, row["zone"])
        extra = {
            "periods": _periods(row.get("periods") or self._document.get("periods") or list(_PERIODS)),
            "adjust_reasons": row.get("adjust_reasons") or [_reason(*reason) for reason in _REASONS],
        }
        self._db.execute("DELETE FROM facility WHERE license = ?", (number_of,))
        self._db.execute(
            "INSERT INTO facility VALUES (?, ?, ?, ?, ?)",
            (facility, number_of, row["zone"], _text(document), _text(extra)),
        )

    def _credentials(self, row: JsonObject) -> None:
        for license_number in row["licenses"]:
            self._zone(license_number)
        self._db.execute(
            "INSERT OR REPLACE INTO credential VALUES (?, ?, ?, ?, 0)",
            (row["vendor_key"], row["user_key"], row.get("user_name", "Sample User"), _text(row["licenses"])),
        )

    def _employees(self, row: JsonObject) -> None:
        self._zone(row["license"])
        personal = _over(shapes.LICENSE, row.get("License", {}), "License")
        document = _over(shapes.EMPLOYEE, _pascal(row, "License"), "employees") | {"License": personal}
        extra = {"permissions": row.get("permissions", [])}
        name = personal["EmployeeLicenseNumber"] or personal["Number"] or row["FullName"]
        records.add(self._db, "employee", row["license"], name, self._modified, document, extra)

    def _patients(self, row: JsonObject) -> None:
        _only(
            row,
            "number active expires registered registration_number identification_method periods purchases",
        )
        _dates(row, "expires", "registered")
        document = {
            "IdentificationMethod": row.get("identification_method"),
            "RegistrationNumber": row.get("registration_number"),
            "PatientRegistrationStartDate": row.get("registered"),
        }
        values = (int(row.get("active", True)), row.get("expires"), _text(document))
        periods = _text(_periods(row.get("periods", [])))
        self._db.execute(
            "INSERT OR REPLACE INTO patient VALUES (?, ?, ?, ?, ?)", (row["number"], *values, periods)
        )
        self._db.execute("DELETE FROM purchase WHERE patient = ? AND receipt IS NULL", (row["number"],))
        for purchase in row.get("purchases", []):
            self._purchase(row["number"], purchase)

    def _purchase(self, patient: str, row: JsonObject) -> None:
        _only(row, "day grams ounces")
        _dates(row, "day")
        mass = Decimal(row["grams"]) if "grams" in row else _ounces_in_grams(Decimal(row["ounces"]))
        self._db.execute(
            "INSERT INTO purchase (patient, day, grams) VALUES (?, ?, ?)", (patient, row["day"], number(mass))
        )

    def _caregivers(self, row: JsonObject) -> None:
        _only(row, "number active patients")
        self._db.execute(
            "INSERT OR REPLACE INTO caregiver VALUES (?, ?, ?)",
            (row["number"], int(row.get("active", True)), _text(row.get("patients", []))),
        )

    def _locations(self, row: JsonObject) -> None:
        self._plain("location", row, shapes.LOCATION)

    def _categories(self, row: JsonObject) -> None:
        self._plain("category", row, shapes.CATEGORY)

    def _items(self, row: JsonObject) -> None:
        if row["UnitOfMeasureName"] not in KIND:
            raise ValueError(f"the unit {row['UnitOfMeasureName']} is unknown")
        given = {"QuantityType": KIND[row["UnitOfMeasureName"]], **row}
        extra = {}
        if row.get("flower_equivalent_grams") is not None:
            extra["flower_equivalent_grams"] = Decimal(row["flower_equivalent_grams"])
        self._plain("item", given, shapes.ITEM, extra)

    def _plain(self, kind: str, row: JsonObject, shape: JsonObject, extra: JsonObject | None = None) -> None:
        self._zone(row["license"])
        records.add(
            self._db, kind, row["license"], row["Name"], self._instant(row, self._modified),
            _over(shape, _pascal(row), kind), extra, active=row.get("active", True),
        )  # fmt: skip

    def _packages(self, row: JsonObject) -> None:
        label, license_number = row["Label"].upper(), row["license"]
        if not _TAG.fullmatch(label):
            raise ValueError(f"the label {label} has not 24 letters and digits")
        item = self._db.execute(
            "SELECT id, document FROM record WHERE kind = 'item' AND license = ? AND name = ?",
            (license_number, row["item"]),
        ).fetchone()
        if item is None:
            raise ValueError(f"the item {row['item']} is not in the seed")
        modified = self._instant(row, self._modified)
        unit = row.get("UnitOfMeasureName") or decode(item[1])["UnitOfMeasureName"]
        if KIND.get(unit) != decode(item[1])["QuantityType"]:
            raise ValueError(f"the unit {unit} does not fit the item {row['item']}")
        document = self._package_document(row, license_number, modified)
        values = (
            license_number, label, item[0], place_of(document), number(Decimal(row["Quantity"])), unit, modified,
            _text(document),
        )  # fmt: skip
        package = self._db.execute(
            """INSERT INTO package (license, label, item, place, quantity, unit, modified, document)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (label) DO UPDATE SET license = excluded.license,
            item = excluded.item, place = excluded.place, quantity = excluded.quantity, unit = excluded.unit,
            modified = excluded.modified, document = excluded.document RETURNING id""",
            values,
        ).fetchone()[0]
        self._lab_results(package, label, item[1], row.get("lab_results", []))

    def _package_document(self, row: JsonObject, license_number: str, modified: int) -> JsonObject:
        given = _pascal(row, "Label", "Quantity", "UnitOfMeasureName")
        packaged = local_date(modified // 10, self._zone(license_number)).isoformat()
        document = _over(shapes.PACKAGE, {"PackagedDate": packaged, **given}, "packages")
        document |= {"in_transit": row.get("in_transit", False)}
        document["OriginalPackageQuantity"] = Decimal(given.get("OriginalPackageQuantity") or row["Quantity"])
        if row.get("location"):
            place = records.find(self._db, "location", license_number, row["location"])
            if place is None:
                raise ValueError(f"the location {row['location']} is not in the seed")
            names = {"LocationId": "Id", "LocationName": "Name", "LocationTypeName": "LocationTypeName"}
            document |= {member: place[0][name] for member, name in names.items()}
        return document

    def _lab_results(self, package: int, label: str, item: str, rows: list[JsonObject]) -> None:
        shown = decode(item)
        head = {
            "PackageId": package,
            "SourcePackageLabel": label,
            "ProductName": shown["Name"],
            "ProductCategoryName": shown["ProductCategoryName"],
            "LabTestResultId": package,
        }
        records.remove(self._db, "lab_result", str(package))
        for n, row in enumerate(rows):
            document = _over(shapes.LAB_RESULT, head | row, "lab_results")
            records.add(self._db, "lab_result", str(package), str(n), self._modified, document)

    def _transfers(self, row: JsonObject) -> None:
        """Incoming only. Packages of a transfer are not packages of the facility until a person accepts them."""
        self._zone(row["license"])
        delivery = int(row["DeliveryId"])
        packages = [_over(shapes.DELIVERY_PACKAGE, each, "packages of transfers") for each in row["packages"]]
        modified = self._instant(row, self._modified)
        counts = dict.fromkeys(("PackageCount", "DeliveryPackageCount"), len(packages))
        given = {
            "RecipientFacilityLicenseNumber": row["license"], "CreatedDateTime": odt(modified), **counts, **row,
        }  # fmt: skip
        document = _over(shapes.TRANSFER | {"CreatedDateTime": ""}, _pascal(given), "transfers")
        extra = {"packages": packages}
        records.add(self._db, "transfer", row["license"], f"delivery {delivery}", modified, document, extra)

    def _zone(self, license_number: str) -> str:
        row = self._db.execute("SELECT zone FROM facility WHERE license = ?", (license_number,)).fetchone()
        if row is None:
            raise ValueError(f"the license {license_number} is not among the facilities")
        return str(row[0])

    def _next_facility(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM facility").fetchone()[0])

    def _instant(self, row: JsonObject, default: int) -> int:
        text = row.get("last_modified")
        if text is None:
            return default
        ticks = parse_instant(text)
        if ticks is None:
            raise BadSeed(f"The seed's last_modified {text} is not a time with Z or an offset.")
        return ticks


def _over(shape: JsonObject, given: JsonObject, where: str) -> JsonObject:
    """The shape with the given members; a member that the service does not have is a slip of the pen."""
    unknown = set(given) - set(shape)
    if unknown:
        raise ValueError(f"{where} have no {', '.join(sorted(unknown))}")
    return {**shape, **given}


def _pascal(row: JsonObject, *without: str) -> JsonObject:
    """METRC's own members of a row, after a check of the sandbox's members."""
    unknown = {name for name in row if not name[:1].isupper()} - _OWN_MEMBERS
    if unknown:
        raise ValueError(f"there is no {', '.join(sorted(unknown))}")
    return {name: row[name] for name in row if name[:1].isupper() and name not in without}


def _only(row: JsonObject, names: str) -> None:
    unknown = set(row) - set(names.split())
    if unknown:
        raise ValueError(f"there is no {', '.join(sorted(unknown))}")


def _dates(row: JsonObject, *names: str) -> None:
    for name in names:
        if row.get(name) is not None and not is_date(row[name]):
            raise ValueError(f"{name} {row[name]} is not a date YYYY-MM-DD")


def _periods(periods: list[JsonObject]) -> list[JsonObject]:
    for period in periods:
        _only(period, "days flower_ounces thc_ounces concentrate_ounces infused_ounces")
        if int(period["days"]) < 1:
            raise ValueError("a period has at least one day")
    amounts = [{name: Decimal(value) for name, value in period.items()} for period in periods]
    return [amount | {"days": int(amount["days"])} for amount in amounts]


def _ounces_in_grams(amount: Decimal) -> Decimal:
    mass = grams(amount, "Ounces")
    return Decimal(0) if mass is None else Decimal(mass.numerator) / Decimal(mass.denominator)


def _reason(name: str, needs_note: bool) -> JsonObject:
    unused = ("RequiresWasteWeight", "RequiresImmatureWasteWeight", "RequiresMatureWasteWeight")
    return {"Name": name, "RequiresNote": needs_note, **dict.fromkeys(unused, False)}


def _text(value: Any) -> str:
    return encode(value).decode()
