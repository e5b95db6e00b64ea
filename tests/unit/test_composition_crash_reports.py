"""What is written down of a fault: where it happened, and nothing that was in anybody's hands."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import textwrap
import threading
import traceback
from pathlib import Path

import pytest

from pos_desktop.composition.crash_reports import NATIVE, crash_reports, qt_messages, write_report
from pos_desktop.composition.traces import trace_of
from pos_desktop.domain.errors import BadInput

MARKER = "Zyxmarker"
ROOT = Path(__file__).resolve().parents[2]


def failing(name: str) -> None:
    born = f"1961-07-13 {name}"
    try:
        raise KeyError(born)
    except KeyError as first:
        raise ExceptionGroup(
            name, [BadInput(f"{name} is not a date", code="typed"), OSError(28, name)]
        ) from first


def caught() -> BaseException:
    try:
        failing(MARKER)
    except ExceptionGroup as problem:
        return problem
    raise AssertionError("not reached")


def test_a_trace_tells_where_and_of_which_kind_and_no_value() -> None:
    told = trace_of(caught())
    assert MARKER not in told
    assert "1961" not in told
    for part in ("KeyError", "ExceptionGroup", "BadInput (typed)", "OSError (ENOSPC)", "in failing"):
        assert part in told


def test_the_usual_trace_would_tell_it() -> None:
    """The known-wrong variant: what Python prints by itself."""
    assert MARKER in "".join(traceback.format_exception(caught()))


def test_an_error_that_is_its_own_cause_ends() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert trace_of(first).count("ValueError") == 2


def test_a_thread_that_dies_leaves_a_report_for_its_owner_only(tmp_path: Path) -> None:
    with crash_reports(tmp_path):
        thread = threading.Thread(target=failing, args=(MARKER,), name="sender")
        thread.start()
        thread.join()
    [report] = (tmp_path / "log").glob("crash-2*.txt")
    text = report.read_text(encoding="utf-8")
    assert "in sender" in text
    assert "in failing" in text
    assert MARKER not in text + report.name
    if os.name == "posix":
        assert report.stat().st_mode & 0o077 == 0


def test_twenty_reports_are_kept(tmp_path: Path) -> None:
    written = [write_report(tmp_path, "main", ValueError(n)) for n in range(25)]
    assert sorted(tmp_path.iterdir()) == written[5:]


def test_a_disk_that_takes_nothing_brings_no_second_fault(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("in the way")
    assert write_report(tmp_path / "log", "main", ValueError()) is None


def test_hooks_come_back(tmp_path: Path) -> None:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    with crash_reports(tmp_path):
        assert sys.excepthook is not before[0]
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


@pytest.mark.expects_log
def test_qt_messages_name_who_spoke(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from PySide6.QtCore import qCritical, qWarning

    with caplog.at_level(logging.WARNING), qt_messages(tmp_path):
        qWarning(f"QWidget::setText: {MARKER} is odd")
        qCritical(f"{MARKER}")
    assert "by QWidget::setText" in caplog.text
    assert MARKER not in caplog.messages[0]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_main_thread_and_a_library_that_dies_leave_reports(tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import faulthandler, sys
        from pathlib import Path
        from PySide6.QtCore import QCoreApplication, QTimer
        from pos_desktop.composition.crash_reports import crash_reports
        card = "{MARKER}"
        def slot():
            QTimer.singleShot(0, app.quit)
            raise LookupError(card)
        app = QCoreApplication([])
        with crash_reports(Path(sys.argv[1])):
            if sys.argv[2] == "abort":
                faulthandler._sigsegv()
            QTimer.singleShot(0, slot)
            app.exec()
    """)
    for how in ("raise", "abort"):
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path), how],
            capture_output=True, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
        assert (done.returncode != 0) is (how == "abort")
        assert MARKER not in done.stderr
    assert len(list((tmp_path / "log").glob("crash-2*.txt"))) == 1
    assert "Segmentation fault" in (tmp_path / "log" / NATIVE).read_text()
    for each in (tmp_path / "log").iterdir():
        assert MARKER not in each.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="prctl and limits of Linux")
def test_a_process_that_opened_a_store_leaves_no_core_and_is_not_read_by_others(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import ctypes, resource, sys
        from pos_desktop.composition.places import data_folder
        from pos_desktop.composition.shop import created, opened
        dumpable = lambda: ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
        told = [dumpable()]
        folder = data_folder(sys.argv[1], "training")
        with created(folder):
            told += [dumpable(), *resource.getrlimit(resource.RLIMIT_CORE)]
        print(told)
    """)
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "store")],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.stdout.strip() == "[1, 0, 0, 0]", done.stderr
