"""The day at the counter, scene by scene."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from pos_desktop.app.ports import ServiceReach
from pos_desktop.domain.limits.model import Category
from pos_desktop.domain.patient import Patient
from pos_desktop.domain.sale import Sale
from pos_desktop.training.demonstration.doing import (
    SLIPS,
    add,
    another_tag,
    finish,
    lines,
    of_category,
    open_card,
    pay,
    refused,
)
from pos_desktop.training.demonstration.driver import Driver, SceneFailed
from pos_desktop.training.demonstration.screens import four_screens
from pos_desktop.training.demonstration.signing_in import sign_in
from pos_desktop.training.sample.people import BUDTENDER, MANAGER
from pos_desktop.ui.state import Tone
from pos_desktop.ui.theme import ThemeChoice
from pos_desktop.ui.till_state import TillRoom

if TYPE_CHECKING:
    from pos_desktop.training.demo_store import SampleStore
    from pos_desktop.training.room import Room
    from pos_desktop.ui.flows.floor import Floor
    from pos_desktop.ui.main_window import CounterWindow

OFFLINE_SALES = 5


@dataclass(slots=True)
class Stage:
    """What the scenes play on. `floor` is looked at, never changed: everything is done by hand at the window."""

    driver: Driver
    window: CounterWindow
    floor: Floor
    room: Room
    sample: SampleStore
    screens: Path
    pin: str
    """Of everybody in the demo store."""
    reported: Callable[[], int]
    """How many sales the state has confirmed by our own record."""
    sales: list[Sale] = field(default_factory=list)
    offline: list[str] = field(default_factory=list)
    people: list[Patient] = field(default_factory=list)
    refusals: int = 0

    def person(self) -> Patient:
        """Somebody ordinary who was not served yet."""
        return self.people.pop(0)


def play(stage: Stage) -> None:
    """All scenes in order. Raises SceneFailed."""
    stage.people = list(stage.sample.patients[20:])
    signed_in(stage)
    till_opened(stage)
    first_sale(stage)
    two_products_by_touch(stage)
    full_cart(stage)
    another_person(stage)
    over_the_limit(stage)
    refused_cards(stage)
    caregiver_chooses(stage)
    held_and_recalled(stage)
    found_by_name(stage)
    out_of_paper(stage)
    without_the_state(stage)
    everything_reported(stage)


def signed_in(stage: Stage) -> None:
    """The counter is locked until somebody has typed a PIN."""
    drive, floor = stage.driver, stage.floor
    drive.wait("the names", lambda: floor.lock is not None and floor.lock.pin.people)
    drive.picture("locked")
    four_screens(stage, "lock")
    sign_in(drive, floor, BUDTENDER.name, stage.pin)
    drive.picture("opening")


def till_opened(stage: Stage) -> None:
    """Its float is counted: five twenties."""
    drive, floor = stage.driver, stage.floor
    drive.press(Qt.Key.Key_T, "t")
    drive.wait(
        "the room of the till", lambda: isinstance(floor.room, TillRoom) and floor.room.count is not None
    )
    for _ in range(2):
        drive.press(Qt.Key.Key_Down)
    drive.press(Qt.Key.Key_5, "5")
    drive.picture("till-counted")
    drive.press(Qt.Key.Key_F12)
    drive.wait("the till to be open", lambda: floor.session is not None)
    drive.wait("its slip", lambda: len(stage.room.printer.slips) == SLIPS)
    stage.room.printer.close_drawer()
    drive.picture("till-open")
    drive.press(Qt.Key.Key_Escape)
    drive.wait("the counter", lambda: floor.room is None)


def another_person(stage: Stage) -> None:
    """Locked in the middle of a sale; the manager signs in and takes the payment, then the budtender is back."""
    drive, floor = stage.driver, stage.floor
    open_card(stage, stage.person())
    add(stage, stage.sample.what.everyday)
    for name in (MANAGER.name, BUDTENDER.name):
        drive.lock()
        drive.wait("the lock", lambda: floor.lock is not None)
        sign_in(drive, floor, name, stage.pin)
        if floor.visit is not None:
            pay(stage, "another-person-done")


def first_sale(stage: Stage) -> None:
    drive = stage.driver
    open_card(stage, stage.sample.who.untouched)
    drive.picture("patient")
    add(stage, stage.sample.what.everyday)
    add(stage, stage.sample.what.everyday)
    pay(stage, "first-sale-done")


def two_products_by_touch(stage: Stage) -> None:
    open_card(stage, stage.person())
    add(stage, stage.sample.what.everyday)
    add(stage, another_tag(stage))
    stage.driver.touch("Take payment")
    stage.driver.wait("payment", lambda: stage.floor.entry is not None)
    stage.driver.touch("Back")
    stage.driver.wait("the cart", lambda: stage.floor.entry is None)
    stage.driver.press(Qt.Key.Key_Plus, "+")
    stage.driver.wait("two pieces", lambda: lines(stage)[-1].quantity == 2)
    stage.driver.picture("two-products")
    pay(stage, "two-products-done", touch=True)


def full_cart(stage: Stage) -> None:
    """A weighed flower, a tincture and three concentrates, as in the design's picture."""
    drive = stage.driver
    open_card(stage, stage.person())
    weigh_flower(stage, pictures=True)
    fill_up(stage, concentrates=3)
    drive.wait("the state's figure", lambda: not stage.floor.asking)
    drive.picture("cart")
    four_screens(stage, "counter")
    drive.press(Qt.Key.Key_F4)
    drive.wait("the reckoning", lambda: stage.floor.sheet_kind == "reckoning")
    drive.picture("reckoning")
    drive.press(Qt.Key.Key_Escape)
    drive.press(Qt.Key.Key_F12)
    drive.wait("payment", lambda: stage.floor.entry is not None)
    drive.type("300")
    drive.wait("the amount", lambda: stage.floor.entry is not None and stage.floor.entry.typed == "300")
    drive.picture("payment")
    four_screens(stage, "payment")
    finish(stage, "full-cart-done")


def over_the_limit(stage: Stage) -> None:
    """Too many concentrates; Enter sets the line to what fits."""
    drive, floor = stage.driver, stage.floor
    open_card(stage, stage.person())
    drive.wait("the state's figure", lambda: not floor.asking)
    weigh_flower(stage)
    fill_up(stage, concentrates=1)
    while not refused(stage):
        one_more(stage)
    too_many = lines(stage)[-1].quantity
    one_more(stage)
    drive.picture("over-the-limit")
    four_screens(stage, "counter-refused")
    stage.refusals += 1
    drive.press(Qt.Key.Key_Return, "\r")
    drive.wait("what fits", lambda: lines(stage)[-1].quantity == too_many - 1 and not refused(stage))
    drive.picture("corrected")
    pay(stage, "corrected-done")


def one_more(stage: Stage) -> None:
    wanted = lines(stage)[-1].quantity + 1
    stage.driver.press(Qt.Key.Key_Plus, "+")
    stage.driver.wait("one more", lambda: lines(stage)[-1].quantity == wanted)


def weigh_flower(stage: Stage, *, pictures: bool = False) -> None:
    drive, floor = stage.driver, stage.floor
    stage.room.balance.empty()
    drive.press(Qt.Key.Key_F8)
    drive.wait("the weighing sheet", lambda: floor.sheet_kind == "weigh")
    drive.wait(
        "an empty pan", lambda: floor.live is not None and floor.live.stable and floor.live.net_mg == 0
    )
    drive.scan(stage.sample.what.deli)
    drive.wait("the jar", lambda: floor.weigh_package is not None)
    stage.room.balance.moving = True
    stage.room.balance.load(Decimal("6.94"))
    drive.wait("a moving weight", lambda: floor.live is not None and not floor.live.stable)
    if pictures:
        drive.picture("weighing-moving")
    stage.room.balance.load(Decimal("7.00"))
    stage.room.balance.moving = False
    drive.wait(
        "7.00 g at rest", lambda: floor.live is not None and floor.live.stable and floor.live.net_mg == 7_000
    )
    if pictures:
        drive.picture("weighing-stable")
    before = len(lines(stage))
    drive.press(Qt.Key.Key_Return, "\r")
    drive.wait("the weighed line", lambda: floor.sheet_kind == "" and len(lines(stage)) == before + 1)


def fill_up(stage: Stage, *, concentrates: int) -> None:
    add(stage, of_category(stage, Category.TINCTURE))
    for _ in range(concentrates):
        add(stage, of_category(stage, Category.CONCENTRATE))


def refused_cards(stage: Stage) -> None:
    """Each has its own sentence, and none opens a sale."""
    who = stage.sample.who
    for name, card in (
        ("expired", who.expired.card_number),
        ("revoked", who.revoked.card_number),
        ("minor", who.minor.card_number),
        ("no-patient", who.caregiver_without_patient.card_number),
        ("unknown", "P-999999"),
    ):
        stage.driver.scan(card)
        stage.driver.wait(f"the sentence for {name}", lambda: stage.floor.notice is not None)
        if (
            stage.floor.visit is not None
            or stage.floor.notice is None
            or stage.floor.notice.tone is Tone.INFO
        ):
            raise SceneFailed(f"the {name} card was not refused")
        stage.refusals += 1
        stage.driver.picture(f"card-{name}")
        stage.driver.press(Qt.Key.Key_Escape)
        stage.driver.wait("a clean counter", lambda: stage.floor.notice is None)


def caregiver_chooses(stage: Stage) -> None:
    drive = stage.driver
    drive.scan(stage.sample.who.caregiver_of_two.card_number)
    drive.wait("the choice", lambda: stage.floor.sheet_kind == "choice")
    drive.picture("caregiver-chooses")
    drive.press(Qt.Key.Key_Down)
    drive.press(Qt.Key.Key_Return, "\r")
    drive.wait("the patient", lambda: stage.floor.visit is not None)
    add(stage, stage.sample.what.everyday)
    pay(stage, "caregiver-done")


def held_and_recalled(stage: Stage) -> None:
    drive, floor = stage.driver, stage.floor
    open_card(stage, stage.person())
    add(stage, another_tag(stage))
    drive.press(Qt.Key.Key_F6)
    drive.wait("the cart to be held", lambda: floor.visit is None)
    drive.picture("held")
    open_card(stage, stage.person())
    add(stage, stage.sample.what.everyday)
    pay(stage, "between-done")
    drive.press(Qt.Key.Key_F6)
    drive.wait("the held carts", lambda: floor.sheet_kind == "held")
    drive.picture("recall")
    drive.press(Qt.Key.Key_Return, "\r")
    drive.wait("the cart to be back", lambda: floor.visit is not None and len(lines(stage)) == 1)
    pay(stage, "recalled-done")


def found_by_name(stage: Stage) -> None:
    drive, floor = stage.driver, stage.floor
    person = stage.person()
    drive.press(Qt.Key.Key_Slash, "/")
    drive.type(person.last_name.lower())
    drive.wait("the name", lambda: floor.results is not None and floor.results.rows)
    drive.picture("search")
    drive.press(Qt.Key.Key_Down)
    drive.press(Qt.Key.Key_Return, "\r")
    drive.wait("the patient", lambda: floor.visit is not None and floor.visit.patient.id == person.id)
    drive.press(Qt.Key.Key_F3)
    drive.wait("the products", lambda: floor.sheet_kind == "products")
    drive.picture("products")
    drive.press(Qt.Key.Key_Down)
    drive.press(Qt.Key.Key_Return, "\r")
    drive.wait("a line", lambda: lines(stage) or floor.sheet_kind == "weigh")
    if floor.sheet_kind == "weigh":
        drive.press(Qt.Key.Key_Escape)
        add(stage, stage.sample.what.everyday)
    pay(stage, "by-name-done")


def out_of_paper(stage: Stage) -> None:
    drive, floor = stage.driver, stage.floor
    stage.room.printer.set(paper_out=True)
    open_card(stage, stage.person())
    add(stage, stage.sample.what.everyday)
    pay(stage, "out-of-paper", printed=False)
    drive.wait("the waiting receipt", lambda: floor.jobs)
    drive.picture("paper-waits")
    stage.room.printer.set(paper_out=False)
    drive.press(Qt.Key.Key_F10)
    drive.wait("the waiting list", lambda: floor.sheet_kind == "paper")
    drive.wait("the receipt", lambda: len(stage.room.printer.slips) == len(stage.sales) + SLIPS)
    drive.wait("an empty list", lambda: not floor.jobs)
    drive.picture("printed-after-all")
    drive.press(Qt.Key.Key_Escape)


def without_the_state(stage: Stage) -> None:
    """The service's socket is closed; the counter goes on as Michigan allows."""
    drive, floor = stage.driver, stage.floor
    stage.room.state.close_socket()
    for n in range(OFFLINE_SALES):
        open_card(stage, stage.person())
        drive.wait("the line to be found down", lambda: floor.desk.link.reach is ServiceReach.AWAY)
        drive.wait("the question to end", lambda: not floor.asking)
        if n == 1:
            weigh_flower(stage)
            fill_up(stage, concentrates=3)
        else:
            add(stage, stage.sample.what.everyday)
            add(stage, another_tag(stage))
        if n == 1:
            drive.wait("the pill", lambda: floor.sync is not None and floor.sync.reach is ServiceReach.AWAY)
            stage.window.set_theme(ThemeChoice.DARK)
            drive.picture("offline")
            four_screens(stage, "counter-dark-offline")
            stage.window.set_theme(ThemeChoice.LIGHT)
        pay(stage, f"offline-{n + 1}-done")
        stage.offline.append(stage.sales[-1].external)


def everything_reported(stage: Stage) -> None:
    stage.room.state.open_socket()
    stage.driver.wait("every sale to be reported", lambda: stage.reported() == len(stage.sales))
    stage.driver.wait("the pill", lambda: stage.floor.sync is not None and not stage.floor.sync.waiting)
    stage.driver.picture("all-reported")
