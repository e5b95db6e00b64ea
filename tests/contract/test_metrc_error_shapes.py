"""Every shape in which METRC, or something in its place, says no (metrc contract, 4.1), on real sockets, for every kind
of request: a report, a change, a look at one record, a list.

What is proved for each row: the outcome, that a sentence goes with it, that nothing in doubt is called done or not
done, and that one request was made and no second.
"""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pos_desktop.app.ports import CouldNotAsk, ServiceReach
from pos_desktop.domain.outbox import Outcome
from pos_desktop.sync.metrc.asking import Desk, asked
from pos_desktop.sync.metrc.changes import of_change, of_creation
from pos_desktop.sync.metrc.classify import of_post
from pos_desktop.sync.metrc.client import Failure, MetrcClient, Reply
from pos_desktop.sync.metrc.pace import Pace
from pos_desktop.sync.metrc.wire import RECEIPTS
from tests.fixtures.raw_server import Answer, raw_server, sample_certificate, says

LICENSE = "SAMPLE-LICENSE-1"
QUERY = {"licenseNumber": LICENSE}
CARD = "PT-204417"
MOST = 200_000
ROWS = b'[{"row":0,"message":"Patient PT-204417 is not active."},{"row":0,"message":"Tag X is not valid."}]'
OBJECT = b'{"Message":"Object reference not set to an instance of an object."}'
HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
BOMB = gzip.compress(bytes(40_000_000))
NESTED = b"[" * 100_000 + b"]" * 100_000
DOUBT, REFUSED, BLOCKED, LATER = Outcome.IN_DOUBT, Outcome.REFUSED, Outcome.BLOCKED, Outcome.LATER
AWAY, NO_KEY = ServiceReach.AWAY, ServiceReach.REFUSED_KEY


@dataclass(frozen=True, slots=True)
class Shape:
    """`report` for a POST of a sale, `change` for a PUT or DELETE, `read` for a read."""

    answer: Answer
    report: Outcome
    change: Outcome
    read: ServiceReach
    says: str = ""
    """Words of the service that must reach a person."""


def shape(
    status: int, body: bytes, outcome: Outcome, read: ServiceReach = AWAY, *headers: str,
    kind: str = "application/json", words: str = "",
) -> Shape:  # fmt: skip
    return Shape(says(status, body, *headers, kind=kind), outcome, outcome, read, words)


GZIP = "Content-Encoding: gzip"
SHAPES: dict[str, Shape] = {
    "400 list of rows": shape(400, ROWS, REFUSED, words="Tag X is not valid."),
    "400 object": shape(400, OBJECT, DOUBT),
    "400 object in lower case": shape(400, b'{"message":"No."}', DOUBT),
    "400 list of texts": shape(400, b'["One.","Two."]', DOUBT),
    "400 list without rows": shape(400, b'[{"message":"No row."}]', DOUBT),
    "400 row that is no number": shape(400, b'[{"row":"0","message":"No."}]', DOUBT),
    "400 text": shape(400, b"Something broke", DOUBT, kind="text/plain"),
    "400 HTML": shape(400, HTML, DOUBT, kind="text/html"),
    "400 empty": shape(400, b"", DOUBT),
    "400 nested without end": shape(400, NESTED, DOUBT),
    "400 half a list": shape(400, ROWS[:40], DOUBT),
    "401 empty": shape(401, b"", BLOCKED, NO_KEY),
    "401 object": shape(401, b'{"Message":"Not authorized."}', BLOCKED, NO_KEY),
    "403 object": shape(403, OBJECT, BLOCKED, NO_KEY),
    "404 text": shape(404, b"Not found", BLOCKED, kind="text/plain"),
    "404 HTML": shape(404, HTML, BLOCKED, kind="text/html"),
    "404 empty": shape(404, b"", BLOCKED),
    "405 empty": shape(405, b"", BLOCKED),
    "413 object": shape(413, b'{"Message":"The content being submitted is too large"}', REFUSED),
    "429 with seconds": shape(429, b"", LATER, AWAY, "Retry-After: 7"),
    "429 with a date": shape(
        429, b"", LATER, AWAY, "Retry-After: Tue, 24 Nov 2026 14:00:30 GMT", "Date: Tue, 24 Nov 2026 14:00:00 GMT"
    ),
    "429 without either": shape(429, OBJECT, LATER),
    "500 object": shape(500, b'{"Message":"An error has occurred."}', DOUBT),
    "500 list of rows": shape(500, ROWS, DOUBT),
    "502 HTML": shape(502, HTML, DOUBT, kind="text/html"),
    "503 HTML": shape(503, HTML, DOUBT, AWAY, "Retry-After: 120", kind="text/html"),
    "504 empty": shape(504, b"", DOUBT),
    "520 of a proxy": shape(520, HTML, DOUBT, kind="text/html"),
    "200 portal page": shape(200, HTML, DOUBT, kind="text/html"),
    "200 page that calls itself plain text": shape(200, b"Sign in", DOUBT, kind="text/plain"),
    "302 to another host": shape(302, b"", DOUBT, AWAY, "Location: http://127.0.0.2:9/"),
    "307 to another host": shape(307, b"", DOUBT, AWAY, "Location: http://127.0.0.2:9/"),
    "200 bomb": shape(200, BOMB, DOUBT, AWAY, GZIP),
    "400 bomb": shape(400, BOMB, DOUBT, AWAY, GZIP),
    "401 bomb": shape(401, BOMB, DOUBT, AWAY, GZIP),
    "200 bomb of another kind": shape(200, zlib.compress(bytes(40_000_000)), DOUBT, AWAY, "Content-Encoding: deflate"),
    "200 longer than any": shape(200, b" " * (MOST + 1), DOUBT),
    "200 packed in an unknown way": shape(200, b"\x1b\x00\x00", DOUBT, AWAY, "Content-Encoding: br"),
}  # fmt: skip


def client(port: int, scheme: str = "http", **more: object) -> MetrcClient:
    settings = {"vendor_key": "v", "user_key": "u", "answer_s": 20, "max_answer": MOST, "pace": Pace(1_000)}
    return MetrcClient(f"{scheme}://127.0.0.1:{port}", **{**settings, **more})  # type: ignore[arg-type]  # test settings


def exchange(answer: Answer, ask: Callable[[MetrcClient], Reply]) -> Reply:
    with raw_server(answer) as (port, seen):
        caller = client(port)
        reply = ask(caller)
        caller.close()
    assert len(seen) == 1, "one request is one request, whatever came of it"
    return reply


@pytest.mark.parametrize("name", SHAPES)
def test_what_it_means_for_a_report(name: str) -> None:
    reply = exchange(SHAPES[name].answer, lambda caller: caller.post(RECEIPTS, QUERY, b"[{}]"))
    for result in (of_post(reply, (CARD,)), of_creation(reply, (CARD,))):
        assert result.outcome is SHAPES[name].report
        assert result.remote_id == ""
        assert SHAPES[name].says in result.sentence
        assert result.sentence
        assert CARD not in result.sentence + result.excerpt
        assert len(result.excerpt) <= 600
        assert (result.retry_after_s is not None) == (name in ("429 with seconds", "429 with a date"))


@pytest.mark.parametrize("verb", ["PUT", "DELETE"])
@pytest.mark.parametrize("name", SHAPES)
def test_what_it_means_for_a_change(name: str, verb: str) -> None:
    def ask(caller: MetrcClient) -> Reply:
        return (
            caller.put(RECEIPTS, QUERY, b"[{}]") if verb == "PUT" else caller.delete(f"{RECEIPTS}/1", QUERY)
        )

    result = of_change(exchange(SHAPES[name].answer, ask), "1", (CARD,))
    assert result.outcome is SHAPES[name].change
    assert SHAPES[name].says in result.sentence
    assert CARD not in result.sentence + result.excerpt


@pytest.mark.parametrize("body", [b"", b"null", b"[90412]", b'{"Ids":[1],"Warnings":null}'])
@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_change_is_done_with_an_empty_answer(status: int, body: bytes) -> None:
    sent = b"" if status == 204 else body
    reply = exchange(says(status, sent), lambda caller: caller.put(RECEIPTS, QUERY, b"[{}]"))
    assert (of_change(reply, "7").outcome, of_change(reply, "7").remote_id) == (Outcome.CONFIRMED, "7")


@pytest.mark.parametrize("name", SHAPES)
def test_what_it_means_for_a_list(name: str) -> None:
    with raw_server(SHAPES[name].answer) as (port, _):
        caller = client(port)
        said = asked(lambda: Desk(caller, LICENSE).rows("/packages/v2/active"))
        caller.close()
    assert isinstance(said, CouldNotAsk), "never an empty list"
    assert (said.reach, bool(said.sentence)) == (SHAPES[name].read, True)


@pytest.mark.parametrize("name", [name for name in SHAPES if not name.startswith(("401", "404"))])
def test_what_it_means_for_one_record(name: str) -> None:
    with raw_server(SHAPES[name].answer) as (port, _):
        caller = client(port)
        said = asked(lambda: Desk(caller, LICENSE).one("/packages/v2", "1"))
        caller.close()
    assert isinstance(said, CouldNotAsk), "never a certain miss"


@pytest.mark.parametrize("name", ["401 empty", "401 object", "404 text", "404 HTML", "404 empty"])
@pytest.mark.parametrize("known", [True, False])
def test_a_miss_is_a_miss_only_when_the_key_is_good(name: str, known: bool) -> None:
    """401 and 404 say both "no such record" and "no such key" (section 1.2)."""
    ours = says(200, b'[{"License":{"Number":"SAMPLE-LICENSE-1"}}]')
    other = says(200, b'[{"License":{"Number":"ANOTHER"}}]')

    def answer(connection: socket.socket, request: bytes) -> None:
        of_facilities = request.startswith(b"GET /facilities/v2")
        (SHAPES[name].answer if not of_facilities else ours if known else other)(connection, request)

    with raw_server(answer) as (port, seen):
        caller = client(port)
        said = asked(lambda: Desk(caller, LICENSE).one("/packages/v2", "1"))
        caller.close()
    assert (said is None) == known
    assert len(seen) == 2


# ---- what the answers of the wire must not do


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_takes_the_keys_to_another_host(status: int) -> None:
    with raw_server(says(200, b'{"Ids":[1],"Warnings":null}')) as (elsewhere, never):
        location = f"Location: http://127.0.0.1:{elsewhere}{RECEIPTS}"
        with raw_server(says(status, b"", location)) as (port, seen):
            caller = client(port)
            replies = [
                caller.get("/facilities/v2"),
                caller.post(RECEIPTS, QUERY, b"[{}]"),
                caller.put(RECEIPTS, QUERY, b"[{}]"),
                caller.delete(f"{RECEIPTS}/1", QUERY),
            ]
            caller.close()
    assert (never, len(seen)) == ([], 4)
    assert {reply.status for reply in replies} == {status}


def test_a_bomb_is_cut_before_it_fills_the_memory() -> None:
    import tracemalloc

    part = gzip.compress(bytes(40_000_000))
    tracemalloc.start()
    reply = exchange(
        says(200, part, "Content-Encoding: gzip"), lambda caller: caller.post(RECEIPTS, QUERY, b"[{}]")
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reply.failure is Failure.TOO_LARGE
    assert peak < 8_000_000, peak


def test_the_same_bomb_read_by_httpx_itself_would_be_caught() -> None:
    """The wrong variant: an unbounded client unpacks all of it."""
    import httpx

    with raw_server(says(200, BOMB, "Content-Encoding: gzip")) as (port, _), httpx.Client() as plain:
        assert len(plain.get(f"http://127.0.0.1:{port}/").content) == 40_000_000 > MOST


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "DELETE"])
def test_a_wrong_name_in_the_certificate_gets_nothing(tmp_path: Path, verb: str) -> None:
    pem, context = sample_certificate(tmp_path, "127.0.0.2")
    with raw_server(says(200, b"[]"), context) as (port, seen):
        caller = client(port, "https", ca_file=str(pem))
        reply = {
            "GET": lambda: caller.get("/facilities/v2"),
            "POST": lambda: caller.post(RECEIPTS, QUERY, b"[{}]"),
            "PUT": lambda: caller.put(RECEIPTS, QUERY, b"[{}]"),
            "DELETE": lambda: caller.delete(f"{RECEIPTS}/1", QUERY),
        }[verb]()
        caller.close()
    assert (reply.failure, seen) == (Failure.UNTRUSTED, [])
    assert of_change(reply, "1").outcome is Outcome.NOT_SENT
    assert "prove to be the state service" in of_change(reply, "1").sentence


# ---- being asked to wait


@pytest.mark.parametrize(
    ("asked_for", "seconds"),
    [
        ("Retry-After: 7", 7),
        ("Retry-After: 86400", 3_600),
        ("Retry-After: 99999999999999999999", 3_600),
        ("Retry-After: Wed, 25 Nov 2026 14:00:00 GMT", 3_600),
        ("Retry-After: Tue, 24 Nov 2026 14:00:30 GMT", 30),
        ("Retry-After: soon", None),
        ("X-Nothing: 1", None),
    ],
)
def test_nobody_waits_longer_than_an_hour(asked_for: str, seconds: int | None) -> None:
    answer = says(429, b"", asked_for, "Date: Tue, 24 Nov 2026 14:00:00 GMT")
    reply = exchange(answer, lambda caller: caller.post(RECEIPTS, QUERY, b"[{}]"))
    assert (reply.status, reply.retry_after_s) == (429, seconds)


def test_one_readers_wait_is_kept_by_all_and_a_report_is_let_through() -> None:
    pace = Pace(1_000)
    with raw_server(says(429, b"", "Retry-After: 3000")) as (port, seen):
        first, second = client(port, pace=pace), client(port, pace=pace)
        assert first.in_background().get("/packages/v2/active", QUERY).status == 429
        waits = [
            second.in_background().get("/items/v2/active", QUERY),
            second.get("/patients/v2/statuses/1", QUERY, within_s=3),
        ]
        assert len(seen) == 1
        second.post(RECEIPTS, QUERY, b"[{}]")
        second.get(f"{RECEIPTS}/external/1", QUERY)
        first.close()
        second.close()
    assert len(seen) == 3, "reports keep the time in their own lane"
    assert all(reply.status == 429 and 2_990 < (reply.retry_after_s or 0) <= 3_000 for reply in waits)


def test_a_list_in_the_background_sits_out_a_short_wait() -> None:
    answers = iter([says(429, b"", "Retry-After: 2"), says(429, b"", "Retry-After: 1"), says(200, b"[]")])
    now, slept = [0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += round(seconds * 1_000_000)

    def next_one(connection: socket.socket, request: bytes) -> None:
        next(answers)(connection, request)

    pace = Pace(1_000, monotonic_us=lambda: now[0], sleep=sleep)
    with raw_server(next_one) as (port, seen):
        caller = client(port, pace=pace).in_background()
        assert caller.get("/packages/v2/active", QUERY).status == 200
        caller.close()
    assert (len(seen), slept) == (3, [2.0, 1.0])


def test_a_key_of_a_person_is_borne_within_its_body_only() -> None:
    import base64

    with raw_server(says(200, b"[]")) as (port, seen):
        caller = client(port)
        with caller.acting_as("own-key"):
            caller.post(RECEIPTS, QUERY, b"[{}]")
        caller.post(RECEIPTS, QUERY, b"[{}]")
        caller.close()
    assert base64.b64encode(b"v:own-key") in seen[0]
    assert base64.b64encode(b"v:u") in seen[1]
