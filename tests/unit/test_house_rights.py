"""Whoever does something in a use case is asked for the right to, there and nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.domain.people import Right

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "pos_desktop" / "app"
PEOPLE = {"Person", "OnDuty"}
ASKS = {"require", "refuse_unless_approved"}
OPEN = {
    "certifying.Certifying": {"fields": "what the programme asks for, of nobody"},
    "clock_desk.ClockDesk": {"reading": "a clock"},
    "close_sale.CloseSale": {},
    "comparing.Comparing": {"today": "a date"},
    "holds.Holds": {"count": "a number"},
    "emergency.Emergency": {
        "is_sealed": "yes or no",
        "open": "nobody is signed in: the sealed code is what is asked for",
        "alarms": "that there is one is for everybody; no patient is named",
    },
    "limit_desk.LimitDesk": {
        "report_within_hours": "a rule",
        "decide": "a visit that was opened by somebody who may see the patient",
        "leave_for": "a rule",
        "largest_fit": "a visit, as above",
    },
    "outage_desk.OutageDesk": {
        "possible": "a rule",
        "declared": "a banner that everybody at the counter sees",
        "look": "the same, read again",
    },
    "paper.PaperDesk": {
        "recover": "the program by itself, at its start",
        "work": "the program by itself: what a sale asked for",
        "open_jobs": "numbers of sales, no names",
    },
    "pin_guard.PinGuard": {
        "look": "before anybody is signed in: it counts the tries",
        "count_stranger": "the same, of somebody who cannot",
    },
    "reception.Reception": {
        "refresh": "a visit that was opened by somebody who may see the patient",
        "with_answer": "the state's word on such a visit",
        "reconsidered": "the state's word on such a refusal",
    },
    "registry.RegistryDesk": {"shown": "which figures there are, none of a patient"},
    "rules.Rules": {
        "in_force": "rules, read by whoever sells by them",
        "today": "a date",
        "unsure": "rules",
        "confirmation": "rules",
        "for_the_counter": "the program by itself, at its start",
    },
    "changing.Changing": {},
    "exporting.Exporting": {},
    "import_desk.ImportDesk": {},
    "keeping_secrets.Secrets": {},
    "second_factor.SecondFactor": {
        "is_on": "yes or no",
        "is_asked": "before anybody is signed in: whether a code goes with the PIN",
        "accepts": "before anybody is signed in; a code is what is asked for",
    },
    "signing_in.SigningIn": {
        "people": "the names of the lock screen",
        "alarms": "a number",
        "asks_code": "before anybody is signed in",
        "starters": "the names of the lock screen of a store without a PIN",
        "sign_in": "a PIN is what is asked for",
        "locked": "whoever is signed in may leave the counter",
        "witness": "the caller says who may; a PIN is what is asked for",
        "emergency": "the sealed code is what is asked for",
        "is_sealed": "yes or no",
        "is_still": "yes or no, of who is signed in",
    },
    "staffing.Staffing": {},
    "tender_desk.TenderDesk": {
        "standing": "an amount and payments of a patient whom the counter opened",
        "waiting": "amounts and numbers, no names",
        "card": "the same of one",
    },
    "views.ViewLog": {
        "seen": "it keeps that somebody saw a patient, whoever it was; the use case asked for the right before",
        "sold": "the same, of everybody in an export",
    },
    "voiding.Voiding": {},
    "worklist.Worklist": {},
}
"""By use case: what asks for no right, and why. Another one that does not is found by the test below."""
HELPERS = {
    "custody_hands.crew_of": "it sorts people by their rights",
    "till_base.only_others": "it takes every right away",
    "till_base.refuse_counter": "it only refuses; the close asks",
}


def person_taken(function: ast.FunctionDef) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return any(
        isinstance(name, ast.Name) and name.id in PEOPLE
        for each in arguments
        if each.annotation is not None
        for name in ast.walk(each.annotation)
    )


def called(function: ast.FunctionDef) -> set[str]:
    """Names of functions, and of methods of the same object."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            func = node.func
            if isinstance(func, ast.Name):
                found.add(func.id)
            elif (
                isinstance(func, ast.Attribute)
                and isinstance(func.value, ast.Name)
                and func.value.id == "self"
            ):
                found.add(func.attr)
    return found


def asks(name: str, functions: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    made = called(functions[name])
    return bool(made & ASKS) or any(
        asks(each, functions, seen | {name}) for each in made if each in functions and each not in seen
    )


def public(tree: ast.Module) -> Iterator[tuple[str, dict[str, ast.FunctionDef], str]]:
    """Of each public function: its full name, what it can call here, its own name."""
    own = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    for name in own:
        if not name.startswith("_"):
            yield name, own, name
    for each in tree.body:
        if isinstance(each, ast.ClassDef) and not each.name.startswith("_"):
            methods = {one.name: one for one in each.body if isinstance(one, ast.FunctionDef)}
            for name in methods:
                if not name.startswith("_"):
                    yield f"{each.name}.{name}", own | methods, name


def unasked(source: str, module: str) -> list[str]:
    return [
        f"{module}.{full}"
        for full, functions, name in public(ast.parse(source))
        if person_taken(functions[name]) and not asks(name, functions)
    ]


def test_no_use_case_takes_a_person_without_asking_for_a_right() -> None:
    found = [
        each
        for path in sorted(APP.glob("*.py"))
        for each in unasked(path.read_text(encoding="utf-8"), path.stem)
    ]
    listed = {f"{use_case}.{name}" for use_case, names in OPEN.items() for name in names}
    assert [each for each in found if each not in listed and each not in HELPERS] == []


@pytest.mark.parametrize("use_case", OPEN)
def test_what_asks_nobody_is_listed_with_its_reason(use_case: str) -> None:
    module, name = use_case.split(".")
    source = (APP / f"{module}.py").read_text(encoding="utf-8")
    silent = {
        own
        for full, functions, own in public(ast.parse(source))
        if full.startswith(f"{name}.") and not asks(own, functions)
    }
    assert silent == set(OPEN[use_case])


@pytest.mark.parametrize(
    "wrong",
    [
        "class Desk:\n    def act(self, by: Person) -> None:\n        self._book.write(by.id)\n",
        "class Desk:\n    def act(self, duty: OnDuty | None = None) -> None:\n        self._do()\n",
        "def act(by: Person) -> None:\n    by.may(Right.SELL)\n",
    ],
)
def test_one_that_forgets_is_found(wrong: str) -> None:
    assert unasked(wrong, "sample")


def test_one_that_asks_through_its_own_helper_is_not() -> None:
    right = (
        "class Desk:\n    def act(self, by: Person) -> None:\n        self._ask(by)\n"
        "    def _ask(self, by: Person) -> None:\n        require(by, Right.SELL, '')\n"
    )
    assert unasked(right, "sample") == []


ASKED_OUTSIDE = {
    "cli/custody.py": "the list and the chain of bags are read by functions that know nobody",
    "composition/restoring.py": "a store that is put aside: no use case works on two stores",
    "composition/rotating.py": "a key of a store that is closed meanwhile",
    "composition/this_computer.py": "which computer a store lives on",
}
"""Where a right is asked for besides the use cases, and why."""


def test_rights_are_asked_for_in_use_cases() -> None:
    asked = {
        path.relative_to(ROOT / "pos_desktop").as_posix()
        for path in (ROOT / "pos_desktop").rglob("*.py")
        if path.parent != APP and "domain" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKS
    }
    assert asked == set(ASKED_OUTSIDE)


def test_every_right_is_asked_for_somewhere() -> None:
    """One that is not would be a row in the table that holds nobody back."""
    named = {
        node.attr
        for folder in (APP, ROOT / "pos_desktop" / "composition")
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Right"
    }
    assert {right.name for right in Right} - named == set()


def test_an_approval_is_made_by_a_pin_and_nowhere_else() -> None:
    makers = [
        path.name
        for path in (ROOT / "pos_desktop").rglob("*.py")
        if any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Approval"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]
    assert makers == ["signing_in.py"]


def test_no_widget_decides_by_a_role() -> None:
    """`may` offers or leaves out a button; what is refused is refused in the use case."""
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in (ROOT / "pos_desktop" / "ui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr == "role" and isinstance(node.value, ast.Attribute))
        or (isinstance(node, ast.Name) and node.id in ("Role", "require"))
    ]
    assert wrong == []
