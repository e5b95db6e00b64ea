"""BioTrack as the state service of this store (app.ports.Tracker)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace

from pos_desktop.app.ports import Clock, ServiceReach, StateAnswer
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.outbox import SALE, VOID, AttemptResult, OutboxItem, Outcome
from pos_desktop.sync.biotrack import classify
from pos_desktop.sync.biotrack.answers import Account, Answer, Counter, Verdict
from pos_desktop.sync.biotrack.cards import card_of, state_answer, unknown_card
from pos_desktop.sync.biotrack.legacy import LegacyClient
from pos_desktop.sync.biotrack.listing import Past
from pos_desktop.sync.biotrack.looking import LookUps
from pos_desktop.sync.biotrack.profile import BioTrackProfile, Generation
from pos_desktop.sync.biotrack.reading import number_of
from pos_desktop.sync.biotrack.service_time import ServiceTime
from pos_desktop.sync.biotrack.wire import Wanted, sale_second
from pos_desktop.sync.one_license import OTHER_LICENSE, PATIENT_S, TRAINING, OneLicense

NO_SUCH_CARD = (
    "The state does not know the card of this sale any more, so that it takes no sale to it. The sale is saved. "
    "A manager must clear it up with the patient and the agency."
)
CARD_LAPSED = (
    "The state says that the card of this sale is not active now, so that it takes no sale to it. The sale is saved "
    "as it was made. A manager must clear it up with the patient and the agency."
)
CARD_UNREADABLE = (
    "The state's answer about the card of a sale tells neither its standing nor a key, so the sale was not sent. It is "
    "saved and tried again. If this stays, the profile of this BioTrack does not fit: call support."
)
SALE_UNKNOWN = (
    "The number of the sale at the state is not known, so that it cannot be taken back there. "
    "A manager must look the sale up."
)


class BioTrackTracker(OneLicense):
    """One premises at BioTrack. Any thread; look-ups go one after another.

    Args:
        counter: Where sales are sent and cards looked up: the legacy API, or v3.
        legacy: Where voids go and reports are looked up. With the legacy generation it is the same.
        store, settle_us: As `OneLicense` has them, and what is raised.

    Raises:
        BadInput: requests in a data set that is not the store's.
    """

    def __init__(
        self,
        counter: Counter,
        legacy: LegacyClient,
        *,
        profile: BioTrackProfile,
        license_number: str,
        clock: Clock,
        time: ServiceTime,
        past: Past,
        store: str,
        settle_us: int | None = None,
    ) -> None:
        for client in (counter, legacy):
            refuse_mixture(store, training=client.training)
        super().__init__(license_number, store=store, base_url=legacy.base_url, settle_us=settle_us)
        self._counter = counter
        self._legacy = legacy
        self._profile = profile
        self._clock = clock
        self._time = time
        self._look_ups = LookUps(legacy, profile, clock, time, past, self.settle_us)
        self._looking = threading.Lock()

    # ---- reads

    def probe(self) -> ServiceReach:
        """A refusal of the read itself is an answer: the service is there and knows the session."""
        answer = self._counter.probe()
        if answer.verdict is Verdict.LOGIN_REFUSED or (answer.refused and _not_ours(answer)):
            return ServiceReach.REFUSED_KEY
        return ServiceReach.REACHED if answer.accepted or answer.refused else ServiceReach.AWAY

    def patient(self, card_number: str) -> StateAnswer | ServiceReach:
        as_of, number = self._clock.now(), card_number.strip()
        if not number:
            return unknown_card(as_of)
        answer = self._counter.card(number, "", PATIENT_S)
        # The service's time may have taken ours back: no figure is younger than now.
        as_of = min(as_of, self._clock.now())
        card = card_of(answer.document, self._profile) if answer.accepted else None
        if card is not None:
            return state_answer(card, self._profile, as_of)
        if _no_such_card(answer):
            return unknown_card(as_of)
        refused = answer.refused or answer.verdict is Verdict.LOGIN_REFUSED
        return ServiceReach.REFUSED_KEY if refused else ServiceReach.AWAY

    # ---- reports

    def send(self, item: OutboxItem) -> AttemptResult:
        """One request for one report, once. A report of another license is not sent: it could not be looked up here."""
        if not self.speaks_for(item):
            return AttemptResult(Outcome.BLOCKED, sentence=OTHER_LICENSE)
        if item.attempts == 0:
            self._look_ups.first_try(item)
        result = self._by_kind(item)[0](item)
        self._look_ups.came_of(item, result)
        return result

    def look_up(self, item: OutboxItem) -> AttemptResult:
        if not self.speaks_for(item):
            return AttemptResult(Outcome.COULD_NOT_ASK, sentence=OTHER_LICENSE)
        with self._looking:
            result = self._by_kind(item)[1](item)
        self._look_ups.came_of(item, result)
        return result

    def _by_kind(
        self, item: OutboxItem
    ) -> tuple[Callable[[OutboxItem], AttemptResult], Callable[[OutboxItem], AttemptResult]]:
        if item.kind == SALE:
            return self._send_sale, self._find_sale
        if item.kind == VOID:
            return self._send_void, self._find_void
        raise ValueError(f"no report of the kind {item.kind}")

    # ---- sales

    def _send_sale(self, item: OutboxItem) -> AttemptResult:
        wanted = Wanted.of(item.payload, self._profile)
        if wanted.unsendable:
            return AttemptResult(Outcome.REFUSED, sentence=wanted.unsendable)
        key = self._key(wanted)
        if isinstance(key, AttemptResult):
            return key
        answer = self._dispense(item, wanted, key)
        if key and _key_may_have_ended(answer):
            again = self._key(wanted)
            if isinstance(again, AttemptResult):
                return again
            if again != key:
                answer = self._dispense(item, wanted, again)
        return self._outcome(answer, wanted)

    def _dispense(self, item: OutboxItem, wanted: Wanted, key: str) -> Answer:
        at = sale_second(wanted.sold_at, self._time.offset_us, self._time.now())
        return self._counter.dispense(wanted, key, item.id, at)

    def _outcome(self, answer: Answer, wanted: Wanted) -> AttemptResult:
        member = "TransactionID" if self._profile.generation is Generation.V3 else "transactionid"
        return classify.of_write(answer, wanted.people, member)

    def _key(self, wanted: Wanted) -> str | AttemptResult:
        """Of the card, looked up anew before each sale; empty where the sale needs none.

        How long a key lives is known of no legacy system, and in v3 it is three hours: that of an offline sale is over
        (section 5.5).
        """
        if not (wanted.patient and self._profile.card_required):
            return ""
        answer = self._counter.card(wanted.patient, wanted.caregiver)
        if _no_such_card(answer):
            return AttemptResult(Outcome.REFUSED, http_status=answer.reply.status, sentence=NO_SUCH_CARD)
        if not answer.accepted:
            return classify.not_begun(answer, wanted.people)
        card = card_of(answer.document, self._profile)
        if card is None:
            return AttemptResult(Outcome.NOT_SENT, http_status=answer.reply.status, sentence=CARD_UNREADABLE)
        if not card.active:
            return AttemptResult(Outcome.REFUSED, http_status=answer.reply.status, sentence=CARD_LAPSED)
        return card.key

    def _find_sale(self, item: OutboxItem) -> AttemptResult:
        return self._look_ups.sale(item, Wanted.of(item.payload, self._profile))

    # ---- voids

    def _send_void(self, item: OutboxItem) -> AttemptResult:
        """Only after a look at the sale: by a wrong number another patient's purchase would be taken back."""
        sale = _voided_sale(item)
        if not sale:
            return AttemptResult(Outcome.REFUSED, sentence=SALE_UNKNOWN)
        with self._looking:
            ended = self._look_ups.ended_before(item, sale)
        if ended is not None:
            return ended
        answer = self._legacy.ask("sale_void", {"transactionid": sale}, nonce=item.id)
        result = classify.of_write(answer, Wanted.of(item.of_payload, self._profile).people)
        if answer.refused and answer.code == classify.MISSING:
            with self._looking:
                standing = self._look_ups.standing(item, sale)
            if standing.outcome is Outcome.FOUND:  # someone took it back already
                return replace(result, outcome=Outcome.CONFIRMED, remote_id=standing.remote_id, sentence="")
        return result

    def _find_void(self, item: OutboxItem) -> AttemptResult:
        sale = _voided_sale(item)
        if not sale:
            return AttemptResult(Outcome.REFUSED, sentence=SALE_UNKNOWN)
        return self._look_ups.void(item, sale)


def refuse_mixture(store: str, *, training: bool) -> None:
    """Raises BadInput: requests would work in a data set that is not the store's (contract, section 3.2)."""
    if training is not (store == TRAINING):
        ours, theirs = ("training", "live") if store == TRAINING else ("live", "training")
        raise BadInput(
            f"This is a {ours} store, and its requests would work in BioTrack's {theirs} data. Nothing was sent.",
            code="training-mixed",
        )


def must_be_set(account: Account) -> None:
    """Raises BadInput naming the first thing that a store needs before it can speak to BioTrack."""
    for value, words in (
        (account.company, "the company's number (config set state.company …)"),
        (account.username, "the user's name (config set state.username …)"),
        (account.location, "the location's number (config set state.location …)"),
        (account.password, "the password (secret set state.password)"),
    ):
        if not value.strip():
            raise BadInput(f"Before BioTrack can be called, set {words}.")


def _voided_sale(item: OutboxItem) -> str:
    """Empty where the sale's number or its report is not known."""
    return (
        "" if not item.of_payload else number_of(item.of_remote or json.loads(item.payload).get("remote_id"))
    )


def _no_such_card(answer: Answer) -> bool:
    """Legacy says 602; v3 has no codes, so that any refusal but of the log-in or for haste counts."""
    if not answer.refused:
        return False
    if answer.code is None:
        return answer.reply.status in (400, 404, 422)
    return answer.code == classify.MISSING


def _not_ours(answer: Answer) -> bool:
    return answer.code == 63 or (answer.code is None and answer.reply.status in (401, 403))


def _key_may_have_ended(answer: Answer) -> bool:
    """A key that ended is refused like anything missing, and so nothing was recorded: one more look-up tells.

    The text is no more than a hint: where it does not speak of the card, the refusal goes to a person at once.
    """
    said = answer.text.lower()
    about_card = "card" in said or "key" in said
    by_code = answer.code == classify.MISSING or (answer.code is None and answer.reply.status in (400, 422))
    return answer.refused and by_code and about_card
