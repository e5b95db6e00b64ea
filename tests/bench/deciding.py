"""One limit decision once the patient is checked in: 500 purchases, and 2,000 lines, in Florida's window (4.3).

Ours: `LimitDesk.decide` with a cart of twelve lines that changes each time, as each scan asks it; some fit, some do
not. Floor: plain Python that adds up the same purchases and the cart for the same two windows in whole milligrams,
without any rule. As in the counter, Python's cycle collector does not run by itself.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.heavy import PROGRAMME, PURCHASES, carts, no_collector, purchases
from tests.bench.table import Result, Row, quantile

if TYPE_CHECKING:
    from pos_desktop.app.visit import Visit
    from pos_desktop.domain.instant import Instant
    from pos_desktop.domain.limits.programme import Programme

ROWS = (
    Row(
        "decision",
        "limit decision, 500 purchases, p99",
        "plain sums in Python over the same purchases, p99",
        "ms",
        0,
        plus=1,
    ),
    Row(
        "decision-2000",
        "limit decision, 2,000 lines, p99",
        "plain sums in Python over the same purchases, p99",
        "ms",
        0,
        plus=2,
    ),
)
DECISIONS, WARM_UP = 2_000, 50
_DAY_US = 86_400_000_000


def floor(visit: Visit, at: Instant) -> tuple[int, int]:
    """Milligrams of the last 35 days and THC of the last 70, cart included."""
    grams = sum((item.measures.net_mg or 0) for item in visit.cart.items)
    thc = sum((item.measures.thc_mg or 0) for item in visit.cart.items)
    half, whole = at.utc_us - 35 * _DAY_US, at.utc_us - 70 * _DAY_US
    for purchase in visit.history:
        if purchase.at.utc_us > whole:
            for item in purchase.items:
                thc += item.measures.thc_mg or 0
                if purchase.at.utc_us > half:
                    grams += item.measures.net_mg or 0
    return grams, thc


def measure(_: Path) -> list[Result]:
    from pos_desktop.composition.programmes import load_programme

    programme = load_programme(PROGRAMME)
    return [_measured(row, programme, lines) for row, lines in zip(ROWS, (1, 4), strict=True)]


def _measured(row: Row, programme: Programme, lines: int) -> Result:
    from pos_desktop.app.limit_desk import LimitDesk
    from pos_desktop.domain.limits.model import Decision, Link
    from tests.fixtures.stores import NOON

    desk, visit, offered = LimitDesk(programme), _visit(lines), carts()
    took: dict[str, list[float]] = {"ours": [], "floor": []}
    worked: dict[str, list[float]] = {"ours": [], "floor": []}
    first_ms, fitted, pools = 0.0, 0, 0
    with no_collector():
        for n in range(WARM_UP + DECISIONS):
            now, asked = NOON.plus_us(n), replace(visit, cart=offered[n % len(offered)])
            for name in ("ours", "floor") if n % 2 else ("floor", "ours"):
                begun, on_processor = time.perf_counter_ns(), time.thread_time_ns()
                decision = desk.decide(asked, now, Link.UP) if name == "ours" else floor(asked, now)
                worked_ms = (time.thread_time_ns() - on_processor) / 1e6
                ms = (time.perf_counter_ns() - begun) / 1e6
                if n >= WARM_UP:
                    took[name].append(ms)
                    worked[name].append(worked_ms)
                elif name == "ours":
                    first_ms = first_ms or ms
                if isinstance(decision, Decision):
                    pools = len(decision.pools)
                    fitted += not any(code.startswith("limit:") for code in decision.refused_by)
    p50 = {name: quantile(values, 50) for name, values in took.items()}
    p99 = {name: quantile(values, 99) for name, values in worked.items()}
    shape = f"{pools} pools in force, {fitted} of {WARM_UP + DECISIONS} carts within all of them"
    notes = (
        f"p50 ours {p50['ours']:.3f} ms, floor {p50['floor']:.3f} ms; {shape}",
        f"p99 of the processor's time alone: ours {p99['ours']:.3f} ms, floor {p99['floor']:.3f} ms",
        f"the first decision, which sums the window of a history in memory: {first_ms:.2f} ms",
    )
    return Result(row, quantile(took["ours"], 99), quantile(took["floor"], 99), notes)


def _visit(lines: int) -> Visit:
    from pos_desktop.app.visit import Visit
    from pos_desktop.domain.identity import SaleId
    from tests.fixtures.stores import NOON, PATIENT

    history = tuple(purchases(PURCHASES, lines, NOON))
    return Visit(SaleId("sale-1"), PATIENT, None, history, None, NOON)
