"""What holds for every test: no window, no network beyond this machine, no unexpected log record."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "house",
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is slow, and that is no fault of a test
)
settings.load_profile("house")

LOOPBACK = ("127.", "::1", "localhost")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--watch", action="store_true", help="show the windows that the tests open")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--watch"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if os.environ.get("LC_ALL") in ("C", "POSIX"):
        os.environ["LC_ALL"] = "C.UTF-8"  # else Qt warns of it, and a warning fails a test
    os.environ["POS_DESKTOP_WITNESSES"] = tempfile.mkdtemp(prefix="pos-desktop-witnesses-")
    atexit.register(shutil.rmtree, os.environ["POS_DESKTOP_WITNESSES"], ignore_errors=True)
    sys.addaudithook(_refuse_the_outside)


def _refuse_the_outside(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple) and not args[1][0].startswith(LOOPBACK):
        pytest.fail(f"A test called {args[1][0]}; tests speak to this machine only.")


class _Kept(logging.Handler):
    """Keeps records at WARNING and above, whichever thread wrote them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    kept = _Kept()
    logging.getLogger().addHandler(kept)
    try:
        result = yield
    finally:
        logging.getLogger().removeHandler(kept)
    if kept.lines and item.get_closest_marker("expects_log") is None:
        pytest.fail("Logged unexpectedly:\n" + "\n".join(kept.lines), pytrace=False)
    return result


@pytest.fixture(autouse=True)
def _witnesses(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for each test: two copies of one store have one witness, and tests copy stores."""
    monkeypatch.setenv("POS_DESKTOP_WITNESSES", str(tmp_path_factory.mktemp("witnesses")))


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses every connection and that nobody else can take meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
