"""The first decision about a patient: read from the encrypted store, reckon, decide (performance contract, 4.3).

Ours: `Reception.open` and the first `LimitDesk.decide` of a visit, for patients with 500 purchases in Florida's window
and a cart of twelve lines, in a ledger of a million lines and in one of ten thousand, in turn. Each round opens the
stores anew, so the pages of these patients are in no cache of the store; the file may be in the computer's. As in the
counter, Python's cycle collector does not run by itself. Floor: the raw driver fetches the same rows by the same
statement on a connection of its own, and plain Python adds them up for the same pools.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tests.bench.heavy import PROGRAMME, PURCHASES, WINDOW_DAYS, carts, no_collector
from tests.bench.table import Result, Row, quantile
from tests.fixtures.stores import PERSON

if TYPE_CHECKING:
    from pos_desktop.app.reception import Reception
    from pos_desktop.domain.cart import Cart
    from pos_desktop.domain.identity import PatientId
    from pos_desktop.domain.limits.programme import Programme
    from pos_desktop.storage.driver import Connection
    from tests.bench.ledgers import Shop

ROWS = (
    Row(
        "first-touch",
        "first limit decision, ledger of 1,000,000 lines, p99",
        "the raw driver fetching the same rows, and plain sums of them, p99",
        "ms",
        0,
        plus=5,
    ),
    Row(
        "ledger-growth",
        "first limit decision, ledger of 1,000,000 lines, p50",
        "the same in a ledger of 10,000 lines",
        "ms",
        1.5,
    ),
)
SMALL, LARGE = 10_000, 1_000_000
ROUNDS = 40
_WINDOW_US = WINDOW_DAYS * 86_400_000_000


def floor(con: Connection, patient: PatientId, programme: Programme, now_us: int) -> list[int]:
    """What is used of each pool's window, as if every pool counted plain milligrams."""
    from pos_desktop.storage.ledger import _WINDOW

    rows = con.execute(_WINDOW, (patient, 0)).fetchall()
    sums = []
    for pool in programme.versions[-1].pools:
        since = (
            now_us - _WINDOW_US if pool.window.days is None else now_us - pool.window.days * 86_400_000_000
        )
        column = 11 if pool.unit == "mg-thc" else 10
        counted = {each.value for member in pool.members for each in member.categories}
        sums.append(sum(row[column] or 0 for row in rows if row[0] > since and row[9] in counted))
    return sums


@dataclass(slots=True)
class _Took:
    """Milliseconds of check-in and first decision together, and of the floor; `worked` is this thread's processor."""

    whole: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    floor_worked: list[float] = field(default_factory=list)
    carts: list[Cart] = field(default_factory=carts)


def measure(_: Path) -> list[Result]:
    from pos_desktop.composition.programmes import load_programme
    from tests.bench.ledgers import filled

    programme = load_programme(PROGRAMME)
    with TemporaryDirectory(prefix="pos-desktop-bench-") as root:
        shops = [filled(Path(root) / str(lines), lines) for lines in (SMALL, LARGE)]
        took = {(shop.lines, kind): _Took() for shop in shops for kind in ("imported", "reported")}
        for _round in range(ROUNDS):
            _one_round(shops, programme, took)
    small, large, reported = took[SMALL, "imported"], took[LARGE, "imported"], took[LARGE, "reported"]
    notes = (
        _told("least", 0, large),
        _told("p50", 50, large),
        _told("p99", 99, large),
        "each purchase with a report that the state confirmed: " + _told("p50", 50, reported),
        "each purchase with a report that the state confirmed: " + _told("p99", 99, reported),
        "filling the stores took " + " and ".join(f"{s.took_s:.1f} s ({s.lines:,} lines)" for s in shops),
    )
    growth = f"p99 {quantile(large.whole, 99):.2f} ms and {quantile(small.whole, 99):.2f} ms"
    return [
        Result(ROWS[0], quantile(large.whole, 99), quantile(large.floor, 99), notes),
        Result(ROWS[1], quantile(large.whole, 50), quantile(small.whole, 50), (growth,)),
    ]


def _told(name: str, per_cent: int, took: _Took) -> str:
    times = (took.whole, took.worked, took.floor, took.floor_worked)
    ours, worked, floor_ms, floor_worked = (quantile(each, per_cent) for each in times)
    return (
        f"{name} ours {ours:.2f} ms, of it the processor {worked:.2f} ms; "
        f"floor {floor_ms:.2f} ms, of it the processor {floor_worked:.2f} ms"
    )


def _one_round(shops: list[Shop], programme: Programme, took: dict[tuple[int, str], _Took]) -> None:
    from pos_desktop.storage import driver
    from tests.fixtures.stores import KEY, opened

    with ExitStack() as ends:
        desks = []
        for shop in shops:
            store = ends.enter_context(opened(shop.folder))
            bare = ends.enter_context(closing(driver.connect(store.path, KEY)))
            driver.configure(bare)
            desks.append((shop, _reception(store, programme), bare))
        with no_collector():
            for kind in ("imported", "reported"):
                for n in range(len(shops[0].imported)):
                    for shop, reception, bare in desks:
                        who = (shop.imported if kind == "imported" else shop.reported)[n]
                        # The first of each opens the connections and pays for what belongs to no patient.
                        _touch(reception, bare, who, programme, took[shop.lines, kind] if n else _Took())


def _touch(reception: Reception, bare: Connection, who: PatientId, programme: Programme, took: _Took) -> None:
    from pos_desktop.app.limit_desk import LimitDesk
    from pos_desktop.app.visit import Visit
    from pos_desktop.domain.limits.model import Link
    from tests.fixtures.stores import NOON

    desk, cart = LimitDesk(programme), took.carts[len(took.whole) % len(took.carts)]
    begun, worked = time.perf_counter_ns(), time.thread_time_ns()
    visit = reception.open(who, PERSON)
    assert isinstance(visit, Visit)
    decision = desk.decide(replace(visit, cart=cart), NOON, Link.UP)
    took.worked.append((time.thread_time_ns() - worked) / 1e6)
    took.whole.append((time.perf_counter_ns() - begun) / 1e6)
    assert len(visit.history) == PURCHASES
    assert all(pool.used for pool in decision.pools)
    begun, worked = time.perf_counter_ns(), time.thread_time_ns()
    floor(bare, who, programme, NOON.utc_us)
    took.floor_worked.append((time.thread_time_ns() - worked) / 1e6)
    took.floor.append((time.perf_counter_ns() - begun) / 1e6)


def _reception(store: Any, programme: Programme) -> Reception:
    from pos_desktop.app.reception import Reception
    from pos_desktop.composition.counter import history_days
    from tests.fixtures.stores import OrderedIds, StandingClock

    return Reception(
        patients=store.patients,
        ledger=store.ledger,
        figures=store.figures,
        clock=StandingClock(),
        ids=OrderedIds(),
        zone=programme.zone,
        history_days=history_days(programme),
    )
