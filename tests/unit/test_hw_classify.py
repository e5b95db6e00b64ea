"""What a scan is: the order of the looks, RetailID links, check digits."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ports import RawScan
from hardware.scanners.classify import (
    CardPattern,
    OwnCode,
    Scan,
    ScanKind,
    ScanRules,
    classify,
    gtin_check_is_right,
)
from hardware.scanners.retail_id import RetailId, decode_retail_id

RULES = ScanRules(
    metrc=True,
    cards=(CardPattern("registry card", re.compile(r"P-(?P<number>\d{6})")),),
    own=(OwnCode("held sale", "HOLD:"),),
)
TAG = "1A4060300002EE1000000123"
LICENCE = "@\n\x1e\rANSI 636000100201DL00310054DLDAQT100\nDBB06061986\r"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (LICENCE, ScanKind.LICENCE, LICENCE),
        ("]L2" + LICENCE, ScanKind.LICENCE, LICENCE),
        ("@\r\r\rANSI 636000", ScanKind.LICENCE, "@\r\r\rANSI 636000"),
        ("ANSI 636000100201DL", ScanKind.LICENCE, "ANSI 636000100201DL"),
        (TAG, ScanKind.PACKAGE_TAG, TAG),
        (TAG.lower() + "\r\n", ScanKind.PACKAGE_TAG, TAG),
        ("]C0" + TAG, ScanKind.PACKAGE_TAG, TAG),
        ("HTTPS://1A4.COM/5LN8CBN1EDJAYVPH8F0G", ScanKind.PACKAGE_TAG, TAG),
        ("]C1010950600013435210LOT42\x1d17261231", ScanKind.GS1, "010950600013435210LOT42\x1d17261231"),
        ("(01)09506000134352(10)LOT42", ScanKind.GS1, "(01)09506000134352(10)LOT42"),
        ("4006381333931", ScanKind.GTIN, "04006381333931"),
        ("]E04006381333931", ScanKind.GTIN, "04006381333931"),
        ("036000291452", ScanKind.GTIN, "00036000291452"),
        ("96385074", ScanKind.GTIN, "00000096385074"),
        ("P-001234", ScanKind.PATIENT_CARD, "001234"),
        ("HOLD:17", ScanKind.OWN, "17"),
        ("4006381333932", ScanKind.UNKNOWN, "4006381333932"),
        (TAG[:-1], ScanKind.UNKNOWN, TAG[:-1]),
        ("", ScanKind.UNKNOWN, ""),
    ],
)
def test_kinds(text: str, kind: ScanKind, value: str) -> None:
    scan = classify(text, RULES)
    assert (scan.kind, scan.value) == (kind, value)


def test_the_aim_identifier_is_kept_as_a_hint() -> None:
    assert classify("]C0" + TAG, RULES).aim_id == "]C0"


def test_the_states_system_decides() -> None:
    sixteen = "1234567890123456"
    assert classify(sixteen, ScanRules(biotrack=True)).kind is ScanKind.BIOTRACK
    assert classify(sixteen, RULES).kind is ScanKind.UNKNOWN
    assert classify(TAG, ScanRules(metrc=False)).kind is ScanKind.UNKNOWN


def test_an_ean_13_is_not_read_as_an_application_identifier() -> None:
    assert classify("4006381333931", RULES).kind is ScanKind.GTIN


def test_names_of_cards_and_own_codes() -> None:
    assert classify("P-001234", RULES).name == "registry card"
    assert classify("HOLD:17", RULES).name == "held sale"


def test_a_card_pattern_without_a_group_gives_the_whole() -> None:
    rules = ScanRules(cards=(CardPattern("plain", re.compile(r"C\d{4}")),))
    assert classify("C1234", rules).value == "C1234"


def test_what_may_name_a_person_is_not_in_repr() -> None:
    assert "001234" not in repr(classify("P-001234", RULES))
    assert "P-001234" not in repr(RawScan("P-001234", "wedge"))


# The table of hardware.md 7.4.
LINKS = [
    ("HTTPS://1A4.COM/5LN8CBN1UB33DON9CHKX", "1A4060300020081000006609", 1),
    ("HTTPS://1A4.COM/5LN8CBN1EDJAYVPH8F0G", "1A4060300002EE1000000123", 0),
    ("HTTPS://D.1A4.COM/78OEAYDSAXRN14AQY5YCCH", "ABCDEF012345670000027190", 128),
    ("https://1a4.com/GkBgMAAEG2AAAJKXEQ", "1A40603000041B6000009297", 17),
]


@pytest.mark.parametrize(("link", "tag", "index"), LINKS)
def test_retail_id_links(link: str, tag: str, index: int) -> None:
    assert decode_retail_id(link) == RetailId(tag, index)
    scan = classify(link, RULES)
    assert (scan.kind, scan.value, scan.item) == (ScanKind.PACKAGE_TAG, tag, index)


@pytest.mark.parametrize(
    "link",
    [
        "HTTPS://1A4.COM.SAMPLE.TEST/5LN8CBN1EDJAYVPH8F0G",
        "HTTPS://SAMPLE.TEST/1A4.COM/5LN8CBN1EDJAYVPH8F0G",
        "HTTPS://X1A4.COM/5LN8CBN1EDJAYVPH8F0G",
        "HTTPS://1A4.COM/5LN8CBN1EDJAYVPH8F0G/",
        "HTTPS://1A4.COM/5LN8CBN1EDJAYVPH8F0G?x=1",
        "HTTPS://1A4.COM/5LN8",
        "HTTPS://1A4.COM/5LN8_CBN1EDJAYVPH8F0G",
        "HTTPS://1A4.COM/" + "Z" * 49,
        "https://1a4.com/GkBgMAAEG2AAAJKX",
        "https://1a4.com/GkBgMAAEG2AAAJKXE!",
        "https://1a4.com/GkBgMAAEG2AAAJKXkQ",
        "https://1a4.com/GkBgMAAEG2AAAJKXERE",
        "https://1a4.com/G",
    ],
)
def test_links_that_hold_no_tag(link: str) -> None:
    assert decode_retail_id(link) is None
    assert classify(link, RULES).kind is ScanKind.UNKNOWN


def base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest] + digits
    return digits


def leb128(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F)
    return bytes([*(group | 0x80 for group in groups[:-1]), groups[-1]])


@given(st.binary(min_size=12, max_size=12).filter(lambda tag: tag[0] > 0), st.integers(0, 10**9))
def test_every_tag_and_index_come_back(tag: bytes, index: int) -> None:
    link = "HTTPS://1A4.COM/" + base36(int.from_bytes(tag + leb128(index)))
    assert decode_retail_id(link) == RetailId(tag.hex().upper(), index)


@given(st.text(alphabet="0123456789", min_size=7, max_size=13))
def test_exactly_one_check_digit_is_right(digits: str) -> None:
    right = [check for check in "0123456789" if gtin_check_is_right(digits + check)]
    assert len(right) == (1 if len(digits) + 1 in (8, 12, 13, 14) else 0)


@given(st.text(max_size=80))
def test_any_text_is_sorted_without_an_exception(text: str) -> None:
    assert isinstance(classify(text, RULES), Scan)
