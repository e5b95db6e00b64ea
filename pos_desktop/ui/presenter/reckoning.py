"""The reckoning, F4: each earlier purchase, what it counted as, when it leaves, and the rule with its source."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.visit import Visit
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Decision, PoolReckoning, Spend
from pos_desktop.domain.limits.words import counted_items, silent_pools
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.presenter.allotment import basis_words, meter, rule_name
from pos_desktop.ui.sheet_state import PoolTable, ReckoningSheet, SpendRow

translate = QCoreApplication.translate
_PLAIN = "net weight"


def reckoning_sheet(
    visit: Visit, decision: Decision, *, zone: ZoneInfo, now: Instant, place: str
) -> ReckoningSheet:
    """F4: each earlier purchase, what it counted as, when it leaves; what a manager lifted stands before the basis."""
    lifted = [
        translate("Patient", "Lifted by a manager for this sale: {rule}, “{reason}” ({cite}).").format(
            rule=rule_name(decision, each.code), reason=each.reason, cite=each.cite
        )
        for each in decision.lifted
    ]
    silent = silent_pools(decision)
    return ReckoningSheet(
        who=visit.patient.name,
        pools=tuple(
            _table(pool, zone, now, silent=pool in silent) for pool in (*decision.relief, *decision.pools)
        ),
        basis=" ".join([
            *lifted,
            translate("Patient", "{basis} Rules of {place}, version {version} ({pack}).").format(
                basis=basis_words(decision.basis),
                place=place,
                version=decision.version,
                pack=decision.pack_version,
            ),
        ]),
    )  # fmt: skip


def _table(pool: PoolReckoning, zone: ZoneInfo, now: Instant, *, silent: bool) -> PoolTable:
    """`silent`: the state gave its figure, and it says nothing of this pool."""
    rows = tuple(row for spend in pool.spends for row in _spend_rows(spend, pool, zone))
    return PoolTable(
        meter=meter(pool, zone, now),
        rule=translate("Patient", "“{rule}” ({cite})").format(rule=pool.as_written, cite=pool.cite)
        if pool.as_written
        else pool.cite,
        rows=rows,
        empty_text=translate("Patient", "No earlier purchase in this window."),
        cart_text=translate("Patient", "This cart counts as {amount}.").format(
            amount=figures.in_pool(pool, pool.cart)
        ),
        source=translate("Patient", "The state gave no figure for {label}: by this store’s records.").format(
            label=pool.label or pool.title
        )
        if silent
        else "",
    )


def _spend_rows(spend: Spend, pool: PoolReckoning, zone: ZoneInfo) -> list[SpendRow]:
    """The purchase, and its items where they did not simply count as what they weighed."""
    whole = SpendRow(
        when=figures.day_and_time(spend.at, zone),
        receipt=spend.receipt or translate("Patient", "earlier record"),
        counted=figures.amount(spend.counted, pool.unit),
        leaves=figures.day_and_time(spend.leaves_at, zone),
    )
    items = counted_items(spend, pool)
    if len(items) == 1 and items[0].how in ("", _PLAIN) and spend.known and not pool.parts:
        return [whole]
    return [whole, *(SpendRow("", each.what, each.counted, "", part=True) for each in items)]
