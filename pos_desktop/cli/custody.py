"""`custody list|show|export`: where cash is, and the whole way of a bag."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.custody_chain import chain_of, link_document
from pos_desktop.app.custody_hands import Names, crew_here, warnings, who_could
from pos_desktop.app.custody_papers import case_documents
from pos_desktop.app.custody_picture import CustodyPicture, Line, Next, What, picture_of
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.custody import custody_desk, papers
from pos_desktop.composition.shop import Shop, is_training, opened
from pos_desktop.domain.custody.events import Leg
from pos_desktop.domain.custody.hands import Hands
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import Money
from pos_desktop.domain.people import Person, Right, require

LINES = "bags.jsonl"
_LEGS = {Leg.PACKED: "count and seal", Leg.HANDED_OVER: "hand over", Leg.BANKED: "bank slip"}


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        actor = acting(arguments, shop)
        require(actor, Right.READ_REPORTS, "Nothing was shown.")
        if arguments.action == "list":
            if arguments.amounts:
                custody_desk(shop).read_figures(actor)
            _list(arguments, shop, actor)
        elif arguments.action == "show":
            _show(arguments, shop)
        else:
            _export(arguments, shop)
    return DONE


def _list(arguments: argparse.Namespace, shop: Shop, actor: Person) -> None:
    store, zone = shop.store, ZoneInfo(shop.register.zone)
    picture = picture_of(store.custody, crew_here(store.staff, store.pins), actor.id)
    names = store.custody.names()
    document = {
        "open": [_line_document(each, names) for each in picture.lines],
        "done": [_line_document(each, names) for each in picture.done],
        "last_count": None
        if picture.last_count is None
        else {"at_us": picture.last_count[0].utc_us, "cents": _cents(picture.last_count[1])},
    }
    tell(arguments, document, *_list_words(picture, zone, names))


def _line_document(line: Line, names: Names) -> dict[str, Any]:
    left = line.hands
    return {
        "id": line.id,
        "what": line.what.value,
        "title": line.title,
        "at_us": line.at.utc_us,
        "cents": _cents(line.cash),
        "next": line.next.value,
        "words": line.words,
        "could": {} if left is None else {leg.value: sorted(left.could(leg)) for leg in left.ahead},
        "warnings": [] if left is None else warnings(left, names),
    }


def _cents(cash: Money | None) -> int | None:
    return None if cash is None else cash.cents


def _list_words(picture: CustodyPicture, zone: ZoneInfo, names: Names) -> Iterator[str]:
    if not picture.lines:
        yield "Nothing waits: no parcel, no bag, no change is on its way."
    for each in picture.lines:
        yield f"{each.title}  {_cash(each)}  {_moment(each.at, zone)}"
        yield f"  {each.words}"
        if each.hands is not None:
            yield f"  {_left(each.hands, names)}"
            yield from (f"  {words}" for words in warnings(each.hands, names))
    if picture.last_count is not None:
        at, cash = picture.last_count
        yield f"The safe was counted last on {_moment(at, zone)}{'' if cash is None else f': {cash}'}."
    for each in picture.done:
        yield f"{each.title}  {_cash(each)}  {_moment(each.at, zone)}  {each.words}"


def _left(hands: Hands, names: Names) -> str:
    could = "; ".join(f"{_LEGS[leg]}: {who}" for leg, who in who_could(hands, names))
    return f"Who could still do it: {could}."


def _cash(line: Line) -> str:
    if line.cash is not None:
        return str(line.cash)
    counting = line.what is What.BAG or line.counted_next
    return "(being counted)" if counting and line.next is not Next.NOTHING else "(not shown)"


def _show(arguments: argparse.Namespace, shop: Shop) -> None:
    document = {"bag": arguments.bag, "links": list(_lines_of(shop, arguments.bag))}
    tell(arguments, document, paper_of(shop, arguments.bag))


def paper_of(shop: Shop, number: str) -> str:
    """The way of a bag as text, as the receipt printer would print it."""
    from hardware.printers.layout import plain_text
    from pos_desktop.devices.receipt_layout import Letterhead
    from pos_desktop.devices.slip_layout import slip_paper

    register, name = shop.register, shop.store.settings.get("register.name") or ""
    head = Letterhead(register.store_name, register.license, name, is_training(shop.folder))
    return plain_text(slip_paper(papers(shop).chain(number), head, copy=False), 64).rstrip()


def _lines_of(shop: Shop, number: str) -> Iterator[dict[str, Any]]:
    chain = chain_of(shop.store.custody, number)
    yield from (dict(link_document(chain.bag.number, each)) for each in chain.links)
    yield from (dict(each) for each in case_documents(chain, shop.store.custody.names()))


def _export(arguments: argparse.Namespace, shop: Shop) -> None:
    numbers = [each.number for each in shop.store.custody.ways().bags.values()]
    if arguments.bag is not None:
        numbers = [chain_of(shop.store.custody, arguments.bag).bag.number]
    lines = [json.dumps(each, ensure_ascii=False) for number in numbers for each in _lines_of(shop, number)]
    if arguments.to is None:
        sys.stdout.writelines(line + "\n" for line in lines)
        sys.stdout.flush()
        return
    folder = Path(arguments.to)
    written = [folder / LINES]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written[0].write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="\n")
        for n, number in enumerate(numbers, start=1):
            written.append(folder / _file_name(n, number))
            written[-1].write_text(paper_of(shop, number) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise EnvironmentTrouble(
            f"The way of cash could not be written to {folder}. The store was not changed. Name a folder that can be "
            "written to.",
            code="not-written",
        ) from error
    names = [str(each) for each in written]
    tell(arguments, {"files": names, "lines": len(lines)}, "Written:", *names)


def _file_name(n: int, number: str) -> str:
    """Bag numbers are typed by people: what no file name may hold is left out."""
    return f"bag-{n:04d}-{re.sub(r'[^A-Za-z0-9-]+', '-', number)[:40]}.txt"


def _moment(at: Instant, zone: ZoneInfo) -> str:
    return at.datetime_in(zone).strftime("%Y-%m-%d %H:%M")
