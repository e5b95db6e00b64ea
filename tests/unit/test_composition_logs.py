"""The log for machines: one JSON object a line, whatever is logged."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from pos_desktop.composition.logs import sync_log
from pos_desktop.domain.errors import EnvironmentTrouble


def lines(folder: Path) -> list[dict[str, object]]:
    text = (folder / "log" / "sync.jsonl").read_text(encoding="utf-8")
    return [json.loads(each) for each in text.splitlines()]


def test_every_line_is_an_object_and_the_log_ends_with_the_block(tmp_path: Path) -> None:
    log = logging.getLogger("pos_desktop.sample")
    before = logging.getLogger("pos_desktop").level
    with sync_log(tmp_path):
        log.info('{"event": "sent", "attempts": 1}')
        log.info("a sentence\nof two lines")
        log.info("[1, 2]")
    log.info("after it")
    told = lines(tmp_path)
    assert [each["event"] for each in told] == ["sent", "note", "note"]
    assert (told[0]["attempts"], told[1]["message"], told[2]["message"]) == (
        1,
        "a sentence\nof two lines",
        "[1, 2]",
    )
    assert {each["from"] for each in told} == {"pos_desktop.sample"}
    assert logging.getLogger("pos_desktop").level == before


@pytest.mark.expects_log
def test_a_fault_keeps_its_trace_in_one_line(tmp_path: Path) -> None:
    with sync_log(tmp_path):
        try:
            raise RuntimeError("P-1000001 Sample Patient")
        except RuntimeError:
            logging.getLogger("pos_desktop.sample").exception("round failed")
    [told] = lines(tmp_path)
    assert (told["level"], told["message"]) == ("ERROR", "round failed")
    assert str(told["trace"]).endswith("RuntimeError")
    assert "test_composition_logs.py" in str(told["trace"])
    assert "Sample Patient" not in (tmp_path / "log" / "sync.jsonl").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_has_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("in the way")
    with pytest.raises(EnvironmentTrouble, match="Nothing was changed"), sync_log(tmp_path):
        raise AssertionError("not reached")
