"""Fixtures of the command line's tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.cli import main
from tests.fixtures import command_line
from tests.fixtures.command_line import Run, Said, Shop, in_processes, in_this_process, standard_input, typed
from tests.fixtures.live_store import LiveStore
from tests.fixtures.metrc_shop import PATIENCE_S, MetrcShop, OpenMetrcShop, Size, metrc_shop


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shop]:
    with command_line.shop(tmp_path / "shop") as made:
        capsys.readouterr()
        yield made


@pytest.fixture
def pos(shop: Shop, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on the shop, in this process: `pos("config", "get", stdin=b"")`."""

    def run(*words: str, stdin: bytes = b"", profile: str | None = "training") -> Said:
        with standard_input(stdin):
            code = main(typed(shop.data, *words, profile=profile))
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture
def live(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> LiveStore:
    """Not set up yet."""
    (tmp_path / "db").write_bytes(bytes(range(32)))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    def run(*words: str, stdin: bytes = b"") -> Said:
        with standard_input(stdin):
            code = main(typed(tmp_path / "data", *words, profile="live"))
        return Said(code, *capsys.readouterr())

    return LiveStore(tmp_path, run)


@pytest.fixture
def open_metrc_shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[OpenMetrcShop]:
    """A stocked store beside the METRC service that was written apart; `processes`: each command is one of its own."""
    with ExitStack() as ends:

        def opened(size: Size | None = None, *, processes: bool = False, **more: Any) -> MetrcShop:
            run = (
                partial(in_processes, within_s=PATIENCE_S)
                if processes
                else partial(in_this_process, capsys=capsys)
            )
            return ends.enter_context(metrc_shop(tmp_path, run, size or Size(), **more))

        yield opened
