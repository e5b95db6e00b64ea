"""What a dispensary changes on packages: POST /adjust is a change, PUT /adjust the final quantity (10.2)."""

from collections.abc import Callable
from decimal import Decimal

from pos_desktop.training.sandbox.http import Answer, Refusal
from pos_desktop.training.sandbox.jsonio import JsonObject
from pos_desktop.training.sandbox.metrc import records
from pos_desktop.training.sandbox.metrc.call import Call, own
from pos_desktop.training.sandbox.metrc.forms import Field, Form, Kind, Rows
from pos_desktop.training.sandbox.metrc.listing import listed_values
from pos_desktop.training.sandbox.metrc.packages import Package
from pos_desktop.training.sandbox.metrc.units import ABBREVIATION, convert

_LABEL = {"Label": Field(Kind.TEXT, needed=True)}
_PACKAGE_LABEL = {"PackageLabel": Field(Kind.TEXT, needed=True)}
_ADJUST: Form = {
    **_LABEL,
    "Quantity": Field(Kind.NUMBER, needed=True, decimals=4),
    "UnitOfMeasure": Field(Kind.TEXT, needed=True),
    "AdjustmentReason": Field(Kind.TEXT, needed=True),
    "AdjustmentDate": Field(Kind.DATE, needed=True),
    "ReasonNote": Field(Kind.TEXT),
}
_FINISH: Form = {**_LABEL, "ActualDate": Field(Kind.DATE, needed=True)}
_NOTE: Form = {**_PACKAGE_LABEL, "Note": Field(Kind.TEXT)}
_EXTERNAL_ID: Form = {**_PACKAGE_LABEL, "ExternalId": Field(Kind.TEXT)}
_LOCATION: Form = {
    **_LABEL,
    "Location": Field(Kind.TEXT, needed=True),
    "Sublocation": Field(Kind.TEXT),
    "MoveDate": Field(Kind.DATE, needed=True, may_be_unset=True),
}

_DATES = ("ActualDate", "AdjustmentDate", "MoveDate")
_WEIGHTS = ("RequiresWasteWeight", "RequiresImmatureWasteWeight", "RequiresMatureWasteWeight")

Change = Callable[[Call, Package, JsonObject], str | None]
"""Changes a package in memory, or says why not."""


def adjust_reasons(call: Call) -> Answer:
    return listed_values(call, call.facility.extra["adjust_reasons"])


def adjustments(call: Call) -> Answer:
    rows = records.all_of(call.db, "adjustment", [call.facility.license])
    return listed_values(call, [{name: row[name] for name in row if name != "Id"} for row in rows])


def adjust_by(call: Call) -> Answer:
    """POST: `Quantity` is added, and each adjustment has an id."""
    ids: list[int] = []
    _change(call, _ADJUST, lambda *args: _adjust(*args, final=False, ids=ids))
    return Answer.json({"Ids": ids, "Warnings": None})


def adjust_to(call: Call) -> Answer:
    """PUT: `Quantity` is what the package holds from now on."""
    return _change(call, _ADJUST, lambda *args: _adjust(*args, final=True, ids=[]))


def finish(call: Call) -> Answer:
    return _change(call, _FINISH, _finish)


def unfinish(call: Call) -> Answer:
    return _change(call, _LABEL, _unfinish, finished_too=True)


def note(call: Call) -> Answer:
    return _change(call, _NOTE, _note)


def external_id(call: Call) -> Answer:
    _flag(call, "EnableExternalIdentifier")
    return _change(call, _EXTERNAL_ID, _external_id)


def location(call: Call) -> Answer:
    _flag(call, "CanUpdateLocationsOnPackages")
    return _change(call, _LOCATION, _location)


def _flag(call: Call, flag: str) -> None:
    if not call.facility.allows(flag):
        raise Refusal.message(401, f"The facility does not have the right {flag}.")


def _change(call: Call, form: Form, change: Change, *, finished_too: bool = False) -> Answer:
    """Apply one change to the package of each row; saves all or, with a refusal, none."""
    rows = Rows.read(call.request, form)
    for number, row in rows.good.items():
        label = str(row.get("Label") or row.get("PackageLabel"))
        package = Package.by_label(call.db, label)
        if package is None:
            rows.problems.add(number, f"Package {label} does not exist in the current Facility.")
            continue
        own(call, package.license)
        if package.place == "intransit" or (package.place == "inactive" and not finished_too):
            rows.problems.add(number, f"Package {label} is not active.")
        elif any(str(row.get(name) or "") > call.today for name in _DATES):
            rows.problems.add(number, f"A date of Package {label} cannot be in the future.")
        elif message := change(call, package, row):
            rows.problems.add(number, message)
        else:
            package.save(call.db, call.ticks)
    rows.problems.raise_if_any()
    return Answer(200)


def _adjust(call: Call, package: Package, row: JsonObject, *, final: bool, ids: list[int]) -> str | None:
    reason = _named(call.facility.extra["adjust_reasons"], row["AdjustmentReason"])
    asked = convert(row["Quantity"], row["UnitOfMeasure"], package.unit)
    if asked is None:
        return f"The unit {row['UnitOfMeasure']} does not fit package {package.label}, measured in {package.unit}."
    if reason is None:
        return f"Adjustment Reason {row['AdjustmentReason']} is not valid."
    if reason["RequiresNote"] and not row.get("ReasonNote"):
        return f"Adjustment Reason {reason['Name']} requires a note."
    if any(reason[name] for name in _WEIGHTS):
        # The reference names no member for the weight, so no request can give it.
        return f"Adjustment Reason {reason['Name']} requires a waste weight."
    if asked == 0 and not final:
        return "Quantity was not specified."
    quantity = asked if final else package.quantity + asked
    if quantity < 0:
        return f"Package {package.label} cannot have a quantity below zero."
    ids.append(_record(call, package, row, quantity - package.quantity))
    package.quantity = quantity
    return None


def _record(call: Call, package: Package, row: JsonObject, change: Decimal) -> int:
    document = {
        "PackageId": package.id,
        "PackageLabel": package.label,
        "ItemName": package.item["Name"],
        "ItemCategoryName": package.item["ProductCategoryName"],
        "AdjustmentQuantity": change,
        "AdjustmentUnitOfMeasureName": package.unit,
        "AdjustmentUnitOfMeasureAbbreviation": ABBREVIATION[package.unit],
        "AdjustmentReasonName": row["AdjustmentReason"],
        "AdjustmentNote": row.get("ReasonNote") or "",
        "AdjustmentDate": f"{row['AdjustmentDate']}T00:00:00Z",
        "PackagedDate": f"{package.document['PackagedDate']}T00:00:00Z",
        "AdjustedByUserName": call.user.name,
        "PackageLabTestResultExpirationDateTime": None,
    }
    count = len(records.all_of(call.db, "adjustment", [call.facility.license]))
    return records.add(call.db, "adjustment", call.facility.license, str(count), call.ticks, document)


def _finish(_: Call, package: Package, row: JsonObject) -> str | None:
    if package.quantity != 0:
        return f"Package {package.label} is not empty and cannot be finished."
    package.document |= {"IsFinished": True, "FinishedDate": row["ActualDate"]}
    return None


def _unfinish(_: Call, package: Package, __: JsonObject) -> str | None:
    if not package.document["IsFinished"]:
        return f"Package {package.label} is not finished."
    package.document |= {"IsFinished": False, "FinishedDate": None}
    return None


def _note(_: Call, package: Package, row: JsonObject) -> str | None:
    package.document["Note"] = row.get("Note") or None
    return None


def _external_id(_: Call, package: Package, row: JsonObject) -> str | None:
    package.document["ExternalId"] = row.get("ExternalId") or None
    return None


def _location(call: Call, package: Package, row: JsonObject) -> str | None:
    place = records.find(call.db, "location", call.facility.license, row["Location"])
    if place is None or not place[0]["ForPackages"]:
        return f"Location {row['Location']} is not valid."
    if row.get("Sublocation"):
        return f"Sublocation {row['Sublocation']} is not valid."
    package.document |= {
        "LocationId": place[0]["Id"],
        "LocationName": place[0]["Name"],
        "LocationTypeName": place[0]["LocationTypeName"],
    }
    return None


def _named(entries: list[JsonObject], name: str) -> JsonObject | None:
    return next((entry for entry in entries if entry["Name"].casefold() == name.casefold()), None)
