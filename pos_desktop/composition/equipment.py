"""Devices of this register, from the settings. A device that is not set up is None; one that is away is still built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pos_desktop.domain.errors import BadInput

if TYPE_CHECKING:
    from hardware.scales.scale import PolledScale
    from hardware.transports.base import Transport
    from pos_desktop.composition.shop import Shop
    from pos_desktop.devices.paper import CounterPaper
    from pos_desktop.devices.receipt_layout import Letterhead
    from pos_desktop.devices.scanning import CounterScans
    from pos_desktop.devices.weighing import CounterWeighing


@dataclass(slots=True)
class Equipment:
    scans: CounterScans
    paper: CounterPaper | None
    scale: CounterWeighing | None
    driver: PolledScale | None = None

    def start(self) -> None:
        if self.driver is not None:
            self.driver.start()

    def stop(self) -> None:
        if self.driver is not None:
            self.driver.stop()


def equipment(shop: Shop) -> Equipment:
    from pos_desktop.devices.scanning import CounterScans

    settings = shop.store.settings.all()
    scans = CounterScans(
        metrc=settings["state.system"] == "metrc",
        biotrack=settings["state.system"] == "biotrack",
        card_pattern=settings["card.pattern"],
    )
    scale, driver = _scale(settings) if settings["scale.port"] else (None, None)
    return Equipment(scans, _paper(shop, settings) if settings["printer.address"] else None, scale, driver)


def _paper(shop: Shop, settings: Mapping[str, str]) -> CounterPaper:
    from hardware.drawers.printer_drawer import DrawerWiring, PrinterDrawer
    from hardware.printers.escpos_encode import EscPosEncoder
    from hardware.printers.escpos_printer import EscPosPrinter
    from hardware.transports.tcp import TcpTransport
    from pos_desktop.devices.paper import CounterPaper

    host, port = _address(settings["printer.address"])
    shop.folder.cache.mkdir(mode=0o700, exist_ok=True)
    encoder = EscPosEncoder(int(settings["printer.columns"]), cache_dir=shop.folder.cache)
    printer = EscPosPrinter(TcpTransport(host, port), encoder)
    wiring = DrawerWiring(pin=int(settings["drawer.pin"]), switch=settings["drawer.switch"] == "yes")
    return CounterPaper(printer, PrinterDrawer(printer, wiring), letterhead(shop, settings))


def letterhead(shop: Shop, settings: Mapping[str, str]) -> Letterhead:
    """What stands above every paper of this register."""
    from pos_desktop.devices.receipt_layout import Letterhead as Made

    return Made(
        store_name=settings["store.name"],
        license=settings["state.license"],
        register_name=settings["register.name"],
        training=shop.folder.profile == "training",
    )


def _scale(settings: Mapping[str, str]) -> tuple[CounterWeighing, PolledScale]:
    from hardware.scales.mtsics import MtSics
    from hardware.scales.rules import SaleRules
    from hardware.scales.scale import PolledScale
    from pos_desktop.devices.weighing import CounterWeighing

    division_mg = int(settings["scale.division_mg"])
    division = Decimal(division_mg).scaleb(-3).normalize()
    rules = SaleRules(
        division=division,
        capacity=Decimal(int(settings["scale.capacity_mg"])).scaleb(-3),
        least=division * int(settings["scale.least_divisions"]),
    )
    driver = PolledScale(_line(settings["scale.port"]), MtSics(), rules)
    return CounterWeighing(driver, division_mg=division_mg), driver


def _line(where: str) -> Transport:
    from hardware.ports import SerialSettings
    from hardware.transports.serial_line import SerialTransport
    from hardware.transports.tcp import TcpTransport

    if where.startswith("/") or ":" not in where:
        return SerialTransport(SerialSettings(where))
    return TcpTransport(*_address(where))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise BadInput(f"“{text}” is not an address. Write HOST:PORT, for instance 192.0.2.10:9100.")
    return host, int(port)
