"""Whether the state service can be reached, and since when: one small thing that every lane may ask."""

from __future__ import annotations

import threading

from pos_desktop.app.ports import Clock, DeclaredOutage, ServiceReach
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Link


class LinkWatch:
    """Thread-safe. `reach` is None until the service was first asked, and for ever in a store without one."""

    def __init__(self, clock: Clock, *, has_service: bool) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._has_service = has_service
        self._reach: ServiceReach | None = None
        self._since: Instant | None = None
        self._outage: DeclaredOutage | None = None

    def declare(self, outage: DeclaredOutage | None) -> None:
        """An outage that a manager declared, or None when it is over; no answer of the service changes it."""
        with self._lock:
            self._outage = outage

    @property
    def outage(self) -> DeclaredOutage | None:
        with self._lock:
            return self._outage

    def heard(self, reach: ServiceReach) -> bool:
        """Note what the last exchange showed; True when that is news."""
        with self._lock:
            if reach is self._reach:
                return False
            self._reach, self._since = reach, self._clock.now()
            return True

    @property
    def reach(self) -> ServiceReach | None:
        with self._lock:
            return self._reach

    @property
    def since(self) -> Instant | None:
        with self._lock:
            return self._since

    @property
    def link(self) -> Link:
        """The line as the limit rules see it: only an answer makes it up; a service that was never heard is down.

        One that refuses our key is not away: what a programme allows in an outage would else stay open until somebody
        looks at the key. While an outage is declared the line counts as down, whatever answers. A store without a
        service has no line that could drop: a person reads the registry where the programme wants that.
        """
        if self.outage is not None:
            return Link.DOWN
        if not self._has_service:
            return Link.UP
        reach = self.reach
        return Link.DOWN if reach is None else _AS_LINK.get(reach, Link.DOWN)


_AS_LINK = {ServiceReach.REACHED: Link.UP, ServiceReach.REFUSED_KEY: Link.REFUSED}
