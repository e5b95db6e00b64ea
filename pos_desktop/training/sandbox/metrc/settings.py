"""Switches for what the contract leaves open, and their defaults (contract section 17)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self


class BadSetting(ValueError):
    """A sentence about a switch that does not exist or does not take that value."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every switch; `unpaged_rows` and `window_max_hours` 0 mean "no bound"."""

    external_miss: int = 401
    """Status for an unknown external receipt number: 401 or 404."""
    unknown_patient: int = 200
    """Unknown patient number: 200 with an empty list, 401 or 404."""
    refuse_over_allotment: bool = False
    refuse_duplicate_external: bool = False
    window_max_hours: int = 0
    """Widest last-modified window; a wider one answers 400."""
    unpaged_rows: int = 0
    """Rows of a list asked for without paging parameters."""
    status_cache_seconds: int = 60
    retry_after_seconds: int = 1
    gets_per_second_facility: int = 50
    gets_per_second_key: int = 150
    concurrent_gets_facility: int = 10
    concurrent_gets_key: int = 30

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
            if type(value) is not type(getattr(self, name)) or (value is not True and value < 0):
                raise BadSetting(f"The setting {name} does not take {value!r}.")
        merged = type(self)(**{**asdict(self), **changes})
        if merged.external_miss not in (401, 404):
            raise BadSetting("external_miss is 401 or 404.")
        if merged.unknown_patient not in (200, 401, 404):
            raise BadSetting("unknown_patient is 200, 401 or 404.")
        return merged

    def document(self) -> dict[str, Any]:
        return asdict(self)
