"""As in the program: cycles that hold Qt objects are not collected on a worker thread or inside a paint."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _garbage_stays_with_the_gui_thread() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()
