"""The floor as a picture: one pure function to the view state."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.ports import DeviceState, ServiceReach
from pos_desktop.domain.limits.model import Decision
from pos_desktop.ui.flows.certified import CERTIFIED_KEY
from pos_desktop.ui.flows.crediting import CREDIT_KEY, credit_line, may_be_given
from pos_desktop.ui.flows.declaring import can_open, outage_banner, reads_registry
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.flows.judging_clock import CHECK_KEY, clock_notice, clock_reading
from pos_desktop.ui.flows.lifting import LIFT_KEY, may_lift, with_lift
from pos_desktop.ui.flows.paying import asks_by_itself, waits_only_for_state
from pos_desktop.ui.flows.room_hints import hints_of
from pos_desktop.ui.flows.safe_door import SAFE_KEY, safe_door
from pos_desktop.ui.flows.till_door import DRAWER_KEY, TILL_KEY, till_door, till_stands_still
from pos_desktop.ui.flows.weighing import scale_card
from pos_desktop.ui.key_names import LOCK_KEY
from pos_desktop.ui.presenter import basket, figures
from pos_desktop.ui.presenter.allotment import patient_panel
from pos_desktop.ui.presenter.outage import OUTAGE_KEY
from pos_desktop.ui.presenter.people import role_name
from pos_desktop.ui.presenter.settling import waiting_notice
from pos_desktop.ui.presenter.till_talk import device_dot, pill
from pos_desktop.ui.safe_state import SafeRoom
from pos_desktop.ui.state import (
    Action,
    CounterState,
    DeviceDot,
    KeyHint,
    Notice,
    PillKind,
    PillState,
    RefusalCard,
    RoomDoor,
    Tone,
)
from pos_desktop.ui.till_state import TillRoom

translate = QCoreApplication.translate
REPORTS_KEY = "F11"
"""Free but for the lift of a refusal, which comes first while its card offers it."""


def picture(floor: Floor) -> CounterState:
    desk = floor.desk
    now = desk.clock.now()
    visit = floor.visit
    decision = floor.decision()
    has_lines = visit is not None and bool(visit.cart.lines)
    totals = None if visit is None else visit.cart.totals(desk.register.tax_bp)
    refused = None if decision is None else floor.refused_line(decision)
    refusal = _refusal(floor, decision, refused)
    return CounterState(
        who="" if floor.actor is None else floor.actor.id,
        store_line=desk.register.store_name,
        register_line=_register_line(floor),
        clock=figures.clock_time(now, desk.zone),
        pill=_pill(floor),
        devices=_devices(floor),
        patient=None
        if visit is None or decision is None
        else patient_panel(
            visit,
            decision,
            desk.limits.programme,
            now=now,
            zone=desk.zone,
            link=desk.link.link,
            asking=floor.asking,
            service=desk.ask_state is not None,
            credit=credit_line(floor),
        ),
        patient_empty=translate("Counter", "Scan a registry card or a driver’s license, or type a name."),
        cart=()
        if visit is None or decision is None
        else basket.cart_rows(visit, decision, tuple(floor.row_ids), refused),
        cart_empty=translate("Counter", "Scan a package label to add it.")
        if visit is not None
        else translate("Counter", "The cart opens with the patient."),
        selected=None if floor.selected is None or not has_lines else floor.row_ids[floor.selected],
        refusal=refusal,
        notice=_notice(floor, refusal),
        totals=()
        if totals is None or visit is None or not has_lines
        else basket.totals_rows(totals, len(visit.cart.lines), desk.register.tax_bp),
        total="$0.00" if totals is None else str(totals.total),
        can_pay=_can_pay(floor, decision),
        why_not=_why_not(floor, decision),
        hold=Action(enabled=has_lines or floor.held_count > 0, label=_hold_label(floor, has_lines)),
        weigh=Action(shown=desk.scale is not None, enabled=visit is not None),
        clear=Action(enabled=visit is not None),
        reprint=Action(shown=desk.paper is not None),
        certifies=_certifies(floor),
        scale=None if desk.scale is None else scale_card(floor.live),
        hints=_hints(floor),
        results=floor.results,
        reports=_reports(floor),
        till=till_door(floor),
        safe=safe_door(floor),
        unprinted=len(floor.jobs),
        till_open=floor.actor is None or floor.session is not None,
        locks=signs_in(floor),
    )


def _register_line(floor: Floor) -> str:
    by = floor.actor
    name = floor.desk.register_name
    if by is None:
        return name
    parts = [name, by.name, role_name(by.role)]
    if floor.session is None:
        parts.append(translate("Counter", "till closed"))
    return " · ".join(parts)


def signs_in(floor: Floor) -> bool:
    """Whether people sign in here: nothing locks where selling is unattended."""
    return floor.desk.signing_in is not None and floor.desk.duty is None


def closed_counter(sentence: str) -> CounterState:
    """A counter whose store could not be opened: the sentence, and nothing that could be pressed."""
    return CounterState(
        store_line=translate("Counter", "The store is closed"),
        register_line="",
        clock="",
        pill=PillState(PillKind.ATTENTION, translate("Counter", "Closed")),
        notice=Notice(Tone.DANGER, sentence),
        hold=Action(shown=False),
        weigh=Action(shown=False),
        clear=Action(shown=False),
    )


def key_hints(floor: Floor) -> tuple[KeyHint, ...]:
    """Every key that works at this register, in the room that is open."""
    if floor.room is not None:
        hints = [*hints_of(floor.room), *_lock_hint(floor)]
        return tuple(KeyHint(key, label) for key, label in hints)
    hints = [
        ("/", translate("Keys", "search")),
        ("F1", translate("Keys", "all keys")),
        ("F2", translate("Keys", "patient")),
        ("F3", translate("Keys", "products")),
        ("F4", translate("Keys", "the reckoning of the limits")),
    ]
    if reads_registry(floor):
        hints.append((OUTAGE_KEY, translate("Keys", "type what the registry shows")))
    elif can_open(floor):
        hints.append((OUTAGE_KEY, translate("Keys", "the line to the state, and outages")))
    hints.append(("F6", translate("Keys", "hold or recall a cart")))
    if floor.desk.scale is not None:
        hints.append(("F8", translate("Keys", "weigh")))
    reading = clock_reading(floor)
    if reading is not None and reading.confirmable:
        hints.append((CHECK_KEY, translate("Keys", "check the clock")))
    elif floor.desk.till is not None:
        hints.append((DRAWER_KEY, translate("Keys", "open the drawer, with a reason")))
    hints += _ways_into_rooms(floor)
    if _certifies(floor):
        hints.append((CERTIFIED_KEY, translate("Keys", "what was certified")))
    if may_be_given(floor):
        hints.append((CREDIT_KEY, translate("Keys", "give store credit")))
    if floor.desk.paper is not None:
        hints.append(("F10", translate("Keys", "print again")))
    hints += _f11(floor)
    hints += [
        ("F12", translate("Keys", "take payment")),
        ("Del", translate("Keys", "remove line")),
        ("+ −", translate("Keys", "change quantity")),
        ("Enter", translate("Keys", "complete, or the first way out")),
        ("Esc", translate("Keys", "one step back")),
        *_lock_hint(floor),
    ]
    return tuple(KeyHint(key, label) for key, label in hints)


def _ways_into_rooms(floor: Floor) -> list[tuple[str, str]]:
    hints = []
    if floor.desk.till is not None:
        hints.append((TILL_KEY, translate("Keys", "the till: open, drop, close")))
    if safe_door(floor).shown:
        hints.append((SAFE_KEY, translate("Keys", "the safe: bags, counts, change")))
    return hints


def _f11(floor: Floor) -> list[tuple[str, str]]:
    """Two meanings on one key are told on one line."""
    lifts = may_lift(floor)
    if floor.desk.worklist is None:
        words = translate("Keys", "lift a rule that refuses the cart (manager)")
        return [(LIFT_KEY, words)] if lifts else []
    if lifts:
        words = translate("Keys", "reports to the state; where a refusal offers it, lift its rule (manager)")
    else:
        words = translate("Keys", "reports to the state")
    return [(REPORTS_KEY, words)]


def _lock_hint(floor: Floor) -> list[tuple[str, str]]:
    return [(LOCK_KEY, translate("Keys", "lock, or change who is signed in"))] if signs_in(floor) else []


def _certifies(floor: Floor) -> bool:
    desk = floor.desk.certifying
    return floor.visit is not None and desk is not None and bool(desk.fields())


def _hints(floor: Floor) -> tuple[KeyHint, ...]:
    """Only what does something now: a patient first, then goods, then what changes a line."""
    desk, lines = floor.desk, floor.has_lines
    hints = [
        (floor.visit is None, "F2", translate("Keys", "patient")),
        (True, "F3", translate("Keys", "products")),
        (floor.visit is not None and desk.scale is not None, "F8", translate("Keys", "weigh")),
        (lines, "F6", translate("Keys", "hold")),
        (not lines and floor.held_count > 0, "F6", translate("Keys", "recall")),
        (lines, "Del", translate("Keys", "remove line")),
        (lines, "+", translate("Keys", "more")),
        (lines, "−", translate("Keys", "less")),
        (floor.visit is None and desk.paper is not None, "F10", translate("Keys", "copy")),
        (True, "F1", translate("Keys", "all keys")),
    ]
    return tuple(KeyHint(key, word) for works, key, word in hints if works)


def _pill(floor: Floor) -> PillState:
    desk = floor.desk
    shown = pill(
        floor.sync,
        desk.clock.now(),
        service=desk.ask_state is not None,
        declared=desk.link.outage is not None,
    )
    return replace(shown, opens=can_open(floor), reports=_pill_tells_of_reports(floor))


def _pill_tells_of_reports(floor: Floor) -> bool:
    """Something waits or needs a person, and the line is no matter now: a touch leads to the reports."""
    desk, status = floor.desk, floor.sync
    if desk.worklist is None or status is None or desk.link.outage is not None:
        return False
    away = desk.ask_state is not None and status.reach is ServiceReach.AWAY
    return not away and bool(status.waiting or status.needs_person or status.overdue or status.differences)


def _reports(floor: Floor) -> RoomDoor:
    if floor.desk.worklist is None:
        return RoomDoor(shown=False)
    count = 0 if floor.sync is None else floor.sync.needs_person
    if not count:
        return RoomDoor()
    words = (
        translate("Counter", "1 needs a person") if count == 1 else translate("Counter", "{n} need a person")
    )
    return RoomDoor(count=count, why=words.format(n=count))


def _can_pay(floor: Floor, decision: Decision | None) -> bool:
    if floor.stopped or floor.visit is None or not floor.visit.cart.lines or decision is None:
        return False
    return decision.allowed or asks_by_itself(floor, decision)


def _why_not(floor: Floor, decision: Decision | None) -> str:
    if floor.stopped:
        return floor.stopped
    if floor.visit is None or not floor.visit.cart.lines:
        return ""
    if waits_only_for_state(decision) and floor.asking:
        return translate("Counter", "Asking the state for its figure.")
    return ""


def _refusal(floor: Floor, decision: Decision | None, line: int | None) -> RefusalCard | None:
    if floor.visit is None or decision is None or decision.allowed:
        return None
    now = floor.desk.clock.now()
    fits = 0
    if line is not None:
        fits = floor.desk.limits.largest_fit(floor.visit, line, now, floor.desk.link.link)
    card = basket.refusal_card(
        floor.visit,
        decision,
        floor.desk.limits.programme,
        line=line,
        fits=fits,
        now=now,
        by_hand=reads_registry(floor),
    )
    return with_lift(floor, card, decision, line)


def _notice(floor: Floor, refusal: RefusalCard | None) -> Notice | None:
    if floor.stopped:
        return Notice(Tone.DANGER, floor.stopped)
    # A sheet repeats what is news; the times in these change each minute.
    if floor.notice is not None or floor.sheet is not None:
        return floor.notice
    still = None if isinstance(floor.room, TillRoom | SafeRoom) else till_stands_still(floor)
    waiting = None if floor.visit is not None else waiting_notice(floor.cards)
    own = clock_notice(floor) or still or care_notice(floor) or waiting
    return own or outage_banner(floor, short=refusal is not None)


def care_notice(floor: Floor) -> Notice | None:
    """What the store's upkeep has to say; it stands there until it is over."""
    told = floor.desk.store_told()
    return Notice(Tone.WARN, told) if told else None


def _hold_label(floor: Floor, has_lines: bool) -> str:
    if has_lines or not floor.held_count:
        return translate("Counter", "Hold")
    return translate("Counter", "Recall ({n})").format(n=floor.held_count)


def _devices(floor: Floor) -> tuple[DeviceDot, ...]:
    names = {
        "printer": translate("Counter", "Printer"),
        "scale": translate("Counter", "Scale"),
        "scanner": translate("Counter", "Scanner"),
    }
    dots = (
        device_dot(name, floor.health[key])
        for key, name in names.items()
        if key in floor.health and floor.health[key].state is not DeviceState.OFF
    )
    return tuple(dot for dot in dots if dot is not None)
