"""Control endpoints `/__sandbox/...`: for the trainer and the tests, guarded by the token in `control.token`."""

import hmac
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pos_desktop.training.sandbox.clock import odt, parse_instant
from pos_desktop.training.sandbox.faults import BadFault
from pos_desktop.training.sandbox.http import Answer, Refusal, Request
from pos_desktop.training.sandbox.jsonio import BadJson, decode
from pos_desktop.training.sandbox.switches import BadSeed, BadSetting

if TYPE_CHECKING:
    from pos_desktop.training.sandbox.serving import Service, ServiceServer

PREFIX = "/__sandbox/"
TOKEN_HEADER = "x-sandbox-token"  # noqa: S105 - the header's name, not a secret


class Control:
    def __init__(self, server: "ServiceServer[Service]") -> None:
        self._server = server
        self._doors: Mapping[str, Callable[[Request], Any]] = {
            "GET health": lambda _: {"ready": True, "outage": server.outage},
            "POST seed": lambda request: server.seed(_object(request)),
            "GET requests": lambda _: {"requests": list(server.requests)},
            "GET faults": lambda _: server.faults,
            "PUT faults": self._put_faults,
            "GET settings": lambda _: server.service.settings.document(),
            "PUT settings": lambda request: server.service.change_settings(_object(request)),
            "GET clock": lambda _: self._clock(),
            "PUT clock": self._put_clock,
            "PUT outage": self._put_outage,
            **{door: _without_body(answer) for door, answer in server.service.doors().items()},
        }

    def handle(self, request: Request) -> Answer:
        """Answer a control request; the token is asked for before anything else."""
        token = request.headers.get(TOKEN_HEADER, "")
        if not hmac.compare_digest(token.encode(), self._server.control_token.encode()):
            return Answer.message(
                401, "The control token is missing or wrong; it is in the file control.token."
            )
        door = self._doors.get(f"{request.method} {request.path.removeprefix(PREFIX).removesuffix('/')}")
        if door is None:
            return Answer.message(404, f"There is no such control; there are {', '.join(self._doors)}.")
        try:
            return Answer.json(door(request))
        except (BadJson, BadSeed, BadFault, BadSetting) as fault:
            return Answer.message(400, str(fault))
        except Refusal as refusal:
            return refusal.answer

    def _put_faults(self, request: Request) -> Any:
        self._server.set_faults(_object(request))
        return self._server.faults

    def _clock(self) -> dict[str, str]:
        return {"now": odt(self._server.service.clock.now_us() * 10)}

    def _put_clock(self, request: Request) -> dict[str, str]:
        """`{"now": instant, "running": bool}`, or `{"now": null}` for the machine's time."""
        document = _object(request)
        text, running = document.get("now"), document.get("running", True)
        ticks = parse_instant(text) if isinstance(text, str) else None
        if not isinstance(running, bool) or (text is not None and ticks is None):
            raise Refusal.message(
                400, '{"now"} is a time with Z or an offset, or null; "running" is true or false.'
            )
        self._server.move_clock(None if ticks is None else ticks // 10, running=running)
        return self._clock()

    def _put_outage(self, request: Request) -> dict[str, str]:
        """`{"mode": "closed" | "hang-up" | "open", "seconds": until it ends by itself}`."""
        document = _object(request)
        seconds = document.get("seconds")
        if seconds is not None and (not isinstance(seconds, int | Decimal) or seconds < 0):
            raise Refusal.message(400, "seconds is a number from 0.")
        limit = None if seconds is None else Decimal(seconds)
        match document.get("mode"):
            case "closed":
                self._server.close_socket(limit)
            case "hang-up":
                self._server.hang_up(limit)
            case "open":
                self._server.open_socket()
            case _:
                raise Refusal.message(400, "mode is closed, hang-up or open.")
        return {"outage": self._server.outage}


def _without_body(answer: Callable[[], Any]) -> Callable[[Request], Any]:
    return lambda _: answer()


def _object(request: Request) -> Any:
    document = decode(request.body)
    if not isinstance(document, dict):
        raise Refusal.message(400, "The body must be a JSON object.")
    return document
