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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pos_desktop.app.ports import CouldNotAsk, StateAnswer
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.domain.outbox import AttemptResult, Outcome
from pos_desktop.domain.shelf import Unit
from pos_desktop.sync.metrc.asking import Desk
from pos_desktop.sync.metrc.client import MetrcClient
from pos_desktop.sync.metrc.inventory import ACTIVE, INACTIVE, ITEMS, ON_HOLD
from pos_desktop.sync.metrc.lab import LabDesk
from pos_desktop.sync.metrc.pace import Pace
from pos_desktop.sync.metrc.package_desk import Adjustment, PackageDesk, Reason
from pos_desktop.sync.metrc.paging import Window, rows_of
from pos_desktop.sync.metrc.people import Member, PeopleDesk, Registration
from pos_desktop.sync.metrc.places import PlacesDesk
from pos_desktop.sync.metrc.receipt_desk import ReceiptDesk
from pos_desktop.sync.metrc.staff import Employee, StaffDesk
from pos_desktop.sync.metrc.tracker import FACILITIES, MetrcTracker
from pos_desktop.sync.metrc.transfers import IncomingTransfer, TransferDesk
from pos_desktop.sync.metrc.wire import RECEIPTS, receipt_body
from pos_desktop.sync.numbers import encode
from tests.fixtures.reports import START, sample_lines, sample_report
from tests.fixtures.virtual_time import VirtualClock

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]
PRISM = "@stoplight/prism-cli@5"
LICENSE = {"licenseNumber": "SAMPLE-LICENSE-1"}
WINDOW = Window(START.plus_us(-DAY_US), Instant(START.utc_us)).query()
DAY = date(2026, 4, 8)
LAST_DAY = START.plus_us(-DAY_US)
TAG = "ABCDEF012345670000010041"
ADJUSTMENT = Adjustment(TAG, -1_500, Unit.WEIGHT, "Grams", Reason("Drying", False, False), DAY)
REGISTRATION = Registration("000001", date(2026, 1, 1), date(2026, 12, 31), DAY, smokable=Decimal("2.5"))
TRANSFER = IncomingTransfer(1, 1, "", "", "", 0, 0, "", None, False)
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


# ---- the other desks


@pytest.fixture
def desk(client: MetrcClient) -> Desk:
    return Desk(client, "SAMPLE-LICENSE-1")


READS: dict[str, Callable[[Desk], object]] = {
    "reasons": lambda desk: PackageDesk(desk).reasons(),
    "package": lambda desk: PackageDesk(desk).package(TAG),
    "incoming": lambda desk: TransferDesk(desk, VirtualClock()).incoming(LAST_DAY),
    "deliveries": lambda desk: TransferDesk(desk, VirtualClock()).deliveries(TRANSFER),
    "packages of a delivery": lambda desk: TransferDesk(desk, VirtualClock()).packages(1),
    "lab results": lambda desk: LabDesk(desk).results(2),
    "employees": lambda desk: StaffDesk(desk).employees(),
    "permissions": lambda desk: StaffDesk(desk).permissions(Employee("", "403-X0001", False, None)),
    "caregiver": lambda desk: PeopleDesk(desk).caregiver("CGN-123-456"),
    "members": lambda desk: PeopleDesk(desk).members(),
    "units": lambda desk: PlacesDesk(desk, VirtualClock(), LAST_DAY).units(),
    "locations": lambda desk: PlacesDesk(desk, VirtualClock(), LAST_DAY).locations(),
    "items": lambda desk: PlacesDesk(desk, VirtualClock(), LAST_DAY).items(),
}


@pytest.mark.parametrize("name", READS)
def test_each_other_read_is_accepted_and_shows_what_the_example_holds(desk: Desk, name: str) -> None:
    said = READS[name](desk)
    assert said, "nothing was read"
    assert not isinstance(said, CouldNotAsk), said


WRITES: dict[str, Callable[[Desk], AttemptResult]] = {
    "change by": lambda desk: PackageDesk(desk).change_by(ADJUSTMENT),
    "set to": lambda desk: PackageDesk(desk).set_to(replace(ADJUSTMENT, quantity=1_500)),
    "finish": lambda desk: PackageDesk(desk).finish(TAG, DAY),
    "unfinish": lambda desk: PackageDesk(desk).unfinish(TAG),
    "note": lambda desk: PackageDesk(desk).write_note(TAG, "Sample note"),
    "move": lambda desk: PackageDesk(desk).move(TAG, "Back Location", DAY, "Shelf 2"),
    "external id": lambda desk: PackageDesk(desk).give_external_id(TAG, "SHELF-17"),
    "register": lambda desk: PeopleDesk(desk).register(REGISTRATION),
    "change": lambda desk: PeopleDesk(desk).change(REGISTRATION, "000002"),
    "release": lambda desk: PeopleDesk(desk).release(Member(1, "000001", None, None, False, None, None)),
    "edit": lambda desk: ReceiptDesk(Shown(desk.client, desk.license_number)).edit(
        1, sample_report(1).payload
    ),
    "void": lambda desk: ReceiptDesk(Shown(desk.client, desk.license_number)).void(1),
    "finalize": lambda desk: ReceiptDesk(desk).finalize(1),
    "unfinalize": lambda desk: ReceiptDesk(desk).unfinalize(1),
}


class Shown(Desk):
    """Prism shows one example receipt for every id; here it is open and not voided."""

    def one(self, path: str, key: str) -> dict[str, object]:
        return {"Id": int(key), "IsFinal": False, "ArchivedDate": None}


@pytest.mark.parametrize("name", WRITES)
def test_each_change_is_accepted(desk: Desk, name: str) -> None:
    result = WRITES[name](desk)
    # Prism answers a creation with the example's two ids: whose is not told, so it is not taken for done.
    posted = name in ("change by", "register")
    assert (result.outcome, result.http_status) == (Outcome.IN_DOUBT if posted else Outcome.CONFIRMED, 200), (
        result
    )


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("/packages/v2/finish", {"Label": 7, "ActualDate": "2026-04-08"}),
        ("/packages/v2/note", {"Label": TAG, "Note": "x"}),
        ("/packages/v2/adjust", {**ADJUSTMENT.row(), "Quantity": "1"}),
        ("/sales/v2/receipts/finalize", {"Id": "1"}),
    ],
)
def test_a_change_in_another_form_is_refused(client: MetrcClient, path: str, row: dict[str, object]) -> None:
    """Or the acceptance above would say nothing."""
    reply = client.put(path, LICENSE, encode([row]))
    assert (reply.failure, 400 <= reply.status < 500) == (None, True), reply


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
