"""A live store that no line leads from: packages come as a list, the registry is read, reports leave as files."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pos_desktop.app.registry import ACTIVE, READ_AT
from pos_desktop.app.visit import Visit
from pos_desktop.cli.till_sums import NOT_COUNTING
from pos_desktop.composition.counter import open_back_room
from pos_desktop.domain.cart import EMPTY
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PackageTag
from pos_desktop.domain.money import Money
from pos_desktop.domain.people import Role
from pos_desktop.domain.till import Count
from tests.fixtures.live_store import LiveStore

PATIENTS = (
    "card_number,first_name,last_name,birth_date,card_expires\nAB1000001,Sample,One,1980-01-31,2099-12-31\n"
)
PACKAGES = (
    "tag,name,category,unit,quantity,price,batch,net_mg\n"
    "0000000000000042,Sample Bud,flower,each,10,35.00,B-1,3500\n"
    "JAR-7,Sample Jar,flower,g,100.5,9.00,B-2,\n"
)


def sell(live: LiveStore, tag: str, quantity: int, left: str = "70") -> str:
    """One sale after a look at the registry; its external number."""
    room = open_back_room(live.folder, unattended=True)
    try:
        desk = room.desk
        opened = desk.reception.by_card("AB1000001", desk.on_duty.actor)
        assert isinstance(opened, Visit)
        package = desk.shelf.by_tag(PackageTag(tag))
        assert package is not None
        assert desk.registry is not None
        cart = EMPTY.add(package).set_quantity(0, quantity)
        if opened.answer is None:
            refused = desk.limits.decide(
                replace(opened, cart=cart), desk.clock.now(), desk.link.link
            ).refused_by
            assert refused == ("state-check-required",)
        values = {ACTIVE: "yes", READ_AT: "", "left:allotment:": left}
        visit = desk.registry.keep(opened, values, desk.on_duty.actor)
        assert isinstance(visit, Visit)
        sale = desk.close_sale.cash(
            replace(visit, cart=cart), Money(100_000), desk.on_duty, desk.link.link, receipt=False
        )
        return sale.external
    finally:
        room.close()


def made(live: LiveStore) -> None:
    assert live.set_up("us-az-medical").code == 0
    assert live.pos("import", "patients", live.file("patients.csv", PATIENTS)).code == 0
    said = live.pos("import", "packages", live.file("packages.csv", PACKAGES), "--json")
    assert (said.code, said.json["packages"]) == (0, 2)


def test_a_day_of_such_a_store(live: LiveStore) -> None:
    made(live)
    first, second = sell(live, "0000000000000042", 2), sell(live, "0000000000000042", 1)
    said = live.pos("sync", "--once")
    assert (said.code, "export reports" in said.err) == (1, True)
    written = live.pos("export", "reports")
    assert (written.code, written.err.splitlines()[-1]) == (10, "2 reports wait to be uploaded.")
    reports = [json.loads(line) for line in written.out.splitlines()]
    assert [each["external"] for each in reports] == [first, second]
    assert reports[0]["lines"] == [
        {
            "label": "0000000000000042",
            "quantity": 2,
            "unit": "Each",
            "amount_cents": 7000,
            "product": "Sample Bud",
            "batch": "B-1",
            "category": "flower",
        }
    ]
    file = live.file("reports.jsonl", written.out)
    filed = live.pos("export", "reports", "--filed", file, "--json")
    assert (filed.code, filed.json["filed"]) == (0, 2)
    assert live.pos("export", "reports", "--filed", file, "--json").json["filed"] == 0
    assert live.pos("export", "reports").code == 0
    assert live.pos("sync", "status").code == 0
    assert live.pos("verify").code == 0
    assert live.journal()[-1]["kind"] == "reports.filed"
    sales = [json.loads(line) for line in live.pos("export", "sales", "--json").out.splitlines()]
    assert {each["state"] for each in sales} == {"confirmed"}


def test_who_writes_the_file_while_a_till_is_open_does_not_count_that_till(live: LiveStore) -> None:
    """What each sale came to stands in it."""
    made(live)
    with live.shop() as shop:
        manager = next(each for each in shop.store.staff.people() if each.role == Role.MANAGER)
        shop.till_desk().open(manager, Count.of({100: 50}))
    assert NOT_COUNTING not in live.pos("export", "reports").err, "nothing was sold yet"
    sell(live, "0000000000000042", 2)
    written = live.pos("export", "reports")
    assert (written.code, NOT_COUNTING in written.err, len(written.out.splitlines())) == (10, True, 1)
    with live.shop() as shop, pytest.raises(RuleRefusal, match="another person counts it"):
        shop.till_desk().seal(manager, Count.of({100: 50}))


def test_what_is_not_filed_is_taken_off_the_registrys_figure_and_the_list(live: LiveStore) -> None:
    made(live)
    sell(live, "0000000000000042", 2)
    room = open_back_room(live.folder, unattended=True)
    try:
        opened = room.desk.reception.by_card("AB1000001", room.desk.on_duty.actor)
        assert isinstance(opened, Visit)
        assert room.desk.registry is not None
        values = {ACTIVE: "yes", READ_AT: "", "left:allotment:": "10"}
        visit = room.desk.registry.keep(opened, values, room.desk.on_duty.actor)
        assert isinstance(visit, Visit)
        decision = room.desk.limits.decide(visit, room.desk.clock.now(), room.desk.link.link)
        assert decision.pools[0].left == 3_000, "the state cannot hold a sale that was never uploaded"
    finally:
        room.close()
    live.pos("import", "packages", live.file("packages.csv", PACKAGES))
    with live.shop() as shop:
        package = shop.store.shelf.by_tag(PackageTag("0000000000000042"))
        assert package is not None
        assert package.on_hand == 8
        jar = shop.store.shelf.by_tag(PackageTag("JAR-7"))
        assert jar is not None
        assert jar.on_hand == 100_500


def test_a_file_that_is_not_ours_marks_nothing(live: LiveStore) -> None:
    made(live)
    sell(live, "0000000000000042", 1)
    written = live.pos("export", "reports").out
    for wrong in (
        "",
        "{}\n",
        "not json\n",
        written + '{"report": "x", "sha256": "y"}\n',
        written.replace('"sha256":"', '"sha256":"0'),
    ):
        said = live.pos("export", "reports", "--filed", live.file("wrong.jsonl", wrong))
        assert (said.code, "Nothing was marked." in said.err) == (1, True), wrong
    assert live.pos("export", "reports").code == 10


def test_a_bad_list_imports_nothing_and_names_each_line(live: LiveStore) -> None:
    live.set_up("us-az-medical")
    head = "tag,name,category,unit,quantity\n"
    for rows, words in (
        ("TAG-1,Bud,flower,oz,1\n", "Line 2: unit: “oz” is neither each nor g."),
        ("TAG-1,Bud,flower,g,1.2345\n", "Line 2: quantity: “1.2345” is no weight in grams"),
        ("TAG-1,Bud,flower,each,1.5\n", "Line 2: quantity: “1.5” is not a whole number."),
        ("TAG-1,Bud,flower,each,\n", "Line 2: quantity is empty."),
        ("TAG-1,Bud,cigar,each,1\n", "Line 2: category: “cigar” is not one of"),
        ("TAG-1,Bud,,each,1\n", "Line 2: category is empty."),
        ("T,Bud,flower,each,1\n", "Line 2: tag: a label has"),
        (
            "TAG-1,Bud,flower,each,1\ntag-1,Bud,flower,each,2\n",
            "Line 3: this package stands in line 2 already.",
        ),
        ("TAG-1,Bud,flower,each,1\nTAG-2,BUD,edible,each,2\n", "different facts in two lines"),
    ):
        said = live.pos("import", "packages", live.file("list.csv", head + rows))
        assert (said.code, words in said.err, "Nothing was imported." in said.err) == (1, True, True), (
            said.err
        )
    with live.shop() as shop:
        assert list(shop.store.shelf.search("", 5)) == []


def test_where_a_service_brings_packages_and_takes_reports_neither_is_done_by_hand(live: LiveStore) -> None:
    live.set_up("us-mi-medical", "--base-url", "https://127.0.0.1:9")
    said = live.pos("import", "packages", live.file("packages.csv", PACKAGES))
    assert (said.code, "come from the state service" in said.err) == (1, True)
    said = live.pos("export", "reports")
    assert (said.code, "go out by themselves" in said.err) == (1, True)
