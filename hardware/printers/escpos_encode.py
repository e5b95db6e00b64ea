"""Receipts to ESC/POS bytes. python-escpos 3.1 encodes text and codes; what it gets wrong is done here.

Contract: hardware.md 3.1, 3.3 and 3.5. One code page is set after each reset and never left.
"""

import importlib
import logging
import os
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Protocol, cast

from hardware.printers.cells import WPC1252, CodePage
from hardware.printers.layout import Code, Line, lay_out
from hardware.printers.receipt import ReceiptDoc

RESET = b"\x1b@"
_CENTER, _LEFT = b"\x1ba\x01", b"\x1ba\x00"
_FEED_BEFORE_CUT = 3


class Cut(Enum):
    """How the paper is cut, with the bytes that feed it to the cutter first."""

    FULL = b"\x1dVA\x03"
    PARTIAL = b"\x1dVB\x03"
    NONE = b""


class _Device(Protocol):
    """What is used of `escpos.printer.Dummy`, which has no types of its own."""

    output: bytes

    def text(self, txt: str) -> None: ...
    def qr(self, content: str, *, size: int, native: bool) -> None: ...


class EscPosEncoder:
    """Turns receipts into the bytes of one printer model.

    Args:
        columns: Characters of font A on a line; 48, 42 or 32, see the ruler test print.
        page: The one code page used, with the number that this model gives it.
        cut: What ends a receipt.
        cache_dir: A private folder in which python-escpos may keep its profile data.
    """

    def __init__(
        self,
        columns: int = 42,
        page: CodePage = WPC1252,
        cut: Cut = Cut.PARTIAL,
        cache_dir: Path | None = None,
    ) -> None:
        self.columns = columns
        self._page = page
        self._cut = cut
        self._cache_dir = cache_dir

    def warm_up(self) -> None:
        """Load python-escpos, which takes most of a second: call it early, off the GUI thread."""
        self._device()

    def encode(self, doc: ReceiptDoc) -> bytes:
        """The whole job, from reset to cut.

        Raises:
            ValueError: The paper is too narrow, or a QR code holds more than fits.
        """
        items = lay_out(doc, self.columns, self._page)
        rows = [self._line(item) if isinstance(item, Line) else self._code(item) for item in items]
        feed = b"\x1bd" + bytes([_FEED_BEFORE_CUT])
        cut = self._cut.value if doc.cut else b""
        return b"".join([RESET, b"\x1bt", bytes([self._page.number]), *rows, feed, cut])

    def _line(self, line: Line) -> bytes:
        device = self._device()
        device.text(line.text + "\n")
        words = device.output
        if line.bold:
            words = b"\x1bE\x01" + words + b"\x1bE\x00"
        if line.double:
            words = b"\x1d!\x11" + words + b"\x1d!\x00"
        return words

    def _code(self, code: Code) -> bytes:
        if not code.data:
            return b""
        if len(code.data.encode()) > 2000:
            raise ValueError("this is too much for a QR code on a receipt")
        device = self._device()
        device.qr(code.data, size=code.size, native=True)
        drawn = device.output
        # Three millimetres of white above and below, or readers fail.
        return _CENTER + b"\n" + drawn + b"\n" + _LEFT

    def _device(self) -> _Device:
        """A fresh one each time: the library keeps wrong ideas about a printer's state."""
        held = {"encoding": self._page.codec.upper(), "disabled": True}
        return _dummy(self._cache_dir)(profile="TM-T88V", magic_encode_args=held)


def _dummy(cache_dir: Path | None) -> Callable[..., _Device]:
    if cache_dir is not None and "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        cache_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ["ESCPOS_CAPABILITIES_PICKLE_DIR"] = str(cache_dir)
    if not logging.getLogger().handlers:
        # Importing the library would otherwise set up logging for the whole program.
        logging.getLogger().addHandler(logging.NullHandler())
    return cast("Callable[..., _Device]", importlib.import_module("escpos.printer").Dummy)
