"""A slip as text, for a shell: the same layout as on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos_desktop.app.ports import Slip
    from pos_desktop.composition.shop import Shop


def slip_text(shop: Shop, slip: Slip, *, copy: bool = False) -> str:
    """In as many columns as the register's printer has."""
    from hardware.printers.layout import plain_text
    from pos_desktop.composition.equipment import letterhead
    from pos_desktop.devices.slip_layout import slip_paper

    settings = shop.store.settings.all()
    columns = int(settings["printer.columns"])
    return plain_text(slip_paper(slip, letterhead(shop, settings), copy=copy), columns)
