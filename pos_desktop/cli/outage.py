"""`outage declare|end|status`: a manager's word that the state's system is away, from the back office."""

from __future__ import annotations

import argparse
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.link import LinkWatch
from pos_desktop.app.outage_desk import OutageDesk
from pos_desktop.cli.acting import manager_of
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.limits.explain import outage_rule
from pos_desktop.domain.limits.programme import Programme


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        programme = shop.programme()
        desk = OutageDesk(shop.store.outage, LinkWatch(shop.clock, has_service=False), programme)
        if arguments.action == "declare":
            desk.declare(arguments.evidence, manager_of(shop))
            said = "The outage is declared. Counters follow it within a second."
        elif arguments.action == "end":
            desk.end(manager_of(shop))
            said = "The outage is over. Counters ask the state again before each sale."
        else:
            said = ""
        tell(arguments, _document(desk, programme), *([said] if said else []), *_words(shop, desk, programme))
    return DONE


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
        "copies_of": [str(each) for each in check.copies_of],
        "cite": check.outage_cite,
    }


def _words(shop: Shop, desk: OutageDesk, programme: Programme) -> list[str]:
    declared = desk.look()
    if declared is None:
        return ["No outage is declared.", outage_rule(programme)]
    since = declared.since.datetime_in(ZoneInfo(shop.register.zone))
    return [
        f"An outage is declared since {since:%Y-%m-%d %H:%M}: {declared.evidence}",
        outage_rule(programme),
    ]
