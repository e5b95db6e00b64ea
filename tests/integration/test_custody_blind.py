"""Until the second person sealed a count, nothing that is shown, written or exported has the first one's figure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.app import verifying_custody
from pos_desktop.app.custody_chain import chain_of, link_document
from pos_desktop.app.custody_picture import picture_of
from pos_desktop.app.journal_export import exported
from pos_desktop.app.verifying import verify
from pos_desktop.domain.custody.events import CustodyEvent
from pos_desktop.domain.money import Money
from pos_desktop.storage import custody_book
from tests.fixtures.custody import COURIER, A, B, C, CustodyPlace
from tests.fixtures.tills import count_of

FIGURE = Money(47_113)
"""Nothing else in the store is that much."""
MARKS = ("47113", "471.13")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[CustodyPlace]:
    made = CustodyPlace(tmp_path)
    yield made
    made.store.close()


def everything_shown(place: CustodyPlace) -> str:
    """All that can be had without the key of the database: pictures, chains, exports, what verify says."""
    store = place.store
    said = [repr(picture_of(store.custody))]
    for bag in place.custody.ways().bags.values():
        links = chain_of(store.custody, bag.number).links
        said += [repr(links), *(json.dumps(link_document(bag.number, each)) for each in links)]
    said += [body.decode() for _, body, _ in store.journal.entries()]
    said += exported(store.settings.register().id, b"", store.journal, store.seals)
    said += verify(store.sales, store.journal, store.tills, None, store.records, custody=store.custody).wrong
    return "\n".join(said)


def shows(place: CustodyPlace) -> bool:
    said = everything_shown(place)
    return any(mark in said for mark in MARKS)


def counted_once(place: CustodyPlace, what: str) -> None:
    if what == "safe":
        place.safe.count(A, count_of(FIGURE))
    elif what == "bag":
        bag = place.custody.make_bag(A, "B-1", place.in_safe())
        place.custody.count_bag(A, bag, count_of(FIGURE))
    else:
        order = place.safe.order(C, Money(50_000), "ones")
        place.safe.receive_order(A, B, order, "C-1", COURIER)
        place.safe.count_order(A, order, count_of(FIGURE))


def recounted(place: CustodyPlace, what: str) -> None:
    ways = place.custody.ways()
    if what == "safe":
        place.safe.recount(B, count_of(FIGURE))
    elif what == "bag":
        place.custody.recount_bag(B, next(iter(ways.bags)), count_of(FIGURE))
    else:
        place.safe.recount_order(B, next(iter(ways.orders)), count_of(FIGURE))


@pytest.mark.parametrize("what", ["safe", "bag", "order"])
def test_the_second_person_counts_blind(place: CustodyPlace, what: str) -> None:
    counted_once(place, what)
    assert not shows(place)
    place.restart()
    assert not shows(place)
    recounted(place, what)
    assert shows(place)


def test_what_was_expected_is_not_shown_to_who_counts(place: CustodyPlace) -> None:
    """Of a bag that is being counted no sum is shown, though each parcel had its own."""
    parcels = place.in_safe()
    bag = place.custody.make_bag(A, "B-1", parcels)
    assert "75.00" not in repr(picture_of(place.store.custody))
    assert all(each.cash is None for each in chain_of(place.store.custody, "B-1").links)
    place.custody.count_bag(A, bag, count_of(Money(7_500)))
    place.custody.recount_bag(B, bag, count_of(Money(7_500)))
    assert chain_of(place.store.custody, "B-1").links[-1].cash == Money(7_500)


def test_a_journal_that_tells_the_first_figure_is_noticed(
    place: CustodyPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tells(event: CustodyEvent) -> dict[str, object]:
        return {"at": event.at.utc_us, "cash": event.cash.cents, **event.told}

    monkeypatch.setattr(custody_book, "journalled", tells)
    monkeypatch.setattr(verifying_custody, "journalled", tells)
    counted_once(place, "bag")
    assert shows(place)


def test_a_recount_that_shows_the_first_figure_is_noticed(
    place: CustodyPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pos_desktop.app import custody_chain

    monkeypatch.setattr(custody_chain, "BLIND", ())
    counted_once(place, "bag")
    assert shows(place)
