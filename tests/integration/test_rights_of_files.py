"""Lists that come in, files that go out, secrets and sending: each asks its right where the work is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pos_desktop.app.changing import Changing
from pos_desktop.app.exporting import Exporting
from pos_desktop.app.import_desk import ImportDesk
from pos_desktop.app.journal_export import exported_for
from pos_desktop.app.keeping_secrets import Secrets
from pos_desktop.app.reporting import refuse_unless_sends
from pos_desktop.app.views import ViewLog
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.limits.pack import parse_pack
from pos_desktop.domain.people import SERVICE, STAFF, Person, Right, Role, rights_of
from pos_desktop.storage.store import Store
from tests.fixtures.small_packs import EAST, FLOWER, gate, member, pack, pool, rolling, version
from tests.fixtures.stores import ZONE, OrderedIds, StandingClock, stocked

ROLES = (*STAFF, Role.EMERGENCY)


@dataclass
class Keys:
    kept: dict[str, bytes] = field(default_factory=dict)
    kind: str = "sample"

    def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def set(self, name: str, value: bytes) -> None:
        self.kept[name] = value

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


class Place:
    def __init__(self, folder: Path) -> None:
        self.clock, self.keys = StandingClock(), Keys()
        self.counts: list[Person] = []
        self.store: Store = stocked(folder, self.clock)
        store = self.store
        self.lists = ImportDesk(
            bulk=store.bulk,
            intake=store.intake,
            journal=store.journal,
            clock=self.clock,
            ids=OrderedIds(prefix="made"),
        )
        self.exports = Exporting(
            store.sales, store.filing, ViewLog(store.views, self.clock), self.counts.append
        )
        self.secrets = Secrets(self.keys, store.journal)
        settings = store.settings
        self.settings = Changing(
            lambda key, value, who: settings.change(key, value, who, store.journal), store.outbox.hand_over
        )

    @property
    def entries(self) -> int:
        return len(list(self.store.journal.entries()))


PRICES = "name,price\nSample Unknown,12.50\n"
ACTIONS: dict[str, tuple[Right, Callable[[Place, Person], object]]] = {
    "patients": (
        Right.ENTER_PATIENT,
        lambda at, by: at.lists.patients(
            "card_number,first_name,last_name,birth_date,card_expires\n"
            "P-1000777,Sample,Patient 777,1960-01-01,2027-01-31\n",
            by,
            ZONE,
            "registry",
        ),
    ),
    "prices": (Right.CHANGE_SETTINGS, lambda at, by: at.lists.prices(PRICES, by)),
    "export sales": (Right.EXPORT_PATIENT, lambda at, by: list(at.exports.sales(by))),
    "export reports": (Right.EXPORT_PATIENT, lambda at, by: at.exports.reports(by)),
    "filed": (Right.SETTLE_REPORT, lambda at, by: at.exports.filed({}, "filed:sample", by)),
    "export journal": (
        Right.READ_JOURNAL,
        lambda at, by: exported_for(by, "R1", b"", at.store.journal, at.store.seals),
    ),
    "set a secret": (
        Right.CHANGE_SETTINGS,
        lambda at, by: at.secrets.set("state.user_key", lambda: b"sample", by),
    ),
    "delete a secret": (Right.CHANGE_SETTINGS, lambda at, by: at.secrets.delete("state.user_key", by)),
    "change a setting": (
        Right.CHANGE_SETTINGS,
        lambda at, by: at.settings.change("ui.theme", "dark", by, instead_of="L-0"),
    ),
    "send": (Right.SEND, lambda _, by: refuse_unless_sends(by)),
}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.store.close()


@pytest.mark.parametrize("action", ACTIONS)
def test_who_may_not_is_refused_and_nothing_is_written(place: Place, action: str) -> None:
    right, act = ACTIONS[action]
    before = place.entries
    refused = [role for role in ROLES if right not in rights_of(role)]
    assert refused
    for role in refused:
        with pytest.raises(RuleRefusal):
            act(place, Person(PersonId("person-1"), "Sample Person 1", role))
    assert (place.entries, place.keys.kept, place.counts) == (before, {}, [])


@pytest.mark.parametrize("action", ACTIONS)
def test_who_may_is_not(place: Place, action: str) -> None:
    right, act = ACTIONS[action]
    for role in STAFF:
        if right in rights_of(role):
            act(place, Person(PersonId("person-1"), "Sample Person 1", role))


def test_whoever_writes_sales_out_read_the_sums_before_the_first_line(place: Place) -> None:
    manager = Person(PersonId("person-1"), "Sample Person 1", Role.MANAGER)
    place.exports.sales(manager)
    place.exports.reports(manager)
    assert place.counts == [manager, manager]


def test_certifications_and_packages_ask_before_the_file_is_read(place: Place) -> None:
    rules = version("now", pool("month", 10_000, rolling(30), member(FLOWER)), gate(21))
    programme = parse_pack(pack("us-mi-medical", EAST, rules, state_check="required = false"), "sample.toml")
    seller = Person(PersonId("person-1"), "Sample Person 1", "budtender")
    with pytest.raises(RuleRefusal):
        place.lists.certifications("no file", seller, programme)
    with pytest.raises(RuleRefusal):
        place.lists.packages("no file", seller, service=True)
    with pytest.raises(RuleRefusal):
        place.lists.products("no file", seller)


def test_a_secret_is_asked_for_only_of_who_may_keep_it(place: Place) -> None:
    typed: list[str] = []

    def read() -> bytes:
        typed.append("asked")
        return b""

    with pytest.raises(RuleRefusal):
        place.secrets.set("state.user_key", read, Person(PersonId("person-1"), "Sample Person 1", "lead"))
    assert typed == []
    with pytest.raises(BadInput):
        place.secrets.set("state.user_key", read, Person(PersonId("person-1"), "Sample Person 1", "manager"))
    assert typed == ["asked"]


def test_what_a_timer_sends_is_sent_by_the_program_itself() -> None:
    refuse_unless_sends(SERVICE)
    assert rights_of(Role.SERVICE) == {Right.SEND, Right.COMPARE, Right.READ_REPORTS, Right.BACK_UP}
