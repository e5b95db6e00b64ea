"""A backup takes the place of a store that still opens: only by a manager of that store, who is asked for the PIN."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos_desktop.domain.people import SERVICE
from pos_desktop.keystore.pins import PEPPER
from pos_desktop.keystore.signing import SIGNING_KEY
from tests.fixtures.live_store import LiveStore

PIN, OTHER = "274913", "905172"
MANAGER = "Manager"


@pytest.fixture
def manned(live: LiveStore) -> LiveStore:
    """A live store whose manager has a PIN, with a lead and a backup."""
    for name in (PEPPER, SIGNING_KEY):
        (live.place / name).write_bytes(bytes(range(32)))
    live.set_up("us-mi-medical")
    assert live.pos("people", "pin", MANAGER, stdin=f"{PIN}\n".encode()).code == 0
    assert live.pos("people", "add", "Sample Lead 1", "--role", "lead", *by(live)).code == 0
    given = live.pos("people", "pin", "Sample Lead 1", *by(live), stdin=f"{OTHER}\n".encode())
    assert given.code == 0, given.err
    return live


def by(store: LiveStore, pin: str = PIN, who: str = MANAGER) -> list[str]:
    path = store.place / "pin"
    path.write_text(f"{pin}\n", encoding="ascii")
    path.chmod(0o600)
    return ["--as", who, "--pin-file", str(path)]


def backed_up(store: LiveStore) -> str:
    said = store.pos("backup", "now", "--json")
    assert said.code == 0, said.err
    return str(said.json["path"])


def restored_by(store: LiveStore) -> list[str]:
    return [each["actor"] for each in store.journal() if each["kind"] == "store.restored"]


def test_nobody_replaces_a_store_that_opens_without_a_managers_pin(manned: LiveStore) -> None:
    backup = backed_up(manned)
    asked: list[tuple[tuple[str, ...], str]] = [
        ((), "usage"),
        ((OTHER,), "wrong-pin"),
        ((OTHER, "Sample Lead 1"), "manager-needed"),
    ]
    for given, code in asked:
        words = by(manned, *given) if given else []
        said = manned.pos("restore", backup, "--replace", "--json", *words)
        assert said.json["error"]["code"] == code, said
        assert said.code in (1, 64)
    assert restored_by(manned) == []
    assert not list(manned.folder.path.glob("pos.db.aside-*"))


def test_a_manager_does_and_the_journal_has_who(manned: LiveStore) -> None:
    backup = backed_up(manned)
    said = manned.pos("restore", backup, "--replace", "--json", *by(manned))
    assert said.code == 0, said.err
    with manned.shop() as shop:
        manager = next(each.id for each in shop.store.staff.people() if each.name == MANAGER)
    assert restored_by(manned) == [manager]
    assert Path(said.json["aside"]).is_file()


def test_who_came_after_the_backup_replaces_it_as_the_program(manned: LiveStore) -> None:
    """The restored store does not know that person, and the journal names nobody whom no row explains."""
    backup = backed_up(manned)
    new = "Sample Manager 9"
    assert manned.pos("people", "add", new, "--role", "manager", *by(manned)).code == 0
    assert manned.pos("people", "pin", new, *by(manned), stdin=f"{OTHER}\n".encode()).code == 0
    assert manned.pos("restore", backup, "--replace", *by(manned, OTHER, new)).code == 0
    assert restored_by(manned) == [SERVICE.id]
    assert manned.pos("verify").code == 0


def test_a_store_that_does_not_open_asks_nobody(manned: LiveStore) -> None:
    backup = backed_up(manned)
    manned.folder.database.write_bytes(bytes(200_000))
    assert manned.pos("restore", backup, "--replace").code == 0
    assert restored_by(manned) == [SERVICE.id]


def test_wrong_pins_are_counted_in_the_store_that_is_asked(manned: LiveStore) -> None:
    backup = backed_up(manned)
    for _ in range(5):
        assert manned.pos("restore", backup, "--replace", *by(manned, OTHER)).code == 1
    said = manned.pos("restore", backup, "--replace", *by(manned))
    assert "Too many wrong tries" in said.err
