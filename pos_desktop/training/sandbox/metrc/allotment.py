"""Patients' status and purchases, in ounces of flower (contract section 7).

Every sale counts in the flower figures: an item with `flower_equivalent_grams` by that many grams per unit of
the package, else a weight by itself, else a count by the unit weight of the item or of the line, else nothing.
A window of N days holds the facility-local days from today back to N - 1 days ago.
"""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from pos_desktop.training.sandbox.clock import local_date
from pos_desktop.training.sandbox.jsonio import JsonObject, decode
from pos_desktop.training.sandbox.metrc.call import Facility
from pos_desktop.training.sandbox.metrc.packages import Package
from pos_desktop.training.sandbox.metrc.units import OUNCE_G, convert, decimal, grams, ounces
from pos_desktop.training.sandbox.store import Connection

# Decimals of the grams in any quantity of four decimals in ounces.
EXACT = 13
_CLASSES = ("Flower", "Thc", "Concentrate", "Infused")


def counted_grams(package: Package, quantity: Decimal, unit: str, line: JsonObject) -> Decimal:
    """Grams of flower that a line takes from the allotment, exactly."""
    equivalent = package.item_extra.get("flower_equivalent_grams")
    if equivalent is not None:
        return Decimal(equivalent) * (convert(quantity, unit, package.unit) or Decimal(0))
    mass = grams(quantity, unit)
    if mass is None:
        mass = Fraction(quantity) * (_unit_weight(package.item, "Name") or _unit_weight(line, ""))
    return decimal(mass, EXACT)


def is_active(active: int, expires: str | None, day: str) -> bool:
    """Whether the registration stands on that local day; a card is good through its last day."""
    return bool(active) and (expires is None or expires >= day)


def status_rows(db: Connection, number: str, facility: Facility, now: int) -> list[JsonObject] | None:
    """The rows of a patient, one a period; None for an unknown number."""
    row = db.execute(
        "SELECT active, expires, document, periods FROM patient WHERE number = ?", (number,)
    ).fetchone()
    if row is None:
        return None
    today = local_date(now, facility.zone)
    document: JsonObject = decode(row[2])
    head = {
        "PatientLicenseNumber": number,
        "IdentificationMethod": document["IdentificationMethod"],
        "RegistrationNumber": document["RegistrationNumber"],
        "Active": is_active(row[0], row[1], today.isoformat()),
    }
    tail = {
        "PatientLicenseExpirationDate": row[1],
        "PatientRegistrationStartDate": document["PatientRegistrationStartDate"],
    }
    periods = decode(row[3]) or facility.extra["periods"]
    return [{**head, **_figures(db, number, period, today), **tail} for period in periods]


def over_allotment(
    db: Connection, number: str, facility: Facility, day: str, mass_g: Decimal
) -> JsonObject | None:
    """The first period that a further purchase on that day would exceed."""
    row = db.execute("SELECT periods FROM patient WHERE number = ?", (number,)).fetchone()
    for period in (row and decode(row[0])) or facility.extra["periods"]:
        allowed = Fraction(Decimal(period["flower_ounces"]))
        bought = _bought_g(db, number, int(period["days"]), date.fromisoformat(day)) + Fraction(mass_g)
        if bought > allowed * OUNCE_G:
            return dict(period)
    return None


def _figures(db: Connection, number: str, period: JsonObject, today: date) -> JsonObject:
    allowed = {name: Decimal(period.get(f"{name.lower()}_ounces", 0)) for name in _CLASSES}
    bought = dict.fromkeys(_CLASSES, Decimal(0))
    bought["Flower"] = ounces(_bought_g(db, number, int(period["days"]), today))
    left = {name: max(Decimal(0), allowed[name] - bought[name]) for name in _CLASSES}
    return {
        **{f"{name}OuncesAllowed": allowed[name] for name in _CLASSES},
        **{f"{name}OuncesPurchased": bought[name] for name in _CLASSES},
        **{f"{name}OuncesAvailable": left[name] for name in _CLASSES},
        "PurchaseAmountDays": Decimal(period["days"]),
    }


def _bought_g(db: Connection, number: str, days: int, last: date) -> Fraction:
    first = last - timedelta(days=days - 1)
    rows = db.execute(
        "SELECT grams FROM purchase WHERE patient = ? AND day BETWEEN ? AND ?",
        (number, first.isoformat(), last.isoformat()),
    ).fetchall()
    return sum((Fraction(row[0]) for row in rows), Fraction(0))


def _unit_weight(source: JsonObject, suffix: str) -> Fraction:
    weight, unit = source.get("UnitWeight"), source.get(f"UnitWeightUnitOfMeasure{suffix}")
    if weight is None or unit is None:
        return Fraction(0)
    return grams(Decimal(weight), unit) or Fraction(0)
