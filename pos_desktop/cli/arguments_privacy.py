"""The words of `privacy`."""

from __future__ import annotations

import argparse


def add_privacy(parser: argparse.ArgumentParser, general: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="ACTION", parser_class=type(general)
    )

    def action(name: str, text: str, *, of_patient: bool = False) -> argparse.ArgumentParser:
        made = actions.add_parser(name, parents=[general], help=text, description=text)
        if of_patient:
            made.add_argument(
                "patient", metavar="PATIENT", help="card number or id; - reads it from standard input"
            )
        return made

    views = action("views", "Who saw this patient, when and why.", of_patient=True)
    views.add_argument("--csv", action="store_true", help="a table instead")
    action("due", "Whose record has been kept long enough.")
    purge = action("purge", "Empty the record of a patient whose time is over; for ever.", of_patient=True)
    purge.add_argument("--reason", metavar="TEXT", required=True)
    purge.add_argument(
        "--approver", metavar="PERSON", help="the second person; that PIN comes on standard input"
    )
    export = action("export", "Everything that is kept of one patient, for that patient.", of_patient=True)
    export.add_argument("--to", metavar="FOLDER", required=True)
    search = action("search-plaintext", "Whether anything of a patient lies in plain words in a folder.")
    search.add_argument("folders", metavar="DIR", nargs="+")
    search.add_argument("--marker", metavar="FILE", help="look for the lines of this file too")
    search.add_argument(
        "--store-places",
        action="store_true",
        help="search the store's folder and the temporary folder as well",
    )
