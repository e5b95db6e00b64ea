"""Emptying records whose time is over. Nothing is purged that a limit, a report or a till still needs."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from pos_desktop.app.ports import Clock, Person, SettingsBook
from pos_desktop.app.ports.privacy import Dormant, Hold, PatientPurges, Purge
from pos_desktop.app.reasons import good_reason
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import DAY_US
from pos_desktop.domain.limits.programme import Programme
from pos_desktop.domain.people import Approval, Right, refuse_unless_approved, require
from pos_desktop.domain.retention import Retention

RETENTION, CITE = "privacy.retention", "privacy.retention_cite"
_KEPT = "Nothing was purged."
_SLACK_DAYS = 2
"""As at check-in: a window is read two days longer than it is."""
MOST_AT_ONCE = 10_000


class Purging:
    """Lane: database. In a live store a second person approves each purge."""

    def __init__(
        self,
        *,
        book: PatientPurges,
        settings: SettingsBook,
        programme: Programme,
        clock: Clock,
        live: bool,
    ) -> None:
        self._book, self._settings, self._programme, self._clock = book, settings, programme, clock
        self._live = live

    def retention(self) -> Retention:
        """Raises RuleRefusal: nobody said how long records are kept."""
        text = self._settings.get(RETENTION) or ""
        if not text:
            raise RuleRefusal(
                "Nobody has said how long this store must keep its records. Read it in your state's rules, then type "
                f"both: pos-desktop config set {CITE} TEXT, and config set {RETENTION} '7 years' for instance. {_KEPT}",
                code="no-retention",
            )
        return Retention.parse(text, self._settings.get(CITE) or "")

    def due(self, by: Person, limit: int = MOST_AT_ONCE) -> Sequence[Dormant]:
        """Whose time is over, the longest at rest first. Raises RuleRefusal."""
        require(by, Right.PURGE, _KEPT)
        zone = ZoneInfo(self._settings.register().zone)
        return self._book.due(self.retention().ends_for(self._clock.now(), zone), limit)

    def purge(
        self, patient_id: PatientId, by: Person, reason: str, approval: Approval | None = None
    ) -> Purge:
        """Raises RuleRefusal, BadInput: with why; nothing was changed."""
        require(by, Right.PURGE, _KEPT)
        why = good_reason(reason)
        self._refuse_alone(patient_id, by, approval)
        hold = self._book.hold(patient_id)
        if hold is None:
            raise BadInput(f"There is no such patient. {_KEPT}", code="no-patient")
        self._refuse_needed(hold)
        approved_by = None if approval is None else approval.by.id
        purge = Purge(patient_id, self._clock.now(), by.id, approved_by, why)
        self._book.purge(purge)
        return purge

    def _refuse_alone(self, patient_id: PatientId, by: Person, approval: Approval | None) -> None:
        if approval is not None:
            refuse_unless_approved(by, Right.PURGE, _KEPT, approval, patient_id)
            if not approval.spend():
                raise RuleRefusal(
                    f"The approval was used or is too old. Have it given again. {_KEPT}", code="old-approval"
                )
        elif self._live:
            raise RuleRefusal(
                f"A second person must approve a purge: it cannot be undone. {_KEPT}", code="approval-needed"
            )

    def _refuse_needed(self, hold: Hold) -> None:
        now = self._clock.now()
        if hold.purged:
            raise RuleRefusal("This record was purged before. Nothing was changed.", code="purged-already")
        if hold.held_carts:
            raise RuleRefusal(f"A cart is held for this patient. {_KEPT}", code="held-cart")
        if hold.open_reports:
            raise RuleRefusal(
                f"A report about this patient is not at its end at the state. {_KEPT}", code="open-report"
            )
        if hold.doubtful:
            raise RuleRefusal(
                f"A sale to this patient belongs to a till that is not closed. {_KEPT}", code="open-till"
            )
        if hold.credit_cents:
            raise RuleRefusal(f"Store credit of this patient is not spent. {_KEPT}", code="credit-left")
        if hold.open_cards:
            raise RuleRefusal(
                f"A payment of this patient at the terminal is not settled. {_KEPT}", code="open-card"
            )
        if hold.last_purchase is not None:
            days = self._programme.history_days
            if days is None or now.since_us(hold.last_purchase) <= (days + _SLACK_DAYS) * DAY_US:
                raise RuleRefusal(
                    f"A purchase of this patient still counts for a limit. {_KEPT}", code="in-window"
                )
        zone = ZoneInfo(self._settings.register().zone)
        retention = self.retention()
        if hold.last >= retention.ends_for(now, zone):
            raise RuleRefusal(
                f"The record must be kept for {retention} ({retention.cite}), and that is not over. {_KEPT}",
                code="not-due",
            )
