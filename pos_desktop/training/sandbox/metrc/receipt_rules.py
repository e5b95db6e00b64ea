"""Whether a receipt is accepted, and what it takes from packages and allotment (contract section 17.6)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from pos_desktop.training.sandbox.clock import SECOND_US, local_instant_us
from pos_desktop.training.sandbox.jsonio import JsonObject, decode
from pos_desktop.training.sandbox.metrc.allotment import counted_grams, is_active, over_allotment
from pos_desktop.training.sandbox.metrc.call import Call
from pos_desktop.training.sandbox.metrc.packages import Package
from pos_desktop.training.sandbox.metrc.units import KIND, WEIGHT, convert

FUTURE_US = 300 * SECOND_US
_TAG = re.compile(r"[0-9A-Za-z]{24}")

# Customer type -> the facility flag that allows it (contract sections 6.1 and 8.1).
CUSTOMER_FLAGS = {
    "Consumer": "CanSellToConsumers",
    "Patient": "CanSellToPatients",
    "Caregiver": "CanSellToCaregivers",
    "ExternalPatient": "CanSellToExternalPatients",
    "NonResidentConsumer": "RetailSalesToNonResidentConsumer",
}

# Where patients of elsewhere are registered, by id (contract section 8.1).
REGISTRATION_LOCATIONS = {1: "Another state"}

# Customer type -> (facility flag, member that it makes needed).
_NEEDS = {
    "Patient": (("SalesRequirePatientNumber", "PatientLicenseNumber"),),
    "Caregiver": (
        ("SalesRequireCaregiverNumber", "CaregiverLicenseNumber"),
        ("SalesRequireCaregiverPatientNumber", "PatientLicenseNumber"),
    ),
    "ExternalPatient": (
        ("SalesRequireExternalPatientNumber", "PatientLicenseNumber"),
        ("SalesRequireExternalPatientIdentificationMethod", "IdentificationMethod"),
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """`taken` is in the package's own unit, `counted_g` in grams of flower."""

    package: Package
    sent: JsonObject
    taken: Decimal
    counted_g: Decimal


@dataclass(slots=True)
class Sale:
    """A checked receipt. `patient` is the registered patient whose allotment it uses, if any."""

    sent: JsonObject
    day: str
    patient: str | None
    lines: list[Line] = field(default_factory=list)

    @property
    def counted_g(self) -> Decimal:
        return sum((line.counted_g for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return sum((line.sent["TotalAmount"] for line in self.lines), Decimal(0))


def examine(call: Call, sent: JsonObject, refuse: Callable[[str], None]) -> Sale:
    """Check one receipt against the stored state and take its quantities in memory; `refuse` hears each fault."""
    day = str(sent["SalesDateTime"])[:10]
    _time(call, sent, refuse)
    _customer(call, sent, refuse)
    sale = Sale(sent, day, _patient(call, sent, day, refuse))
    _caregiver(call, sent, refuse)
    for transaction in sent["Transactions"]:
        line = _line(call, transaction, refuse)
        if line is not None:
            line.package.quantity -= line.taken
            line.package.save(call.db, call.ticks)
            sale.lines.append(line)
    _switches(call, sale, refuse)
    return sale


def _time(call: Call, sent: JsonObject, refuse: Callable[[str], None]) -> None:
    text = str(sent["SalesDateTime"])
    if text.startswith("0001-01-01"):
        refuse("SalesDateTime was not specified.")
    elif local_instant_us(text, call.facility.zone) > call.now + FUTURE_US:
        refuse("SalesDateTime cannot be in the future.")


def _customer(call: Call, sent: JsonObject, refuse: Callable[[str], None]) -> None:
    kind = sent["SalesCustomerType"]
    flag = CUSTOMER_FLAGS.get(kind)
    if flag is None or not call.facility.allows(flag):
        refuse(f"The Sales Customer Type {kind} is not valid for this Facility.")
    place = sent.get("PatientRegistrationLocationId")
    if place is not None and place not in REGISTRATION_LOCATIONS:
        refuse(f"Patient Registration Location {place} is not valid.")
    for need, name in _NEEDS.get(kind, ()):
        if call.facility.allows(need) and not sent.get(name):
            refuse(f"{name} was not specified.")


def _patient(call: Call, sent: JsonObject, day: str, refuse: Callable[[str], None]) -> str | None:
    """The registered patient; an external patient is not in the register and is not looked up."""
    number = sent.get("PatientLicenseNumber")
    if not number or sent["SalesCustomerType"] == "ExternalPatient":
        return None
    row = call.db.execute("SELECT active, expires FROM patient WHERE number = ?", (number,)).fetchone()
    if row is None:
        refuse(f"Patient {number} does not exist.")
        return None
    if not is_active(row[0], row[1], day):
        refuse(f"Patient {number} is not active.")
    return str(number)


def _caregiver(call: Call, sent: JsonObject, refuse: Callable[[str], None]) -> None:
    number, patient = sent.get("CaregiverLicenseNumber"), sent.get("PatientLicenseNumber")
    if not number:
        return
    row = call.db.execute("SELECT active, patients FROM caregiver WHERE number = ?", (number,)).fetchone()
    if row is None:
        refuse(f"Caregiver {number} does not exist.")
    elif not row[0]:
        refuse(f"Caregiver {number} is not active.")
    elif patient and patient not in decode(row[1]):
        refuse(f"Caregiver {number} does not care for Patient {patient}.")


def _line(call: Call, sent: JsonObject, refuse: Callable[[str], None]) -> Line | None:
    label, quantity, unit = str(sent["PackageLabel"]), sent["Quantity"], str(sent["UnitOfMeasure"])
    if sent["TotalAmount"] < 0:
        refuse(f"TotalAmount of package {label} cannot be below zero.")
    if quantity <= 0:
        refuse(f"Quantity of package {label} must be more than zero.")
        return None
    package = _package(call, label, refuse)
    if package is None:
        return None
    for value, of in (
        ("UnitThcContent", "UnitThcContentUnitOfMeasure"),
        ("UnitWeight", "UnitWeightUnitOfMeasure"),
    ):
        if (sent.get(value) is None) != (not sent.get(of)):
            refuse(f"{value} of package {label} needs {of}, and the other way round.")
        elif sent.get(of) and KIND.get(sent[of]) != WEIGHT:
            refuse(f"The unit {sent[of]} of {value} of package {label} is not valid.")
    taken = convert(quantity, unit, package.unit)
    if taken is None:
        refuse(f"The unit {unit} does not fit package {label}, which is measured in {package.unit}.")
        return None
    if taken > package.quantity:
        refuse(f"Package {label} does not hold {quantity} {unit}.")
        return None
    return Line(package, sent, taken, counted_grams(package, quantity, unit, sent))


def _package(call: Call, label: str, refuse: Callable[[str], None]) -> Package | None:
    if not _TAG.fullmatch(label):
        refuse(f"Tag {label} is not valid.")
        return None
    package = Package.by_label(call.db, label)
    if package is None or package.license != call.facility.license:
        refuse(f"Package {label} does not exist in the current Facility.")
        return None
    if package.place != "active":
        refuse(f"Package {label} is not active.")
        return None
    return package


def _switches(call: Call, sale: Sale, refuse: Callable[[str], None]) -> None:
    external = sale.sent.get("ExternalReceiptNumber")
    if (
        call.settings.refuse_duplicate_external
        and external
        and _is_known(call, external, sale.sent.get("Id"))
    ):
        refuse(f"External Receipt Number {external} is already used.")
    if call.settings.refuse_over_allotment and sale.patient:
        period = over_allotment(call.db, sale.patient, call.facility, sale.day, sale.counted_g)
        if period is not None:
            refuse(f"Patient {sale.patient} would exceed the allotment of {period['days']} days.")


def _is_known(call: Call, external: str, own_id: int | None) -> bool:
    row = call.db.execute(
        "SELECT 1 FROM receipt WHERE license = ? AND external = ? AND archived IS NULL AND id IS NOT ?",
        (call.facility.license, external, own_id),
    ).fetchone()
    return row is not None
