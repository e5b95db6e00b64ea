"""The import contracts cover the whole package, and catch what they are there for."""

from __future__ import annotations

import os
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


def contracts_with(house: Path, module: str, line: str) -> subprocess.CompletedProcess[str]:
    """Check the contracts on an empty copy of our packages in `house`, where `module` holds `line`."""
    for top in ("pos_desktop", "hardware"):
        for init in (ROOT / top).rglob("__init__.py"):
            copy = house / init.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.touch()
    for name in ("__main__.py", "app/ports.py", "app/visit.py"):
        (house / "pos_desktop" / name).touch()
    shutil.copy(ROOT / "pyproject.toml", house)
    (house / module).write_text(line + "\n", encoding="utf-8")
    check = [sys.executable, "-c", CHECK]
    env = {**os.environ, "COLUMNS": "200"}  # in a narrow terminal a name goes on in the next line
    return subprocess.run(check, cwd=house, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("pos_desktop/ui/bad.py", "import pos_desktop.storage", "layers"),
        ("pos_desktop/sync/bad.py", "import pos_desktop.training", "layers"),
        ("pos_desktop/domain/bad.py", "import sqlalchemy", "rules are pure"),
        ("pos_desktop/storage/bad.py", "import PySide6", "only ui, training, composition"),
        ("pos_desktop/ui/bad.py", "import hardware", "only devices, training and composition"),
        ("hardware/bad.py", "import pos_desktop.domain", "hardware stands alone"),
        ("pos_desktop/sync/bad.py", "import pos_desktop.app.visit", "adapters know the ports"),
    ],
)
def test_a_forbidden_import_is_caught(tmp_path: Path, module: str, line: str, contract: str) -> None:
    ran = contracts_with(tmp_path, module, line)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    broken = [row for row in ran.stdout.splitlines() if row.endswith("BROKEN")]
    assert [row for row in broken if row.startswith(contract)], ran.stdout


def test_a_module_without_a_layer_is_caught(tmp_path: Path) -> None:
    ran = contracts_with(tmp_path, "pos_desktop/stray.py", "")
    assert ran.returncode == 1
    assert "stray" in ran.stdout + ran.stderr


def test_a_use_of_the_ports_is_allowed(tmp_path: Path) -> None:
    ran = contracts_with(tmp_path, "pos_desktop/sync/good.py", "import pos_desktop.app.ports")
    assert ran.returncode == 0, ran.stdout + ran.stderr
