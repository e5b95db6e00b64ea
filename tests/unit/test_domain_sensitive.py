"""What a person's record prints, wherever it is printed: by reflection over every record that we have."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import json
import logging
import pickle
import pkgutil
import re
import traceback
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

import hardware
import pos_desktop
from pos_desktop.domain.patient import Patient
from pos_desktop.domain.sensitive import BirthDate, CardNumber, Private, reveal, told

NAME, CARD, BORN = "Zyxmarker Quillfeather", "ZQX-7712345", date(1961, 7, 13)
SHOWN = re.compile(r"zyxmarker|quillfeather|77123|1961|1961, 7", re.IGNORECASE)
OF_A_PERSON = re.compile(
    r"card_number|card|first_name|last_name|birth_date|patient_card|caregiver_card|patient_name|caregiver_name"
    r"|patient|caregiver|family|given|middle|address|street|document_number|phone"
)
"""Names of fields that hold who somebody is; `reveals` fails a record with such a field that prints it."""
NO_PERSON = (
    "pos_desktop.domain.limits.programme",  # the rules' word for who may buy
    "pos_desktop.training.sandbox",  # the state's side, with sample people
    "pos_desktop.training.sample.history",  # a caregiver there is an id
)
REFERENCE = ("Payment", "card")
"""The number of a payment at the terminal, which tells of nobody."""
OTHERS = {"str": "x", "int": 0, "bool": False, "date": date(2027, 1, 1), "Decimal": Decimal(0)}
"""What the other fields hold, so that a record's own checks let it pass."""


def modules(top: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(top.__path__, f"{top.__name__}."):
        if not found.name.endswith("__main__") and not any(found.name.startswith(each) for each in NO_PERSON):
            yield importlib.import_module(found.name)


def records() -> list[type]:
    """Every dataclass of ours with a text or a date that tells who somebody is."""
    found = {
        each
        for top in (pos_desktop, hardware)
        for module in modules(top)
        for each in vars(module).values()
        if isinstance(each, type) and dataclasses.is_dataclass(each) and each.__module__ == module.__name__
        if any(
            is_of_a_person(field)
            for field in dataclasses.fields(each)
            if (each.__qualname__, field.name) != REFERENCE
        )
    }
    return sorted(found, key=lambda each: f"{each.__module__}.{each.__qualname__}")


def is_of_a_person(field: dataclasses.Field[Any]) -> bool:
    kind = str(field.type).replace(" ", "")
    return bool(OF_A_PERSON.fullmatch(field.name)) and kind in ("str", "str|None", "date", "date|None")


def filled(record: Any) -> Any:
    """One with a marker in each such field, made past its checks of other fields."""
    made: Any = object.__new__(record)
    for field in dataclasses.fields(record):
        kind = str(field.type)
        value: Any = OTHERS.get(kind)
        if is_of_a_person(field):
            value = BORN if "date" in kind else CARD if "card" in field.name else NAME
        object.__setattr__(made, field.name, value)
    if hasattr(made, "__post_init__"):
        made.__post_init__()
    return made


def reveals(value: object) -> list[str]:
    """Which ways of printing show a marker."""
    logged = logging.Formatter().format(logging.LogRecord("x", 20, "x", 1, "%s %r", (value, value), None))
    try:
        raise LookupError(value)
    except LookupError as problem:
        trace = "".join(traceback.TracebackException.from_exception(problem, capture_locals=True).format())
    ways = {
        "repr": repr(value),
        "str": str(value),
        "format": f"{value}",
        "in a list": f"{[value, (value,)]}",
        "log": logged,
        "trace with locals": trace,
    }
    shown = [way for way, text in ways.items() if SHOWN.search(text)]
    try:
        pickled = pickle.dumps(value)
    except (TypeError, AttributeError):
        return shown
    return [*shown, "pickle"] if SHOWN.search(pickled.decode("latin-1")) else shown


def test_there_are_records_to_look_at() -> None:
    names = {each.__qualname__ for each in records()}
    assert {"Patient", "Caregiver", "Sale", "HeldCart", "IdDocument", "NewPatient", "Unasked"} <= names


@pytest.mark.parametrize("record", records(), ids=lambda each: f"{each.__module__}.{each.__qualname__}")
def test_no_record_prints_who_somebody_is(record: type) -> None:
    assert reveals(filled(record)) == []


def test_a_record_that_forgets_it_is_caught() -> None:
    @dataclasses.dataclass(frozen=True)
    class Visitor:
        first_name: str
        card_number: str

    assert any(is_of_a_person(each) for each in dataclasses.fields(Visitor))
    assert len(reveals(Visitor(NAME, CARD))) >= 5


def test_a_card_prints_its_last_four_and_a_short_one_nothing() -> None:
    assert (f"{CardNumber(CARD)}", f"{CardNumber('1234')}", str(CardNumber(""))) == ("…2345", "…", "")
    assert (repr(Private(NAME)), f"{Private('')}", f"{BirthDate.of(BORN)}") == ("'•••'", "", "•••")


def test_a_private_text_is_the_text_that_it_is() -> None:
    name = Private(NAME)
    assert name == NAME
    assert hash(name) == hash(NAME)
    assert json.loads(json.dumps({"name": name})) == {"name": NAME}
    assert (type(name.reveal()), name.reveal()) == (str, NAME)
    assert (BirthDate.of(BORN), BirthDate.of(BORN).isoformat()) == (BORN, "1961-07-13")
    assert copy.deepcopy(name) is name
    assert reveal("plain") == "plain"


def test_what_is_made_of_it_is_private_too() -> None:
    name = Private(NAME)
    for made in (
        name + "!", "Hello " + name, name.strip(), name.upper(), told("{a} buys for {b}", a=name, b="x"),
    ):  # fmt: skip
        assert isinstance(made, Private)
        assert SHOWN.search(made.reveal())
        assert not SHOWN.search(f"{made}{made!r}")
    assert type(told("{a}", a="x")) is str


def test_a_private_text_is_never_pickled() -> None:
    for value in (Private(NAME), CardNumber(CARD), BirthDate.of(BORN)):
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(value)


def test_a_patients_name_is_private() -> None:
    patient = filled(Patient)
    assert isinstance(patient.name, Private)
    assert patient.name.reveal() == f"{NAME} {NAME}"
