"""Draining the queue of reports: against a bare loop, at a distance, in memory, and over an outage.

The sender is the product's own (store, machine, loop, adapter); the service is a sandbox in another process, or where
only counts matter the simulated one in virtual time.
`python -m tests.bench.draining FOLDER` is the child whose memory is measured; it answers each line of its input.
"""

from __future__ import annotations

import random
import ssl
import sys
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from pos_desktop.app.ports import ServiceReach
from pos_desktop.domain.instant import DAY_US, MINUTE_US, SECOND_US
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.storage import driver
from pos_desktop.storage.outbox_rows import outbox_values
from pos_desktop.storage.store import Store
from pos_desktop.sync.lane import PROBE_EVERY_US
from pos_desktop.sync.loop import SyncLoop
from pos_desktop.sync.metrc.wire import RECEIPTS, receipt_body
from tests.bench.memory import resident_mb
from tests.bench.shop import child, heard
from tests.bench.state_service import BenchClock, Service, report, service
from tests.bench.table import Result, Row
from tests.fixtures.fake_outbox import FakeOutbox
from tests.fixtures.month import LICENSE
from tests.fixtures.reports import sample_report
from tests.fixtures.sandbox import FIRST_PAIR
from tests.fixtures.simulation import SimulatedService
from tests.fixtures.stores import KEY, opened
from tests.fixtures.virtual_time import VirtualClock, VirtualPause

QUEUED, FAR_QUEUED, HUNDRED, LONG_QUEUE, COUNTED = 2_000, 150, 100, 20_000, 20_000
ROUND_TRIP_MS = 200
NEVER_ARRIVED, SALE_EVERY_US, LONG_OUTAGE_US = 0.3, 20 * SECOND_US, 3_600 * SECOND_US

ROWS = (
    Row("drain", f"draining {QUEUED:,} reports, each", "a bare loop posting the same bodies", "ms", 4),
    Row(
        "drain-far",
        f"draining at {ROUND_TRIP_MS} ms round trip, each",
        "the bare loop at that distance, one write after the other over one kept connection",
        "ms",
        1 / 0.95,
    ),
    Row("drain-cpu", "processor while draining far", "all of one core", "% of a core", 0, 10),
    Row("drain-memory", f"memory with {LONG_QUEUE:,} queued", f"the same with {HUNDRED} queued", "MB", 1, 5),
    Row("drain-notice", "outage noticed after", "the interval of probes", "s", 1),
    Row("drain-resume", "sending again after an outage", "the interval of probes", "s", 1, 5),
    Row("drain-attempts", "attempts a sale, 15 % lost", "as many as had to be", "", 1.05),
    Row("drain-look-ups", "look-ups a sale, 15 % lost", "as many as had to be", "", 1.05),
)


def measure(_: Path) -> list[Result]:
    return [_near(), *_far(), _memory(), *_outage(), *_counts()]


def fill(folder: Path, count: int) -> None:
    """A real store whose outbox holds so many reports; the sales behind them are left out."""
    with opened(folder, create=True) as store:
        path = store.path
    con = driver.connect(path, KEY)
    try:
        con.execute("PRAGMA foreign_keys = OFF")
        cursor = con.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        rows = [outbox_values(report(n)) for n in range(count)]
        marks = ", ".join("?" * len(rows[0]))
        cursor.executemany(f"INSERT INTO outbox VALUES ({marks})", rows)
        cursor.execute("COMMIT")
    finally:
        con.close()


@contextmanager
def queue(count: int) -> Iterator[Store]:
    with TemporaryDirectory(prefix="pos-desktop-bench-queue-") as folder:
        fill(Path(folder), count)
        with opened(Path(folder)) as store:
            yield store


def _loop(store: Store, at: Service, count: int) -> SyncLoop:
    """Stops when it has sent `count`."""
    left = count

    def pause(seconds: float) -> bool:
        nonlocal left
        left -= seconds == 0
        time.sleep(seconds)
        return left < 0

    return SyncLoop(
        outbox=store.outbox,
        tracker=at.tracker(at.client()),
        clock=BenchClock(),
        rng=random.Random(1).randint,
        pause=pause,
    )


def _drained(store: Store, at: Service, count: int) -> tuple[float, float]:
    """(seconds on the wall, seconds of this process's processor time)."""
    loop = _loop(store, at, count)
    wall, busy = time.perf_counter(), time.process_time()
    loop.once(wait_for_doubt=True)
    took = time.perf_counter() - wall, time.process_time() - busy
    assert store.outbox.counts()[OutboxState.CONFIRMED] == count, store.outbox.counts()
    return took


def _near() -> Result:
    with service() as at:
        bare = _bare(at, QUEUED)
    with service() as at, queue(QUEUED) as store:
        ours, busy = _drained(store, at, QUEUED)
    note = f"processor time of one report: {busy / QUEUED * 1_000:.2f} ms"
    return Result(ROWS[0], ours / QUEUED * 1_000, bare / QUEUED * 1_000, (note,))


def _bare(at: Service, count: int) -> float:
    keys = b64encode(":".join(FIRST_PAIR).encode()).decode()
    headers = {"Authorization": f"Basic {keys}", "Content-Type": "application/json"}
    bodies = [receipt_body(report(n).payload) for n in range(count)]
    place = urlsplit(at.url).netloc
    if at.trusted is None:
        connection = HTTPConnection(place)
    else:
        connection = HTTPSConnection(place, context=ssl.create_default_context(cafile=at.trusted))
    connection.connect()
    begun = time.perf_counter()
    for body in bodies:
        connection.request("POST", f"{RECEIPTS}?licenseNumber={LICENSE}", body, headers)
        response = connection.getresponse()
        response.read()
        assert response.status == 200, response.status
    took = time.perf_counter() - begun
    connection.close()
    return took


def _far() -> list[Result]:
    with service(ROUND_TRIP_MS) as at:
        bare = _bare(at, FAR_QUEUED)
    with service(ROUND_TRIP_MS) as at, queue(FAR_QUEUED) as store:
        wall, busy = _drained(store, at, FAR_QUEUED)
    each = wall / FAR_QUEUED * 1_000
    note = f"{ROUND_TRIP_MS / each:.1%} of one write a round trip; opening a connection is as quick as loopback here"
    return [
        Result(ROWS[1], each, bare / FAR_QUEUED * 1_000, (note,)),
        Result(ROWS[2], busy / wall * 100, 100.0),
    ]


def _memory() -> Result:
    sizes = {}
    for count in (HUNDRED, LONG_QUEUE):
        with TemporaryDirectory(prefix="pos-desktop-bench-queue-") as folder:
            fill(Path(folder), count)
            with child("draining", folder) as process:
                heard(process, "drained")
                sizes[count] = resident_mb(process.pid)
    return Result(ROWS[3], sizes[LONG_QUEUE], sizes[HUNDRED])


def serve(folder: Path) -> None:
    """Drain a hundred reports of the queue in the folder, then say so and wait for the end of the input."""
    with service() as at, opened(folder) as store:
        _loop(store, at, HUNDRED).once()
        assert store.outbox.counts()[OutboxState.CONFIRMED] == HUNDRED, store.outbox.counts()
        print("drained", flush=True)
        sys.stdin.read()


# ---- in virtual time


class _Quiet(SimulatedService):
    away = wait = lost = unasked = 0.0


class _Half(_Quiet):
    lost = 0.05


class _Lossy(_Quiet):
    lost = 0.15


def _outage() -> list[Result]:
    """A sale each 20 s; the service is away for an hour. When does the sender say so, and when is it back?"""
    clock = VirtualClock()
    state = _Quiet(clock, random.Random(1))
    outbox = FakeOutbox()
    heard_: list[ServiceReach] = []
    loop = SyncLoop(
        outbox=outbox,
        tracker=state,
        clock=clock,
        rng=random.Random(1).randint,
        pause=VirtualPause(clock),
        heard=heard_.append,
    )
    start, sold = clock.now(), 0
    begins, ends = start.plus_us(600 * SECOND_US), start.plus_us(600 * SECOND_US + LONG_OUTAGE_US)
    noticed = resumed = None
    while resumed is None and clock.now().since_us(start) < DAY_US:
        now = clock.now()
        away = begins <= now < ends
        state.reach = ServiceReach.AWAY if away else ServiceReach.REACHED
        state.away = 1.0 if away else 0.0
        while sold * SALE_EVERY_US <= now.since_us(start):
            outbox.add(sample_report(sold, at=start.plus_us(sold * SALE_EVERY_US)))
            sold += 1
        loop.once()
        last = heard_[-1] if heard_ else None
        if noticed is None and last is ServiceReach.AWAY:
            noticed = clock.now().since_us(begins)
        if now >= ends and last is ServiceReach.REACHED:
            resumed = clock.now().since_us(ends)
        clock.advance(2 * SECOND_US)
    assert noticed is not None
    assert resumed is not None
    probe = PROBE_EVERY_US / SECOND_US
    waiting = LONG_OUTAGE_US // SALE_EVERY_US
    return [
        Result(ROWS[4], noticed / SECOND_US, probe, ("a sale each 20 s, looked at each 2 s",)),
        Result(ROWS[5], resumed / SECOND_US, probe, (f"{waiting} sales had waited",)),
    ]


def _counts() -> list[Result]:
    measured = {kind.lost: _counted(kind) for kind in (_Quiet, _Half, _Lossy)}
    attempts, look_ups = measured[_Lossy.lost]
    must_attempt, must_look_up = _must(_Lossy.lost)
    notes = tuple(
        f"{lost:.0%} lost: {sent:.3f} attempts (must {_must(lost)[0]:.3f}), "
        f"{asked:.3f} look-ups (must {_must(lost)[1]:.3f})"
        for lost, (sent, asked) in measured.items()
    )
    return [
        Result(ROWS[6], attempts, must_attempt, notes),
        Result(ROWS[7], look_ups, must_look_up),
    ]


def _must(lost: float) -> tuple[float, float]:
    """What never arrived is asked about twice and sent again; what arrived is asked about once."""
    attempts = 1 / (1 - lost * NEVER_ARRIVED)
    return attempts, attempts * lost * (1 + NEVER_ARRIVED)


def _counted(kind: type[_Quiet]) -> tuple[float, float]:
    clock = VirtualClock()
    clock.advance(COUNTED * SECOND_US + MINUTE_US)
    outbox = FakeOutbox(sample_report(n, patient=f"SAMPLE-{n % (COUNTED // 5)}") for n in range(COUNTED))
    state = kind(clock, random.Random(1))
    loop = SyncLoop(
        outbox=outbox, tracker=state, clock=clock, rng=random.Random(1).randint, pause=VirtualPause(clock)
    )
    while outbox.counts()[OutboxState.CONFIRMED] < COUNTED:
        loop.once(wait_for_doubt=True)
        clock.advance(MINUTE_US)
    kinds = Counter(row.kind for row in outbox.log)
    return kinds["begin"] / COUNTED, kinds["look-up"] / COUNTED


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
