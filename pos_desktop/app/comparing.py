"""One business day compared when a person asks for it: which days can be, how far it is, how it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pos_desktop.app.ports import Clock, CouldNotAsk, KeptFindings, Person
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.people import Right, require

if TYPE_CHECKING:
    from pos_desktop.app.reconciling import Reconciled, Reconciling

MOST_DAYS = 366


def check_days(first: date, last: date, *, today: date, since: date) -> None:
    """Whether these days can be compared.

    `today` is the facility's business day, `since` the first day that the state is asked for (`state.since`).

    Raises:
        BadInput: they cannot; the sentence says why.
    """
    if last < first:
        raise BadInput("The last day lies before the first. Nothing was compared.")
    if last > today:
        raise BadInput(f"{last} has not begun at this store; today is {today}. Nothing was compared.")
    if first < since:
        raise BadInput(
            f"{first} lies before {since}, the first day that the state is asked for (state.since)."
        )
    if last - first >= timedelta(days=MOST_DAYS):
        raise BadInput(f"More than {MOST_DAYS} days at once are not compared. Take a part of them.")


class _Stopped(Exception):
    """Raised before anything is kept."""


class UnderWay:
    """A comparison while it runs. Its lane writes here; any thread may look and stop it.

    `read`: how many of how many receipts were read one by one; None before the first.
    """

    def __init__(self, day: date) -> None:
        self.day = day
        self.read: tuple[int, int] | None = None
        self._stop = threading.Event()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def stop(self) -> None:
        """It ends after the answer that is awaited now, and keeps nothing."""
        self._stop.set()

    def pause(self, seconds: float) -> bool:
        """Wait so long; True when it is to end."""
        return self._stop.wait(seconds)

    def tell(self, done: int, of: int) -> None:
        self.read = (done, of)

    def guarding(self, kept: KeptFindings) -> KeptFindings:
        """What earlier comparisons left, which one that was stopped does not change."""
        return _Guarded(kept, self)


class _Guarded:
    def __init__(self, kept: KeptFindings, under_way: UnderWay) -> None:
        self._kept, self._under_way = kept, under_way

    def load(self) -> Mapping[str, Any]:
        return self._kept.load()

    def save(self, document: Mapping[str, Any]) -> None:
        if self._under_way.stopping:
            raise _Stopped
        self._kept.save(document)


class Comparing:
    """What the room of the reports works with. `run` and `save` belong on a lane of their own; one at a time.

    Args:
        zone: The facility's; days are its business days.
        since: As in `check_days`; reads the store.
        opened: A comparison with the state's books, and the line to the state closed after it.
        write: The certificate of each day into a folder, as files.
        folder: Where certificates go unless another folder is named.
        look_now: Wakes the sender, which also fetches what is new at the state; returns at once.
    """

    def __init__(
        self,
        clock: Clock,
        zone: ZoneInfo,
        *,
        since: Callable[[], date],
        opened: Callable[[UnderWay], AbstractContextManager[Reconciling]],
        write: Callable[[Reconciled, Path], Sequence[Path]],
        folder: Path,
        look_now: Callable[[], None],
    ) -> None:
        self.zone = zone
        self.folder = folder
        self.look_now = look_now
        self._clock = clock
        self._since = since
        self._opened = opened
        self._write = write

    @property
    def today(self) -> date:
        return self._clock.now().date_in(self.zone)

    def run(self, under_way: UnderWay, by: Person) -> Reconciled | CouldNotAsk | None:
        """None where it was stopped: then nothing was kept.

        Raises:
            PosError: not for everybody, the day cannot be compared, or something is not set.
        """
        require(by, Right.COMPARE, "Nothing was compared.")
        day = under_way.day
        check_days(day, day, today=self.today, since=self._since())
        try:
            with self._opened(under_way) as reconciling:
                result = reconciling.run(day, day)
        except _Stopped:
            return None
        return None if under_way.stopping and isinstance(result, CouldNotAsk) else result

    def save(self, result: Reconciled, folder: str, by: Person) -> Sequence[Path]:
        """The certificates of what was compared; the files that were written.

        Raises:
            BadInput: no folder was named, or nothing can be written there.
            RuleRefusal: not for everybody.
        """
        require(by, Right.READ_REPORTS, "Nothing was saved.")
        if not folder.strip():
            raise BadInput("Name the folder that the certificate goes to. Nothing was saved.", code="folder")
        return self._write(result, Path(folder.strip()).expanduser())
