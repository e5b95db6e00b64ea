"""A declared outage in the encrypted store: one at most, kept over a restart, never without its journal entry."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pos_desktop.app.link import LinkWatch
from pos_desktop.app.outage_desk import OutageDesk
from pos_desktop.app.ports import DeclaredOutage, Person, ServiceReach
from pos_desktop.app.verifying import verify
from pos_desktop.composition.programmes import load_programme
from pos_desktop.domain.errors import BadInput, PosError, RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import HOUR_US
from pos_desktop.domain.limits.model import Link
from pos_desktop.storage.store import Store
from tests.fixtures.command_line import Run
from tests.fixtures.stores import NOON, PERSON, StandingClock, opened, stocked

MANAGER = Person(PersonId("person-9"), "Sample Manager", "manager")
EVIDENCE = "Sample bulletin 12 of 11:40"


def kinds(store: Store) -> list[str]:
    return [json.loads(body)["kind"] for _, body, _ in store.journal.entries()]


def line(at: OutageDesk) -> Link:
    return at._link.link


def desk(store: Store, programme: str = "us-mi-medical") -> OutageDesk:
    link = LinkWatch(StandingClock(), has_service=True)
    link.heard(ServiceReach.REACHED)
    made = OutageDesk(store.outage, link, load_programme(programme))
    made.look()
    return made


def test_it_outlives_a_restart_and_every_step_is_in_the_journal(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        store.staff.add(MANAGER)
        before = kinds(store)
        at = desk(store)
        assert at.declared is None
        at.declare(EVIDENCE, MANAGER)
    with opened(tmp_path) as store:
        at = desk(store)
        assert at.declared == DeclaredOutage(EVIDENCE, NOON, MANAGER.id)
        assert line(at) is Link.DOWN
        at.end(MANAGER)
        assert line(at) is Link.UP
    with opened(tmp_path) as store:
        assert store.outage.declared() is None
        assert kinds(store) == [*before, "outage.declared", "outage.ended"]
        body = next(json.loads(each) for _, each, _ in store.journal.entries() if b"outage.declared" in each)
        assert body["data"] == {"evidence": EVIDENCE, "since": NOON.utc_us}
        assert verify(store.sales, store.journal).wrong == []


def test_there_is_one_at_most_and_none_is_ended_twice(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        store.staff.add(MANAGER)
        store.outage.declare(EVIDENCE, MANAGER.id)
        count = len(kinds(store))
        with pytest.raises(RuleRefusal, match="declared already"):
            store.outage.declare("Another sample bulletin", MANAGER.id)
        declared = store.outage.declared()
        assert declared is not None
        assert declared.evidence == EVIDENCE
        assert len(kinds(store)) == count
        store.outage.end(MANAGER.id)
        with pytest.raises(RuleRefusal, match="No outage"):
            store.outage.end(MANAGER.id)
        assert len(kinds(store)) == count + 1


def test_without_its_journal_entry_it_is_not_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stocked(tmp_path) as store:
        store.staff.add(MANAGER)

        def fails(*_: object, **__: object) -> int:
            raise BadInput("sample trouble")

        monkeypatch.setattr(store.journal, "write_entry", fails)
        with pytest.raises(BadInput):
            store.outage.declare(EVIDENCE, MANAGER.id)
        assert store.outage.declared() is None
        monkeypatch.undo()
        store.outage.declare(EVIDENCE, MANAGER.id)
        monkeypatch.setattr(store.journal, "write_entry", fails)
        with pytest.raises(BadInput):
            store.outage.end(MANAGER.id)
        assert store.outage.declared() is not None


def test_only_a_manager_only_with_evidence_and_only_where_it_changes_something(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        store.staff.add(MANAGER)
        before = kinds(store)
        tries: list[tuple[str, str, Person, str]] = [
            ("us-mi-medical", EVIDENCE, PERSON, "right-needed:declare-outage"),
            ("us-mi-medical", "  ? ", MANAGER, "no-evidence"),
            ("us-mi-medical", "bulletin\x00 12 of today", MANAGER, "no-evidence"),
            ("us-ri-medical", EVIDENCE, MANAGER, "no-outage-here"),
        ]
        for programme, evidence, by, code in tries:
            with pytest.raises(PosError) as refused:
                desk(store, programme).declare(evidence, by)
            assert refused.value.code == code
        assert (kinds(store), store.outage.declared()) == (before, None)
        desk(store).declare(EVIDENCE, MANAGER)
        with pytest.raises(RuleRefusal, match="A manager or a compliance officer must"):
            desk(store).end(PERSON)


def test_florida_is_told_by_when_its_department_must_hear_of_it(pos: Run) -> None:
    assert pos("config", "set", "programme", "us-fl-medical").code == 0
    assert "later than 3 h after it began (Rule 64ER24-2)" in pos("outage", "status").out
    said = pos("outage", "declare", "--evidence", EVIDENCE)
    told = pos("outage", "status", "--json").json
    assert (told["notice"]["within_hours"], told["notice"]["cite"]) == (3, "Rule 64ER24-2")
    assert told["notice"]["due_us"] - told["since_us"] == 3 * HOUR_US
    for out in (said.out, pos("outage", "status").out):
        assert "If it lasts beyond" in out
        assert "tell the Department of Health by e-mail by" in out


def test_the_back_office_declares_ends_and_asks(pos: Run) -> None:
    status = pos("outage", "status", "--json").json
    assert (status["declared"], status["outage"], status["known_patients_only"]) == (
        False,
        "local-ledger",
        True,
    )
    entries = pos("verify", "--json").json["entries"]
    said = pos("outage", "declare", "--evidence", EVIDENCE)
    assert said.code == 0
    assert said.out.startswith(
        "The outage is declared. Counters follow it within a second.\nAn outage is declared since"
    )
    assert "Owed afterwards: upload these sales within 24 hours" in said.out
    again = pos("outage", "declare", "--evidence", EVIDENCE, "--json")
    assert (again.code, again.json["error"]["code"]) == (1, "outage-declared")
    told = pos("--json", "outage", "status").json
    assert (told["declared"], told["evidence"], len(told["duties"])) == (True, EVIDENCE, 3)
    assert pos("outage", "end").out.startswith("The outage is over.")
    assert pos("outage", "end").code == 1
    assert pos("outage", "declare", "--evidence", "no").code == 1
    assert pos("outage", "declare").code == 64
    found = pos("verify", "--json").json
    assert (found["good"], found["entries"]) == (True, entries + 2)
