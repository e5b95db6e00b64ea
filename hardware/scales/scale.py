"""The driver of a scale: asks five times a second, keeps what the rules need, reconnects for ever.

`step` does one poll and is all there is; `start` runs it in a thread for the live display, and `weigh`,
`zero` and `tare` run it under the same lock, so that one thread at a time owns the line.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from hardware.errors import LinkDownError, LinkFault
from hardware.ports import (
    Cancel,
    Fault,
    Health,
    Reading,
    Refused,
    Restarted,
    ScaleFault,
    ScaleMessage,
    ScaleProtocol,
    Sellable,
    TareAck,
    WeighRefusal,
    WeighResult,
    ZeroAck,
)
from hardware.scales.rules import Pan, SaleRules
from hardware.scales.units import exact_milligrams
from hardware.transports.base import Link, Transport

BACK_OFF_S = (0.5, 1.0, 2.0, 5.0, 10.0)
POLL_S = 0.2
ANSWER_S = 0.5
_OPEN_S = 2.0
_DRAIN_READS = 16

_WAIT_FOR = {
    WeighRefusal.MOTION, WeighRefusal.ZERO, WeighRefusal.TIMEOUT, WeighRefusal.DISCONNECTED,
    WeighRefusal.GARBAGE, WeighRefusal.TRANSMISSION, WeighRefusal.CHECKSUM, WeighRefusal.PROTOCOL,
    WeighRefusal.REFUSED,
}  # fmt: skip


class PolledScale:
    """A scale that is asked for its weight.

    Args:
        transport: Where it is.
        protocol: What it speaks; owned by this driver.
        rules: What may be sold.
        clock: Monotonic seconds.
        pause: Waits so many seconds; by default it also ends when the scale is stopped.
        answer_s: How long one answer may take before it is a TIMEOUT.
    """

    def __init__(
        self,
        transport: Transport,
        protocol: ScaleProtocol,
        rules: SaleRules | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] | None = None,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._transport = transport
        self._protocol = protocol
        self._rules = rules or SaleRules()
        self._clock = clock
        self._stopping = threading.Event()
        self._pause = pause or self._stopping.wait
        self._answer_s = answer_s
        self._lock = threading.RLock()
        self._link: Link | None = None
        self._pan = Pan()
        self._identity: str | None = None
        self._asked = 0
        self._owed = 0
        self._failures = 0
        self._retry_at = 0.0
        self._watchers: list[Callable[[ScaleMessage], None]] = []
        self._thread: threading.Thread | None = None
        self._health = Health.UNKNOWN

    # -- the port ----------------------------------------------------------------------------

    @property
    def health(self) -> Health:
        """CONNECTED with good answers, DEGRADED without, DISCONNECTED while the line is down."""
        return self._health

    def weigh(self, deadline_s: float) -> WeighResult:
        """A weight for a sale line, asked for now; waits until it rests.

        Returns:
            Sellable once per pan load; Refused at once for what waiting cannot cure, else at the deadline.
        """
        until = self._clock() + deadline_s
        with self._owned(deadline_s) as mine:
            if not mine:
                return Refused(WeighRefusal.TIMEOUT)
            while True:
                result = self._judge(self.step(until - self._clock()))
                if isinstance(result, Sellable):
                    self._pan = self._pan.sold()
                    return result
                if result.reason not in _WAIT_FOR or self._clock() + POLL_S >= until:
                    return result
                self._pause(POLL_S)

    def live(self, cb: Callable[[ScaleMessage], None]) -> Cancel:
        """Every message, for display only. Thread: `cb` runs in the thread that polls."""
        self._watchers.append(cb)

        def cancel() -> None:
            if cb in self._watchers:
                self._watchers.remove(cb)

        return cancel

    def zero(self, deadline_s: float) -> bool:
        """Take the present load as zero; False if the scale would not."""
        return isinstance(self._command(self._protocol.ask_zero(), ZeroAck, deadline_s), ZeroAck)

    def tare(self, deadline_s: float) -> Decimal | None:
        """Tare the present load; the tare in the scale's unit, None if the scale would not."""
        answer = self._command(self._protocol.ask_tare(), TareAck, deadline_s)
        return answer.value if isinstance(answer, TareAck) else None

    # -- the live loop -----------------------------------------------------------------------

    def start(self) -> None:
        """Poll in a thread of its own until `stop`; without it no return to zero is seen between sales."""
        self._thread = threading.Thread(target=self._run, name="scale", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and give the line back."""
        self._stopping.set()
        if self._thread:
            self._thread.join(timeout=5)
            self._thread = None
        with self._lock:
            self._drop()
            self._health = Health.UNKNOWN
        self._stopping.clear()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.step()
            self._pause(POLL_S)

    # -- one poll ----------------------------------------------------------------------------

    def step(self, limit_s: float = _OPEN_S) -> ScaleMessage:
        """Ask once and give what came: a reading that answers this very request, or a fault."""
        with self._lock:
            try:
                link = self._connected(limit_s)
                self._drain(link)
                self._asked += 1
                link.send(self._protocol.ask_weight(), self._answer_s)
                return self._seen(self._answer(link, min(self._answer_s, limit_s)))
            except LinkDownError as error:
                return self._lost(error)

    def _answer(self, link: Link, limit_s: float) -> ScaleMessage:
        """The answer to the last request. Answers still owed for earlier ones are let pass."""
        late = False
        for message in self._arriving(link, limit_s):
            if not isinstance(message, Reading | Fault):
                self._seen(message)
            elif self._owed:
                self._owed -= 1
                late = True
            else:
                return message
        # If anything came, it may have been the answer after all: nothing more is owed.
        self._owed = 0 if late else 1
        return Fault(ScaleFault.TIMEOUT, detail="no answer")

    def _command(
        self, request: bytes | None, wanted: type[TareAck] | type[ZeroAck], deadline_s: float
    ) -> ScaleMessage | None:
        """Send a command and wait for its own answer or a refusal."""
        if request is None:
            return None
        with self._owned(deadline_s) as mine:
            if not mine:
                return None
            try:
                link = self._connected(deadline_s)
                self._drain(link)
                link.send(request, self._answer_s)
                for message in self._arriving(link, deadline_s):
                    self._seen(message)
                    if isinstance(message, (wanted, Fault)):
                        return message
            except LinkDownError as error:
                return self._lost(error)
        return None

    def _arriving(self, link: Link, limit_s: float) -> Iterator[ScaleMessage]:
        until = self._clock() + limit_s
        while (left := until - self._clock()) > 0:
            yield from self._protocol.feed(link.receive(left))

    def _drain(self, link: Link) -> None:
        """Take in what came unasked: a restart counts, an old weight does not."""
        for _ in range(_DRAIN_READS):
            data = link.receive(0)
            if not data:
                break
            for message in self._protocol.feed(data):
                if isinstance(message, Reading | Fault):
                    self._owed = 0
                else:
                    self._seen(message)
        self._protocol.reset()

    @contextmanager
    def _owned(self, deadline_s: float) -> Iterator[bool]:
        """The line for this call; False if another poll held it past the deadline."""
        mine = self._lock.acquire(timeout=max(deadline_s, 0))
        try:
            yield mine
        finally:
            if mine:
                self._lock.release()

    # -- what is remembered ------------------------------------------------------------------

    def _seen(self, message: ScaleMessage) -> ScaleMessage:
        self._pan = self._pan.after(message, self._rules, self._clock())
        match message:
            case Restarted(identity) if identity:
                self._identity = identity
            case Reading():
                self._health = Health.CONNECTED
                self._failures = 0
            case Fault(kind):
                gone = kind is ScaleFault.DISCONNECTED
                self._health = Health.DISCONNECTED if gone else Health.DEGRADED
        for watcher in tuple(self._watchers):
            watcher(message)
        return message

    def _judge(self, message: ScaleMessage) -> WeighResult:
        if isinstance(message, Fault):
            return Refused(WeighRefusal(message.kind.value))
        if not isinstance(message, Reading):
            return Refused(WeighRefusal.NOT_LIVE)
        reason = self._pan.refusal(message, self._rules)
        milligrams = None if message.grams is None else exact_milligrams(message.grams)
        if reason or milligrams is None:
            return Refused(reason or WeighRefusal.WRONG_UNIT, message)
        return Sellable(
            reading=message,
            net_mg=milligrams,
            tare=self._pan.tare,
            division=self._rules.division,
            identity=self._identity,
            asked=self._asked,
            at_s=self._clock(),
        )

    # -- the line ----------------------------------------------------------------------------

    def _connected(self, limit_s: float) -> Link:
        if self._link:
            return self._link
        if self._clock() < self._retry_at:
            raise LinkDownError(LinkFault.MISSING, self._transport.name)
        self._link = self._transport.open(max(0.0, min(limit_s, _OPEN_S)))
        # Whoever comes back may have lost its tare and zero, said or not.
        self._protocol.reset()
        self._owed = 0
        self._identity = None
        self._seen(Restarted("", b""))
        self._ask_identity(self._link)
        return self._link

    def _ask_identity(self, link: Link) -> None:
        request = self._protocol.ask_identity()
        if request:
            link.send(request, self._answer_s)
            for message in self._arriving(link, self._answer_s):
                self._seen(message)
                if isinstance(message, Restarted | Fault):
                    break

    def _lost(self, error: LinkDownError) -> ScaleMessage:
        self._drop()
        if self._clock() >= self._retry_at:
            self._retry_at = self._clock() + BACK_OFF_S[min(self._failures, len(BACK_OFF_S) - 1)]
            self._failures += 1
        return self._seen(Fault(ScaleFault.DISCONNECTED, detail=str(error)))

    def _drop(self) -> None:
        if self._link:
            self._link.close()
            self._link = None
