"""The desks of custody, as a store has set them."""

from __future__ import annotations

from pos_desktop.app.custody_desk import CustodyDesk, CustodyRules
from pos_desktop.app.custody_papers import CustodyPapers
from pos_desktop.app.custody_room import CustodyDesks
from pos_desktop.app.safe_desk import SafeDesk
from pos_desktop.app.settings import cash_of
from pos_desktop.composition.shop import Shop
from pos_desktop.domain.money import ZERO


def custody_desk(shop: Shop) -> CustodyDesk:
    return CustodyDesk(
        book=shop.store.custody,
        papers=papers(shop),
        clock=shop.clock,
        ids=shop.ids,
        rules=_rules(shop),
    )


def safe_desk(shop: Shop) -> SafeDesk:
    return SafeDesk(
        book=shop.store.custody,
        papers=papers(shop),
        register=shop.register,
        clock=shop.clock,
        ids=shop.ids,
        rules=_rules(shop),
    )


def custody_desks(shop: Shop) -> CustodyDesks:
    """For the room “Safe”."""
    store = shop.store
    return CustodyDesks(
        custody_desk(shop), safe_desk(shop), store.custody, store.staff, store.pins, store.paper
    )


def papers(shop: Shop) -> CustodyPapers:
    return CustodyPapers(shop.store.custody, shop.register.zone)


def _rules(shop: Shop) -> CustodyRules:
    return CustodyRules(cash_of(shop.store.settings.get("custody.difference")) or ZERO)
