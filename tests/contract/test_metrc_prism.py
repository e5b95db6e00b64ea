"""A second METRC-speaking mock, Prism on the vendor's examples, accepts every request form that this program sends.

Part of `make prove`: it fetches Prism with npm into build/ and needs the description `metrc-v2.openapi.json`, named by
POS_METRC_OPENAPI or found in ../shared/contracts beside this folder.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pos_desktop.app.ports import StateAnswer
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.domain.outbox import Outcome
from pos_desktop.sync.metrc.client import MetrcClient
from pos_desktop.sync.metrc.inventory import ACTIVE, INACTIVE, ITEMS, ON_HOLD
from pos_desktop.sync.metrc.pace import Pace
from pos_desktop.sync.metrc.paging import Window, rows_of
from pos_desktop.sync.metrc.tracker import FACILITIES, MetrcTracker
from pos_desktop.sync.metrc.wire import RECEIPTS, receipt_body
from tests.fixtures.reports import START, sample_lines, sample_report
from tests.fixtures.virtual_time import VirtualClock

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]
PRISM = "@stoplight/prism-cli@5"
LICENSE = {"licenseNumber": "SAMPLE-LICENSE-1"}
WINDOW = Window(START.plus_us(-DAY_US), Instant(START.utc_us)).query()
PAGE = {"pageNumber": "1", "pageSize": "20"}


def description() -> Path:
    named = os.environ.get("POS_METRC_OPENAPI")
    path = Path(named) if named else ROOT.parent / "shared" / "contracts" / "metrc-v2.openapi.json"
    if not path.is_file():
        pytest.fail(
            "Set POS_METRC_OPENAPI to a copy of metrc-v2.openapi.json; without it this proves nothing."
        )
    return path


def prism_command() -> list[str]:
    """Installed once into build/; npm says itself where it gets it from."""
    folder = ROOT / "build" / "prism"
    script = folder / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.fail("Node.js and npm are needed for this proof; install them and run it again.")
    if not script.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", PRISM], check=True
        )
    return [node, str(script)]


@contextmanager
def prism() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    command = [*prism_command(), "mock", "-h", "127.0.0.1", "-p", str(port), str(description())]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        tick = threading.Event()
        for _ in range(1_200):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "Prism did not start"
            tick.wait(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with prism() as url:
        yield url


@pytest.fixture
def client(base_url: str) -> Iterator[MetrcClient]:
    caller = MetrcClient(base_url, vendor_key="sample-vendor", user_key="sample-user", pace=Pace(1_000))
    yield caller
    caller.close()


@pytest.fixture
def tracker(client: MetrcClient) -> MetrcTracker:
    return MetrcTracker(client, license_number="SAMPLE-LICENSE-1", clock=VirtualClock(), profile="training")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (FACILITIES, {}),
        ("/patients/v2/statuses/PT-204417", LICENSE),
        ("/items/v2/7", LICENSE),
        (f"{RECEIPTS}/external/ST01-R1-1-0000001", LICENSE),
        *(
            (path, {**LICENSE, **WINDOW, **PAGE})
            for path in (ITEMS, ACTIVE, INACTIVE, ON_HOLD, f"{RECEIPTS}/active", f"{RECEIPTS}/inactive")
        ),
    ],
)
def test_each_read_is_accepted_and_its_answer_read(
    client: MetrcClient, path: str, query: dict[str, str]
) -> None:
    reply = client.get(path, query)
    assert (reply.failure, reply.status) == (None, 200), reply.body
    one = path.startswith((f"{RECEIPTS}/external", "/items/v2/7"))
    assert one or rows_of(reply.body) is not None


@pytest.mark.parametrize(
    "lines",
    [
        sample_lines(),
        [{**sample_lines()[0], "unit": "each", "tracker_unit": "Each", "quantity": 2}],
        [
            {**sample_lines()[0], "tracker_unit": "Kilograms"},
            {**sample_lines(2)[0], "tracker_unit": "Ounces"},
        ],
    ],
)
def test_each_receipt_is_accepted(tracker: MetrcTracker, lines: list[dict[str, object]]) -> None:
    result = tracker.send(sample_report(1, lines=lines))
    assert result.outcome is Outcome.CONFIRMED, result
    assert result.remote_id


def test_a_patients_answer_is_read(tracker: MetrcTracker) -> None:
    answer = tracker.patient("PT-204417")
    assert isinstance(answer, StateAnswer)
    assert answer.found
    assert answer.rows


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ({}, receipt_body(sample_report(1).payload)),
        (LICENSE, receipt_body(sample_report(1).payload).replace(b'"Quantity":3.5', b'"Quantity":"3.5"')),
        (LICENSE, receipt_body(sample_report(1).payload).strip(b"[]")),
        (LICENSE, b"[" + b",".join([receipt_body(sample_report(1).payload).strip(b"[]")] * 11) + b"]"),
    ],
)
def test_what_is_wrong_is_refused(client: MetrcClient, query: dict[str, str], body: bytes) -> None:
    """Or the acceptance above would say nothing."""
    reply = client.post(RECEIPTS, query, body)
    assert reply.failure is None
    assert 400 <= reply.status < 500
