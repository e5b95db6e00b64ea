"""`till status|x|z`, and that no command, export or file tells who counts what should be in an open drawer."""

from __future__ import annotations

import argparse
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pos_desktop.app.ports import Person
from pos_desktop.cli import sales
from pos_desktop.cli import till as command
from pos_desktop.cli.arguments import _parser
from pos_desktop.cli.till_sums import NOT_COUNTING
from pos_desktop.composition.places import TRAINING, data_folder
from pos_desktop.composition.shop import Shop as OpenShop
from pos_desktop.composition.shop import opened
from pos_desktop.composition.tenders import tender_desk
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId, TillSessionId
from pos_desktop.domain.money import Money
from pos_desktop.domain.patient import Patient
from pos_desktop.domain.people import Role
from pos_desktop.domain.sensitive import reveal
from pos_desktop.domain.till import Count
from tests.fixtures.blind import told_in
from tests.fixtures.command_line import PEOPLE, Run, Shop
from tests.fixtures.pages import pages
from tests.fixtures.tills import count_of

ONE = Person(PersonId("sample-1"), "Sample Counter 1", "budtender")
TWO = Person(PersonId("sample-2"), "Sample Counter 2", "lead")
FLOAT = Count.of({10_000: 9, 2_000: 3, 100: 4, 25: 1, 10: 1, 1: 3})
DROPPED = Money(4_321)

READS = (
    ("till", "status"),
    ("cards", "list"),
    ("custody", "list"),
    ("custody", "export"),
    ("sales", "list"),
    ("sync", "status"),
    ("sync", "list"),
    ("sync", "list", "--all"),
    ("sync", "explain", "R1"),
    ("outage", "status"),
    ("limits", "list"),
    ("config", "get"),
    ("export", "sales"),
    ("export", "journal"),
    ("export", "reports"),
    ("reconcile", "--date", "DAY"),
    ("reconcile", "--date", "DAY", "--out", "OUT"),
    ("verify",),
    ("till", "z"),
    ("people", "list"),
    ("backup", "list"),
    ("privacy", "due"),
)
"""Everything that reads; `till x` is by right, and who read it does not count."""
CHANGES = {
    "credit",
    *("setup", "run", "demo", "sandbox", "drill", "import", "secret", "training"),
    *("recovery", "keys", "restore"),
}
"""Commands that read nothing of a store that is in use, or only of one patient."""


@contextmanager
def at(shop: Shop) -> Iterator[OpenShop]:
    with opened(data_folder(str(shop.data), TRAINING)) as found:
        yield found


@pytest.fixture
def open_till(shop: Shop, pos: Run) -> tuple[int, int]:
    """(expected cash, cash that was taken) of a till with sales in it."""
    with at(shop) as store:
        for each in (ONE, TWO):
            store.store.people.add(each, each.id, store.clock.now())
        store.till_desk().open(ONE, FLOAT)
    pos("training", "sell", "--count", "6", "--seed", "3", "--offline")
    with at(shop) as store:
        desk = store.till_desk()
        desk.drop(ONE, DROPPED, "E-104", TWO)
        session = store.store.tills.session(store.register.code)
        assert session is not None
        cash = store.store.tills.takings(session.id).cash.cents
    return FLOAT.total.cents + cash - DROPPED.cents, cash


def secrets(expected: int, cash: int) -> tuple[int, ...]:
    return expected, cash, expected + DROPPED.cents, expected - FLOAT.total.cents


def test_status_says_where_it_stands_and_not_what_was_taken(
    shop: Shop, pos: Run, open_till: tuple[int, int]
) -> None:
    said = pos("till", "status")
    assert said.code == 0
    assert said.out.splitlines()[:2] == [
        "The till is open.",
        "6 sales, 0 voids, opened by Sample Counter 1.",
    ]
    told = pos("till", "status", "--json").json
    assert (told["step"], told["sales"], told["drops"]) == ("open", 6, {"times": 1, "cents": 4_321})
    assert told["reported"] == {"accepted": 0, "waiting": 6, "needs_person": 0}
    assert "Store credit" not in pos("till", "status").out
    with at(shop) as store:
        patient = store.store.patients.by_card(PEOPLE[0].card_number)
        manager = next(each for each in store.store.staff.people() if each.role == Role.MANAGER)
        session = store.store.tills.session(store.register.code)
        assert isinstance(patient, Patient)
        assert session is not None
        credit = tender_desk(store)
        credit.give(patient.id, Money(700), "sample reason", manager)
        credit.pay_out(patient.id, Money(700), "sample reason", manager, session)
        store.till_desk().pause(ONE)
    assert "Paid out: $0.00. Store credit paid out: $7.00." in pos("till", "status").out
    assert pos("till", "status", "--json").json["credit_out"] == {"times": 1, "cents": 700}
    assert "paused" in pos("till", "status").out


def test_without_a_till_it_says_so(pos: Run) -> None:
    assert pos("till", "status").out == "No till is open at this register.\n"
    assert pos("till", "status", "--json").json == {"register": "R1", "step": "closed"}
    assert (pos("till", "x").code, pos("till", "z").code, pos("till", "z", "7").code) == (1, 1, 1)
    assert "There is no Z report 7" in pos("till", "z", "7").err
    assert pos("till", "z", "none").code == 64


def test_x_is_the_managers_and_takes_the_manager_out_of_the_count(
    shop: Shop, pos: Run, open_till: tuple[int, int]
) -> None:
    expected, _ = open_till
    told = pos("till", "x", "--json").json
    assert told["cash"] == {"expected": expected}
    said = pos("till", "x").out
    assert f"In the drawer now {Money(expected)}" in " ".join(said.split())
    assert "Who read this does not count this till" in said
    with at(shop) as store:
        manager = next(each for each in store.store.staff.people() if each.role == Role.MANAGER)
        assert store.till_desk().picture().read_by == {manager.id}
        waiting = [job.slip.kind.value for job in store.store.paper.due() if job.slip is not None]
        assert "till.x" not in waiting, "asked for in a shell, it does not lie about at the counter"


def test_z_prints_what_is_kept_as_a_copy(shop: Shop, pos: Run, open_till: tuple[int, int]) -> None:
    expected, cash = open_till
    with at(shop) as store:
        desk = store.till_desk()
        desk.seal(ONE, count_of(Money(expected)))
        kept = desk.close(ONE, TWO)
    for words in (("till", "z"), ("till", "z", "1")):
        said = pos(*words)
        assert said.code == 0
        assert said.out.splitlines()[0].strip() == "*** COPY ***"
        for line in ("Z REPORT 1", "Witness", f"Journal {kept.journal_seq} {kept.journal_hash[:8]}"):
            assert line in said.out
    told = pos("till", "z", "--json").json
    assert told["report"]["tenders"] == {"cash": cash}
    assert told["journal_hash"] == kept.journal_hash
    assert pos("verify").code == 0


# -- blind


def everything(shop: Shop, pos: Run) -> dict[tuple[str, ...], str]:
    """What each reading command says, as text and as JSON, and every file that is no database."""
    told: dict[tuple[str, ...], str] = {}
    out = shop.place / "certificates"
    day = pos("export", "sales", "--json").lines[0]["sale_time"][:10]
    for words in READS:
        named = [{"OUT": str(out), "DAY": day}.get(each, each) for each in words]
        for more in ((), ("--json",)):
            said = pos(*named, *more)
            told[*words, *more] = said.out + said.err
    told["export", "journal"] += _entries(told["export", "journal"])
    files = [each for each in (*shop.data.rglob("*"), *out.rglob("*")) if each.is_file()]
    told |= {(each.name,): _text(each) for each in files if not each.name.startswith("pos.db")}
    return told


def _entries(exported: str) -> str:
    """The entries themselves, which the export holds in base64."""
    bodies = [json.loads(line).get("body", "") for line in exported.splitlines() if line[0] == "{"]
    return "\n".join(b64decode(each).decode() for each in bodies)


def _text(file: Path) -> str:
    content = file.read_bytes()
    return " ".join(pages(content)) if file.suffix == ".pdf" else content.decode("latin-1")


def test_no_command_and_no_file_tells_who_counts(shop: Shop, pos: Run, open_till: tuple[int, int]) -> None:
    told = everything(shop, pos)
    found = {words: told_in(text, secrets(*open_till)) for words, text in told.items()}
    assert {words: forms for words, forms in found.items() if forms} == {}
    name = next(
        words[0] for words in told if words[0].startswith("day-certificate") and words[0].endswith("json")
    )
    certificate = json.loads(told[name,])
    assert certificate["sales"]["made"] > 1
    assert (certificate["sales"]["total_cents"], certificate["sales"]["reported_cents"]) == (None, None)


def test_once_it_is_sealed_the_day_tells_its_sums(shop: Shop, pos: Run, open_till: tuple[int, int]) -> None:
    """Else the test above would look at commands that never tell an amount."""
    expected, cash = open_till
    with at(shop) as store:
        store.till_desk().seal(ONE, count_of(Money(expected)))
    told = everything(shop, pos)
    assert told_in(told["export", "journal"], (expected,))
    sums = json.loads(told["reconcile", "--date", "DAY", "--json"])["certificates"][0]["sales"]
    assert 0 < sums["total_cents"] <= cash


BY_RIGHT = {("export", "sales"), ("export", "journal")}
"""What tells the amounts of single sales; whoever reads it does not count the till."""


def told_of_sales(text: str, totals: list[int]) -> int:
    """In cents: all amounts in `text` that are what a sale came to, added up."""
    said = [round(float(each.replace(",", "")) * 100) for each in re.findall(r"\d[\d,]*\.\d\d(?!\d)", text)]
    said += [int(each) for each in re.findall(r'(?:cents|total|amount)"?: ?(\d+)', text)]
    return sum(each for each in said if each in totals)


def added_up(shop: Shop, told: dict[tuple[str, ...], str]) -> dict[tuple[str, ...], int]:
    """What each command and file gives away of the cash that was taken."""
    with at(shop) as store:
        totals = [each.total.cents for each in store.store.sales.all()]
    assert len(totals) == 6
    found = {words: told_of_sales(text, totals) for words, text in told.items()}
    return {words: cents for words, cents in found.items() if cents}


def readers(shop: Shop) -> frozenset[PersonId]:
    with at(shop) as store:
        return store.till_desk().picture().read_by


def test_the_amounts_of_single_sales_are_told_by_right_only(
    shop: Shop, pos: Run, open_till: tuple[int, int]
) -> None:
    """Added up they are the cash that was taken."""
    told = everything(shop, pos)
    found = added_up(shop, told)
    assert {words for words in found if words[:2] not in BY_RIGHT} == set()
    assert found["export", "sales"] >= open_till[1]
    listed = json.loads(told["sales", "list", "--json"])["sales"]
    assert [(each["total"], each["total_cents"]) for each in listed] == [(None, None)] * 6
    assert "told once the till is counted" in told["sales", "list"]


@pytest.mark.parametrize("words", [*sorted(BY_RIGHT), ("sales", "list")])
def test_who_reads_them_does_not_count_this_till(
    shop: Shop, pos: Run, open_till: tuple[int, int], words: tuple[str, ...]
) -> None:
    with at(shop) as store:
        manager = next(each for each in store.store.staff.people() if each.role == Role.MANAGER)
    assert readers(shop) == frozenset()
    for _ in range(2):
        said = pos(*words, "--as", manager.name)
        assert (said.code, NOT_COUNTING in said.err) == (0, True)
    assert readers(shop) == {manager.id}
    with at(shop) as store:
        reads = [each for each in store.store.tills.events(store_session(store)) if each.kind == "read"]
        assert len(reads) == 1, "kept once"
        with pytest.raises(RuleRefusal) as refused:
            store.till_desk().seal(manager, FLOAT)
        assert refused.value.code == "not-blind"
        store.till_desk().seal(ONE, FLOAT)
    assert NOT_COUNTING not in pos(*words).err, "counted: now everybody may know"
    assert added_up(shop, {words: pos("sales", "list").out})[words] >= open_till[1]


def test_a_patients_record_with_a_sale_of_the_open_till_is_such_a_reading(
    shop: Shop, pos: Run, open_till: tuple[int, int], tmp_path: Path
) -> None:
    with at(shop) as store:
        sold = next(iter(store.store.sales.all()))
        cards = {reveal(each.patient_card) for each in store.store.sales.all()}
    other = next(each for each in PEOPLE if reveal(each.card_number) not in cards)
    said = pos("privacy", "export", reveal(other.card_number), "--to", str(tmp_path))
    assert (said.code, NOT_COUNTING in said.err, readers(shop)) == (0, False, frozenset())
    said = pos("privacy", "export", str(sold.patient_id), "--to", str(tmp_path))
    assert (said.code, NOT_COUNTING in said.err, len(readers(shop))) == (0, True, 1)


def store_session(store: OpenShop) -> TillSessionId:
    session = store.store.tills.session(store.register.code)
    assert session is not None
    return session.id


def test_who_counts_tills_is_not_told_them(shop: Shop, pos: Run, open_till: tuple[int, int]) -> None:
    said = pos("sales", "list", "--as", TWO.name)
    assert (said.code, said.out) == (1, "")
    assert "Nothing was shown" in said.err
    assert readers(shop) == frozenset()


def test_a_list_with_totals_is_caught(
    shop: Shop, pos: Run, open_till: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known wrong: the list as it was, which whoever counts adds up."""
    right = sales._document
    monkeypatch.setattr(sales, "_document", lambda store, sale, **_: right(store, sale, tells_total=True))
    found = added_up(shop, everything(shop, pos))
    assert {words for words in found if words[:2] not in BY_RIGHT} == {
        ("sales", "list"),
        ("sales", "list", "--json"),
    }
    assert found["sales", "list"] >= open_till[1]


def test_every_command_is_one_that_was_thought_of() -> None:
    commands = next(action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction))
    assert {words[0] for words in READS} | CHANGES == set(commands.choices)


def test_a_status_that_tells_it_is_caught(
    shop: Shop, pos: Run, open_till: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known wrong: somebody adds the cash to what a script may ask for."""
    right = command._seen
    monkeypatch.setattr(command, "_seen", lambda picture: {**right(picture), "expected": open_till[0]})
    found = {words for words, text in everything(shop, pos).items() if told_in(text, secrets(*open_till))}
    assert found == {("till", "status", "--json")}
