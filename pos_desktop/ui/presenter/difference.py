"""One difference between this store and the state: its row, both sides of it, and what to do."""

from __future__ import annotations

from contextlib import suppress
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.open_findings import Verified
from pos_desktop.app.reconciling import Reconciled
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import Money
from pos_desktop.domain.reconciliation.fields import amount_text, masked
from pos_desktop.domain.reconciliation.findings import Action, Finding, Kind, PackageFinding, Weight
from pos_desktop.domain.reconciliation.records import OwnSale, StateSale, register_of
from pos_desktop.domain.reconciliation.words import meaning_of, signed
from pos_desktop.ui.presenter import compare_words as words
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.presenter.comparing import LOOK, OPEN, Entry
from pos_desktop.ui.room_state import ReportRow, ReportStory, Sides
from pos_desktop.ui.state import FixButton, Tone

translate = QCoreApplication.translate
_SENDING_HELPS = (Action.WAIT, Action.SYNC_NOW, Action.RECEIVE, Action.COUNT_AND_ADJUST)
_PACKAGE = "P-"
"""Ids of packages' findings begin so."""


def row(each: Entry, result: Reconciled) -> ReportRow:
    if isinstance(each, Verified):
        state, when = translate("Compare", "Settled"), ""
    elif isinstance(each, PackageFinding):
        state, when = words.state(each), _moved(each)
    else:
        state, when = words.state(each), _when(each, result)
    return ReportRow(each.id, _title(each), when, state, _tone(each, result), _standing(each, result))


def story(each: Entry, result: Reconciled) -> ReportStory:
    if isinstance(each, Verified):
        return _settled(each, result)
    return ReportStory(
        id=each.id,
        title=_title(each, whole=True),
        subtitle=each.item if isinstance(each, PackageFinding) else _subtitle(each, result),
        state=words.state(each),
        words=meaning_of(each).cause,
        tone=_tone(each, result),
        advice=words.to_do(each),
        facts=_package_facts(each, result) if isinstance(each, PackageFinding) else _facts(each, result),
        sides=_package_sides(each) if isinstance(each, PackageFinding) else _sides(each, result),
        actions=_actions(each),
    )


def report_ref(each: Entry) -> str:
    """What the worklist finds its report by; empty where it has none."""
    if not isinstance(each, Finding) or not each.number or not _opens(each):
        return ""
    return f"void:{each.number}" if each.kind is Kind.VOIDED_HERE_ONLY else each.number


# ---- words


def _title(each: Entry, *, whole: bool = False) -> str:
    if isinstance(each, Verified):
        if each.id.startswith(_PACKAGE):
            return translate("Compare", "Package {tag}").format(tag=words.short_tag(each.what))
        return each.what[:1].upper() + each.what[1:]
    if isinstance(each, PackageFinding):
        return translate("Compare", "Package {tag}").format(tag=words.short_tag(each.tag))
    # A number that no register of this program gave is somebody's free text; it may hold anything.
    known = each.number or (each.external if register_of(each.external.upper()) else "")
    if known:
        return translate("Compare", "Sale {number}").format(number=known) if whole else known
    return translate("Compare", "Receipt {ids}").format(ids=", ".join(each.remote_ids))


def _tone(each: Entry, result: Reconciled) -> Tone:
    if isinstance(each, Verified):
        return Tone.GOOD
    weight = meaning_of(each).weight
    if weight is Weight.PERSON:
        return Tone.DANGER
    if weight is Weight.NOTHING:
        return Tone.PLAIN
    late = isinstance(each, Finding) and each.due_at is not None and each.due_at < result.read_at
    return Tone.WARN if late else Tone.INFO


def _standing(each: Entry, result: Reconciled) -> str:
    """New, or since when; nothing of what is no difference."""
    if isinstance(each, Verified):
        since = _day_of(each.since, result.zone)
        return translate("Compare", "found {day}").format(day=since) if since else ""
    if each.id in result.memory.new:
        return translate("Compare", "new")
    since = _day_of(result.memory.since.get(each.id, ""), result.zone)
    return translate("Compare", "since {day}").format(day=since) if since else ""


def _day_of(since: str, zone: ZoneInfo) -> str:
    """The file that remembers may hold anything; what is no time is not told."""
    with suppress(ValueError):
        return figures.short_day(Instant.parse(since).date_in(zone))
    return ""


def _settled(each: Verified, result: Reconciled) -> ReportStory:
    return ReportStory(
        id=each.id,
        title=_title(each),
        subtitle="",
        state=translate("Compare", "Settled"),
        words=translate(
            "Compare", "An earlier comparison found it, and this one finds it no more: it is settled."
        ),
        tone=Tone.GOOD,
        facts=(
            (translate("Compare", "It was"), words.was(each.kind)),
            (translate("Compare", "First found"), _day_of(each.since, result.zone) or "–"),
        ),
    )


# ---- sales and receipts


def _own(each: Finding, result: Reconciled) -> OwnSale | None:
    return result.sales.get(each.external) if each.number else None


def _theirs(each: Finding, result: Reconciled) -> StateSale | None:
    """The receipt in question; of a duplicate the one that stays."""
    return next(
        (result.receipts[id_] for id_ in (each.kept, *each.remote_ids) if id_ in result.receipts), None
    )


def _when(each: Finding, result: Reconciled) -> str:
    own, theirs = _own(each, result), _theirs(each, result)
    at = own.sold_at if own is not None else theirs.sold_at if theirs is not None else None
    return "" if at is None else figures.clock_time(at, result.zone)


def _subtitle(each: Finding, result: Reconciled) -> str:
    own, theirs = _own(each, result), _theirs(each, result)
    at = own.sold_at if own is not None else theirs.sold_at if theirs is not None else None
    parts = [] if at is None else [figures.day_and_time(at, result.zone)]
    parts += [] if own is None or result.is_blind(each.day) else [str(Money(own.total_cents))]
    return " · ".join(parts)


def _sides(each: Finding, result: Reconciled) -> tuple[Sides, ...]:
    """What differs; of a sale that is on one side, or stands otherwise on both, how it is known at all."""
    fields = tuple(
        Sides(words.field_label(f), words.field_value(f, f.here), words.field_value(f, f.there))
        for f in each.fields
    )
    if each.kind is Kind.DIFFERS:
        return fields
    own, theirs = _own(each, result), _theirs(each, result)
    tells = not result.is_blind(each.day)
    here, there = (
        ("",) * 3
        if side is None
        else _told(side.sold_at, side.total_cents if tells else None, side.patient, result.zone)
        for side in (own, theirs)
    )
    stands_here = _stands(own is not None, voided=own is not None and own.voided)
    stands_there = _stands(theirs is not None, voided=theirs is not None and theirs.voided)
    if each.kind is Kind.DUPLICATE:
        stands_there = translate("Compare", "{n} receipts in force").format(n=len(each.remote_ids) + 1)
    standing = Sides(
        translate("Compare", "Stands as"), stands_here, stands_there, differs=stands_here != stands_there
    )
    labels = (
        translate("Compare", "Time"),
        translate("Compare", "Total before tax"),
        translate("Compare", "Patient’s card"),
    )
    known = tuple(
        Sides(label, ours or "–", at_state or "–", differs=False)
        for label, ours, at_state in zip(labels, here, there, strict=True)
        if ours or at_state
    )
    return (standing, *fields, *known)


def _stands(there: bool, *, voided: bool) -> str:
    if not there:
        return translate("Compare", "not there")
    return translate("Compare", "voided") if voided else translate("Compare", "sale in force")


def _told(at: Instant | None, cents: int | None, card: str, zone: ZoneInfo) -> tuple[str, str, str]:
    """Empty where that side does not tell it."""
    return (
        "" if at is None else figures.clock_time(at, zone),
        "" if cents is None else str(Money(cents)),
        masked(card) if card else "",
    )


def _facts(each: Finding, result: Reconciled) -> tuple[tuple[str, str], ...]:
    facts = []
    if each.number:
        facts.append((translate("Compare", "Number at the state"), each.external))
    if each.kept:
        facts.append((translate("Compare", "Receipt that stays"), each.kept))
        facts.append((translate("Compare", "Extra receipts"), ", ".join(each.remote_ids)))
    elif each.remote_ids:
        facts.append((translate("Compare", "Receipt at the state"), ", ".join(each.remote_ids)))
    if each.due_at is not None:
        facts.append(
            (translate("Compare", "To be reported by"), figures.day_and_time(each.due_at, result.zone))
        )
    return (*facts, *_remembered(each, result))


def _remembered(each: Finding | PackageFinding, result: Reconciled) -> tuple[tuple[str, str], ...]:
    standing = _standing(each, result)
    return (
        ((translate("Compare", "Found"), f"{standing} ({each.id})"),) if standing else ()
    )  # the id of the command line


# ---- packages


def _moved(each: PackageFinding) -> str:
    quantities = each.here is not None and each.there is not None and bool(each.difference)
    return signed(each.difference, each.unit) if quantities else ""


def _package_sides(each: PackageFinding) -> tuple[Sides, ...]:
    none = translate("Compare", "not there")
    here = none if each.here is None else amount_text(each.here, each.unit)
    there = none if each.there is None else amount_text(each.there, each.unit)
    return (Sides(translate("Compare", "Quantity"), here, there, differs=here != there),)


def _package_facts(each: PackageFinding, result: Reconciled) -> tuple[tuple[str, str], ...]:
    facts = [(translate("Compare", "Label"), each.tag)]
    if moved := _moved(each):
        facts.append((translate("Compare", "Difference"), moved))
        facts += [(_origin(part.external), signed(part.quantity, each.unit)) for part in each.explained]
        if each.explained and each.unexplained:
            facts.append(
                (translate("Compare", "Left without explanation"), signed(each.unexplained, each.unit))
            )
    if each.waiting:
        facts.append((translate("Compare", "Sold, not reported yet"), amount_text(each.waiting, each.unit)))
    return (*facts, *_remembered(each, result))


def _origin(external: str) -> str:
    """A receipt's number where no register of this program made the sale."""
    if register_of(external.upper()):
        return translate("Compare", "From sale {number}").format(number=external)
    return translate("Compare", "From receipt {number}").format(number=external)


# ---- actions


def _opens(each: Finding | PackageFinding) -> bool:
    return meaning_of(each).action is Action.RESOLVE_IN_WORKLIST


def _actions(each: Finding | PackageFinding) -> tuple[FixButton, ...]:
    if _opens(each):
        return (FixButton(OPEN, translate("Compare", "Open its report"), "O"),)
    if meaning_of(each).action in _SENDING_HELPS:
        return (FixButton(LOOK, translate("Compare", "Send and fetch now"), "S"),)
    return ()
