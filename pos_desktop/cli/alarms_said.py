"""What calls for a manager beside the reports, in words."""

from __future__ import annotations

from pos_desktop.app.counting import counted


def emergency_words(number: int) -> list[str]:
    if not number:
        return []
    times = counted(number, "emergency access waits", "emergency accesses wait")
    return [f"{times} for a manager's review: pos-desktop people review-emergency."]
