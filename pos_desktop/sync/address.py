"""Which addresses a store may speak to."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from pos_desktop.domain.errors import BadInput


def is_loopback(url: str) -> bool:
    """Whether `url` surely names this machine: `localhost` or an address of the loopback network."""
    host = _split(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_unless_loopback(url: str) -> None:
    """Keep a training store away from every real service.

    Raises:
        BadInput: `url` does not name this machine.
    """
    if not is_loopback(url):
        raise BadInput(
            f"A training store speaks only to this computer, and {host_of(url)} is another one. "
            "Nothing was sent. Use an address like http://127.0.0.1:4010, or set up a live store.",
            code="not-loopback",
        )


def checked_base_url(url: str) -> str:
    """`url` without its trailing slash.

    Raises:
        BadInput: not an http(s) address, with a name or password inside, or plain http to another computer.
    """
    parts = _split(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise BadInput("The address of the state service is not like https://host. Nothing was sent.")
    if parts.username is not None or parts.password is not None:
        raise BadInput(
            "Keys do not belong in the address of the state service; store them with `secret set`."
        )
    if parts.scheme == "http" and not is_loopback(url):
        raise BadInput("The state service must be called by https://; http:// would show keys and patients.")
    return url.rstrip("/")


def host_of(url: str) -> str:
    return _split(url).hostname or "that address"


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it checks that it is a number
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts
