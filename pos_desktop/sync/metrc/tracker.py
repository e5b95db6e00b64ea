"""METRC as the state service of this store (app.ports.Tracker)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from time import monotonic
from urllib.parse import quote

from pos_desktop.app.ports import Clock, ServiceReach, StateAnswer
from pos_desktop.domain import outbox
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, Outcome
from pos_desktop.sync.hiding import kept
from pos_desktop.sync.metrc import classify
from pos_desktop.sync.metrc.client import MetrcClient, Reply
from pos_desktop.sync.metrc.paging import CouldNotRead, Row, rows_of
from pos_desktop.sync.metrc.patients import answer_of
from pos_desktop.sync.metrc.receipts import Receipt, ReceiptsRead, live_first
from pos_desktop.sync.metrc.voids import Voids
from pos_desktop.sync.metrc.wire import RECEIPTS, Wanted, receipt_body
from pos_desktop.sync.numbers import decode
from pos_desktop.sync.one_license import NOT_ASKED, OTHER_LICENSE, PATIENT_S, OneLicense

FACILITIES = "/facilities/v2"


class MetrcTracker(OneLicense):
    """One license at METRC. Any thread; look-ups go one after another.

    Args:
        profile, settle_us: As `OneLicense` has them, and what is raised.
        heard_time: Told the service's time by each answer that proves to be the service's own.
        real_time: The best known real time, where it may be earlier than the clock's: the service dates by that.
        taken: Whether a report other than the named one was confirmed by that receipt.
    """

    def __init__(
        self,
        client: MetrcClient,
        *,
        license_number: str,
        clock: Clock,
        profile: str,
        settle_us: int | None = None,
        heard_time: Callable[[Instant], object] | None = None,
        real_time: Callable[[], Instant] | None = None,
        taken: Callable[[str, str], bool] | None = None,
    ) -> None:
        super().__init__(license_number, store=profile, base_url=client.base_url, settle_us=settle_us)
        self._client = client
        self._clock = clock
        self._heard_time = heard_time
        self._real_time = real_time or clock.now
        self._taken = taken or (lambda _receipt, _report: False)
        self._receipts = ReceiptsRead(client, license_number, self._real_time)
        self._voids = Voids(client, license_number, self.probe)
        self._first_sent: dict[str, Instant] = {}
        self._never_sent: set[str] = set()
        self._looking = threading.Lock()

    # ---- reads

    def probe(self) -> ServiceReach:
        """GET /facilities/v2: the credential test, and whether our license is among the user's."""
        return self._reach(self._client.get(FACILITIES))

    def patient(self, card_number: str) -> StateAnswer | ServiceReach:
        started, as_of = monotonic(), self._clock.now()
        number = card_number.strip()
        if not number.strip("."):
            return StateAnswer(as_of, found=False, active=False, expires=None, rows=())
        path = f"/patients/v2/statuses/{quote(number, safe='')}"
        reply = self._client.get(path, {"licenseNumber": self._license}, within_s=PATIENT_S)
        read = rows_of(reply.body) if reply.ok else None
        if read is not None:
            if not reply.is_page:
                self._tell_time(reply)
            # The service's time may have taken ours back: no figure is younger than now.
            return answer_of(min(as_of, self._clock.now()), read[0])
        if reply.failure is None and reply.status in (401, 404):
            left = max(0.1, PATIENT_S - (monotonic() - started))
            reach = self._reach(self._client.get(FACILITIES, within_s=left))
            if reach is not ServiceReach.REACHED:
                return reach
            as_of = min(as_of, self._clock.now())
            return StateAnswer(as_of, found=False, active=False, expires=None, rows=())
        return ServiceReach.REFUSED_KEY if reply.status == 403 else ServiceReach.AWAY

    def _reach(self, reply: Reply) -> ServiceReach:
        if reply.failure is None and reply.status in (401, 403):
            return ServiceReach.REFUSED_KEY
        read = rows_of(reply.body) if reply.ok and not reply.is_page else None
        if read is None:
            return ServiceReach.AWAY
        if self._license.upper() not in {_license_of(row) for row in read[0]}:
            return ServiceReach.REFUSED_KEY
        self._tell_time(reply)
        return ServiceReach.REACHED

    def _tell_time(self, reply: Reply) -> None:
        if self._heard_time is not None and reply.date is not None:
            self._heard_time(reply.date)

    # ---- reports

    def send(self, item: OutboxItem) -> AttemptResult:
        """One write, once. A report of another license is not sent: it could not be looked up here."""
        if not self.speaks_for(item):
            return AttemptResult(Outcome.BLOCKED, sentence=OTHER_LICENSE)
        match item.kind:
            case outbox.SALE:
                return self._sale(item)
            case outbox.VOID:
                return self._void(item)
        raise ValueError(f"METRC knows no report of kind {item.kind}")

    def _void(self, item: OutboxItem) -> AttemptResult:
        return self._voids.send(item)

    def _look_up_void(self, item: OutboxItem) -> AttemptResult:
        return self._voids.look_up(item)

    def _sale(self, item: OutboxItem) -> AttemptResult:
        """POST one receipt."""
        wanted = Wanted.of(item.payload)
        first = item.attempts == 0 or item.id in self._never_sent
        if first:
            self._first_sent[item.id] = self._real_time()
        reply = self._client.post(RECEIPTS, {"licenseNumber": self._license}, receipt_body(item.payload))
        result = classify.of_post(reply, wanted.people)
        if result.outcome is Outcome.CONFIRMED:
            self._tell_time(reply)
        if result.outcome is not Outcome.IN_DOUBT:
            self._first_sent.pop(item.id, None)
        if first and result.outcome is Outcome.NOT_SENT:
            self._never_sent.add(item.id)
        else:
            self._never_sent.discard(item.id)
        return result

    def look_up(self, item: OutboxItem) -> AttemptResult:
        """A sale by its number and through both lists, a void by its one receipt."""
        if not self.speaks_for(item):
            return AttemptResult(Outcome.COULD_NOT_ASK, sentence=OTHER_LICENSE)
        match item.kind:
            case outbox.SALE:
                return self._look_up_sale(item)
            case outbox.VOID:
                return self._look_up_void(item)
        raise ValueError(f"METRC knows no report of kind {item.kind}")

    def _look_up_sale(self, item: OutboxItem) -> AttemptResult:
        """By external number, then through both receipt lists; a miss counts only when the key is known to be good."""
        wanted = Wanted.of(item.payload)
        with self._looking:
            try:
                result = self._find(item, wanted)
            except CouldNotRead as broken:
                return _not_asked(broken.reply, wanted)
        if result.outcome in (Outcome.FOUND, Outcome.FOUND_DIFFERENT, Outcome.FOUND_TWICE):
            self._first_sent.pop(item.id, None)
        return result

    def _find(self, item: OutboxItem, wanted: Wanted) -> AttemptResult:
        found = {each.id: each for each in self._by_external(wanted)}
        # Without a note of the first attempt (it was made before this program started) read from the sale itself.
        since = self._first_sent.get(item.id, item.created_at)
        settled = (item.attempt_ended_at or item.created_at).plus_us(self._settle_us)
        # The number's own answer shows the newest receipt only, so the lists are read even after a hit.
        for each in self._receipts.about(wanted, since, max(settled, item.not_before or settled)):
            if each.external or not self._taken(str(each.id), item.id):
                found.setdefault(each.id, each)
        return _verdict(live_first(found.values()), wanted)

    def _by_external(self, wanted: Wanted) -> Sequence[Receipt]:
        path = f"{RECEIPTS}/external/{quote(wanted.external, safe='')}"
        reply = self._client.get(path, {"licenseNumber": self._license})
        if reply.failure is None and reply.status in (401, 404):
            facilities = self._client.get(FACILITIES)
            reach = self._reach(facilities)
            if reach is ServiceReach.REACHED:
                return ()
            # Only facilities without ours among them speak of the key; a spoiled answer says nothing about it.
            not_ours = reach is ServiceReach.REFUSED_KEY and facilities.ok
            raise CouldNotRead(Reply(status=403) if not_ours else facilities)
        if not reply.ok or reply.is_page:
            raise CouldNotRead(reply)
        receipts = (Receipt.of(row) for row in _one_or_more(reply))
        return [each for each in receipts if each is not None and each.external == wanted.external]


def _one_or_more(reply: Reply) -> list[Row]:
    """The form of several receipts with one number is not published: an object, an array and an envelope are read."""
    read = rows_of(reply.body)
    if read is not None:
        return read[0]
    try:
        document = decode(reply.body) if reply.body.strip() else None
    except ValueError:
        raise CouldNotRead(reply) from None
    return [document] if isinstance(document, dict) else []


def _verdict(found: Sequence[Receipt], wanted: Wanted) -> AttemptResult:
    if not found:
        return AttemptResult(Outcome.ABSENT, sentence="The state service does not hold this sale.")
    ids = ", ".join(str(each.id) for each in found)
    if len(found) > 1:
        return AttemptResult(
            Outcome.FOUND_TWICE,
            remote_id=str(max(each.id for each in found)),
            sentence=f"The state holds this sale {len(found)} times (receipts {ids}). Void all but one there.",
        )
    differences = found[0].differences(wanted)
    if differences:
        return AttemptResult(
            Outcome.FOUND_DIFFERENT,
            remote_id=ids,
            sentence=f"Receipt {ids} at the state bears this sale's number but differs: {', '.join(differences)}.",
        )
    return AttemptResult(Outcome.FOUND, remote_id=ids)


def _not_asked(reply: Reply, wanted: Wanted) -> AttemptResult:
    refused = reply.failure is None and reply.status in (401, 403)
    return AttemptResult(
        Outcome.COULD_NOT_ASK,
        http_status=reply.status or None,
        sentence=classify.KEY_REFUSED if refused else NOT_ASKED,
        excerpt=kept(reply, wanted.people),
        retry_after_s=reply.retry_after_s if reply.status == 429 else None,
        pause_lane=refused,
    )


def _license_of(row: Row) -> str:
    held = row.get("License")
    number = held.get("Number") if isinstance(held, dict) else None
    return number.strip().upper() if isinstance(number, str) else ""
