"""The import contracts cover the whole package, and catch what they are there for."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
    "contracts"
]
CHECK = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"


def test_every_module_of_the_package_has_its_layer() -> None:
    layers = next(c for c in CONTRACTS if c["type"] == "layers")
    assert layers["exhaustive"]
    named = {name.strip() for row in layers["layers"] for name in row.split("|")}
    found = {
        p.stem for p in (ROOT / "pos_desktop").iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()
    }
    assert found - {"__init__"} == named


@pytest.mark.parametrize("top", ["pos_desktop", "hardware"])
def test_no_folder_of_modules_hides_from_the_contracts(top: str) -> None:
    folders = {path.parent for path in (ROOT / top).rglob("*.py")}
    assert sorted(str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").is_file()) == []


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("pos_desktop/ui/bad.py", "import pos_desktop.storage", "layers"),
        ("pos_desktop/sync/bad.py", "import pos_desktop.training", "layers"),
        ("pos_desktop/domain/bad.py", "import sqlalchemy", "rules are pure"),
        ("pos_desktop/storage/bad.py", "import PySide6", "only ui, training, composition"),
        ("pos_desktop/ui/bad.py", "import hardware", "only devices, training and composition"),
        ("hardware/bad.py", "import pos_desktop.domain", "hardware stands alone"),
        ("pos_desktop/stray.py", "", "layers"),
    ],
)
def test_a_forbidden_import_is_caught(tmp_path: Path, module: str, line: str, contract: str) -> None:
    for package in {
        path.parent for top in ("pos_desktop", "hardware") for path in (ROOT / top).glob("**/__init__.py")
    }:
        copy = tmp_path / package.relative_to(ROOT)
        copy.mkdir(parents=True, exist_ok=True)
        (copy / "__init__.py").touch()
    (tmp_path / "pos_desktop" / "__main__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / module).write_text(line + "\n", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1, ran.stdout + ran.stderr
    broken = [row for row in ran.stdout.splitlines() if row.endswith("BROKEN")]
    assert any(row.startswith(contract) for row in broken) or contract in ran.stdout, ran.stdout
