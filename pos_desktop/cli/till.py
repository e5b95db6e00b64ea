"""`till status|x|z`: where the till stands, what should be in it for who may know, and the Z reports that are kept."""

from __future__ import annotations

import argparse
from typing import Any

from pos_desktop.app.counting import counted
from pos_desktop.app.ports import KeptZ
from pos_desktop.app.till_base import Step, TillPicture
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.composition.till_paper import slip_text
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.till import Moved

_STANDS = {
    Step.CLOSED: "No till is open at this register.",
    Step.OPEN: "The till is open.",
    Step.PAUSED: "The till is paused, and its drawer locked.",
    Step.CLOSING: "The till is being closed, and not counted yet.",
    Step.COUNTED: "The till is counted, and not closed yet.",
    Step.RECOUNTED: "The till is counted twice, and not closed yet.",
}


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        {"status": _status, "x": _x, "z": _z}[arguments.action](arguments, shop)
    return DONE


def _status(arguments: argparse.Namespace, shop: Shop) -> None:
    """Nothing that tells of the cash that was taken."""
    picture = shop.till_desk().picture()
    document = {"register": shop.register.code, "step": picture.step.value, **_seen(picture)}
    tell(arguments, document, _STANDS[picture.step], *_lines(picture))


def _seen(picture: TillPicture) -> dict[str, Any]:
    if picture.session is None:
        return {}
    reported = picture.reported
    return {
        "session": picture.session.id,
        "opened_at_us": picture.session.opened_at.utc_us,
        "opened_by": picture.opened_by,
        "sales": picture.sales,
        "voids": picture.voids,
        "drops": _moved(picture.drops),
        "paid_in": _moved(picture.paid_in),
        "paid_out": _moved(picture.paid_out),
        "credit_out": _moved(picture.credit_out),
        "no_sales": picture.no_sales,
        "other_tenders_cents": picture.card.cents,
        "reported": {
            "accepted": reported.accepted,
            "waiting": reported.waiting,
            "needs_person": reported.needs_person,
        },
        "held_carts": len(picture.held),
    }


def _moved(moved: Moved) -> dict[str, int]:
    return {"times": moved.times, "cents": moved.cash.cents}


def _lines(picture: TillPicture) -> list[str]:
    if picture.session is None:
        return []
    unreported = picture.reported.waiting + picture.reported.needs_person
    sales, voids = counted(picture.sales, "sale", "sales"), counted(picture.voids, "void", "voids")
    paid = f"Paid in: {picture.paid_in.cash}. Paid out: {picture.paid_out.cash}."
    if picture.credit_out.times:
        paid += f" Store credit paid out: {picture.credit_out.cash}."
    return [
        f"{sales}, {voids}, opened by {picture.opened_by}.",
        f"Drops: {picture.drops.times}, {picture.drops.cash}. {paid}",
        f"Drawer opened without a sale: {picture.no_sales}. Not yet reported: {unreported}.",
    ]


def _x(arguments: argparse.Namespace, shop: Shop) -> None:
    report = shop.till_desk().x_report(acting(arguments, shop), on_paper=False)
    warned = "Who read this does not count this till: another person must."
    tell(arguments, dict(report.slip.says["report"]), slip_text(shop, report.slip).rstrip(), warned)


def _z(arguments: argparse.Namespace, shop: Shop) -> None:
    kept = _kept(shop, arguments.number)
    document = {
        "epoch": kept.epoch,
        "at_us": kept.at.utc_us,
        "report": kept.document,
        "journal_seq": kept.journal_seq,
        "journal_hash": kept.journal_hash,
    }
    tell(arguments, document, slip_text(shop, shop.till_desk().z_paper(kept), copy=True).rstrip())


def _kept(shop: Shop, number: int | None) -> KeptZ:
    """The newest, or the newest of that number: after a restore they begin again."""
    reports = shop.store.tills.z_reports(-1)
    found = next((each for each in reports if number in (None, each.number)), None)
    if found is None:
        which = "No till was closed yet" if number is None else f"There is no Z report {number}"
        raise BadInput(f"{which} at this register.", code="no-z")
    return found
