"""HTTP to METRC: where its paths lead, its two keys, and the pace of its reads."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from urllib.parse import urlencode

from pos_desktop.sync.metrc.pace import Pace
from pos_desktop.sync.web import ANSWER_S, MAX_ANSWER, Failure, Reply, Web

__all__ = ["Failure", "MetrcClient", "Reply"]


class MetrcClient:
    """Requests for one license with one pair of keys. Any thread.

    Args:
        base_url: `https://host`; `http://` on this computer only. Raises BadInput otherwise.
        vendor_key, user_key: The two halves of HTTP Basic (section 1.1).
        ca_file: Certificates to trust instead of the system's, for a service with its own.
    """

    def __init__(
        self,
        base_url: str,
        *,
        vendor_key: str,
        user_key: str,
        pace: Pace | None = None,
        answer_s: float = ANSWER_S,
        max_answer: int = MAX_ANSWER,
        ca_file: str | None = None,
    ) -> None:
        self._web = Web(
            base_url,
            basic=(vendor_key, user_key),
            answer_s=answer_s,
            max_answer=max_answer,
            ca_file=ca_file,
        )
        self._pace = pace or Pace()

    @property
    def base_url(self) -> str:
        return self._web.base_url

    def get(
        self, path: str, query: Mapping[str, str] | None = None, *, within_s: float | None = None
    ) -> Reply:
        """`path` is URL-encoded already; `query` is encoded here, `+` included (section 2)."""
        return self._request("GET", path, query, None, within_s)

    def post(self, path: str, query: Mapping[str, str], body: bytes) -> Reply:
        return self._request("POST", path, query, body, None)

    def close(self) -> None:
        self._web.close()

    def _request(
        self,
        verb: str,
        path: str,
        query: Mapping[str, str] | None,
        body: bytes | None,
        within_s: float | None,
    ) -> Reply:
        url = f"{self.base_url}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Content-Type": "application/json"} if body is not None else {}
        with self._pace.read() if verb == "GET" else nullcontext():
            return self._web.ask(verb, url, body, headers, within_s)
