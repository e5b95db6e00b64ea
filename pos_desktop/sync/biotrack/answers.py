"""What came of one action, whichever generation of the service was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from pos_desktop.sync.biotrack.wire import Wanted
from pos_desktop.sync.web import Reply


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """The service says no in its own form: nothing was recorded."""
    NOT_SENT = "not-sent"
    """The action's own request was never written."""
    LOGIN_REFUSED = "login-refused"
    UNKNOWN = "unknown"
    """The request was written, and no answer tells what came of it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who logs in. `company` is not the shop's licence; `location` is (contract, section 2)."""

    company: str
    username: str
    password: str = field(repr=False)
    location: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`code` and `text` are the service's own where it refused; `code` None where it gives none."""

    verdict: Verdict
    document: Mapping[str, Any] = field(default_factory=dict)
    code: int | None = None
    text: str = ""
    reply: Reply = field(default_factory=Reply)

    @property
    def accepted(self) -> bool:
        return self.verdict is Verdict.ACCEPTED

    @property
    def refused(self) -> bool:
        return self.verdict is Verdict.REFUSED


class Counter(Protocol):
    """What a counter asks of a generation. Every method answers; none raises for what a network does."""

    @property
    def training(self) -> bool:
        """Whether requests work in the training data set."""
        ...

    def probe(self) -> Answer:
        """A read that proves that the service is there and knows us."""
        ...

    def card(self, card: str, caregiver: str, within_s: float | None = None) -> Answer: ...

    def dispense(self, wanted: Wanted, card_key: str, nonce: str, sale_second: int) -> Answer:
        """One request to record one sale."""
        ...

    def close(self) -> None: ...
