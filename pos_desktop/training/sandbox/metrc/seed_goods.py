"""Locations, items, packages and incoming transfers of a seed."""

import re
from decimal import Decimal

from pos_desktop.training.sandbox.clock import local_date, odt
from pos_desktop.training.sandbox.jsonio import JsonObject, number
from pos_desktop.training.sandbox.metrc import records, shapes
from pos_desktop.training.sandbox.metrc.packages import place_of
from pos_desktop.training.sandbox.metrc.seeding import Seeding, instant, over, pascal, text
from pos_desktop.training.sandbox.metrc.units import KIND

_TAG = re.compile(r"[0-9A-Z]{24}")


def location(seeding: Seeding, row: JsonObject) -> None:
    _record(seeding, "location", row, shapes.LOCATION)


def category(seeding: Seeding, row: JsonObject) -> None:
    _record(seeding, "category", row, shapes.CATEGORY)


def item(seeding: Seeding, row: JsonObject) -> None:
    if row["UnitOfMeasureName"] not in KIND:
        raise ValueError(f"the unit {row['UnitOfMeasureName']} is unknown")
    extra = {}
    if row.get("flower_equivalent_grams") is not None:
        extra["flower_equivalent_grams"] = Decimal(row["flower_equivalent_grams"])
    _record(seeding, "item", {"QuantityType": KIND[row["UnitOfMeasureName"]], **row}, shapes.ITEM, extra)


def package(seeding: Seeding, row: JsonObject) -> None:
    label, license_number = row["Label"].upper(), row["license"]
    if not _TAG.fullmatch(label):
        raise ValueError(f"the label {label} has not 24 letters and digits")
    of = records.find(seeding.db, "item", license_number, row["item"])
    if of is None:
        raise ValueError(f"the item {row['item']} is not in the seed")
    unit = row.get("UnitOfMeasureName") or of[0]["UnitOfMeasureName"]
    if KIND.get(unit) != of[0]["QuantityType"]:
        raise ValueError(f"the unit {unit} does not fit the item {row['item']}")
    modified = instant(row, seeding.modified)
    document = _package_document(seeding, row, modified)
    identity = seeding.db.execute(
        """INSERT INTO package (license, label, item, place, quantity, unit, modified, document)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (label) DO UPDATE SET license = excluded.license,
        item = excluded.item, place = excluded.place, quantity = excluded.quantity, unit = excluded.unit,
        modified = excluded.modified, document = excluded.document RETURNING id""",
        (
            license_number, label, of[0]["Id"], place_of(document), number(Decimal(row["Quantity"])), unit, modified,
            text(document),
        ),
    ).fetchone()[0]  # fmt: skip
    _lab_results(seeding, identity, label, of[0], row.get("lab_results", []))


def transfer(seeding: Seeding, row: JsonObject) -> None:
    """Incoming only. Its packages are not packages of the facility until a person accepts them."""
    seeding.zone(row["license"])
    modified = instant(row, seeding.modified)
    packages = [over(shapes.DELIVERY_PACKAGE, each, "packages of transfers") for each in row["packages"]]
    given = {
        "RecipientFacilityLicenseNumber": row["license"],
        "CreatedDateTime": odt(modified),
        "PackageCount": len(packages),
        "DeliveryPackageCount": len(packages),
        **row,
    }
    document = over(shapes.TRANSFER, pascal(given), "transfers")
    name = f"delivery {int(row['DeliveryId'])}"
    records.add(seeding.db, "transfer", row["license"], name, modified, document, {"packages": packages})


def _record(
    seeding: Seeding, kind: str, row: JsonObject, shape: JsonObject, extra: JsonObject | None = None
) -> None:
    seeding.zone(row["license"])
    records.add(
        seeding.db, kind, row["license"], row["Name"], instant(row, seeding.modified),
        over(shape, pascal(row, "Id"), kind), extra, active=row.get("active", True),
    )  # fmt: skip


def _package_document(seeding: Seeding, row: JsonObject, modified: int) -> JsonObject:
    """The members that do not change with a sale, the sandbox's own `in_transit` among them."""
    given = pascal(row, "Label", "Quantity", "UnitOfMeasureName")
    packaged = local_date(modified // 10, seeding.zone(row["license"])).isoformat()
    document = over(shapes.PACKAGE, {"PackagedDate": packaged, **given}, "packages")
    document["in_transit"] = row.get("in_transit", False)
    document["OriginalPackageQuantity"] = Decimal(given.get("OriginalPackageQuantity") or row["Quantity"])
    if row.get("location"):
        place = records.find(seeding.db, "location", row["license"], row["location"])
        if place is None:
            raise ValueError(f"the location {row['location']} is not in the seed")
        names = {"LocationId": "Id", "LocationName": "Name", "LocationTypeName": "LocationTypeName"}
        document |= {member: place[0][name] for member, name in names.items()}
    return document


def _lab_results(
    seeding: Seeding, package_id: int, label: str, of: JsonObject, rows: list[JsonObject]
) -> None:
    head = {
        "PackageId": package_id,
        "LabTestResultId": package_id,
        "SourcePackageLabel": label,
        "ProductName": of["Name"],
        "ProductCategoryName": of["ProductCategoryName"],
    }
    records.remove(seeding.db, "lab_result", str(package_id))
    for n, row in enumerate(rows):
        document = over(shapes.LAB_RESULT, head | row, "lab results")
        records.add(seeding.db, "lab_result", str(package_id), str(n), seeding.modified, document)
