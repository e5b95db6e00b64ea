"""`reconcile --date D [--to D] [--out DIR]`: this register against the state, and the certificate of each day."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_desktop.cli.asking import folder_of, passphrase, tell, wants_json
from pos_desktop.cli.exits import DONE, NEEDS_PERSON, PAST_DEADLINE, WORK_LEFT
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from pos_desktop.app.reconciling import Reconciled

_MOST_DAYS = 366
_STEP = 50


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        first, last = _days(arguments, shop)
        result = _compared(shop, first, last, _progress(quiet=wants_json(arguments)))
        certificates = _certificates(shop, result)
    files = [] if arguments.out is None else _write(Path(arguments.out), certificates)
    _say(arguments, result, certificates, files)
    return _code(result)


def _days(arguments: argparse.Namespace, shop: Shop) -> tuple[date, date]:
    """Raises BadInput."""
    today = shop.clock.now().date_in(shop.facility_zone)
    first = arguments.date or today
    last = arguments.to or first
    since = date.fromisoformat(shop.store.settings.get("state.since") or "2018-01-01")
    if last < first:
        raise BadInput("The last day lies before the first. Nothing was compared.")
    if last > today:
        raise BadInput(f"{last} has not begun at this store; today is {today}. Nothing was compared.")
    if first < since:
        raise BadInput(
            f"{first} lies before {since}, the first day that the state is asked for (state.since)."
        )
    if last - first >= timedelta(days=_MOST_DAYS):
        raise BadInput(f"More than {_MOST_DAYS} days at once are not compared. Take a part of them.")
    return first, last


def _compared(shop: Shop, first: date, last: date, tell_progress: Callable[[int, int], object]) -> Reconciled:
    """Raises Unavailable: the state could not be asked; BadInput: no service is set up."""
    from pos_desktop.app.ports import CouldNotAsk
    from pos_desktop.composition.reconciling import reconciling
    from pos_desktop.composition.reporting import state_books

    books = state_books(shop, threading.Event().wait, tell=tell_progress)
    result = reconciling(shop, books).run(first, last)
    if isinstance(result, CouldNotAsk):
        raise Unavailable(result.sentence, code="state-away", details={"reach": result.reach.value})
    return result


def _certificates(shop: Shop, result: Reconciled) -> list[dict[str, Any]]:
    from pos_desktop.app.certificate import day_certificate
    from pos_desktop.composition.reconciling import issuer

    signed_by = issuer(shop)
    return [day_certificate(result, day, signed_by) for day in result.days()]


def _write(folder: Path, certificates: list[dict[str, Any]]) -> list[str]:
    from pos_desktop.app.certificate import certificate_bytes, digest_of
    from pos_desktop.devices.certificate_page import certificate_pdf

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for each in certificates:
        content = certificate_bytes(each)
        name = folder / f"day-certificate-{each['register']}-{each['date']}"
        for ending, data in ((".json", content), (".pdf", certificate_pdf(each, digest_of(content)))):
            path = name.with_name(name.name + ending)
            path.write_bytes(data)
            written.append(str(path))
    return written


def _say(
    arguments: argparse.Namespace,
    result: Reconciled,
    certificates: list[dict[str, Any]],
    files: list[str],
) -> None:
    from pos_desktop.cli.reconcile_said import document, lines

    told = {**document(result, certificates), "files": files}
    tell(arguments, told, *lines(result, certificates), *(f"Written: {each}" for each in files))


def _code(result: Reconciled) -> int:
    from pos_desktop.domain.reconciliation.findings import Weight

    match result.weight:
        case Weight.PERSON:
            return NEEDS_PERSON
        case Weight.WAITING:
            return PAST_DEADLINE if result.overdue else WORK_LEFT
        case _:
            return DONE


def _progress(*, quiet: bool) -> Callable[[int, int], object]:
    """Counts on standard error: in place on a terminal, else now and then; beside --json on a terminal only."""
    on_terminal = sys.stderr.isatty()

    def show(done: int, everything: int) -> None:
        if on_terminal:
            print(f"\rRead {done} of {everything} receipts", end="", file=sys.stderr, flush=True)
            if done == everything:
                print(file=sys.stderr)
        elif not quiet and (done % _STEP == 0 or done == everything):
            print(f"Read {done} of {everything} receipts", file=sys.stderr)

    return show
