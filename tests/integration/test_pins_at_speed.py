"""Wrong PINs from everywhere at once: none is uncounted, and together they get no more tries than one by one."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.app.emergency import Emergency
from pos_desktop.app.signing_in import SigningIn
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import MINUTE_US, SECOND_US
from pos_desktop.domain.lockout import Failures, Moment
from pos_desktop.domain.people import EMERGENCY, Approval, Person, Right, require
from pos_desktop.storage.pin_book import StoredPins
from pos_desktop.storage.store import Store
from tests.fixtures.stores import MIGRATIONS, StandingClock, opened

MANAGER = Person(PersonId("manager-1"), "Sample Manager 1", "manager")
BUDTENDER = Person(PersonId("budtender-1"), "Sample Budtender 1", "budtender")
AT_ONCE = 24


class Looked:
    """PinHasher that counts what it is asked, so that a thousand tries take no minute."""

    def __init__(self) -> None:
        self.times = 0
        self._lock = threading.Lock()

    def hashed(self, pin: str) -> str:
        return f"kept:{pin}"

    def agrees(self, kept: str, pin: str) -> bool:
        with self._lock:
            self.times += 1
        return kept == f"kept:{pin}"

    def outdated(self, kept: str) -> bool:
        return not kept

    def derived(self, purpose: str, nonce: bytes) -> bytes:
        return purpose.encode() + nonce


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path, StandingClock(), create=True) as made:
        for each in (MANAGER, BUDTENDER):
            made.staff.add(each)
        made.pins.set_pin(MANAGER.id, "of no PIN", MANAGER.id, StandingClock().now())
        yield made


def counter(store: Store, hasher: Looked, clock: StandingClock | None = None) -> SigningIn:
    return SigningIn(staff=store.staff, pins=store.pins, hasher=hasher, clock=clock or StandingClock())


def at_once(store: Store, hasher: Looked, tries: int = AT_ONCE) -> Counter[str]:
    """How each of `tries` wrong PINs from as many threads ended."""
    people, ended = counter(store, hasher), Counter[str]()
    start, lock = threading.Barrier(tries), threading.Lock()

    def guess() -> None:
        start.wait(timeout=30)
        try:
            people.sign_in(BUDTENDER.id, "000001")
        except RuleRefusal as refused:
            with lock:
                ended[refused.code] += 1

    threads = [threading.Thread(target=guess) for _ in range(tries)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)
    return ended


def test_many_at_once_get_five_tries_and_each_is_counted(store: Store) -> None:
    hasher = Looked()
    counter(store, hasher).set_pin(BUDTENDER, "274913", BUDTENDER)
    assert at_once(store, hasher) == {"wrong-pin": 5, "wait": AT_ONCE - 5}
    assert hasher.times == 5
    assert [each.count for each in store.pins.failures(BUDTENDER.id)] == [5, 5]


class LostCount(StoredPins):
    """Known wrong: every one reads the count, then writes what it read and one more."""

    read = threading.Barrier(AT_ONCE)

    def tried(self, person: PersonId, now: Moment) -> tuple[Failures, Failures] | None:
        own, till = self.failures(person)
        self.read.wait(timeout=30)
        own, till = own.one_more(now), till.one_more(now)
        with self._db.write() as conn:
            for key, each in zip(self._counted(person), (own, till), strict=True):
                row = (key, each.count, now.at.utc_us, each.count)
                conn.exec_driver_sql(
                    "INSERT INTO wrong_pins VALUES (?, ?, ?, 0, '') ON CONFLICT (who) DO UPDATE SET times = ?",
                    row,
                )
        return own, till


def test_a_count_that_is_read_and_written_apart_is_seen(store: Store) -> None:
    hasher = Looked()
    counter(store, hasher).set_pin(BUDTENDER, "274913", BUDTENDER)
    store.pins = LostCount(store._db, store.journal, store.settings)
    assert at_once(store, hasher) == {"wrong-pin": AT_ONCE}
    assert store.pins.failures(BUDTENDER.id)[0].count == 1, "so many tries, and one is known of"


_GUESSES = """
import sys
from pathlib import Path
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId
from tests.fixtures.stores import StandingClock, opened
from tests.integration.test_pins_at_speed import Looked, counter

with opened(Path(sys.argv[1]), StandingClock(), counter=False) as store:
    people = counter(store, Looked())
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(6):
        try:
            people.sign_in(PersonId("budtender-1"), "000001")
        except RuleRefusal as refused:
            print(refused.code, flush=True)
"""


def test_processes_beside_each_other_get_five_tries_together(store: Store, tmp_path: Path) -> None:
    counter(store, Looked()).set_pin(BUDTENDER, "274913", BUDTENDER)
    command = [sys.executable, "-c", _GUESSES, str(tmp_path)]
    children = [
        subprocess.Popen(
            command, cwd=MIGRATIONS.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for each in children:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    told: Counter[str] = Counter()
    for each in children:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    for each in children:
        told.update((each.communicate(timeout=120)[0] or "").split())
    assert told == {"wrong-pin": 5, "wait": 13}
    assert [each.count for each in store.pins.failures(BUDTENDER.id)] == [5, 5]


def test_the_pin_of_a_person_who_left_opens_nothing_and_counts_at_the_till(store: Store) -> None:
    people = counter(store, Looked())
    people.set_pin(BUDTENDER, "274913", BUDTENDER)
    store.people.leave(BUDTENDER, MANAGER.id, StandingClock().now())
    for _ in range(5):
        with pytest.raises(RuleRefusal, match="does not work here"):
            people.sign_in(BUDTENDER.id, "274913")
    assert store.pins.failures(MANAGER.id)[1].count == 5
    store.people.add(BUDTENDER, MANAGER.id, StandingClock().now())
    assert store.pins.hash_of(BUDTENDER.id) is None, "the PIN of before is no PIN any more"


# -- approvals


def approved(store: Store, clock: StandingClock) -> Approval:
    people = counter(store, Looked(), clock)
    people.set_pin(MANAGER, "905172", MANAGER)
    return people.approve(BUDTENDER, MANAGER.id, "905172", Right.VOID_SALE, "sale-1")


@pytest.mark.parametrize(
    ("mono_s", "clock_s", "good"),
    [(0, 0, True), (60, 60, True), (61, 0, False), (0, 61, False), (59, -3600, True)],
)
def test_an_approval_holds_for_a_minute(store: Store, mono_s: int, clock_s: int, good: bool) -> None:
    clock = StandingClock()
    approval = approved(store, clock)
    clock.mono_us += mono_s * SECOND_US
    clock.at = clock.at.plus_us(clock_s * SECOND_US)
    if good:
        assert require(BUDTENDER, Right.VOID_SALE, "", approval=approval, about="sale-1") == MANAGER
    with pytest.raises(RuleRefusal) as refused:
        require(BUDTENDER, Right.VOID_SALE, "", approval=approval, about="sale-1")
    assert refused.value.code == "old-approval", "too old, or used"


def test_who_may_not_lend_a_right_is_refused_and_it_was_no_wrong_pin(store: Store) -> None:
    lead = Person(PersonId("lead-1"), "Sample Lead 1", "lead")
    store.staff.add(lead)
    people = counter(store, Looked())
    people.set_pin(lead, "905172", lead)
    for _ in range(6):
        with pytest.raises(RuleRefusal) as refused:
            people.approve(BUDTENDER, lead.id, "905172", Right.VOID_SALE, "sale-1")
        assert refused.value.code == "manager-needed"
    assert store.pins.failures(lead.id)[0] == Failures()


# -- the sealed code


def test_wrong_codes_are_kept_out_as_pins_are(store: Store) -> None:
    clock = StandingClock()
    sealed = Emergency(book=store.emergency, pins=store.pins, hasher=Looked(), clock=clock)
    code = sealed.seal(MANAGER)
    for n in range(15):
        with pytest.raises(RuleRefusal):
            sealed.open("AAAA-BBBB-CCCC-DDDD-EEEE", "nobody is here")
        clock.move(16 * MINUTE_US if n >= 4 else 0)
    with pytest.raises(RuleRefusal) as refused:
        sealed.open(code, "nobody is here")
    assert refused.value.code == "locked"
    assert sealed.alarms() == ()
    code = sealed.seal(MANAGER)
    clock.move(16 * MINUTE_US)
    assert sealed.open(code.replace("0", "o").lower(), "nobody is here") == EMERGENCY
    assert [each.reason for each in sealed.alarms()] == ["nobody is here"]


def test_it_opens_a_look_and_nothing_else() -> None:
    assert [each for each in Right if EMERGENCY.may(each)] == [Right.SEE_PATIENT]
