"""Who may do what, and whose PIN may lend a right for one action."""

from __future__ import annotations

import pytest

from pos_desktop.domain import people
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.people import Approval, Person, Right, Role, holders, require, who_may

KEPT = "Nothing was changed."


def person(role: str, n: int = 1) -> Person:
    return Person(PersonId(f"{role}-{n}"), f"Sample {role.title()} {n}", role)


def refused(actor: Person, right: Right, approval: Approval | None = None, about: str = "") -> str:
    with pytest.raises(RuleRefusal) as caught:
        require(actor, right, KEPT, approval=approval, about=about)
    assert caught.value.sentence.endswith(KEPT)
    return caught.value.code


def test_a_manager_may_everything_and_an_unknown_role_nothing() -> None:
    assert all(person(Role.MANAGER).may(each) for each in Right)
    assert not any(person("owner").may(each) for each in Right)


def test_an_auditor_changes_nothing() -> None:
    reading = {Right.READ_REPORTS, Right.READ_JOURNAL, Right.READ_VIEWS}
    assert {each for each in Right if person(Role.AUDITOR).may(each)} == reading


def test_every_right_belongs_to_somebody_and_who_counts_cannot_read_what_must_be_there() -> None:
    assert all(holders(each) for each in Right)
    assert not person(Role.BUDTENDER).may(Right.READ_TILL)
    assert not person(Role.LEAD).may(Right.READ_TILL)


def test_who_has_the_right_answers_alone() -> None:
    assert require(person(Role.MANAGER), Right.LIFT_RULE, KEPT) == person(Role.MANAGER)


def test_without_it_a_second_person_answers_for_that_one_action() -> None:
    manager = person(Role.MANAGER)
    approval = Approval(manager, Right.LIFT_RULE, "sale-1")
    budtender = person(Role.BUDTENDER)
    assert require(budtender, Right.LIFT_RULE, KEPT, approval=approval, about="sale-1") == manager
    assert refused(budtender, Right.LIFT_RULE, approval, "sale-2") == "other-approval"
    assert refused(budtender, Right.VOID_SALE, approval, "sale-1") == "other-approval"
    assert refused(budtender, Right.LIFT_RULE) == "manager-needed"


def test_nobody_approves_their_own_action_nor_lends_what_they_do_not_have() -> None:
    budtender, lead = person(Role.BUDTENDER), person(Role.LEAD)
    own = Approval(budtender, Right.LIFT_RULE, "")
    assert refused(budtender, Right.LIFT_RULE, own) == "own-approval"
    assert refused(budtender, Right.LIFT_RULE, Approval(lead, Right.LIFT_RULE, "")) == "manager-needed"
    assert refused(budtender, Right.PAID_IN_OUT) == "right-needed:paid-in-out"


@pytest.mark.parametrize("right", sorted(people._NEVER_APPROVED))
def test_some_rights_are_never_lent(right: Right) -> None:
    manager = person(Role.MANAGER)
    assert refused(person(Role.AUDITOR), right, Approval(manager, right, "")) == "not-approvable"


def test_the_sentence_says_who_may() -> None:
    assert who_may(Right.LIFT_RULE) == "A manager must do or approve this."
    assert who_may(Right.RETRY_REPORT) == "A lead, a manager or a compliance officer must do or approve this."
    assert who_may(Right.MANAGE_PEOPLE) == "A manager must do this."
