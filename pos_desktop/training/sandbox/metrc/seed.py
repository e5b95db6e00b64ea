"""Fills the sandbox from one JSON document (format: docs/sandbox.md).

Members in PascalCase are METRC's own and are served as given; members in lower case steer the sandbox.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfoNotFoundError

from pos_desktop.training.sandbox.clock import DAY_US
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode
from pos_desktop.training.sandbox.metrc import seed_goods, seed_people
from pos_desktop.training.sandbox.metrc.schema import TABLES
from pos_desktop.training.sandbox.metrc.seeding import Seeding
from pos_desktop.training.sandbox.switches import BadSeed

if TYPE_CHECKING:
    from pos_desktop.training.sandbox.metrc.service import MetrcService

# In the order in which one needs the other.
_SECTIONS: Mapping[str, Callable[[Seeding, JsonObject], None]] = {
    "facilities": seed_people.facility,
    "credentials": seed_people.credential,
    "employees": seed_people.employee,
    "patients": seed_people.patient,
    "caregivers": seed_people.caregiver,
    "locations": seed_goods.location,
    "categories": seed_goods.category,
    "items": seed_goods.item,
    "packages": seed_goods.package,
    "transfers": seed_goods.transfer,
}
_OTHER = {"mode", "periods", "settings", "faults", "last_modified"}
# What is not said to have changed changed three days ago: outside of a list's bare slice of 24 hours.
_AGE_TICKS = 3 * 10 * DAY_US


def seed(service: "MetrcService", document: JsonObject) -> dict[str, int]:
    """Store the document's records and return their counts; `mode` "replace" (default) empties the state first.

    All or nothing. Numbers may be `int`, `Decimal` or decimal text, never binary floats.

    Raises:
        BadSeed: A member or reference that does not exist, or a value of the wrong kind.
        BadSetting: The same for the section `settings`.
    """
    unknown = set(document) - {*_SECTIONS, *_OTHER}
    if unknown or document.get("mode", "replace") not in ("replace", "add"):
        raise BadSeed(
            f"The seed has unknown sections or modes: {', '.join(sorted(unknown)) or document['mode']}."
        )
    try:
        plain = decode(encode(document))
    except TypeError as fault:
        raise BadSeed(f"The seed cannot be read: {fault}") from fault
    service.settings.changed(plain.get("settings", {}))
    with service.store.writing() as db:
        if plain.get("mode", "replace") == "replace":
            for table in TABLES:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table names
        counts = _fill(Seeding.of(db, plain, service.clock.now_us() * 10 - _AGE_TICKS), plain)
    service.change_settings(plain.get("settings", {}))
    return counts


def _fill(seeding: Seeding, document: JsonObject) -> dict[str, int]:
    counts = {}
    for section, add in _SECTIONS.items():
        rows = document.get(section, [])
        for n, row in enumerate(rows):
            try:
                add(seeding, row)
            except ZoneInfoNotFoundError as fault:
                raise BadSeed(
                    f"Entry {n} of {section} names no time zone of the world: {fault.args[0]}."
                ) from fault
            except KeyError as fault:
                raise BadSeed(f"Entry {n} of {section} lacks {fault}.") from fault
            except (ValueError, ArithmeticError, TypeError, AttributeError) as fault:
                raise BadSeed(f"Entry {n} of {section} cannot be used: {fault}") from fault
        counts[section] = len(rows)
    return counts
