"""The questions of `setup` on a terminal: each answer is checked at once, and only a wrong one is asked for again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from pos_desktop.app.settings import checked
from pos_desktop.cli.asking import secret_from_input, wants_json
from pos_desktop.composition.programmes import load_programme
from pos_desktop.composition.setting_up import NewStore, check_address
from pos_desktop.domain.errors import BadInput

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Question:
    """`name` is NewStore's, `option` the command line's, which saves the question where it is given."""

    name: str
    option: str
    words: str
    usual: str
    check: Callable[[str], object]
    """Raises BadInput with what would be right."""


def answers(arguments: argparse.Namespace, profile: str) -> NewStore:
    """Raises BadInput: nobody can answer here, or an option does not fit; before the first question is asked."""
    if not sys.stdin.isatty() or wants_json(arguments):
        raise BadInput("Nobody can answer questions here. Use --non-interactive with options.", code="usage")
    questions = _questions(profile)
    given = {each.name: getattr(arguments, each.option) or "" for each in questions}
    for each in questions:
        if given[each.name]:
            each.check(given[each.name])
    return NewStore(
        **{each.name: given[each.name] or _again_until_good(partial(_ask, each)) for each in questions}
    )


def keys_asked(wanted: NewStore) -> tuple[bytes, bytes]:
    """Vendor key and user key; empty means later."""
    if wanted.state_system == "none":
        return b"", b""
    vendor, user = (
        _again_until_good(partial(secret_from_input, f"{whose} key of the state service (empty: later)"))
        for whose in ("Vendor", "User")
    )
    return vendor, user


def _again_until_good(ask: Callable[[], T]) -> T:
    while True:
        try:
            return ask()
        except BadInput as wrong:
            print(wrong.sentence, file=sys.stderr)


def _ask(question: _Question) -> str:
    usual = f" [{question.usual}]" if question.usual else ""
    answer = input(f"{question.words}{usual}: ").strip() or question.usual
    question.check(answer)
    return answer


def _questions(profile: str) -> tuple[_Question, ...]:
    def setting(key: str) -> Callable[[str], object]:
        return partial(checked, key)

    def named(value: str) -> None:
        if not checked("store.name", value):
            raise BadInput("The store needs a name. Nothing was made.")

    def zone(value: str) -> None:
        if value:
            checked("store.zone", value)

    def address(value: str) -> None:
        if checked("state.base_url", value):
            check_address(value, profile)

    code = "Short code of the store, 1 to 8 capital letters and digits"
    return (
        _Question("programme", "programme", "Medical programme", "us-mi-medical", load_programme),
        _Question("license", "license", "License number of the facility", "", setting("state.license")),
        _Question("name", "store", "Name of the store", "", named),
        _Question("code", "store_code", code, "ST01", setting("store.code")),
        _Question("zone", "zone", "Time zone of the store (empty: the programme's)", "", zone),
        _Question("register", "register", "Short code of this register", "R1", setting("register.code")),
        _Question(
            "state_system", "state_system", "State service: metrc or none", "metrc", setting("state.system")
        ),
        _Question("base_url", "base_url", "Address of the state service", "", address),
        _Question("manager", "manager", "Your name", "Manager", str),
    )
