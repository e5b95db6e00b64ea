"""`reconcile` from a shell: exit codes, the table, the certificates, and the daily look of `sync`."""

from __future__ import annotations

import hashlib
import json
import signal
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.comparing import UnderWay
from pos_desktop.app.reconciling import Reconciled
from pos_desktop.cli import training
from pos_desktop.cli.arguments import parse
from pos_desktop.composition.clocks import WallClock
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import data_folder
from pos_desktop.composition.reconciling import alarms
from pos_desktop.composition.reporting import Pause, StateService
from pos_desktop.composition.shop import Shop as StoreOfShop
from pos_desktop.composition.shop import opened
from pos_desktop.domain.deadlines import Standing
from pos_desktop.domain.sensitive import reveal
from pos_desktop.storage.lock import sender_lock
from pos_desktop.sync.status import status_of
from pos_desktop.training.demo_store import USER_KEY, VENDOR_KEY
from tests.fixtures.command_line import SAMPLE, Run, Shop
from tests.fixtures.pages import pages
from tests.fixtures.reported_days import SELL, again, sold, sweep_again, void
from tests.fixtures.sandbox import Caller
from tests.fixtures.stores import PERSON

TODAY = WallClock().now().date_in(SAMPLE.zone)


@pytest.fixture
def state(shop: Shop) -> Any:
    with Caller(shop.state.base_url, (VENDOR_KEY, USER_KEY), SAMPLE.license) as caller:
        yield caller


def test_all_matched_is_0_with_a_certificate_that_says_so(shop: Shop, pos: Run) -> None:
    day = sold(pos)
    out = shop.place / "certificates"
    said = pos("reconcile", "--date", day, "--out", str(out))
    assert said.code == 0
    assert f"All 4 sales of {day} are reported." in said.out
    assert "Packages: all agree." in said.out
    assert said.err.splitlines()[-1] == "Read 4 of 4 receipts"
    name = f"day-certificate-SS-R1-{day}"
    content = (out / f"{name}.json").read_bytes()
    told = json.loads(content)
    assert (told["all_reported"], told["open"], told["sales"]["reported"]) == (True, [], 4)
    sales = pos("export", "sales", "--json").lines
    assert told["sales"]["first"] == sales[0]["number"]
    assert told["sales"]["last"] == sales[-1]["number"]
    subtotal = sum(line["amount_cents"] for sale in sales for line in sale["lines"])
    assert told["sales"]["total_cents"] == told["sales"]["reported_cents"] == subtotal
    shown = "\n".join(pages(out / f"{name}.pdf"))
    for words in (
        told["sentence"], told["store"], told["license"], "SS-R1", told["program"], told["read_at"],
        f"${subtotal // 100:,}.{subtotal % 100:02d}", told["sales"]["first"], told["sales"]["last"],
        hashlib.sha256(content).hexdigest(), told["pack"][:40],
    ):  # fmt: skip
        assert words in shown, words
    assert_nobody_is_named(sales, shown + content.decode() + said.out)


def assert_nobody_is_named(sales: list[Any], text: str) -> None:
    """Neither the card numbers of those who bought, nor anybody's name."""
    for sale in sales:
        for card in filter(None, (sale["patient"], sale["caregiver"])):
            assert card not in text
    for each in SAMPLE.patients:
        assert reveal(each.name) not in text


def test_only_waiting_is_10_and_told_by_when(shop: Shop, pos: Run) -> None:
    day = sold(pos, reported=False)
    out = shop.place / "certificates"
    said = pos("reconcile", "--date", day, "--out", str(out))
    assert said.code == 10
    assert f"4 of 4 sales of {day} are not settled with the state." in said.out
    assert "4 sales: " in said.out
    assert "to be reported by " in said.out
    told = json.loads((out / f"day-certificate-SS-R1-{day}.json").read_bytes())
    assert not told["all_reported"]
    assert [(each["class"], each["why"]) for each in told["open"]] == [
        ("only-here", "waits-in-the-queue")
    ] * 4
    shown = "\n".join(pages(out / f"day-certificate-SS-R1-{day}.pdf"))
    for each in told["open"]:
        assert each["what"] in shown
        assert each["due"][:16].replace("T", " ") in shown
    assert pos("sync", "--once").code == 0
    after = pos("reconcile", "--date", day, "--json")
    assert (after.code, after.err) == (0, "")
    assert len(after.json["verified"]) == 4
    assert [each["class"] for each in after.json["sales"]] == ["matched"] * 4


def test_past_its_deadline_is_20(shop: Shop, pos: Run) -> None:
    day = sold(pos, reported=False)
    shop.forge("UPDATE outbox SET due_at = 1", keep_rules=True)
    assert pos("reconcile", "--date", day).code == 20


def test_a_difference_is_30_until_it_is_put_right(shop: Shop, pos: Run, state: Caller) -> None:
    day = sold(pos)
    first, second, third, _ = shop.state.ledger()
    again(state, first)
    void(state, second)
    again(state, third, ExternalReceiptNumber="typed by hand", SalesDateTime=f"{day}T00:00:01.000")
    said = pos("reconcile", "--date", day, "--json")
    assert said.code == 30
    found = {each["external"]: each for each in said.json["sales"] if each["weight"] != "nothing"}
    assert {name: each["class"] for name, each in found.items()} == {
        first["ExternalReceiptNumber"]: "duplicate",
        second["ExternalReceiptNumber"]: "voided-there-only",
        "typed by hand": "only-there",
    }
    assert {each["standing"] for each in found.values()} == {"new"}
    assert [each for each in said.json["packages"] if each["weight"] != "nothing"] == []
    extra = found[first["ExternalReceiptNumber"]]["receipts"]
    void(state, {"Id": extra[0]})
    people = pos("reconcile", "--date", day)
    assert people.code == 30
    assert "1 earlier difference is put right:" in people.out
    assert "still there, since" in people.out
    assert f"Find out who voided receipt {second['Id']}" in people.out


def test_a_state_that_cannot_be_asked_is_40_and_certifies_nothing(shop: Shop, pos: Run) -> None:
    day = sold(pos)
    out = shop.place / "certificates"
    shop.state.set_faults({"plan": [{"match": "GET /sales/v2/receipts/inactive", "do": "empty-200"}]})
    said = pos("reconcile", "--date", day, "--out", str(out), "--json")
    assert (said.code, said.json["error"]["code"]) == (40, "state-away")
    shop.state.set_faults({"plan": []})
    pos("secret", "set", "state.user_key", stdin=b"wrong\n")
    refused = pos("reconcile", "--date", day, "--out", str(out), "--json")
    assert (refused.code, refused.json["error"]["code"]) == (30, "key-refused"), "as sync has it"
    assert pos("sync", "--once").code == 30
    pos("secret", "set", "state.user_key", stdin=f"{USER_KEY}\n".encode())
    shop.state.close_socket()
    said = pos("reconcile", "--date", day, "--out", str(out))
    assert (said.code, said.out) == (40, "")
    assert "Nothing was compared" in said.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--date", "yesterday"), 64, "a date is written like 2026-01-31"),
        (("--date", "2026-W48"), 64, "a date is written like 2026-01-31"),
        (("--date", "20260131"), 64, "a date is written like 2026-01-31"),
        (("--date", "9999-12-31"), 64, "in the years 1900 to 2999"),
        (("--date", "2999-01-01"), 1, "has not begun"),
        (("--date", "1999-01-01"), 1, "state.since"),
        (("--date", "2020-01-01", "--to", "2024-01-01"), 1, "More than 366 days"),
        (("--date", str(TODAY), "--to", str(TODAY - timedelta(days=9))), 1, "before the first"),
        (("--out", ""), 64, "name a folder"),
    ],
)
def test_wrong_words_are_sentences(pos: Run, words: tuple[str, ...], code: int, told: str) -> None:
    said = pos("reconcile", *words)
    assert (said.code, said.out) == (code, "")
    assert told in said.err


def test_a_store_without_a_service_has_nothing_to_compare(shop: Shop, pos: Run) -> None:
    pos("config", "set", "state.system", "none")
    said = pos("reconcile")
    assert (said.code, "reports by file" in said.err) == (1, True)


def test_several_days_have_a_certificate_each(shop: Shop, pos: Run) -> None:
    out = shop.place / "certificates"
    start = TODAY - timedelta(days=2)
    said = pos(
        "reconcile", "--date", str(start), "--to", str(start + timedelta(days=1)), "--out", str(out), "--json"
    )
    assert said.code == 0
    assert sorted(Path(each).name for each in said.json["files"]) == [
        f"day-certificate-SS-R1-{start + timedelta(days=n)}.{ending}"
        for n in (0, 1)
        for ending in ("json", "pdf")
    ]
    assert [each["sentence"] for each in said.json["certificates"]] == [
        f"No sale was made on {start + timedelta(days=n)}." for n in (0, 1)
    ]


def test_the_counter_compares_and_certifies_as_the_command_line_does(
    shop: Shop, pos: Run, state: Caller
) -> None:
    day = sold(pos)
    again(state, shop.state.ledger()[0])
    out = shop.place / "certificates"
    assert pos("reconcile", "--date", day, "--out", str(out)).code == 30
    room = open_back_room(data_folder(str(shop.data), "training"))
    try:
        comparing = room.desk.comparing
        assert comparing is not None
        under_way = UnderWay(date.fromisoformat(day))
        result = comparing.run(under_way, PERSON)
        assert isinstance(result, Reconciled)
        assert under_way.read == (5, 5)
        files = comparing.save(result, str(comparing.folder), PERSON)
    finally:
        room.close()
    assert [each.name for each in files] == [f"day-certificate-SS-R1-{day}.{end}" for end in ("json", "pdf")]
    assert comparing.folder.is_relative_to(shop.data)
    ours, theirs = (json.loads((each / files[0].name).read_bytes()) for each in (comparing.folder, out))
    assert {**ours, "read_at": ""} == {**theirs, "read_at": ""}
    assert result.memory.new == frozenset(), "both remember in the same place"


def test_sync_looks_once_a_day_and_puts_it_before_a_person(shop: Shop, pos: Run, state: Caller) -> None:
    pos(*SELL)
    said = pos("sync", "--once", "--json")
    assert (said.code, said.json["sweep"]["needs_person"]) == (0, 0)
    again(state, shop.state.ledger()[0])
    said = pos("sync", "--once", "--json")
    assert (said.code, said.json["sweep"]) == (0, None)
    shop.forge("UPDATE sync_cursor SET at = at - 86400000000 WHERE name = 'reconcile.swept'")
    asked = len(shop.state.requests)
    said = pos("sync", "--once")
    assert said.code == 30
    assert "1 difference needs a person. See pos-desktop reconcile --date" in said.out
    details = [each for each in list(shop.state.requests)[asked:] if each["path"].split("/")[-1].isdigit()]
    assert details == []
    day = said.out.split("--date ")[1].split(".")[0].strip()
    assert pos("reconcile", "--date", day).code == 30


def test_a_difference_stays_before_a_person_until_it_is_settled(shop: Shop, pos: Run, state: Caller) -> None:
    """Not for one run only; and a glance that does not see it any more lets the alarm rest, without forgetting it."""
    day = sold(pos)
    again(state, shop.state.ledger()[0])
    sweep_again(shop)
    assert pos("sync", "--once").code == 30
    later = pos("sync", "--once", "--json")
    assert (later.code, later.json["sweep"], later.json["standing"]) == (30, None, "red")
    assert (later.json["differences"], later.json["difference_days"]) == (1, [day])
    status = pos("sync", "status")
    assert status.code == 30
    assert f"1 difference with the state needs a person: pos-desktop reconcile --date {day}." in status.out
    assert "All sales are reported." not in status.out
    with opened(data_folder(str(shop.data), "training")) as store:
        assert alarms(store).number == 1
    extra = max(shop.state.ledger(), key=lambda each: each["Id"])
    void(state, extra)
    assert pos("sync", "--once").code == 30, "nobody looked again yet"
    sweep_again(shop)
    assert pos("sync", "--once").code == 0
    assert "1 earlier difference is put right:" in pos("reconcile", "--date", day).out


def test_a_comparison_settles_what_was_put_right(shop: Shop, pos: Run, state: Caller) -> None:
    day = sold(pos)
    receipt = shop.state.ledger()[0]
    again(state, receipt)
    assert pos("reconcile", "--date", day).code == 30
    assert pos("sync", "status").code == 30
    void(state, max(shop.state.ledger(), key=lambda each: each["Id"]))
    assert pos("reconcile", "--date", day).code == 0
    assert pos("sync", "status").code == 0


def test_receipts_are_compared_whatever_the_list_of_packages_does(
    shop: Shop, pos: Run, state: Caller
) -> None:
    sold(pos)
    again(state, shop.state.ledger()[0])
    sweep_again(shop)
    shop.state.set_faults({"plan": [{"match": "GET /packages/*", "do": "503-html"}]})
    said = pos("sync", "--once", "--json")
    assert (said.code, said.json["inventory"]["complete"], said.json["sweep"]["needs_person"]) == (
        30,
        False,
        1,
    )
    assert pos("sync", "--once").code == 30
    shop.state.close_socket()
    sweep_again(shop)
    assert pos("sync", "--once", "--json").json["sweep"] is None


def test_the_counter_compares_whatever_the_list_of_packages_does_and_shows_it(
    shop: Shop, pos: Run, state: Caller
) -> None:
    """Its own sender looks; what it finds stands in what the pill shows, and sales are sent meanwhile."""
    sold(pos)
    again(state, shop.state.ledger()[0])
    sweep_again(shop)
    pos("training", "sell", "--count", "1", "--seed", "9", "--offline")
    shop.state.set_faults({"plan": [{"match": "GET /packages/*", "do": "503-html"}]})
    room = open_back_room(data_folder(str(shop.data), "training"))
    try:
        worker = room.worker
        assert worker is not None
        assert worker._fetch is not None
        assert room.desk.sync_status().differences == 0
        worker._fetch(worker._connect(lambda _: False))
        status = room.desk.sync_status()
    finally:
        room.close()
    assert (status.differences, status.standing, status.waiting) == (1, Standing.RED, 0)


def test_the_daily_look_keeps_nobody_from_sending(
    shop: Shop, pos: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def look(store: StoreOfShop, pause: Pause) -> None:
        with sender_lock(store.folder.path):
            looks.append(pause(0))

    monkeypatch.setattr("pos_desktop.cli.sync.sweep", look)
    assert pos("sync", "--once").code == 0
    assert looks == [False]


def test_watching_sends_between_two_readings_and_asks_patients_again(
    shop: Shop, pos: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sale that is made while lists are read does not wait for their end; an outage's patients are asked about."""
    waiting: list[int] = []
    asked: list[int] = []

    def look(store: StoreOfShop, pause: Pause) -> None:
        training.run(parse(["--data-dir", str(shop.data), "training", "sell", "--count", "1"]))
        waiting.append(status_of(store.store.outbox, store.clock.now(), None, None).waiting)
        pause(0)
        waiting.append(status_of(store.store.outbox, store.clock.now(), None, None).waiting)

    def ask(store: StoreOfShop, service: StateService) -> int:
        asked.append(service.loop.status().waiting)
        signal.raise_signal(signal.SIGTERM)
        return 0

    monkeypatch.setattr("pos_desktop.cli.sync.sweep", look)
    monkeypatch.setattr("pos_desktop.cli.sync.patients_asked_again", ask)
    assert pos("sync", "--watch").code == 0
    assert (waiting, asked) == ([1, 0], [0])


def test_receipts_of_another_program_raise_no_alarm(shop: Shop, pos: Run, state: Caller) -> None:
    """A store that changed its program has them on its first days."""
    pos(*SELL)
    pos("sync", "--once")
    again(state, shop.state.ledger()[0], ExternalReceiptNumber="OTHER 1")
    shop.forge("DELETE FROM sync_cursor WHERE name = 'reconcile.swept'")
    said = pos("sync", "--once")
    assert said.code == 0
    assert "1 receipt is of no register of this program" in said.out
