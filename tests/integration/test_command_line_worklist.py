"""`sync list|explain|retry|resolve` on a store of one's own: words, documents, exit codes."""

from __future__ import annotations

import json

import pytest

from pos_desktop.storage.lock import sender_lock
from tests.fixtures.command_line import Run, Shop

WHY = ("--reason", "entered by hand at the state")


@pytest.fixture
def sold(shop: Shop, pos: Run) -> list[str]:
    """Three offline sales, by their numbers."""
    assert pos("training", "sell", "--count", "3", "--seed", "1", "--offline").code == 0
    return [each["number"] for each in pos("export", "sales", "--json").lines]


def put(shop: Shop, n: int, state: str, more: str = "") -> None:
    shop.forge(f"UPDATE outbox SET state = '{state}' {more} WHERE n = {n}")


def test_lists_by_what_they_need(shop: Shop, pos: Run, sold: list[str]) -> None:
    put(shop, 2, "conflict", ", last_error = 'Receipts 1 and 2.', remote_id = '2'")
    told = pos("sync", "list", "--json")
    assert (told.code, told.json["which"]) == (0, "waiting")
    assert [each["number"] for each in told.json["reports"]] == [sold[0], sold[2]]
    assert told.json["counts"] == {"waiting": 2, "needs-person": 1, "late": 0, "all": 3}
    [one] = pos("sync", "list", "--needs-person", "--json").json["reports"]
    assert (one["number"], one["state"], one["cause"]) == (sold[1], "conflict", "Receipts 1 and 2.")
    said = pos("sync", "list", "--all", "--limit", "2").out
    assert said.startswith("3 reports in all.\n")
    assert said.endswith("1 more: --skip 2.\n")
    assert len(pos("sync", "list", "--all", "--skip", "2", "--json").json["reports"]) == 1


def test_explain_tells_the_way_and_what_may_be_done(shop: Shop, pos: Run, sold: list[str]) -> None:
    told = pos("sync", "explain", sold[0], "--json")
    assert (told.code, told.json["allowed"], told.json["steps"]) == (10, ["retry"], [])
    assert told.json["patient"].startswith("…")
    put(shop, 1, "conflict", ", remote_id = '2'")
    said = pos("sync", "explain", sold[0])
    assert said.code == 30
    assert "Possible now: retry, resolve --as reported --receipt N, resolve --as cancelled." in said.out
    export = pos("export", "sales", "--json").lines[0]
    assert export["patient"] not in said.out
    assert pos("sync", "explain", export["external"]).code == 30


def test_a_report_that_another_holds_up_says_by_which(shop: Shop, pos: Run, sold: list[str]) -> None:
    """The third sale is made one of the second's patient."""
    shop.forge("UPDATE outbox SET aggregate = (SELECT aggregate FROM outbox WHERE n = 2) WHERE n = 3")
    put(shop, 2, "rejected")
    words = f"It waits for the report of receipt {sold[1]}, of the same patient, which goes first and needs a person."
    listed, explained = pos("sync", "list"), pos("sync", "explain", sold[2])
    assert words in listed.out
    assert words in explained.out
    reports = pos("sync", "list", "--json").json["reports"]
    assert [(each["number"], each["waits_for"]) for each in reports] == [(sold[0], None), (sold[2], sold[1])]


def test_a_conflict_is_resolved_beside_a_sender(shop: Shop, pos: Run, sold: list[str]) -> None:
    put(shop, 1, "conflict", ", remote_id = '2'")
    with sender_lock(shop.data):
        done = pos("sync", "resolve", sold[0], "--as", "reported", "--receipt", "1", *WHY, "--json")
    assert (done.code, done.json["state"], done.json["remote_id"]) == (0, "confirmed", "1")
    assert done.json["steps"][-1]["words"].endswith("entered by hand at the state")
    again = pos("sync", "resolve", sold[0], "--as", "cancelled", *WHY, "--json")
    assert (again.code, again.json["error"]["code"]) == (1, "not-possible-now")
    assert "Nothing can be changed about it any more" in again.err
    assert pos("verify").code == 0


def test_a_refused_report_goes_again_after_its_cause_was_put_right(
    shop: Shop, pos: Run, sold: list[str]
) -> None:
    put(shop, 2, "rejected", ", last_error = 'No such package.'")
    assert pos("sync", "--once").code == 30
    retried = pos("sync", "retry", sold[1], "--json")
    assert (retried.code, retried.json["state"]) == (10, "queued")
    assert pos("sync", "--once").code == 0
    assert len(shop.state.ledger()) == 3


def test_a_report_of_another_license_is_handed_over(shop: Shop, pos: Run, sold: list[str]) -> None:
    shop.forge("UPDATE outbox SET license = 'PC-000099' WHERE n = 3")
    assert pos("sync", "--once", "--json").json["needs_person"] == 1
    refused = pos("sync", "retry", sold[2])
    assert (refused.code, "another license" in refused.err, "not-reported" in refused.err) == (1, True, True)
    assert pos("sync", "resolve", sold[2], "--as", "not-reported", *WHY).code == 10
    assert pos("sync", "--once").code == 0
    assert len(shop.state.ledger()) == 3


def test_words_that_do_not_fit(shop: Shop, pos: Run, sold: list[str]) -> None:
    put(shop, 1, "conflict")
    for words, code, said in (
        (("explain", "no-such"), 1, "No report is known"),
        (("resolve", sold[0], "--as", "reported", *WHY), 1, "--receipt"),
        (("resolve", sold[0], "--as", "cancelled", "--reason", "."), 1, "Write why"),
        (("resolve", sold[0], "--as", "cancelled"), 64, "--reason"),
        (("resolve", sold[0], "--as", "lost", *WHY), 64, "invalid choice"),
        (("explain",), 64, "ID"),
    ):
        told = pos("sync", *words)
        assert (told.code, told.out) == (code, ""), words
        assert said in told.err
    put(shop, 1, "sending")
    told = pos("sync", "retry", sold[0])
    assert (told.code, "at this moment" in told.err) == (1, True)


def test_the_status_tells_the_standing_and_the_duty(shop: Shop, pos: Run, sold: list[str]) -> None:
    told = pos("sync", "status", "--json")
    assert (told.code, told.json["standing"], told.json["overdue"]) == (10, "green", 0)
    assert told.json["deadline"]["within"] == "real-time"
    shop.forge("UPDATE outbox SET created_at = created_at - 7200000000")
    told = pos("sync", "status")
    assert (told.code, "Standing: amber." in told.out, "Sales are reported at once (" in told.out) == (
        10,
        True,
        True,
    )
    assert "The oldest has waited since" in told.out
    shop.forge("UPDATE outbox SET due_at = created_at, created_at = created_at - 90000000000 WHERE n = 1")
    told = pos("sync", "status", "--json")
    assert (told.code, told.json["standing"], told.json["overdue"]) == (20, "red", 1)
    assert [each["number"] for each in pos("sync", "list", "--late", "--json").json["reports"]] == [sold[0]]


def test_what_is_old_and_not_due_is_not_past_its_deadline(shop: Shop, pos: Run, sold: list[str]) -> None:
    """A day has passed of three: it is looked at, and nobody says that it is late."""
    shop.forge("UPDATE outbox SET due_at = created_at + 172800000000, created_at = created_at - 90000000000")
    told = pos("sync", "explain", sold[0])
    assert (told.code, pos("sync", "status").code) == (10, 10)
    assert "It is late." not in told.out
    assert "It has waited for more than a day." in told.out
    shop.forge("UPDATE outbox SET due_at = 1 + created_at")
    told = pos("sync", "explain", sold[0])
    assert (told.code, "It is late." in told.out, pos("sync", "status").code) == (20, True, 20)


def test_a_deadline_of_ones_own_goes_with_its_source(shop: Shop, pos: Run) -> None:
    refused = pos("config", "set", "report.deadline", "24 hours")
    assert (refused.code, "report.deadline_cite" in refused.err) == (1, True)
    assert pos("config", "set", "report.deadline_cite", "sample rule 7").code == 0
    assert pos("config", "set", "report.deadline", "tomorrow").code == 1
    assert pos("config", "set", "report.deadline", "24 hours").code == 0
    assert pos("config", "set", "report.deadline_cite", "").code == 1
    told = pos("sync", "status", "--json").json
    assert told["deadline"] == {"within": "24 hours", "cite": "sample rule 7"}
    pos("config", "set", "report.deadline", "")
    assert pos("config", "set", "report.deadline_cite", "").code == 0


def test_a_sale_made_in_an_outage_has_the_outage_rules_hours(shop: Shop, pos: Run) -> None:
    """Michigan: at once, and 24 hours where the state could not be reached."""
    pos("training", "sell", "--count", "1", "--seed", "1", "--offline")
    pos("training", "sell", "--count", "1", "--seed", "2")
    dues = {
        (each["due_at_us"] - each["made_at_us"]) // 3_600_000_000
        for each in pos("sync", "list", "--all", "--json").json["reports"]
    }
    assert dues == {24, 0}


def test_a_sync_leaves_a_log_for_machines_without_patients(shop: Shop, pos: Run, sold: list[str]) -> None:
    put(shop, 2, "in-doubt", ", attempt_ended_at = created_at")
    assert pos("sync", "--once").code == 0
    text = (shop.data / "log" / "sync.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(each) for each in text.splitlines()]
    events = [each["event"] for each in lines]
    assert (events[0], events[-1]) == ("begin", "end")
    exchanges = [each for each in lines[1:-1] if each["event"] != "note"]
    assert {each["event"] for each in exchanges} == {"looked-up", "sent"}
    assert all({"at", "level", "from"} <= set(each) for each in lines)
    assert [each["state"] for each in exchanges].count("confirmed") == 3
    assert (lines[-1]["standing"], lines[-1]["waiting"]) == ("green", 0)
    for sale in pos("export", "sales", "--json").lines:
        assert sale["external"] in text
        assert sale["patient"] not in text
    assert pos("sync", "status").code == 0
    assert len((shop.data / "log" / "sync.jsonl").read_text(encoding="utf-8").splitlines()) == len(lines)
