"""`reconcile --date D [--to D] [--out DIR]`: this register against the state, and the certificate of each day."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_desktop.cli.asking import folder_of, passphrase, tell, wants_json
from pos_desktop.cli.exits import DONE, NEEDS_PERSON, PAST_DEADLINE, WORK_LEFT
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.errors import NeedsAttention, Unavailable

if TYPE_CHECKING:
    from pos_desktop.app.reconciling import Reconciled

_STEP = 50


def run(arguments: argparse.Namespace) -> int:
    from pos_desktop.composition.reconciling import certificates, write_certificates

    with opened(folder_of(arguments), passphrase) as shop:
        if arguments.accept is not None:
            return _accepted(arguments, shop)
        first, last = _days(arguments, shop)
        result = _compared(shop, first, last, _progress(quiet=wants_json(arguments)))
        made = certificates(shop, result)
    files = [] if arguments.out is None else write_certificates(Path(arguments.out), made)
    _say(arguments, result, made, [str(each) for each in files])
    return _code(result)


def _accepted(arguments: argparse.Namespace, shop: Shop) -> int:
    """A difference that nobody can put right would call a person for ever; each comparison still tells it."""
    from pos_desktop.app.open_findings import accept
    from pos_desktop.app.reasons import good_reason
    from pos_desktop.cli.acting import acting
    from pos_desktop.storage.kept_findings import FindingsFile

    reason, by = good_reason(arguments.reason), acting(arguments, shop)
    kept = FindingsFile(shop.folder.path)
    what = accept(kept, shop.register.license, arguments.accept, reason, by, shop.store.journal)
    tell(
        arguments,
        {"accepted": arguments.accept, "what": what, "reason": reason, "by": by.name},
        f"Accepted by {by.name}: {arguments.accept}, {what}. It calls nobody any more; comparisons still show it.",
    )
    return DONE


def _days(arguments: argparse.Namespace, shop: Shop) -> tuple[date, date]:
    """Raises BadInput."""
    from pos_desktop.app.comparing import check_days
    from pos_desktop.composition.reconciling import since

    today = shop.clock.now().date_in(shop.facility_zone)
    first = arguments.date or today
    last = arguments.to or first
    check_days(first, last, today=today, since=since(shop))
    return first, last


def _compared(shop: Shop, first: date, last: date, tell_progress: Callable[[int, int], object]) -> Reconciled:
    """Raises Unavailable: the state cannot be asked; NeedsAttention: it refuses the key; BadInput: none is set up."""
    from pos_desktop.app.ports import CouldNotAsk, ServiceReach
    from pos_desktop.composition.reconciling import reconciling
    from pos_desktop.composition.reporting import state_books

    books = state_books(shop, threading.Event().wait, tell=tell_progress)
    result = reconciling(shop, books).run(first, last)
    if isinstance(result, CouldNotAsk):
        if result.reach is ServiceReach.REFUSED_KEY:
            raise NeedsAttention(result.sentence, code="key-refused")
        raise Unavailable(result.sentence, code="state-away", details={"reach": result.reach.value})
    return result


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
