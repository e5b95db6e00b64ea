"""The service as a whole: one request in, one answer out, everything answered is committed."""

import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

from pos_desktop.training.sandbox.clock import SECOND_US, SandboxClock
from pos_desktop.training.sandbox.faults import Delivery, Do, Fault
from pos_desktop.training.sandbox.http import Answer, Refusal, Request
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode
from pos_desktop.training.sandbox.metrc import receipts
from pos_desktop.training.sandbox.metrc.access import RateLimiter, authenticate, credentials, set_revoked
from pos_desktop.training.sandbox.metrc.call import Call, Facility, User, single
from pos_desktop.training.sandbox.metrc.listings import Listings
from pos_desktop.training.sandbox.metrc.rights import refuse_without_right
from pos_desktop.training.sandbox.metrc.routes import Endpoint, License, find
from pos_desktop.training.sandbox.metrc.schema import SCHEMA
from pos_desktop.training.sandbox.metrc.seed import seed
from pos_desktop.training.sandbox.metrc.settings import Settings
from pos_desktop.training.sandbox.store import Connection, Store


class MetrcService:
    """Thread-safe. Owns the state file until `close`."""

    def __init__(self, state_dir: Path, clock: SandboxClock | None = None) -> None:
        self.store = Store(state_dir, SCHEMA)
        self.clock = clock or SandboxClock()
        self.limiter = RateLimiter()
        self._cache: dict[tuple[str, str], tuple[int, Answer]] = {}
        self._listings = Listings()
        self._ticks_lock = Lock()
        self._tick = 0
        self.settings = Settings.of(decode(self.store.note("settings") or "{}"))
        if moved := self.store.note("clock"):
            self.clock.restore(moved)

    def handle(self, request: Request) -> Answer:
        """Answer a request; never raises."""
        try:
            return self._handle(request)
        except Refusal as refusal:
            return refusal.answer
        except Exception as fault:  # noqa: BLE001 - one broken request must not end the server; it answers 500
            sys.stderr.write(
                f"The sandbox failed at {request.method} of a known path: {type(fault).__name__}\n"
            )
            return Answer.message(500, "An error has occurred.")

    def change_settings(self, changes: JsonObject) -> JsonObject:
        """Switch and remember settings.

        Raises:
            BadSetting: A name or value that does not exist.
        """
        self.settings = self.settings.changed(changes)
        self.store.remember("settings", encode(self.settings.document()).decode())
        self.forget_cache()
        return self.settings.document()

    def move_clock(self, instant_us: int | None, *, running: bool) -> None:
        """Set the clock, or with None let it follow the machine's again."""
        if instant_us is None:
            self.clock.reset()
        else:
            self.clock.set(instant_us, running=running)
        self.store.remember("clock", self.clock.state())

    def ledger(self) -> list[JsonObject]:
        with self.store.reading() as db:
            return receipts.ledger(db)

    @property
    def fault_kinds(self) -> tuple[str, ...]:
        return tuple(Do)

    @property
    def actions(self) -> tuple[str, ...]:
        return ()

    @property
    def empty(self) -> bool:
        with self.store.reading() as db:
            return db.execute("SELECT 1 FROM facility").fetchone() is None

    def action(self, request: Request) -> str:  # noqa: ARG002 - every operation has its own path
        return ""

    def deliver(self, fault: Fault, request: Request) -> Delivery | None:
        if fault.do != Do.REVOKE_KEY:
            return None
        self.revoke(request)
        return Delivery(Answer(401))

    def seed(self, document: JsonObject) -> dict[str, int]:
        return seed(self, document)

    def doors(self) -> Mapping[str, Callable[[], Any]]:
        return {"GET ledger": lambda: {"receipts": self.ledger()}, "POST restore-keys": self.restore_keys}

    def revoke(self, request: Request) -> None:
        """Revoke the pair that this request was sent with."""
        pair = credentials(request)
        if pair is not None:
            with self.store.writing() as db:
                set_revoked(db, pair, revoked=True)

    def restore_keys(self) -> None:
        with self.store.writing() as db:
            set_revoked(db, None, revoked=False)

    def forget_cache(self) -> None:
        self._cache.clear()

    def next_ticks(self) -> int:
        """A stamp with a seventh digit, so that readers meet one (17.16)."""
        with self._ticks_lock:
            self._tick = self._tick % 9 + 1
            return self.clock.now_us() * 10 + self._tick

    def close(self) -> None:
        self.store.close()

    def _handle(self, request: Request) -> Answer:
        found = find(request.segments)
        if found is None:
            raise Refusal.empty(404)
        endpoints, arguments = found
        with self.store.reading() as db:
            user = authenticate(db, request)
        endpoint = endpoints.get(request.method)
        if endpoint is None:
            raise Refusal(Answer(405).with_header("Allow", ", ".join(endpoints)))
        refuse_without_right(user, request)
        return self._call(request, endpoint, arguments, user)

    def _call(self, request: Request, endpoint: Endpoint, arguments: dict[str, str], user: User) -> Answer:
        parameters = request.parameters()
        license_number = _license(endpoint, user, parameters)
        reads = request.method == "GET"
        place = (
            self.limiter.admitted(license_number, user.vendor_key, self.settings) if reads else nullcontext()
        )
        with place:
            key = (license_number or "", request.path)
            if endpoint.cached and (answer := self._cached(key)):
                return answer
            with self.store.reading() if reads else self.store.writing() as db:
                call = self._build(request, arguments, parameters, user, license_number, db)
                answer = endpoint.handler(call)
            if endpoint.cached and self.settings.status_cache_seconds:
                self._cache[key] = (call.now, answer)
            return answer

    def _build(
        self, request: Request, arguments: dict[str, str], parameters: dict[str, list[str]], user: User,
        license_number: str | None, db: Connection,
    ) -> Call:  # fmt: skip
        facility: Facility | None = None
        if license_number is not None:
            facility = Facility.load(db, license_number)
            if facility is None:
                raise Refusal.message(401, "The license is not valid.")
        ticks = self.next_ticks()
        return Call(
            request,
            user,
            facility,
            arguments,
            parameters,
            db,
            self._listings,
            self.settings,
            ticks // 10,
            ticks,
        )

    def _cached(self, key: tuple[str, str]) -> Answer | None:
        made, answer = self._cache.get(key, (0, None))
        age = self.clock.now_us() - made
        return answer if answer and 0 <= age < self.settings.status_cache_seconds * SECOND_US else None


def _license(endpoint: Endpoint, user: User, parameters: dict[str, list[str]]) -> str | None:
    """The license that the call names, checked against the user's (contract 1.2, 17.1)."""
    if endpoint.license is License.UNUSED:
        return None
    named: Any = single(parameters, "licenseNumber")
    if named is None or named == "":
        if endpoint.license is License.NEEDED:
            raise Refusal.message(400, "The parameter licenseNumber was not specified.")
        return None
    if named not in user.licenses:
        raise Refusal.message(401, "The license is not valid for this user.")
    return str(named)
