"""The service as a whole: one request in, one answer out, everything answered is committed."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pos_desktop.training.sandbox.biotrack import access, envelope, rest, sales
from pos_desktop.training.sandbox.biotrack.actions import ACTIONS, NAMES, Action
from pos_desktop.training.sandbox.biotrack.call import Call, User
from pos_desktop.training.sandbox.biotrack.faults import Kind, deliver
from pos_desktop.training.sandbox.biotrack.forms import check, form
from pos_desktop.training.sandbox.biotrack.refusing import NOT_FOUND, Refused
from pos_desktop.training.sandbox.biotrack.schema import SCHEMA
from pos_desktop.training.sandbox.biotrack.seed import seed
from pos_desktop.training.sandbox.biotrack.settings import Settings
from pos_desktop.training.sandbox.biotrack.sync import WASHINGTON
from pos_desktop.training.sandbox.clock import SECOND_US, SandboxClock
from pos_desktop.training.sandbox.faults import Delivery, Fault
from pos_desktop.training.sandbox.http import Answer, Refusal, Request
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode
from pos_desktop.training.sandbox.store import Connection, Store

_LOGIN = form("license_number username password")
_REPLAY = form("nonce")
_FIRST_TRANSACTION = 48_000
_SECRETS = ("password", "sessionid", "card_key", "new_password")


class BiotrackService:
    """Thread-safe. Owns the state file until `close`."""

    def __init__(self, state_dir: Path, clock: SandboxClock | None = None) -> None:
        self.store = Store(state_dir, SCHEMA, system="biotrack")
        self.clock = clock or SandboxClock()
        self.settings = Settings.of(decode(self.store.note("settings") or "{}"))
        if moved := self.store.note("clock"):
            self.clock.restore(moved)

    @property
    def fault_kinds(self) -> tuple[str, ...]:
        return tuple(Kind)

    @property
    def actions(self) -> tuple[str, ...]:
        return NAMES

    @property
    def empty(self) -> bool:
        with self.store.reading() as db:
            return db.execute("SELECT 1 FROM company").fetchone() is None

    def action(self, request: Request) -> str:
        """The action that a legacy request names; the paths of v3 name themselves."""
        named = envelope.peek(request).get("action") if _is_legacy(request) else ""
        return named if isinstance(named, str) else ""

    def deliver(self, fault: Fault, request: Request) -> Delivery | None:
        return deliver(self, fault, request)

    def handle(self, request: Request, *, skew_s: int = 0) -> Answer:
        """Answer a request; never raises. `skew_s`: how far its clock is off for this one."""
        now = self.clock.now_us() // SECOND_US + skew_s
        try:
            return self._legacy(request, now) if _is_legacy(request) else self._rest(request, now)
        except Refusal as refusal:
            return refusal.answer
        except Refused as refused:
            return self.refuse(request, refused)
        except Exception as fault:  # noqa: BLE001 - one broken request must not end the server; it answers 500
            sys.stderr.write(f"The sandbox failed at a {request.method}: {type(fault).__name__}\n")
            return Answer(500)

    def refuse(self, request: Request, refused: Refused) -> Answer:
        """A business refusal in the shape of the API that was asked."""
        if _is_legacy(request):
            return envelope.refused(refused, self.settings.answer_content_type)
        return rest.error(401 if refused.code in (62, 63) else 400, refused.text)

    def seed(self, document: JsonObject) -> dict[str, int]:
        """Store a seed document (docs/sandbox-biotrack.md), all or nothing.

        Raises:
            BadSeed, BadSetting: A member or reference that does not exist, or a value of the wrong kind.
        """
        return seed(self, document)

    def next_transaction(self, db: Connection) -> int:
        """One counter for all companies and both data sets."""
        last = db.execute("SELECT MAX(transactionid) FROM journal").fetchone()[0]
        return int(last or _FIRST_TRANSACTION) + 1

    def change_settings(self, changes: JsonObject) -> JsonObject:
        """Raises BadSetting."""
        self.settings = self.settings.changed(changes)
        self.store.remember("settings", encode(self.settings.document()).decode())
        return self.settings.document()

    def move_clock(self, instant_us: int | None, *, running: bool) -> None:
        """Set the clock, or with None let it follow the machine's again."""
        if instant_us is None:
            self.clock.reset()
        else:
            self.clock.set(instant_us, running=running)
        self.store.remember("clock", self.clock.state())

    def ledger(self) -> list[JsonObject]:
        """Every sale of both data sets, voided ones included."""
        with self.store.reading() as db:
            companies = [row[0] for row in db.execute("SELECT ubi FROM company ORDER BY ubi").fetchall()]
            found = [
                sale
                for training in (0, 1)
                for ubi in companies
                for sale in sales.ledger(self._looking(db, ubi, training))
            ]
        return sorted(found, key=lambda sale: int(sale["transactionid"]))

    def journal(self) -> list[JsonObject]:
        """Every transaction, with the request that made it; without keys, passwords and sessions."""
        with self.store.reading() as db:
            rows = db.execute("SELECT * FROM journal ORDER BY transactionid").fetchall()
        names = ("transactionid", "training", "ubi", "username", "action", "at")
        return [dict(zip(names, row[:-1], strict=True)) | {"request": decode(row[-1])} for row in rows]

    def restore_users(self) -> None:
        with self.store.writing() as db:
            db.execute("UPDATE user SET revoked = 0")

    def doors(self) -> Mapping[str, Callable[[], Any]]:
        return {
            "GET ledger": lambda: {"sales": self.ledger(), "transactions": self.journal()},
            "POST restore-users": self.restore_users,
        }

    def close(self) -> None:
        self.store.close()

    def _legacy(self, request: Request, now: int) -> Answer:
        if request.method != "POST":
            raise Refusal(Answer(405).with_header("Allow", "POST"))
        body = envelope.body_of(request)
        name, training = envelope.checked(body)
        if name == "login":
            return self._told(self._login(body, training, now))
        # The session counts as used also where the action is refused.
        with self.store.writing() as db:
            user = self._user(db, body, training, now)
        if name == "nonce_replay":
            return self._replay(body, user)
        action = ACTIONS.get(name)
        unknown = name.removeprefix("sync_") in WASHINGTON and not self.settings.washington_tables
        if action is None or unknown or not user.may(name):
            raise Refused.privilege(name)
        members = envelope.members_of(body)
        check(members, action.form, ignore_unknown=self._ignores_unknown)
        return self._act(action, name, members, body.get("nonce"), user, now)

    def _act(
        self, action: Action, name: str, members: JsonObject, nonce: str | None, user: User, now: int
    ) -> Answer:
        with self.store.writing() as db:
            transaction = self._begin(db, user, name, members, nonce, now) if action.writes else 0
            call = Call(name, members, user, db, self.settings, now, transaction)
            answer = self._told(action.handler(call))
            if nonce is not None and transaction:
                db.execute(
                    "INSERT OR REPLACE INTO nonce VALUES (?, ?, ?, ?)",
                    (user.training, user.ubi, nonce, answer.body.decode("ascii")),
                )
            return answer

    def _begin(
        self, db: Connection, user: User, name: str, members: JsonObject, nonce: str | None, now: int
    ) -> int:
        """The next transaction number; a refusal takes it back with everything else."""
        number = self.next_transaction(db)
        kept = {each: value for each, value in members.items() if each not in _SECRETS} | {"nonce": nonce}
        db.execute(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, user.training, user.ubi, user.username, name, now, encode(kept).decode()),
        )
        return number

    def _login(self, body: JsonObject, training: int, now: int) -> JsonObject:
        members = {name: value for name, value in envelope.members_of(body).items() if name != "nosession"}
        check(members, _LOGIN, ignore_unknown=self._ignores_unknown)
        with self.store.writing() as db:
            user = access.user_of(db, members, training)
            session = access.begin_session(db, user, now)
        return {"success": 1, "admin": int(user.admin), "sessionid": session, "time": now}

    def _user(self, db: Connection, body: JsonObject, training: int, now: int) -> User:
        if body.get("nosession") == 1 and self.settings.nosession:
            return access.user_of(db, body, training)
        return access.session_user(db, body.get("sessionid"), training, now, self.settings)

    def _replay(self, body: JsonObject, user: User) -> Answer:
        """The last answer stored under the nonce, unchanged; the request's nonce names the earlier request."""
        if not self.settings.nonce_replay or not user.may("nonce_replay"):
            raise Refused.privilege("nonce_replay")
        members = envelope.members_of(body) | {"nonce": body.get("nonce")}
        check(members, _REPLAY, ignore_unknown=self._ignores_unknown)
        with self.store.reading() as db:
            row = db.execute(
                "SELECT answer FROM nonce WHERE training = ? AND ubi = ? AND nonce = ?",
                (user.training, user.ubi, body["nonce"]),
            ).fetchone()
        if row is None:
            raise Refused(NOT_FOUND, "The nonce could not be found.")
        return Answer(200, row[0].encode("ascii"), self.settings.answer_content_type)

    def _rest(self, request: Request, now: int) -> Answer:
        path = request.path.removesuffix("/")
        method = rest.NAMES.get(path) if self.settings.rest else None
        if method is None:
            raise Refusal(Answer(404))
        if request.method != method:
            raise Refusal(Answer(405).with_header("Allow", method))
        if path == rest.HEARTBEAT:
            return Answer.json({"Status": "success"})
        if path == rest.LOGIN:
            with self.store.writing() as db:
                return rest.login(rest.body_of(request), db, self.settings, now)
        with self.store.writing() as db:
            user = access.token_user(db, request.headers.get("authorization", ""), now)
            if not user.may(rest.PRIVILEGE[path]):
                raise Refused.privilege(rest.PRIVILEGE[path])
            members = rest.body_of(request)
            kept = rest.without_secrets(members)
            transaction = self._begin(db, user, path, kept, None, now) if path == rest.DISPENSE else 0
            call = Call(path, members, user, db, self.settings, now, transaction)
            return rest.HANDLERS[path](call)

    def _told(self, answer: JsonObject) -> Answer:
        return envelope.accepted(answer, self.settings.answer_content_type)

    def _looking(self, db: Connection, ubi: str, training: int) -> Call:
        user = User(ubi, "", admin=False, privileges=(), training=training)
        return Call("ledger", {}, user, db, self.settings, 0)

    @property
    def _ignores_unknown(self) -> bool:
        return self.settings.unknown_fields == "ignore"


def _is_legacy(request: Request) -> bool:
    return request.path.removesuffix("/") == envelope.PATH
