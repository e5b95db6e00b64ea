"""What is installed is locked by hash, freely licensed, and no more than the program needs."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.fixtures import licences

ROOT = licences.ROOT
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
DEV = [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]


@pytest.mark.parametrize("lock", ["runtime.lock", "dev.lock"])
def test_every_pin_has_hashes(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    pins = re.split(r"^(?=[a-z0-9.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(pins) == len(licences.locked(lock)) > 30
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize(
    ("lock", "wanted"), [("runtime.lock", RUNTIME), ("dev.lock", RUNTIME + DEV)], ids=["runtime", "dev"]
)
def test_the_lock_answers_the_project(lock: str, wanted: list[Requirement]) -> None:
    pins = licences.locked(lock)
    stale = [str(r) for r in wanted if not r.specifier.contains(pins.get(canonicalize_name(r.name), "0"))]
    assert stale == [], "run `make lock`"


def test_both_locks_name_the_same_versions() -> None:
    assert licences.locked("runtime.lock").items() <= licences.locked("dev.lock").items()


def test_no_plain_text_key_store_is_ever_installed() -> None:
    assert "keyrings-alt" not in licences.locked("dev.lock")


def test_the_page_of_licences_is_current_and_free_of_copyleft() -> None:
    page = licences.PAGE.read_text(encoding="utf-8")
    assert page == licences.page(), "run `make lock`"
    assert [name for name in licences.locked("runtime.lock") if binds(licences.licence_of(name))] == []


@pytest.mark.parametrize("words", ["GPL-3.0-only", "AGPL-3.0", "GNU General Public License v2 (GPLv2)"])
def test_copyleft_would_be_noticed(words: str) -> None:
    assert binds(words)


def binds(licence: str) -> bool:
    """Whether every choice that a licence line offers is GPL or AGPL."""
    choices = re.split(r"\s+OR\s+|;", licence)
    return all(re.search(r"(?<!L)GPL|Affero|General Public", choice) for choice in choices)


def test_the_wheel_carries_its_migrations_and_resources_and_asks_for_the_runtime_only(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = wheel.namelist()
        about = Parser().parsestr(wheel.read(next(n for n in names if n.endswith("/METADATA"))).decode())
    tops = {name.split("/")[0] for name in names}
    assert tops == {"pos_desktop", "hardware", f"pos_desktop-{PROJECT['project']['version']}.dist-info"}
    for folder in ("migrations", "resources"):
        inside = {n.removeprefix(f"pos_desktop/_{folder}/") for n in names if f"/_{folder}/" in n}
        assert inside == {str(p.relative_to(ROOT / folder)) for p in files_of(ROOT / folder)}
    asked = {canonicalize_name(Requirement(line).name) for line in about.get_all("Requires-Dist", [])}
    assert asked == {canonicalize_name(r.name) for r in RUNTIME}


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
