"""Numbers pass through the sandbox as decimals, and what is not exact JSON is refused."""

import ast
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.training import sandbox
from pos_desktop.training.sandbox.jsonio import BadJson, decode, encode

# Modules that count nothing: their fractions of a second are the standard library's.
WAITING = {"listener.py", "late.py", "server.py"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("3.500"), b"3.5"),
        (Decimal(2), b"2.0"),
        (Decimal("1E+2"), b"100.0"),
        (Decimal("0E-7"), b"0.0"),
        (Decimal("-0.0001"), b"-0.0001"),
        (2, b"2"),
        ({"a": [None, True, "ü"]}, b'{"a":[null,true,"\\u00fc"]}'),
        ({}, b"{}"),
        ([], b"[]"),
    ],
)
def test_values_are_written_in_full(value: object, text: bytes) -> None:
    assert encode(value) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=7))
def test_decimals_survive_writing_and_reading(value: Decimal) -> None:
    read = decode(encode([value]))[0]

    assert isinstance(read, Decimal)
    assert read == value


def test_a_binary_float_is_not_written() -> None:
    with pytest.raises(TypeError, match="float has no exact JSON form"):
        encode({"Quantity": 3.5})


@pytest.mark.parametrize(
    "text", ["[1e2]", "[1.0E-3]", "[NaN]", "[Infinity]", '{"a":1,"a":2}', "[", "", b"\xff\xfe"]
)
def test_what_the_service_does_not_take_is_refused(text: str | bytes) -> None:
    with pytest.raises(BadJson):
        decode(text)


def _floats(source: str) -> list[int]:
    """Lines with a float literal, the word `float`, or a division that would make one."""
    found = []
    for node in ast.walk(ast.parse(source)):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        name = isinstance(node, ast.Name) and node.id == "float"
        if literal or name:
            found.append(getattr(node, "lineno", 0))
    return found


def test_no_module_that_counts_knows_a_binary_float() -> None:
    folder = Path(sandbox.__file__).parent
    modules = [path for path in folder.rglob("*.py") if path.name not in WAITING]

    assert len(modules) > 20
    assert {path.name: lines for path in modules if (lines := _floats(path.read_text("utf-8")))} == {}
    assert _floats("price = float(text) * 1.1") == [1, 1]
