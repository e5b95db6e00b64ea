"""What a scan is, decided by its form alone, in the order of hardware.md 7.3."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from hardware.scanners.retail_id import decode_retail_id, is_retail_id

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_LICENCE = re.compile(r"@[\n\r\x1c\x1e ]*(?:ANSI |AAMVA)")
_LICENCE_BARE = re.compile(r".{0,1}ANSI \d{6}", re.DOTALL)
_TAG = re.compile(r"[0-9A-Fa-f]{24}")
_GS1_AIM = frozenset({"]C1", "]Q3", "]d2", "]e0"})


class ScanKind(StrEnum):
    """What was scanned."""

    LICENCE = "licence"
    PACKAGE_TAG = "package-tag"
    BIOTRACK = "biotrack"
    GS1 = "gs1"
    GTIN = "gtin"
    PATIENT_CARD = "patient-card"
    OWN = "own"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CardPattern:
    """How one kind of patient card reads; the number is the group `number`, or the whole match."""

    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class OwnCode:
    """Codes of the shop itself: badges, held sales, coupons. `prefix` is cut off."""

    name: str
    prefix: str


@dataclass(frozen=True, slots=True)
class ScanRules:
    """What the programme and the shop use."""

    metrc: bool = True
    biotrack: bool = False
    cards: tuple[CardPattern, ...] = ()
    own: tuple[OwnCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """A sorted scan.

    `value`: tag in capitals, 14-digit GTIN, card number, licence text, or the text as scanned; not part of
    `repr`, because it may name a person. `name`: which card or own code. `item`: item number in a package.
    """

    kind: ScanKind
    value: str = field(repr=False)
    name: str | None = None
    item: int | None = None
    aim_id: str | None = None


def classify(text: str, rules: ScanRules) -> Scan:
    """Sort one scan. An unknown one is UNKNOWN with its text, never a guess."""
    whole = text.lstrip(" \r\n\t")
    aim = _AIM.match(whole)
    aim_id = aim[0] if aim else None
    whole = whole[3:].lstrip(" \r\n") if aim else whole
    if _LICENCE.match(whole) or _LICENCE_BARE.match(whole):
        return Scan(ScanKind.LICENCE, whole, aim_id=aim_id)  # its last CR tells that it is whole
    raw = whole.rstrip(" \r\n\t")
    for look in (_metrc, _biotrack, _gs1, _gtin, _card, _own):
        found = look(raw, rules, aim_id)
        if found:
            return found
    return Scan(ScanKind.UNKNOWN, raw, aim_id=aim_id)


def gtin_check_is_right(digits: str) -> bool:
    """True for 8, 12, 13 or 14 digits whose last one is the check digit of the others."""
    if not re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", digits):
        return False
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return weighted % 10 == 0


def _metrc(raw: str, rules: ScanRules, aim_id: str | None) -> Scan | None:
    if is_retail_id(raw):
        found = decode_retail_id(raw)
        if found is None:
            return Scan(ScanKind.UNKNOWN, raw, aim_id=aim_id)
        return Scan(ScanKind.PACKAGE_TAG, found.tag, item=found.index, aim_id=aim_id)
    if rules.metrc and _TAG.fullmatch(raw):
        return Scan(ScanKind.PACKAGE_TAG, raw.upper(), aim_id=aim_id)
    return None


def _biotrack(raw: str, rules: ScanRules, aim_id: str | None) -> Scan | None:
    if rules.biotrack and re.fullmatch(r"[0-9]{16}", raw):
        return Scan(ScanKind.BIOTRACK, raw, aim_id=aim_id)
    return None


def _gs1(raw: str, _: ScanRules, aim_id: str | None) -> Scan | None:
    if aim_id in _GS1_AIM or "\x1d" in raw or raw.startswith("(01)"):
        return Scan(ScanKind.GS1, raw, aim_id=aim_id)
    return None


def _gtin(raw: str, _: ScanRules, aim_id: str | None) -> Scan | None:
    if gtin_check_is_right(raw):
        return Scan(ScanKind.GTIN, raw.zfill(14), aim_id=aim_id)
    return None


def _card(raw: str, rules: ScanRules, aim_id: str | None) -> Scan | None:
    for card in rules.cards:
        match = card.pattern.fullmatch(raw)
        if match:
            number = match["number"] if "number" in card.pattern.groupindex else match[0]
            return Scan(ScanKind.PATIENT_CARD, number, name=card.name, aim_id=aim_id)
    return None


def _own(raw: str, rules: ScanRules, aim_id: str | None) -> Scan | None:
    for code in rules.own:
        if raw.startswith(code.prefix):
            return Scan(ScanKind.OWN, raw[len(code.prefix) :], name=code.name, aim_id=aim_id)
    return None
