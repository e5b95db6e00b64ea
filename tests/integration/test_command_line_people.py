"""Who works here, from a shell: named with a PIN, added, changed, gone; the second factor; the sealed code."""

from __future__ import annotations

import json
import os
import re
from base64 import b32decode
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.composition.clocks import WallClock
from pos_desktop.composition.shop import opened
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.people import EMERGENCY
from pos_desktop.domain.totp import code_of, step_at
from pos_desktop.keystore.pins import PEPPER
from pos_desktop.keystore.signing import SIGNING_KEY
from tests.fixtures.command_line import Run, Said, Shop, products_csv
from tests.fixtures.live_store import LiveStore

PIN, OTHER = "274913", "905172"
MANAGER = "Manager"
PERSON_NEEDED = 30


@pytest.fixture
def manned(live: LiveStore) -> LiveStore:
    """A live store whose manager has a PIN."""
    for name in (PEPPER, SIGNING_KEY):
        (live.place / name).write_bytes(bytes(range(32)))
    live.set_up("us-mi-medical")
    assert live.pos("people", "pin", MANAGER, stdin=f"{PIN}\n".encode()).code == 0
    return live


def pin_file(place: Path, *lines: str, mode: int = 0o600) -> str:
    path = place / "pin"
    path.write_text("\n".join([*lines, ""]), encoding="ascii")
    path.chmod(mode)
    return str(path)


def by(store: LiveStore, *lines: str, who: str = MANAGER) -> list[str]:
    return ["--as", who, "--pin-file", pin_file(store.place, *(lines or (PIN,)))]


def kinds(store: LiveStore) -> list[tuple[str, str]]:
    return [(each["kind"], each["actor"]) for each in store.journal()]


def people(store: LiveStore) -> dict[str, Any]:
    return {each["name"]: each for each in store.pos("people", "list", "--json").json["people"]}


# -- who answers


def test_without_pins_the_first_manager_acts_and_is_told_so(live: LiveStore) -> None:
    live.set_up("us-mi-medical")
    said = live.pos("config", "set", "ui.theme", "dark")
    assert (said.code, "Nobody has a PIN in this store yet" in said.err) == (0, True)


def test_in_training_nobody_is_asked(shop: Shop, pos: Run) -> None:
    assert pos("people", "pin", MANAGER, stdin=f"{PIN}\n".encode()).code == 0
    said = pos("config", "set", "ui.theme", "dark")
    assert (said.code, said.err) == (0, "")
    assert (
        pos(
            "config", "set", "ui.theme", "light", "--as", MANAGER, "--pin-file", pin_file(shop.place, OTHER)
        ).code
        == 1
    )


def test_with_pins_nothing_is_changed_by_nobody(manned: LiveStore) -> None:
    csv = manned.file("products.csv", products_csv())
    before = manned.journal()
    for words in (
        ("config", "set", "ui.theme", "dark"),
        ("import", "products", csv),
        ("secret", "set", "state.user_key"),
        ("sales", "void", "R1-1-0000001", "--reason", "rung by mistake"),
        ("sync", "here", "--reason", "the old one is gone"),
        ("limits", "confirm", "--citation", "bulletin of today"),
        ("outage", "declare", "--evidence", "bulletin 12 of today"),
        ("reconcile", "--accept", "x", "--reason", "sample reason"),
        ("export", "sales"),
        ("export", "journal"),
        ("export", "reports"),
        ("people", "add", "Sample New", "--role", "lead"),
        ("people", "pin", MANAGER),
        ("people", "seal-emergency"),
    ):
        said = manned.pos(*words, stdin=b"sample\n")
        assert (said.code, "--as NAME" in said.err) == (64, True), words
    assert manned.journal() == before


def test_what_only_tells_how_it_stands_asks_nobody(manned: LiveStore) -> None:
    for words in (
        ("sync", "status"),
        ("sync", "list"),
        ("sales", "list"),
        ("verify",),
        ("config", "get"),
        ("people", "list"),
        ("outage", "status"),
    ):
        assert manned.pos(*words).code == 0, words


def test_a_named_person_with_the_pin_does_it_and_is_journaled(manned: LiveStore) -> None:
    assert manned.pos("config", "set", "ui.theme", "dark", *by(manned)).code == 0
    manager = people(manned)[MANAGER]["id"]
    assert kinds(manned)[-2:] == [("sign-in.done", manager), ("setting.changed", manager)]


def test_wrong_pins_at_the_shell_count_as_at_the_counter(manned: LiveStore) -> None:
    for _ in range(5):
        assert manned.pos("config", "set", "ui.theme", "dark", *by(manned, OTHER)).code == 1
    said = manned.pos("config", "set", "ui.theme", "dark", *by(manned))
    assert (said.code, "Too many wrong tries" in said.err) == (1, True)
    assert manned.pos("config", "get", "ui.theme").out == "system\n"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_pin_that_others_can_read_is_not_used(manned: LiveStore, mode: int) -> None:
    words = ["--as", MANAGER, "--pin-file", pin_file(manned.place, PIN, mode=mode)]
    said = manned.pos("config", "set", "ui.theme", "dark", *words)
    assert (said.code, "Others can read" in said.err, PIN in said.err) == (1, True, False)


def test_a_pin_comes_from_a_pipe_as_well(manned: LiveStore) -> None:
    read, write = os.pipe()
    os.write(write, f"{PIN}\n".encode())
    os.close(write)
    try:
        said = manned.pos(
            "config", "set", "ui.theme", "dark", "--as", MANAGER, "--pin-file", f"/dev/fd/{read}"
        )
    finally:
        os.close(read)
    assert said.code == 0


def test_resolve_keeps_its_own_words(manned: LiveStore) -> None:
    words = ("sync", "resolve", "x", "--as", "cancelled", "--reason", "sample reason")
    said = manned.pos(*words, "--by", MANAGER, "--pin-file", pin_file(manned.place, PIN))
    assert "No report is known" in said.err


def test_a_right_is_asked_for_whoever_signs_in(manned: LiveStore) -> None:
    assert manned.pos("people", "add", "Sample Auditor", "--role", "auditor", *by(manned)).code == 0
    done = manned.pos("people", "pin", "Sample Auditor", *by(manned), stdin=f"{OTHER}\n".encode())
    assert done.code == 0
    auditor = by(manned, OTHER, who="Sample Auditor")
    said = manned.pos("config", "set", "ui.theme", "dark", *auditor)
    assert (said.code, "A manager must do or approve this." in said.err) == (1, True)
    assert manned.pos("export", "sales", *auditor).code == 1
    assert manned.pos("people", "leave", MANAGER, *auditor).code == 1
    assert manned.pos("export", "journal", *auditor).code == 0
    assert manned.pos("people", "list", "--history", *auditor).code == 0


# -- people come, change and go


def test_people_come_change_and_go_and_the_journal_has_no_names(manned: LiveStore) -> None:
    def pos(*words: str) -> Said:
        said = manned.pos(*words, *by(manned))
        assert said.code == 0, said.err
        return said

    first = pos("people", "add", "Sample Person", "--role", "budtender", "--json").json["id"]
    pos("people", "role", "Sample Person", "lead")
    pos("people", "rename", "Sample Person", "Sample Personne")
    pos("people", "leave", "Sample Personne")
    assert not people(manned)["Sample Personne"]["active"]
    second = pos("people", "add", "Sample Personne", "--role", "lead", "--json").json["id"]
    assert second != first, "somebody new, unless the id is named"
    pos("people", "leave", second)
    again = pos("people", "add", "Sample Personne", "--role", "budtender", "--again", first, "--json").json[
        "id"
    ]
    assert again == first
    told = [each for each in manned.journal() if each["kind"].startswith("person.")]
    assert [each["kind"] for each in told if each["ref"] == first] == [
        "person.added", "person.changed", "person.changed", "person.left", "person.returned",
    ]  # fmt: skip
    assert "Sample" not in json.dumps(told)
    history = pos("people", "list", "--history", "--json").json["changes"]
    assert [(each["kind"], each["name"], each["role"]) for each in history if each["id"] == first] == [
        ("added", "Sample Person", "budtender"),
        ("changed", "Sample Person", "lead"),
        ("changed", "Sample Personne", "lead"),
        ("left", "Sample Personne", "lead"),
        ("returned", "Sample Personne", "budtender"),
    ]


def test_the_last_manager_stays_one(manned: LiveStore) -> None:
    for words in (("leave", MANAGER), ("role", MANAGER, "auditor")):
        said = manned.pos("people", *words, *by(manned))
        assert (said.code, "the last one" in said.err) == (1, True)
    assert manned.pos("people", "add", "Sample Second", "--role", "manager", *by(manned)).code == 0
    for words in (("leave", MANAGER), ("role", MANAGER, "auditor")):
        assert manned.pos("people", *words, *by(manned)).code == 1, "nobody would be left who can sign in"
    assert manned.pos("people", "pin", "Sample Second", *by(manned), stdin=f"{OTHER}\n".encode()).code == 0
    assert manned.pos("people", "role", MANAGER, "auditor", *by(manned)).code == 0


def test_the_first_pin_of_a_store_is_a_managers(live: LiveStore) -> None:
    """Else nobody could ever give one to the manager."""
    (live.place / PEPPER).write_bytes(bytes(range(32)))
    live.set_up("us-mi-medical")
    assert live.pos("people", "add", "Sample Person", "--role", "budtender").code == 0
    said = live.pos("people", "pin", "Sample Person", stdin=f"{OTHER}\n".encode())
    assert (said.code, "The first PIN of a store is a manager’s" in said.err) == (1, True)
    assert live.pos("people", "pin", MANAGER, stdin=f"{PIN}\n".encode()).code == 0
    assert live.pos("people", "pin", "Sample Person", *by(live), stdin=f"{OTHER}\n".encode()).code == 0


def test_somebody_who_left_signs_in_no_more_even_when_back(manned: LiveStore) -> None:
    made = manned.pos("people", "add", "Sample Lead", "--role", "lead", "--json", *by(manned)).json["id"]
    assert manned.pos("people", "pin", made, *by(manned), stdin=f"{OTHER}\n".encode()).code == 0
    assert manned.pos("people", "leave", made, *by(manned)).code == 0
    assert manned.pos("sync", "here", "--reason", "sample", *by(manned, OTHER, who=made)).code == 1
    assert (
        manned.pos("people", "add", "Sample Lead", "--role", "lead", "--again", made, *by(manned)).code == 0
    )
    said = manned.pos("sync", "here", "--reason", "sample", *by(manned, OTHER, who=made))
    assert "has no PIN yet" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("add", "", "--role", "lead"),
        ("add", "12", "--role", "lead"),
        ("add", "x" * 61, "--role", "lead"),
        ("add", "manager", "--role", "lead"),
        ("add", "Sample", "--role", "lead", "--again", "service"),
        ("role", "service", "manager"),
        ("role", "nobody", "manager"),
    ],
)
def test_what_cannot_be_is_refused(manned: LiveStore, words: tuple[str, ...]) -> None:
    before = people(manned)
    assert manned.pos("people", *words, *by(manned)).code == 1
    assert people(manned) == before


# -- the second factor


def turned_on(store: LiveStore, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The secret. Its code is typed once it is shown."""
    shown: list[bytes] = []

    def drawn(uri: str) -> str:
        found = re.search(r"secret=([A-Z2-7]+)", uri)
        assert found is not None
        shown.append(b32decode(found[1] + "=" * (-len(found[1]) % 8)))
        return ""

    with monkeypatch.context() as telephone:
        telephone.setattr("pos_desktop.cli.qr.drawn", drawn)
        telephone.setattr(
            "pos_desktop.cli.people._typed", lambda _: code_of(shown[0], step_at(WallClock().now()))
        )
        said = store.pos("people", "totp", "--on", *by(store))
    assert said.code == 0, said.err
    return shown[0]


def test_off_the_till_the_code_goes_with_the_pin_and_each_once(
    manned: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = turned_on(manned, monkeypatch)
    assert manned.pos("config", "set", "ui.theme", "dark", *by(manned)).code == 1, "the PIN alone"
    after = step_at(WallClock().now()) + 1
    code = code_of(secret, after)
    assert manned.pos("config", "set", "ui.theme", "dark", *by(manned, PIN, code)).code == 0
    assert manned.pos("config", "set", "ui.theme", "light", *by(manned, PIN, code)).code == 1, "used"
    entries = json.dumps(manned.journal())
    assert secret.hex() not in entries
    assert people(manned)[MANAGER]["second_factor"]


def test_where_the_store_wants_one_a_manager_without_is_refused(manned: LiveStore) -> None:
    assert manned.pos("config", "set", "people.totp", "off-till", *by(manned)).code == 0
    said = manned.pos("config", "set", "ui.theme", "dark", *by(manned))
    assert (said.code, "people totp --on" in said.err) == (1, True)


# -- the sealed code


def test_the_sealed_code_opens_a_look_once_and_calls_until_it_is_reviewed(manned: LiveStore) -> None:
    void = manned.pos("people", "seal-emergency", "--json", *by(manned)).json["code"]
    code = manned.pos("people", "seal-emergency", "--json", *by(manned)).json["code"]
    assert code not in json.dumps(manned.journal())
    with opened(manned.folder) as shop:
        people_in = shop.signing_in()
        with pytest.raises(RuleRefusal):
            people_in.emergency(void, "nobody is here who may")
        person = people_in.emergency(code.lower().replace("-", " "), "nobody is here who may")
        assert person == EMERGENCY
        with pytest.raises(RuleRefusal):
            people_in.emergency(code, "once more")
    assert manned.journal()[-2]["kind"] == "emergency.opened"
    status = manned.pos("sync", "status", "--json")
    assert (status.code, status.json["emergencies"], status.json["standing"]) == (PERSON_NEEDED, 1, "red")
    told = manned.pos("verify")
    assert (told.code, "people review-emergency" in told.out) == (PERSON_NEEDED, True)
    words = ("people", "review-emergency", "--reason", "a patient asked while I was ill")
    assert manned.pos(*words, *by(manned)).code == 0
    assert (manned.pos("sync", "status").code, manned.pos("verify").code) == (0, 0)
    assert manned.pos(*words, *by(manned)).code == 1, "nothing waits any more"
