"""Rule packs that this store was opened with or that its operator installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pos_desktop.domain.instant import Instant


@dataclass(frozen=True, slots=True)
class RulePack:
    """The text of one programme's rules. Every sale names its `digest`, SHA-256 in hexadecimal of the UTF-8 text.

    `source` is the file's name, for sentences; `programme` and `version` are what the text says of itself.
    """

    digest: str
    programme: str
    version: str
    source: str
    text: str


class RulePacks(Protocol):
    def keep(self, pack: RulePack, at: Instant) -> None:
        """For good, so that a decision can be repeated years later. Doing it again changes nothing."""
        ...

    def find(self, digest: str) -> RulePack | None: ...
