"""Switches of a sandbox: a frozen dataclass of defaults, changed by name and remembered."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self


class BadSetting(ValueError):
    """A sentence about a switch that does not exist or does not take that value."""


class BadSeed(ValueError):
    """A sentence about what is wrong in the seed document."""


@dataclass(frozen=True, slots=True)
class Switches:
    """What a system's settings have in common. A number is never negative; a value keeps its kind."""

    @classmethod
    def of(cls, changes: Mapping[str, Any]) -> Self:
        return cls().changed(changes)

    def changed(self, changes: Mapping[str, Any]) -> Self:
        """These settings with some replaced.

        Raises:
            BadSetting: Unknown name, wrong type or a value that the switch does not have.
        """
        known = {switch.name: switch.type for switch in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise BadSetting(f"There is no setting {name}; there are {', '.join(known)}.")
            if type(value) is not type(getattr(self, name)) or (type(value) is int and value < 0):
                raise BadSetting(f"The setting {name} does not take {value!r}.")
        merged = type(self)(**{**asdict(self), **changes})
        merged.check()
        return merged

    def check(self) -> None:
        """Raises BadSetting: a value that the switch does not have."""

    def document(self) -> dict[str, Any]:
        return asdict(self)
