"""Compares sales both ways. Pure; a sender that works meanwhile makes no difference appear.

What the state does not show is judged by what was known before it was asked, what it shows by what is known after.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from pos_desktop.domain.outbox import OutboxState
from pos_desktop.domain.reconciliation.fields import Reading, differences
from pos_desktop.domain.reconciliation.findings import Finding, Kind, Why
from pos_desktop.domain.reconciliation.matching import matched
from pos_desktop.domain.reconciliation.records import Known, OwnSale, Report, Shown, StateSale, register_of

_ABSENT = {
    OutboxState.QUEUED: Why.QUEUED,
    OutboxState.SENDING: Why.SENDING,
    OutboxState.IN_DOUBT: Why.IN_DOUBT,
    OutboxState.REJECTED: Why.REFUSED,
    OutboxState.CONFLICT: Why.CONFLICT,
    OutboxState.BLOCKED: Why.BLOCKED,
    OutboxState.CANCELLED: Why.CANCELLED,
    OutboxState.CONFIRMED: Why.GONE,
}
_THERE_EQUAL = {
    OutboxState.CONFIRMED: Why.EQUAL,
    OutboxState.CANCELLED: Why.EQUAL,
    OutboxState.SENDING: Why.UNSETTLED,
    OutboxState.IN_DOUBT: Why.UNSETTLED,
    OutboxState.QUEUED: Why.SENT_AGAIN,
    OutboxState.REJECTED: Why.STUCK,
    OutboxState.CONFLICT: Why.STUCK,
    OutboxState.BLOCKED: Why.STUCK,
}
_VOID = {
    OutboxState.QUEUED: Why.VOID_WAITS,
    OutboxState.SENDING: Why.VOID_WAITS,
    OutboxState.IN_DOUBT: Why.VOID_WAITS,
    OutboxState.REJECTED: Why.VOID_STUCK,
    OutboxState.CONFLICT: Why.VOID_STUCK,
    OutboxState.BLOCKED: Why.VOID_STUCK,
    OutboxState.CANCELLED: Why.VOID_UNREPORTED,
    OutboxState.CONFIRMED: Why.VOID_LOST,
}
_ON_THE_WAY = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.IN_DOUBT, OutboxState.BLOCKED)


def compare_sales(
    ours: Iterable[Known],
    theirs: Iterable[StateSale],
    *,
    zone: ZoneInfo,
    shows: Shown,
    registers: Collection[str],
) -> tuple[Finding, ...]:
    """A finding for each sale and for each receipt that is none of ours, those that agree included.

    Args:
        ours: Every sale of the days in question.
        zone: Of the facility.
        shows: What this state's lists tell of a sale.
        theirs: Receipts, each once; more than those of the days in question do no harm.
        registers: This register, as numbers name it (`STORE-R1`), and what it was called before.
    """
    known = {each.after.external: each for each in ours}
    receipts = tuple(theirs)
    reading = Reading(zone, shows)
    found, others = matched({key: each.after for key, each in known.items()}, receipts, zone)
    sales = [_one_sale(each, found.get(key, []), reading) for key, each in known.items()]
    return (*sales, *(_one_receipt(each, reading, registers) for each in others))


def missing_numbers(findings: Iterable[Finding]) -> frozenset[str]:
    """Numbers of sales that were reported and that the state did not list."""
    return frozenset(each.external for each in findings if each.why is Why.GONE)


def _one_sale(known: Known, receipts: Sequence[StateSale], reading: Reading) -> Finding:
    sale = known.after
    in_force = [each for each in receipts if not each.voided]
    ids = tuple(each.remote_id for each in in_force or receipts)
    found = Finding(Kind.MATCHED, Why.EQUAL, sale.day, sale.external, sale.number, ids)
    if not in_force:
        return _not_in_force(known, receipts, found)
    if sale.voided:
        return _void_pending(known, found)
    kept = _kept(sale, in_force)
    fields = differences(sale, kept, reading)
    found = replace(found, fields=fields, lines_compared=kept.lines is not None)
    if len(in_force) > 1:
        extra = tuple(each for each in ids if each != kept.remote_id)
        return replace(found, kind=Kind.DUPLICATE, why=Why.TWICE, remote_ids=extra, kept=kept.remote_id)
    if fields:
        return replace(found, kind=Kind.DIFFERS, why=Why.EDITED)
    return replace(found, why=_settled(sale.report))


def _not_in_force(known: Known, receipts: Sequence[StateSale], found: Finding) -> Finding:
    sale, before = known.after, known.before.report
    if sale.voided and _ended(sale.report):
        return replace(found, kind=Kind.VOIDED, why=Why.EQUAL if receipts else Why.NEVER_REPORTED)
    if receipts and before is not None and before.state not in _ON_THE_WAY:
        return replace(found, kind=Kind.VOIDED_THERE_ONLY, why=Why.VOIDED_BY_OTHERS)
    if before is None:
        return replace(found, kind=Kind.ONLY_HERE, why=Why.NO_REPORT)
    meanwhile = before.state is not OutboxState.CONFIRMED and _is(sale.report, OutboxState.CONFIRMED)
    why = Why.MEANWHILE if meanwhile else _ABSENT[before.state]
    found = replace(found, kind=Kind.ONLY_HERE, why=why)
    if why is Why.GONE:  # the state was told, under this receipt
        return replace(found, remote_ids=(before.remote_id,) if before.remote_id else ())
    return replace(found, due_at=before.due_at)


def _void_pending(known: Known, found: Finding) -> Finding:
    sale, before = known.after, known.before.void
    told = _is(sale.void, OutboxState.CONFIRMED)
    due = None if sale.void is None or told else sale.void.due_at
    found = replace(found, kind=Kind.VOIDED_HERE_ONLY, due_at=due)
    if sale.void is None:
        return replace(found, why=Why.VOID_UNREPORTED)
    if sale.void.state is OutboxState.CONFIRMED and not _is(before, OutboxState.CONFIRMED):
        return replace(found, why=Why.MEANWHILE)
    return replace(found, why=_VOID[sale.void.state])


def _one_receipt(receipt: StateSale, reading: Reading, registers: Collection[str]) -> Finding:
    register = register_of(receipt.external.upper())
    day = None if receipt.sold_at is None else receipt.sold_at.date_in(reading.zone)
    if register and register not in registers:
        why = Why.OTHER_REGISTER
    elif receipt.voided:
        why = Why.VOIDED_FOREIGN
    else:
        why = Why.UNKNOWN_HERE if register else Why.FOREIGN
    return Finding(Kind.ONLY_THERE, why, day, receipt.external, remote_ids=(receipt.remote_id,))


def _kept(sale: OwnSale, in_force: Sequence[StateSale]) -> StateSale:
    """The receipt that was confirmed to us, else the oldest."""
    confirmed = sale.report.remote_id if sale.report else ""
    return next((each for each in in_force if each.remote_id == confirmed), in_force[0])


def _settled(report: Report | None) -> Why:
    return Why.STUCK if report is None else _THERE_EQUAL[report.state]


def _ended(report: Report | None) -> bool:
    return report is not None and report.state.final


def _is(report: Report | None, state: OutboxState) -> bool:
    return report is not None and report.state is state
