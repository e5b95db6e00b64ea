"""Connections that are used again: the deadline still ends them, and one that was closed meanwhile costs no report."""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from pos_desktop.sync.metrc.client import Failure, MetrcClient
from pos_desktop.sync.metrc.wire import RECEIPTS
from tests.fixtures.raw_server import until_the_other_end_closes, whole_request

QUERY = {"licenseNumber": "SAMPLE-LICENSE-1"}
BODY = b'{"Ids":[90412],"Warnings":null}'
GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)
Turn = Callable[[socket.socket], None]


@pytest.fixture(autouse=True)
def _kept_on_a_busy_machine_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds may pass between two requests of a test, though not because of it."""
    monkeypatch.setattr("pos_desktop.sync.web.KEPT_S", 60.0)


def good(connection: socket.socket) -> None:
    connection.sendall(GOOD)


def drip(connection: socket.socket) -> None:
    connection.settimeout(0.02)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"x")
        try:
            if not connection.recv(1):
                return
        except TimeoutError:
            continue


def stall(connection: socket.socket) -> None:
    until_the_other_end_closes(connection)


class Served:
    """`turns` are taken in order, whatever connection they come on; each connection ends after `at_most` of them."""

    def __init__(self, turns: list[Turn], at_most: int) -> None:
        self.turns, self.at_most = iter(turns), at_most
        self.connections: list[list[bytes]] = []
        self.closed = threading.Semaphore(0)

    def serve(self, connection: socket.socket) -> None:
        requests: list[bytes] = []
        self.connections.append(requests)
        with suppress(OSError, StopIteration), connection:
            for _ in range(self.at_most):
                request = whole_request(connection)
                if not request:
                    break
                requests.append(request)
                next(self.turns)(connection)
        self.closed.release()


@contextmanager
def keeping(*turns: Turn, at_most: int = 99) -> Iterator[tuple[int, Served]]:
    served = Served(list(turns), at_most)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connection.settimeout(10)
                threading.Thread(target=served.serve, args=(connection,), daemon=True).start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield listener.getsockname()[1], served
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()


@contextmanager
def client(port: int) -> Iterator[MetrcClient]:
    made = MetrcClient(f"http://127.0.0.1:{port}", vendor_key="v", user_key="u", answer_s=20)
    try:
        yield made
    finally:
        made.close()


def test_requests_that_follow_share_a_connection() -> None:
    with keeping(good, good, good) as (port, served), client(port) as caller:
        assert [caller.post(RECEIPTS, QUERY, b"[{}]").status for _ in range(3)] == [200] * 3
        assert [len(requests) for requests in served.connections] == [3]


def test_one_that_was_closed_meanwhile_is_not_used() -> None:
    with keeping(good, good, at_most=1) as (port, served), client(port) as caller:
        assert caller.post(RECEIPTS, QUERY, b"[{}]").status == 200
        assert served.closed.acquire(timeout=10)
        assert caller.post(RECEIPTS, QUERY, b"[{}]").status == 200
        assert [len(requests) for requests in served.connections] == [1, 1]


@pytest.mark.parametrize("turn", [drip, stall])
def test_the_deadline_ends_an_exchange_on_a_used_connection(turn: Turn) -> None:
    with keeping(good, turn, good) as (port, served), client(port) as caller:
        assert caller.post(RECEIPTS, QUERY, b"[{}]").status == 200
        patience, caller._web._answer_s = caller._web._answer_s, 0.5
        assert caller.post(RECEIPTS, QUERY, b"[{}]").failure is Failure.NO_ANSWER
        caller._web._answer_s = patience
        assert caller.post(RECEIPTS, QUERY, b"[{}]").status == 200, "on a new one"
        assert [len(requests) for requests in served.connections] == [2, 1]


def test_one_that_is_closed_in_the_moment_of_its_use_is_in_doubt_and_nothing_is_sent_twice() -> None:
    def hang_up(connection: socket.socket) -> None:
        connection.shutdown(socket.SHUT_RDWR)

    with keeping(good, hang_up, good) as (port, served), client(port) as caller:
        assert caller.post(RECEIPTS, QUERY, b"[{}]").status == 200
        assert caller.post(RECEIPTS, QUERY, b"[{}]").failure is Failure.NO_ANSWER
        assert sum(len(requests) for requests in served.connections) == 2


def test_a_read_over_a_connection_that_is_closed_in_that_moment_is_made_once_more_on_a_new_one() -> None:
    def hang_up(connection: socket.socket) -> None:
        connection.shutdown(socket.SHUT_RDWR)

    with keeping(good, hang_up, good, hang_up, hang_up) as (port, served), client(port) as caller:
        assert [caller.get("/facilities/v2").status for _ in range(2)] == [200, 200]
        assert [len(requests) for requests in served.connections] == [2, 1]
        assert caller.get("/facilities/v2").failure is Failure.NO_ANSWER, "and not for ever"
        assert sum(len(requests) for requests in served.connections) == 5


def test_each_of_two_at_once_has_its_own_connection() -> None:
    begin = threading.Barrier(2, timeout=10)

    def together(connection: socket.socket) -> None:
        begin.wait()
        connection.sendall(GOOD)

    with keeping(together, together) as (port, served), client(port) as caller:
        found: list[int] = []
        callers = [
            threading.Thread(target=lambda: found.append(caller.post(RECEIPTS, QUERY, b"[{}]").status))
            for _ in range(2)
        ]
        for each in callers:
            each.start()
        for each in callers:
            each.join()
        assert (found, len(served.connections)) == ([200, 200], 2)


def test_a_client_that_nobody_closed_leaves_no_connection_behind() -> None:
    """As when a command ends: the other end hears of it, and no warning is given."""
    with keeping(good) as (port, served):
        caller = MetrcClient(f"http://127.0.0.1:{port}", vendor_key="v", user_key="u")
        assert caller.post(RECEIPTS, QUERY, b"[{}]").status == 200
        del caller
        gc.collect()
        assert served.closed.acquire(timeout=10)
