"""Reasons that people type."""

from __future__ import annotations

from pos_desktop.domain.errors import BadInput

LEAST, MOST = 5, 300
"""Letters and digits at least, characters at most."""


def good_reason(text: str) -> str:
    """The reason on one line. Raises BadInput: it says nothing, or it is too long."""
    reason = " ".join(text.split())
    if sum(each.isalnum() for each in reason) < LEAST or not reason.isprintable():
        raise BadInput(
            "Write why, in a few words: who looks into it later must understand. Nothing was changed.",
            code="no-reason",
        )
    if len(reason) > MOST:
        raise BadInput(f"The reason is longer than {MOST} characters. Shorten it. Nothing was changed.")
    return reason
