"""`custody list|show|export`: where cash is, and the way of a bag for people, programs and paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pos_desktop.app.till_desk import OPENING
from pos_desktop.composition.custody import custody_desk, safe_desk
from pos_desktop.composition.places import data_folder
from pos_desktop.composition.shop import Shop as OpenedShop
from pos_desktop.composition.shop import opened
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.money import Money
from pos_desktop.domain.people import Approval, Right
from pos_desktop.domain.till import Count
from tests.fixtures.blind import told_in
from tests.fixtures.command_line import Run, Shop
from tests.fixtures.custody import COURIER, LEADS, WHY, A, B, C, D, E
from tests.fixtures.tills import BUDTENDER, FLOAT, MANAGER, SECOND, count_of

CASH = FLOAT.total


@contextmanager
def at_work(shop: Shop) -> Iterator[OpenedShop]:
    with opened(data_folder(str(shop.data), "training")) as made:
        here = {each.id for each in made.store.staff.people()}
        for each in (BUDTENDER, SECOND, MANAGER, *LEADS):
            if each.id not in here:
                made.store.people.add(each, each.id, made.clock.now())
        yield made


def counted_once(shop: Shop, *, number: str = "B-1001") -> str:
    """A till whose whole cash lies in a bag that one person counted. Returns the bag's id."""
    with at_work(shop) as made:
        tills, custody = made.till_desk(), custody_desk(made)
        tills.open(BUDTENDER, FLOAT)
        tills.seal(BUDTENDER, FLOAT)
        kept = tills.close(BUDTENDER, SECOND)
        custody.deposit(BUDTENDER, SECOND, kept.session_id, Money(0))
        (parcel,) = custody.ways().waiting()
        custody.take_in(A, BUDTENDER, parcel.id)
        bag = custody.make_bag(A, number, [parcel.id])
        custody.count_bag(A, bag, count_of(CASH))
    return bag


def banked(shop: Shop, bag: str) -> None:
    with at_work(shop) as made:
        custody = custody_desk(made)
        custody.recount_bag(B, bag, count_of(CASH))
        custody.seal_bag(A, B, bag, "S-1")
        custody.hand_over(C, D, bag, "S-1", COURIER)
        custody.bank(E, bag, CASH - Money(500), "D-77", WHY)


def test_a_shop_without_cash_outside_of_tills_says_so(pos: Run) -> None:
    said = pos("custody", "list")
    assert (said.code, said.out) == (0, "Nothing waits: no parcel, no bag, no change is on its way.\n")
    assert pos("custody", "list", "--json").json == {"open": [], "done": [], "last_count": None}
    assert pos("custody", "export").out == ""


def test_a_list_says_what_comes_next_and_by_whom_and_no_figure_of_a_count(shop: Shop, pos: Run) -> None:
    bag = counted_once(shop)
    said = pos("custody", "list")
    assert "Bag B-1001  (being counted)" in said.out
    assert "Another person counts it again, blind: not Sample Lead 1." in said.out
    (line,) = pos("custody", "list", "--json").json["open"]
    assert (line["what"], line["next"], line["cents"]) == ("bag", "recount", None)
    every = (["list"], ["list", "--json"], ["show", "B-1001"], ["show", "B-1001", "--json"], ["export"])
    assert [words for words in every if told_in(pos("custody", *words).out, [CASH.cents])] == []
    with at_work(shop) as made:
        custody_desk(made).recount_bag(B, bag, count_of(CASH))
    assert [words for words in every if told_in(pos("custody", *words).out, [CASH.cents])] == [*every], (
        "once two have counted it is told: else nothing was looked for above"
    )


def test_amounts_that_are_still_to_be_counted_are_read_by_word_and_written_down(shop: Shop, pos: Run) -> None:
    with at_work(shop) as made:
        tills, safe = made.till_desk(), safe_desk(made)
        tills.open(BUDTENDER, FLOAT)
        tills.seal(BUDTENDER, FLOAT)
        tills.close(BUDTENDER, SECOND)
        safe.count(A, count_of(Money(91_137)))
        safe.recount(B, count_of(Money(91_137)))
        safe.settle(A, B)
    said = pos("custody", "list").out
    assert "Till R1, Z 1  (not shown)" in said
    assert told_in(said + pos("custody", "list", "--json").out, (CASH.cents, 91_137)) == []
    said = pos("custody", "list", "--amounts").out
    assert {"200.00", "911.37"} <= set(told_in(said, (CASH.cents, 91_137)))
    with at_work(shop) as made:
        last = made.store.custody.steps()[-1].event
    assert last.kind == "figures-read"
    assert "Everything agrees." in pos("verify").out


def test_a_list_says_who_is_left_for_the_rest_of_the_way(shop: Shop, pos: Run) -> None:
    """Known wrong before: a bag that nobody could hand over any more was found out at its hand-over."""
    counted_once(shop)
    said = pos("custody", "list").out
    assert (
        "Who could still do it: count and seal: 8 people; hand over: 7 people; bank slip: 7 people." in said
    )
    assert "Too few are left" not in said
    with at_work(shop) as made:
        for each in (*LEADS[2:], MANAGER):
            made.store.people.leave(each, MANAGER.id, made.clock.now())
    said = pos("custody", "list").out
    assert "Too few are left who could enter the bank’s slip. A manager enters one more person" in said
    assert "hand over: Manager and Sample Lead 2; " in said, "few are told by name"
    (line,) = pos("custody", "list", "--json").json["open"]
    assert line["could"]["packed"] == sorted({A.id, B.id, *line["could"]["handed over"]})
    assert len(line["warnings"]) == 1


def test_the_way_of_a_bag_is_shown_and_exported(shop: Shop, pos: Run, tmp_path: Path) -> None:
    banked(shop, counted_once(shop))
    shown = pos("custody", "show", "B-1001").out
    for words in (
        "THE WAY OF A BAG",
        "S-1",
        "Sample Courier",
        "77-04",
        "D-77",
        "-$5.00",
        WHY.reason,
        "Not settled yet.",
    ):
        assert words in shown
    lines = pos("custody", "export").lines
    assert [each["what"] for each in lines if "what" in each][-3:] == [
        "Sealed", "Handed over", "Counted by the bank",
    ]  # fmt: skip
    assert lines[-1]["difference_cents"] == -500
    assert all(each["journal_seq"] is not None for each in lines if "what" in each)
    folder = tmp_path / "for the auditor"
    said = pos("custody", "export", "--to", str(folder), "--json").json
    assert [Path(each).name for each in said["files"]] == ["bags.jsonl", "bag-0001-B-1001.txt"]
    kept = [json.loads(each) for each in (folder / "bags.jsonl").read_text("utf-8").splitlines()]
    assert kept == lines
    assert (folder / "bag-0001-B-1001.txt").read_text("utf-8") == shown
    assert "Everything agrees." in pos("verify").out


def test_a_bag_that_nobody_made_is_named(pos: Run) -> None:
    said = pos("custody", "show", "B-9")
    assert said.code != 0
    assert "no bag with the number “B-9”" in said.err


@pytest.mark.parametrize("words", [["custody"], ["custody", "show"], ["custody", "lost"]])
def test_wrong_words_are_told_how_it_goes(pos: Run, words: list[str]) -> None:
    said = pos(*words)
    assert (said.code, said.out) == (64, "")
    assert "usage: pos-desktop custody" in said.err


def test_a_step_changed_by_hand_is_named(shop: Shop, pos: Run) -> None:
    banked(shop, counted_once(shop))
    shop.forge("UPDATE custody_event SET second_id = 'person-1' WHERE kind = 'bag-handed-over'")
    said = pos("verify")
    assert said.code != 0
    assert "the way of cash (bag handed over B-1001) is not what the journal tells of it." in said.out


def test_a_till_that_is_opened_with_less_than_stayed_in_its_drawer_takes_a_reason(shop: Shop) -> None:
    """What was lost between a close and the next float is asked for; without a word of what stayed nothing is."""
    less = count_of(CASH - Money(500))
    with at_work(shop) as made:
        tills, custody = made.till_desk(), custody_desk(made)

        def closed(float_count: Count) -> str:
            tills.open(BUDTENDER, float_count)
            tills.seal(BUDTENDER, float_count)
            return tills.close(BUDTENDER, SECOND).session_id

        closed(FLOAT)
        custody.deposit(BUDTENDER, SECOND, closed(less), less.total)
        with pytest.raises(BadInput, match="Write why") as caught:
            tills.open(BUDTENDER, FLOAT)
        assert "195" not in caught.value.sentence
        approval = Approval(MANAGER, Right.ACCEPT_DIFFERENCE, OPENING)
        tills.open(BUDTENDER, FLOAT, "taken from petty cash", approval)
        session = made.store.tills.session(made.register.code)
        assert session is not None
        assert custody.ways().found_at_opening()[session.id] == Money(500)
