"""The METRC client on real sockets that misbehave: each fault has its one honest outcome, and none hangs."""

from __future__ import annotations

import base64
import gzip
import logging
import socket
import struct
from pathlib import Path

import pytest

from pos_desktop.domain.outbox import Outcome
from pos_desktop.sync.metrc.classify import of_post
from pos_desktop.sync.metrc.client import Failure, MetrcClient, Reply
from pos_desktop.sync.metrc.wire import RECEIPTS
from tests.fixtures.raw_server import (
    Answer,
    raw_server,
    sample_certificate,
    says,
    until_the_other_end_closes,
)

GOOD = b'{"Ids":[90412],"Warnings":null}'
QUERY = {"licenseNumber": "SAMPLE-LICENSE-1"}
BOMB = gzip.compress(bytes(4_000_000))


def client(port: int, scheme: str = "http", **more: object) -> MetrcClient:
    settings = {
        "vendor_key": "sample-vendor",
        "user_key": "sample-user",
        "answer_s": 20,
        "max_answer": 100_000,
    }
    return MetrcClient(f"{scheme}://127.0.0.1:{port}", **{**settings, **more})  # type: ignore[arg-type]  # test settings


def post(port: int, scheme: str = "http", **more: object) -> Reply:
    caller = client(port, scheme, **more)
    try:
        return caller.post(RECEIPTS, QUERY, b"[{}]")
    finally:
        caller.close()


def head(*lines: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: application/json", *lines, "", ""]).encode()


def reset(connection: socket.socket, _: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close_at(count: int) -> Answer:
    whole = head(f"Content-Length: {len(GOOD)}") + GOOD
    return lambda connection, _: connection.sendall(whole[:count])


def stall(connection: socket.socket, _: bytes) -> None:
    until_the_other_end_closes(connection)


def stall_after_head(connection: socket.socket, _: bytes) -> None:
    connection.sendall(head("Content-Length: 1000") + b"[")
    until_the_other_end_closes(connection)


def stall_without_length(connection: socket.socket, _: bytes) -> None:
    """What came so far looks whole; only the deadline shows that it need not be."""
    connection.sendall(head("Connection: close") + GOOD)
    until_the_other_end_closes(connection)


def drip(connection: socket.socket, _: bytes) -> None:
    """One byte of header at a time, each in time, for ever."""
    connection.settimeout(0.02)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"x")
        try:
            if not connection.recv(1):
                return
        except TimeoutError:
            continue


NEVER_WHOLE = (stall, stall_after_head, stall_without_length, drip)


@pytest.mark.parametrize(
    ("answer", "failure", "outcome"),
    [
        (reset, Failure.NO_ANSWER, Outcome.IN_DOUBT),
        (close_at(0), Failure.NO_ANSWER, Outcome.IN_DOUBT),
        (close_at(10), Failure.NO_ANSWER, Outcome.IN_DOUBT),
        (close_at(-1), Failure.NO_ANSWER, Outcome.IN_DOUBT),
        (stall, Failure.NO_ANSWER, Outcome.IN_DOUBT),
        (stall_after_head, Failure.NO_ANSWER, Outcome.IN_DOUBT),
        (stall_without_length, Failure.NO_ANSWER, Outcome.IN_DOUBT),
        (drip, Failure.NO_ANSWER, Outcome.IN_DOUBT),
        (
            lambda connection, _: connection.sendall(b"SSH-2.0-sample\r\n"),
            Failure.NO_ANSWER,
            Outcome.IN_DOUBT,
        ),
        (says(200, BOMB, "Content-Encoding: gzip"), Failure.TOO_LARGE, Outcome.IN_DOUBT),
        (says(200, b" " * 200_000), Failure.TOO_LARGE, Outcome.IN_DOUBT),
        (says(200, gzip.compress(GOOD)[:-9], "Content-Encoding: gzip"), Failure.NO_ANSWER, Outcome.IN_DOUBT),
        (says(200, GOOD, "Content-Encoding: gzip"), Failure.NO_ANSWER, Outcome.IN_DOUBT),
        (says(200, gzip.compress(GOOD), "Content-Encoding: gzip"), None, Outcome.CONFIRMED),
        (says(200, GOOD), None, Outcome.CONFIRMED),
        (says(302, b"", "Location: http://127.0.0.1:1/"), None, Outcome.IN_DOUBT),
        (says(307, b"", "Location: /elsewhere"), None, Outcome.IN_DOUBT),
        (says(200, b"<html>Sign in</html>", kind="text/html"), None, Outcome.IN_DOUBT),
        (says(500), None, Outcome.IN_DOUBT),
        (says(401), None, Outcome.BLOCKED),
    ],
)
def test_each_fault_has_its_outcome(answer: Answer, failure: Failure | None, outcome: Outcome) -> None:
    with raw_server(answer) as (port, seen):
        reply = post(port, answer_s=0.5) if answer in NEVER_WHOLE else post(port)
    assert reply.failure is failure
    assert of_post(reply, ()).outcome is outcome
    assert len(seen) == 1, "one POST is one request, whatever came of it"


def test_a_refused_connection_was_certainly_not_sent(deaf_port: int) -> None:
    assert post(deaf_port).failure is Failure.NOT_SENT


def test_a_name_that_nobody_knows_was_certainly_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    caller = MetrcClient("https://metrc.invalid", vendor_key="v", user_key="u")
    assert caller.post(RECEIPTS, QUERY, b"[{}]").failure is Failure.NOT_SENT


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("7", 7),
        ("Tue, 24 Nov 2026 14:00:30 GMT", 30),
        ("Tue, 24 Nov 2026 13:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(asked: str, seconds: int | None) -> None:
    answer = says(429, b"", f"Retry-After: {asked}", "Date: Tue, 24 Nov 2026 14:00:00 GMT")
    with raw_server(answer) as (port, _):
        reply = post(port)
    assert (reply.status, reply.retry_after_s) == (429, seconds)


def test_a_certificate_that_nobody_signed_gets_no_report(tmp_path: Path) -> None:
    _, context = sample_certificate(tmp_path)
    with raw_server(says(200, GOOD), context) as (port, seen):
        reply = post(port, "https")
    assert reply.failure is Failure.UNTRUSTED
    assert (of_post(reply, ()).outcome, of_post(reply, ()).pause_lane) == (Outcome.NOT_SENT, True)
    assert seen == []


def test_a_certificate_for_another_name_gets_no_report(tmp_path: Path) -> None:
    pem, context = sample_certificate(tmp_path, "127.0.0.2")
    with raw_server(says(200, GOOD), context) as (port, seen):
        assert post(port, "https", ca_file=str(pem)).failure is Failure.UNTRUSTED
    assert seen == []


def test_a_trusted_certificate_is_spoken_to(tmp_path: Path) -> None:
    pem, context = sample_certificate(tmp_path)
    with raw_server(says(200, GOOD), context) as (port, _):
        assert post(port, "https", ca_file=str(pem)).status == 200


def test_tls_to_a_plain_port_was_certainly_not_sent() -> None:
    with raw_server(says(200, GOOD)) as (port, _):
        assert post(port, "https", answer_s=0.5).failure is Failure.NOT_SENT


def test_the_request_is_as_the_contract_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with raw_server(says(200, b"[]")) as (port, seen):
        caller = client(port)
        caller.get("/sales/v2/receipts/active", {**QUERY, "lastModifiedStart": "2026-11-24T10:00:00+00:00"})
        caller.post(RECEIPTS, QUERY, b'[{"Sample":1}]')
        caller.close()
    get, sent = seen
    assert get.startswith(
        b"GET /sales/v2/receipts/active?licenseNumber=SAMPLE-LICENSE-1"
        b"&lastModifiedStart=2026-11-24T10%3A00%3A00%2B00%3A00 HTTP/1.1\r\n"
    )
    keys = base64.b64encode(b"sample-vendor:sample-user")
    assert b"Authorization: Basic " + keys in get
    assert b"Cookie" not in sent
    assert sent.startswith(b"POST /sales/v2/receipts?licenseNumber=SAMPLE-LICENSE-1 HTTP/1.1\r\n")
    assert b"Content-Type: application/json\r\n" in sent
    assert sent.endswith(b'\r\n\r\n[{"Sample":1}]')


def test_no_address_with_a_card_number_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), raw_server(says(200, b"[]")) as (port, _):
        caller = client(port)
        caller.get("/patients/v2/statuses/PT-204417", QUERY)
        caller.close()
    assert "204417" not in caplog.text
