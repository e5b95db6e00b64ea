"""Whatever a person says of a report, it never goes out again while it may be at the state; save by `not-reported`."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.instant import SECOND_US, Instant
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.domain.outbox_moves import after_crash
from pos_desktop.domain.persons_word import Action, after_word
from pos_desktop.sync.outbox import after_attempt, after_look_up, settled_at
from tests.fixtures.reports import LICENSE, START, sample_report

SETTLE_US = 75 * SECOND_US
OTHER = "SAMPLE-LICENSE-2"
Say = Callable[..., OutboxItem]
Road = Sequence[tuple[str, object, bool]]


@dataclass
class Service:
    """Keeps every copy it is given; what comes late comes within the time that is waited for.

    It may refuse what it holds already, with words that look like any other refusal.
    """

    now: Instant = START
    held: int = 0
    late: Instant | None = None

    def pass_time(self, microseconds: int) -> None:
        self.now = self.now.plus_us(microseconds)
        if self.late is not None and self.late <= self.now:
            self.held, self.late = self.held + 1, None

    @property
    def may_hold(self) -> bool:
        return bool(self.held) or self.late is not None

    def take(self, fate: str) -> AttemptResult | None:
        """None: the program dies in it."""
        if fate == "refuse" or (fate == "refuse-twice" and self.held):
            return AttemptResult(Outcome.REFUSED, sentence="No.")
        if fate == "not-sent":
            return AttemptResult(Outcome.NOT_SENT)
        if fate == "key":
            return AttemptResult(Outcome.BLOCKED)
        if fate == "lost":
            return AttemptResult(Outcome.IN_DOUBT)
        if fate == "lost-late":
            self.late = self.now.plus_us(60 * SECOND_US)
            return AttemptResult(Outcome.IN_DOUBT)
        self.held += 1
        if fate == "died":
            return None
        return AttemptResult(
            Outcome.CONFIRMED if fate == "good" else Outcome.IN_DOUBT, remote_id=str(self.held)
        )

    def look(self, away: bool) -> AttemptResult:
        if away:
            return AttemptResult(Outcome.COULD_NOT_ASK)
        if not self.held:
            return AttemptResult(Outcome.ABSENT)
        outcome = Outcome.FOUND if self.held == 1 else Outcome.FOUND_TWICE
        return AttemptResult(outcome, remote_id=str(self.held))


FATES = ("good", "lost", "kept-lost", "lost-late", "died", "refuse", "refuse-twice", "not-sent", "key")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("go"), st.sampled_from(FATES), st.booleans()),
        st.tuples(st.just("say"), st.sampled_from(list(Action)), st.booleans()),
        st.tuples(st.just("wait"), st.sampled_from([1, 60, 76, 200]), st.booleans()),
        st.tuples(st.just("license"), st.sampled_from([LICENSE, OTHER]), st.booleans()),
    ),
    max_size=40,
)


@dataclass
class Walk:
    """One report on its way, by the product's machine. `doubled`: it went out while the state might hold it."""

    say: Say
    item: OutboxItem = field(default_factory=lambda: sample_report(1))
    service: Service = field(default_factory=Service)
    license: str = LICENSE
    has_leave: bool = False
    """A person said `not-reported`."""
    doubled: bool = False

    def step(self, what: str, choice: object, flag: bool) -> None:
        if what == "wait":
            self.service.pass_time(int(str(choice)) * SECOND_US)
        elif what == "license":
            self.license = str(choice)
        elif what == "say" and isinstance(choice, Action):
            self._hear(choice)
        else:
            self._go(str(choice), flag)

    def _hear(self, word: Action) -> None:
        with suppress(RuleRefusal):
            self.item = self.say(
                self.item, word, self.service.now, license_number=self.license, remote_id="7"
            )
            self.has_leave = self.has_leave or word is Action.NOT_REPORTED

    def _go(self, fate: str, away: bool) -> None:
        """What the loop does with it next."""
        item, service = self.item, self.service
        foreign = item.license not in ("", self.license)
        if item.state is OutboxState.QUEUED and foreign:
            self.item = replace(item, state=OutboxState.BLOCKED)
        elif item.state is OutboxState.QUEUED:
            self.doubled = self.doubled or (service.may_hold and not self.has_leave)
            sending, result = replace(item, state=OutboxState.SENDING), service.take(fate)
            self.item = (
                after_crash(sending, service.now)
                if result is None
                else after_attempt(sending, result, service.now, _least)
            )
        elif self._may_ask and not foreign:
            self.item = after_look_up(item, service.look(away), service.now, SETTLE_US, _least)

    @property
    def _may_ask(self) -> bool:
        in_doubt = self.item.state is OutboxState.IN_DOUBT
        return in_doubt and settled_at(self.item, SETTLE_US) <= self.service.now


def _least(low: int, _: int) -> int:
    return low


def sent_while_held(road: Road, say: Say = after_word) -> bool:
    walk = Walk(say)
    for step in road:
        walk.step(*step)
    return walk.doubled


@settings(max_examples=600)
@given(steps)
def test_no_word_sends_again_what_may_be_there(road: Road) -> None:
    assert not sent_while_held(road)


@pytest.mark.prove
@pytest.mark.timeout(900)
def test_no_word_on_two_hundred_thousand_roads() -> None:
    """Drawn by chance and long: a search by examples is slower and stays near the short ones."""
    dice = random.Random(1)
    hasty = 0
    for _ in range(200_000):
        road = [_step(dice) for _ in range(dice.randint(1, 40))]
        assert not sent_while_held(road), road
        hasty += sent_while_held(road, _hasty)
    assert hasty > 10_000, "most of these roads would show a wrong word"


def _step(dice: random.Random) -> tuple[str, object, bool]:
    choices: dict[str, Sequence[object]] = {
        "go": FATES,
        "say": list(Action),
        "wait": [1, 60, 76, 200],
        "license": [LICENSE, LICENSE, LICENSE, OTHER],
    }
    what = dice.choice(("go", "go", "go", "say", "wait", "license"))
    return what, dice.choice(choices[what]), dice.random() < 0.2


def _hasty(item: OutboxItem, action: Action, now: Instant, **more: str) -> OutboxItem:
    """Known wrong: a retry is taken at its word."""
    after = after_word(item, action, now, license_number=more["license_number"], remote_id=more["remote_id"])
    return replace(after, state=OutboxState.QUEUED) if action is Action.RETRY else after


def _impatient(item: OutboxItem, action: Action, now: Instant, **more: str) -> OutboxItem:
    """Known wrong: a retry also forgets the time that lets the state settle, and counts an old miss."""
    after = after_word(item, action, now, license_number=more["license_number"], remote_id=more["remote_id"])
    in_doubt = after.state is OutboxState.IN_DOUBT and action is Action.RETRY
    long_ago = now.plus_us(-SETTLE_US)
    return replace(after, attempt_ended_at=long_ago, absent_once=True) if in_doubt else after


def _trusting(item: OutboxItem, action: Action, now: Instant, **more: str) -> OutboxItem:
    """Known wrong: a refusal is proof that the state holds nothing, whatever went before."""
    fresh = replace(item, attempts=0) if item.state is OutboxState.REJECTED else item
    return after_word(fresh, action, now, license_number=more["license_number"], remote_id=more["remote_id"])


def test_a_search_finds_the_hasty_word() -> None:
    search = settings(max_examples=20_000, database=None, derandomize=True, deadline=None)
    road = find(steps, lambda each: sent_while_held(each, _hasty), settings=search)
    assert not sent_while_held(road)


def test_an_impatient_word_is_caught() -> None:
    road: Road = [
        ("go", "lost-late", False),
        ("say", Action.RETRY, False),
        ("go", "good", False),
        ("go", "good", False),
    ]
    assert sent_while_held(road, _impatient)
    assert not sent_while_held(road)


def test_a_refusal_after_a_lost_answer_is_no_proof() -> None:
    """The one road by hand that a search seldom walks: applied later than anybody waits, then refused as a double."""
    held_late = Service(held=1)
    item = sample_report(1, state=OutboxState.SENDING, attempts=1, attempt_ended_at=START)
    result = held_late.take("refuse-twice")
    assert result is not None
    refused = after_attempt(item, result, START, _least)
    assert refused.state is OutboxState.REJECTED
    more = {"license_number": LICENSE, "remote_id": ""}
    assert _trusting(refused, Action.RETRY, START, **more).state is OutboxState.QUEUED
    assert after_word(refused, Action.RETRY, START, license_number=LICENSE).state is OutboxState.IN_DOUBT
