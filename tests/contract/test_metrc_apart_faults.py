"""Faults of the service that was written apart: what was done, and what the caller heard."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.metrc_apart import KINDS, Clock, Faults, Limits
from tests.fixtures.metrc_apart.bench import GRAMS, HOME, NOW, Caller, basic, line, opened, sale

POST = "POST /sales/v2/receipts"
LOST = (HTTPException, OSError)


def told(caller: Caller) -> int | str:
    """The status of one sale, or `lost`."""
    try:
        return caller.sell(sale()).status
    except LOST:
        return "lost"


TOLD = [
    ("drop_before", "lost", 0),
    ("drop_after", "lost", 1),
    ("late", "lost", 0),
    ("errors", 500, 1),
    ("errors_before", 500, 0),
    ("bad_request", 400, 0),
    ("unavailable", 503, 0),
    ("throttled", 429, 0),
    ("html", 200, 0),
    ("html_after", 200, 1),
    ("truncated", 200, 1),
    ("cut_body", "lost", 1),
    ("empty", 200, 1),
    ("wrong_type", 200, 1),
    ("slow", 200, 1),
    ("slow_body", 200, 1),
]
"""Kind, what the caller hears, receipts that are recorded."""


@pytest.mark.parametrize(("kind", "heard", "recorded"), TOLD)
def test_what_each_fault_does_and_says(kind: str, heard: int | str, recorded: int) -> None:
    """17, 15; the second sale has no fault."""
    with opened(faults=Faults(script=[kind], slow_s=0.01)) as service:
        caller = Caller(service)
        assert told(caller) == heard
        assert len(service.receipts()) == recorded
        assert told(caller) == 200
        assert len(service.receipts()) == recorded + 1
        assert service.log()[0].fault == kind


def test_every_kind_of_fault_is_told_here() -> None:
    assert [kind for kind, _, _ in TOLD] == list(KINDS)


def test_late_work_appears_when_the_clock_says_so() -> None:
    """4.2, step 5: the first request may still be running while the caller looks it up."""
    clock = Clock.at(NOW)
    with opened(clock=clock, faults=Faults(script=["late"], late_s=45)) as service:
        caller = Caller(service)
        assert told(caller) == "lost"
        found = "/sales/v2/receipts/external/ST01-R2-0000481"
        clock.advance(44)
        assert caller.get(found).status == 401
        assert service.log()[0].outcome == "waiting, connection closed"
        clock.advance(1)
        assert caller.get(found).status == 200
        assert service.log()[0].outcome == "done late, connection closed"
        assert service.package(GRAMS)["Quantity"] == 26


def test_the_log_and_the_receipts_agree_whatever_goes_wrong() -> None:
    """Four threads sell under drawn faults: nothing is lost, nothing is counted twice."""
    clock = Clock.at(NOW)
    chances = dict.fromkeys(("drop_before", "drop_after", "late", "errors", "truncated", "throttled"), 0.1)
    plan: dict[str, Any] = {"seed": 11, **chances}
    with opened(clock=clock, faults=Faults(**plan), limits=Limits(10**6, 10**6)) as service:
        row = sale(line(Quantity=0.5))

        def sell(_: int) -> None:
            with contextlib.suppress(*LOST):
                Caller(service).sell(row)

        with ThreadPoolExecutor(4) as clerks:
            list(clerks.map(sell, range(48)))
        clock.advance(60)
        done = [one for one in service.log() if one.work == 200]
        assert {one.fault for one in service.log()} == {None, *chances}
        assert len(service.receipts()) == len(done) < 48
        assert service.package(GRAMS)["Quantity"] == 28 - len(done) / 2


def test_bodies_of_faults() -> None:
    """4.1: a page, a half, nothing, and a body under a wrong name."""
    script = ["html", "truncated", "empty", "wrong_type", "unavailable", "throttled", "bad_request"]
    with opened(faults=Faults(script=script)) as service:
        page, half, nothing, wrong, down, wait, fault = (Caller(service).sell(sale()) for _ in script)
        assert page.raw.startswith(b"<html>")
        assert half.raw.startswith(b'{"Ids"')
        assert half.json is None
        assert nothing.raw == b""
        assert wrong.headers["Content-Type"] == "text/html"
        assert json.loads(wrong.raw)["Ids"]
        assert down.raw.startswith(b"<html>")
        assert wait.headers["Retry-After"] == "1"
        assert list(fault.json) == ["Message"]


def test_a_cut_body_promises_more_than_comes() -> None:
    with opened(faults=Faults(script=["cut_body"])) as service, pytest.raises(IncompleteRead):
        Caller(service).sell(sale())


def test_an_answer_slower_than_the_caller_waits_is_lost_and_the_service_closes_at_once() -> None:
    """17, 15: thirty seconds are not waited for, neither by the caller nor at the end."""
    with opened(faults=Faults(script=["slow"], slow_s=30)) as service:
        path = f"/sales/v2/receipts?licenseNumber={HOME}"
        with pytest.raises(TimeoutError):
            Caller(service).ask("POST", path, [sale()], timeout_s=3)
        assert len(service.receipts()) == 1


def drawn(faults: Faults) -> list[str | None]:
    return [faults.next("POST", "/sales/v2/receipts") for _ in range(200)]


def test_the_same_seed_gives_the_same_faults() -> None:
    """A draw has every kind that was asked for, and only those."""
    plan: dict[str, Any] = {"drop_after": 0.2, "late": 0.1, "html": 0.1}
    first = drawn(Faults(7, **plan))
    assert first == drawn(Faults(7, **plan))
    assert first != drawn(Faults(8, **plan))
    assert set(first) == {None, *plan}
    assert sum(kind is not None for kind in drawn(Faults(7, at_most=3, **plan))) == 3


def test_faults_strike_where_they_are_told_to() -> None:
    faults = Faults(on=POST, errors=1)
    assert faults.next("GET", "/sales/v2/receipts/active") is None
    assert faults.next("POST", "/sales/v2/receipts") == "errors"
    faults.push("html", times=2, on="GET /packages")
    asked = (
        "GET /facilities/v2",
        "GET /packages/v2/active",
        "POST /sales/v2/receipts",
        "GET /packages/v2/active",
    )
    assert [faults.next(*one.split(" ")) for one in asked] == [None, "html", "errors", "html"]
    with pytest.raises(ValueError, match="No such fault"):
        Faults(dropped=1)


def test_a_connection_is_kept_for_the_next_request() -> None:
    """Two requests on one socket, and none left open when the service closes."""
    with (
        opened() as service,
        socket.create_connection(("127.0.0.1", int(service.url.rpartition(":")[2]))) as wire,
    ):
        head = f"GET /facilities/v2 HTTP/1.1\r\nHost: x\r\nAuthorization: {service.keys.header()}\r\n\r\n"
        for _ in range(2):
            wire.sendall(head.encode())
            with wire.makefile("rb") as answer:
                assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
                length = next(int(row[16:]) for row in answer if row.startswith(b"Content-Length"))
                assert len(answer.read(2 + length)) == 2 + length


def test_it_runs_by_itself_from_a_seed(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(
        json.dumps(
            {
                "facility": HOME,
                "patients": [{"number": "PT-1", "periods": [{"days": 1, "flower": 0.5}]}],
                "clock": NOW,
                "rules": {"external_miss": "404"},
                "faults": {"seed": 3, "errors": 0.5, "on": POST},
            }
        )
    )
    command = [sys.executable, "-m", "tests.fixtures.metrc_apart", "--port", "0", "--seed", str(seed)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=root, env=dict(os.environ)
    ) as running:
        try:
            assert running.stdout is not None
            address = running.stdout.readline().strip()
            asked = urllib.request.Request(
                f"{address}/patients/v2/statuses/PT-1?licenseNumber={HOME}",
                headers={"Authorization": basic("sample-vendor-key", "sample-user-key-1")},
            )
            with urllib.request.urlopen(asked, timeout=10) as said:
                assert json.load(said)[0]["FlowerOuncesAvailable"] == 0.5
        finally:
            running.terminate()
    assert running.returncode == 0
