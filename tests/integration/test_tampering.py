"""Whatever is changed by hand in a store's history is found and named, and an honest store is good."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pos_desktop.app import verifying_seals
from pos_desktop.keystore.signing import SIGNING_KEY
from pos_desktop.storage import driver
from tests.fixtures.honest_day import HonestDay
from tests.fixtures.tampering import Mutation, apply, mutations

OUTSIDE = ("patient_name changed",)
"""What the journal does not prove, so that it can be purged."""
COVERED_BY_LATER = ("journal_seal (1, 2): taken out", "journal_seal (1, 11): taken out")
"""A later seal says the same, and more."""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> HonestDay:
    folder = tmp_path_factory.mktemp("honest") / "store"
    folder.mkdir()
    return HonestDay(folder)


def possible(day: HonestDay) -> list[Mutation]:
    return [
        each
        for each in mutations(day.folder)
        if not each.name.endswith(OUTSIDE) and each.name not in COVERED_BY_LATER
    ]


def missed(day: HonestDay, chosen: list[Mutation], scratch: Path) -> tuple[int, list[str]]:
    """(how many could be made, which were not found)."""
    made, silent = 0, []
    for n, each in enumerate(chosen):
        copy = day.copy(scratch / f"{n}")
        try:
            apply(copy, each)
        except driver.Error:
            continue  # the database itself refuses it
        made += 1
        found = day.look(copy)
        if found.good or not all(sentence.endswith(".") for sentence in found.wrong):
            silent.append(f"{each.name}: {found.wrong}")
        shutil.rmtree(copy)
    return made, silent


def test_an_honest_day_is_good(day: HonestDay, tmp_path: Path) -> None:
    found = day.look(day.copy(tmp_path / "copy"))
    assert (found.wrong, found.sales) == ([], 4)


def test_what_is_changed_by_hand_is_found(day: HonestDay, tmp_path: Path) -> None:
    made, silent = missed(day, possible(day)[::11], tmp_path)
    assert silent == []
    assert made > 40


def test_what_is_changed_on_the_way_of_cash_is_found(day: HonestDay, tmp_path: Path) -> None:
    chosen = [each for each in possible(day) if each.name.startswith("custody_event")]
    made, silent = missed(day, chosen[::5], tmp_path)
    assert silent == []
    assert made > 30


@pytest.mark.prove
@pytest.mark.timeout(1_200)
def test_five_hundred_changes_are_all_found(day: HonestDay, tmp_path: Path) -> None:
    made, silent = missed(day, possible(day), tmp_path)
    assert silent == []
    assert made >= 500


def test_an_old_copy_is_found_by_the_key_store(day: HonestDay, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    shutil.copy(day.folder / "early.db", folder / "store.db")
    assert any("an old copy of the store was put back" in each for each in day.look(folder).wrong)


def test_seals_by_another_key_are_found(day: HonestDay, tmp_path: Path) -> None:
    kept = day.keys.get(SIGNING_KEY)
    assert kept is not None
    day.keys.set(SIGNING_KEY, bytes(32))
    found = day.look(day.copy(tmp_path / "copy"))
    day.keys.set(SIGNING_KEY, kept)
    assert any("another key" in each for each in found.wrong)


def test_a_verify_without_seals_misses_a_chain_that_was_made_good_again(
    day: HonestDay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known wrong variant: whoever has the key of the database writes a new chain, and only the seals tell."""
    monkeypatch.setattr(verifying_seals.SealsTold, "findings", lambda _: [])
    rewritten = [each for each in possible(day) if "written anew" in each.name]
    made, silent = missed(day, rewritten, tmp_path)
    assert made == len(rewritten) > 10
    assert len(silent) > 5
