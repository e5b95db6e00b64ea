"""Codes by time: the vectors of RFC 6238, and what is near enough."""

from __future__ import annotations

import pytest

from pos_desktop.domain.instant import SECOND_US, Instant
from pos_desktop.domain.totp import STEP_US, code_of, step_at, step_of, typed_secret, uri

SECRET = b"12345678901234567890"
"""Of RFC 6238, appendix B, for SHA-1."""
VECTORS = [
    (59, "94287082"),
    (1_111_111_109, "07081804"),
    (1_111_111_111, "14050471"),
    (1_234_567_890, "89005924"),
    (2_000_000_000, "69279037"),
    (20_000_000_000, "65353130"),
]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_vectors_of_the_standard(seconds: int, code: str) -> None:
    at = Instant(seconds * SECOND_US)
    assert code_of(SECRET, step_at(at), digits=8) == code
    assert step_of(SECRET, f" {code[2:5]} {code[5:]} ", at) == step_at(at)


def test_one_step_beside_is_near_enough_and_two_are_not() -> None:
    at = Instant(1_234_567_890 * SECOND_US)
    code = code_of(SECRET, step_at(at))
    heard = [step_of(SECRET, code, at.plus_us(n * STEP_US)) is not None for n in range(-2, 3)]
    assert heard == [False, True, True, True, False]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "８９０５９２", "000000"])
def test_what_is_no_code_of_now_is_none(code: str) -> None:
    assert step_of(SECRET, code, Instant(1_234_567_890 * SECOND_US)) is None


def test_an_authenticator_reads_the_secret() -> None:
    assert typed_secret(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert uri(SECRET, "Sample Store", "Ann/Lee") == (
        "otpauth://totp/Sample%20Store%3AAnn%2FLee?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sample%20Store"
    )
