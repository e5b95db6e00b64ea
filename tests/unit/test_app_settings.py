"""Every setting is declared once, and everything that is read is declared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pos_desktop.app.settings import DECLARED, checked
from pos_desktop.domain.errors import BadInput

ROOT = Path(__file__).resolve().parents[2]
GROUPS = sorted({key.split(".")[0] for key in DECLARED if "." in key})
SECRETS = {"state.vendor_key", "state.user_key", "state.password"}
KEY = re.compile(rf'"((?:{"|".join(GROUPS)})\.[a-z_]+)"')


def keys_in(text: str) -> set[str]:
    return set(KEY.findall(text))


def sources() -> dict[Path, str]:
    folder = ROOT / "pos_desktop"
    files = [each for each in folder.rglob("*.py") if each.name != "settings.py"]
    return {each: each.read_text("utf-8") for each in files if "training" not in each.parts}


@pytest.mark.parametrize("key", sorted(DECLARED))
def test_a_default_passes_its_own_check_and_its_meaning_is_a_text(key: str) -> None:
    setting = DECLARED[key]
    assert checked(key, setting.default) == setting.default
    assert setting.key == key
    assert len(setting.meaning) > 10


def test_every_key_that_is_read_is_declared() -> None:
    used = {key: path for path, text in sources().items() for key in keys_in(text)}
    journal = {
        "drawer.opened", "store.set-up", "store.put-back", "store.elsewhere", "store.moved", "store.unproven",
        "rules.installed", "report.decided", "till.opened", "till.counted", "till.closed", "store.restored",
    }  # fmt: skip
    journal |= {
        "till.open", "till.drop", "till.paid", "till.x", "till.z",
    }  # fmt: skip
    unknown = {key: str(path) for key, path in used.items() if key not in DECLARED.keys() | SECRETS | journal}
    assert unknown == {}


def test_every_declared_key_is_read_somewhere() -> None:
    used = set().union(*map(keys_in, sources().values())) | {"programme"}
    assert DECLARED.keys() - used <= READ_BY_THE_STORES_OWN_ROW


READ_BY_THE_STORES_OWN_ROW = {"tax.cite"}
"""Kept for the person who looks it up: no code needs the wording of a law."""


def test_the_scan_itself_finds_a_key_that_is_not_declared() -> None:
    """Known wrong: a line as somebody might write it."""
    found = keys_in('settings.get("printer.colour"), settings.get("ui.theme")')
    assert found - DECLARED.keys() == {"printer.colour"}


def test_secrets_are_no_settings() -> None:
    assert not SECRETS & DECLARED.keys()
    assert not [key for key in DECLARED if re.search("key|secret|password|token", key)]


GOOD = [
    ("state.zone", ""),
    ("state.zone", "America/Detroit"),
    ("state.base_url", "http://127.0.0.1:8080"),
    ("state.base_url", "https://sample.example/v2"),
    ("state.base_url", ""),
    ("printer.address", "192.0.2.7:9100"),
    ("card.pattern", r"P-\d{7}"),
    ("tax.rate_bp", "600"),
    ("till.float", "200.00"),
    ("till.drop_at", ""),
    ("till.difference", "$1,000"),
    ("store.name", "Sample Provisioning Center"),
]
BAD = [
    ("state.zone", "Detroit", "name of a time zone"),
    ("store.zone", "", "name of a time zone"),
    ("store.zone", "../../etc/passwd", "name of a time zone"),
    ("state.base_url", "api.example", "an address like https://host"),
    ("state.base_url", "ftp://sample.example", "an address like https://host"),
    ("state.base_url", "https://sample.example/?key=1", "an address like https://host"),
    ("store.code", "", "1 to 8 capital letters"),
    ("store.code", "st 1", "1 to 8 capital letters"),
    ("store.code", "ABCDEFGHI", "1 to 8 capital letters"),
    ("tax.rate_bp", "6 %", "whole number from 0 to 10000"),
    ("tax.rate_bp", "10001", "whole number from 0 to 10000"),
    ("tax.rate_bp", "9" * 5_000, "whole number from 0 to 10000"),
    ("tax.rate_bp", "٦", "whole number from 0 to 10000"),
    ("printer.address", "192.0.2.7", "HOST:PORT"),
    ("printer.address", "192.0.2.7:99999", "HOST:PORT"),
    ("printer.address", "192.0.2.7:0", "HOST:PORT"),
    ("card.pattern", "P-[0-9", "regular expression"),
    ("ui.theme", "pink", "light, dark, system"),
    ("state.since", "1.1.2020", "write the day as"),
    ("store.name", "Sample\x1b[2J", "cannot be printed"),
    ("drawer.pin", "3", "one of: 2, 5"),
]


@pytest.mark.parametrize(("key", "value"), GOOD)
def test_good_values(key: str, value: str) -> None:
    assert checked(key, f" {value} ") == value


@pytest.mark.parametrize(("key", "value", "words"), BAD)
def test_bad_values_say_what_is_right_and_change_nothing(key: str, value: str, words: str) -> None:
    with pytest.raises(BadInput, match="Nothing was changed") as refused:
        checked(key, value)
    assert words in refused.value.sentence
    assert key in refused.value.sentence


def test_a_setting_that_does_not_exist_names_its_neighbours() -> None:
    with pytest.raises(BadInput, match=r"no setting “ui\.color”\. Near it: ui\.text_percent, ui\.theme"):
        checked("ui.color", "red")


@pytest.mark.parametrize(
    ("key", "value"), [("store.zone", "America"), ("card.pattern", "a{99999999999999999999}")]
)
def test_what_the_library_stumbles_over_is_refused_with_a_sentence(key: str, value: str) -> None:
    with pytest.raises(BadInput, match=f"{key} cannot be"):
        checked(key, value)
