"""Whether the state holds a report that is in doubt (biotrack contract, section 8.2)."""

from __future__ import annotations

from collections.abc import Sequence

from pos_desktop.app.ports import Clock
from pos_desktop.domain.instant import DAY_US, SECOND_US, Instant
from pos_desktop.domain.outbox import SALE, AttemptResult, OutboxItem, Outcome
from pos_desktop.sync.biotrack.answers import Answer
from pos_desktop.sync.biotrack.classify import MISSING, could_not_ask, not_begun
from pos_desktop.sync.biotrack.legacy import LegacyClient
from pos_desktop.sync.biotrack.listing import CouldNotList, Past, SalesList
from pos_desktop.sync.biotrack.profile import BioTrackProfile, Generation, Replay
from pos_desktop.sync.biotrack.reading import number_of
from pos_desktop.sync.biotrack.sales import SalesRead, Sold, sale_of, sales_of
from pos_desktop.sync.biotrack.service_time import ServiceTime
from pos_desktop.sync.biotrack.wire import Wanted
from pos_desktop.sync.one_license import NOT_ASKED

NOT_HELD = "The state service does not hold this sale."
STILL_IN_FORCE = "The sale is still in force at the state."
NOT_LISTED = (
    "The state service lists no sale of the number {id} to this user, so that nobody here can tell whether it is taken "
    "back. A manager must look there, then end this report with what was found."
)
NOT_THIS_SALE = (
    "Transaction {id} at the state is not this sale by {differences}. It was not touched. A manager must look there "
    "and take back this sale's own transaction by hand, then end this report."
)
MAY_NOT_LIST = (
    "A sale is read at the state before it is taken back, and this user may not list sales. Nothing was changed there. "
    "A manager must give that right (sync_sale), then try this report again."
)
REPLAY = "nonce_replay"
_SETTLED = (
    Outcome.CONFIRMED,
    Outcome.REFUSED,
    Outcome.FOUND,
    Outcome.FOUND_DIFFERENT,
    Outcome.FOUND_TWICE,
)


class LookUps:
    """Finds reports by their nonce, and by what they record where the nonce tells nothing. One thread at a time.

    A nonce that is not found is no proof by itself: how long one is kept is not published. So the list of sales is
    read as well, where the service gives it.
    """

    def __init__(
        self,
        client: LegacyClient,
        profile: BioTrackProfile,
        clock: Clock,
        time: ServiceTime,
        past: Past,
        settle_us: int,
    ) -> None:
        self._client = client
        self._profile = profile
        self._time = time
        self._past = past
        self._settle_us = settle_us
        self._list = SalesList(client, past)
        self._sales = SalesRead(self._list, clock, timed=profile.sale_time_kept)
        self._before: dict[str, int] = {}
        self._newest = 0
        # That v3 numbers its transactions in the same count as the legacy API is not established.
        self._one_count = profile.generation is Generation.LEGACY

    # ---- what is known before a first try

    def first_try(self, item: OutboxItem) -> None:
        """The report was never out before: whatever comes of it has a transaction above those seen until now."""
        newest = max(self._newest, self._sales.newest)
        if newest:
            self._before.setdefault(item.id, newest)

    def came_of(self, item: OutboxItem, result: AttemptResult) -> None:
        """Of an attempt or a look-up."""
        if result.outcome is Outcome.CONFIRMED and self._one_count:
            self._newest = max(self._newest, int(result.remote_id))
        if result.outcome in _SETTLED:
            self._before.pop(item.id, None)

    # ---- asking

    def sale(self, item: OutboxItem, wanted: Wanted) -> AttemptResult:
        replayed = self._replay(item)
        number = number_of(replayed.document.get("transactionid")) if replayed is not None else ""
        if number and not item.attempts:
            return AttemptResult(Outcome.FOUND, remote_id=number)
        try:
            found = self._about(item, wanted)
        except CouldNotList as broken:
            return self._by_nonce_alone(number, replayed, broken.answer, wanted)
        if not found and number:
            return AttemptResult(Outcome.FOUND, remote_id=number)
        return self._verdict(found, wanted)

    def void(self, item: OutboxItem, sale: str) -> AttemptResult:
        """By its nonce, else by the sale itself: taken back, or still in force."""
        replayed = self._replay(item)
        number = number_of(replayed.document.get("transactionid")) if replayed is not None else ""
        if number:
            return AttemptResult(Outcome.FOUND, remote_id=number)
        return self.standing(item, sale)

    def standing(self, item: OutboxItem, sale: str) -> AttemptResult:
        """FOUND where the sale was taken back, ABSENT where it is in force; else it could not be asked.

        FOUND_DIFFERENT where that transaction is another sale, and REFUSED where the state, which knows us, lists none
        of that number: both are for a person, since asking again would answer the same for ever.
        """
        try:
            sold = self._sold(sale)
        except CouldNotList as broken:
            return could_not_ask(broken.answer, (), NOT_ASKED)
        if sold is None:
            return AttemptResult(Outcome.REFUSED, sentence=NOT_LISTED.format(id=sale))
        unlike = self._unlike(sold, item)
        if unlike:
            return AttemptResult(Outcome.FOUND_DIFFERENT, sale, sentence=unlike)
        if sold.voided:
            return AttemptResult(Outcome.FOUND, remote_id=sold.newest)
        return AttemptResult(Outcome.ABSENT, sentence=STILL_IN_FORCE)

    def ended_before(self, item: OutboxItem, sale: str) -> AttemptResult | None:
        """How a void ends without being sent; None where the sale is there, is this one, and is in force."""
        try:
            sold = self._sold(sale)
        except CouldNotList as broken:
            return _not_read(broken.answer)
        if sold is None:
            return AttemptResult(Outcome.REFUSED, sentence=NOT_LISTED.format(id=sale))
        unlike = self._unlike(sold, item)
        if unlike:
            return AttemptResult(Outcome.REFUSED, sentence=unlike)
        return AttemptResult(Outcome.CONFIRMED, remote_id=sold.newest) if sold.voided else None

    # ---- inside

    def _replay(self, item: OutboxItem) -> Answer | None:
        """The stored result under the report's nonce; None where the service is not asked."""
        by_nonce = self._profile.generation is Generation.LEGACY or item.kind != SALE
        if self._profile.nonce_replay is Replay.NO or not by_nonce:
            return None
        answer = self._client.ask(REPLAY, {"nonce": item.id})
        return answer if answer.accepted or answer.refused else None

    def _about(self, item: OutboxItem, wanted: Wanted) -> Sequence[Sold]:
        since = self._before.get(item.id) or self._known_before(item)
        listed = self._sales.read(since, wanted.sold_at, self._settled(item))
        ours = [each for each in listed if each.is_of(wanted)]
        if ours:
            return ours
        timed, offset = self._profile.sale_time_kept, self._time.offset_us
        alike = [
            each
            for each in listed
            if each.looks_like(wanted, offset_us=offset, timed=timed)
            and not self._past.taken(each.id, item.id)
        ]
        exact = [each for each in alike if each.at is not None and _same_second(each.at, wanted, offset)]
        return exact if len(exact) == 1 else alike

    def _known_before(self, item: OutboxItem) -> int:
        """What was listed before the report was made, or accepted a day before it; 0 reads all.

        A day, so that no clock set meanwhile hides one.
        """
        accepted = self._past.known_before(item.created_at.plus_us(-DAY_US)) if self._one_count else 0
        return max(accepted, self._past.listed_before_report(item.id))

    def _sold(self, sale: str) -> Sold | None:
        """The sale of that number as the state lists it now. Raises CouldNotList."""
        found = sales_of(self._list.read(int(sale), lambda row: sale_of(row) == sale).rows)
        return found[0] if found else None

    def _unlike(self, sold: Sold, item: OutboxItem) -> str:
        """That it is another sale than the one of the void, as a sentence; empty where it is that one."""
        wanted = Wanted.of(item.of_payload, self._profile)
        timed = self._profile.sale_time_kept
        differences = sold.unlike(wanted, offset_us=self._time.offset_us, timed=timed)
        return NOT_THIS_SALE.format(id=sold.id, differences=", ".join(differences)) if differences else ""

    def _settled(self, item: OutboxItem) -> Instant:
        settled = (item.attempt_ended_at or item.created_at).plus_us(self._settle_us)
        return max(settled, item.not_before or settled)

    def _verdict(self, found: Sequence[Sold], wanted: Wanted) -> AttemptResult:
        found = [each for each in found if not each.voided] or found
        if not found:
            return AttemptResult(Outcome.ABSENT, sentence=NOT_HELD)
        ids = ", ".join(each.id for each in found)
        if len(found) > 1:
            return AttemptResult(
                Outcome.FOUND_TWICE,
                remote_id=max((each.id for each in found), key=int),
                sentence=f"The state holds this sale {len(found)} times (transactions {ids}). Void all but one there.",
            )
        offset, timed = self._time.offset_us, self._profile.sale_time_kept
        differences = found[0].differences(wanted, offset_us=offset, timed=timed)
        if differences:
            return AttemptResult(
                Outcome.FOUND_DIFFERENT,
                remote_id=ids,
                sentence=f"Transaction {ids} at the state bears this sale's number but differs: "
                f"{', '.join(differences)}.",
            )
        return AttemptResult(Outcome.FOUND, remote_id=ids)

    def _by_nonce_alone(
        self, number: str, replayed: Answer | None, broken: Answer, wanted: Wanted
    ) -> AttemptResult:
        """The list was not given. Where this user may never see it, the nonce decides; else it is asked again."""
        if number:
            return AttemptResult(Outcome.FOUND, remote_id=number)
        if broken.refused and replayed is not None and replayed.code == MISSING:
            return AttemptResult(Outcome.ABSENT, sentence=NOT_HELD)
        return could_not_ask(broken, wanted.people, NOT_ASKED)


def _not_read(answer: Answer) -> AttemptResult:
    """Nothing was written yet. That this user may not list sales stops this void and no sale."""
    result = not_begun(answer, ())
    if answer.refused and result.outcome is Outcome.BLOCKED:
        return AttemptResult(Outcome.REFUSED, http_status=result.http_status, sentence=MAY_NOT_LIST)
    return result


def _same_second(at: Instant, wanted: Wanted, offset_us: int) -> bool:
    return abs(at.since_us(wanted.sold_at.plus_us(offset_us))) < SECOND_US
