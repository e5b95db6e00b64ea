"""What the tracker of every state service shares: one license, how long it lets an attempt settle, and its words."""

from __future__ import annotations

from pos_desktop.domain.instant import SECOND_US
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.sync.address import refuse_unless_loopback

LIVE_SETTLE_US = 75 * SECOND_US
TRAINING_SETTLE_US = SECOND_US // 2
PATIENT_S = 3.0
"""How long a patient at the counter waits for the state."""
TRAINING = "training"
OTHER_LICENSE = (
    "A report waits that was made under another license than the one set now. It is kept and not sent; others are. "
    "A manager must set state.license as it was, until it is reported."
)
NOT_ASKED = (
    "The state service could not be asked about this report yet. It is asked again; nothing is sent before."
)


class OneLicense:
    """A tracker for one license.

    Args:
        store: `live` or `training`. A training tracker speaks to this computer only.
        settle_us: How long after an attempt its absence means nothing yet; a live one waits 75 s or longer.

    Raises:
        BadInput: a training tracker for another computer.
        ValueError: a live tracker that would settle sooner than 75 s.
    """

    def __init__(self, license_number: str, *, store: str, base_url: str, settle_us: int | None) -> None:
        live = store != TRAINING
        wanted = (LIVE_SETTLE_US if live else TRAINING_SETTLE_US) if settle_us is None else settle_us
        if live and wanted < LIVE_SETTLE_US:
            raise ValueError("a live tracker waits at least 75 s before it trusts an empty look-up")
        if not live:
            refuse_unless_loopback(base_url)
        self._license = license_number
        self._settle_us = wanted

    @property
    def settle_us(self) -> int:
        return self._settle_us

    def speaks_for(self, item: OutboxItem) -> bool:
        """A sale made before any license was set is reported under the one set since."""
        return item.license in ("", self._license)
