"""Text made safe and measured in printer cells (hardware.md 3.5).

Control and format characters never pass, so nothing that a person typed can become a printer command.
"""

import unicodedata
from dataclasses import dataclass

_PLAIN = {
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "′": "'", "″": '"',
    "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "…": "...", "•": "*", "·": ".", "×": "x",
    "½": "1/2", "¼": "1/4", "¾": "3/4", "°": " deg", "µ": "u", "μ": "u", "®": "(R)", "™": "(TM)", "©": "(C)",
    "€": "EUR", "£": "GBP", "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodePage:
    """One page of a printer: Python's name of it, and the number this model gives it."""

    codec: str
    number: int

    def has(self, char: str) -> bool:
        """True if the page holds this character as one printable byte."""
        try:
            byte = char.encode(self.codec)
        except UnicodeEncodeError:
            return False
        return len(byte) == 1 and byte[0] >= 0x20 and byte[0] != 0x7F


WPC1252 = CodePage("cp1252", 16)
PC858 = CodePage("cp858", 19)
PC437 = CodePage("cp437", 0)


def clean(text: str, page: CodePage | None = None) -> str:
    """Text with white space made plain, controls dropped, and only letters that `page` has.

    Without a page every printable character stays, for the screen and for files.
    """
    whole = unicodedata.normalize("NFC", text.expandtabs(4))
    return "".join(_safe(char, page) for char in whole)


def width(text: str) -> int:
    """Cells that cleaned text takes: wide characters two, combining marks none."""
    return sum(_cells(char) for char in text)


def wrap(text: str, room: int) -> list[str]:
    """Cleaned text broken at blanks into lines of at most `room` cells; long words are split.

    Leading blanks indent every line.
    """
    indent = " " * min(len(text) - len(text.lstrip()), room // 2)
    inner = room - len(indent)
    lines: list[str] = []
    line = ""
    for word in text.split():
        for part in _pieces(word, inner):
            joined = f"{line} {part}" if line else part
            if width(joined) <= inner:
                line = joined
            else:
                lines.append(line)
                line = part
    if line or not lines:
        lines.append(line)
    return [(indent + line).rstrip() for line in lines]


def _pieces(word: str, room: int) -> list[str]:
    pieces = [""]
    for char in word:
        if width(pieces[-1] + char) > room and pieces[-1]:
            pieces.append("")
        pieces[-1] += char if _cells(char) <= room else "?"
    return pieces


def _safe(char: str, page: CodePage | None) -> str:
    if char.isspace():
        return " "
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return ""
    if page is None or page.has(char):
        return char
    return _PLAIN.get(char) or _bare(char, page)


def _bare(char: str, page: CodePage) -> str:
    """The letter without its accents, `?` if the page lacks that too."""
    if unicodedata.combining(char):
        return ""
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return bare if bare and all(page.has(c) for c in bare) else "?"


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
