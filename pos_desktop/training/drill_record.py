"""The record of an outage drill: what happened when, in counts and times. It never holds a patient's name or number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.domain.instant import SECOND_US, Instant

_WIDTH = 100
_DIFFERENCES = {
    "missing": "not at the state",
    "double": "twice at the state",
    "foreign": "only at the state",
    "different": "told otherwise at the state",
}


@dataclass(slots=True)
class DrillRecord:
    """Filled step by step; a time is None until its step was made.

    Args:
        sold: What `SellReport.document` tells of the sales made without the state.
        numbers: First and last report number of those sales; empty where none was made.
        differences: Report numbers by kind, as `compare` finds them.
    """

    store: str
    license: str
    register: str
    programme: str
    rule: str
    system: str
    zone: ZoneInfo
    manager: str
    seller: str
    began: Instant
    evidence: str = ""
    away: Instant | None = None
    noticed: bool = False
    back: Instant | None = None
    reported: Instant | None = None
    sold: Mapping[str, Any] = field(default_factory=dict)
    numbers: tuple[str, str] = ("", "")
    waited: int = 0
    sends: int = 0
    confirmed: int = 0
    looked_up: int = 0
    refused: int = 0
    conflicts: int = 0
    waiting: int = 0
    local: int = 0
    state: int = 0
    differences: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def agree(self) -> bool:
        """Whether everything was reported, and both ledgers tell the same of it."""
        return (
            self.reported is not None
            and not (self.waiting or self.refused or self.conflicts)
            and self.local == self.state
            and not any(self.differences.values())
        )

    @property
    def outage_s(self) -> int:
        return _seconds(self.away, self.back)

    @property
    def reporting_s(self) -> int:
        return _seconds(self.back, self.reported)

    def document(self) -> dict[str, Any]:
        return {
            "store": self.store,
            "license": self.license,
            "register": self.register,
            "programme": self.programme,
            "rule": self.rule,
            "system": self.system,
            "manager": self.manager,
            "seller": self.seller,
            "began": self._at(self.began),
            "outage": {
                "began": self._at(self.away),
                "ended": self._at(self.back),
                "seconds": self.outage_s,
                "noticed": self.noticed,
                "evidence": self.evidence,
            },
            "offline": {**self.sold, "first": self.numbers[0], "last": self.numbers[1]},
            "reporting": {
                "waited": self.waited,
                "sends": self.sends,
                "confirmed": self.confirmed,
                "looked_up": self.looked_up,
                "refused": self.refused,
                "conflicts": self.conflicts,
                "left": self.waiting,
                "ended": self._at(self.reported),
                "seconds": self.reporting_s,
            },
            "ledgers": {"local": self.local, "state": self.state, **self.differences},
            "agree": self.agree,
        }

    def lines(self) -> list[str]:
        """For paper, with room for signatures."""
        return [
            "OUTAGE DRILL — training data only",
            "",
            *_table(
                ("Store", f"{self.store}, license {self.license}, register {self.register}"),
                ("Programme", f"{self.programme}; reports to {self.system}"),
                ("Led by", f"{self.manager}; sales by {self.seller}"),
                ("Begun", self._at(self.began)),
                ("Rule", self.rule),
            ),
            "",
            "The outage",
            *_table(
                ("From", self._at(self.away)),
                ("To", self._at(self.back)),
                ("How long", counted(self.outage_s, "second", "seconds")),
                ("Noticed", "yes" if self.noticed else "no"),
                (
                    "Declared with",
                    self.evidence or "not declared: the programme asks no system before a sale",
                ),
            ),
            "",
            "Without the state",
            *_table(*self._selling()),
            "",
            "Afterwards",
            *_table(*self._reporting()),
            "",
            f"RESULT: {'both ledgers agree.' if self.agree else 'the ledgers do not agree.'}",
            *self._differences(),
            "",
            *(f"{who:<12}{'_' * 36}   Date {'_' * 14}\n" for who in ("Manager", "Seller", "Witness")),
        ]

    def _selling(self) -> list[tuple[str, str]]:
        sold = self.sold
        cents = int(sold.get("total_cents", 0))
        told = [
            (
                "Sold",
                f"{sold.get('sold', 0)} of {sold.get('wanted', 0)} sales, {cents // 100}.{cents % 100:02d} in all",
            ),
            ("Patients", str(sold.get("patients", 0))),
            ("Reports", f"{self.numbers[0]} to {self.numbers[1]}" if self.numbers[0] else "none"),
            ("Refused", _codes(sold.get("refused", {}), "no patient")),
            ("Not for sale", _codes(sold.get("left_out", {}), "no package")),
        ]
        return told + ([("Ended early", str(sold["stopped"]))] if sold.get("stopped") else [])

    def _reporting(self) -> list[tuple[str, str]]:
        return [
            ("Waited", counted(self.waited, "report", "reports")),
            ("Sent", f"{counted(self.sends, 'time', 'times')}, {self.looked_up} looked up"),
            ("Taken", str(self.confirmed)),
            ("State refused", f"{self.refused}; {counted(self.conflicts, 'conflict', 'conflicts')}"),
            (
                "All reported",
                self._at(self.reported) or f"no: {counted(self.waiting, 'report waits', 'reports wait')}",
            ),
            ("That took", counted(self.reporting_s, "second", "seconds")),
            ("Ledger here", counted(self.local, "sale", "sales")),
            ("Ledger there", counted(self.state, "sale", "sales")),
        ]

    def _differences(self) -> list[str]:
        return [
            f"{words}: {', '.join(self.differences[kind])}"
            for kind, words in _DIFFERENCES.items()
            if self.differences.get(kind)
        ]

    def _at(self, instant: Instant | None) -> str:
        return "" if instant is None else f"{instant.datetime_in(self.zone):%Y-%m-%d %H:%M:%S %z}"


def _seconds(first: Instant | None, last: Instant | None) -> int:
    return 0 if first is None or last is None else last.since_us(first) // SECOND_US


def _table(*rows: tuple[str, str]) -> list[str]:
    """Two columns, narrow enough for paper."""
    return [
        line
        for name, told in rows
        for line in wrap(
            told or " ",
            _WIDTH,
            initial_indent=f"  {name:<16}",
            subsequent_indent=" " * 18,
            break_on_hyphens=False,
        )
        or [f"  {name}"]
    ]


def _codes(counts: Mapping[str, int], none: str) -> str:
    return ", ".join(f"{code} {count}" for code, count in sorted(counts.items())) or none
