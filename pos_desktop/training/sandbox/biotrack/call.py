"""One admitted request and what its action may use."""

from dataclasses import dataclass
from typing import Any

from pos_desktop.training.sandbox.biotrack.refusing import LOCKED, NOT_FOUND, Refused
from pos_desktop.training.sandbox.biotrack.settings import Settings
from pos_desktop.training.sandbox.clock import SECOND_US, local_date
from pos_desktop.training.sandbox.jsonio import JsonObject
from pos_desktop.training.sandbox.store import Connection


@dataclass(frozen=True, slots=True)
class User:
    """Who asks, for which company, in which of the two data sets."""

    ubi: str
    username: str
    admin: bool
    privileges: tuple[str, ...]
    training: int

    def may(self, action: str) -> bool:
        return "*" in self.privileges or action in self.privileges


@dataclass(frozen=True, slots=True)
class Call:
    """`now` is the server's clock in whole seconds; `transaction` stamps what the call changes, 0 on reads."""

    action: str
    members: JsonObject
    user: User
    db: Connection
    settings: Settings
    now: int
    transaction: int = 0

    @property
    def training(self) -> int:
        return self.user.training

    @property
    def ubi(self) -> str:
        return self.user.ubi

    def zone(self, location: Any) -> str:
        """The time zone of one of the company's own premises.

        Raises:
            Refused: The location is not the company's.
        """
        row = self.db.execute(
            "SELECT zone FROM location WHERE location = ? AND ubi = ?", (location, self.ubi)
        ).fetchone()
        if row is None:
            raise Refused(self.settings.bad_location_code, "Please specify a valid license number.")
        return str(row[0])

    def must_be_open(self, location: str, second: int) -> None:
        """Raises Refused: the second lies ahead of the clock, or in a month that is locked at that location."""
        if second > self.now + self.settings.future_seconds:
            raise Refused(NOT_FOUND, "The time of the transaction is in the future.")
        day = local_date(second * SECOND_US, self.zone(location))
        locked = self.db.execute(
            "SELECT 1 FROM locked_month WHERE training = ? AND location = ? AND month = ?",
            (self.training, location, f"{day:%Y-%m}"),
        ).fetchone()
        if locked:
            raise Refused(
                LOCKED,
                f"The transaction specified occurred in {day.month}/{day.year} which is a currently locked tax period.",
            )
