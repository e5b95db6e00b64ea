"""AAMVA licences, PDF417, card design standards 2000 to 2025 (hardware.md 8).

Elements are read only where an element begins. A wrong date is an error and no other format is tried;
without a birth date there is no document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hardware.scanners.id_document import IdDocument, Unreadable

LONGEST = 8192
_SLACK = 4

_HEADER = re.compile(r"(?:ANSI |AAMVA)(\d{6})(\d{2})")
_ENTRY = re.compile(r"([A-Z][A-Z0-9])(\d{4})(\d{4})")
_ELEMENT = re.compile(r"([A-Z]{3})(.*)", re.DOTALL)
_SEPARATORS = re.compile(r"[\n\r\x1e]+")
_NOTHING = {"", "NONE", "UNAVL", "UNAVAIL"}
_SEXES = {"1": "M", "2": "F", "M": "M", "F": "F"}
_CANADA = {
    "636028", "604432", "636048", "636017", "636016", "636013", "636012", "604426", "604428", "636044", "604429",
    "604433", "604434",
}  # fmt: skip


class _Damaged(Exception):
    """Carries a reason out of the parser."""


@dataclass(frozen=True, slots=True)
class _Header:
    issuer: str
    version: int
    entries: tuple[tuple[str, int, int], ...]
    end: int


def parse_aamva(data: str | bytes) -> IdDocument | Unreadable:
    """Read a licence. Never raises, and never gives a document without a possible birth date."""
    text = data if isinstance(data, str) else _decoded(data)
    if len(text) > LONGEST:
        return Unreadable("too-long")
    try:
        header = _header(text)
        kind, body = _subfile(text, header)
        return _document(header, kind, _elements(body))
    except _Damaged as damage:
        return Unreadable(str(damage))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _header(text: str) -> _Header:
    match = _HEADER.search(text, 0, 32)
    if not match:
        raise _Damaged("not-a-licence")
    version = int(match[2])
    at = match.end() + (0 if version == 1 else 2)  # version 1 has no jurisdiction version
    count = text[at : at + 2]
    if not re.fullmatch(r"[0-9]{2}", count) or version == 0:
        raise _Damaged("header")
    at += 2
    entries = []
    for _ in range(int(count)):
        entry = _ENTRY.match(text, at)
        if not entry:
            raise _Damaged("header")
        entries.append((entry[1], int(entry[2]), int(entry[3])))
        at = entry.end()
    return _Header(match[1], version, tuple(entries), at)


def _subfile(text: str, header: _Header) -> tuple[str, str]:
    """Type and body of the licence's own subfile; others never count."""
    for kind, offset, length in header.entries:
        if kind in ("DL", "ID"):
            body = _by_offset(text, kind, offset, length) or _by_search(text, kind, length, header)
            if body is None:
                raise _Damaged("no-subfile")
            return kind, body
    raise _Damaged("no-subfile")


def _by_offset(text: str, kind: str, offset: int, length: int) -> str | None:
    """The subfile where the header says; None unless it begins and ends there as it should."""
    start = text.find("@")
    if start < 0:
        return None
    part = text[start + offset : start + offset + length]
    whole = len(part) == length and part.endswith("\r")
    return part[2:] if whole and re.match(rf"{kind}[A-Z]{{3}}", part) else None


def _by_search(text: str, kind: str, length: int, header: _Header) -> str | None:
    """Issuers print wrong offsets and readers change line ends: look for the type behind the header."""
    mark = rf"{kind}(?=D[A-Z]{{2}})"
    found = re.compile(rf"[\n\r\x1e]*{mark}").match(text, header.end)
    found = found or re.compile(rf"[\n\r\x1e]{mark}").search(text, header.end)
    if not found:
        return None
    body = text[found.end() :]
    others = "|".join(re.escape(other) for other, _, _ in header.entries if other != kind)
    end = re.search(rf"[\n\r\x1e](?:{others})(?=[A-Z]{{3}})", body) if others else None
    if end:
        return body[: end.start()]
    if not _SEPARATORS.search(body):
        raise _Damaged("separators-lost")
    _want_whole(body, length - 2)
    return body


def _want_whole(body: str, length: int) -> None:
    """A text that stops early is no licence: its last element, or its expiry, may be missing.

    Readers may drop the last CR, and lost RS or other line ends shift the count by a few.
    """
    missing = length - len(body)
    if missing > _SLACK or (missing != 1 and not body.endswith(("\n", "\r"))):
        raise _Damaged("cut-off")


def _elements(body: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _pairs(body):
        if found.setdefault(name, value) != value and name == "DBB":
            raise _Damaged("birth-date")
    return found


def _pairs(body: str) -> Iterator[tuple[str, str]]:
    for line in _SEPARATORS.split(body):
        match = _ELEMENT.fullmatch(line)
        if match:
            value = match[2].strip()
            yield match[1], "" if value.upper() in _NOTHING else value


def _document(header: _Header, kind: str, found: dict[str, str]) -> IdDocument:
    country = found.get("DCG") or None
    year_first = header.version == 1 or (country == "CAN" if country else header.issuer in _CANADA)
    born = _date(found, "DBB", year_first)
    issued = _date(found, "DBD", year_first)
    if born is None or not 1880 <= born.year < 2100 or (issued and issued < born):
        raise _Damaged("birth-date")
    family, given, middle, suffix = _names(found)
    return IdDocument(
        version=header.version,
        issuer=header.issuer,
        kind=kind,
        birth_date=born,
        expires=_date(found, "DBA", year_first),
        issued=issued,
        number=found.get("DAQ") or None,
        family=family,
        given=given,
        middle=middle,
        suffix=suffix,
        sex=_SEXES.get(found.get("DBC", "")),
        street=found.get("DAG") or None,
        street_2=found.get("DAH") or None,
        city=found.get("DAI") or None,
        state=found.get("DAJ") or None,
        postal_code=_postal_code(found.get("DAK", "")),
        country=country,
        family_cut=found.get("DDE") == "T",
        given_cut=found.get("DDF") == "T",
        middle_cut=found.get("DDG") == "T",
    )


def _date(found: dict[str, str], name: str, year_first: bool) -> date | None:
    value = found.get(name, "")
    if not value:
        return None
    if not re.fullmatch(r"[0-9]{8}", value):
        raise _Damaged("birth-date" if name == "DBB" else "date")
    year, month, day = (
        (value[:4], value[4:6], value[6:]) if year_first else (value[4:], value[:2], value[2:4])
    )
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise _Damaged("birth-date" if name == "DBB" else "date") from None


def _names(found: dict[str, str]) -> tuple[str | None, str | None, str | None, str | None]:
    """Family, given, middle, suffix from the fields of whichever version."""
    whole = [part.strip() or None for part in found.get("DAA", "").split(",")]
    whole += [None] * 4
    given, middle = found.get("DAC") or None, found.get("DAD") or None
    if not given and found.get("DCT"):
        first, *rest = re.split(r"[,\s]+", found["DCT"])
        given, middle = first, middle or " ".join(rest) or None
    family = found.get("DCS") or found.get("DAB") or whole[0]
    return family, given or whole[1], middle or whole[2], found.get("DCU") or whole[3]


def _postal_code(value: str) -> str | None:
    code = value.strip()
    if re.fullmatch(r"[0-9]{9}", code):
        return code[:5] if code.endswith("0000") else f"{code[:5]}-{code[5:]}"
    return code or None
