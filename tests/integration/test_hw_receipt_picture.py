"""Receipt bytes, drawn as paper, and read again by an independent reader."""

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from hardware.emulators.escpos_paint import CELL_W, MARGIN, paint
from hardware.emulators.escpos_printer import EscPosEmulator
from hardware.emulators.paper import Slip
from hardware.printers.escpos_encode import EscPosEncoder
from hardware.printers.escpos_printer import EscPosPrinter, Timings
from hardware.printers.receipt import Align, Blank, Money, Pair, Qr, ReceiptDoc, Rule, Text
from hardware.transports import TcpTransport

LINK = "HTTPS://1A4.COM/5LN8CBN1EDJAYVPH8F0G"


def printed(doc: ReceiptDoc, folder: Path, columns: int = 42) -> Slip:
    with EscPosEmulator(columns) as device:
        encoder = EscPosEncoder(columns, cache_dir=folder)
        EscPosPrinter(TcpTransport(device.host, device.port), encoder, timings=Timings(5, 5, 5)).print(
            doc, 20
        )
        (slip,) = device.slips
        return slip


@pytest.mark.parametrize("data", [LINK, "SAMPLE-0017", "x" * 300])
@pytest.mark.parametrize("columns", [32, 42, 48])
def test_the_code_on_the_paper_can_be_read(data: str, columns: int, tmp_path: Path) -> None:
    size = 6 if len(data) < 100 else 4
    doc = ReceiptDoc((Text("Sample"), Rule(), Qr(data, size), Text("below")))
    (found,) = zxingcpp.read_barcodes(paint(printed(doc, tmp_path, columns)))
    assert found.text == data


def test_the_page_holds_what_was_printed(tmp_path: Path) -> None:
    doc = ReceiptDoc(
        (Text("Ünder “quotes”", bold=True), Pair("Left", "right"), Money("Total", 1234, double=True))
    )
    lines = printed(doc, tmp_path).text().splitlines()
    assert lines[0] == "Ünder “quotes”"
    assert lines[1] == "Left" + " " * 33 + "right"
    assert lines[2].split() == ["Total", "$12.34"]


def ink_columns(picture: Image.Image) -> tuple[int, int]:
    dark = picture.point(lambda grey: 255 if grey < 128 else 0)
    box = dark.getbbox()
    assert box
    return box[0], box[2]


def test_edges_are_where_they_should_be(tmp_path: Path) -> None:
    slip = printed(ReceiptDoc((Text("I" * 42),)), tmp_path)
    picture = paint(slip)
    assert picture.width == 42 * CELL_W + 2 * MARGIN
    left, right = ink_columns(picture.crop((0, 0, picture.width, picture.height - MARGIN)))
    assert MARGIN <= left < MARGIN + CELL_W
    assert picture.width - MARGIN - CELL_W < right <= picture.width - MARGIN


def test_right_aligned_text_ends_at_the_edge(tmp_path: Path) -> None:
    slip = printed(ReceiptDoc((Text("H", Align.RIGHT), Blank())), tmp_path)
    picture = paint(slip)
    left, _ = ink_columns(picture.crop((0, 0, picture.width, picture.height - MARGIN)))
    assert left >= picture.width - MARGIN - CELL_W


def test_bold_and_double_have_more_ink(tmp_path: Path) -> None:
    def ink(doc: ReceiptDoc) -> int:
        return sum(
            grey * count for grey, count in enumerate(reversed(paint(printed(doc, tmp_path)).histogram()))
        )

    plain, bold, double = (
        ink(ReceiptDoc((Text("Sample"),))),
        ink(ReceiptDoc((Text("Sample", bold=True),))),
        ink(ReceiptDoc((Text("Sample", double=True),))),
    )
    assert plain < bold < double


def test_it_draws_without_any_font_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hardware.emulators import escpos_paint

    monkeypatch.setattr(escpos_paint, "_FONTS", ())
    escpos_paint._font.cache_clear()
    escpos_paint._glyph.cache_clear()
    try:
        left, right = ink_columns(
            paint(printed(ReceiptDoc((Text("I" * 42),)), tmp_path)).crop((0, 0, 576, 70))
        )
    finally:
        escpos_paint._font.cache_clear()
        escpos_paint._glyph.cache_clear()
    assert right - left > 41 * CELL_W - CELL_W


def test_a_line_too_long_for_the_paper_runs_on_in_the_next(tmp_path: Path) -> None:
    with EscPosEmulator(16) as device:
        EscPosPrinter(
            TcpTransport(device.host, device.port),
            EscPosEncoder(42, cache_dir=tmp_path),
            timings=Timings(5, 5, 5),
        ).print(ReceiptDoc((Text("x" * 42),)), 20)
        assert device.slips[0].text().splitlines()[:3] == ["x" * 16, "x" * 16, "x" * 10]
