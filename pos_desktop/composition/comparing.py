"""The comparison that is asked for at the counter. Nothing of it is loaded or connected before that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pos_desktop.app.comparing import Comparing, UnderWay

if TYPE_CHECKING:
    from pos_desktop.app.reconciling import Reconciled, Reconciling
    from pos_desktop.composition.shop import Shop


def comparing(shop: Shop, look_now: Callable[[], None]) -> Comparing:
    @contextmanager
    def opened(under_way: UnderWay) -> Iterator[Reconciling]:
        from pos_desktop.composition.reconciling import reconciling
        from pos_desktop.composition.reporting import connection

        connected = connection(shop)
        try:
            books = connected.books(under_way.pause, under_way.tell, True)
            yield reconciling(shop, books, under_way)
        finally:
            connected.close()

    def since() -> date:
        from pos_desktop.composition.reconciling import since as first_day

        return first_day(shop)

    def write(result: Reconciled, folder: Path) -> Sequence[Path]:
        from pos_desktop.composition.reconciling import certificates, write_certificates

        return write_certificates(folder, certificates(shop, result))

    return Comparing(
        shop.clock,
        shop.facility_zone,
        since=since,
        opened=opened,
        write=write,
        folder=shop.folder.path / "certificates",
        look_now=look_now,
    )
