"""One is not many: numbers in what the commands say."""

from __future__ import annotations

import pytest

from pos_desktop.app.ports import SyncStatus
from pos_desktop.cli.sync import _words


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, ["1 report waits to be sent.", "1 report needs a person.", "1 report is past its deadline."]),
        (2, ["2 reports wait to be sent.", "2 reports need a person.", "2 reports are past their deadline."]),
    ],
)
def test_reports_are_counted_in_words(count: int, said: list[str]) -> None:
    status = SyncStatus(
        counts={}, oldest_open=None, next_due=None, overdue=count, needs_person=count, waiting=count
    )
    assert _words(status) == said
