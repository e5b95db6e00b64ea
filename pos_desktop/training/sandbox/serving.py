"""A sandbox as one object: state file, service, faults, the service's port and the control port."""

import contextlib
from collections import deque
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from pathlib import Path
from threading import Event, RLock, Timer
from typing import Any, Generic, Protocol, Self, TypeVar

from pos_desktop.training.sandbox.clock import SandboxClock
from pos_desktop.training.sandbox.control import PREFIX, Control
from pos_desktop.training.sandbox.faults import Delivery, Do, Fault, FaultPlan, Pause, deliver
from pos_desktop.training.sandbox.http import Answer, Request
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode
from pos_desktop.training.sandbox.late import LateRequests
from pos_desktop.training.sandbox.listener import LOOPBACK, Listener
from pos_desktop.training.sandbox.store import Store, secret_file
from pos_desktop.training.sandbox.switches import Switches

_LOG_LENGTH = 10_000


class Service(Protocol):
    """A state system, free of sockets. Thread-safe; owns its state file until `close`."""

    store: Store
    clock: SandboxClock

    @property
    def settings(self) -> Switches: ...

    @property
    def fault_kinds(self) -> Collection[str]: ...

    @property
    def actions(self) -> Collection[str]:
        """Names of its operations where the path does not say them; empty for a service of many paths."""

    @property
    def empty(self) -> bool:
        """Whether nothing was seeded yet."""

    def handle(self, request: Request) -> Answer:
        """Answer a request; never raises. What is answered is committed."""

    def action(self, request: Request) -> str:
        """The operation that the request names; empty where the path says it."""

    def deliver(self, fault: Fault, request: Request) -> Delivery | None:
        """Carry out a fault that is the service's own; None where it is everybody's."""

    def seed(self, document: JsonObject) -> dict[str, int]: ...

    def change_settings(self, changes: JsonObject) -> JsonObject: ...

    def move_clock(self, instant_us: int | None, *, running: bool) -> None: ...

    def ledger(self) -> list[JsonObject]: ...

    def doors(self) -> Mapping[str, Callable[[], Any]]:
        """Its own control endpoints that take no body."""

    def close(self) -> None: ...


S_co = TypeVar("S_co", bound=Service, covariant=True)


class ServiceServer(Generic[S_co]):
    """A service on 127.0.0.1 with its state in a folder. Public methods may be called from any thread."""

    def __init__(
        self,
        service: S_co,
        state_dir: Path,
        *,
        port: int = 0,
        control_port: int = 0,
        pause: Pause | None = None,
    ) -> None:
        """Take the service over and bind both ports (0: any free one); nothing is served before `start`.

        Args:
            service: Closed by `stop`, and at once where a port cannot be had.
            state_dir: Folder of `sandbox.db`, `sandbox.key` and `control.token`.
            port: Of the service.
            control_port: Of the control endpoints, which stay reachable while the service's socket is closed.
            pause: For tests; waits that many seconds in the faults "delay" and "slow-body".

        Raises:
            SandboxError: A port is in use.
        """
        self.service = service
        with contextlib.ExitStack() as opened:
            opened.callback(service.close)
            self.control_token = secret_file(state_dir / "control.token")
            self.requests: deque[JsonObject] = deque(maxlen=_LOG_LENGTH)
            self._stopping = Event()
            self._lock = RLock()
            self._reopening: Timer | None = None
            self._plan = self._read_plan(decode(service.store.note("faults") or '{"plan":[]}'))
            self._late = LateRequests(service.store, service.clock, service.handle)
            self._control = Control(self)
            self._listener = Listener(port, self._carry, pause or self._pause)
            opened.callback(self._listener.stop)
            self._control_listener = Listener(control_port, self._carry_control, self._pause)
            opened.pop_all()

    @property
    def port(self) -> int:
        return self._listener.port

    @property
    def base_url(self) -> str:
        return f"http://{LOOPBACK}:{self._listener.port}"

    @property
    def control_port(self) -> int:
        return self._control_listener.port

    @property
    def control_url(self) -> str:
        return f"http://{LOOPBACK}:{self._control_listener.port}"

    def start(self) -> None:
        self._late.start()
        self._control_listener.open()
        self._listener.open()

    def stop(self) -> None:
        self._stopping.set()
        with self._lock:
            self._cancel_reopening()
            self._listener.stop()
        self._control_listener.stop()
        self._late.stop()
        self.service.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def seed(self, document: JsonObject) -> dict[str, int]:
        """Store a seed document (docs/sandbox.md). A plan of faults in it replaces the present one.

        Raises:
            BadSeed, BadSetting, BadFault: The document is refused whole.
        """
        faults = {"plan": document["faults"]} if "faults" in document else None
        if faults is not None:
            self._read_plan(faults)
        counts = self.service.seed(document)
        if faults is not None:
            self.set_faults(faults)
        return counts

    def ledger(self) -> list[JsonObject]:
        """Every sale in full, voided ones included."""
        return self.service.ledger()

    @property
    def faults(self) -> JsonObject:
        return self._plan.document()

    def set_faults(self, document: JsonObject) -> None:
        """Replace the plan of faults and remember it.

        Raises:
            BadFault: The plan cannot be read; the former one stays.
        """
        self._plan = self._read_plan(decode(encode(document)))
        plan = [fault.document() for fault in self._plan.entries]
        self.service.store.remember("faults", encode({"plan": plan}).decode())

    def move_clock(self, instant_us: int | None, *, running: bool = True) -> None:
        """Set the sandbox's clock (microseconds UTC), or with None give it back to the machine."""
        self.service.move_clock(instant_us, running=running)
        self._late.look()

    def close_socket(self, seconds: Decimal | None = None) -> None:
        """Stop listening and cut every connection; opens again by itself after `seconds`, if given."""
        self._outage(self._listener.close, seconds)

    def hang_up(self, seconds: Decimal | None = None) -> None:
        """Accept connections and close them at once, until `open_socket`."""
        self._outage(lambda: self._listener.hang_up(on=True), seconds)

    def open_socket(self) -> None:
        """Serve again on the same port."""
        with self._lock:
            self._cancel_reopening()
            if not self._stopping.is_set():
                self._listener.hang_up(on=False)
                self._listener.open()

    @property
    def outage(self) -> str:
        if not self._listener.is_open:
            return "closed"
        return "hang-up" if self._listener.hangs_up else "open"

    def _outage(self, begin: Callable[[], None], seconds: Decimal | None) -> None:
        with self._lock:
            self._cancel_reopening()
            begin()
            if seconds is not None:
                self._reopening = Timer(_seconds(seconds), self.open_socket)
                self._reopening.daemon = True
                self._reopening.start()

    def _cancel_reopening(self) -> None:
        if self._reopening is not None:
            self._reopening.cancel()
            self._reopening = None

    def _carry(self, request: Request) -> Delivery:
        if request.path.startswith(PREFIX):
            return Delivery(self._control.handle(request))
        action = self.service.action(request)
        fault = self._plan.next(request, action)
        delivery = None
        if fault is not None:
            if fault.do == Do.HOLD_LATE_APPLY:
                self._late.hold(request, fault.seconds)
            delivery = self.service.deliver(fault, request)
        if delivery is None:
            delivery = deliver(fault, request, self.service.handle, self._listener.pause)
        self._log(request, action, delivery, None if fault is None else fault.do)
        return delivery

    def _read_plan(self, document: Any) -> FaultPlan:
        return FaultPlan.of(document, self.service.fault_kinds, self.service.actions)

    def _carry_control(self, request: Request) -> Delivery:
        return Delivery(self._control.handle(request))

    def _log(self, request: Request, action: str, delivery: Delivery, fault: str | None) -> None:
        status = None if delivery.answer is None else delivery.answer.status
        entry = {"method": request.method, "path": request.path, "query": request.query}
        if action:
            entry["action"] = action
        self.requests.append({**entry, "status": status, "fault": fault})

    def _pause(self, seconds: Decimal) -> None:
        self._stopping.wait(_seconds(seconds))


def _seconds(value: Decimal) -> Any:
    """For the standard library's waits, to the millisecond."""
    return int(value * 1000) / 1000
