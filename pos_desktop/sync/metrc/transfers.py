"""Transfers on their way here (metrc contract, section 12). They are read only: accepting is done at METRC's web site.

A transfer has an `Id`, its leg to this facility a `DeliveryId`, and both differ from the manifest number: deliveries
are asked by the first, packages by the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pos_desktop.app.ports import Clock, CouldNotAsk
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.sync.metrc.asking import Desk, all_of, asked, exact, is_on, whole, words
from pos_desktop.sync.metrc.paging import Row, read_list
from pos_desktop.sync.metrc.times import moment, wall_second

INCOMING = "/transfers/v2/incoming"


@dataclass(frozen=True, slots=True)
class IncomingTransfer:
    """`expected` is the facility's wall time to the second, empty where METRC names none."""

    id: int
    delivery_id: int
    manifest: str
    shipper: str
    shipper_license: str
    packages: int
    received_packages: int
    expected: str
    received_at: Instant | None
    voided: bool

    @classmethod
    def of(cls, row: Row) -> IncomingTransfer | None:
        number, delivery = whole(row, "Id"), whole(row, "DeliveryId")
        if number is None or delivery is None:
            return None
        return cls(
            id=number,
            delivery_id=delivery,
            manifest=words(row, "ManifestNumber"),
            shipper=words(row, "ShipperFacilityName"),
            shipper_license=words(row, "ShipperFacilityLicenseNumber"),
            packages=_count(row, "DeliveryPackageCount", "PackageCount"),
            received_packages=_count(row, "DeliveryReceivedPackageCount", "ReceivedPackageCount"),
            expected=_wall(row, "EstimatedArrivalDateTime"),
            received_at=moment(row.get("ReceivedDateTime")),
            voided=is_on(row, "IsVoided"),
        )

    @property
    def on_its_way(self) -> bool:
        return not self.voided and self.received_at is None


@dataclass(frozen=True, slots=True)
class Delivery:
    id: int
    manifest: str
    recipient_license: str
    packages: int

    @classmethod
    def of(cls, row: Row) -> Delivery | None:
        number = whole(row, "Id")
        if number is None:
            return None
        license_number = words(row, "RecipientFacilityLicenseNumber")
        return cls(number, words(row, "ManifestNumber"), license_number, _count(row, "DeliveryPackageCount"))


@dataclass(frozen=True, slots=True)
class DeliveredPackage:
    """`shipped` and `received` are exact, each in its unit; None where METRC names none."""

    tag: str
    remote_id: str
    item: str
    category: str
    state: str
    """`Shipped`, `Accepted`, `Rejected`, `Returned`; states may have more."""
    shipped: Decimal | None
    shipped_unit: str
    received: Decimal | None
    received_unit: str
    lab_state: str
    batch: str

    @classmethod
    def of(cls, row: Row) -> DeliveredPackage | None:
        tag = words(row, "PackageLabel").upper()
        if not tag:
            return None
        return cls(
            tag=tag,
            remote_id=words(row, "PackageId"),
            item=words(row, "ItemName"),
            category=words(row, "ItemCategoryName"),
            state=words(row, "ShipmentPackageState"),
            shipped=exact(row, "ShippedQuantity"),
            shipped_unit=words(row, "ShippedUnitOfMeasureName"),
            received=exact(row, "ReceivedQuantity"),
            received_unit=words(row, "ReceivedUnitOfMeasureName"),
            lab_state=words(row, "LabTestingState"),
            batch=words(row, "ProductionBatchNumber"),
        )


class TransferDesk:
    """Rights: View Transfers.

    Args:
        width_us: Widest window of modification asked at once; some states allow no more than 24 hours.
    """

    def __init__(self, desk: Desk, clock: Clock, *, width_us: int = DAY_US) -> None:
        self._desk = desk
        self._clock = clock
        self._width_us = width_us

    def incoming(self, since: Instant) -> tuple[IncomingTransfer, ...] | CouldNotAsk:
        """Transfers modified since, oldest first; without a window METRC shows a recent slice only."""

        def read() -> tuple[IncomingTransfer, ...]:
            rows = self._desk.rows_since(INCOMING, since, self._clock.now(), self._width_us)
            return all_of(rows, IncomingTransfer.of)

        return asked(read)

    def deliveries(self, transfer: IncomingTransfer) -> tuple[Delivery, ...] | CouldNotAsk:
        path = f"/transfers/v2/{transfer.id}/deliveries"
        return asked(lambda: all_of(read_list(self._desk.client, path, {}), Delivery.of))

    def packages(self, delivery_id: int) -> tuple[DeliveredPackage, ...] | CouldNotAsk:
        path = f"/transfers/v2/deliveries/{delivery_id}/packages"
        return asked(lambda: all_of(read_list(self._desk.client, path, {}), DeliveredPackage.of))


def _count(row: Row, *names: str) -> int:
    return next((number for name in names if (number := whole(row, name)) is not None), 0)


def _wall(row: Row, name: str) -> str:
    second = wall_second(row.get(name))
    return "" if second.startswith("0001-") else second
