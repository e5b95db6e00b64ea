"""Background lanes: the database one at a time, the network beside it, each device alone; answers on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot


@dataclass(slots=True, eq=False)
class Operation:
    """A named piece of work under way. After `cancel` neither callback is called, whatever becomes of it."""

    name: str
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[BaseException], None]
    result: Any = None
    problem: BaseException | None = None
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class Lane(QObject):
    """Threads of one kind of work. Call it on the GUI thread: `lane(name, work, done, failed)`.

    `work` runs in a worker in the order asked for; `done(result)` or `failed(problem)` is called on the GUI thread.
    """

    _settled = Signal(object)

    def __init__(self, name: str, workers: int = 1) -> None:
        super().__init__()
        self.name = name
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=f"lane-{name}")
        self._open: dict[Operation, Future[None]] = {}
        self._closed = False
        # Emitted by a worker, so the connection is a queued one; to say so here would load every enum of Qt.
        self._settled.connect(self._deliver)

    def __call__(
        self,
        name: str,
        operation: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self.begin(name, operation, done, failed)

    def begin(
        self,
        name: str,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> Operation:
        """As calling the lane; the operation that comes back can be cancelled. After `close` nothing is begun."""
        operation = Operation(name, work, done, failed)
        if not self._closed:
            self._open[operation] = self._pool.submit(self._run, operation)
        return operation

    @property
    def busy(self) -> tuple[str, ...]:
        """Names of what has not answered yet."""
        return tuple(operation.name for operation in self._open)

    def close(self, timeout_s: float) -> bool:
        """Begin nothing more, drop what waits, answer nobody. False if something still runs after `timeout_s`."""
        self._closed = True
        for operation in self._open:
            operation.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
        running = [future for future in self._open.values() if not future.cancelled()]
        return not wait(running, timeout_s).not_done

    def _run(self, operation: Operation) -> None:
        """In the worker: every outcome, a bug as well, travels to the GUI thread."""
        try:
            if not operation.cancelled:
                operation.result = operation.work()
        except BaseException as problem:  # noqa: BLE001 - handed to `failed`, which tells bugs from refusals
            operation.problem = problem
        if not self._closed:
            self._settled.emit(operation)

    @Slot(object)
    def _deliver(self, operation: Operation) -> None:
        self._open.pop(operation, None)
        if operation.cancelled:
            return
        if operation.problem is not None:
            operation.failed(operation.problem)
        else:
            operation.done(operation.result)


class LaneBook:
    """All lanes of a window, closed together."""

    def __init__(self) -> None:
        self._lanes: list[Lane] = []

    def lane(self, name: str, workers: int = 1) -> Lane:
        lane = Lane(name, workers)
        self._lanes.append(lane)
        return lane

    @property
    def busy(self) -> tuple[str, ...]:
        return tuple(name for lane in self._lanes for name in lane.busy)

    def close(self, timeout_s: float = 5.0) -> bool:
        """False if a lane did not end in time; its work is then left to finish by itself and answers nobody."""
        ended = [lane.close(timeout_s) for lane in self._lanes]
        return all(ended)
