"""Switches for what the contract leaves open, and their defaults (contract section 17)."""

from dataclasses import dataclass

from pos_desktop.training.sandbox.switches import BadSetting, Switches


@dataclass(frozen=True, slots=True)
class Settings(Switches):
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

    def check(self) -> None:
        if self.external_miss not in (401, 404):
            raise BadSetting("external_miss is 401 or 404.")
        if self.unknown_patient not in (200, 401, 404):
            raise BadSetting("unknown_patient is 200, 401 or 404.")
