"""A purge empties what names a patient, in every page, and changes nothing that counts; without one nothing empties."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pos_desktop.app.journaling import sale_entry
from pos_desktop.app.ports import HeldCart, StateAnswer
from pos_desktop.app.ports.privacy import Purge
from pos_desktop.app.ports.tenders import AskedOfTerminal
from pos_desktop.app.purging import CITE, RETENTION, Purging
from pos_desktop.app.tender_desk import TenderDesk
from pos_desktop.app.views import Why
from pos_desktop.composition.programmes import load_programme
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.errors import PosError, RuleRefusal
from pos_desktop.domain.identity import CaregiverId, PatientId, SaleId
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.domain.money import Money
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.domain.patient import Caregiver, Patient, Standing
from pos_desktop.domain.people import Approval, Right
from pos_desktop.domain.retention import Retention
from pos_desktop.domain.sale import Sale
from pos_desktop.storage import driver
from tests.fixtures.privacy import BUDTENDER, MANAGER, SECOND, Place, pages_of
from tests.fixtures.stores import KEY, NOON, ZONE, basket, entry_maker, sell

GONE = Patient(
    PatientId("patient-9"), "ZQX-7712345", "Zyxmarker", "Quillfeather", date(1961, 7, 13), date(2027, 1, 31)
)
HELPER = Caregiver(
    CaregiverId("caregiver-9"),
    "ZQX-8812345",
    "Oddmarker",
    "Plumewright",
    date(2027, 1, 31),
    patients=(GONE.id,),
)
MARKERS = [
    each.encode() for each in (
        "Zyxmarker", "Quillfeather", "ZQX-7712345", "1961-07-13", "Oddmarker", "Plumewright", "ZQX-8812345",
        "asked by a Zyx relative", "the state says zyx",
    )
]  # fmt: skip
YEARS = 3 * 366 * DAY_US


class Shop(Place):
    """A store with a patient whose markers lie wherever they can."""

    def __post_init__(self) -> None:
        super().__post_init__()
        store = self.store
        store.patients.add(GONE, BUDTENDER.id, self.clock.now())
        store.bulk.add_caregivers([HELPER])
        self.sale = self.sell("sale-9", by_caregiver=True)
        store.patients.state(
            GONE.id, [Fact(FactKind.DOSE, "", "", None, None, 3)], BUDTENDER.id, NOON, {"changes": []}
        )
        store.figures.store(GONE.id, StateAnswer(NOON, found=True, active=True, expires=None, rows=()))
        self.views.seen(MANAGER, Why.EMERGENCY, [GONE.id], "asked by a Zyx relative")
        store.settings.set(CITE, "sample rule 1")
        store.settings.set(RETENTION, "2 years")

    def sell(self, sale_id: str, *, by_caregiver: bool = False, confirmed: bool = True) -> Sale:
        wanted = basket(sale_id, self.clock.now(), packages=2, patient=GONE)
        wanted = replace(wanted, till_session_id=self.session.id)
        if by_caregiver:
            wanted = replace(wanted, caregiver_id=HELPER.id, caregiver_card=HELPER.card_number)
        store = self.store
        sold = sell(store, entry_maker(store, self.clock), wanted, tell=sale_entry)
        if confirmed:
            item = store.outbox.begin_attempt(
                f"report-{sale_id}", store.outbox.sender_epoch(), self.clock.now()
            )
            self.settle(item)
        return sold

    def settle(self, item: OutboxItem) -> None:
        result = AttemptResult(
            Outcome.CONFIRMED,
            http_status=200,
            sentence="the state says zyx",
            excerpt="Zyxmarker",
            remote_id="77",
        )
        done = replace(item, state=OutboxState.CONFIRMED, remote_id="77", attempts=1)
        self.store.outbox.settle(done, result, self.clock.now(), looked_up=False)

    def purging(self, *, live: bool = False) -> Purging:
        return Purging(
            book=self.store.purges,
            settings=self.store.settings,
            programme=load_programme("us-mi-medical"),
            clock=self.clock,
            live=live,
        )


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.store.close()


def later(shop: Shop) -> Shop:
    """When the record's time is over and the till is closed."""
    shop.close_till()
    shop.clock.move(YEARS)
    return shop


def found_in(shop: Shop) -> list[bytes]:
    """Markers in any page of the file, free ones included, and in the log beside it."""
    wal = shop.folder / "store.db-wal"
    pages = pages_of(shop.folder / "store.db")
    assert b"sale_not_changed" in pages, "the pages are read"
    assert not wal.exists() or wal.stat().st_size == 0
    return [each for each in MARKERS if each.lower() in pages.lower()]


def test_a_purged_patient_is_in_no_page_any_more(shop: Shop) -> None:
    shop.store.idle_checkpoint()
    assert found_in(shop) == MARKERS
    later(shop).purging().purge(GONE.id, MANAGER, "time is over")
    assert found_in(shop) == []


def test_what_counts_stays_as_it_was(shop: Shop) -> None:
    before = shop.store.sales.find(shop.sale.id)
    window = shop.store.ledger.window(GONE.id, Instant(0))
    later(shop).purging().purge(GONE.id, MANAGER, "time is over")
    after = shop.store.sales.find(shop.sale.id)
    assert before is not None
    assert after == replace(before, patient_card="", patient_name="", caregiver_card="")
    assert shop.store.ledger.window(GONE.id, Instant(0)) == window != ()
    assert shop.wrong() == []
    assert shop.store.sales.report_of(shop.sale.id) is not None
    assert shop.store._db.rows("PRAGMA foreign_key_check") == []


def test_the_journal_tells_it_by_id_alone(shop: Shop) -> None:
    later(shop).purging().purge(GONE.id, MANAGER, "Quillfeather asked for it")
    entries = [json.loads(body) for _, body, _ in shop.store.journal.entries()]
    [told] = [each for each in entries if each["kind"] == "patient.purged"]
    assert (told["ref"], told["actor"], set(told["data"])) == (GONE.id, MANAGER.id, {"approved_by", "record"})
    assert "Quillfeather" not in json.dumps(entries)


def test_the_card_may_come_back_as_a_new_patient(shop: Shop) -> None:
    later(shop).purging().purge(GONE.id, MANAGER, "time is over")
    assert shop.store.patients.by_card(GONE.card_number) is None
    assert shop.store.patients.by_card(HELPER.card_number) is None
    old = shop.store.patients.by_id(GONE.id)
    assert old is not None
    assert (old.standing, old.name) == (Standing.REVOKED, " ")
    shop.store.patients.add(replace(GONE, id=PatientId("patient-10")), BUDTENDER.id, shop.clock.now())
    assert [each.id for each in shop.store.patients.by_name("quill", "", 9)] == ["patient-10"]
    assert shop.wrong() == []


def test_due_are_those_whose_time_is_over(shop: Shop) -> None:
    assert shop.purging().due(MANAGER) == []
    later(shop)
    assert [each.patient_id for each in shop.purging().due(MANAGER)] == ["patient-1", GONE.id]
    shop.purging().purge(GONE.id, MANAGER, "time is over")
    assert [each.patient_id for each in shop.purging().due(MANAGER)] == ["patient-1"]


def hold_a_cart(shop: Shop) -> None:
    held = HeldCart(SaleId("held-9"), GONE.id, None, shop.clock.now(), BUDTENDER.id, ())
    shop.store.holds.put(held)


def till_open(shop: Shop) -> None:
    shop.clock.move(YEARS)


def in_window(shop: Shop) -> None:
    shop.close_till()
    shop.clock.move(30 * DAY_US)


def not_due(shop: Shop) -> None:
    shop.close_till()
    shop.clock.move(400 * DAY_US)


def with_a_cart(shop: Shop) -> None:
    hold_a_cart(later(shop))


def with_a_report(shop: Shop) -> None:
    shop.sell("sale-10", confirmed=False)
    later(shop)


def with_credit(shop: Shop) -> None:
    TenderDesk(book=shop.store.tenders, clock=shop.clock, terminal="T").give(
        GONE.id, Money(900), "price was wrong", MANAGER
    )
    later(shop)


def with_a_card(shop: Shop) -> None:
    asked = AskedOfTerminal(
        SaleId("sale-11"),
        GONE.id,
        shop.session.id,
        "T",
        Money(300),
        Money(300),
        shop.clock.now(),
        BUDTENDER.id,
    )
    shop.store.tenders.request(asked)
    later(shop)


def without_retention(shop: Shop) -> None:
    later(shop).store.settings.set(RETENTION, "")


def done_before(shop: Shop) -> None:
    later(shop).purging().purge(GONE.id, MANAGER, "time is over")


REFUSED: dict[str, Callable[[Shop], None]] = {
    "open-till": till_open,
    "in-window": in_window,
    "not-due": not_due,
    "held-cart": with_a_cart,
    "open-report": with_a_report,
    "credit-left": with_credit,
    "open-card": with_a_card,
    "no-retention": without_retention,
    "purged-already": done_before,
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_still_needed_is_not_purged(shop: Shop, code: str) -> None:
    REFUSED[code](shop)
    before = shop.store.patients.by_id(GONE.id)
    with pytest.raises(PosError) as refused:
        shop.purging().purge(GONE.id, MANAGER, "time is over")
    assert refused.value.code == code
    assert refused.value.sentence.endswith(("Nothing was purged.", "Nothing was changed."))
    assert shop.store.patients.by_id(GONE.id) == before
    assert shop.wrong() == []


def test_in_a_live_store_two_people_purge(shop: Shop) -> None:
    later(shop)
    own = Approval(MANAGER, Right.PURGE, GONE.id)
    other_patient = Approval(SECOND, Right.PURGE, "patient-1")
    for approval, code in (
        (None, "approval-needed"),
        (own, "own-approval"),
        (other_patient, "other-approval"),
    ):
        with pytest.raises(RuleRefusal) as refused:
            shop.purging(live=True).purge(GONE.id, MANAGER, "time is over", approval)
        assert refused.value.code == code
    with pytest.raises(RuleRefusal):
        shop.purging(live=True).purge(
            GONE.id, BUDTENDER, "time is over", Approval(SECOND, Right.PURGE, GONE.id)
        )
    used = Approval(SECOND, Right.PURGE, GONE.id, spend=lambda: False)
    with pytest.raises(RuleRefusal) as refused:
        shop.purging(live=True).purge(GONE.id, MANAGER, "time is over", used)
    assert refused.value.code == "old-approval"
    approval = Approval(SECOND, Right.PURGE, GONE.id)
    done = shop.purging(live=True).purge(GONE.id, MANAGER, "time is over", approval)
    assert (done.by, done.approved_by) == (MANAGER.id, SECOND.id)
    assert shop.wrong() == []


def test_a_purge_that_is_overtaken_changes_nothing(shop: Shop) -> None:
    """Between the question and the transaction a cart was held."""
    later(shop)
    hold_a_cart(shop)
    with pytest.raises(RuleRefusal, match="in use again"):
        shop.store.purges.purge(Purge(GONE.id, shop.clock.now(), MANAGER.id, None, "time is over"))
    assert shop.store._db.rows("SELECT * FROM patient_purge") == []


# ---- the door is narrow

DOOR = (
    "UPDATE sale SET patient_card = '', patient_name = '', caregiver_card = ''",
    "UPDATE outbox_attempt SET sentence = '', excerpt = ''",
    "UPDATE patient_view SET note = ''",
)
TOO_MUCH = (
    "UPDATE sale SET patient_card = '', patient_name = '', caregiver_card = '', total_cents = 1",
    "UPDATE sale SET patient_card = 'P-1', patient_name = '', caregiver_card = ''",
    "UPDATE outbox_attempt SET sentence = '', excerpt = '', outcome = 'confirmed', at = 1",
    "UPDATE patient_view SET note = '', person_id = 'person-3'",
    "DELETE FROM patient_view",
    "UPDATE patient_purge SET at = 1",
    "DELETE FROM patient_purge",
)


@pytest.mark.parametrize("sql", [*DOOR, *TOO_MUCH[:4]])
def test_without_a_purge_nothing_is_emptied(shop: Shop, sql: str) -> None:
    con = driver.connect(shop.folder / "store.db", KEY)
    driver.configure(con)
    with pytest.raises(driver.Error, match="history is never changed"):
        con.execute(sql)
    con.close()


@pytest.mark.parametrize("sql", TOO_MUCH)
def test_after_one_nothing_else_is_changed(shop: Shop, sql: str) -> None:
    later(shop).purging().purge(GONE.id, MANAGER, "time is over")
    con = driver.connect(shop.folder / "store.db", KEY)
    driver.configure(con)
    with pytest.raises(driver.Error, match="history is never"):
        con.execute(sql)
    con.close()


TAMPERED = {
    "a sale is emptied by hand": "UPDATE sale SET patient_name = '' WHERE id = 'sale-9'",
    "its card": "UPDATE sale SET patient_card = '' WHERE id = 'sale-9'",
    "a record is emptied by hand": "UPDATE patient SET first_name = '', last_name = '' WHERE id = 'patient-9'",
    "a record's card": "UPDATE patient SET card_number = 'purged:patient-9' WHERE id = 'patient-9'",
    "a purge row without its entry": "INSERT INTO patient_purge VALUES ('patient-9', 1, 'person-2', NULL, 'x')",
}
TAMPERED_AFTER = {
    "the purge row is gone": "DELETE FROM patient_purge",
    "somebody else did it": "UPDATE patient_purge SET purged_by = 'person-3'",
    "another reason": "UPDATE patient_purge SET reason = 'something else'",
    "a second person put in": "UPDATE patient_purge SET approved_by = 'person-3'",
    "a name is put back": "UPDATE sale SET patient_name = 'Sample' WHERE id = 'sale-9'",
    "the record is put back": "UPDATE patient SET last_name = 'Sample' WHERE id = 'patient-9'",
}


def forge(shop: Shop, sql: str) -> None:
    con = driver.connect(shop.folder / "store.db", KEY)
    for name, _ in con.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall():
        con.execute(f"DROP TRIGGER {name}")
    con.execute(sql)
    con.close()


@pytest.mark.parametrize("sql", TAMPERED.values(), ids=TAMPERED)
def test_what_is_emptied_without_a_purge_is_found(shop: Shop, sql: str) -> None:
    assert shop.wrong() == []
    forge(shop, sql)
    assert shop.wrong()


@pytest.mark.parametrize("sql", TAMPERED_AFTER.values(), ids=TAMPERED_AFTER)
def test_what_is_changed_about_a_purge_is_found(shop: Shop, sql: str) -> None:
    later(shop).purging().purge(GONE.id, MANAGER, "time is over")
    assert shop.wrong() == []
    forge(shop, sql)
    assert shop.wrong()


# ---- how long


@pytest.mark.parametrize(
    ("text", "now", "ends"),
    [
        ("1 days", "2026-11-24T12:00:00-05:00", "2026-11-23T00:00:00-05:00"),
        ("7 years", "2026-11-24T12:00:00-05:00", "2019-11-24T00:00:00-05:00"),
        ("1 years", "2028-02-29T12:00:00-05:00", "2027-02-28T00:00:00-05:00"),
        ("4 years", "2028-02-29T00:00:00-05:00", "2024-02-28T00:00:00-05:00"),
    ],
)
def test_the_time_is_the_calendars(text: str, now: str, ends: str) -> None:
    assert Retention.parse(text, "").ends_for(Instant.parse(now), ZONE) == Instant.parse(ends)


@pytest.mark.parametrize(
    "text", ["", "7", "0 years", "07 years", "7 Years", "101 years", "36526 days", "7 years "]
)
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="^" + text):
        Retention.parse(text, "")
