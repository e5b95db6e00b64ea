"""The words of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NoReturn

from pos_desktop.cli.arguments_cash import Words, about_cash
from pos_desktop.cli.arguments_keys import about_keys
from pos_desktop.cli.arguments_limits import about_limits
from pos_desktop.cli.arguments_privacy import add_privacy
from pos_desktop.cli.arguments_tenders import about_tenders

if TYPE_CHECKING:
    from datetime import date

_FIRST_YEAR, _LAST_YEAR = 1900, 2999
"""Room enough on either side for a day more and a time zone."""


class UsageError(Exception):
    """Wrong words; the message says which and how it goes."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.format_usage()}{message[:1].upper()}{message[1:]}.")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Raises UsageError."""
    return _parser(frozenset(argv)).parse_args(argv)


def _parser(asked: Collection[str] | None = None) -> argparse.ArgumentParser:
    """`asked`: only commands of these names get their own words, which is a quarter of the work; None: all of them."""
    # The general options may stand before or after the command: SUPPRESS keeps one from wiping out the other.
    general = _general("--as", "--by")
    parser = _Parser(
        prog="pos-desktop",
        parents=[general],
        description="Offline-first point of sale for medical cannabis dispensaries.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, module: str, text: str, words: Words | None = None) -> None:
        read = asked is None or name in asked
        made = commands.add_parser(name, parents=[general] if read else [], help=text, description=text)
        made.set_defaults(module=module)
        if read and words is not None:
            words(made)

    command(
        "setup",
        "setup",
        "Make a store of one's own: questions, or options with --non-interactive.",
        _setup,
    )
    command("run", "run", "Open the counter.")
    command("demo", "demo", "Drive the real counter through a guided demonstration.", _demo)
    command(
        "sync",
        "sync",
        "Send what waits, fetch what is new; or watch; or look after one report.",
        lambda made: _sync(made, general),
    )
    command("sales", "sales", "The sales of a day; take a sale back.", lambda made: _sales(made, general))
    about_tenders(command, general)
    about_cash(command, general, _count)
    command("sandbox", "sandbox", "Start a local service that behaves like the state's.", _sandbox)
    command("reconcile", "reconcile", "Compare sales and packages with the state's, both ways.", _reconcile)
    command("verify", "verify", "Check journal, numbers and totals, and say in words what is wrong.")
    about_limits(command, general, _day)
    command(
        "people",
        "people",
        "Who works here, their PINs, and the code for an emergency.",
        lambda made: _people(made, general),
    )
    command("drill", "drill", "Practise an outage on a training store, and keep a record of it.", _drill)
    command(
        "import", "importing", "Bring patients, products, prices or certifications from a CSV file.", _import
    )
    command("config", "config", "Read or change a setting.", _config)
    command("secret", "secret", "Put a secret, read from standard input, into the key store.", _secret)
    about_keys(command)
    command("export", "export", "Write the store's own records out.", _export)
    command(
        "privacy",
        "privacy",
        "Who saw which patient, and what of a patient lies where.",
        lambda made: add_privacy(made, general),
    )
    command("training", "training", "Unattended work in a training store.", _training)
    return parser


def _general(*who: str) -> _Parser:
    """`who`: the words that name the person."""
    general = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    general.add_argument(
        "--data-dir", metavar="DIR", type=_folder, help="the store's folder (default: this user's own)"
    )
    general.add_argument(
        "--profile", choices=("live", "training"), help="default: what the folder remembers, or live"
    )
    general.add_argument(
        "--json", action="store_true", help="one JSON document on standard output, nothing else"
    )
    general.add_argument(*who, dest="person", metavar="NAME", help="who does this; the PIN is asked for")
    general.add_argument(
        "--pin-file", metavar="FILE", help="the PIN from there; nobody else may be able to read it"
    )
    return general


def _setup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--non-interactive", action="store_true", help="ask nothing; keys come on standard input"
    )
    parser.add_argument("--programme", metavar="ID", help="for instance us-mi-medical")
    parser.add_argument("--license", metavar="NUMBER", help="the facility's license number at the state")
    parser.add_argument("--store", metavar="NAME", help="name of the store on screen and paper")
    parser.add_argument("--store-code", metavar="CODE", help="short code in receipt numbers at the state")
    parser.add_argument("--zone", metavar="ZONE", help="time zone of the store, for instance America/Detroit")
    parser.add_argument("--register", metavar="CODE", help="short code of this register, for instance R1")
    parser.add_argument(
        "--state-system", choices=("metrc", "biotrack", "none"), help="state tracking service"
    )
    parser.add_argument("--base-url", metavar="URL", help="address of the state service")
    parser.add_argument("--company", metavar="NUMBER", help="BioTrack: the company's number")
    parser.add_argument("--username", metavar="NAME", help="BioTrack: the user that logs in")
    parser.add_argument("--location", metavar="NUMBER", help="BioTrack: the number of this premises")
    parser.add_argument("--manager", metavar="NAME", help="name of the first person (default: Manager)")
    parser.add_argument(
        "--passphrase", action="store_true", help="keep keys in a file wrapped by a passphrase"
    )
    parser.add_argument(
        "--deadline", metavar="DUTY", help="by when a sale must be at the state, for instance '24 hours'"
    )
    parser.add_argument("--deadline-cite", metavar="TEXT", help="the text that the deadline was read in")
    parser.add_argument("--no-sync", action="store_true", help="leave the first sync for later")
    parser.add_argument(
        "--no-recovery-key", action="store_true", help="make none now; pos-desktop recovery new does later"
    )
    _confirm_rules(parser)


def _confirm_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--confirm-rules",
        metavar="CITATION",
        help="which text you read of rules that no source settles; a live store asks for it",
    )


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--headless", action="store_true", help="without a display; pictures instead of a window"
    )
    parser.add_argument(
        "--out", metavar="DIR", type=_out_folder, help="where pictures, receipts and summary.json go"
    )
    parser.add_argument("--seed", type=_seed, default=1, help="the demo store is made from this number")
    parser.add_argument("--without-scan-filter", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--patience", type=_count, default=30, metavar="SECONDS", help=argparse.SUPPRESS)


def _sync(parser: argparse.ArgumentParser, general: _Parser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help="do what is due and end (the default)")
    how.add_argument("--watch", action="store_true", help="go on until stopped")
    parser.add_argument(
        "--wait",
        type=_nought_or_more,
        default=30,
        metavar="SECONDS",
        help="so long for another sender to end (default: 30), then end with 75",
    )
    actions = parser.add_subparsers(dest="what", metavar="WHAT", parser_class=_Parser)

    def action(name: str, text: str, parent: _Parser = general) -> argparse.ArgumentParser:
        return actions.add_parser(name, parents=[parent], help=text, description=text)

    action("status", "Only say how it stands.")
    here = action("here", "A manager's word that this store sends from this computer now, and from no other.")
    here.add_argument("--reason", metavar="TEXT", required=True, help="what became of the other computer")
    put_back = action(
        "put-back", "A manager's word that this store, or the whole disk, was put back from a copy."
    )
    put_back.add_argument("--reason", metavar="TEXT", required=True, help="what was put back, and why")
    listing = action("list", "The reports that are not at the state yet, or others.")
    which = listing.add_mutually_exclusive_group()
    for name, text in (
        ("waiting", "what goes on by itself (the default)"),
        ("needs-person", "what waits for a person's word"),
        ("late", "what is past its deadline or older than a day"),
        ("all", "every report, the newest first"),
    ):
        which.add_argument(f"--{name}", dest="which", action="store_const", const=name, help=text)
    listing.add_argument("--limit", type=_count, default=50, metavar="N", help="so many at most")
    listing.add_argument("--skip", type=_nought_or_more, default=0, metavar="N", help="leave out the first N")
    made = (
        action("explain", "What happened to one report, and what may be done."),
        action("retry", "Go on with a report whose cause was put right."),
        action(
            "resolve",
            "A person's word on a report that the program cannot settle by itself.",
            _general("--by"),  # --as says what the report counts as
        ),
    )
    for each in made:
        each.add_argument("ref", metavar="ID", help="its id, the sale's number or the number at the state")
    made[-1].add_argument(
        "--as", dest="decision", required=True, choices=("reported", "not-reported", "cancelled")
    )
    made[-1].add_argument("--receipt", metavar="N", default="", help="the receipt at the state, of reported")
    made[-1].add_argument("--reason", metavar="TEXT", required=True)


def _sales(parser: argparse.ArgumentParser, general: _Parser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    listing = actions.add_parser("list", parents=[general], help="the sales of a day")
    listing.add_argument("--date", metavar="DATE", type=_day, help="the store's day (default: today)")
    void = actions.add_parser("void", parents=[general], help="take a whole sale back")
    void.add_argument("number", metavar="NUMBER", help="the sale's number, as on its receipt")
    void.add_argument("--reason", metavar="TEXT", required=True)


def _reconcile(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--date", metavar="DATE", type=_day, help="the business day (default: today)")
    parser.add_argument("--to", metavar="DATE", type=_day, help="the last day, where it is more than one")
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=_out_folder,
        help="where the certificate of each day goes, as PDF and JSON",
    )
    parser.add_argument(
        "--accept", metavar="ID", help="compare nothing: this difference stays, and a manager answers for it"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="with --accept: why")


def _sandbox(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("system", choices=("metrc", "biotrack"))
    parser.add_argument("--port", type=_port, default=0, help="0 takes any free port")
    parser.add_argument("--control-port", type=_port, default=0, help="port of the control door; 0 takes any")
    parser.add_argument(
        "--state-dir", metavar="DIR", help="where its state is kept (default: in the data folder)"
    )
    parser.add_argument("--seed-file", metavar="FILE", help="JSON document to start from when it is empty")


def _people(parser: argparse.ArgumentParser, general: _Parser) -> None:
    from pos_desktop.cli.arguments_people import add

    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    add(lambda name, text: actions.add_parser(name, parents=[general], help=text, description=text))


def _drill(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--non-interactive", action="store_true", help="ask nothing, run through")
    parser.add_argument("--sales", type=_count, default=10, metavar="N", help="sales made without the state")
    parser.add_argument("--seed", type=_seed, default=1, metavar="S", help="what is sold to whom")
    parser.add_argument("--manager", metavar="NAME", help="who leads it (default: the store's first manager)")
    parser.add_argument(
        "--state-dir", metavar="DIR", help="state of the training service (default: in the data folder)"
    )
    parser.add_argument("--out", metavar="DIR", type=_out_folder, help="where the record is kept as files")


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("patients", "packages", "products", "prices", "certifications"))
    parser.add_argument("file", metavar="FILE.csv", help="- reads standard input")


def _config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("get", "set"))
    parser.add_argument("key", metavar="KEY", nargs="?")
    parser.add_argument("value", metavar="VALUE", nargs="?")
    _confirm_rules(parser)


def _secret(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("set", "delete"))
    parser.add_argument(
        "name",
        metavar="NAME",
        help="state.vendor_key, state.user_key, state.user_key.PERSON or state.password",
    )


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("sales", "reports", "journal"))
    parser.add_argument(
        "--filed", metavar="FILE", help="of reports: this file, as it was written, has been uploaded"
    )
    parser.add_argument(
        "--to", metavar="FOLDER", help="of the journal: where it is written, with a script that checks it"
    )


def _training(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("sell",))
    parser.add_argument("--count", type=_count, required=True, metavar="N")
    parser.add_argument("--seed", type=_seed, default=1, metavar="S")
    parser.add_argument("--offline", action="store_true", help="as if the state could not be reached")


def _day(text: str) -> date:
    from pos_desktop.domain.instant import day_of

    try:
        day = day_of(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a date is written like 2026-01-31") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise argparse.ArgumentTypeError(f"a date lies in the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


def _folder(text: str) -> str:
    # An empty variable of a script must not lead to this user's own, live store.
    if not text:
        raise argparse.ArgumentTypeError("name a folder, or leave --data-dir out")
    return text


def _out_folder(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("name a folder, or leave --out out")
    return text


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65_536):
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 1_000_000):
        raise argparse.ArgumentTypeError("a count is a whole number from 1 to 1000000")
    return int(text)


def _nought_or_more(text: str) -> int:
    return 0 if text == "0" else _count(text)


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 2**63):
        raise argparse.ArgumentTypeError("a seed is a whole number, not below zero")
    return int(text)
