"""What the papers of a till say, as values. How they look is the printer's side (devices)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pos_desktop.app.ports import KeptZ, Slip, SlipKind, TillSession
from pos_desktop.app.ports.paper import DRAWER, ENVELOPE, SHORT_HASH
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.till import Count, TillEvent, TillKind

_PAID = {
    TillKind.PAID_IN: "Paid in",
    TillKind.PAID_OUT: "Paid out",
    TillKind.CREDIT_OUT: "Credit paid out",
}


@dataclass(frozen=True, slots=True)
class Papers:
    """Of the tills of one register. `name_of` finds who somebody is."""

    zone: str
    name_of: Callable[[PersonId], str]

    def opening(self, session: TillSession, opened: TillEvent, count: Count) -> Slip:
        said = {**self._event(session, opened), "pieces": _pieces(count)}
        return Slip(SlipKind.TILL_OPENED, "Opening slip of the till", said)

    def drop(self, session: TillSession, event: TillEvent, count: Count | None) -> tuple[Slip, Slip]:
        """One goes into the envelope, the other into the drawer. Without pieces where the amount was typed."""
        said, title = self._event(session, event), f"Drop slip, envelope {event.reference}"
        said["pieces"] = [] if count is None else _pieces(count)
        one, other = ({**said, "goes": where} for where in (ENVELOPE, DRAWER))
        return Slip(SlipKind.DROP, title, one), Slip(SlipKind.DROP, title, other)

    def paid(self, session: TillSession, event: TillEvent) -> Slip:
        what = _PAID[event.kind]
        return Slip(SlipKind.PAID, f"{what} slip", {**self._event(session, event), "what": what})

    def x_report(self, session: TillSession, told: Mapping[str, Any]) -> Slip:
        said = {**self._of(session), "report": told, "names": self._names(told)}
        return Slip(SlipKind.X_REPORT, "X report", said)

    def z_report(self, session: TillSession, kept: KeptZ) -> Slip:
        """The same whenever it is made, but for the names of people who changed theirs."""
        said = {
            **self._of(session),
            "report": kept.document,
            "names": self._names(kept.document),
            "epoch": kept.epoch,
            "seq": kept.journal_seq,
            "hash": kept.journal_hash[:SHORT_HASH],
        }
        return Slip(SlipKind.Z_REPORT, f"Z report {kept.number}", said)

    def _of(self, session: TillSession) -> dict[str, Any]:
        return {"ref": session.id, "zone": self.zone, "opened_at": session.opened_at.utc_us}

    def _event(self, session: TillSession, event: TillEvent) -> dict[str, Any]:
        return {
            **self._of(session),
            "at": event.at.utc_us,
            "by": self.name_of(event.by),
            "cash": event.cash.cents,
            "reason": event.reason,
            "reference": event.reference,
            "second": "" if event.witness is None else self.name_of(event.witness),
        }

    def _names(self, told: Mapping[str, Any]) -> dict[str, str]:
        return {each: self.name_of(PersonId(each)) for each in sorted(set(_people(told)))}


def _people(told: Mapping[str, Any]) -> Iterator[str]:
    """Everybody whom a report names by id."""
    cash = told["cash"]
    yield told["opened"]["by"]
    yield from (each["by"] for each in (told.get("closed"), told.get("read")) if each)
    lists = (cash.get("counts", ()), told["pauses"], *map(told.get, ("drawer_opened", "earlier_voids")))
    yield from (each["by"] for some in lists for each in some or ())
    yield from (cash[key] for key in ("witness", "approved_by") if cash.get(key))


def _pieces(count: Count) -> list[list[int]]:
    return [list(each) for each in count.pieces]
