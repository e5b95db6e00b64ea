"""A square code drawn with letters, for a telephone to read from a terminal."""

from __future__ import annotations

_HALVES = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""By upper and lower: light is drawn and dark left out, as terminals are dark; a pale one shows it turned round."""
_QUIET = 2


def drawn(text: str) -> str:
    """Two rows of the code in each line, a light border around it."""
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    size = code.getModuleCount()  # type: ignore[no-untyped-call] # reportlab ships no types for it

    def dark(row: int, column: int) -> bool:
        return 0 <= row < size and 0 <= column < size and bool(code.modules[row][column])

    return "\n".join(
        "".join(_HALVES[dark(row, column), dark(row + 1, column)] for column in range(-_QUIET, size + _QUIET))
        for row in range(-_QUIET, size + _QUIET, 2)
    )
