"""A comparison sorted into what a person looks at: lists of differences with their counts, and the head of the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.open_findings import Verified
from pos_desktop.app.reconciling import Reconciled
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.reconciliation.findings import Finding, Kind, PackageFinding, Weight
from pos_desktop.domain.reconciliation.words import meaning_of
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.presenter.drain import Progress
from pos_desktop.ui.room_state import Draining, ReportFilter
from pos_desktop.ui.state import FixButton

translate = QCoreApplication.translate
COMPARE = "report-compare"
"""Into the comparison; all other wishes of it begin with this."""
START, CANCEL, EARLIER, LATER, PICK, LOOK, CERTIFICATE, OPEN = (
    f"{COMPARE}-{each}"
    for each in ("start", "cancel", "earlier", "later", "pick", "look", "certificate", "open")
)
_ALL_OF_IT = 1_000_000
_HEAVIEST = (Weight.PERSON, Weight.WAITING, Weight.NOTHING)
Entry = Finding | PackageFinding | Verified


class Part(StrEnum):
    """What the list shows; the key of each is its place."""

    TO_SETTLE = "to-settle"
    HERE = "only-here"
    THERE = "only-there"
    DIFFERS = "differs"
    VOIDED = "voided"
    TWICE = "duplicate"
    PACKAGES = "packages"
    SETTLED = "settled"


_PART_OF = {
    Kind.ONLY_HERE: Part.HERE,
    Kind.ONLY_THERE: Part.THERE,
    Kind.DIFFERS: Part.DIFFERS,
    Kind.VOIDED: Part.VOIDED,
    Kind.VOIDED_HERE_ONLY: Part.VOIDED,
    Kind.VOIDED_THERE_ONLY: Part.VOIDED,
    Kind.DUPLICATE: Part.TWICE,
}


@dataclass(frozen=True, slots=True)
class Found:
    """`matched`: so many are the same on both sides; they are counted and not listed."""

    result: Reconciled
    parts: Mapping[Part, tuple[Entry, ...]]
    matched: int

    @property
    def day(self) -> date:
        return self.result.first

    @property
    def first_part(self) -> Part:
        return Part.SETTLED if self.parts[Part.SETTLED] and not self.parts[Part.TO_SETTLE] else Part.TO_SETTLE

    def weighing(self, weight: Weight) -> int:
        return sum(_weight(each) is weight for each in self.parts[Part.TO_SETTLE])


def found(result: Reconciled) -> Found:
    """Any thread."""
    packages = result.packages or ()
    parts: dict[Part, list[Entry]] = {part: [] for part in Part}
    for each in result.findings:
        part = _PART_OF.get(each.kind)
        if part is not None:
            parts[part].append(each)
    parts[Part.PACKAGES] += packages
    parts[Part.SETTLED] += result.memory.verified
    everything: Iterable[Finding | PackageFinding] = (*result.findings, *packages)
    parts[Part.TO_SETTLE] += (each for each in everything if _weight(each) is not Weight.NOTHING)
    matched = sum(each.kind is Kind.MATCHED for each in result.findings)
    return Found(result, {part: _heaviest_first(each) for part, each in parts.items()}, matched)


def _heaviest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda each: _HEAVIEST.index(_weight(each))))


def _weight(each: Entry) -> Weight:
    return Weight.NOTHING if isinstance(each, Verified) else meaning_of(each).weight


# ---- head


def day_words(day: date) -> str:
    return translate("Compare", "{day}, {year}").format(day=figures.short_day(day), year=day.year)


def day_note(day: date, today: date) -> str:
    if day == today:
        return translate("Compare", "today; the day is not over")
    return translate("Compare", "yesterday") if day == today - timedelta(days=1) else ""


def day_buttons(day: date, today: date) -> tuple[FixButton, ...]:
    earlier = FixButton(EARLIER, translate("Compare", "Day before"), "←")
    later = FixButton(LATER, translate("Compare", "Day after"), "→")
    pick = FixButton(PICK, translate("Compare", "Another day"), "D")
    return (earlier, later, pick) if day < today else (earlier, pick)


def start_button(*, running: bool, again: bool) -> FixButton:
    if running:
        return FixButton(CANCEL, translate("Compare", "Cancel"), "C")
    words = translate("Compare", "Compare again") if again else translate("Compare", "Compare")
    return FixButton(START, words, "Enter")


def tools() -> tuple[FixButton, ...]:
    return (FixButton(CERTIFICATE, translate("Compare", "Save the certificate"), "P"),)


def running(read: tuple[int, int] | None, progress: Progress | None, *, stopping: bool) -> Draining:
    """A count, and minutes only where they were measured."""
    done, of = read or (0, 0)
    ppm = done * _ALL_OF_IT // max(1, of)
    if stopping:
        words = translate(
            "Compare", "Stopping: it ends with the answer that is awaited now, and changes nothing."
        )
    elif read is None:
        words = translate("Compare", "The state’s list of receipts is being read.")
    elif done >= of:
        words = translate("Compare", "{m} of {m} receipts read. The packages follow.")
    elif progress is not None and progress.minutes_left is not None:
        words = translate(
            "Compare", "{n} of {m} receipts read, about {k} min left for them. The packages follow."
        )
    else:
        words = translate("Compare", "{n} of {m} receipts read. The packages follow.")
    minutes = 0 if progress is None else progress.minutes_left or 0
    return Draining(words.format(n=f"{done:,}", m=f"{of:,}", k=f"{minutes:,}"), ppm)


# ---- what was found


def summary(of: Found, now: Instant) -> str:
    result = of.result
    at = figures.moment(result.read_at, now, result.zone)
    said = [
        translate("Compare", "Compared {time}").format(time=at),
        translate("Compare", "1 sale matches")
        if of.matched == 1
        else translate("Compare", "{n} sales match").format(n=f"{of.matched:,}"),
    ]
    person, waiting = of.weighing(Weight.PERSON), of.weighing(Weight.WAITING)
    settled = len(of.parts[Part.SETTLED])
    counts = (
        (person, translate("Compare", "1 needs a person"), translate("Compare", "{n} need a person")),
        (waiting, translate("Compare", "1 settles by itself"), translate("Compare", "{n} settle by themselves")),
        (settled, translate("Compare", "1 earlier difference is settled"),
         translate("Compare", "{n} earlier differences are settled")),
    )  # fmt: skip
    said += [one if n == 1 else more.format(n=f"{n:,}") for n, one, more in counts if n]
    return " · ".join([*said, *_under_other_license(of)])


def _under_other_license(of: Found) -> list[str]:
    others = of.result.others.get(of.day)
    if others is None:
        return []
    words = (
        translate("Compare", "1 sale was made under another license")
        if others.made == 1
        else translate("Compare", "{n} sales were made under another license")
    )
    still = translate("Compare", "{n} of them open").format(n=f"{len(others.open):,}") if others.open else ""
    return [", ".join(filter(None, [words.format(n=f"{others.made:,}"), still]))]


def filters(of: Found, chosen: Part) -> tuple[ReportFilter, ...]:
    names = {
        Part.TO_SETTLE: translate("Compare", "To settle · {n}"),
        Part.HERE: translate("Compare", "Only here · {n}"),
        Part.THERE: translate("Compare", "Only there · {n}"),
        Part.DIFFERS: translate("Compare", "Differs · {n}"),
        Part.VOIDED: translate("Compare", "Voided · {n}"),
        Part.TWICE: translate("Compare", "Duplicate · {n}"),
        Part.PACKAGES: translate("Compare", "Packages · {n}"),
        Part.SETTLED: translate("Compare", "Settled · {n}"),
    }
    return tuple(
        ReportFilter(each.value, names[each].format(n=f"{len(of.parts[each]):,}"), str(n), each is chosen)
        for n, each in enumerate(Part, 1)
    )


def empty_words(of: Found, part: Part) -> tuple[str, str]:
    """(headline, sentence) for a list without rows."""
    if part is not Part.TO_SETTLE:
        return "", {
            Part.HERE: translate("Compare", "No sale of this day is missing at the state."),
            Part.THERE: translate("Compare", "The state shows no receipt of this day that is not ours."),
            Part.DIFFERS: translate("Compare", "No receipt differs from what was sold."),
            Part.VOIDED: translate("Compare", "No sale of this day was voided."),
            Part.TWICE: translate("Compare", "No sale is at the state more than once."),
            Part.PACKAGES: translate("Compare", "Every package on hand is the same at the state."),
            Part.SETTLED: translate(
                "Compare", "No earlier difference was settled since the last comparison."
            ),
        }[part]
    day = figures.short_day(of.day)
    if not of.result.findings and of.result.others:
        head = translate("Compare", "No sale was made on {day} under this license, and the state shows none.")
    elif not of.result.findings:
        head = translate("Compare", "No sale was made on {day}, and the state shows none.")
    elif of.matched == 1:
        head = translate("Compare", "The one sale of {day} is at the state as it was sold.")
    elif of.matched:
        head = translate("Compare", "All {n} sales of {day} are at the state as they were sold.")
    else:
        head = translate("Compare", "Nothing of {day} differs.")
    body = translate("Compare", "The packages on hand agree too. Save the certificate of the day with P.")
    return head.format(n=f"{of.matched:,}", day=day), body


def meanwhile(day: date) -> tuple[str, str]:
    return (
        translate("Compare", "{day} is being compared").format(day=figures.short_day(day)),
        translate(
            "Compare",
            "You can go back to the counter and serve patients: it goes on, and stands here when you come back."
            " The state lets its receipts be read a few in a second, so a full day takes minutes.",
        ),
    )


def invitation() -> tuple[str, str]:
    return (
        translate("Compare", "Compare a business day with the state"),
        translate(
            "Compare",
            "Every sale of this register is held against the state’s receipts and every receipt against the sales, then"
            " the packages on hand. Nothing is changed by it, here or at the state; selling goes on meanwhile.",
        ),
    )
