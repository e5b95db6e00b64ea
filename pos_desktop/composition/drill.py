"""The stage of an outage drill: a training store, its own state service in a process beside it, the people of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pos_desktop.composition.places import TRAINING, DataFolder, prepare
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.people import Right

if TYPE_CHECKING:
    from pos_desktop.app.ports import Person
    from pos_desktop.composition.counter import BackRoom
    from pos_desktop.composition.shop import Ask, Shop
    from pos_desktop.domain.outbox import OutboxItem
    from pos_desktop.training.drill import Drill, Guide, Stage
    from pos_desktop.training.drill_record import DrillRecord
    from pos_desktop.training.room import StateProcess


@contextmanager
def drill(
    folder: DataFolder,
    guide: Guide,
    *,
    ask: Ask | None = None,
    state_dir: str | None = None,
    manager: str = "",
) -> Iterator[Drill]:
    """Open the store and its state service for a drill; both are closed at the end, and the store asks whom it asked.

    Without a store the demo store is made first.

    Raises:
        BadInput: not a training store, or a system that no drill is made for.
        PosError: the store or the service cannot be opened; nothing was sold.
    """
    from pos_desktop.composition.counter import open_back_room
    from pos_desktop.training.drill import Drill as Made
    from pos_desktop.training.room import StateProcess

    if folder.exists and folder.profile != TRAINING:
        raise BadInput("A drill is for training stores only. Nothing was done.", code="usage")
    if not folder.exists:
        _make_demo_store(folder, guide)
    system, service_dir = _system(folder, ask), Path(state_dir) if state_dir else folder.sandbox
    state = StateProcess(service_dir, system=system)
    try:
        # Never written into the settings: a drill that is killed would leave the store at a port where nobody is.
        back_room = open_back_room(
            folder, ask, unattended=True, addresses=dict.fromkeys(_ADDRESSES, state.base_url)
        )
        try:
            if back_room.cut_drill:
                guide.done(back_room.cut_drill)
            leader = _manager(back_room.shop, manager)
            yield Made(_stage(back_room, state, system, leader), guide, _record(back_room, system, leader))
        finally:
            back_room.close()
    finally:
        state.stop()


def _make_demo_store(folder: DataFolder, guide: Guide) -> None:
    from pos_desktop.composition.training_store import make_demo_store
    from pos_desktop.training.room import Room

    if folder.profile != TRAINING:
        raise BadInput("A drill is for training stores only. Nothing was done.", code="usage")
    prepare(folder)
    guide.done("There is no training store yet: the demo store is made. This takes a few seconds, once.")
    with Room(folder.sandbox) as room:
        make_demo_store(folder, room, seed=1)


def _system(folder: DataFolder, ask: Ask | None) -> str:
    from pos_desktop.composition.shop import opened

    with opened(folder, ask) as shop:
        system = shop.store.settings.get("state.system") or "none"
    if system not in _COMPARED:
        raise BadInput(
            f"This store reports to “{system}”, and drills are made for {' and '.join(_COMPARED)}. Nothing was done.",
            code="no-drill",
        )
    return system


_ADDRESSES = ("state.base_url", "state.biotrack_legacy_url")


def _manager(shop: Shop, name: str) -> Person:
    """Raises RuleRefusal: nobody of that name, or no manager on record."""
    managers = [each for each in shop.store.staff.people() if each.may(Right.DECLARE_OUTAGE)]
    found = [each for each in managers if not name or each.name == name]
    if not found:
        raise RuleRefusal(
            "A manager leads a drill, and there is none of that name in this store. Nothing was done."
            if name
            else "This store has no manager on record, and only a manager may lead a drill. Nothing was done.",
            code="manager-needed",
        )
    return found[0]


def _stage(back_room: BackRoom, state: StateProcess, system: str, leader: Person) -> Stage:
    from pos_desktop.composition.cut_drill import mark_outage, unmark_outage
    from pos_desktop.composition.reporting import sender_lock, state_service
    from pos_desktop.training.demonstration.comparison import reports_in_force
    from pos_desktop.training.drill import Stage as Made

    shop = back_room.shop
    service = state_service(shop, threading.Event().wait)
    return Made(
        desk=back_room.desk,
        patients=shop.store.patients,
        jobs=shop.store.paper,
        state=_Practised(state, system),
        loop=service.loop,
        probe=service.tracker.probe,
        sending=lambda: sender_lock(shop),
        reports=lambda: reports_in_force(shop.store.sales),
        manager=leader,
        mark=lambda evidence: mark_outage(shop.folder, evidence),
        unmark=lambda: unmark_outage(shop.folder),
    )


def _record(back_room: BackRoom, system: str, leader: Person) -> DrillRecord:
    from pos_desktop.domain.limits.explain import outage_rule
    from pos_desktop.training.drill_record import DrillRecord as Made

    shop, desk = back_room.shop, back_room.desk
    programme = shop.programme()
    return Made(
        store=shop.store.settings.get("store.name") or "",
        license=desk.register.license,
        register=desk.register.code,
        programme=programme.id,
        rule=outage_rule(programme),
        system=system,
        zone=ZoneInfo(desk.register.zone),
        manager=leader.name,
        seller=desk.on_duty.actor.name,
        began=desk.clock.now(),
    )


class _Practised:
    """PractisedState of a process."""

    def __init__(self, process: StateProcess, system: str) -> None:
        self._process = process
        self._compared = _COMPARED[system]

    def close_socket(self) -> None:
        self._process.close_socket()

    def open_socket(self) -> None:
        self._process.open_socket()

    def compared(self, reports: Sequence[OutboxItem]) -> tuple[int, Mapping[str, list[str]]]:
        return self._compared(self._process.control("GET", "ledger"), reports)


def _metrc(ledger: Mapping[str, Any], reports: Sequence[OutboxItem]) -> tuple[int, Mapping[str, list[str]]]:
    from pos_desktop.training.demonstration.comparison import compare

    receipts = ledger["receipts"]
    held = sum(1 for each in receipts if each.get("ArchivedDate") is None)
    return held, compare(reports, receipts)


def _biotrack(
    ledger: Mapping[str, Any], reports: Sequence[OutboxItem]
) -> tuple[int, Mapping[str, list[str]]]:
    from pos_desktop.training.demonstration.comparison import biotrack_in_force, compare_biotrack

    return biotrack_in_force(ledger["sales"]), compare_biotrack(reports, ledger["sales"])


_COMPARED = {"metrc": _metrc, "biotrack": _biotrack}
"""How the ledger of a system's sandbox is laid beside the store's reports; drills are made for these systems."""
