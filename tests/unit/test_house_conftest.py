"""The net under all tests catches what it promises to catch."""

from __future__ import annotations

import logging
import os
import socket

import pytest


def test_no_window_opens_unless_asked(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.getoption("--watch") or os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_the_outside_is_refused_before_a_packet_leaves() -> None:
    with socket.socket() as caller, pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"):
        caller.connect(("192.0.2.1", 9))


def test_a_deaf_port_refuses(deaf_port: int) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", deaf_port), timeout=5)


@pytest.mark.expects_log
def test_a_marked_test_may_log() -> None:
    logging.getLogger("house").warning("said on purpose")


def test_an_unmarked_test_may_not_log(pytester: pytest.Pytester, request: pytest.FixtureRequest) -> None:
    conftest = request.config.rootpath / "tests" / "conftest.py"
    pytester.makeconftest(conftest.read_text(encoding="utf-8"))
    pytester.makepyfile(
        "import logging, threading\n"
        "def test_quiet(): pass\n"
        "def test_loud():\n"
        "    loud = threading.Thread(target=logging.warning, args=('stray',))\n"
        "    loud.start(); loud.join()\n"
    )
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:xdist")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*WARNING root: stray*"])
