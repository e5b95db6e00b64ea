"""What the counter says when the program did not end in order last time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pos_desktop.app.ports import SaleBook

_UNCLEAN = "The program did not end in order last time. "


def last_saved(sales: SaleBook) -> str:
    """A sale that was being paid is either there or not, and the last one tells which: by number, total and time."""
    recent = sales.recent(1)
    if not recent:
        return _UNCLEAN + "No sale is saved yet: one that was being paid must be made again."
    sale = recent[0]
    local = sale.sold_at.datetime_in(ZoneInfo(sale.zone))
    at = f"{local:%I:%M %p}".lstrip("0") + f" on {local:%b} {local.day}"
    return (
        f"{_UNCLEAN}The last sale that is saved is {sale.number} of {sale.total}, made at {at}. "
        "If another one was being paid, it is not saved and must be made again."
    )
