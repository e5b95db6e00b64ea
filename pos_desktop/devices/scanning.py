"""Scans in the counter's words."""

from __future__ import annotations

import re

from hardware.scanners.aamva import parse_aamva
from hardware.scanners.classify import CardPattern, ScanRules, classify
from hardware.scanners.classify import ScanKind as Form
from hardware.scanners.id_document import Unreadable
from pos_desktop.app.ports.scanning import IdDocument, ScanKind, Scanned
from pos_desktop.domain.errors import BadInput

_BY_EYE = "This license cannot be read. Check it by eye and type the name, or scan the registry card."
_INCOMPLETE = "This license gives no full name. Check it by eye and type the name, or scan the registry card."
_PRODUCT_CODE = "This is a maker’s product code. Scan the state’s package label instead; nothing was added."


class CounterScans:
    """Implements `ScanReader`. `card_pattern`: form of the registry card numbers here; empty means none is known."""

    def __init__(self, *, metrc: bool, biotrack: bool = False, card_pattern: str = "") -> None:
        try:
            pattern = re.compile(card_pattern) if card_pattern else None
        except re.error:
            raise BadInput(
                "The setting card.pattern is not a regular expression. Scans of cards still work."
            ) from None
        cards = () if pattern is None else (CardPattern("registry", pattern),)
        self._rules = ScanRules(metrc=metrc, biotrack=biotrack, cards=cards)

    def read(self, text: str) -> Scanned:
        scan = classify(text, self._rules)
        match scan.kind:
            case Form.PATIENT_CARD:
                return Scanned(ScanKind.CARD, scan.value)
            case Form.PACKAGE_TAG | Form.BIOTRACK:
                return Scanned(ScanKind.PACKAGE, scan.value)
            case Form.LICENCE:
                return _license(scan.value)
            case Form.GTIN | Form.GS1:
                return Scanned(ScanKind.UNREADABLE, why=_PRODUCT_CODE)
        return Scanned(ScanKind.UNKNOWN, scan.value)


def _license(text: str) -> Scanned:
    document = parse_aamva(text)
    if isinstance(document, Unreadable):
        return Scanned(ScanKind.UNREADABLE, why=_BY_EYE)
    if not document.family or not document.given:
        return Scanned(ScanKind.UNREADABLE, why=_INCOMPLETE)
    return Scanned(
        ScanKind.ID_DOCUMENT,
        document=IdDocument(document.family, document.given, document.birth_date, document.expires),
    )
