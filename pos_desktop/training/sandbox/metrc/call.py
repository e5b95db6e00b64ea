"""One authenticated call and what its handler may use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pos_desktop.training.sandbox.clock import local_date
from pos_desktop.training.sandbox.http import Refusal, Request
from pos_desktop.training.sandbox.jsonio import JsonObject, decode
from pos_desktop.training.sandbox.metrc.listings import Listings
from pos_desktop.training.sandbox.metrc.settings import Settings
from pos_desktop.training.sandbox.store import Connection


@dataclass(frozen=True, slots=True)
class User:
    """A pair of vendor key and user key, the licenses that it reaches, and the rights that its user lacks."""

    vendor_key: str
    user_key: str
    name: str
    licenses: tuple[str, ...]
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facility:
    id: int
    license: str
    zone: str
    document: JsonObject
    extra: JsonObject

    @classmethod
    def load(cls, db: Connection, license_number: str) -> Self | None:
        row = db.execute(
            "SELECT id, license, zone, document, extra FROM facility WHERE license = ?", (license_number,)
        ).fetchone()
        return None if row is None else cls(row[0], row[1], row[2], decode(row[3]), decode(row[4]))

    def allows(self, flag: str) -> bool:
        return self.document["FacilityType"].get(flag) is True


@dataclass(frozen=True, slots=True)
class Call:
    """A handler's whole world. `now` is in microseconds, `ticks` stamps what the call changes."""

    request: Request
    user: User
    facility_or_none: Facility | None
    arguments: Mapping[str, str]
    parameters: Mapping[str, list[str]]
    db: Connection
    listings: Listings
    settings: Settings
    now: int
    ticks: int

    @property
    def facility(self) -> Facility:
        if self.facility_or_none is None:
            raise Refusal.message(400, "The parameter licenseNumber was not specified.")
        return self.facility_or_none

    @property
    def licenses(self) -> tuple[str, ...]:
        """The license named in the call, or all of the user where none is named (contract 1.2)."""
        return (self.facility_or_none.license,) if self.facility_or_none else self.user.licenses

    @property
    def today(self) -> str:
        return local_date(self.now, self.facility.zone).isoformat()

    def whole(self, name: str) -> int:
        """A path argument that must be a number; 404 where it is none."""
        text = self.arguments[name]
        if not (text.isascii() and text.isdecimal() and len(text) < 19):
            raise Refusal.empty(404)
        return int(text)

    def parameter(self, name: str) -> str | None:
        return single(self.parameters, name)


def single(parameters: Mapping[str, list[str]], name: str) -> str | None:
    """A query parameter's value; 400 where it is given twice."""
    values = parameters.get(name, [])
    if len(values) > 1:
        raise Refusal.message(400, f"The parameter {name} was given more than once.")
    return values[0] if values else None


def own(call: Call, license_number: str | None) -> None:
    """Refuse a record that does not exist (404) or is not valid for the license (401, contract 1.2)."""
    if license_number is None:
        raise Refusal.empty(404)
    if license_number not in call.licenses:
        raise Refusal.empty(401)


def first(row: tuple[Any, ...] | None) -> Any:
    return None if row is None else row[0]
