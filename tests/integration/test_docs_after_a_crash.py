"""docs/after-a-crash.md: every sentence that the program shows in such a case is in it, and its commands work."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from pos_desktop.app import close_sale, unclean_end
from pos_desktop.cli.arguments import parse
from pos_desktop.composition import backing_up, shop, store_keeper, this_computer
from pos_desktop.domain import disk_room
from pos_desktop.keystore import system_keyring
from pos_desktop.storage import backup, backups, faults, lock, witness
from tests.fixtures.command_line import Run, Said, Shop

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "after-a-crash.md").read_text(encoding="utf-8")
WHOLE = (faults, unclean_end, disk_room, backup, backups, store_keeper, backing_up)
"""Each sentence of these is one of a crash."""
PARTS = {
    close_sale: ("Whether the sale", "The disk gave an error", "The disk refused"),
    shop: ("The key of this store is not in",),
    system_keyring: ("The key store of this computer is locked",),
    witness: ("This store was put back",),
    this_computer: ("This store comes from another",),
    lock: ("This store is open in another",),
}
BACKUP = "BACKUP"


def said(page: str) -> str:
    return " ".join(page.split())


def sentences(module: ModuleType) -> Iterator[list[str]]:
    """The texts of a module that end like a sentence, each in its parts between what is filled in."""
    tree = ast.parse(inspect.getsource(module))
    docs = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    inside = {id(part) for each in ast.walk(tree) if isinstance(each, ast.JoinedStr) for part in each.values}
    for each in ast.walk(tree):
        if isinstance(each, ast.JoinedStr):
            parts = [str(p.value) if isinstance(p, ast.Constant) else "{}" for p in each.values]
            text = "".join(parts)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            if id(each) in docs | inside:
                continue
            text = each.value
        else:
            continue
        if " " in text.strip() and text.rstrip().endswith((".", ". {}", ". {why}")) and text[:1].isupper():
            yield [part.strip() for part in re.split(r"\{[^}]*\}", text) if len(part.strip()) > 3]


def expected() -> list[tuple[str, list[str]]]:
    found = [(each.__name__, parts) for each in WHOLE for parts in sentences(each)]
    for module, starts in PARTS.items():
        of_it = [parts for parts in sentences(module) if parts and parts[0].startswith(starts)]
        assert len(of_it) >= len(starts), f"a sentence of {module.__name__} has other words now"
        found += [(module.__name__, parts) for parts in of_it]
    return found


def missing(page: str) -> list[str]:
    """Longest part first: a filled-in sentence stands in the page with “…” in its place."""
    words = said(page)
    return [f"{name}: {part}" for name, parts in expected() for part in parts if said(part) not in words]


def test_every_sentence_of_a_crash_is_on_the_page() -> None:
    assert len(expected()) >= 25
    assert missing(PAGE) == []


def test_a_sentence_that_was_reworded_is_found() -> None:
    """Known wrong."""
    assert missing(PAGE.replace("Free some space, then try again", "Free space and try again"))


def test_the_page_is_one_page() -> None:
    assert len(PAGE.splitlines()) <= 90


# ---- the commands


def commands() -> list[str]:
    return re.findall(r"`pos-desktop ([^`]+)`", PAGE)


GOOD = {
    "people leave": (1,),  # nobody is called so
    "sync here": (1,),  # the store lives here already
    "sync": (0, 10),
    "restore": (0, 1),  # without --replace: beside a store that is there
    "setup": (64, 1),
    "reconcile": (0, 30),
}


def run(pos: Run, text: str, made: str, paper: str) -> Said:
    words = [made if word == BACKUP else word for word in shlex.split(text)]
    return pos(*words, "--non-interactive" if words == ["setup"] else "--json", stdin=paper.encode())


@pytest.mark.parametrize("text", sorted(set(commands())))
def test_a_command_of_the_page_works(shop: Shop, pos: Run, text: str) -> None:
    assert pos("training", "sell", "--count", "1", "--offline").code == 0
    paper = pos("recovery", "new", "--json").json["recovery_key"]
    made = pos("backup", "now", "--json").json["path"]
    done = run(pos, text, made, paper)
    words = shlex.split(text)
    allowed = GOOD.get(" ".join(words[:2]), GOOD.get(words[0], (0,)))
    assert done.code in allowed, f"{text}: {done.code} {done.out} {done.err}"


def test_the_page_names_the_commands_of_its_two_ways() -> None:
    starts = {" ".join(each.split()[:2]) for each in commands()}
    assert {
        "backup list",
        "backup verify",
        "backup now",
        "restore BACKUP",
        "recovery check",
        "sync here",
    } <= starts
    for each in commands():
        assert parse(shlex.split(each)).module


def test_the_first_way_as_it_stands(shop: Shop, pos: Run) -> None:
    """Put the backup back, on the same computer: each step in its order, on a file that is damaged."""
    pos("training", "sell", "--count", "2", "--offline")
    pos("backup", "now")
    database = shop.data / "pos.db"
    database.write_bytes(bytes(8192) + database.read_bytes()[8192:])
    assert pos("verify").code == 50
    listed = pos("backup", "list", "--json")
    assert (listed.code, len(listed.json["backups"])) == (50, 1)
    made = listed.json["backups"][0]["path"]
    assert made in pos("backup", "list").out
    assert pos("backup", "verify").code == pos("backup", "verify", made).code == 0
    assert pos("restore", made, "--replace").code == 0
    assert pos("verify", "--json").json["sales"] == 2
    assert pos("training", "sell", "--count", "1", "--offline").code == 0
