"""What a person may say about a report: every state with every word, legal and not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.instant import HOUR_US, SECOND_US
from pos_desktop.domain.outbox import VOID, OutboxItem, OutboxState
from pos_desktop.domain.persons_word import Action, after_word, allowed, never_attempted, words_of
from pos_desktop.sync.outbox import settled_at
from tests.fixtures.reports import LICENSE, START, sample_report

NOW = START.plus_us(HOUR_US)
OTHER = "SAMPLE-LICENSE-2"
SETTLE_US = 75 * SECOND_US
S, A = OutboxState, Action
LEGAL = {
    (S.QUEUED, A.RETRY): S.QUEUED,
    (S.IN_DOUBT, A.RETRY): S.IN_DOUBT,
    (S.BLOCKED, A.RETRY): S.QUEUED,
    (S.REJECTED, A.RETRY): S.QUEUED,
    (S.REJECTED, A.CANCELLED): S.CANCELLED,
    (S.CONFLICT, A.RETRY): S.IN_DOUBT,
    (S.CONFLICT, A.REPORTED): S.CONFIRMED,
    (S.CONFLICT, A.CANCELLED): S.CANCELLED,
}
FOREIGN = {
    (S.QUEUED, A.RETRY): S.QUEUED,
    (S.REJECTED, A.RETRY): S.QUEUED,
    (S.REJECTED, A.CANCELLED): S.CANCELLED,
    (S.CONFLICT, A.RETRY): S.IN_DOUBT,
    (S.CONFLICT, A.REPORTED): S.CONFIRMED,
    (S.CONFLICT, A.CANCELLED): S.CANCELLED,
    **{
        (state, word): after
        for state in (S.BLOCKED, S.IN_DOUBT)
        for word, after in (
            (A.REPORTED, S.CONFIRMED),
            (A.NOT_REPORTED, S.QUEUED),
            (A.CANCELLED, S.CANCELLED),
        )
    },
}
TABLES = {LICENSE: LEGAL, OTHER: FOREIGN}
EVERY = [(number, state, word) for number in TABLES for state in S for word in A]


def item(state: OutboxState, **more: object) -> OutboxItem:
    made = sample_report(1, state=state, not_before=NOW.plus_us(HOUR_US), last_error="Why.", remote_id="5")
    return replace(made, **more)  # type: ignore[arg-type]  # test builder


def say(of: OutboxItem, word: Action, license_number: str = LICENSE, remote_id: str = "") -> OutboxItem:
    receipt = remote_id or ("77" if word is A.REPORTED else "")
    return after_word(of, word, NOW, license_number=license_number, remote_id=receipt)


@pytest.mark.parametrize(("license_number", "state", "word"), EVERY)
def test_every_state_with_every_word(license_number: str, state: OutboxState, word: Action) -> None:
    before, table = item(state), TABLES[license_number]
    assert (word in allowed(before, license_number)) is ((state, word) in table)
    if (state, word) in table:
        after = say(before, word, license_number)
        assert after.state is table[state, word]
        assert (after.id, after.payload, after.natural_key) == (before.id, before.payload, before.natural_key)
        return
    with pytest.raises(RuleRefusal) as refused:
        say(before, word, license_number)
    said = refused.value.sentence
    assert "Nothing was changed." in said
    possible = [each for each in A if (state, each) in table]
    assert all(each in said.split("Possible now: ")[-1] for each in possible)
    assert possible or "Possible now" not in said


def test_a_report_that_was_made_before_any_license_is_nobody_elses() -> None:
    assert allowed(item(S.BLOCKED, license=""), OTHER) == (A.RETRY,)


def test_without_a_license_nothing_is_handed_over() -> None:
    assert allowed(item(S.BLOCKED), "") == (A.REPORTED, A.CANCELLED)


def test_what_is_handed_over_goes_under_the_license_set_now() -> None:
    after = say(item(S.BLOCKED), A.NOT_REPORTED, OTHER)
    assert (after.license, after.not_before, after.remote_id) == (OTHER, None, "")


@pytest.mark.parametrize("receipt", ["", "  ", "9" * 65, "7\n7", "٣", "000"])
def test_reported_names_a_receipt(receipt: str) -> None:
    with pytest.raises(BadInput, match="--receipt"):
        after_word(item(S.CONFLICT), A.REPORTED, NOW, license_number=LICENSE, remote_id=receipt)


def test_reported_keeps_the_receipt_that_was_named() -> None:
    after = say(item(S.CONFLICT), A.REPORTED, remote_id=" 4711 ")
    assert (after.state, after.remote_id, after.last_error) == (S.CONFIRMED, "4711", "")


def test_noughts_before_a_number_are_the_screens() -> None:
    assert say(item(S.CONFLICT), A.REPORTED, remote_id="0000004711").remote_id == "4711"
    assert say(item(S.CONFLICT), A.REPORTED, remote_id="00A7").remote_id == "00A7"


def test_a_void_that_nobody_can_settle_by_asking_is_ended_by_a_person_in_either_way() -> None:
    void = item(S.REJECTED, kind=VOID)
    assert allowed(void, LICENSE) == (A.RETRY, A.REPORTED, A.CANCELLED)
    assert say(void, A.REPORTED).state is S.CONFIRMED
    assert say(void, A.CANCELLED).state is S.CANCELLED


@pytest.mark.parametrize("state", [S.REJECTED, S.CONFLICT])
def test_of_a_void_nothing_is_said_that_is_true_of_sales_only(state: OutboxState) -> None:
    said = words_of(item(state, kind=VOID), LICENSE)
    assert said != words_of(item(state), LICENSE)
    assert "recorded" not in said
    assert said.startswith("The report of the void ")


@pytest.mark.parametrize("absent_once", [False, True])
def test_a_retry_of_what_is_in_doubt_shortens_no_settling(absent_once: bool) -> None:
    """The back-off is gone; the time after the attempt stays, and so do two empty look-ups."""
    just_ended = item(S.IN_DOUBT, attempt_ended_at=NOW.plus_us(-SECOND_US), absent_once=absent_once)
    after = say(just_ended, A.RETRY)
    assert settled_at(after, SETTLE_US) == NOW.plus_us(SETTLE_US - SECOND_US)
    assert not after.absent_once, "a miss before the word counts no more"
    long_ago = item(S.IN_DOUBT, attempt_ended_at=START, absent_once=absent_once)
    assert settled_at(say(long_ago, A.RETRY), SETTLE_US) == NOW


def test_what_was_refused_after_an_earlier_try_is_asked_about_first() -> None:
    """That try may have arrived since, and be the reason of the refusal."""
    after = say(item(S.REJECTED, attempts=1, absent_once=True), A.RETRY)
    assert (after.state, after.absent_once, after.not_before) == (S.IN_DOUBT, False, NOW)


def test_a_conflict_is_read_afresh_when_a_person_put_it_right() -> None:
    after = say(item(S.CONFLICT, attempt_ended_at=START), A.RETRY)
    assert (after.state, after.remote_id, after.not_before) == (S.IN_DOUBT, "", NOW)


def test_only_what_was_never_tried_was_never_attempted() -> None:
    assert never_attempted(item(S.QUEUED))
    assert not never_attempted(item(S.QUEUED, attempts=1))
    assert not never_attempted(item(S.QUEUED, attempt_ended_at=START))
    assert not any(never_attempted(item(state)) for state in S if state is not S.QUEUED)


def test_each_state_has_its_own_words() -> None:
    said = {words_of(item(state), LICENSE) for state in S}
    assert len(said) == len(S)
    assert "another license" in words_of(item(S.BLOCKED), OTHER)
    assert "another license" not in words_of(item(S.CONFIRMED), OTHER)
