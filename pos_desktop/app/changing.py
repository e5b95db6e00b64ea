"""Settings that reports on their way to the state still need as they are."""

from __future__ import annotations

from collections.abc import Mapping

from pos_desktop.app.counting import counted
from pos_desktop.domain.errors import NeedsAttention
from pos_desktop.domain.outbox import OutboxState

LICENSE = "state.license"
SERVICE = ("state.system", "state.base_url")
_UNSET = ("", "none")
_UNDER_WAY = (OutboxState.SENDING, OutboxState.IN_DOUBT)


def needs_quiet(key: str) -> bool:
    """Whether a setting may change only while nobody sells and nobody sends: both would go on with the old value."""
    return key == LICENSE or key in SERVICE


def refuse_while_needed(key: str, old: str, new: str, counts: Mapping[OutboxState, int]) -> None:
    """A report is sent under the license of its sale, and one in doubt is looked up where it may have arrived.

    Another service would not know it, and it would go out twice. From where nothing was set, nothing can have gone.

    Raises:
        NeedsAttention: reports still need the old value.
    """
    if new == old or old in _UNSET:
        return
    if key == LICENSE:
        still_open = sum(count for state, count in counts.items() if not state.final)
        if still_open:
            reports = counted(still_open, "report was", "reports were")
            raise NeedsAttention(
                f"{reports} made under the license set now and not yet accepted by the state. "
                "The license was not changed. Send what waits first: pos-desktop sync --once.",
                code="reports-open",
            )
    if key in SERVICE:
        under_way = sum(counts.get(state, 0) for state in _UNDER_WAY)
        if under_way:
            reports = counted(under_way, "report", "reports")
            raise NeedsAttention(
                f"Of {reports} it is not known whether the state service set now has them; another one would be sent "
                "them a second time. Nothing was changed. Have it asked first: pos-desktop sync --once.",
                code="reports-in-doubt",
            )
