"""A difference that nobody can put right: a manager accepts it, and it calls nobody any more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pos_desktop.composition.places import data_folder
from pos_desktop.composition.shop import opened
from pos_desktop.training.demo_store import USER_KEY, VENDOR_KEY
from tests.fixtures.command_line import SAMPLE, Run, Shop
from tests.fixtures.reported_days import again as twice
from tests.fixtures.reported_days import sold, sweep_again
from tests.fixtures.sandbox import Caller

WHY = "the receipt is of an older register"


@pytest.fixture
def state(shop: Shop) -> Any:
    with Caller(shop.state.base_url, (VENDOR_KEY, USER_KEY), SAMPLE.license) as caller:
        yield caller


def test_it_calls_nobody_and_is_still_told(shop: Shop, pos: Run, state: Caller) -> None:
    day = sold(pos)
    twice(state, shop.state.ledger()[0])
    found = pos("reconcile", "--date", day, "--json").json
    (name,) = [each["id"] for each in found["sales"] if each["class"] == "duplicate"]
    assert pos("sync", "status").code == 30
    said = pos("reconcile", "--accept", name, "--reason", WHY)
    assert (said.code, name in said.out) == (0, True)
    assert pos("sync", "status").code == 0
    sweep_again(shop)
    assert pos("sync", "--once").code == 0
    again = pos("reconcile", "--date", day)
    assert (again.code, f"{name}  " in again.out, "accepted by a manager" in again.out) == (0, True, True)
    assert pos("sync", "status").code == 0
    with opened(data_folder(str(shop.data), "training")) as store:
        entry = [json.loads(body) for _, body, _ in store.store.journal.entries()][-1]
    assert (entry["kind"], entry["ref"], entry["data"]["reason"]) == ("difference.accepted", name, WHY)


@pytest.mark.parametrize(("name", "reason"), [("S-nothing", WHY), ("{name}", ""), ("{name}", "...")])
def test_wrong_words_change_nothing(shop: Shop, pos: Run, state: Caller, name: str, reason: str) -> None:
    day = sold(pos)
    twice(state, shop.state.ledger()[0])
    pos("reconcile", "--date", day)
    kept: dict[str, Any] = json.loads((shop.data / "reconcile.json").read_bytes())
    there = next(iter(kept["licenses"].values()))[day]
    said = pos("reconcile", "--accept", name.format(name=next(iter(there))), "--reason", reason)
    assert (said.code, "Nothing was changed." in said.err) == (1, True)
    assert json.loads((shop.data / "reconcile.json").read_bytes()) == kept
    assert pos("sync", "status").code == 30
