"""Errors sorted by who should hear them.

Every class carries a stable `code`, a sentence for people and safe details. Patient names, card numbers and keys never
enter a message: pass ids, counts and rule names only. The sentence says whether a sale is saved.
"""

from __future__ import annotations

from collections.abc import Mapping


class PosError(Exception):
    """Base of all errors that carry a sentence for a person."""

    code = "problem"

    def __init__(
        self, sentence: str, *, code: str | None = None, details: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = dict(details or {})
        if code is not None:
            self.code = code


class RuleRefusal(PosError):
    """A rule says no: over a limit, expired card, held package. The budtender hears which, and what would fit."""

    code = "refused"


class BadInput(PosError):
    """What was typed, scanned or imported cannot be read. Names the field and what would be right."""

    code = "bad-input"


class AlreadySold(PosError):
    """The basket's id was committed before; the sale there is the sale."""

    code = "already-sold"


class NeedsAttention(PosError):
    """A person must decide later; work goes on."""

    code = "needs-attention"


class Unavailable(PosError):
    """Network, printer or scale is away for now: a calm state, not a failure."""

    code = "unavailable"


class StoreBusy(Unavailable):
    """Another copy of the program holds this store."""

    code = "store-busy"


class SenderBusy(StoreBusy):
    """Another copy of the program sends from this store; it sends what waits here too."""

    code = "sender-busy"


class EnvironmentTrouble(PosError):
    """Disk full, database damaged, key missing: this register must stop and a manager is called."""

    code = "environment"


class StoreDamaged(EnvironmentTrouble):
    """The database file cannot be trusted."""

    code = "store-damaged"


class StoreTooNew(EnvironmentTrouble):
    """The file was written by a newer version of the program."""

    code = "store-too-new"


class KeyMissing(EnvironmentTrouble):
    """No allowed key store holds the key of this store."""

    code = "key-missing"


class CommitInDoubt(EnvironmentTrouble):
    """COMMIT failed in a way that may still have reached the disk: reopen and look the sale up (reliability 2)."""

    code = "commit-in-doubt"
