"""What happens at each scan goes through an index, and nothing is sorted on the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pos_desktop.app.ports.worklist import Which
from pos_desktop.storage import (
    ledger,
    outbox_rows,
    outbox_store,
    patient_book,
    receipts_held,
    sale_book,
    sale_transaction,
    shelf,
    transactions,
    worklist_store,
)
from tests.fixtures.stores import opened

QUERIES = {
    "patient by card": (patient_book._PATIENT + "WHERE card_number = ?", "sqlite_autoindex_patient_2"),
    "caregiver by card": (patient_book._CAREGIVER + "WHERE card_number = ?", "sqlite_autoindex_caregiver_2"),
    "patients of a caregiver": (patient_book._PATIENT + patient_book._SERVED_BY, "USING PRIMARY KEY"),
    "package by tag": (shelf._BY_TAG, "SEARCH k USING PRIMARY KEY"),
    "window of a patient": (ledger._WINDOW, "SEARCH s USING PRIMARY KEY (patient_id=? AND sold_at>?)"),
    "reports of a window": (
        ledger._WINDOW,
        "SEARCH o USING COVERING INDEX ix_outbox_sale_id_kind_state_settled_at",
    ),
    "next report": (outbox_store._DUE, "SCAN o USING INDEX ix_outbox_open"),
    "reports that are blocked": (outbox_store._BLOCKED, "SCAN o USING INDEX ix_outbox_needs_person"),
    "count of reports": (outbox_rows.COUNTS, "SCAN outbox USING COVERING INDEX ix_outbox_open_age"),
    "how old what waits is": (outbox_store._WAITS, "SCAN outbox USING COVERING INDEX ix_outbox_open_age"),
    "reports that wait": (worklist_store.PAGES[Which.WAITING], "SCAN o USING INDEX ix_outbox_open"),
    "reports that need a person": (
        worklist_store.PAGES[Which.NEEDS_PERSON],
        "SCAN o USING INDEX ix_outbox_needs_person",
    ),
    "reports that are late": (worklist_store.PAGES[Which.LATE], "SCAN o USING INDEX ix_outbox_open_age"),
    "count of late reports": (worklist_store.LATE_COUNT, "SCAN o USING COVERING INDEX ix_outbox_open_age"),
    "report by its id": (
        worklist_store.BY_ID,
        "SEARCH outbox USING COVERING INDEX sqlite_autoindex_outbox_1",
    ),
    "sale by external number": (
        worklist_store.BY_EXTERNAL,
        "SEARCH sale USING INDEX sqlite_autoindex_sale_3",
    ),
    "sale by number": (worklist_store.BY_NUMBER, "SEARCH sale USING INDEX sqlite_autoindex_sale_2"),
    "what a report waits for": (
        worklist_store.ahead_query(50),
        "SEARCH older USING INDEX ix_outbox_open_aggregate (aggregate=? AND n<?)",
    ),
    "steps of a report": (worklist_store._STEPS, "SEARCH a USING INDEX ix_outbox_attempt_item_id"),
    "who holds a receipt": (receipts_held.HOLDER, "SEARCH o USING INDEX ix_outbox_receipt (remote_id=?)"),
    "whether a receipt is taken": (
        receipts_held.TAKEN,
        "SEARCH outbox USING INDEX ix_outbox_receipt (remote_id=?)",
    ),
    "how far the state's list was read": (transactions._MARK, "SEARCH sync_cursor USING PRIMARY KEY"),
    "died while sending": (outbox_store._DIED_SENDING, "SCAN outbox USING INDEX ix_outbox_open"),
    "recent sales": (
        sale_book._SALES + "ORDER BY s.epoch DESC, s.counter DESC LIMIT ?",
        "SCAN s USING INDEX sqlite_autoindex_sale_2",
    ),
    "journal head": (sale_transaction._HEAD, "SEARCH j USING PRIMARY KEY (epoch=? AND seq=?)"),
    "spend of a revision": (sale_transaction._SPEND_REVISION, "SEARCH patient USING PRIMARY KEY (id=?)"),
}
ONE_ROW = ("journal head", "SCAN s")
SORTED_ALL_THE_SAME = {"patients of a caregiver"}


@pytest.mark.parametrize("name", QUERIES)
def test_the_plan_is_a_look_up(tmp_path: Path, name: str) -> None:
    query, expected = QUERIES[name]
    with opened(tmp_path, create=True) as store:
        named = dict.fromkeys(re.findall(r":([a-z_]+)", query), 0)
        values = named or (None,) * query.count("?")
        steps = [row[3] for row in store._db.rows("EXPLAIN QUERY PLAN " + query, values)]
    assert any(step.startswith(expected) or expected in step for step in steps), steps
    scans = [
        step
        for step in steps
        if step.startswith("SCAN") and " USING " not in step and (name, step) != ONE_ROW
    ]
    assert scans == []
    assert name in SORTED_ALL_THE_SAME or not any("TEMP B-TREE" in step for step in steps), steps
