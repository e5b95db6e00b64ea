"""The shelf, what the state's list does to it, and lists that a store brings along."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from pos_desktop.app.ports import ProductFacts
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import HOUR_US
from pos_desktop.domain.limits.model import Category, Item, Measures, Purchase
from pos_desktop.domain.money import Money
from pos_desktop.domain.outbox import AttemptResult, OutboxState, Outcome
from pos_desktop.domain.patient import Standing
from pos_desktop.domain.shelf import Held
from pos_desktop.storage.store import Store
from tests.fixtures.stores import (
    CAREGIVER,
    NOON,
    PATIENT,
    PERSON,
    basket,
    entry_maker,
    incoming,
    opened,
    product,
    sell,
    stocked,
    tag,
)

NO_MEASURES = Measures()


def _on_hand(store: Store, n: int = 1) -> int:
    package = store.shelf.by_tag(tag(n))
    assert package is not None
    return package.on_hand


def test_a_tag_finds_its_package(tmp_path: Path) -> None:
    with opened(tmp_path, create=True) as store:
        came = incoming(1, of=product(7, price=None))
        assert store.intake.receive([came], NOON) == 1
        assert store.shelf.by_tag(tag(1)) == came.package
        assert store.shelf.by_tag(tag(2)) is None
        assert store.intake.receive([], NOON) == 0


def test_a_packages_own_potency_wins(tmp_path: Path) -> None:
    with opened(tmp_path, create=True) as store:
        came = incoming(1)
        store.intake.receive([replace(came, package=replace(came.package, potency_bp=1234))], NOON)
        package = store.shelf.by_tag(tag(1))
        assert package is not None
        assert package.product.measures.potency_bp == package.potency_bp == 1234


def test_a_price_set_here_is_kept(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        assert store.shelf.set_price("sample flower 1", 999) == 1
        assert store.shelf.set_price("Nothing", 1) == 0
        store.intake.receive([incoming(1)], NOON)
        package = store.shelf.by_tag(tag(1))
        assert package is not None
        assert package.product.price == Money(999)


def test_what_was_sold_and_not_confirmed_is_taken_off_the_states_figure(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        sale = sell(store, entry_maker(store), basket("s1"))
        asked = NOON.plus_us(HOUR_US)
        store.intake.receive([incoming(1)], asked)
        assert _on_hand(store) == 99
        report = store.sales.report_of(sale.id)
        assert report is not None
        confirmed = replace(report, state=OutboxState.CONFIRMED, remote_id="1")
        done = AttemptResult(Outcome.CONFIRMED, remote_id="1")
        store.outbox.settle(confirmed, done, asked.plus_us(1), looked_up=False)
        store.intake.receive([incoming(1)], asked)  # the list was asked for before the state knew
        assert _on_hand(store) == 99
        store.intake.receive([incoming(1, on_hand=99)], asked.plus_us(2))
        assert _on_hand(store) == 99


def test_held_packages_say_why_and_are_not_offered(tmp_path: Path) -> None:
    with opened(tmp_path, create=True) as store:
        store.intake.receive(
            [
                incoming(1, held=Held.RECALL),
                incoming(2, on_hand=0),
                incoming(3, why="no such category"),
                incoming(4),
                incoming(5, held=Held.UNMAPPED),
            ],
            NOON,
        )
        packages = [store.shelf.by_tag(tag(n)) for n in range(1, 6)]
        reasons = [each.held for each in packages if each is not None]
        assert reasons == [Held.RECALL, Held.EMPTY, Held.UNMAPPED, None, Held.UNMAPPED]
        assert [each.tag for each in store.shelf.search("flower", 10)] == [tag(4)]
        unmapped = store.shelf.unmapped()
        assert [each["item"] for each in unmapped] == ["Sample Flower 3", "Sample Flower 5"]
        assert (unmapped[0]["tracker_category"], unmapped[0]["why"]) == ("Buds", "no such category")
        assert unmapped[0]["packages"] == "1"


def test_search_finds_words_anywhere_oldest_package_first(tmp_path: Path) -> None:
    with opened(tmp_path, create=True) as store:
        kush, gummy = product(1, name="Blue Kush 3.5 g"), product(2, name="Kush Gummy 100%")
        store.intake.receive(
            [
                incoming(1, of=kush, packaged_on=date(2026, 3, 1)),
                incoming(2, of=kush, packaged_on=date(2026, 2, 1)),
                incoming(3, of=gummy),
            ],
            NOON,
        )

        def found(text: str, limit: int = 10) -> list[str]:
            return [each.tag for each in store.shelf.search(text, limit)]

        assert found("kush") == [tag(2), tag(1), tag(3)]
        assert found("3.5 KUSH") == [tag(2), tag(1)]
        assert found("100%") == [tag(3)]
        assert found("_lue") == []
        assert found("kush", 1) == [tag(2)]


def test_packages_missing_from_the_states_list_are_gone_until_listed_again(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        listed = frozenset({tag(1), tag(2)})
        store.intake.receive([incoming(5)], NOON.plus_us(2))
        here = store.intake.here(NOON.plus_us(1))
        assert store.intake.missing_from(listed, NOON.plus_us(1)) == 2
        assert here - store.intake.here(NOON.plus_us(1)) == here - listed
        assert store.intake.missing_from(listed, NOON.plus_us(1)) == 0
        gone = [store.shelf.by_tag(tag(n)) for n in (3, 4, 5)]
        assert [each.held for each in gone if each] == [Held.GONE, Held.GONE, None]
        store.intake.receive([incoming(3)], NOON.plus_us(3))
        back = store.shelf.by_tag(tag(3))
        assert back is not None
        assert back.held is None


def test_cursors(tmp_path: Path) -> None:
    with opened(tmp_path, create=True) as store:
        assert store.intake.cursor("packages") is None
        store.intake.set_cursor("packages", NOON)
        store.intake.set_cursor("packages", NOON.plus_us(5))
        assert store.intake.cursor("packages") == NOON.plus_us(5)


def test_a_mapping_made_here_outlives_the_next_list(tmp_path: Path) -> None:
    with opened(tmp_path, create=True) as store:
        store.intake.receive([incoming(1, why="no such category")], NOON)
        facts = ProductFacts("sample FLOWER 1", Category.EDIBLE, Measures(thc_mg=100), Money(500))
        nothing = ProductFacts("Sample Flower 1", None, NO_MEASURES, None)
        missing = ProductFacts("Other", None, NO_MEASURES, None)
        assert store.bulk.set_products([facts, nothing, missing]) == ["Other"]
        store.intake.receive([incoming(1, why="no such category")], NOON)
        package = store.shelf.by_tag(tag(1))
        assert package is not None
        assert package.held is None
        assert (package.product.category, package.product.price) == (Category.EDIBLE, Money(500))
        assert package.product.measures == Measures(net_mg=3500, thc_mg=100, potency_bp=2000)
        assert store.bulk.set_prices([("Sample Flower 1", Money(7)), ("Other", Money(1))]) == ["Other"]


def test_imported_patients_keep_who_they_are(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        sell(store, entry_maker(store), basket("s1"))
        again = replace(PATIENT, id=PatientId("new-id"), card_number="p-1000001", last_name="Renamed")
        other = replace(PATIENT, id=PatientId("p2"), card_number="P-2")
        assert store.bulk.add_patients([again, other], PERSON.id, NOON) == (1, 1)
        assert store.bulk.add_patients([], PERSON.id, NOON) == (0, 0)
        assert store.patients.by_id(PATIENT.id) == replace(PATIENT, last_name="Renamed", ledger_rev=1)
        assert store.bulk.add_caregivers([replace(CAREGIVER, patients=(PATIENT.id, other.id))]) == (0, 1)
        caregiver = store.patients.caregiver(CAREGIVER.id)
        assert caregiver is not None
        assert caregiver.patients == (other.id, PATIENT.id)


def test_earlier_purchases_enter_the_ledger_once(tmp_path: Path) -> None:
    items = (Item(Category.FLOWER, Measures(net_mg=1)), Item(Category.VAPE, Measures(thc_mg=2)))
    early = Purchase(NOON.plus_us(-2), items, receipt="X-1", source="import")
    late = Purchase(NOON.plus_us(-1), items[:1], by="caregiver:c", source="import")
    with stocked(tmp_path) as store:
        rows = [(PATIENT.id, "import-2", late), (PATIENT.id, "import-1", early)]
        assert store.bulk.add_purchases(rows) == 2
        assert store.bulk.add_purchases(rows) == 0
        assert store.ledger.window(PATIENT.id, NOON.plus_us(-2)) == (early, late)
        assert store.ledger.window(PATIENT.id, NOON.plus_us(-1)) == (late,)
        assert store.ledger.revision(PATIENT.id) == 1
        assert store.ledger.revision(PatientId("nobody")) == -1
        assert list(store.sales.all()) == []


def test_a_list_without_standings_brings_no_refused_patient_back(tmp_path: Path) -> None:
    revoked = replace(PATIENT, standing=Standing.REVOKED)
    newcomer = replace(PATIENT, id=PatientId("p2"), card_number="P-2", standing=Standing.NEW)
    listed = replace(PATIENT, card_number="p-1000001"), replace(newcomer, standing=Standing.ACTIVE)
    with stocked(tmp_path) as store:
        store.bulk.add_patients([revoked, newcomer], PERSON.id, NOON)
        unsaid = frozenset(each.card_number for each in listed)
        assert store.bulk.add_patients(listed, PERSON.id, NOON, unsaid) == (0, 2)
        assert _standings(store) == [Standing.REVOKED, Standing.ACTIVE]
        store.bulk.add_patients(listed, PERSON.id, NOON)
        assert _standings(store) == [Standing.ACTIVE, Standing.ACTIVE], "a list that says so does"


def _standings(store: Store) -> list[Standing]:
    found = [store.patients.by_id(each) for each in (PATIENT.id, PatientId("p2"))]
    return [each.standing for each in found if each is not None]
