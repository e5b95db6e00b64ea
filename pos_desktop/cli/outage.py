"""`outage declare|end|status`: a manager's word that the state's system is away, from the back office."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.app.link import LinkWatch
from pos_desktop.app.outage_desk import OutageDesk
from pos_desktop.app.ports.outage import DeclaredOutage, Unasked
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.instant import DAY_US
from pos_desktop.domain.limits.explain import outage_rule
from pos_desktop.domain.limits.notice import OutageNotice
from pos_desktop.domain.limits.programme import Programme
from pos_desktop.domain.outbox import OutboxState

_LOOK_BACK_US = 40 * DAY_US


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        programme = shop.programme()
        desk = OutageDesk(shop.store.outage, LinkWatch(shop.clock, has_service=False), programme)
        if arguments.action == "declare":
            desk.declare(arguments.evidence, acting(arguments, shop))
            said = "The outage is declared. Counters follow it within a second."
        elif arguments.action == "end":
            desk.end(acting(arguments, shop))
            said = "The outage is over. Counters ask the state again before each sale."
        else:
            said = ""
        sales = shop.store.unasked.since(shop.clock.now().plus_us(-_LOOK_BACK_US))
        document = {**_document(desk, programme), "sales": [_sale(each) for each in sales]}
        words = [*_words(shop, desk, programme), *_of_sales(shop, sales)]
        tell(arguments, document, *([said] if said else []), *words)
    return DONE


def _sale(each: Unasked) -> dict[str, Any]:
    return {
        "number": each.number,
        "external": each.external,
        "sold_at_us": each.sold_at.utc_us,
        "basis": each.basis,
        "report": each.reported.value,
        "asked_again": each.asked,
        "over": each.over,
    }


def _of_sales(shop: Shop, sales: Sequence[Unasked]) -> list[str]:
    """What was sold without the state’s figure in the last weeks, and what is still to be done about it."""
    if not sales:
        return []
    over = [each for each in sales if each.over]
    unsent = sum(each.reported is not OutboxState.CONFIRMED for each in sales)
    unasked = sum(each.reported is OutboxState.CONFIRMED and not each.asked for each in sales)
    summary = (
        f"Sold while the state could not be asked, in the last {_LOOK_BACK_US // DAY_US} days: "
        f"{counted(len(sales), 'sale', 'sales')}; {unsent} not at the state yet, {unasked} whose patient is still to "
        f"be asked about, {len(over)} to report to the agency."
    )
    zone = ZoneInfo(shop.register.zone)
    return [summary] + [
        f"  {each.number} of {each.sold_at.datetime_in(zone):%Y-%m-%d %H:%M}: by the state's word the patient was not "
        "active or is above a limit."
        for each in over
    ]


def _document(desk: OutageDesk, programme: Programme) -> dict[str, Any]:
    declared, check = desk.look(), programme.state_check
    return {
        "declared": declared is not None,
        "evidence": None if declared is None else declared.evidence,
        "since_us": None if declared is None else declared.since.utc_us,
        "by": None if declared is None else declared.by,
        "programme": programme.id,
        "state_asked_first": check.required,
        "outage": str(check.outage),
        "known_patients_only": check.known_patients_only,
        "duties": list(check.duties),
        "notice": _notice(declared, check.notice),
        "copies_of": [str(each) for each in check.copies_of],
        "cite": check.outage_cite,
    }


def _notice(declared: DeclaredOutage | None, notice: OutageNotice | None) -> dict[str, Any] | None:
    """`due_us`: by when this outage is told, counted from its declaration."""
    if notice is None:
        return None
    due = None if declared is None else notice.due(declared.since).utc_us
    return {**asdict(notice), "due_us": due}


def _words(shop: Shop, desk: OutageDesk, programme: Programme) -> list[str]:
    declared = desk.look()
    if declared is None:
        return ["No outage is declared.", outage_rule(programme)]
    zone, notice = ZoneInfo(shop.register.zone), programme.state_check.notice
    since = declared.since.datetime_in(zone)
    return [
        f"An outage is declared since {since:%Y-%m-%d %H:%M}: {declared.evidence}",
        outage_rule(programme),
        *([] if notice is None else [notice.said(declared.since, shop.clock.now(), zone)]),
    ]
