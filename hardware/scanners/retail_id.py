"""METRC RetailID links to tags (hardware.md 7.4). The link is read, never followed."""

import base64
import binascii
import re
from dataclasses import dataclass

_LINK = re.compile(r"(https?)://(?:[A-Z0-9-]+\.)?1A4\.COM/([^/?#]{1,48})", re.IGNORECASE)
_TAG_BYTES = 12


@dataclass(frozen=True, slots=True)
class RetailId:
    """A package tag in capitals and the number of the item in the package."""

    tag: str
    index: int


def is_retail_id(text: str) -> bool:
    """True if the whole text is a link to this host, whatever it holds."""
    return _LINK.fullmatch(text) is not None


def decode_retail_id(text: str) -> RetailId | None:
    """The tag in a link; None if it holds none.

    Links in capitals are base 36; older ones in small letters are base 64, where case matters.
    """
    link = _LINK.fullmatch(text)
    if not link:
        return None
    packed = _base36(link[2]) if link[1].isupper() else _base64(link[2])
    if packed is None or len(packed) <= _TAG_BYTES:
        return None
    index = _leb128(packed[_TAG_BYTES:])
    return None if index is None else RetailId(packed[:_TAG_BYTES].hex().upper(), index)


def _base36(path: str) -> bytes | None:
    if not re.fullmatch(r"[0-9A-Z]+", path):
        return None
    number = int(path, 36)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _base64(path: str) -> bytes | None:
    if not re.fullmatch(r"[0-9A-Za-z_-]+", path):
        return None
    try:
        return base64.urlsafe_b64decode(path + "=" * (-len(path) % 4))
    except binascii.Error:
        return None


def _leb128(data: bytes) -> int | None:
    """One number in groups of 7 bits, low first, that ends with the last byte."""
    *more, last = data
    if last & 0x80 or not all(byte & 0x80 for byte in more):
        return None
    return sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(data))
