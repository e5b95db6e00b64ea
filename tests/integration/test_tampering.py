"""Whatever is changed by hand in a store's history is found and named, and an honest store is good."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pos_desktop.app import verifying_seals
from pos_desktop.keystore.signing import SIGNING_KEY
from pos_desktop.storage import driver, schema
from pos_desktop.storage.history import HISTORY
from tests.fixtures.honest_day import HonestDay
from tests.fixtures.honest_year import Year
from tests.fixtures.tampering import NOTHING_TO_PROTECT, TABLES, Mutation, apply, mutations

NOT_FOUND = {
    "outbox (4,): natural_key changed": "of a void that is never sent, since its sale was not",
    "outbox_attempt (2,): taken out": "the last word about a report, which the state knows better",
}
"""What `verify` leaves to others, and why."""
BUILT_IN = ("person ('service',)", "person ('emergency',)")
"""No people: a migration makes both, and neither may do more than its program gives it."""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> HonestDay:
    folder = tmp_path_factory.mktemp("honest") / "store"
    folder.mkdir()
    return HonestDay(folder)


def covered(day: HonestDay) -> set[str]:
    """Seals that are taken out, but for the last: a later one says the same, and more."""
    seals = [each.name for each in mutations(day.folder) if each.name.startswith("journal_seal")]
    return set([each for each in seals if each.endswith("taken out")][:-1])


def possible(day: HonestDay) -> list[Mutation]:
    outside = {*NOT_FOUND, *covered(day)}
    return [
        each
        for each in mutations(day.folder)
        if each.name not in outside and not each.name.startswith(BUILT_IN)
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


def an_honest_store_is_good(folder: Path, days: int, sales: int) -> None:
    year = Year(folder, days, sales)
    year.live()
    assert year.sold > days * sales * 9 // 10
    assert year.voided >= days * sales // 100
    found = year.verified()
    assert (found.wrong, found.sales) == ([], year.sold)
    print(
        f"{found.sales} sales of {days} days, {found.entries} entries, {year.voided} voids: nothing to tell"
    )


def test_an_honest_week_is_good(tmp_path: Path) -> None:
    an_honest_store_is_good(tmp_path, 3, 50)


@pytest.mark.prove
@pytest.mark.timeout(1_800)
def test_an_honest_year_is_good(tmp_path: Path) -> None:
    an_honest_store_is_good(tmp_path, 365, 60)


def test_what_is_changed_by_hand_is_found(day: HonestDay, tmp_path: Path) -> None:
    made, silent = missed(day, possible(day)[::23], tmp_path)
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


def test_every_table_is_looked_at_or_said_why_not(day: HonestDay) -> None:
    """A new table takes a row in the honest day and is changed like the others, or a reason here."""
    assert set(TABLES).isdisjoint(NOTHING_TO_PROTECT)
    assert {*TABLES, *NOTHING_TO_PROTECT} == set(schema.metadata.tables)
    assert set(HISTORY) <= {*TABLES, "rule_pack"}
    changed = {each.name.partition(" ")[0] for each in mutations(day.folder)}
    assert set(TABLES) <= changed, "a table without a row in the honest day proves nothing"


def test_what_is_left_to_others_is_really_not_found(day: HonestDay, tmp_path: Path) -> None:
    outside = {*NOT_FOUND, *covered(day)}
    left = [each for each in mutations(day.folder) if each.name in outside]
    made, silent = missed(day, left, tmp_path)
    assert made == len(silent) == len(outside)


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
