"""The two commands speak in sentences and keep the first exit code that matters."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap


def exits(code: int) -> list[str]:
    return [sys.executable, "-c", f"raise SystemExit({code})"]


def test_all_steps_run_and_the_first_failing_code_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    steps = {"good": exits(0), "bad": exits(3), "worse": exits(4), "last": exits(0)}
    assert bootstrap.in_steps(steps) == 3
    said = capfd.readouterr().out
    assert [f"== {name}: " in said for name in steps] == [True] * 4
    assert said.endswith("Failed: bad, worse.\n")


def test_when_all_pass_it_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.in_steps({"one": exits(0), "two": exits(0)}) == 0
    assert capfd.readouterr().out.endswith("All 2 passed.\n")


@pytest.mark.parametrize(("words", "code"), [([], 64), (["sell"], 64), (["--help"], 0)])
def test_wrong_words_get_the_list_of_commands(
    words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.main(words) == code
    said = capsys.readouterr().out
    assert [name for name in ("setup", *bootstrap.COMMANDS) if f"\n{name} " not in said] == []


def test_every_make_target_is_a_command() -> None:
    makefile = (bootstrap.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = next(line for line in makefile.splitlines() if line.startswith("setup "))
    assert set(targets.rstrip(":").split()) == {"setup", *bootstrap.COMMANDS}


def test_without_the_right_to_install_the_one_command_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "has_library", lambda name: name != "libEGL.so.1")
    monkeypatch.setattr(bootstrap, "has_font", lambda: False)
    monkeypatch.setattr(bootstrap, "may_install", lambda: False)
    with pytest.raises(bootstrap.Stop, match="apt-get install -y fonts-dejavu-core fonts-inter libegl1\n"):
        bootstrap.look_after_system()


@pytest.mark.parametrize("display", [True, False])
def test_libraries_of_a_display_matter_only_where_there_is_one(
    display: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(bootstrap, "has_library", lambda name: name in bootstrap.QT_ALWAYS)
    monkeypatch.setattr(bootstrap, "has_font", lambda: True)
    monkeypatch.setattr(bootstrap, "has_display", lambda: display)
    monkeypatch.setattr(bootstrap, "install_system_packages", lambda names, _purpose: asked.extend(names))
    bootstrap.look_after_system()
    assert asked == (list(bootstrap.QT_ON_A_DISPLAY.values()) if display else [])


def test_a_library_that_is_not_there_is_noticed() -> None:
    assert not bootstrap.has_library("libof-no-such-thing.so.9")


def test_an_interpreter_that_does_not_start_has_no_version(tmp_path: Path) -> None:
    assert bootstrap.version_of(sys.executable) == sys.version_info[:2]
    assert bootstrap.version_of(str(tmp_path / "python")) == ()


def test_an_old_python_still_reads_it_and_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    ast.parse(Path(bootstrap.__file__).read_text(encoding="utf-8"), feature_version=(3, 8))
    monkeypatch.setattr(sys, "version_info", (3, 8, 18))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(bootstrap.Stop, match=r"Python 3\.11 to 3\.13 is needed"):
        bootstrap.supported_python()


def test_it_needs_the_standard_library_only() -> None:
    tree = ast.parse(Path(bootstrap.__file__).read_text(encoding="utf-8"))
    named = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in named} <= sys.stdlib_module_names


def test_a_stop_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    script = tmp_path / "bootstrap.py"
    script.write_text(Path(bootstrap.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / ".venv").write_text("a file where the environment should be", encoding="utf-8")
    ran = subprocess.run([sys.executable, str(script), "setup"], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "could not make an environment" in ran.stderr
    assert "Traceback" not in ran.stderr


INTERRUPTED_TOGETHER = """
import os, signal, sys, bootstrap
child = (
    "import os, signal\\n"
    "def end(*_):\\n"
    "    raise SystemExit(7)\\n"
    "signal.signal(signal.SIGTERM, end)\\n"
    "os.kill(os.getppid(), signal.SIG" + sys.argv[1] + ")\\n"
    "signal.pause() if sys_argv == 'TERM' else end()\\n"
).replace("sys_argv", repr(sys.argv[1]))
print(bootstrap.waited_for([sys.executable, "-c", child]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("name", ["INT", "TERM"])
def test_a_signal_waits_for_what_was_started(name: str) -> None:
    """Ctrl+C is the child's own affair; SIGTERM is passed on to it."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_TOGETHER, name],
        cwd=bootstrap.ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "7\n", "")
