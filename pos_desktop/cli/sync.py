"""`sync [--once|--watch|status|…]`: the same work as the program's own worker, one at a time."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.app.ports import ServiceReach
from pos_desktop.cli.acting import acting, refuse_put_back
from pos_desktop.cli.alarms_said import emergency_words
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE, NEEDS_PERSON, exit_after_fetch
from pos_desktop.composition.logs import sync_log
from pos_desktop.composition.reconciling import alarms, sweep
from pos_desktop.composition.reporting import patients_asked_again, sending, state_service
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.deadlines import Standing
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.trusted_time import ClockStanding

if TYPE_CHECKING:
    from pos_desktop.app.open_findings import Alarms
    from pos_desktop.app.ports import SyncStatus
    from pos_desktop.composition.first_sync import Fetched
    from pos_desktop.composition.reconciling import Swept
    from pos_desktop.composition.reporting import Pause, StateService
    from pos_desktop.domain.deadlines import Duty

_log = logging.getLogger("pos_desktop.cli.sync")
_WATCH_S = 5.0
_FETCH_EVERY = 60
"""Rounds of `--watch` between two looks at the state's inventory."""
_SETTLED = {
    "here": "From now on this store sends from this computer.",
    "put-back": "This store goes on from what was put back, under new numbers.",
}
_ASK_EVERY = 12
"""And between two questions about patients who were served while nobody could ask."""


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        if arguments.what == "status":
            return _status(arguments, shop)
        if arguments.what in _SETTLED:
            return _settle(arguments, shop)
        if arguments.what is not None:
            from pos_desktop.cli import worklist

            return worklist.run(arguments, shop)
        refuse_put_back(shop)
        stop = threading.Event()
        for name in ("SIGTERM", "SIGINT"):
            signal.signal(getattr(signal, name), lambda *_: stop.set())
        with sync_log(shop.folder.path):
            return _watch(arguments, shop, stop) if arguments.watch else _once(arguments, shop, stop)


def _settle(arguments: argparse.Namespace, shop: Shop) -> int:
    from pos_desktop.composition.this_computer import settle_here, settle_put_back

    settled = settle_here if arguments.what == "here" else settle_put_back
    settled(shop, arguments.reason, acting(arguments, shop))
    said = f"{_SETTLED[arguments.what]} The state is asked about each waiting report before anything is sent."
    tell(arguments, {arguments.what: True, "epoch": shop.register.epoch}, said)
    return DONE


def _asked_the_time(shop: Shop, stop: threading.Event) -> StateService:
    """Before anything is sent or read: a sale of a time to come would be refused for good."""
    service = state_service(shop, stop.wait)
    service.tracker.probe()
    return service


def _once(arguments: argparse.Namespace, shop: Shop, stop: threading.Event) -> int:
    from pos_desktop.composition.first_sync import fetch
    from pos_desktop.sync.status import exit_code

    with sending(shop, stop, arguments.wait):
        _note("begin", watch=False)
        service = _asked_the_time(shop, stop)
        service.loop.try_again()
        summary = service.loop.once(wait_for_doubt=True)
        fetched = fetch(shop, service)
        patients_asked_again(shop, service)
    swept = _swept(shop, service, fetched, stop.wait)
    status, left = _with_alarms(shop, service.loop.status())
    _note("end", **status_document(status), inventory=fetched.good)
    document = {
        "attempts": summary.sent,
        "confirmed": summary.confirmed,
        "looked_up": summary.looked_up,
        "refused": summary.refused,
        "conflicts": summary.conflicts,
        "stopped": summary.stopped or None,
        "inventory": fetched.document(),
        "sweep": None if swept is None else swept.document(),
        "clock": shop.clock.reading().standing.value,
        **status_document(status),
        "difference_days": list(left.days),
    }
    tell(
        arguments,
        document,
        *_words(status),
        *_ages(status, shop),
        fetched.sentence,
        *_compared_words(swept, left),
        *([summary.stopped] if summary.stopped else []),
        *clock_words(shop),
    )
    return _worse(exit_code(status), swept) or exit_after_fetch(fetched)


def _watch(arguments: argparse.Namespace, shop: Shop, stop: threading.Event) -> int:
    from pos_desktop.composition.first_sync import fetch
    from pos_desktop.sync.status import exit_code

    rounds, swept = 0, None
    with sending(shop, stop, arguments.wait):
        _note("begin", watch=True)
        service = _asked_the_time(shop, stop)
        while not stop.is_set():
            service.loop.once(wait_for_doubt=True)
            if rounds % _FETCH_EVERY == 0 and not stop.is_set():
                fetched = fetch(shop, service, meanwhile=service.loop.once)
                swept = _swept(shop, service, fetched, _sending_meanwhile(service, stop)) or swept
            if rounds % _ASK_EVERY == 0 and not stop.is_set() and not service.loop.status().waiting:
                patients_asked_again(shop, service)
            rounds += 1
            stop.wait(_WATCH_S)
    status, left = _with_alarms(shop, service.loop.status())
    _note("end", **status_document(status))
    document = {
        **status_document(status),
        "sweep": None if swept is None else swept.document(),
        "difference_days": list(left.days),
    }
    tell(arguments, document, *_words(status), *_ages(status, shop), *_compared_words(swept, left))
    return _worse(exit_code(status), swept)


def _swept(shop: Shop, service: StateService, fetched: Fetched, pause: Pause) -> Swept | None:
    """Receipts are compared whatever became of the list of packages, as long as the service answers at all."""
    if fetched.good or service.tracker.probe() is ServiceReach.REACHED:
        return sweep(shop, pause)
    return None


def _sending_meanwhile(service: StateService, stop: threading.Event) -> Pause:
    """Waits between two readings of a list by sending what falls due; True when the program is to stop."""

    def pause(seconds: float) -> bool:
        left = seconds
        while True:
            service.loop.once()
            if stop.wait(min(left, _WATCH_S)):
                return True
            left -= _WATCH_S
            if left <= 0:
                return False

    return pause


def _with_alarms(shop: Shop, status: SyncStatus) -> tuple[SyncStatus, Alarms]:
    """What a comparison found stays before a person until it is settled."""
    from pos_desktop.sync.status import with_differences, with_emergencies

    left = alarms(shop)
    opened_codes = len(shop.store.emergency.unreviewed())
    return with_emergencies(with_differences(status, left.number), opened_codes), left


def _compared_words(swept: Swept | None, left: Alarms) -> list[str]:
    """What was found just now, or what is left of earlier."""
    said = [] if swept is None else [swept.sentence]
    return said if swept is not None and swept.needs_person else [*said, *filter(None, [left.sentence])]


def _worse(code: int, swept: Swept | None) -> int:
    """A person who is needed comes before everything else."""
    return NEEDS_PERSON if swept is not None and swept.needs_person else code


def _status(arguments: argparse.Namespace, shop: Shop) -> int:
    from pos_desktop.composition.this_computer import ELSEWHERE, is_home
    from pos_desktop.sync.status import exit_code, status_of

    status, left = _with_alarms(shop, status_of(shop.store.outbox, shop.clock.now(), None, None))
    duty = _duty(shop)
    document = {
        **status_document(status),
        "deadline": None if duty is None else {"within": str(duty), "cite": duty.cite},
        "difference_days": list(left.days),
        "clock": shop.clock.reading().standing.value,
    }
    told = (
        []
        if duty is None or status.standing is Standing.GREEN
        else [f"Sales are reported {duty.words} ({duty.cite})."]
    )
    elsewhere = [] if is_home(shop) else [ELSEWHERE]
    document["elsewhere"] = bool(elsewhere)
    said = [*_words(status), *_ages(status, shop), *told, *_compared_words(None, left)]
    tell(arguments, document, *said, *elsewhere, *clock_words(shop))
    return exit_code(status)


def _note(event: str, **told: object) -> None:
    """A line of `log/sync.jsonl`: counts and codes."""
    _log.info(json.dumps({"event": event, **told}))


def _duty(shop: Shop) -> Duty | None:
    """None also where the rules in force cannot be read: how the queue stands is told all the same."""
    with suppress(BadInput):
        return shop.duty()
    return None


def _ages(status: SyncStatus, shop: Shop) -> list[str]:
    """How long the oldest report has waited, where that is longer than usual, and the colour of it all."""
    said = [f"Standing: {status.standing}."]
    if status.standing is not Standing.GREEN and status.oldest_open is not None:
        at = status.oldest_open.datetime_in(ZoneInfo(shop.register.zone))
        said.append(f"The oldest has waited since {at:%Y-%m-%d %H:%M}.")
    return said if status.waiting or status.needs_person or status.differences else []


def status_document(status: SyncStatus) -> dict[str, Any]:
    """The queue in numbers; no patient data."""
    return {
        "counts": {state.value: count for state, count in status.counts.items()},
        "waiting": status.waiting,
        "needs_person": status.needs_person,
        "differences": status.differences,
        "emergencies": status.emergencies,
        "overdue": status.overdue,
        "oldest_open_us": None if status.oldest_open is None else status.oldest_open.utc_us,
        "next_due_us": None if status.next_due is None else status.next_due.utc_us,
        "reach": None if status.reach is None else status.reach.value,
        "standing": status.standing.value,
    }


def clock_words(shop: Shop) -> list[str]:
    """What a person should know of the computer's clock; nothing while it is trusted."""
    reading = shop.clock.reading()
    if reading.standing is ClockStanding.OK:
        return []
    zone = ZoneInfo(shop.register.zone)
    shown, used = (at.datetime_in(zone).strftime("%Y-%m-%d %H:%M") for at in (reading.wall, reading.now))
    if reading.real == reading.wall:
        catching_up = (
            f"This computer’s clock shows {shown}; entries were made at later times. Until it has caught up the "
            f"program goes by {used}, and the reports of its sales wait so long."
        )
        return [catching_up]
    said = (
        f"This computer’s clock is not trusted ({reading.standing.value}): it shows {shown}. The program goes by "
        f"{used}, and sales and limits with it. Set the clock."
    )
    return [
        said + (" If it is right, a manager can confirm it at the counter." if reading.confirmable else "")
    ]


def _words(status: SyncStatus) -> list[str]:
    if not (status.waiting or status.needs_person):
        return emergency_words(status.emergencies) or (
            [] if status.differences else ["All sales are reported."]
        )
    said = emergency_words(status.emergencies) + (
        [counted(status.waiting, "report waits", "reports wait") + " to be sent."] if status.waiting else []
    )
    if status.needs_person:
        said.append(counted(status.needs_person, "report needs", "reports need") + " a person.")
    if status.overdue:
        said.append(counted(status.overdue, "report is past its", "reports are past their") + " deadline.")
    return said


__all__ = ["clock_words", "run", "status_document"]
