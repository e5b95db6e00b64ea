"""Which part of a state each panel of the counter draws: equal parts are not drawn again."""

from __future__ import annotations

from pos_desktop.ui.state import CounterState, RoomDoor


def bar_of(state: CounterState) -> tuple[object, ...]:
    return (
        state.store_line,
        state.register_line,
        state.till_open,
        state.clock,
        state.pill,
        state.devices,
    )


def doors_of(state: CounterState) -> dict[str, RoomDoor]:
    return {"till": state.till, "safe": state.safe, "reports": state.reports}


def rail_of(state: CounterState) -> tuple[object, ...]:
    return doors_of(state), state.unprinted, state.locks


def money_of(state: CounterState) -> tuple[object, ...]:
    return (
        state.totals,
        state.total,
        state.can_pay,
        state.why_not,
        state.refusal is None,
        state.hold,
        state.reprint,
        state.weigh,
        state.clear,
        state.scale,
    )
