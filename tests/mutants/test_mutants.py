"""Every small mistake in the engine is noticed, or is explained by name in `explained.toml`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.mutants.making import MODULES, mutants
from tests.mutants.running import ROOT, explained

EXPLAINED = tomllib.loads(Path(__file__).with_name("explained.toml").read_text("utf-8"))
REPORT = ROOT / "build" / "limit-mutants.txt"


def test_the_mistakes_are_made_and_can_be_loaded() -> None:
    every = [each for module in MODULES for each in mutants(module)]
    assert len(every) > 700
    assert len({each.key for each in every}) == len(every)
    for each in every:
        compile(each.source, each.module, "exec")


def test_what_is_explained_is_still_there() -> None:
    every = {each.key for module in MODULES for each in mutants(module)}
    assert [key for key in EXPLAINED if key not in every] == []


@pytest.mark.prove
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="each mistake is made in a fork of one process")
def test_every_mistake_is_noticed_or_explained(tmp_path: Path) -> None:
    """In processes of their own: the engine is loaded here already. The report is left in `build`."""
    code = (
        "import json, sys; from pathlib import Path; from tests.mutants.running import expectations, survivors; "
        "found = [each.key for each in survivors(expectations(Path(sys.argv[1])))]; print(json.dumps(found))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, check=True
    )
    keys = json.loads(done.stdout)
    found = [each for module in MODULES for each in mutants(module) if each.key in keys]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(explained(found, EXPLAINED), "utf-8")
    assert [key for key in keys if key not in EXPLAINED] == [], REPORT
