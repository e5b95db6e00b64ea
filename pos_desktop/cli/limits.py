"""`limits check|explain|lint`: the purchase limits without a store and without a counter; the rest in limits_store."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_desktop.app.counting import counted
from pos_desktop.cli.asking import tell, wants_json
from pos_desktop.cli.exits import DONE, OTHER
from pos_desktop.composition.programmes import load_programme, pack_text
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits import answers, cases
from pos_desktop.domain.limits.engine import largest_parts, prepare
from pos_desktop.domain.limits.explain import explained

if TYPE_CHECKING:
    from pos_desktop.domain.limits.model import Decision, LimitCase
    from pos_desktop.domain.limits.programme import Programme

    _Rules = Callable[[str], Programme]

_BETWEEN = re.compile(r"[\s,]*")
_LARGEST = 64 * 1024 * 1024


def run(arguments: argparse.Namespace) -> int:
    if arguments.action in ("list", "confirm", "install"):
        from pos_desktop.cli import limits_store

        return limits_store.run(arguments)
    return {"check": _check, "explain": _explain, "lint": _lint}[arguments.action](arguments)


# ---- check


def _check(arguments: argparse.Namespace) -> int:
    results, rules = [], _rules(arguments)
    ids: set[str] = set()
    for number, line in enumerate(_lines(arguments.cases), 1):
        result = _checked(line, number, rules, ids)
        results.append(result)
        if not wants_json(arguments):
            print(_in_words(result))
    expected = [each for each in results if "met" in each]
    missed = sum(not each["met"] for each in expected)
    unread = sum("error" in each for each in results)
    summary = (
        f"{counted(len(results), 'case', 'cases')}; {len(expected)} with an expectation, {missed} missed"
    )
    tell(
        arguments,
        {
            "cases": results,
            "count": len(results),
            "expected": len(expected),
            "missed": missed,
            "unread": unread,
        },
        f"{summary}; {unread} could not be read." if unread else f"{summary}.",
    )
    return OTHER if missed or unread else DONE


def _checked(line: str, number: int, rules: _Rules, ids: set[str]) -> dict[str, Any]:
    """The answer to one case; one that cannot be decided says so, and the others go on.

    `ids` are those of the cases before it.
    """
    name = f"Case number {number}"
    try:
        case = _parsed(line, name)
        called = cases.case_name(case, number)
        if called in ids:
            raise BadInput(f"{name}: “{case['id']}” is the id of a case before it, too.")
        ids.add(called)
        name = called
        programme, _, decision, fits = _decided(case, name, rules)
        found = {"id": case.get("id", str(number)), **answers.answer(decision, programme), "fits": fits}
        if "expect" in case:
            missed = answers.misses(case["expect"], found, programme.zone, name)
            found |= {"met": not missed, "missed": missed}
    except BadInput as wrong:
        return {"id": name.removeprefix("Case "), "error": wrong.sentence}
    return found


def _rules(arguments: argparse.Namespace) -> _Rules:
    """By a programme's id its rules: those of `--pack` where they are of that programme, else the shipped ones."""
    own = None if arguments.pack is None else _read_pack(arguments.pack)
    return cache(lambda name: own if own is not None and name == own.id else load_programme(name))


def _decided(
    case: Any, name: str, rules: _Rules
) -> tuple[Programme, LimitCase, Decision, list[dict[str, int]]]:
    programme = rules(cases.programme_of(case, name))
    asked = cases.read_case(case, programme, name)
    standing = prepare(
        programme,
        at=asked.at,
        patient=asked.patient,
        history=asked.history,
        buyer=asked.buyer,
        store_zone=asked.store_zone,
        state=asked.state,
        link=asked.link,
    )
    return (
        programme,
        asked,
        standing.decide(asked.cart),
        answers.fits(asked.cart, largest_parts(standing, asked.cart)),
    )


def _in_words(result: dict[str, Any]) -> str:
    if "error" in result:
        return f"{result['id']}: {result['error']}"
    said = "allowed" if result["allowed"] else f"refused by {', '.join(result['refused_by'])}"
    parts = [
        f"{result['id']}: {said}",
        f"remaining {_shown(result['remaining'])}",
        f"after {_shown(result['after'])}",
    ]
    if result["enough_at"]:
        parts.append(f"enough at {result['enough_at']}")
    if result.get("missed"):
        parts.append(f"NOT AS EXPECTED ({'; '.join(result['missed'])})")
    return " · ".join(parts)


def _shown(figures: dict[str, Any]) -> str:
    return json.dumps(figures, ensure_ascii=False).replace('"', "").strip("{}") or "nothing"


# ---- explain


def _explain(arguments: argparse.Namespace) -> int:
    documents, texts, rules = [], [], _rules(arguments)
    for number, line in enumerate(_lines(arguments.case), 1):
        name = f"Case number {number}"
        case = _parsed(line, name)
        name = cases.case_name(case, number)
        programme, asked, decision, fits = _decided(case, name, rules)
        text = explained(decision, programme, asked)
        texts += [f"{name}", *text, ""]
        documents.append(
            {"id": case.get("id"), **answers.answer(decision, programme), "fits": fits, "text": text}
        )
    if not documents:
        raise BadInput(f"{arguments.case} holds no case.")
    tell(arguments, {"cases": documents}, *texts[:-1])
    return DONE


# ---- lint


def _lint(arguments: argparse.Namespace) -> int:
    from pos_desktop.domain.limits.lint import doubts
    from pos_desktop.domain.limits.pack import parse_pack

    text, name = pack_text(Path(arguments.file))
    programme = parse_pack(text, name)
    found = doubts(programme, name, text)
    tell(
        arguments,
        {"file": arguments.file, "programme": programme.id, "digest": programme.digest, "doubts": found},
        f"{arguments.file}: a good pack of {programme.id}, version {programme.pack_version}.",
        *(f"  Look again: {each}" for each in found),
    )
    return DONE


def _read_pack(file: str) -> Programme:
    from pos_desktop.domain.limits.pack import parse_pack

    return parse_pack(*pack_text(Path(file)))


# ---- input


def _lines(file: str) -> Iterator[str]:
    """The cases of a file: one a line, one over several lines, or a list of them."""
    text = _text(file).strip()
    lines = [each for each in text.split("\n") if each.strip()]
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, list):
        yield from _elements(text)
    elif isinstance(whole, dict):
        yield text
    else:
        yield from lines


def _elements(text: str) -> Iterator[str]:
    """Those of a list, as they are written."""
    read = json.JSONDecoder().raw_decode
    at = _BETWEEN.match(text, 1).end()  # type: ignore[union-attr]  # it matches nothing, too
    while text[at] != "]":
        _, end = read(text, at)
        yield text[at:end]
        at = _BETWEEN.match(text, end).end()  # type: ignore[union-attr]  # as above


def _text(file: str) -> str:
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with Path(file).open("rb") as opened:
                raw = opened.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise BadInput(f"{file} is larger than 64 MB and was not read.")
        return raw.decode("utf-8-sig")
    except OSError as trouble:
        raise BadInput(f"{file} cannot be read: {trouble.strerror}.") from None
    except UnicodeDecodeError:
        raise BadInput(f"{file} is no text in UTF-8.") from None


def _parsed(line: str, name: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = next((key for key, times in Counter(key for key, _ in pairs).items() if times > 1), None)
        if twice is not None:
            raise BadInput(f"{name}: “{twice}” stands there twice.")
        return dict(pairs)

    def no_number(word: str) -> None:
        raise BadInput(f"{name}: {word} is no number.")

    try:
        case = json.loads(line, object_pairs_hook=once, parse_constant=no_number)
    except (ValueError, RecursionError):
        raise BadInput(f"{name} is no JSON object on one line.") from None
    if not isinstance(case, dict):
        raise BadInput(f"{name} is no JSON object.")
    return case
