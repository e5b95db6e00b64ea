"""The rules of a store for people, and the citation that a person types for those that no source settles."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pos_desktop.app.rules import good_citation, unsettled
from pos_desktop.cli.asking import wants_json
from pos_desktop.domain.errors import BadInput, NeedsAttention
from pos_desktop.domain.limits.abilities import abilities

if TYPE_CHECKING:
    from pos_desktop.app.rules import Rules
    from pos_desktop.domain.limits.programme import Programme


def citation_typed(programme: Programme, unsure: Sequence[str]) -> str:
    """Shows what is unsure and asks until a citation comes."""
    print(unsettled(programme, unsure), file=sys.stderr)
    print("What the pack rests on:", *(f"  {each}" for each in programme.sources), sep="\n", file=sys.stderr)
    while True:
        try:
            return good_citation(input("The citation of the text that you read at the agency: "))
        except BadInput as wrong:
            print(wrong.sentence, file=sys.stderr)


def citation_for(arguments: argparse.Namespace, programme: Programme, unsure: Sequence[str]) -> str:
    """The one given with --confirm-rules, or typed on a terminal; empty where none is needed.

    Raises:
        NeedsAttention: one is needed and nobody is here to type it.
        BadInput: it cannot be used.
    """
    if not unsure:
        return ""
    if arguments.confirm_rules:
        return good_citation(arguments.confirm_rules)
    if sys.stdin.isatty() and not wants_json(arguments):
        return citation_typed(programme, unsure)
    raise NeedsAttention(
        f"{unsettled(programme, unsure)} Nothing was changed. Read them at the agency, then say which text you read: "
        '--confirm-rules "CITATION".',
        code="rules-unconfirmed",
    )


def rules_document(rules: Rules) -> dict[str, Any]:
    """The rules in force in a store."""
    found = rules.in_force()
    programme, kept = found.programme, rules.confirmation(found.programme)
    return {
        "programme": programme.id,
        "pack": "own" if found.own else "shipped",
        "file": found.pack.source,
        "pack_version": programme.pack_version,
        "digest": programme.digest,
        "unsure": list(programme.unsure_of(rules.today(programme))),
        "to_confirm": list(rules.unsure(programme)),
        "confirmed": None if kept is None else {"citation": kept.citation, "by": kept.by, "at": kept.at},
        "tracking": str(programme.tracking),
        "works": list(abilities(programme).works),
        "lacks": list(abilities(programme).lacks),
    }


def rules_lines(rules: Rules) -> list[str]:
    """The same for people: which pack, who stands behind it, and what the store can do."""
    found = rules.in_force()
    programme, kept = found.programme, rules.confirmation(found.programme)
    which = f"the operator’s own pack {found.pack.source}" if found.own else "the shipped pack"
    said = [
        f"Rules: {programme.name}, {which}, version {programme.pack_version} ({programme.digest[:12]}).",
    ]
    unsure = programme.unsure_of(rules.today(programme))
    if kept is not None:
        said.append(f"Confirmed by “{kept.citation}” on {kept.at[:10]}.")
    elif unsure:
        said.append(unsettled(programme, unsure))
        said.append(
            "The counter opens once they are confirmed: pos-desktop limits confirm --citation TEXT."
            if rules.unsure(programme)
            else "For training they need no confirmation; a live store does not sell before an operator confirms them."
        )
    able = abilities(programme)
    return [*said, *(able.lines if able.lacks else ())]
