"""`sales list|void`: the sales of a day, and taking one back."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.app.voiding import Voided, Voiding
from pos_desktop.cli.acting import acting, refuse_put_back
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.cli.till_sums import KEPT_BACK, reads_sums
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import VOID
from pos_desktop.domain.persons_word import is_foreign
from pos_desktop.domain.sale import Sale, Tender


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        if arguments.action == "list":
            _list(arguments, shop)
        else:
            _void(arguments, shop)
    return DONE


def _list(arguments: argparse.Namespace, shop: Shop) -> None:
    zone = ZoneInfo(shop.register.zone)
    day = arguments.date or shop.clock.now().date_in(zone)
    begins, ends = (Instant.local(day + timedelta(days=n), zone) for n in (0, 1))
    sales = shop.store.sales.between(begins, ends)
    kept = shop.till_desk().uncounted(each.till_session_id for each in sales)
    if kept and getattr(arguments, "person", None) is not None:
        reads_sums(shop, acting(arguments, shop), kept, "Nothing was shown.")
        kept = frozenset()
    rows = [_document(shop, each, tells_total=each.till_session_id not in kept) for each in sales]
    words = [
        f"{row['number']}  {Instant(row['sold_at_us']).datetime_in(zone):%H:%M:%S}  {row['total'] or '-'}  "
        + _standing(row)
        for row in rows
    ]
    document = {"date": day.isoformat(), "sales": rows}
    said = f"{day.isoformat()}: {counted(len(rows), 'sale', 'sales')}."
    tell(arguments, document, said, *words, *([KEPT_BACK] if kept else []))


def _document(shop: Shop, sale: Sale, *, tells_total: bool) -> dict[str, Any]:
    """No patient: who works through a day's list needs numbers."""
    states = {each.kind: each.state.value for each in shop.store.worklist.of_sale(sale.id)}
    return {
        "number": str(sale.number),
        "external": sale.external,
        "sold_at_us": sale.sold_at.utc_us,
        "total_cents": sale.total.cents if tells_total else None,
        "total": str(sale.total) if tells_total else None,
        "voided": sale.voided,
        "report": states.get("sale"),
        "void_report": states.get(VOID),
    }


def _standing(row: dict[str, Any]) -> str:
    if row["voided"]:
        return f"voided; its report is {row['report']}, the void's {row['void_report']}"
    return f"report {row['report']}"


def _void(arguments: argparse.Namespace, shop: Shop) -> None:
    refuse_put_back(shop)
    voiding = Voiding(
        sales=shop.store.sales,
        book=shop.store.voids,
        register=shop.register,
        facility_zone=shop.facility_zone,
        clock=shop.clock,
        ids=shop.ids,
        duty=shop.duty(),
        outage_hours=shop.programme().report_within_hours,
    )
    by = acting(arguments, shop)
    done = voiding.void(voiding.find(arguments.number, by), arguments.reason, by)
    document = {
        "number": str(done.sale.number),
        "external": done.sale.external,
        "total_cents": done.sale.total.cents,
        "earlier_day": done.earlier_day,
        "report": done.report.id,
        "state": done.report.state.value,
        "due_at_us": None if done.report.due_at is None else done.report.due_at.utc_us,
    }
    held_back = done.at_the_state and is_foreign(done.report, shop.register.license)
    document["other_license"] = done.report.license if held_back else None
    tell(arguments, document, *_words(done, held_back=held_back))


def _give_back(sale: Sale) -> str:
    """Each part goes the way it came."""
    cash, credit = sale.paid_by(Tender.CASH), sale.paid_by(Tender.CREDIT)
    said = [f"Give {cash} back."] if cash else []
    if credit:
        said.append(f"{credit} are store credit of the patient again.")
    said += [
        f"Refund {each.amount} at the terminal, then: pos-desktop cards refunded {each.card} --code CODE."
        for each in sale.payments
        if each.card
    ]
    return " ".join(said)


def _words(done: Voided, *, held_back: bool) -> list[str]:
    said = [
        f"Sale {done.sale.number} is voided, and that is saved. {_give_back(done.sale)}",
        "The goods are on the shelf again, and the patient's allotment is free again.",
    ]
    if done.earlier_day:
        said.append(
            "It is a sale of an earlier business day: that day's figures were told already and do not change."
        )
    if held_back:
        said.append(
            f"The report of the void cannot go out now: the sale was made under license {done.report.license}, and "
            "another is set. It is kept, and waits for a person. A manager must set state.license as it was until the "
            "void is reported, or void the receipt at the state by hand and say so: pos-desktop sync resolve."
        )
        return said
    said.append(
        "The state is told when the sale is there: pos-desktop sync."
        if done.at_the_state
        else "The state was never told of the sale, so it is told of neither."
    )
    return said
