"""The whole way of one bag on the screen: each step with all that an auditor asks for."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.custody_chain import Chain, Link, Names
from pos_desktop.domain.custody.things import Case
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.safe_state import SafeRoom
from pos_desktop.ui.state import FixButton, ResultKind, ResultRow, Tone
from pos_desktop.ui.till_state import TillCard, TillLine

translate = QCoreApplication.translate


def way_room(chain: Chain, names: Names, zone: ZoneInfo, at: str, actions: tuple[FixButton, ...]) -> SafeRoom:
    """`at` is the id of the chosen row; empty is the first one."""
    ids = [str(n) for n in range(len(chain.links))]
    at = at if at in ids else ids[0]
    return SafeRoom(
        title=translate("Safe", "The way of bag {number}").format(number=chain.bag.number),
        subtitle=translate("Safe", "It is being counted: no amount is shown until two persons have")
        if chain.blind
        else translate("Safe", "Each step, as the store wrote it down; times are the store’s"),
        pill=translate("Safe", "Seal {seal}").format(seal=chain.bag.seal) if chain.bag.seal else "",
        rows=tuple(_row(n, link, zone) for n, link in zip(ids, chain.links, strict=True)),
        at=at,
        cards=(_card(chain.links[int(at)], zone), *(_case(each, names, zone) for each in chain.cases)),
        actions=actions,
        back=FixButton("", translate("Safe", "Back"), "Esc"),
    )


def _row(row_id: str, link: Link, zone: ZoneInfo) -> ResultRow:
    who = link.by + (f" + {link.second}" if link.second else "")
    return ResultRow(
        row_id,
        ResultKind.PRODUCT,
        _title(link),
        f"{figures.day_and_time(link.at, zone)} · {who}",
        "" if link.cash is None else str(link.cash),
    )


def _title(link: Link) -> str:
    leg = link.leg[:1].upper() + link.leg[1:]
    return leg if leg == link.what else f"{leg} · {link.what}"


def _card(link: Link, zone: ZoneInfo) -> TillCard:
    return TillCard(_title(link), tuple(_lines(link, zone)), link.reason)


def _lines(link: Link, zone: ZoneInfo) -> Iterator[TillLine]:
    yield TillLine(translate("Safe", "When"), _when(link.at, zone))
    yield TillLine(translate("Safe", "By"), link.by)
    if link.second:
        yield TillLine(link.second_as, link.second)
    yield TillLine(
        translate("Safe", "Way"), link.into if link.out_of == link.into else f"{link.out_of} → {link.into}"
    )
    for name, number in link.numbers:
        yield TillLine(name.capitalize(), number)
    if link.cash is not None:
        yield TillLine(translate("Safe", "Amount"), str(link.cash))
    if link.variance is not None:
        yield _variance(link.variance)
    if link.journal_seq is None:
        yield TillLine(translate("Safe", "Journal"), translate("Safe", "under its till"))
    else:
        yield TillLine(translate("Safe", "Journal"), f"{link.journal_seq} · {link.journal_hash}")


def _variance(difference: Money) -> TillLine:
    tone = Tone.PLAIN if difference == ZERO else Tone.DANGER
    return TillLine(translate("Safe", "Difference"), str(difference), tone)


def _case(case: Case, names: Names, zone: ZoneInfo) -> TillCard:
    lines = [
        _variance(case.difference),
        TillLine(translate("Safe", "Looked into by"), names[case.owner]),
    ]
    if case.settled is None:
        lines.append(TillLine(translate("Safe", "Settled"), translate("Safe", "not yet")))
        return TillCard(translate("Safe", "Case"), tuple(lines), case.reason)
    lines += [
        TillLine(translate("Safe", "Settled by"), names[case.settled.by]),
        TillLine(translate("Safe", "When"), _when(case.settled.at, zone)),
    ]
    return TillCard(translate("Safe", "Case"), tuple(lines), f"{case.reason} → {case.settled.text('reason')}")


def _when(at: Instant, zone: ZoneInfo) -> str:
    """`Nov 24, 2026, 12:00 PM EST`."""
    local = at.datetime_in(zone)
    return f"{figures.day(local.date())}, {figures.clock_time(at, zone)} {local:%Z}"
