"""The words of `custody`."""

from __future__ import annotations

import argparse


def custody_words(parser: argparse.ArgumentParser, general: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="ACTION", parser_class=type(general)
    )

    def action(name: str, text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = actions.add_parser(
            name, parents=[general], help=text, description=text
        )
        return made

    action("list", "What lies where, and what comes next by whom.")
    show = action("show", "The whole way of one bag.")
    show.add_argument("bag", metavar="BAG", help="the number of the bag")
    export = action("export", "The way of every bag, or of one.")
    export.add_argument("bag", metavar="BAG", nargs="?", help="of this bag alone")
    export.add_argument(
        "--to", metavar="FOLDER", help="as JSON lines and, for each bag, as a paper to print; else JSON lines"
    )
