"""`drill`: an outage walked through on a training store, its record, and what happens when it is broken off."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.cli import main
from pos_desktop.composition import drill as composed
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import data_folder
from pos_desktop.domain.shelf import Unit
from pos_desktop.training.demo_store import USER_KEY, VENDOR_KEY
from pos_desktop.training.drill import EVIDENCE
from pos_desktop.training.room import StateProcess
from pos_desktop.training.sandbox import SandboxServer
from tests.fixtures import command_line
from tests.fixtures.command_line import PEOPLE, SAMPLE, Run, Said, Shop, standard_input, typed
from tests.fixtures.killed_command import killed
from tests.fixtures.sandbox import Caller

Drill = Callable[..., Said]


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A stocked store with its own state service, which nobody runs."""
    with command_line.shop(tmp_path / "shop"):
        pass
    capsys.readouterr()
    return tmp_path / "shop"


@pytest.fixture
def run(place: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def said(*words: str, profile: str | None = "training") -> Said:
        with standard_input(b""):
            code = main(typed(place / "data", *words, profile=profile))
        return Said(code, *capsys.readouterr())

    return said


@pytest.fixture
def drill(run: Run, place: Path) -> Drill:
    def said(*more: str) -> Said:
        words = ("drill", "--non-interactive", "--sales", "3", "--state-dir", str(place / "state"), "--json")
        return run(*words, *more)

    return said


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def led(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Drill:
    """A drill with a person at the terminal, who types these lines."""

    def said(*typed_lines: str) -> Said:
        with standard_input(b"") as _:
            monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in typed_lines)))
            code = main(typed(place / "data", "drill", "--sales", "3", "--state-dir", str(place / "state")))
        return Said(code, *capsys.readouterr())

    return said


def ledger(place: Path) -> list[dict[str, Any]]:
    with SandboxServer(place / "state") as server:
        return server.ledger()


def spoil(place: Path, act: Callable[[SandboxServer], object]) -> None:
    with SandboxServer(place / "state") as server:
        act(server)


def test_a_drill_sells_offline_reports_and_compares(
    drill: Drill, run: Run, place: Path, tmp_path: Path
) -> None:
    address = run("config", "get", "state.base_url").out
    said = drill("--out", str(tmp_path / "records"))

    assert said.code == 0, said.err
    record = said.json
    assert (record["agree"], record["system"], record["license"]) == (True, "metrc", SAMPLE.license)
    assert (record["outage"]["noticed"], record["outage"]["evidence"]) == (True, EVIDENCE)
    assert (record["offline"]["sold"], record["offline"]["wanted"]) == (3, 3)
    reporting = record["reporting"]
    assert (reporting["waited"], reporting["confirmed"], reporting["left"]) == (3, 3, 0)
    assert record["outage"]["began"] <= record["outage"]["ended"] <= reporting["ended"]
    assert record["ledgers"] == {
        "local": 3, "state": 3, "missing": [], "double": [], "foreign": [], "different": [],
    }  # fmt: skip
    numbers = sorted(str(each["ExternalReceiptNumber"]) for each in ledger(place))
    assert [record["offline"]["first"], record["offline"]["last"]] == [numbers[0], numbers[-1]]
    assert run("outage", "status", "--json").json["declared"] is False
    assert run("config", "get", "state.base_url").out == address
    assert run("verify").code == 0
    [paper, document] = sorted((tmp_path / "records").iterdir(), key=lambda path: path.suffix, reverse=True)
    assert json.loads(document.read_text("utf-8")) == record
    assert {"Manager", "Seller", "Witness"} <= {
        line.split(" ")[0] for line in paper.read_text("utf-8").splitlines()
    }


def test_the_journal_tells_of_the_declared_outage(drill: Drill, run: Run, place: Path) -> None:
    drill()

    told = run("outage", "declare", "--evidence", "Sample bulletin 12 of 11:40")
    assert told.code == 0
    refused = drill()
    assert (refused.code, refused.json["error"]["code"]) == (1, "declared-already")
    assert len(ledger(place)) == 3
    assert run("outage", "status", "--json").json["declared"] is True


def test_no_record_names_a_patient(drill: Drill, tmp_path: Path) -> None:
    said = drill("--out", str(tmp_path / "records"))
    everything = (
        said.out
        + said.err
        + "".join(f"{path.name} {path.read_text('utf-8')}" for path in (tmp_path / "records").iterdir())
    )

    names = [word for each in PEOPLE for word in (each.card_number, each.last_name, each.name)]
    assert [name for name in names if name in everything] == []


def test_earlier_reports_go_first_and_a_second_drill_agrees_too(drill: Drill, run: Run) -> None:
    run("training", "sell", "--count", "2", "--offline")

    first = drill()
    second = drill("--seed", "2")
    assert [first.json["ledgers"]["state"], second.json["ledgers"]["state"]] == [5, 8]
    assert [first.json["reporting"]["waited"], second.json["reporting"]["waited"]] == [3, 3]
    assert (first.code, second.code) == (0, 0)


def test_lost_answers_are_looked_up_and_the_ledgers_agree(drill: Drill, place: Path) -> None:
    plan = {"plan": [{"match": "POST /sales/v2/receipts", "do": "commit-then-drop", "every": 2}]}
    spoil(place, lambda server: server.set_faults(plan))

    said = drill()
    assert (said.code, said.json["agree"]) == (0, True)
    assert said.json["reporting"]["looked_up"] >= 1


def _foreign(server: SandboxServer) -> None:
    """Somebody else reported a sale under the same license."""
    by_piece = next(each.package for each in SAMPLE.packages if each.package.product.unit is Unit.EACH)
    sold = {"PackageLabel": by_piece.tag, "Quantity": 1, "UnitOfMeasure": "Each", "TotalAmount": 1}
    receipt = {
        "SalesDateTime": "2026-01-02T10:00:00.000",
        "ExternalReceiptNumber": "SOMEBODY-1",
        "SalesCustomerType": "Patient",
        "PatientLicenseNumber": PEOPLE[0].card_number,
        "Transactions": [sold],
    }
    with Caller(server.base_url, (VENDOR_KEY, USER_KEY), SAMPLE.license) as caller:
        assert caller.post("/sales/v2/receipts", [receipt]).status == 200


def test_a_sale_that_only_the_state_knows_fails_the_drill(drill: Drill, place: Path) -> None:
    spoil(place, _foreign)

    said = drill()
    assert (said.code, said.json["agree"], said.json["ledgers"]["foreign"]) == (1, False, ["SOMEBODY-1"])


def _twice(ledger: Mapping[str, Any], reports: Any) -> Any:
    return composed._metrc({"receipts": [*ledger["receipts"], ledger["receipts"][0]]}, reports)


def _lost(ledger: Mapping[str, Any], reports: Any) -> Any:
    return composed._metrc({"receipts": ledger["receipts"][1:]}, reports)


def _otherwise(ledger: Mapping[str, Any], reports: Any) -> Any:
    first, *others = ledger["receipts"]
    return composed._metrc({"receipts": [{**first, "PatientLicenseNumber": "P"}, *others]}, reports)


@pytest.mark.parametrize(
    ("wrong", "kind"), [(_twice, "double"), (_lost, "missing"), (_otherwise, "different")]
)
def test_a_state_that_keeps_its_books_wrongly_is_caught(
    drill: Drill, monkeypatch: pytest.MonkeyPatch, wrong: Any, kind: str
) -> None:
    monkeypatch.setitem(composed._COMPARED, "metrc", wrong)

    said = drill()
    assert (said.code, said.json["agree"], len(said.json["ledgers"][kind])) == (1, False, 1)


def test_a_report_that_the_state_refuses_fails_the_drill(drill: Drill, place: Path) -> None:
    stopped = [{"number": each.card_number, "active": False} for each in PEOPLE]
    spoil(place, lambda server: server.seed({"mode": "add", "patients": stopped}))

    said = drill()
    assert (said.code, said.json["agree"], said.json["reporting"]["refused"]) == (1, False, 3)
    assert said.json["reporting"]["ended"] == ""
    again = drill()
    assert (again.code, again.json["error"]["code"]) == (1, "queue-not-empty")


def test_where_an_outage_stops_all_sales_the_record_says_so(drill: Drill, run: Run) -> None:
    assert run("config", "set", "programme", "us-az-medical").code == 0

    said = drill()
    assert (said.code, said.json["offline"]["sold"], said.json["agree"]) == (0, 0, True)
    assert "allows no sale" in said.json["offline"]["stopped"]


def test_a_person_is_asked_before_each_step(led: Drill, run: Run) -> None:
    said = led("", "", "", "Bulletin 7 of noon", "", "", "")

    assert said.code == 0, said.err
    assert "Bulletin 7 of noon" in said.out
    assert "RESULT: both ledgers agree." in said.out
    assert [f"{n}/6 " in said.err for n in range(1, 7)] == [True] * 6


@pytest.mark.parametrize(("answers", "left"), [(1, 0), (2, 0), (3, 0), (5, 3), (6, 3)])
def test_a_drill_that_is_stopped_puts_everything_back(
    led: Drill, drill: Drill, run: Run, answers: int, left: int
) -> None:
    lines = ["", "", "", "Bulletin 7 of noon", "", ""][:answers]
    said = led(*lines, "stop")

    assert (said.code, "stopped before its end" in said.err, said.out.count("OUTAGE DRILL")) == (1, True, 0)
    assert run("outage", "status", "--json").json["declared"] is False
    assert run("sync", "status", "--json").json["waiting"] == left
    again = drill()
    assert (again.code, again.json["ledgers"]["state"]) == (0, left + 3)


POINTS = [
    "pos_desktop.training.drill.Drill._sell",
    "pos_desktop.storage.outage_book.StoredOutage.end",
    "pos_desktop.storage.outbox_store.StoredOutbox.begin_attempt",
    "pos_desktop.storage.outage_book.StoredOutage.declare",
]


def cut(place: Path, point: str) -> None:
    """A drill that dies by SIGKILL there."""
    killed(
        point, 1,
        typed(place / "data", "drill", "--non-interactive", "--sales", "3", "--state-dir", str(place / "state")),
    )  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("point", POINTS)
def test_the_next_drill_clears_what_a_killed_one_left(
    drill: Drill, run: Run, place: Path, point: str
) -> None:
    address = run("config", "get", "state.base_url").out
    cut(place, point)

    assert run("config", "get", "state.base_url").out == address
    declared = point.endswith(("_sell", "end"))
    assert run("outage", "status", "--json").json["declared"] is declared
    again = drill()
    assert (again.code, again.json["agree"]) == (0, True), again.err
    assert ("The outage that it had declared is ended." in again.err) == declared
    assert run("outage", "status", "--json").json["declared"] is False
    assert "cut off" not in drill("--seed", "2").err


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_the_counter_clears_what_a_killed_drill_left_and_no_outage_of_a_manager(
    drill: Drill, run: Run, place: Path
) -> None:
    cut(place, POINTS[0])
    mark = place / "data" / "drill.unfinished"
    left = mark.read_bytes()
    room = open_back_room(data_folder(str(place / "data"), "training"))
    try:
        assert room.note.startswith(
            "A drill was cut off before its end. The outage that it had declared is ended."
        )
        assert (room.desk.outages and room.desk.outages.declared, mark.exists()) == (None, False)
    finally:
        room.close()
    run("outage", "declare", "--evidence", "Sample bulletin 12 of 11:40")
    mark.write_bytes(left)
    refused = drill()
    assert (refused.code, refused.json["error"]["code"]) == (1, "declared-already")
    assert run("outage", "status", "--json").json["declared"] is True


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_without_its_mark_a_killed_drill_would_be_in_the_way(drill: Drill, place: Path) -> None:
    cut(place, POINTS[0])
    (place / "data" / "drill.unfinished").unlink()
    assert drill().json["error"]["code"] == "declared-already"


def test_evidence_that_says_too_little_is_asked_for_again(led: Drill) -> None:
    said = led("", "", "", "ok", "Bulletin 7 of noon", "", "", "")

    assert (said.code, "Bulletin 7 of noon" in said.out) == (0, True)
    assert "Write what shows the outage" in said.err


def test_an_end_of_input_stops_it_too(led: Drill, run: Run) -> None:
    said = led("", "")

    assert (said.code, "stopped before its end" in said.err) == (1, True)
    assert run("outage", "status", "--json").json["declared"] is False


def test_without_a_terminal_it_wants_to_be_told_to_run_through(run: Run) -> None:
    for words in (("drill",), ("drill", "--json")):
        said = run(*words)
        assert (said.code, "--non-interactive" in said.err) == (64, True)


def test_only_a_manager_of_the_store_leads(drill: Drill, run: Run) -> None:
    assert drill("--manager", "Nobody").json["error"]["code"] == "manager-needed"
    assert drill("--manager", "Manager").json["manager"] == "Manager"


def test_a_live_store_is_never_drilled(run: Run, place: Path) -> None:
    (place / "data" / "profile").write_text("live", encoding="ascii")

    said = run("drill", "--non-interactive", profile=None)
    assert (said.code, "training stores only" in said.err) == (64, True)


def test_a_service_that_does_not_know_the_store_ends_it_before_it_began(
    drill: Drill, run: Run, tmp_path: Path
) -> None:
    said = drill("--state-dir", str(tmp_path / "empty"))

    assert (said.code, said.json["error"]["code"]) == (1, "no-practice")
    assert "--state-dir" in said.err
    assert run("outage", "status", "--json").json["declared"] is False


def test_a_store_of_a_system_without_a_drill_is_told_so(drill: Drill, run: Run) -> None:
    assert run("config", "set", "state.system", "none").code == 0

    assert drill().json["error"]["code"] == "no-drill"


def test_a_service_that_dies_meanwhile_leaves_the_outage_ended(
    drill: Drill, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = StateProcess.open_socket

    def killed(self: StateProcess) -> None:
        self._process.kill()
        self._process.wait()
        opened(self)

    monkeypatch.setattr(StateProcess, "open_socket", killed)
    said = drill()

    assert (said.code, said.json["error"]["code"]) == (1, "unavailable")
    assert run("outage", "status", "--json").json["declared"] is False
    monkeypatch.undo()
    assert drill().code == 0


def test_a_counter_that_is_open_is_left_alone(drill: Drill, place: Path, run: Run) -> None:
    from pos_desktop.storage.lock import counter_lock

    with counter_lock(place / "data"):
        said = drill()
    assert (said.code, said.json["error"]["code"]) == (1, "store-busy")


def test_without_a_store_the_demo_store_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with standard_input(b""):
        code = main(typed(tmp_path / "new", "drill", "--non-interactive", "--sales", "2", "--json"))
    said = Said(code, *capsys.readouterr())

    assert (said.code, said.json["ledgers"]["state"]) == (0, 2)
    assert "demo store" in said.err


def test_a_training_service_that_runs_already_is_left_alone(shop: Shop, pos: Run) -> None:
    said = pos("drill", "--non-interactive", "--state-dir", str(shop.place / "state"))

    assert (said.code, "did not start" in said.err) == (1, True)
    assert pos("sync", "--once").code == 0
