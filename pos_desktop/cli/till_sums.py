"""Amounts of single sales: added up they are the cash of an open till, so whoever reads them does not count it."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from pos_desktop.composition.shop import Shop
from pos_desktop.domain.identity import TillSessionId
from pos_desktop.domain.people import Person

NOT_COUNTING = "You read what the sales of the open till come to, so another person counts it."
KEPT_BACK = (
    "What a sale of the open till came to is told once the till is counted; before that to who may read the till and "
    "does not count it: --as NAME."
)


def reads_sums(
    shop: Shop,
    by: Person,
    sessions: Iterable[TillSessionId] | None = None,
    kept: str = "Nothing was written.",
) -> None:
    """Kept as a reading of the till, and said. Raises RuleRefusal: `by` counts tills and may not read them."""
    desk = shop.till_desk()
    uncounted = desk.uncounted(sessions)
    if uncounted:
        desk.read_sums(by, uncounted, kept)
        print(NOT_COUNTING, file=sys.stderr)
