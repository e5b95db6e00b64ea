"""How this store takes money besides plain cash, by its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos_desktop.app.ports import SettingsBook
    from pos_desktop.app.tender_desk import TenderDesk
    from pos_desktop.composition.shop import Shop


def rounds_cash(settings: SettingsBook) -> bool:
    return settings.get("cash.rounding") == "nickel"


def tender_desk(shop: Shop) -> TenderDesk:
    from pos_desktop.app.tender_desk import TenderDesk as Made
    from pos_desktop.app.till_papers import Papers

    settings = shop.store.settings
    return Made(
        book=shop.store.tenders,
        clock=shop.clock,
        terminal=settings.get("debit.terminal") or "",
        nickel=rounds_cash(settings),
        papers=Papers(shop.register.zone, shop.store.tills.name_of),
    )
