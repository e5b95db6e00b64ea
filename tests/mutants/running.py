"""Runs the quick suite, and where that notices nothing the tests themselves, against each mistake."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.mutants.loading import put
from tests.mutants.making import MODULES, Mutant, mutants, text_of

ROOT = Path(__file__).resolve().parents[2]
TESTS = (
    "limits_corners", "limits_small_edges", "limits_beside_the_answer", "limits_fit_figure_words",
    "limits_unreported_sales", "limits_pack", "limits_state_figure", "limits_telling", "app_lifts", "app_limit_desk",
    "limits_old_figures", "limits_unsure", "limits_explained", "limits_explained_sources", "limits_lint",
)  # fmt: skip
"""What looks at more than the quick suite does."""
LONGEST_S = 60


def expectations(folder: Path) -> Path:
    file = folder / "expected.jsonl"
    subprocess.run([sys.executable, "-m", "tests.mutants.expecting", str(file)], cwd=ROOT, check=True)
    return file


def survivors(file: Path, modules: Sequence[str] = MODULES) -> Iterator[Mutant]:
    """Each mistake that nothing notices. The engine must not be loaded here."""
    expected = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    # The hardest come first, so that most mistakes are noticed at once.
    expected.sort(key=lambda each: "fits" not in each)
    right = Mutant(modules[0], 0, 0, "unchanged", text_of(modules[0]))
    if _noticed(right, expected):
        raise RuntimeError("the right engine does not pass the quick suite")
    for module in modules:
        for mutant in mutants(module):
            if not _noticed(mutant, expected) and not _fails_a_test(mutant):
                yield mutant


def _noticed(mutant: Mutant, expected: list[dict[str, object]]) -> bool:
    child = os.fork()
    if child == 0:
        signal.alarm(LONGEST_S)
        code = 1
        try:
            put(mutant)
            from tests.mutants.noticing import notices

            code = 1 if notices(expected) else 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return status != 0


def _fails_a_test(mutant: Mutant) -> bool:
    code = (
        "import sys; from tests.mutants.loading import put; from tests.mutants.making import mutants; import pytest; "
        f"put(mutants({mutant.module!r})[{mutant.number}]); "
        "sys.exit(pytest.main(['-x', '-q', '-p', 'no:cacheprovider', *sys.argv[1:]]))"
    )
    files = [str(ROOT / "tests" / "unit" / f"test_{name}.py") for name in TESTS]
    done = subprocess.run(
        [sys.executable, "-c", code, *files], cwd=ROOT, capture_output=True, check=False, timeout=600
    )
    return done.returncode != 0


def explained(found: Sequence[Mutant], reasons: dict[str, str]) -> str:
    lines = [f"{len(found)} survivors\n"]
    lines += [f"{each.key} (line {each.line})\n    {reasons.get(each.key, 'UNEXPLAINED')}" for each in found]
    return "\n".join(lines) + "\n"
