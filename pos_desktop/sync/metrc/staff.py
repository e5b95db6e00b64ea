"""Who METRC lists as employees of the facility, and what they may do there (metrc contract, section 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pos_desktop.app.ports import CouldNotAsk
from pos_desktop.sync.metrc.asking import Desk, all_of, asked, is_on, words
from pos_desktop.sync.metrc.client import Reply
from pos_desktop.sync.metrc.paging import CouldNotRead, Row
from pos_desktop.sync.metrc.times import day
from pos_desktop.sync.numbers import decode

EMPLOYEES, PERMISSIONS = "/employees/v2", "/employees/v2/permissions"


@dataclass(frozen=True, slots=True)
class Employee:
    """`license_number` is the employee's own, by which permissions are asked."""

    name: str
    license_number: str
    manages: bool
    ends: date | None

    @classmethod
    def of(cls, row: Row) -> Employee | None:
        held = row.get("License")
        held = held if isinstance(held, dict) else {}
        name, number = words(row, "FullName"), words(held, "EmployeeLicenseNumber") or words(held, "Number")
        if not name and not number:
            return None
        return cls(name, number, is_on(row, "IsOwner") or is_on(row, "IsManager"), day(held.get("EndDate")))


class StaffDesk:
    """Needs the right Manage Employees of the store's user."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def employees(self) -> tuple[Employee, ...] | CouldNotAsk:
        return asked(lambda: all_of(self._desk.rows(EMPLOYEES), Employee.of))

    def permissions(self, employee: Employee) -> frozenset[str] | CouldNotAsk:
        """Lower-case words such as `view packages`; METRC publishes no list of them."""
        return asked(lambda: self._permissions(employee.license_number))

    def _permissions(self, number: str) -> frozenset[str]:
        reply = self._desk.client.get(PERMISSIONS, self._desk.query(employeeLicenseNumber=number))
        if not reply.ok or reply.is_page:
            raise CouldNotRead(reply)
        return frozenset(text.strip().lower() for text in _texts(reply))


def _texts(reply: Reply) -> list[str]:
    """A bare array of texts, or an envelope around one (section 3.1)."""
    try:
        document = decode(reply.body)
    except ValueError:
        raise CouldNotRead(reply) from None
    document = document.get("Data") if isinstance(document, dict) else document
    if not isinstance(document, list):
        raise CouldNotRead(reply)
    return [each for each in document if isinstance(each, str)]
