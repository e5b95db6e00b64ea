"""Signing in with more than a PIN, or without one: the code of an authenticator, and the code in the envelope."""

from __future__ import annotations

from typing import Any, cast

from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.people import EMERGENCY, Person
from tests.fixtures.builders import MANAGER, PERSON, tag
from tests.fixtures.sign_ins import LEAD, AsksManagers
from tests.ui.test_flow_locking import CARD, REASON, shop


def test_where_the_store_wants_it_the_code_of_an_authenticator_goes_with_the_pin() -> None:
    at = shop()
    at.people.door._factor = cast("Any", AsksManagers())
    at.at.sign_in(MANAGER)
    assert (at.lock.pin.said, at.told) == ("Type the code that your authenticator shows now.", [])
    at.at.do.pin.emit(MANAGER.id, "000000")
    assert at.lock.pin.said == "The PIN is not right. Try again."
    assert at.told == [("sign-in.refused", MANAGER.id, "code")]
    at.at.sign_in(MANAGER)
    at.at.do.person.emit(LEAD.id)
    at.at.sign_in(LEAD)
    assert at.at.floor.actor == LEAD, "another name begins anew, and this one needs no code"
    at.at.do.lock.emit()
    at.at.sign_in(MANAGER)
    at.at.do.pin.emit(MANAGER.id, "424213")
    assert at.at.floor.actor == MANAGER


class Envelope:
    """A sealed code, good once."""

    sealed = True

    def is_sealed(self) -> bool:
        return self.sealed

    def open(self, code: str, reason: str) -> Person:
        if code != "ABCD-1234" or not self.sealed:
            raise RuleRefusal("The code is not right. Try again.")
        if not reason:
            raise BadInput("Write why, in a few words.")
        self.sealed = False
        return EMERGENCY


def test_a_sealed_code_opens_a_look_at_patients_and_nothing_else() -> None:
    at = shop()
    assert not at.lock.other, "no envelope, no way"
    at.people.door._sealed = cast("Any", Envelope())
    at.at.sign_in(PERSON)
    at.at.do.lock.emit()
    at.at.do.fix.emit("lock-emergency")
    assert [each.id for each in at.lock.fields] == ["code", "reason"]
    assert at.lock.hint == ""
    at.at.do.fix.emit("lock-pin")
    assert not at.lock.fields
    at.at.do.form.emit({"code": "ABCD-1234", "reason": REASON})
    assert not at.at.floor.actor, "nobody asked for it"
    at.at.do.fix.emit("lock-emergency")
    for code, reason, said in (("ABCD", REASON, "The code is not right."), ("ABCD-1234", "", "Write why")):
        at.at.do.form.emit({"code": code, "reason": reason})
        assert said in next(each.error for each in at.lock.fields)
    at.at.do.form.emit({"code": "ABCD-1234", "reason": REASON})
    assert at.at.floor.actor == EMERGENCY
    assert at.at.said.startswith("Emergency access: patients can be looked up, nothing else.")
    at.at.scan(CARD, tag(1))
    assert at.at.floor.visit is not None
    at.at.do.pay.emit()
    at.at.do.complete.emit()
    assert at.at.till.memory.sales == []
    at.at.do.lock.emit()
    assert not at.lock.other, "it works once"
