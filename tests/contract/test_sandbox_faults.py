"""Each fault on a real socket: contract section 17.15, and the closed socket."""

from collections.abc import Iterator
from decimal import Decimal
from http.client import IncompleteRead, RemoteDisconnected
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from pos_desktop.training.sandbox.clock import SECOND_US
from pos_desktop.training.sandbox.http import Request
from tests.fixtures.sandbox import (
    LICENSE,
    NOON,
    SECOND_PAIR,
    Caller,
    Reply,
    Sandbox,
    receipt,
    running,
    to_json,
)

RECEIPTS = "/sales/v2/receipts"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path) as started:
        yield started


def plan(sandbox: Sandbox, do: str, match: str = f"POST {RECEIPTS}", **more: Any) -> None:
    entries = {"plan": [{"match": match, "do": do, **more}]}
    assert sandbox.control.put("/__sandbox/faults", entries).status == 200


def post(sandbox: Sandbox) -> Reply:
    return sandbox.metrc.post(RECEIPTS, [receipt()])


def stored(sandbox: Sandbox) -> int:
    return len(sandbox.server.ledger())


@pytest.mark.parametrize(("do", "left"), [("commit-then-drop", 1), ("drop-before", 0)])
def test_a_dropped_answer(sandbox: Sandbox, do: str, left: int) -> None:
    plan(sandbox, do)

    with pytest.raises(RemoteDisconnected):
        post(sandbox)
    assert stored(sandbox) == left


@pytest.mark.parametrize(("do", "left"), [("commit-then-500", 1), ("500", 0)])
def test_a_500_with_or_without_commit(sandbox: Sandbox, do: str, left: int) -> None:
    plan(sandbox, do)

    assert post(sandbox).status == 500
    assert stored(sandbox) == left


def test_a_400_with_an_object(sandbox: Sandbox) -> None:
    plan(sandbox, "400-object")
    reply = post(sandbox)

    assert (reply.status, list(reply.json)) == (400, ["Message"])
    assert stored(sandbox) == 0


def test_a_503_with_html(sandbox: Sandbox) -> None:
    plan(sandbox, "503-html")
    reply = post(sandbox)

    assert (reply.status, reply.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert reply.body.startswith(b"<!DOCTYPE html>")
    assert stored(sandbox) == 0


def test_an_empty_200_has_committed(sandbox: Sandbox) -> None:
    plan(sandbox, "empty-200")
    reply = post(sandbox)

    assert (reply.status, reply.body, stored(sandbox)) == (200, b"", 1)


def test_an_empty_200_does_not_hide_a_refusal(sandbox: Sandbox) -> None:
    plan(sandbox, "empty-200")

    assert sandbox.metrc.post(RECEIPTS, [receipt(Transactions=[])]).status == 400


def test_a_wrong_content_type(sandbox: Sandbox) -> None:
    plan(sandbox, "wrong-content-type")
    reply = post(sandbox)

    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (len(reply.json["Ids"]), stored(sandbox)) == (1, 1)


def test_a_429_with_the_wait_that_is_asked_for(sandbox: Sandbox) -> None:
    plan(sandbox, "429", seconds=9)
    reply = post(sandbox)

    assert (reply.status, reply.headers["retry-after"], stored(sandbox)) == (429, "9", 0)


def test_a_revoked_key_stays_revoked_until_restored_and_others_work(sandbox: Sandbox) -> None:
    plan(sandbox, "revoke-key", times=1)

    assert (post(sandbox).status, post(sandbox).status) == (401, 401)
    assert sandbox.metrc.get("/facilities/v2").status == 401
    with sandbox.as_user(SECOND_PAIR) as other:
        assert other.get("/facilities/v2").status == 200
    sandbox.control.post("/__sandbox/restore-keys", {})
    assert post(sandbox).status == 200


class Gate:
    """Stands in for waiting: tells that somebody waits, and how long, and lets pass when told."""

    def __init__(self) -> None:
        self.waits: list[Decimal] = []
        self.reached, self.opened = Event(), Event()

    def __call__(self, seconds: Decimal) -> None:
        self.waits.append(seconds)
        self.reached.set()
        assert self.opened.wait(20)


def test_a_delay_holds_the_request_back_before_it_is_handled(tmp_path: Path) -> None:
    gate = Gate()
    replies: list[Reply] = []
    with running(tmp_path, pause=gate) as sandbox:
        plan(sandbox, "delay", seconds=3600)
        client = Thread(target=lambda: replies.append(post(sandbox)))
        client.start()
        assert gate.reached.wait(20)
        assert (stored(sandbox), replies) == (0, [])
        gate.opened.set()
        client.join(20)

        assert gate.waits == [3600]
        assert [reply.status for reply in replies] == [200]
        assert stored(sandbox) == 1


def test_a_slow_body_comes_in_pieces_after_its_commit(tmp_path: Path) -> None:
    gate = Gate()
    with running(tmp_path, pause=gate) as sandbox:
        plan(sandbox, "slow-body", seconds=20)
        headers = {"Content_Type": "application/json"}
        response = sandbox.metrc.send(
            "POST", f"{RECEIPTS}?licenseNumber={LICENSE}", to_json([receipt()]), **headers
        )
        assert (response.status, stored(sandbox)) == (200, 1)
        gate.opened.set()

        assert response.read().startswith(b'{"Ids":[')
    assert set(gate.waits) == {2}


def test_a_slow_body_may_be_cut(tmp_path: Path) -> None:
    gate = Gate()
    with running(tmp_path, pause=gate) as sandbox:
        plan(sandbox, "slow-body")
        headers = {"Content_Type": "application/json"}
        response = sandbox.metrc.send(
            "POST", f"{RECEIPTS}?licenseNumber={LICENSE}", to_json([receipt()]), **headers
        )
        assert gate.reached.wait(20)
        sandbox.server.close_socket()
        gate.opened.set()

        with pytest.raises(IncompleteRead):
            response.read()
        assert stored(sandbox) == 1


def test_a_held_request_is_applied_when_its_time_comes(sandbox: Sandbox) -> None:
    applied = Event()
    handle = sandbox.server.service.handle

    def apply_and_tell(request: Request) -> None:
        handle(request)
        applied.set()

    sandbox.server._late._apply = apply_and_tell
    plan(sandbox, "hold-late-apply", seconds=30, times=1)

    with pytest.raises(RemoteDisconnected):
        post(sandbox)
    assert sandbox.metrc.get(f"{RECEIPTS}/external/ST01-R1-0000001").status == 401

    sandbox.server.move_clock(NOON + 30 * SECOND_US, running=False)
    assert applied.wait(20)
    assert sandbox.metrc.get(f"{RECEIPTS}/external/ST01-R1-0000001").status == 200
    assert stored(sandbox) == 1


def test_every_third_answer_is_dropped_and_all_are_stored(sandbox: Sandbox) -> None:
    plan(sandbox, "commit-then-drop", every=3)
    dropped = []
    for n in range(1, 10):
        try:
            post(sandbox)
        except RemoteDisconnected:
            dropped.append(n)

    assert (dropped, stored(sandbox)) == ([3, 6, 9], 9)
    [entry] = sandbox.control.get("/__sandbox/faults").json["plan"]
    assert (entry["seen"], entry["done"]) == (9, 3)


def test_faults_may_hit_reads_too(sandbox: Sandbox) -> None:
    plan(sandbox, "503-html", match=f"GET {RECEIPTS}/*")

    assert sandbox.metrc.get(f"{RECEIPTS}/external/X").status == 503
    assert post(sandbox).status == 200


def test_a_closed_socket_refuses_and_the_same_port_opens_again(sandbox: Sandbox) -> None:
    port = sandbox.server.port
    assert sandbox.metrc.get("/facilities/v2").status == 200

    assert sandbox.control.put("/__sandbox/outage", {"mode": "closed"}).json == {"outage": "closed"}
    with pytest.raises(ConnectionError):
        sandbox.metrc.get("/facilities/v2")
    with Caller(f"http://127.0.0.1:{port}") as caller, pytest.raises(ConnectionRefusedError):
        caller.get("/facilities/v2")
    assert sandbox.control.get("/__sandbox/health").json["outage"] == "closed"

    assert sandbox.control.put("/__sandbox/outage", {"mode": "open"}).json == {"outage": "open"}
    assert sandbox.server.port == port
    sandbox.metrc.close()
    assert post(sandbox).status == 200


def test_a_hanging_up_server_accepts_and_closes(sandbox: Sandbox) -> None:
    sandbox.control.put("/__sandbox/outage", {"mode": "hang-up"})

    with Caller(sandbox.server.base_url) as caller, pytest.raises(ConnectionError) as failure:
        caller.get("/facilities/v2")
    assert not isinstance(failure.value, ConnectionRefusedError)
    sandbox.control.put("/__sandbox/outage", {"mode": "open"})
    sandbox.metrc.close()
    assert sandbox.metrc.get("/facilities/v2").status == 200


def test_an_outage_ends_by_itself(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Event()
    open_socket = sandbox.server.open_socket

    def open_and_tell() -> None:
        open_socket()
        opened.set()

    monkeypatch.setattr(sandbox.server, "open_socket", open_and_tell)

    sandbox.control.put("/__sandbox/outage", {"mode": "closed", "seconds": Decimal("0.01")})
    assert opened.wait(20)
    sandbox.metrc.close()
    assert sandbox.metrc.get("/facilities/v2").status == 200
