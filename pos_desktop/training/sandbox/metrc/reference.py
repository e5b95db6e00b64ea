"""What a dispensary only reads: facilities, items, units, locations, transfers, lab results, lists of words."""

from base64 import b64encode

from pos_desktop.training.sandbox.http import Answer, Refusal
from pos_desktop.training.sandbox.jsonio import JsonObject, decode
from pos_desktop.training.sandbox.metrc import records
from pos_desktop.training.sandbox.metrc.call import Call, Facility, own
from pos_desktop.training.sandbox.metrc.listing import listed_values
from pos_desktop.training.sandbox.metrc.receipt_rules import CUSTOMER_FLAGS, REGISTRATION_LOCATIONS
from pos_desktop.training.sandbox.metrc.shapes import DELIVERY_SHARED
from pos_desktop.training.sandbox.metrc.units import UNITS

LAB_STATES = (
    "NotSubmitted", "SubmittedForTesting", "TestFailed", "TestPassed", "TestingInProgress", "AwaitingConfirmation",
    "RetestFailed", "RetestPassed", "Remediated", "SelectedForRandomTesting", "NotRequired", "ProcessValidated",
    "Decontaminated", "RandDCompleted",
)  # fmt: skip
PACKAGE_TYPES = ("Product", "ImmaturePlant", "VegetativePlant", "PlantWaste", "HarvestWaste", "MotherPlant")
SHIPMENT_STATES = ("Shipped", "Rejected", "Accepted", "Returned")
_WHOLESALE = ("PackageId", "PackageLabel", "ShipperWholesalePrice", "ReceiverWholesalePrice")


def facilities(call: Call) -> Answer:
    """The facilities of the calling user; also the credential test."""
    return Answer.json([facility.document for facility in _facilities(call)])


def items(call: Call) -> Answer:
    return records.windowed(call, "item")


def inactive_items(call: Call) -> Answer:
    return records.windowed(call, "item", active=False)


def item(call: Call) -> Answer:
    return Answer.json(records.by_id(call, "item", call.whole("id")))


def categories(call: Call) -> Answer:
    rows = records.all_of(call.db, "category", [call.facility.license])
    return listed_values(call, [{name: row[name] for name in row if name != "Id"} for row in rows])


def units(_: Call) -> Answer:
    rows = [{"QuantityType": kind, "Name": name, "Abbreviation": short} for kind, name, short in UNITS]
    return Answer.json(rows)


def nothing(_: Call) -> Answer:
    return Answer.json([])


def no_rows(call: Call) -> Answer:
    return listed_values(call, [])


def locations(call: Call) -> Answer:
    return records.windowed(call, "location")


def inactive_locations(call: Call) -> Answer:
    return records.windowed(call, "location", active=False)


def location(call: Call) -> Answer:
    return Answer.json(records.by_id(call, "location", call.whole("id")))


def location_types(call: Call) -> Answer:
    flags = {"ForPlantBatches": False, "ForPlants": False, "ForHarvests": False, "ForPackages": True}
    return listed_values(call, [{"Id": 1, "Name": "Default", **flags}])


def package_types(_: Call) -> Answer:
    return Answer.json(PACKAGE_TYPES)


def customer_types(call: Call) -> Answer:
    """The kinds of customer that any facility of the user may sell to."""
    stores = _facilities(call)
    allowed = [kind for kind, flag in CUSTOMER_FLAGS.items() if any(store.allows(flag) for store in stores)]
    return Answer.json(allowed)


def registration_locations(_: Call) -> Answer:
    return Answer.json([{"Id": number, "Name": name} for number, name in REGISTRATION_LOCATIONS.items()])


def counties(call: Call) -> Answer:
    return listed_values(call, [{"Id": 1, "Name": "Sample County"}])


def payment_types(_: Call) -> Answer:
    return Answer.json(["Cash", "Debit"])


def incoming(call: Call) -> Answer:
    return records.windowed(call, "transfer")


def deliveries(call: Call) -> Answer:
    transfer = records.by_id(call, "transfer", call.whole("id"))
    delivery = {name: transfer[name] for name in DELIVERY_SHARED}
    rest = dict.fromkeys(("GrossWeight", "GrossUnitOfWeightId", "GrossUnitOfWeightName", "PlannedRoute"))
    return listed_values(
        call,
        [
            {
                "Id": transfer["DeliveryId"],
                **delivery,
                **rest,
                "DeliveryNumber": 0,
                "RejectedPackagesReturned": False,
                "PDFDocumentFileSystemId": None,
            }
        ],
    )


def delivery_packages(call: Call) -> Answer:
    rows = _delivered(call)
    return listed_values(
        call, [{name: row[name] for name in row if name not in ("Id", *_WHOLESALE[2:])} for row in rows]
    )


def delivery_wholesale(call: Call) -> Answer:
    return listed_values(call, [{name: row[name] for name in _WHOLESALE} for row in _delivered(call)])


def shipment_states(_: Call) -> Answer:
    return Answer.json(SHIPMENT_STATES)


def lab_results(call: Call) -> Answer:
    """One row a test of the package whose *id* is named; of another license 401."""
    text = call.parameter("packageId") or ""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Refusal.message(400, "The parameter packageId must be a whole number.")
    row = call.db.execute("SELECT license FROM package WHERE id = ?", (int(text),)).fetchone()
    own(call, row and row[0])
    rows = records.all_of(call.db, "lab_result", [text])
    return listed_values(call, [{name: each[name] for name in each if name != "Id"} for each in rows])


def lab_document(call: Call) -> Answer:
    """The certificate as base64 in an object; its form is not published (contract section 13)."""
    number = call.whole("id")
    owners = call.db.execute(
        "SELECT p.license FROM record r JOIN package p ON CAST(p.id AS TEXT) = r.license WHERE r.kind = 'lab_result' "
        "AND json_extract(r.document, '$.LabTestResultDocumentFileId') = ?",
        (number,),
    ).fetchall()
    own(call, next((row[0] for row in owners if row[0] in call.licenses), owners[0][0] if owners else None))
    content = b64encode(b"%PDF-1.4 sample certificate").decode()
    name = f"certificate-{number}.pdf"
    return Answer.json({"FileContents": content, "ContentType": "application/pdf", "FileDownloadName": name})


def lab_states(_: Call) -> Answer:
    return Answer.json(LAB_STATES)


def _facilities(call: Call) -> list[Facility]:
    found = (Facility.load(call.db, license_number) for license_number in call.user.licenses)
    return [facility for facility in found if facility is not None]


def _delivered(call: Call) -> list[JsonObject]:
    """Packages of a delivery id, which is not the manifest number; only those of the user's own licenses."""
    delivery = call.arguments["id"]
    row = call.db.execute(
        "SELECT license, extra FROM record WHERE kind = 'transfer' AND name = ?", (f"delivery {delivery}",)
    ).fetchone()
    own(call, row and row[0])
    return list(decode(row[1])["packages"])
