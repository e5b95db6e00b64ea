"""Draws a slip as the paper would look, at 203 dots per inch, 12 by 24 dots a cell."""

import importlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from hardware.emulators.paper import Edge, Ink, InkLine, InkQr, Run, Slip

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

CELL_W, CELL_H, LINE_H = 12, 24, 30
MARGIN = 36
_FONTS = ("DejaVuSansMono.ttf", "LiberationMono-Regular.ttf", "consola.ttf", "Menlo.ttc", "cour.ttf")


def paint(slip: Slip) -> "Image":
    """The slip as a grey picture, with the cut as a dashed line."""
    from PIL import Image

    width = slip.columns * CELL_W
    height = sum(_height(item) for item in slip.ink) + 2 * MARGIN
    paper = Image.new("L", (width + 2 * MARGIN, height), 255)
    top = MARGIN
    for item in slip.ink:
        part = _line(item, width) if isinstance(item, InkLine) else _qr(item)
        edge = item.edge if isinstance(item, InkQr) else Edge.LEFT
        paper.paste(part, (MARGIN + _lead(edge, width - part.width), top))
        top += _height(item)
    if slip.cut:
        _dash(paper, height - MARGIN // 3)
    return paper


def _height(item: Ink) -> int:
    return LINE_H * item.high if isinstance(item, InkLine) else _qr(item).height


def _line(line: InkLine, width: int) -> "Image":
    from PIL import Image

    strip = Image.new("L", (width, LINE_H * line.high), 255)
    left = _lead(line.edge, width - line.cells * CELL_W)
    for run in line.runs:
        for cell in _cells(run):
            # Letters of one line stand on one base line.
            strip.paste(cell, (left, LINE_H * line.high - CELL_H * run.high - 3))
            left += cell.width
    return strip


def _cells(run: Run) -> Iterator["Image"]:
    """Each letter in a cell of its own, so that columns stay true with any font."""
    for char in run.text:
        yield _glyph(char, run.bold, run.wide, run.high)


@cache
def _glyph(char: str, bold: bool, wide: int, high: int) -> "Image":
    from PIL import Image, ImageDraw

    cell = Image.new("L", (CELL_W * high, CELL_H * high), 255)
    font = _font(20 * high)
    middle = CELL_W * high / 2
    draw = ImageDraw.Draw(cell)
    for shift in (0, high) if bold else (0,):
        draw.text((middle + shift / 2, CELL_H * high * 0.78), char, fill=0, font=font, anchor="ms")
    return cell if wide == high else cell.resize((CELL_W * wide, CELL_H * high))


@cache
def _font(size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    for name in _FONTS:
        with suppress(OSError):
            return ImageFont.truetype(name, size)
    font = ImageFont.load_default(size)
    if isinstance(font, ImageFont.FreeTypeFont):
        return font
    raise RuntimeError("this Pillow was built without FreeType, so receipts cannot be drawn")


@lru_cache(maxsize=8)
def _qr(code: InkQr) -> "Image":
    from PIL import Image

    levels = {"L": 1, "M": 0, "Q": 3, "H": 2}
    drawing = importlib.import_module("qrcode").QRCode(error_correction=levels[code.level], border=0)
    drawing.add_data(code.data)
    matrix = drawing.get_matrix()
    modules = Image.new("1", (len(matrix), len(matrix)), 1)
    modules.putdata([0 if dark else 1 for row in matrix for dark in row])
    side = len(matrix) * code.size
    return modules.convert("L").resize((side, side), Image.Resampling.NEAREST)


def _lead(edge: Edge, spare: int) -> int:
    return {Edge.LEFT: 0, Edge.CENTER: max(0, spare) // 2, Edge.RIGHT: max(0, spare)}[edge]


def _dash(paper: "Image", top: int) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(paper)
    for left in range(0, paper.width, 18):
        draw.line((left, top, left + 9, top), fill=120, width=2)
