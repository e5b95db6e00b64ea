"""Employees, vehicles, users, and the filing that locks a month (contract sections 3.5 and 4.7)."""

from typing import Any

from pos_desktop.training.sandbox.biotrack import rows
from pos_desktop.training.sandbox.biotrack.amounts import amount
from pos_desktop.training.sandbox.biotrack.call import Call
from pos_desktop.training.sandbox.biotrack.forms import is_flag
from pos_desktop.training.sandbox.biotrack.refusing import EMPLOYEE, NOT_FOUND, Refused
from pos_desktop.training.sandbox.biotrack.rows import Row
from pos_desktop.training.sandbox.biotrack.sales import accepted
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode

_VEHICLE = ("color", "make", "model", "plate", "vin", "year", "nickname")
_EMPLOYEE = (
    "birth_year", "birth_month", "birth_day", "hire_year", "hire_month", "hire_day",
)  # fmt: skip


def employee_add(call: Call) -> JsonObject:
    return _put(call, "employee", exists=False)


def employee_modify(call: Call) -> JsonObject:
    return _put(call, "employee", exists=True)


def employee_remove(call: Call) -> JsonObject:
    return _remove(call, "employee")


def vehicle_add(call: Call) -> JsonObject:
    return _put(call, "vehicle", exists=False)


def vehicle_modify(call: Call) -> JsonObject:
    return _put(call, "vehicle", exists=True)


def vehicle_remove(call: Call) -> JsonObject:
    return _remove(call, "vehicle")


def shown(tab: str, members: JsonObject) -> JsonObject:
    """A row as it is pulled: dates lose the underscore that they had on the way in."""
    identity = {f"{tab}_id": str(members[f"{tab}_id"])}
    if tab == "vehicle":
        return identity | {name: _text(members.get(name)) for name in _VEHICLE}
    dates = {name.replace("_", ""): _text(members.get(name)) for name in _EMPLOYEE}
    return identity | {"employee_name": members.get("employee_name")} | dates


def user_add(call: Call) -> JsonObject:
    """Failures of users carry no code (contract 3.5)."""
    if _user(call) is not None:
        raise Refused(None, "There is a user of that name already.")
    password = call.members.get("new_password")
    if not password:
        raise Refused(None, "The field new_password is missing.")
    values = (call.ubi, call.members["new_username"], password, *_rights(call, 0, []))
    call.db.execute(
        "INSERT OR REPLACE INTO user (ubi, username, password, admin, privileges) VALUES (?, ?, ?, ?, ?)",
        values,
    )
    return accepted(call)


def user_modify(call: Call) -> JsonObject:
    found = _user(call)
    if found is None:
        raise Refused(None, "The user could not be found.")
    admin, privileges = _rights(call, found[1], decode(found[2]))
    call.db.execute(
        "UPDATE user SET password = ?, admin = ?, privileges = ? WHERE ubi = ? AND username = ?",
        (call.members.get("new_password") or found[0], admin, privileges, call.ubi, call.members["new_username"]),
    )  # fmt: skip
    return accepted(call)


def user_remove(call: Call) -> JsonObject:
    if _user(call) is None:
        raise Refused(None, "The user could not be found.")
    whose = (call.ubi, call.members["new_username"])
    call.db.execute("UPDATE user SET revoked = 1 WHERE ubi = ? AND username = ?", whose)
    call.db.execute("DELETE FROM session WHERE ubi = ? AND username = ?", whose)
    return accepted(call)


def tax_obligation_file(call: Call) -> JsonObject:
    """Locks the month, whatever `verify` says: what that one does is not established."""
    location, month, year = (call.members[name] for name in ("location", "month", "year"))
    call.zone(location)
    for name in ("gross_sales", "excise_tax"):
        amount(call.members[name], name)
    if not 1 <= month <= 12 or not 2000 <= year <= 2100:
        raise Refused(NOT_FOUND, "The month could not be found.")
    key = f"{location}:{year:04d}-{month:02d}"
    if rows.find(call, "tax_report", key) is not None:
        raise Refused(NOT_FOUND, "The month was filed already.")
    lock_month(call, location, f"{year:04d}-{month:02d}")
    names = ("location", "month", "year", "gross_sales", "excise_tax")
    Row("tax_report", key, call.ubi, {name: str(call.members[name]) for name in names}, {}).save(call)
    return accepted(call)


def lock_month(call: Call, location: str, month: str) -> None:
    call.db.execute("INSERT OR IGNORE INTO locked_month VALUES (?, ?, ?)", (call.training, location, month))


def _put(call: Call, tab: str, *, exists: bool) -> JsonObject:
    key = str(call.members[f"{tab}_id"])
    found = rows.find(call, tab, key)
    if exists and (found is None or found.deleted):
        raise _unknown(tab)
    if not exists and found is not None and not found.deleted:
        raise Refused(NOT_FOUND, f"There is a {tab} of that id already.")
    row = found or Row(tab, key, call.ubi, {}, {})
    given = {name: value for name, value in shown(tab, call.members).items() if value is not None}
    row.document = {**(row.document or shown(tab, call.members)), **given}
    row.deleted = 0
    row.save(call)
    return accepted(call)


def _remove(call: Call, tab: str) -> JsonObject:
    row = rows.find(call, tab, str(call.members[f"{tab}_id"]))
    if row is None or row.deleted:
        raise _unknown(tab)
    row.deleted = 1
    row.save(call)
    return accepted(call)


def _unknown(tab: str) -> Refused:
    return Refused(EMPLOYEE if tab == "employee" else NOT_FOUND, f"The {tab} could not be found.")


def _user(call: Call) -> Any:
    return call.db.execute(
        "SELECT password, admin, privileges FROM user WHERE ubi = ? AND username = ? AND revoked = 0",
        (call.ubi, call.members["new_username"]),
    ).fetchone()


def _rights(call: Call, admin: int, privileges: list[str]) -> tuple[int, str]:
    given = call.members.get("new_permissions")
    if given is not None:
        if not all(is_flag(value) for value in given.values()):
            raise Refused(None, "A permission is 0 or 1.")
        privileges = [name for name, value in given.items() if value == 1]
    chosen = call.members.get("new_admin")
    return (admin if chosen is None else chosen, encode(privileges).decode())


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
