"""What one comparison leaves open for the next: then it is still there, new, or put right and verified."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pos_desktop.app.counting import counted
from pos_desktop.app.ports import JournalBook, KeptFindings
from pos_desktop.app.reasons import good_reason
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.people import Person, Right, require
from pos_desktop.domain.reconciliation.findings import Kind

PACKAGES = "packages"
_DAYS_KEPT = 400
_ALARM = "yes"


@dataclass(frozen=True, slots=True)
class Verified:
    """What an earlier comparison found and this one does not: it was put right."""

    id: str
    what: str
    kind: str
    since: str


@dataclass(frozen=True, slots=True)
class Memory:
    """`since`: by the id of what is open, when it was first found; `new` are those that were found just now.

    `accepted` are those that a manager answers for: they are told and call nobody.
    """

    since: Mapping[str, str]
    new: frozenset[str]
    verified: tuple[Verified, ...]
    accepted: frozenset[str] = frozenset()


def remember(
    kept: KeptFindings,
    license_number: str,
    places: Mapping[str, Mapping[str, tuple[str, str]]],
    now: str,
    *,
    forget: bool,
    alarms: Collection[str] = (),
) -> Memory:
    """Hold what is open now against what was, and keep it.

    Args:
        kept: A plain file: numbers of sales and tags go in, never a person.
        license_number: Each license has findings of its own.
        places: What is open, (what, kind) by id, for each day that was compared and for the packages.
        now: When the state was asked.
        forget: Whether what is not found any more was put right; a comparison that sees no lines keeps it, and only
            lets the alarm rest of what it would have seen.
        alarms: Ids of what keeps needing a person until it is settled.
    """
    licenses = _table(kept.load().get("licenses"))
    earlier = _table(licenses.get(license_number))
    since: dict[str, str] = {}
    new: set[str] = set()
    let_be: set[str] = set()
    verified: list[Verified] = []
    open_now = dict(earlier)
    for place, found in places.items():
        before = {key: _entry(each) for key, each in _table(earlier.get(place)).items()}
        accepted = {key for key, each in before.items() if each["accepted"]}
        let_be |= accepted & found.keys()
        new |= found.keys() - before.keys()
        entries = {
            key: {
                "what": what,
                "kind": kind,
                "since": before[key]["since"] if key in before else now,
                "alarm": _ALARM if key in alarms and key not in accepted else "",
                "accepted": _ALARM if key in accepted else "",
            }
            for key, (what, kind) in found.items()
        }
        since.update({key: each["since"] for key, each in entries.items()})
        left = {key: each for key, each in before.items() if key not in found}
        if forget:
            verified += [
                Verified(key, each["what"], each["kind"], each["since"]) for key, each in left.items()
            ]
            left = {}
        else:
            left = {
                key: each if each["kind"] == Kind.DIFFERS else {**each, "alarm": ""}
                for key, each in left.items()
            }
        open_now[place] = {**entries, **left}
    kept.save({"v": 1, "licenses": {**licenses, license_number: _newest(open_now)}})
    return Memory(since, frozenset(new), tuple(verified), frozenset(let_be))


@dataclass(frozen=True, slots=True)
class Alarms:
    """What needs a person and was not settled yet, as the last comparisons left it. `days` are ISO dates, in order."""

    number: int
    days: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Empty where there is none."""
        if not self.number:
            return ""
        days = f" --date {self.days[0]}" if self.days else ""
        days += f" --to {self.days[-1]}" if len(self.days) > 1 else ""
        said = counted(self.number, "difference with the state needs", "differences with the state need")
        return f"{said} a person: pos-desktop reconcile{days}. Run it again when it is put right."


def open_alarms(kept: KeptFindings, license_number: str) -> Alarms:
    """Lane: any; a small file is read."""
    places = _table(_table(kept.load().get("licenses")).get(license_number))
    found = {
        place: sum(_entry(each)["alarm"] == _ALARM for each in _table(entries).values())
        for place, entries in places.items()
    }
    days = sorted(place for place, number in found.items() if number and place != PACKAGES)
    return Alarms(sum(found.values()), tuple(days))


def accept(
    kept: KeptFindings, license_number: str, finding: str, reason: str, by: Person, journal: JournalBook
) -> str:
    """Let the alarm of a difference rest for good; says what it is. It stays in each comparison that sees it.

    Raises:
        RuleRefusal: not for everybody.
        BadInput: no reason, or no such difference is open under this license.
    """
    require(by, Right.SETTLE_REPORT, "Nothing was changed.")
    why = good_reason(reason)
    licenses = _table(kept.load().get("licenses"))
    places = _table(licenses.get(license_number))
    place = next((name for name, each in places.items() if finding in _table(each)), None)
    if place is None:
        raise BadInput(
            f"No open difference is called {finding}. pos-desktop reconcile lists them, each with its name before it. "
            "Nothing was changed.",
            code="no-difference",
        )
    entry = _entry(_table(places[place])[finding])
    changed = {**_table(places[place]), finding: {**entry, "alarm": "", "accepted": _ALARM}}
    kept.save({"v": 1, "licenses": {**licenses, license_number: {**places, place: changed}}})
    journal.append("difference.accepted", by.id, finding, {"what": entry["what"], "reason": why})
    return entry["what"]


def _newest(found: Mapping[str, Any]) -> dict[str, Any]:
    days = sorted(key for key, entries in found.items() if key != PACKAGES and entries)[-_DAYS_KEPT:]
    return {key: found[key] for key in (*days, PACKAGES) if found.get(key)}


def _entry(value: object) -> dict[str, str]:
    return {
        name: str(_table(value).get(name) or "") for name in ("what", "kind", "since", "alarm", "accepted")
    }


def _table(value: object) -> dict[str, Any]:
    """Anybody may have written into the file; anything else than a table counts as nothing."""
    return dict(value) if isinstance(value, dict) else {}
