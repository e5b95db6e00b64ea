"""The words of `till` and `custody`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Words = Callable[[argparse.ArgumentParser], None]
"""Adds to the parser of a command the words that belong to it."""
Command = Callable[[str, str, str, Words], None]


def about_cash(command: Command, general: argparse.ArgumentParser, number: Callable[[str], int]) -> None:
    """`number` reads the number of a Z report."""
    command(
        "till",
        "till",
        "Where the till stands, its X report, its kept Z reports.",
        lambda made: _till(made, general, number),
    )
    command(
        "custody",
        "custody",
        "Cash outside of the tills: what lies where, and the way of a bag.",
        lambda made: _custody(made, general),
    )


def _till(
    parser: argparse.ArgumentParser, general: argparse.ArgumentParser, number: Callable[[str], int]
) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="ACTION", parser_class=type(general)
    )
    actions.add_parser("status", parents=[general], help="where it stands, without its cash")
    actions.add_parser(
        "x", parents=[general], help="what should be in it: for a manager, who does not count it afterwards"
    )
    kept = actions.add_parser("z", parents=[general], help="the Z report as it is kept")
    kept.add_argument("number", metavar="NUMBER", nargs="?", type=number, help="default: the last one")


def _custody(parser: argparse.ArgumentParser, general: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="ACTION", parser_class=type(general)
    )

    def action(name: str, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = actions.add_parser(
            name, parents=[general], help=text, description=text
        )
        return made

    listed = action("list", "What lies where, and what comes next by whom.")
    listed.add_argument(
        "--amounts",
        action="store_true",
        help="also what is still to be counted: for who may, and who does not count it afterwards",
    )
    show = action("show", "The whole way of one bag.")
    show.add_argument("bag", metavar="BAG", help="the number of the bag")
    export = action("export", "The way of every bag, or of one.")
    export.add_argument("bag", metavar="BAG", nargs="?", help="of this bag alone")
    export.add_argument(
        "--to", metavar="FOLDER", help="as JSON lines and, for each bag, as a paper to print; else JSON lines"
    )
