"""Fills the sandbox from one JSON document (format: docs/sandbox-biotrack.md)."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfoNotFoundError

from pos_desktop.training.sandbox.biotrack import seed_goods, seed_people
from pos_desktop.training.sandbox.biotrack.schema import TABLES
from pos_desktop.training.sandbox.biotrack.seeding import Seeding, limit_of
from pos_desktop.training.sandbox.clock import SECOND_US
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode
from pos_desktop.training.sandbox.switches import BadSeed

if TYPE_CHECKING:
    from pos_desktop.training.sandbox.biotrack.service import BiotrackService

# In the order in which one needs the other.
_SECTIONS: Mapping[str, Callable[[Seeding, JsonObject], None]] = {
    "companies": seed_people.company,
    "locations": seed_people.location,
    "users": seed_people.user,
    "vendors": seed_people.vendor,
    "labs": seed_people.lab,
    "employees": seed_people.employee,
    "vehicles": seed_people.vehicle,
    "patients": seed_people.patient,
    "rooms": seed_goods.room,
    "inventory": seed_goods.item,
    "qa_samples": seed_goods.qa_sample,
    "manifests": seed_goods.manifest,
    "locked_months": seed_goods.locked_month,
}
_OTHER = {"mode", "training", "limit", "settings", "faults"}


def seed(service: "BiotrackService", document: JsonObject) -> dict[str, int]:
    """Store the document's records and return their counts; `mode` "replace" (default) empties the state first.

    All or nothing. What a seed stores is one transaction, as every write is.

    Raises:
        BadSeed, BadSetting: A member or reference that does not exist, or a value of the wrong kind.
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
    training = plain.get("training", 1)
    if type(training) is not int or training not in (0, 1):
        raise BadSeed("training is 0 for the live data set or 1 for the one for training.")
    service.settings.changed(plain.get("settings", {}))
    with service.store.writing() as db:
        if plain.get("mode", "replace") == "replace":
            for table in TABLES:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table names
            db.execute("DELETE FROM meta WHERE name IN ('limit', 'limit_units')")
        transaction = service.next_transaction(db)
        now = service.clock.now_us() // SECOND_US
        db.execute("INSERT INTO journal VALUES (?, ?, '', '', 'seed', ?, '{}')", (transaction, training, now))
        counts = _fill(Seeding(db, training, transaction, now, limit_of(db, plain.get("limit"))), plain)
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
