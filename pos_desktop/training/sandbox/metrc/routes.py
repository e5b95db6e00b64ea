"""Paths of the service and who answers them; a path that is not here does not exist (404)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from pos_desktop.training.sandbox.http import Answer
from pos_desktop.training.sandbox.metrc import package_changes, packages, people, receipts, reference
from pos_desktop.training.sandbox.metrc.call import Call


class License(Enum):
    """Whether a call names `licenseNumber` (contract section 1.2)."""

    NEEDED = auto()
    OPTIONAL = auto()
    UNUSED = auto()


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Endpoint:
    handler: Handler
    license: License = License.NEEDED
    cached: bool = False
    """Whether the answer may be as old as the status cache."""


def _list(place: str) -> Endpoint:
    return Endpoint(lambda call: packages.package_list(call, place))


def _optional(handler: Handler) -> Endpoint:
    return Endpoint(handler, License.OPTIONAL)


def _unused(handler: Handler) -> Endpoint:
    return Endpoint(handler, License.UNUSED)


ROUTES: Mapping[str, Mapping[str, Endpoint]] = {
    "facilities/v2": {"GET": _unused(reference.facilities)},
    "employees/v2": {"GET": Endpoint(people.employees)},
    "employees/v2/permissions": {"GET": Endpoint(people.permissions)},
    "patients/v2/statuses/{patient}": {"GET": Endpoint(people.patient_status, cached=True)},
    "patients/v2/active": {"GET": Endpoint(people.members)},
    "patients/v2": {"POST": Endpoint(people.add_members), "PUT": Endpoint(people.change_members)},
    "patients/v2/{id}": {"GET": _optional(people.member), "DELETE": Endpoint(people.remove_member)},
    "caregivers/v2/status/{caregiver}": {"GET": Endpoint(people.caregiver_status, cached=True)},
    "patient-checkins/v2/locations": {"GET": _unused(people.check_in_locations)},
    "patient-checkins/v2": {
        "GET": Endpoint(people.check_ins),
        "POST": Endpoint(people.add_check_ins),
        "PUT": Endpoint(people.change_check_ins),
    },
    "patient-checkins/v2/{id}": {"DELETE": Endpoint(people.remove_check_in)},
    "sales/v2/customertypes": {"GET": _unused(reference.customer_types)},
    "sales/v2/patientregistration/locations": {"GET": _unused(reference.registration_locations)},
    "sales/v2/counties": {"GET": _unused(reference.counties)},
    "sales/v2/paymenttypes": {"GET": Endpoint(reference.payment_types)},
    "sales/v2/receipts": {"POST": Endpoint(receipts.record), "PUT": Endpoint(receipts.change)},
    "sales/v2/receipts/active": {"GET": Endpoint(receipts.active)},
    "sales/v2/receipts/inactive": {"GET": Endpoint(receipts.inactive)},
    "sales/v2/receipts/finalize": {"PUT": Endpoint(receipts.finalize)},
    "sales/v2/receipts/unfinalize": {"PUT": Endpoint(receipts.unfinalize)},
    "sales/v2/receipts/external/{external}": {"GET": _optional(receipts.by_external)},
    "sales/v2/receipts/{id}": {"GET": _optional(receipts.by_id), "DELETE": Endpoint(receipts.archive)},
    "packages/v2/active": {"GET": _list("active")},
    "packages/v2/inactive": {"GET": _list("inactive")},
    "packages/v2/onhold": {"GET": _list("onhold")},
    "packages/v2/intransit": {"GET": _list("intransit")},
    "packages/v2/labsamples": {"GET": _list("labsamples")},
    "packages/v2/transferred": {"GET": Endpoint(reference.no_rows)},
    "packages/v2/types": {"GET": _unused(reference.package_types)},
    "packages/v2/adjust/reasons": {"GET": Endpoint(package_changes.adjust_reasons)},
    "packages/v2/adjustments": {"GET": Endpoint(package_changes.adjustments)},
    "packages/v2/adjust": {
        "POST": Endpoint(package_changes.adjust_by),
        "PUT": Endpoint(package_changes.adjust_to),
    },
    "packages/v2/finish": {"PUT": Endpoint(package_changes.finish)},
    "packages/v2/unfinish": {"PUT": Endpoint(package_changes.unfinish)},
    "packages/v2/note": {"PUT": Endpoint(package_changes.note)},
    "packages/v2/location": {"PUT": Endpoint(package_changes.location)},
    "packages/v2/externalid": {"PUT": Endpoint(package_changes.external_id)},
    "packages/v2/{key}": {"GET": _optional(packages.package_by_key)},
    "items/v2/active": {"GET": Endpoint(reference.items)},
    "items/v2/inactive": {"GET": Endpoint(reference.inactive_items)},
    "items/v2/categories": {"GET": Endpoint(reference.categories)},
    "items/v2/{id}": {"GET": _optional(reference.item)},
    "unitsofmeasure/v2/active": {"GET": _unused(reference.units)},
    "unitsofmeasure/v2/inactive": {"GET": _unused(reference.nothing)},
    "locations/v2/active": {"GET": Endpoint(reference.locations)},
    "locations/v2/inactive": {"GET": Endpoint(reference.inactive_locations)},
    "locations/v2/types": {"GET": Endpoint(reference.location_types)},
    "locations/v2/{id}": {"GET": _optional(reference.location)},
    "sublocations/v2/active": {"GET": Endpoint(reference.no_rows)},
    "transfers/v2/incoming": {"GET": Endpoint(reference.incoming)},
    "transfers/v2/deliveries/packages/states": {"GET": _unused(reference.shipment_states)},
    "transfers/v2/deliveries/{id}/packages": {"GET": _unused(reference.delivery_packages)},
    "transfers/v2/deliveries/{id}/packages/wholesale": {"GET": _unused(reference.delivery_wholesale)},
    "transfers/v2/{id}/deliveries": {"GET": _unused(reference.deliveries)},
    "labtests/v2/results": {"GET": Endpoint(reference.lab_results)},
    "labtests/v2/labtestdocument/{id}": {"GET": Endpoint(reference.lab_document)},
    "labtests/v2/states": {"GET": _unused(reference.lab_states)},
}

_PARTS = {pattern: tuple(pattern.split("/")) for pattern in ROUTES}


def find(segments: tuple[str, ...]) -> tuple[Mapping[str, Endpoint], dict[str, str]] | None:
    """Endpoints by method, and path arguments; a path of plain words goes before one with arguments."""
    plain = ROUTES.get("/".join(segments))
    if plain is not None and not any("{" in part for part in segments):
        return plain, {}
    for pattern, parts in _PARTS.items():
        arguments = _arguments(parts, segments)
        if arguments:
            return ROUTES[pattern], arguments
    return None


def _arguments(parts: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str]:
    if len(parts) != len(segments):
        return {}
    found = {}
    for part, segment in zip(parts, segments, strict=True):
        if part.startswith("{") and segment:
            found[part[1:-1]] = segment
        elif part != segment:
            return {}
    return found
