"""Tracked files name no registry and no machine, hide no unfinished work and stay short."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REGISTRIES = [
    "".join(parts)
    for parts in (
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("crates", ".io"),
        ("conda", ".org"),
        ("extra-", "index-url"),
        ("find-", "links"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|root|home|Users|tmp/brief)/\w|[A-Z]:\\Users\\")
SILENCED = re.compile(r"#\s*(?:noqa(?::\s*[A-Z0-9, ]+)?|type:\s*ignore(?:\[[\w, -]+\])?)\s*$", re.MULTILINE)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|NotImplemented" + r"Error)\b")
LONGEST = 400


def tracked() -> dict[str, str]:
    """Text of every tracked file; binary ones are left out."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    texts = {}
    for name in filter(None, listed.stdout.split("\0")):
        data = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in data[:8192]:
            texts[name] = data.decode("utf-8")
    return texts


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return tracked()


def test_no_file_names_a_registry(texts: dict[str, str]) -> None:
    assert [(name, host) for name, text in texts.items() for host in REGISTRIES if host in text] == []


def test_no_file_names_a_folder_of_somebodys_machine(texts: dict[str, str]) -> None:
    assert [(name, hit.group()) for name, text in texts.items() for hit in MACHINE_PATH.finditer(text)] == []


def test_nothing_is_left_unfinished(texts: dict[str, str]) -> None:
    code = {name: text for name, text in texts.items() if name.endswith(".py")}
    assert [(name, hit.group()) for name, text in code.items() for hit in UNFINISHED.finditer(text)] == []


def test_a_silenced_check_gives_its_reason(texts: dict[str, str]) -> None:
    code = {name: text for name, text in texts.items() if name.endswith(".py")}
    assert [(name, hit.group()) for name, text in code.items() for hit in SILENCED.finditer(text)] == []


def test_no_module_outgrows_a_reader(texts: dict[str, str]) -> None:
    lines = {name: text.count("\n") for name, text in texts.items() if name.endswith(".py")}
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE_PATH, "see /" + "home/sam/shop"),
        (MACHINE_PATH, "C:" + "\\Users\\sam"),
        (SILENCED, "x = 1  # no" + "qa: S311\n"),
        (SILENCED, "x = 1  # type: " + "ignore[misc]\n"),
        (UNFINISHED, "# TO" + "DO later"),
    ],
)
def test_the_patterns_catch_what_they_name(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)
