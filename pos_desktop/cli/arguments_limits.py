"""The words of `limits` and `outage`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from pos_desktop.cli.arguments_cash import Command

if TYPE_CHECKING:
    from datetime import date


def about_limits(command: Command, general: argparse.ArgumentParser, day: Callable[[str], date]) -> None:
    """`day` reads a date."""
    command(
        "limits",
        "limits",
        "Purchase limits: cases, and the rules that a store goes by.",
        lambda made: _limits(made, general, day),
    )
    command(
        "outage",
        "outage",
        "Declare an outage of the state's system, end it, or say how it stands.",
        lambda made: _outage(made, general),
    )


def _limits(
    parser: argparse.ArgumentParser, general: argparse.ArgumentParser, day: Callable[[str], date]
) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="ACTION", parser_class=type(general)
    )

    def action(name: str, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = actions.add_parser(
            name, parents=[general], help=text, description=text
        )
        return made

    check = action("check", "Decide cases, one JSON object a line.")
    check.add_argument("--cases", metavar="FILE.jsonl", required=True, help="- reads standard input")
    explain = action("explain", "The reckoning of a case, for people.")
    explain.add_argument("--case", metavar="FILE", required=True, help="- reads standard input")
    for each in (check, explain):
        each.add_argument("--pack", metavar="FILE", help="a rule pack to go by, in place of the shipped one")
    listing = action("list", "Programmes, the version in force, and how sure its rules are.")
    listing.add_argument("--on", metavar="DATE", type=day, help="the date in question (default: today)")
    lint = action("lint", "Read a rule pack and say what is wrong or odd about it.")
    lint.add_argument("file", metavar="FILE")
    confirm = action("confirm", "Say which text you read of rules that no source settles.")
    confirm.add_argument("--citation", metavar="TEXT", required=True)
    install = action("install", "Put a rule pack of your own in force in a store, or the shipped one again.")
    install.add_argument("file", metavar="FILE", nargs="?")
    install.add_argument("--shipped", action="store_true", help="the pack that came with this program")
    install.add_argument(
        "--citation", metavar="TEXT", help="confirms what no source settles, as confirm does"
    )


def _outage(parser: argparse.ArgumentParser, general: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="ACTION", parser_class=type(general)
    )
    for name, text in (
        ("declare", "From now on the line counts as down, whatever answers."),
        ("end", "The state is asked again before each sale."),
        ("status", "Whether one is declared, and the programme's rule for it."),
    ):
        made = actions.add_parser(name, parents=[general], help=text, description=text)
        if name == "declare":
            made.add_argument(
                "--evidence",
                metavar="TEXT",
                required=True,
                help="number of the bulletin, the notice, its time",
            )
