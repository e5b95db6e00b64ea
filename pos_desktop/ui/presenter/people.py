"""People in words."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from pos_desktop.domain.people import Person
from pos_desktop.ui.pin_state import Named

translate = QCoreApplication.translate


def role_name(role: str) -> str:
    return {
        "budtender": translate("Counter", "budtender"),
        "lead": translate("Counter", "lead"),
        "manager": translate("Counter", "manager"),
        "compliance": translate("Counter", "compliance"),
        "auditor": translate("Counter", "auditor"),
        "emergency": translate("Counter", "looks up patients only"),
    }.get(role, role)


def named(people: Iterable[Person]) -> tuple[Named, ...]:
    return tuple(Named(each.id, each.name, role_name(each.role)) for each in people)
