"""The words of `credit` and `cards`."""

from __future__ import annotations

import argparse

from pos_desktop.cli.arguments_cash import Command


def about_tenders(command: Command, general: argparse.ArgumentParser) -> None:
    command(
        "credit",
        "credit",
        "A patient's store credit: what is there, and giving some.",
        lambda made: _credit(made, general),
    )
    command(
        "cards",
        "cards",
        "Debit payments that a person must look after, and what became of them.",
        lambda made: _cards(made, general),
    )


def _credit(parser: argparse.ArgumentParser, general: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=type(parser))
    show = actions.add_parser("show", parents=[general], help="the account of one patient")
    give = actions.add_parser("give", parents=[general], help="put money on it, by a manager")
    for each in (show, give):
        each.add_argument(
            "card", metavar="CARD", help="the patient's card number; - reads it from standard input"
        )
    give.add_argument("amount", metavar="AMOUNT", help="for instance 12.50")
    give.add_argument("--reason", metavar="TEXT", required=True)


def _cards(parser: argparse.ArgumentParser, general: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=type(parser))
    actions.add_parser("list", parents=[general], help="not settled, taken without a sale, or to be refunded")
    settle = actions.add_parser("settle", parents=[general], help="what became of one at the terminal")
    settle.add_argument("--outcome", required=True, choices=("approved", "declined"))
    settle.add_argument("--code", metavar="CODE", default="", help="reference on the terminal's slip")
    settle.add_argument("--last-four", metavar="DIGITS", default="")
    settle.add_argument("--reason", metavar="TEXT", default="", help="without a slip: a manager's reason")
    refunded = actions.add_parser("refunded", parents=[general], help="it was given back at the terminal")
    refunded.add_argument("--code", metavar="CODE", required=True, help="reference on the refund's slip")
    for each in (settle, refunded):
        each.add_argument("reference", metavar="REF", help="as cards list names it")
