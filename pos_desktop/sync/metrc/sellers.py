"""Reports sent with the key of the person who sold (metrc contract, section 1.1).

A METRC user key belongs to one person. Where a person of this store has a key in the key store, that person's sales go
out with it; all others, and everything that is only read, with the store's. A person's key that METRC refuses keeps
back that person's reports and nobody else's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pos_desktop.app.ports import Clock, ServiceReach, StateAnswer, Tracker
from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.metrc.client import MetrcClient

TRIED_AGAIN_US = 15 * MINUTE_US
KEY_STATUS = (401, 403)
PERSON_REFUSED = (
    "METRC refuses the user key of {name}. Only reports of sales by {name} wait, and nothing is lost. A manager must "
    "renew that key at METRC (secret set state.user_key.{id}) or take it away (secret delete state.user_key.{id})."
)


@dataclass(frozen=True, slots=True)
class SellerKey:
    """`user_key` is never shown."""

    person_id: str
    name: str
    user_key: str = field(repr=False)


class SellersTracker:
    """The store's tracker, with reports sent in their sellers' names.

    Args:
        tracker: The store's own; it looks up everything.
        keys: Reads the persons' keys, by person; asked at the start and after a refusal.
        seller_of: The person who sold what a report is about.
    """

    def __init__(
        self,
        tracker: Tracker,
        client: MetrcClient,
        *,
        keys: Callable[[], Mapping[str, SellerKey]],
        seller_of: Callable[[OutboxItem], str],
        clock: Clock,
    ) -> None:
        self._tracker = tracker
        self._client = client
        self._read_keys = keys
        self._seller_of = seller_of
        self._clock = clock
        self._keys: Mapping[str, SellerKey] | None = None
        self._refused: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def settle_us(self) -> int:
        return self._tracker.settle_us

    def probe(self) -> ServiceReach:
        return self._tracker.probe()

    def patient(self, card_number: str) -> StateAnswer | ServiceReach:
        return self._tracker.patient(card_number)

    def look_up(self, item: OutboxItem) -> AttemptResult:
        """With the store's key, whoever sold: a person's key that was revoked hides nothing."""
        return self._tracker.look_up(item)

    def speaks_for(self, item: OutboxItem) -> bool:
        """As the store's, except for what a person's refused key keeps back; that can still be looked up."""
        if not self._tracker.speaks_for(item):
            return False
        return item.state is OutboxState.IN_DOUBT or self._refused_key(item) is None

    def send(self, item: OutboxItem) -> AttemptResult:
        key = self._key_of(item)
        if key is None or not self._tracker.speaks_for(item):
            return self._tracker.send(item)
        if self._is_refused(key):
            return AttemptResult(Outcome.BLOCKED, sentence=_sentence(key))
        with self._client.acting_as(key.user_key):
            result = self._tracker.send(item)
        if result.outcome is not Outcome.BLOCKED or result.http_status not in KEY_STATUS:
            return result
        if self._tracker.probe() is not ServiceReach.REACHED:
            # The store's own key does not work either: it is not this person, and the whole lane waits.
            return result
        with self._lock:
            self._refused[key.person_id] = self._clock.monotonic_us() + TRIED_AGAIN_US
        return replace(result, sentence=_sentence(key), pause_lane=False)

    # ----

    def _refused_key(self, item: OutboxItem) -> SellerKey | None:
        if not self._refused:
            return None
        key = self._key_of(item)
        return key if key is not None and self._is_refused(key) else None

    def _is_refused(self, key: SellerKey) -> bool:
        """After a while keys are read anew and tried again: somebody may have renewed them at METRC or here."""
        with self._lock:
            until = self._refused.get(key.person_id)
            if until is not None and self._clock.monotonic_us() >= until:
                del self._refused[key.person_id]
                self._keys = None
                return False
            return until is not None

    def _key_of(self, item: OutboxItem) -> SellerKey | None:
        with self._lock:
            if self._keys is None:
                self._keys = self._read_keys()
            keys = self._keys
        return keys.get(self._seller_of(item)) if keys else None


def _sentence(key: SellerKey) -> str:
    return PERSON_REFUSED.format(name=key.name, id=key.person_id)
