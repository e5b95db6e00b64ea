"""The questions of `setup` on a terminal: each answer is checked at once, and only a wrong one is asked for again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from pos_desktop.app.rules import good_citation
from pos_desktop.app.settings import checked
from pos_desktop.cli.asking import secret_from_input, wants_json
from pos_desktop.cli.rules_said import citation_typed
from pos_desktop.composition.biotrack import endpoint_of
from pos_desktop.composition.places import LIVE
from pos_desktop.composition.programmes import load_programme
from pos_desktop.composition.reporting import PASSWORD, USER_KEY, VENDOR_KEY, secret_names
from pos_desktop.composition.setting_up import (
    NewStore,
    check_address,
    refuse_other_system,
    to_confirm,
    usual_system,
)
from pos_desktop.domain.deadlines import HOW_IT_GOES
from pos_desktop.domain.errors import BadInput

T = TypeVar("T")
_SECRETS = {
    VENDOR_KEY: "Vendor key of the state service",
    USER_KEY: "User key of the state service",
    PASSWORD: "Password of the user at the state service",
}
_BIOTRACK = {
    "company": "Number of the company at BioTrack (not the license)",
    "username": "User at BioTrack",
    "location": "Number of this premises at BioTrack",
}
Answers = Mapping[str, str]
"""What was answered so far, by the name of the question."""


@dataclass(frozen=True, slots=True)
class _Question:
    """`name` is NewStore's, `option` the command line's, which saves the question where it is given."""

    name: str
    option: str
    words: str
    usual: Callable[[Answers], str]
    check: Callable[[str], object]
    """Raises BadInput with what would be right."""
    settled: Callable[[Answers], bool] = lambda _: False
    """Whether the answers before leave only the usual one, so that nobody is asked."""


def answers(arguments: argparse.Namespace, profile: str) -> NewStore:
    """Raises BadInput: nobody can answer here, or an option does not fit; before the first question is asked."""
    if not sys.stdin.isatty() or wants_json(arguments):
        raise BadInput("Nobody can answer questions here. Use --non-interactive with options.", code="usage")
    questions = _questions(arguments, profile)
    given = {each.name: getattr(arguments, each.option) or "" for each in questions}
    for each in questions:
        if given[each.name]:
            each.check(given[each.name])
    if arguments.confirm_rules is not None:
        good_citation(arguments.confirm_rules)
    said: dict[str, str] = {}
    for each in questions:
        said[each.name] = given[each.name] or _again_until_good(partial(_ask, each, said))
    return NewStore(**said, citation=arguments.confirm_rules or _citation(said["programme"], profile))


def _citation(programme_id: str, profile: str) -> str:
    """Asked last: who sets up must first know that nothing else is missing."""
    programme, unsure = to_confirm(programme_id, profile)
    return citation_typed(programme, unsure) if unsure else ""


def keys_asked(wanted: NewStore) -> Mapping[str, bytes]:
    """The secrets of the state service by name; empty means later."""
    names = secret_names(wanted.state_system)
    return {
        name: _again_until_good(partial(secret_from_input, name, f"{_SECRETS[name]} (empty: later)"))
        for name in names
    }


def _again_until_good(ask: Callable[[], T]) -> T:
    while True:
        try:
            return ask()
        except BadInput as wrong:
            print(wrong.sentence, file=sys.stderr)


def _ask(question: _Question, said: Answers) -> str:
    usual = question.usual(said)
    if question.settled(said):
        return usual
    shown = f" [{usual}]" if usual else ""
    answer = input(f"{question.words}{shown}: ").strip() or usual
    question.check(answer)
    return answer


def _always(usual: str) -> Callable[[Answers], str]:
    return lambda _: usual


def _usual_system(said: Answers) -> str:
    return usual_system(load_programme(said["programme"]))


def _no_service(said: Answers) -> bool:
    return said["state_system"] == "none"


def _no_biotrack(said: Answers) -> bool:
    return said["state_system"] != "biotrack"


def _named(value: str) -> None:
    if not checked("store.name", value):
        raise BadInput("The store needs a name. Nothing was made.")


def _cited(value: str) -> None:
    if not checked("report.deadline_cite", value):
        raise BadInput("A deadline goes with the text that it was read in. Nothing was made.")


def _zone(value: str) -> None:
    if value:
        checked("store.zone", value)


def _questions(arguments: argparse.Namespace, profile: str) -> tuple[_Question, ...]:
    def setting(key: str) -> Callable[[str], object]:
        return partial(checked, key)

    def programme(value: str) -> None:
        refuse_other_system(load_programme(value), arguments.state_system or "", profile)

    def address(value: str) -> None:
        if checked("state.base_url", value):
            check_address(value, profile)

    def usual_address(said: Answers) -> str:
        """Of the programme's BioTrack, by a public list: to be compared with what the agency gave."""
        public = profile == LIVE and said["state_system"] == "biotrack"
        return endpoint_of(said["programme"]) if public else ""

    def only_none(said: Answers) -> bool:
        return profile == LIVE and _usual_system(said) == "none"

    def known(said: Answers) -> bool:
        """Where the programme's pack says it, nobody is asked; a store without a state service reports to none."""
        return _no_service(said) or load_programme(said["programme"]).reporting is not None

    def no_deadline(said: Answers) -> bool:
        return not said["deadline"]

    code = "Short code of the store, 1 to 8 capital letters and digits"
    zone = "Time zone of the store (empty: the programme's)"
    where = "Address of the state service"
    deadline = f"By when a sale must be at the state (empty: not known; else {HOW_IT_GOES})"
    return (
        _Question("programme", "programme", "Medical programme", _always("us-mi-medical"), programme),
        _Question(
            "license", "license", "License number of the facility", _always(""), setting("state.license")
        ),
        _Question("name", "store", "Name of the store", _always(""), _named),
        _Question("code", "store_code", code, _always("ST01"), setting("store.code")),
        _Question("zone", "zone", zone, _always(""), _zone),
        _Question(
            "register", "register", "Short code of this register", _always("R1"), setting("register.code")
        ),
        _Question(
            "state_system",
            "state_system",
            "State service: metrc, biotrack or none",
            _usual_system,
            setting("state.system"),
            only_none,
        ),
        _Question("base_url", "base_url", where, usual_address, address, _no_service),
        *(
            _Question(name, name, words, _always(""), setting(f"state.{name}"), _no_biotrack)
            for name, words in _BIOTRACK.items()
        ),
        _Question("deadline", "deadline", deadline, _always(""), setting("report.deadline"), known),
        _Question("deadline_cite", "deadline_cite", "Where that was read", _always(""), _cited, no_deadline),
        _Question("manager", "manager", "Your name", _always("Manager"), str),
    )
