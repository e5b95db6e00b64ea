"""The schema for editors says of a pack what the program says: each shipped one is good, each broken one is not."""

from __future__ import annotations

import json
import textwrap
import tomllib
from pathlib import Path as FilePath
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pos_desktop.composition.places import resources_dir
from pos_desktop.composition.programmes import programme_ids, shipped_text
from pos_desktop.domain.limits.allowance import OLDEST
from pos_desktop.domain.limits.model import Category
from pos_desktop.domain.limits.pack import PackError, parse_pack
from pos_desktop.domain.limits.pack_rules import _GATES, _WINDOWS, BASES, UNITS
from pos_desktop.domain.limits.programme import SCHEMA, Outage, Tracking
from pos_desktop.domain.limits.reading import LARGEST, LONGEST_DAYS
from tests.fixtures.pack_documents import Path, at, copied, plain, shipped, tables, toml

FILE = resources_dir() / "programmes" / "pack.schema.json"
LIMITS_PAGE = FilePath(__file__).resolve().parents[2] / "docs" / "limits.md"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(DOCUMENT, format_checker=Draft202012Validator.FORMAT_CHECKER)
TABLES = list(tables())
WRONG: dict[str, tuple[str, Path, str, object]] = {
    "a date that is none": ("us-mi-medical", ("programme", 0), "checked_on", "2026-02-30"),
    "a ratio of nought": ("us-mi-medical", ("units",), "ounce_mg", "0.0"),
    "a ratio over nought": ("us-mi-medical", ("units",), "ounce_mg", "1/0"),
    "a limit as a fraction": ("us-mi-medical", ("programme", 0, "version", 0, "pool", 0), "limit", 70873.5),
    "a limit below nought": ("us-mi-medical", ("programme", 0, "version", 0, "pool", 0), "limit", -1),
    "a limit beside caps": ("us-md-medical", ("programme", 0, "version", 0, "pool", 0), "limit", 1),
    "no words in a citation": ("us-mi-medical", ("programme", 0, "version", 0, "pool", 0), "cite", " "),
    "an outage rule without a source": ("us-mi-medical", ("programme", 0, "state_check"), "outage_cite", ""),
    "returns that give back": ("us-mi-medical", ("defaults",), "returns_give_back", True),
    "a deadline in no known form": ("us-mi-medical", ("programme", 0, "reporting"), "within", "soon"),
    "an hour that no day has": ("us-mi-medical", ("programme", 0, "reporting"), "within", "same-day 25"),
    "a deadline of two months": ("us-mi-medical", ("programme", 0, "reporting"), "within", "62 days"),
    "a deadline without a source": ("us-mi-medical", ("programme", 0, "reporting"), "cite", ""),
    "two programmes": ("us-mi-medical", (), "programme", [{}, {}]),
    "an order without orders": (
        "us-mi-medical", ("programme", 0, "version", 0, "pool", 0), "allowance", {"mode": "order"},
    ),
    "a limit beyond all sense": (
        "us-mi-medical", ("programme", 0, "version", 0, "pool", 0), "limit", LARGEST + 1,
    ),
    "a window of eleven years": (
        "us-az-medical", ("programme", 0, "version", 0, "pool", 0, "window"), "returns_after_days", LONGEST_DAYS + 1,
    ),
    "an age nobody reaches": ("us-mi-medical", ("programme", 0, "version", 0, "gate", 0), "age", OLDEST + 1),
    "a member of nothing": (
        "us-mi-medical", ("programme", 0, "version", 0, "pool", 0, "members", 0), "categories", [],
    ),
    "an exemption from nothing": ("us-ut-medical", ("programme", 0, "version", 0, "exemption", 0), "lifts", []),
    "a ratio that is too exact": ("us-mi-medical", ("units",), "ounce_mg", "1." + "1" * 19),
    "an unknown unit": ("us-mi-medical", ("programme", 0, "version", 0, "pool", 0), "unit", "oz"),
    "a share as an amount": ("us-mi-medical", ("programme", 0, "version", 0, "pool", 0), "unit", "share"),
    "visits that count goods": ("us-mi-medical", ("programme", 0, "version", 0, "pool", 0), "kind", "visits"),
}  # fmt: skip


def good(document: dict[str, Any]) -> bool:
    return VALIDATOR.is_valid(plain(document))


def refusal(document: dict[str, Any]) -> str:
    """What the program says against a pack; empty where it takes it."""
    try:
        parse_pack(toml(document), "changed.toml")
    except PackError as wrong:
        return wrong.sentence
    return ""


def test_the_schema_is_one_itself() -> None:
    Draft202012Validator.check_schema(DOCUMENT)


@pytest.mark.parametrize("name", programme_ids())
def test_every_shipped_pack_names_the_schema_and_agrees_with_it(name: str) -> None:
    assert shipped_text(name)[0].startswith("#:schema ./pack.schema.json\n")
    assert [each.message for each in VALIDATOR.iter_errors(plain(shipped(name)))] == []
    assert refusal(shipped(name)) == "", "the text written back is the same pack"


@pytest.mark.parametrize(("name", "path"), TABLES, ids=str)
def test_a_key_nobody_knows_is_refused_by_both(name: str, path: Path) -> None:
    document = copied(name)
    at(document, path)["ceiling"] = 1
    assert not good(document)
    assert refusal(document) != ""


@pytest.mark.parametrize(("name", "path"), TABLES, ids=str)
def test_a_key_that_is_missing_is_refused_by_both_or_by_none(name: str, path: Path) -> None:
    """What only the program sees are links: dates that overlap, pools that an exemption names."""
    for key in at(shipped(name), path):
        document = copied(name)
        del at(document, path)[key]
        said = refusal(document)
        linked = any(words in said for words in ("overlap", "“lifts” names", "counted by two members"))
        assert good(document) == (said == "" or linked), (key, said)


@pytest.mark.parametrize(("name", "path", "key", "value"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_value_is_refused_by_both(name: str, path: Path, key: str, value: object) -> None:
    document = copied(name)
    at(document, path)[key] = value
    assert not good(document)
    assert refusal(document) != ""


def test_the_example_in_the_documents_is_a_good_pack() -> None:
    """The indented block that begins with the schema."""
    text = LIMITS_PAGE.read_text(encoding="utf-8")
    block = text[text.index("    #:schema") :].split("\n\nAmounts")[0]
    example = tomllib.loads(textwrap.dedent(block))
    assert [each.message for each in VALIDATOR.iter_errors(plain(example))] == []
    assert refusal(example) == ""


def test_the_words_are_the_programs() -> None:
    parts = DOCUMENT["$defs"]
    kinds = [each["properties"]["kind"]["const"] for each in parts["gate"]["oneOf"]]
    shapes = [each["properties"]["shape"]["const"] for each in parts["window"]["oneOf"]]
    programme = parts["programme"]["properties"]
    for told, known in (
        (parts["categories"]["items"]["enum"], Category),
        (parts["basis"]["enum"], BASES),
        (parts["pool"]["properties"]["unit"]["enum"], UNITS),
        (programme["tracking"]["enum"], Tracking),
        (programme["state_check"]["properties"]["outage"]["enum"], Outage),
        (kinds, _GATES),
        (shapes, _WINDOWS),
        ([DOCUMENT["properties"]["schema"]["const"]], [SCHEMA]),
    ):
        assert sorted(told) == sorted(map(str, known))


def test_every_key_is_explained_and_amounts_have_their_unit() -> None:
    def keys(part: Any) -> list[tuple[str, Any]]:
        if isinstance(part, list):
            return [found for each in part for found in keys(each)]
        if not isinstance(part, dict):
            return []
        own = list(part["properties"].items()) if "additionalProperties" in part else []
        return own + [found for each in part.values() for found in keys(each)]

    def explained(part: Any) -> bool:
        name = part.get("$ref", part.get("items", {}).get("$ref", "")).rpartition("/")[2]
        return "description" in part or "const" in part or "description" in DOCUMENT["$defs"].get(name, {})

    assert [key for key, part in keys(DOCUMENT) if not explained(part)] == []
