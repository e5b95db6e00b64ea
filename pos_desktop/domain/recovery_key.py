"""The recovery key as people write it: eight groups of four signs and a fifth that checks them and their place.

160 random bits in an alphabet without I, L, O and U. The check sign finds every wrong sign, every swap of two within a
group and every group in another's place, so that a typing error names its group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pos_desktop.domain.errors import BadInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BYTES, GROUPS, SIGNS = 20, 8, 4
_MEANT = str.maketrans("OIL", "011")
_FIELD = 0b100101
"""x^5 + x^2 + 1: the field of 32 elements in which check signs are reckoned."""
_KEPT = "Nothing was opened or changed."


def written(secret: bytes) -> str:
    """As it is printed: `4KQ7T-…`. `secret` is 20 bytes."""
    if len(secret) != BYTES:
        raise ValueError(f"a recovery key has {BYTES} bytes")
    number = int.from_bytes(secret, "big")
    signs = [number >> 5 * place & 31 for place in reversed(range(GROUPS * SIGNS))]
    return "-".join(
        "".join(ALPHABET[each] for each in (*group, _check(group, n)))
        for n, group in enumerate(_fours(signs), start=1)
    )


def read(typed: str) -> bytes:
    """The secret, from groups that are parted by blanks or dashes or not at all; small letters are as good.

    Raises:
        BadInput: naming each group that holds a mistake, never what was typed.
    """
    groups = _groups(typed)
    if len(groups) != GROUPS:
        raise BadInput(
            f"A recovery key has {GROUPS} groups of {SIGNS + 1} signs, and {len(groups)} came. {_KEPT}",
            code="recovery-key",
        )
    wrong = [n for n, group in enumerate(groups, start=1) if not _holds(group, n)]
    if wrong:
        raise BadInput(
            f"{_named(wrong)} of the recovery key. {_KEPT} Compare with the paper.", code="recovery-key"
        )
    signs = [ALPHABET.index(each) for group in groups for each in group[:SIGNS]]
    return sum(each << 5 * place for place, each in enumerate(reversed(signs))).to_bytes(BYTES, "big")


def _groups(typed: str) -> list[str]:
    parted = re.split(r"[\s\-–—]+", typed.strip().upper().translate(_MEANT))
    whole = "".join(parted)
    if len(whole) == GROUPS * (SIGNS + 1) and {len(each) for each in parted} != {SIGNS + 1}:
        return [whole[at : at + SIGNS + 1] for at in range(0, len(whole), SIGNS + 1)]
    return [each for each in parted if each]


def _holds(group: str, n: int) -> bool:
    if len(group) != SIGNS + 1 or not all(each in ALPHABET for each in group):
        return False
    *signs, check = (ALPHABET.index(each) for each in group)
    return _check(signs, n) == check


def _check(signs: Iterable[int], n: int) -> int:
    """The place of the group, and each sign times another power of two."""
    check = n
    for power, each in enumerate(signs, start=1):
        for _ in range(power):
            each <<= 1  # noqa: PLW2901 - the sign, doubled as often as its place says
            each ^= _FIELD if each > 31 else 0  # noqa: PLW2901 - and brought back into the field
        check ^= each
    return check


def _fours(signs: list[int]) -> Iterable[list[int]]:
    return (signs[at : at + SIGNS] for at in range(0, len(signs), SIGNS))


def _named(wrong: list[int]) -> str:
    if len(wrong) == 1:
        return f"There is a typing mistake in group {wrong[0]}"
    return f"There are typing mistakes in groups {', '.join(map(str, wrong[:-1]))} and {wrong[-1]}"
