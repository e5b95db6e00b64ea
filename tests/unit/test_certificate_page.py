"""The certificate on paper: every page readable, whatever a store is called, and equal for equal input."""

from __future__ import annotations

from typing import Any

import pytest

from pos_desktop.devices.certificate_page import certificate_pdf
from tests.fixtures.pages import pages, pdf

DIGEST = "0123456789abcdef" * 4


def certificate(**changes: Any) -> dict[str, Any]:
    sales = {
        "made": 40, "voided": 1, "in_force": 39, "total_cents": 123_450, "reported": 0, "reported_cents": 0,
        "first": "R1-1-0000001", "last": "R1-1-0000040",
    }  # fmt: skip
    made = {
        "date": "2026-11-24", "day_over": True, "store": "Sample Store", "license": "SAMPLE-PC-000017",
        "register": "ST1-R1", "program": "pos-desktop 0.1.0", "pack": "us-mi-medical purchase-limits/1",
        "zone": "America/Detroit", "read_at": "2026-11-24T23:59:00.000-05:00", "all_reported": False,
        "sentence": "40 of 40 sales of 2026-11-24 are not settled with the state.", "sales": sales,
        "other_registers": 3, "open": [],
    }  # fmt: skip
    return {**made, **changes}


def entry(n: int, **changes: Any) -> dict[str, Any]:
    made = {
        "what": f"R1-1-{n:07d}", "class": "differs", "fields": ["time", "total"], "to_do": "Correct it.",
        "cause": "The receipt at the state is not what was sold.", "due": None,
    }  # fmt: skip
    return {**made, **changes}


def test_a_long_list_goes_over_several_pages_and_loses_nothing() -> None:
    due = "2026-11-25T23:59:00.000-05:00"
    shown = pages(certificate_pdf(certificate(open=[entry(n, due=due) for n in range(1, 41)]), DIGEST))
    assert len(shown) > 2
    for n, page in enumerate(shown, start=1):
        assert DIGEST in page
        assert f"Page {n}" in page
        assert "By when" in page
    everything = "\n".join(shown)
    assert [n for n in range(1, 41) if f"R1-1-{n:07d}" not in everything] == []
    assert everything.count("2026-11-25 23:59") == 40
    assert "$1,234.50" in everything


@pytest.mark.parametrize(
    ("store", "shown"),
    [
        ("Sample <b>Store</b> & Sons", "Sample <b>Store</b> & Sons"),
        ("Café “Sample”", "Café “Sample”"),
        ("Sample 草 Store", "Sample ? Store"),
        ("", "Store without a name"),
        ("Sample " * 60, "Sample Sample"),
    ],
)
def test_a_store_may_be_called_anything(store: str, shown: str) -> None:
    assert shown in pages(certificate_pdf(certificate(store=store), DIGEST))[0]


def test_nothing_runs_over_the_edge_and_equal_input_gives_equal_pages() -> None:
    made = certificate(open=[entry(1, what="W" * 200, cause="x" * 300, due="2026-11-25T23:59:00-05:00")])
    drawn = certificate_pdf(made, DIGEST)
    assert certificate_pdf(made, DIGEST) == drawn
    with pdf(drawn) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            boxes = [text.get_rect(n) for n in range(text.count_rects())]
            assert all(0 < left < right < width and 0 < low < top < height for left, low, right, top in boxes)


def test_a_day_that_goes_on_is_told() -> None:
    words = "The day was not over when this was read."
    assert words in pages(certificate_pdf(certificate(day_over=False), DIGEST))[0]
    assert words not in pages(certificate_pdf(certificate(), DIGEST))[0]
