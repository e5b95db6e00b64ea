"""Reads for people: what METRC shows, or in one sentence why it could not be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote

from pos_desktop.app.ports import CouldNotAsk, ServiceReach
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.sync.metrc import changes
from pos_desktop.sync.metrc.client import Failure, MetrcClient, Reply
from pos_desktop.sync.metrc.facility import facility_of
from pos_desktop.sync.metrc.paging import CouldNotRead, Row, read_list, read_window, rows_of, windows
from pos_desktop.sync.metrc.tracker import FACILITIES
from pos_desktop.sync.numbers import decimal, decode

T = TypeVar("T")
AWAY = "The state service cannot be reached. Nothing was changed; ask again later."
NO_RIGHT = (
    "The state service refuses this. The METRC user of this key lacks the right for it, or the key or the license is "
    "wrong. Nothing was changed; a manager must look at the user’s rights at METRC."
)
WAIT = "The state service asked to wait before the next request. Nothing was changed; ask again later."
ODD = "The state service did not give its answer (it said {status}). Nothing was changed; ask again later."


@dataclass(frozen=True, slots=True)
class Desk:
    """A client, in the background, and the license that it asks for."""

    client: MetrcClient
    license_number: str

    def query(self, **more: str) -> dict[str, str]:
        return {"licenseNumber": self.license_number, **more}

    def rows(self, path: str, **more: str) -> list[Row]:
        """Every row of a list without a window. Raises CouldNotRead."""
        return read_list(self.client, path, self.query(**more))

    def rows_since(self, path: str, since: Instant, now: Instant, width_us: int = DAY_US) -> list[Row]:
        """Every row modified since; the newest of each id. Raises CouldNotRead."""
        found: dict[Any, Row] = {}
        for window in windows(since, now, width_us):
            for row in read_window(self.client, path, self.license_number, window):
                found[row.get("Id")] = row
        return list(found.values())

    def one(self, path: str, key: str) -> Row | None:
        """One record by its key; None where METRC does not show it to this license, with a key that is good.

        A record that is not valid for the license answers 401 like a bad key (section 1.2), so the facilities are
        asked before a 401 or 404 means that there is none.

        Raises:
            CouldNotRead: anything else than a record or a certain miss.
        """
        if not key.strip(" ."):  # `.` and `..` would walk to another path
            return None
        reply = self.client.get(f"{path}/{quote(key, safe='')}", self.query())
        if reply.failure is None and reply.status in (401, 404):
            self.must_know_us()
            return None
        if not reply.ok or reply.is_page:
            raise CouldNotRead(reply)
        try:
            document = decode(reply.body)
        except ValueError:
            raise CouldNotRead(reply) from None
        rows = document if isinstance(document, list) else [document]
        return next((row for row in rows if isinstance(row, dict)), None)

    def must_know_us(self) -> None:
        """Raises CouldNotRead unless the key is good and our license is among the user's."""
        reply = self.client.get(FACILITIES)
        read = rows_of(reply.body) if reply.ok and not reply.is_page else None
        if read is None:
            raise CouldNotRead(reply)
        if facility_of(read[0], self.license_number) is None:
            raise CouldNotRead(Reply(status=403))


def asked(read: Callable[[], T]) -> T | CouldNotAsk:
    """What `read` found, or why it could not."""
    try:
        return read()
    except CouldNotRead as broken:
        return could_not_ask(broken.reply)


def could_not_ask(reply: Reply) -> CouldNotAsk:
    if reply.failure is not None:
        untrusted = reply.failure is Failure.UNTRUSTED
        return CouldNotAsk(ServiceReach.AWAY, changes.UNTRUSTED if untrusted else AWAY)
    if reply.status in (401, 403):
        return CouldNotAsk(ServiceReach.REFUSED_KEY, NO_RIGHT)
    return CouldNotAsk(ServiceReach.AWAY, WAIT if reply.status == 429 else ODD.format(status=reply.status))


# ---- members of a row, whatever came


def words(row: Mapping[str, Any], name: str) -> str:
    """A text, also where it came as a number; empty where there is none."""
    value = row.get(name)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def whole(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    return value if type(value) is int else None


def exact(row: Mapping[str, Any], name: str) -> Decimal | None:
    return decimal(row.get(name))


def is_on(row: Mapping[str, Any], name: str) -> bool:
    return row.get(name) is True


def texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def all_of(rows: Sequence[Row], of: Callable[[Row], T | None]) -> tuple[T, ...]:
    """Rows that can be read; one that cannot is left out, and only that one."""
    return tuple(each for row in rows if (each := of(row)) is not None)
