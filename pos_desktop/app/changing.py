"""Settings that reports on their way to the state still need as they are."""

from __future__ import annotations

from collections.abc import Callable

from pos_desktop.app.counting import counted
from pos_desktop.app.ports import OutboxStore
from pos_desktop.domain.errors import NeedsAttention
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.domain.people import Person, Right, require

LICENSE = "state.license"
SERVICE = (
    "state.system",
    "state.base_url",
    "state.company",
    "state.location",
    "state.biotrack_profile",
    "state.biotrack_legacy_url",
)
PROGRAMME = "programme"
_UNSET = ("", "none")
_MAY_BE_THERE = (OutboxState.SENDING, OutboxState.IN_DOUBT)
_WAS_JUDGED = (OutboxState.CONFIRMED, OutboxState.REJECTED, OutboxState.CONFLICT)
_TO_BE_SENT = (OutboxState.QUEUED, OutboxState.BLOCKED, *_MAY_BE_THERE)
"""What was refused, or found to differ, waits for a person and goes nowhere by itself: it holds nothing up."""


class Changing:
    """`keep` writes a setting together with its journal entry: key, value, whose word. `hand_over` gives the reports
    of one license to another.
    """

    def __init__(
        self, keep: Callable[[str, str, PersonId], None], hand_over: Callable[[str, str], object]
    ) -> None:
        self._keep, self._hand_over = keep, hand_over

    def change(self, key: str, value: str, by: Person, *, instead_of: str = "") -> None:
        """`instead_of`: a license that was mistyped; its reports go out under the new one.

        Raises:
            RuleRefusal: not for everybody.
        """
        require(by, Right.CHANGE_SETTINGS, "Nothing was changed.")
        if instead_of:
            self._hand_over(instead_of, value)
        self._keep(key, value, by.id)


def needs_quiet(key: str) -> bool:
    """Whether a setting may change only while nobody sells and nobody sends: both would go on with the old value."""
    return key in (LICENSE, PROGRAMME, *SERVICE)


def never_known(license_number: str, outbox: OutboxStore, *, was_read: bool) -> bool:
    """Whether the state never answered for this license: it was mistyped, or never asked about.

    `was_read`: its packages were read once.
    """
    return not was_read and not _sum(outbox, _WAS_JUDGED, license_number)


def refuse_while_needed(key: str, old: str, new: str, outbox: OutboxStore, *, mistyped: bool = False) -> None:
    """A report is sent under the license of its sale, and one in doubt is looked up where it may have arrived.

    Elsewhere it would not be found, and it would go out twice. From where nothing was set, nothing can have gone out.
    Under a `mistyped` license nothing ever goes through, so that only what may have gone out already holds it.

    Raises:
        NeedsAttention: reports still need the old value; the sentence says how many.
    """
    if new == old or old in _UNSET:
        return
    if key == LICENSE:
        # A sale made before any license was set went out under this one; one parked for another needs it changed.
        waiting = _sum(outbox, _MAY_BE_THERE if mistyped else _TO_BE_SENT, "", old)
        if waiting:
            reports = counted(waiting, "report was", "reports were")
            raise NeedsAttention(
                f"{reports} made under the license set now and not yet accepted by the state. "
                "The license was not changed. Send what waits first: pos-desktop sync --once.",
                code="reports-open",
            )
    if key in SERVICE:
        in_doubt = _sum(outbox, _MAY_BE_THERE)
        if in_doubt:
            reports = counted(in_doubt, "report", "reports")
            raise NeedsAttention(
                f"Of {reports} it is not known whether the state service set now has them; another one would be sent "
                "them a second time. Nothing was changed. Have it asked first: pos-desktop sync --once.",
                code="reports-in-doubt",
            )


def _sum(outbox: OutboxStore, states: tuple[OutboxState, ...], *licenses: str) -> int:
    counts = outbox.counts(*licenses)
    return sum(counts.get(state, 0) for state in states)
