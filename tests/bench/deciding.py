"""One limit decision after check-in, in a ledger with 10,000 purchases of others and 100 of the patient (4.3).

Ours: `LimitDesk.decide` with a cart that changes each time, as each scan asks it. Floor: plain Python that adds up the
same purchases and the cart for the same two windows in whole milligrams, without any rule.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench.table import Result, Row, quantile

if TYPE_CHECKING:
    from pos_desktop.app.reception import Reception
    from pos_desktop.app.visit import Visit
    from pos_desktop.domain.cart import Cart
    from pos_desktop.domain.instant import Instant
    from pos_desktop.storage.store import Store

ROWS = (
    Row(
        "decision",
        "limit decision, p99",
        "plain sums in Python over the same purchases, p99",
        "ms",
        0,
        plus=1,
    ),
)
OTHERS, OWN, DECISIONS, WARM_UP = 10_000, 100, 2_000, 50
_DAY_US = 86_400_000_000


def floor(visit: Visit, at: Instant) -> tuple[int, int]:
    """Milligrams of the last day and of the last 30 days, cart included."""
    cart = sum((item.measures.net_mg or 0) for item in visit.cart.items)
    sums = []
    for days in (1, 30):
        since = at.utc_us - days * _DAY_US
        past = 0
        for purchase in visit.history:
            if purchase.at.utc_us > since:
                for item in purchase.items:
                    past += item.measures.net_mg or 0
        sums.append(past + cart)
    return sums[0], sums[1]


def measure(_: Path) -> list[Result]:
    from pos_desktop.app.limit_desk import LimitDesk
    from pos_desktop.app.visit import Visit
    from pos_desktop.composition.counter import history_days
    from pos_desktop.composition.programmes import load_programme
    from pos_desktop.domain.limits.model import Link
    from tests.fixtures.stores import NOON, PATIENT, StandingClock, stocked

    programme = load_programme("us-mi-medical")
    desk = LimitDesk(programme)
    with TemporaryDirectory() as root:
        store = stocked(Path(root), StandingClock())
        try:
            _buy(store)
            begun = time.perf_counter_ns()
            visit = _reception(store, history_days(programme)).open(PATIENT.id)
            check_in_ms = (time.perf_counter_ns() - begun) / 1e6
            assert isinstance(visit, Visit)
            assert len(visit.history) == OWN
            carts = _carts(store)
        finally:
            store.close()
    took: dict[str, list[float]] = {"ours": [], "floor": []}
    first_ms = 0.0
    for n in range(WARM_UP + DECISIONS):
        now = NOON.plus_us(n)
        asked = replace(visit, cart=carts[n % len(carts)])
        for name in ("ours", "floor") if n % 2 else ("floor", "ours"):
            begun = time.perf_counter_ns()
            if name == "ours":
                desk.decide(asked, now, Link.DOWN)
            else:
                floor(asked, now)
            ms = (time.perf_counter_ns() - begun) / 1e6
            if n >= WARM_UP:
                took[name].append(ms)
            elif name == "ours":
                first_ms = first_ms or ms
    notes = (
        f"p50 ours {quantile(took['ours'], 50):.3f} ms, floor {quantile(took['floor'], 50):.3f} ms",
        f"the first decision, which sums the window: {first_ms:.2f} ms; check-in itself: {check_in_ms:.2f} ms",
    )
    return [Result(ROWS[0], quantile(took["ours"], 99), quantile(took["floor"], 99), notes)]


def _buy(store: Store) -> None:
    from pos_desktop.domain.identity import PatientId
    from pos_desktop.domain.limits.model import Category, Item, Measures, Purchase
    from tests.fixtures.stores import NOON, PATIENT, PERSON

    others = [
        replace(
            PATIENT,
            id=PatientId(f"other-{n:03d}"),
            card_number=f"P-2{n:06d}",
            last_name=f"Patient {n + 2:03d}",
        )
        for n in range(300)
    ]
    store.bulk.add_patients(others, PERSON.id, NOON)

    def purchase(n: int, of: int) -> Purchase:
        ago_us = (n + 1) * 30 * _DAY_US // of
        item = Item(Category.FLOWER, Measures(net_mg=1_000, thc_mg=200, potency_bp=2_000))
        return Purchase(
            at=NOON.plus_us(-ago_us), items=(item,), receipt=f"R{n}", by="patient", source="import"
        )

    store.bulk.add_purchases(
        [(others[n % 300].id, f"others-{n}", purchase(n, OTHERS)) for n in range(OTHERS)]
        + [(PATIENT.id, f"own-{n}", purchase(n, OWN)) for n in range(OWN)]
    )


def _reception(store: Store, history_days: int | None) -> Reception:
    from pos_desktop.app.reception import Reception
    from tests.fixtures.stores import ZONE, OrderedIds, StandingClock

    return Reception(
        patients=store.patients,
        ledger=store.ledger,
        figures=store.figures,
        clock=StandingClock(),
        ids=OrderedIds(),
        zone=ZONE,
        history_days=history_days,
    )


def _carts(store: Store) -> list[Cart]:
    from pos_desktop.domain.cart import Cart
    from tests.fixtures.stores import tag

    carts, cart = [], Cart()
    for _ in range(3):
        for n in range(1, 5):
            package = store.shelf.by_tag(tag(n))
            assert package is not None
            cart = cart.add(package)
            carts.append(cart)
    return carts
