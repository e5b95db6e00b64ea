"""A quantity that the state gives back in another unit: one whole milligram, or not readable."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pos_desktop.domain.reconciliation.records import MILLIGRAMS, PIECES
from pos_desktop.sync.metrc.books import _quantity


@pytest.mark.parametrize(
    ("shown", "unit", "wanted"),
    [
        ("2.31", "Grams", 2_310),
        ("2310", "Milligrams", 2_310),
        ("0.0814828521", "Ounces", 2_310),
        ("0.081483", "Ounces", 2_310),
        ("0.0815", "Ounces", None),
        ("0.081500", "Ounces", None),
        ("2.3105", "Grams", None),
        ("0.0050926783", "Pounds", 2_310),
        ("0", "Ounces", 0),
    ],
)
def test_a_weight_is_a_whole_milligram_or_none(shown: str, unit: str, wanted: int | None) -> None:
    assert _quantity(Decimal(shown), unit) == (wanted, MILLIGRAMS)


@pytest.mark.parametrize(("shown", "wanted"), [("2", 2), ("2.0", 2), ("1.5", None), ("1.99999", None)])
def test_pieces_are_never_rounded(shown: str, wanted: int | None) -> None:
    assert _quantity(Decimal(shown), "Each") == (wanted, PIECES)
