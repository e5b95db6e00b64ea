"""Selling that nobody signs in for: training and drills."""

from __future__ import annotations

from pos_desktop.app.close_sale import OnDuty
from pos_desktop.app.ports import TillSession
from pos_desktop.composition.places import DataFolder
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.identity import TillSessionId


def open_uncounted(folder: DataFolder) -> None:
    """So that a store sells at once to whoever signs in; training only. The store is closed again."""
    with opened(folder, counter=True) as shop:
        on_duty(shop)


def on_duty(shop: Shop) -> OnDuty:
    """The first budtender of the store, else its first person, on this register's till, opened uncounted if need be."""
    people = shop.store.staff.people()
    actor = next((each for each in people if each.role == "budtender"), people[0])
    register = shop.register
    session = shop.store.staff.open_session(register.code)
    if session is None:
        session = TillSession(TillSessionId(shop.ids.new()), register.code, shop.clock.now(), actor.id)
        shop.store.staff.start_session(session)
        shop.store.journal.append("till.opened", actor.id, session.id, {"register": register.code})
    return OnDuty(actor, session)
