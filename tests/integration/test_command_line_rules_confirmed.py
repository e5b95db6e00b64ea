"""Rules that no source settles: a live store asks which text was read, keeps the answer, and sells only then."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pos_desktop.cli import main
from pos_desktop.composition import programmes
from pos_desktop.composition.counter import open_back_room
from pos_desktop.domain.errors import NeedsAttention
from tests.fixtures.command_line import Run, typed
from tests.fixtures.live_store import CITATION, SHIPPED, LiveStore, changed

UNSURE, SURE = "us-nj-medical", "us-mi-medical"
COMMAND = "pos-desktop limits confirm --citation"


def test_setup_without_a_citation_makes_nothing_and_names_what_is_unsure(live: LiveStore) -> None:
    said = live.set_up(UNSURE)
    assert (said.code, said.out) == (30, "")
    for words in ("window of thirty", "Nothing was made", '--confirm-rules "CITATION"'):
        assert words in said.err
    assert not live.folder.path.exists()


@pytest.mark.parametrize("citation", [" ", "x" * 501, "two\nlines"])
def test_a_citation_that_says_nothing_makes_nothing(live: LiveStore, citation: str) -> None:
    said = live.set_up(UNSURE, "--confirm-rules", citation)
    assert (said.code, "says in one line" in said.err) == (1, True)
    assert not live.folder.path.exists()


def test_an_empty_citation_of_a_script_makes_nothing(live: LiveStore) -> None:
    said = live.set_up(UNSURE, "--confirm-rules", "")
    assert (said.code, "--confirm-rules" in said.err) == (64, True)
    assert not live.folder.path.exists()


def test_a_confirmed_pack_is_kept_journaled_and_opens_the_counter(live: LiveStore) -> None:
    said = live.set_up(UNSURE, "--confirm-rules", CITATION)
    assert (said.code, f"Confirmed by “{CITATION}”" in said.out) == (0, True)
    rules, entry = live.rules(), live.journal()[-1]
    assert (rules["confirmed"]["citation"], rules["confirmed"]["by"]) == (CITATION, entry["actor"])
    assert (rules["unsure"], rules["to_confirm"]) == (["window of thirty"], [])
    assert (entry["kind"], entry["data"]) == (
        "rules.confirmed",
        {
            "programme": UNSURE, "digest": rules["digest"], "version": "1.0.0", "citation": CITATION,
            "unsure": ["window of thirty"],
        },
    )  # fmt: skip
    open_back_room(live.folder).close()
    assert live.pos("verify").code == 0


def test_a_pack_that_its_sources_settle_asks_nobody(live: LiveStore) -> None:
    assert live.set_up(SURE, "--confirm-rules", CITATION).code == 0
    said = live.pos("limits", "confirm", "--citation", CITATION, "--json")
    assert (said.code, said.json["changed"], said.json["rules"]["confirmed"]) == (0, False, None)
    assert "nothing was changed" in live.pos("limits", "confirm", "--citation", CITATION).out
    assert [each["kind"] for each in live.journal()] == ["person.added", "store.set-up"]
    open_back_room(live.folder).close()


def test_a_program_update_that_changes_the_pack_asks_again_and_nothing_else_stops(
    live: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.set_up(UNSURE, "--confirm-rules", CITATION)
    resources = live.place / "resources"
    shutil.copytree(SHIPPED, resources / "programmes")
    (resources / "programmes" / f"{UNSURE}.toml").write_text(changed(UNSURE), encoding="utf-8")
    monkeypatch.setattr(programmes, "resources_dir", lambda: resources)
    with pytest.raises(NeedsAttention, match=COMMAND) as refused:
        open_back_room(live.folder)
    assert "window of thirty" in refused.value.sentence
    assert [live.pos(*words).code for words in (("sync", "status"), ("verify",), ("export", "sales"))] == [
        0,
        0,
        0,
    ]
    assert "once they are confirmed" in live.pos("limits", "list").out
    assert live.pos("limits", "confirm", "--citation", "bulletin of today").code == 0
    open_back_room(live.folder).close()


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_the_window_says_what_to_do_and_ends_with_the_code_for_a_person(live: LiveStore) -> None:
    live.set_up(SURE)
    live.pos("config", "set", "programme", UNSURE, "--confirm-rules", CITATION)
    live.pos("limits", "install", live.file("own.toml", changed(UNSURE)))
    code, said = live.run_the_counter()
    assert (code, said.startswith("The counter is not opened"), COMMAND in said) == (30, True, True)


def test_what_a_decision_rested_on_is_kept_when_the_counter_opens(live: LiveStore) -> None:
    live.set_up(SURE)
    open_back_room(live.folder).close()
    open_back_room(live.folder).close()
    with live.shop() as shop:
        kept = shop.store.packs.find(live.rules()["digest"])
    assert kept is not None
    assert (kept.text, kept.source) == programmes.shipped_text(SURE)


def test_another_programme_is_confirmed_as_it_is_chosen(live: LiveStore) -> None:
    live.set_up(SURE)
    said = live.pos("config", "set", "programme", UNSURE)
    assert (said.code, "window of thirty" in said.err, "Nothing was changed" in said.err) == (30, True, True)
    assert live.rules()["programme"] == SURE
    assert live.pos("config", "set", "programme", UNSURE, "--confirm-rules", CITATION).code == 0
    assert live.rules()["confirmed"]["citation"] == CITATION
    assert live.pos("config", "set", "programme", SURE).code == 0
    assert live.pos("config", "set", "programme", UNSURE).code == 0, "the same text is confirmed still"


@pytest.mark.parametrize(("key", "command"), [("rules.pack", "install"), ("rules.confirmed", "confirm")])
def test_what_a_command_writes_after_its_checks_is_set_by_no_other(pos: Run, key: str, command: str) -> None:
    said = pos("config", "set", key, "x")
    assert (said.code, f"limits {command}" in said.err, pos("config", "get", key).out) == (1, True, "\n")


def test_training_needs_no_confirmation_and_says_so(pos: Run) -> None:
    assert pos("config", "set", "programme", UNSURE).code == 0
    store = pos("limits", "list", "--json").json["store"]
    assert (store["unsure"], store["to_confirm"], store["confirmed"]) == (["window of thirty"], [], None)
    assert "a live store does not sell before" in pos("limits", "list").out


class Terminal:
    def isatty(self) -> bool:
        return True


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> tuple[Callable[[list[str]], None], list[str]]:
    """Gives the lines that are typed, and the questions that were asked."""
    asked: list[str] = []

    def types(lines: list[str]) -> None:
        left = iter(lines)

        def answer(question: str) -> str:
            asked.append(question)
            return next(left)

        monkeypatch.setattr(sys, "stdin", Terminal())
        monkeypatch.setattr("builtins.input", answer)

    return types, asked


def test_on_a_terminal_the_citation_is_typed_and_asked_for_until_it_says_something(
    live: LiveStore,
    person: tuple[Callable[[list[str]], None], list[str]],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    types, asked = person
    types(["us-pa-medical", "L-1", "Sample Store", "", "", "", "", " ", CITATION])
    assert main(typed(tmp_path / "data", "setup", profile="live")) == 0
    said = capsys.readouterr()
    assert "the programme as a whole" in said.err
    assert "recalled, not read" in said.err, "what the pack rests on is shown"
    assert [each.split(" ")[0] for each in asked] == [
        "Medical", "License", "Name", "Short", "Time", "Short", "Your", "The", "The",
    ], "no state service can be chosen there, so none is asked for"  # fmt: skip
    assert live.rules()["confirmed"]["citation"] == CITATION
    types([CITATION])
    assert main(typed(tmp_path / "data", "config", "set", "programme", "us-me-medical", profile="live")) == 0
    capsys.readouterr()
    assert live.rules()["programme"] == "us-me-medical"
    assert live.rules()["confirmed"]["citation"] == CITATION
