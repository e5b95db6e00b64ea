"""Keys, licenses, paths, limits of rate: contract sections 1, 5 and 17 points 1 and 14."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from pos_desktop.training.sandbox.http import Answer, Refusal
from pos_desktop.training.sandbox.metrc.access import RateLimiter
from pos_desktop.training.sandbox.metrc.settings import Settings
from tests.fixtures.sandbox import (
    FIRST_PAIR,
    FLOWER,
    FOREIGN_LICENSE,
    LICENSE,
    OTHER_LICENSE,
    SECOND_PAIR,
    WIDE,
    Sandbox,
    running,
)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path) as started:
        yield started


@pytest.mark.parametrize(
    ("pair", "licenses"), [(FIRST_PAIR, [LICENSE, OTHER_LICENSE]), (SECOND_PAIR, [FOREIGN_LICENSE])]
)
def test_each_pair_sees_its_own_facilities(
    sandbox: Sandbox, pair: tuple[str, str], licenses: list[str]
) -> None:
    with sandbox.as_user(pair, None) as caller:
        reply = caller.get("/facilities/v2")

    assert reply.status == 200
    assert [facility["License"]["Number"] for facility in reply.json] == licenses


@pytest.mark.parametrize(
    "pair",
    [
        None,
        ("sample-vendor-key", "wrong"),
        ("wrong", "sample-user-key-1"),
        ("", ""),
        ("sample-vendor-key", "ü"),
    ],
)
def test_a_wrong_pair_is_401_with_an_empty_body(sandbox: Sandbox, pair: tuple[str, str] | None) -> None:
    with sandbox.as_user(pair) as caller:
        reply = caller.get("/facilities/v2")

    assert (reply.status, reply.body) == (401, b"")


@pytest.mark.parametrize("header", ["Bearer abc", "Basic not!base64", "Basic c2FtcGxl"])
def test_a_broken_authorization_is_401(sandbox: Sandbox, header: str) -> None:
    with sandbox.as_user(None) as caller:
        assert caller.send("GET", "/facilities/v2", Authorization=header).status == 401


@pytest.mark.parametrize("license_number", [FOREIGN_LICENSE, "PC-UNKNOWN", LICENSE.lower()])
@pytest.mark.parametrize("path", ["/packages/v2/active", "/patients/v2/statuses/PT-001", "/employees/v2"])
def test_a_license_of_somebody_else_is_401(sandbox: Sandbox, path: str, license_number: str) -> None:
    assert sandbox.metrc.get(path, licenseNumber=license_number).status == 401


def test_a_write_needs_a_license_of_the_user_too(sandbox: Sandbox) -> None:
    assert sandbox.metrc.post("/sales/v2/receipts", [{}], licenseNumber=FOREIGN_LICENSE).status == 401


@pytest.mark.parametrize("license_number", [None, ""])
def test_a_list_without_a_license_is_400(sandbox: Sandbox, license_number: str | None) -> None:
    reply = sandbox.metrc.get("/packages/v2/active", licenseNumber=license_number)

    assert reply.status == 400
    assert "licenseNumber" in reply.json["Message"]


def test_a_license_given_twice_is_400(sandbox: Sandbox) -> None:
    target = f"/packages/v2/active?licenseNumber={LICENSE}&licenseNumber={OTHER_LICENSE}"

    assert sandbox.metrc.send("GET", target).status == 400


def test_a_record_of_another_license_is_401_and_an_unknown_one_404(sandbox: Sandbox) -> None:
    get = sandbox.metrc.get

    assert get(f"/packages/v2/{FLOWER}").status == 200
    assert get(f"/packages/v2/{FLOWER}", licenseNumber=OTHER_LICENSE).status == 401
    assert get("/packages/v2/1A4FF0100000022000009999").status == 404


def test_without_a_license_a_record_is_looked_for_in_all_of_the_user(sandbox: Sandbox) -> None:
    assert sandbox.metrc.get(f"/packages/v2/{FLOWER}", licenseNumber=None).status == 200
    with sandbox.as_user(SECOND_PAIR) as caller:
        assert caller.get(f"/packages/v2/{FLOWER}", licenseNumber=None).status == 401


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/facilities/v1",
        "/Facilities/v2",
        "/facilities/v2/more",
        "/facilities//v2",
        "/packages/v2/1/history",
        "/retailid/v2/allotment",
        "/sales/v2/receipts/nineteen",
        "/sales/v2/receipts/{id}",
    ],
)
def test_an_unknown_path_is_404(sandbox: Sandbox, path: str) -> None:
    assert sandbox.metrc.get(path).status == 404


@pytest.mark.parametrize("method", ["PATCH", "POST", "OPTIONS", "HEAD", "DELETE"])
def test_a_known_path_with_another_method_is_405(sandbox: Sandbox, method: str) -> None:
    response = sandbox.metrc.send(method, "/facilities/v2", Content_Length="0")

    assert response.status == 405
    assert response.getheader("Allow") == "GET"


def test_a_collection_may_end_with_a_slash(sandbox: Sandbox) -> None:
    assert sandbox.metrc.get("/facilities/v2/").status == 200


def test_a_connection_is_kept_and_lengths_are_right(sandbox: Sandbox) -> None:
    first = sandbox.metrc.get("/facilities/v2")
    socket_of_first = sandbox.metrc.connection.sock
    second = sandbox.metrc.get("/unitsofmeasure/v2/active")

    assert sandbox.metrc.connection.sock is socket_of_first
    assert [int(reply.headers["content-length"]) for reply in (first, second)] == [
        len(first.body),
        len(second.body),
    ]
    assert first.headers["content-type"].startswith("application/json")


def test_a_long_answer_is_compressed_where_the_client_takes_it(sandbox: Sandbox) -> None:
    response = sandbox.metrc.send("GET", "/facilities/v2", Accept_Encoding="gzip")

    assert response.getheader("Content-Encoding") == "gzip"
    assert response.read()[:2] == b"\x1f\x8b"


def test_a_body_without_a_length_is_413(sandbox: Sandbox) -> None:
    response = sandbox.metrc.send("POST", "/sales/v2/receipts", Transfer_Encoding="chunked")

    assert response.status == 413


def test_a_client_that_waits_for_the_word_to_go_on_hears_it_before_it_sends(sandbox: Sandbox) -> None:
    head = "POST /sales/v2/receipts HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", sandbox.server.port), timeout=20) as client:
        client.sendall(head.encode())
        assert client.recv(100).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"[]")
        assert client.recv(100).startswith(b"HTTP/1.1 401 ")


def test_the_server_listens_on_the_loopback_address_only(sandbox: Sandbox) -> None:
    assert sandbox.server.base_url == f"http://127.0.0.1:{sandbox.server.port}"
    assert sandbox.server._listener._server is not None
    assert sandbox.server._listener._server.socket.getsockname()[0] == "127.0.0.1"


def test_the_51st_get_of_a_facility_in_a_second_is_429(sandbox: Sandbox) -> None:
    sandbox.server.service.limiter = RateLimiter(now_ns=lambda: 0)

    statuses = [sandbox.metrc.get("/employees/v2").status for _ in range(51)]

    assert statuses == [200] * 50 + [429]


def test_the_wait_is_named_and_can_be_set(sandbox: Sandbox) -> None:
    sandbox.control.put("/__sandbox/settings", {"gets_per_second_facility": 1, "retry_after_seconds": 7})
    sandbox.server.service.limiter = RateLimiter(now_ns=lambda: 0)

    sandbox.metrc.get("/employees/v2")
    refused = sandbox.metrc.get("/employees/v2")

    assert (refused.status, refused.headers["retry-after"]) == (429, "7")


def test_after_a_second_there_is_room_again() -> None:
    now = [0]
    limiter = RateLimiter(now_ns=lambda: now[0])
    settings = Settings(gets_per_second_facility=1)

    with limiter.admitted("L", "key", settings):
        pass
    with pytest.raises(Refusal), limiter.admitted("L", "key", settings):
        pass
    now[0] = 1_000_000_000
    with limiter.admitted("L", "key", settings):
        pass


def test_the_bounds_of_a_facility_and_of_a_key_are_apart() -> None:
    limiter = RateLimiter(now_ns=lambda: 0)
    settings = Settings(gets_per_second_facility=2, gets_per_second_key=3)

    for license_number in ("A", "A", "B"):
        with limiter.admitted(license_number, "key", settings):
            pass
    with pytest.raises(Refusal), limiter.admitted("C", "key", settings):
        pass
    with limiter.admitted("C", "another key", settings):
        pass


def test_at_most_ten_gets_of_a_facility_run_at_once() -> None:
    limiter = RateLimiter(now_ns=lambda: 0)
    begun, end = [Event() for _ in range(10)], Event()

    def hold(n: int) -> None:
        with limiter.admitted("L", "key", Settings()):
            begun[n].set()
            end.wait(20)

    threads = [Thread(target=hold, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    assert all(each.wait(20) for each in begun)
    with pytest.raises(Refusal) as refused, limiter.admitted("L", "key", Settings()):
        pass
    end.set()
    for thread in threads:
        thread.join()
    assert refused.value.answer == Answer(429).with_header("Retry-After", "1")


def test_writes_are_not_limited(sandbox: Sandbox) -> None:
    sandbox.control.put("/__sandbox/settings", {"gets_per_second_facility": 0, "gets_per_second_key": 0})

    assert sandbox.metrc.get("/packages/v2/active", **WIDE).status == 429
    assert sandbox.metrc.put("/packages/v2/note", [{"PackageLabel": FLOWER, "Note": "x"}]).status == 200
