"""From a drawer into the safe and in a bag to the bank, step by step; and counts of whatever is counted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.custody_desk import Courier
from pos_desktop.app.custody_hands import reading_leaves_nobody, second_leaves_nobody
from pos_desktop.app.custody_picture import Line, Next, What
from pos_desktop.app.reasons import good_reason
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.people import Person, Right
from pos_desktop.ui.flows.safe_day import SafeDay, Values
from pos_desktop.ui.flows.till_moves import typed_money
from pos_desktop.ui.presenter import safe_sheets as sheets
from pos_desktop.ui.presenter.safe import Page
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate


class SafeSteps:
    def __init__(self, day: SafeDay) -> None:
        self._day = day

    # -- into the safe

    def divide(self) -> None:
        line, bags = self._line(), self._day.desks.bags

        def save(values: Values) -> None:
            left = typed_money(values.get(sheets.AMOUNT, ""))
            self._day.check(
                "what stays in a drawer",
                lambda: bags.check_deposit(line.id, left),
                lambda: ask_second(left),
            )

        def ask_second(left: Money) -> None:
            self._signed(
                translate("Safe", "{left} stays in the drawer, the rest goes into the safe").format(
                    left=left
                ),
                line,
                Right.WITNESS,
                lambda second: self._divide(line, second, left),
            )

        self._day.ask(sheets.divide(line), save)

    def _divide(self, line: Line, second: Person, left: Money) -> None:
        by, bags = self._day.floor.by, self._day.desks.bags
        self._day.do(
            "divide the cash of a till",
            lambda: bags.deposit(by, second, line.id, left),
            translate("Safe", "{left} stays in the drawer. The rest waits for the safe.").format(left=left),
        )

    def take_in(self) -> None:
        line = self._line()
        by, bags = self._day.floor.by, self._day.desks.bags
        said = translate("Safe", "{title} is in the safe.").format(title=line.title)
        self._signed(
            translate("Safe", "{title} goes into the safe, unopened").format(title=line.title),
            line,
            Right.WITNESS,
            lambda second: self._day.do("into the safe", lambda: bags.take_in(by, second, line.id), said),
            free=True,
        )

    # -- a bag

    def pack(self) -> None:
        """All that may go into it by this person is chosen; what stays is left out."""
        day = self._day
        parcels = self._parcels()
        day.packed = frozenset(each.id for each in parcels if each.open_to(day.floor.by.id))
        day.floor.notice = None
        if parcels and day.chosen not in {each.id for each in parcels}:
            day.chosen = parcels[0].id
        day.go(Page.PACKING)

    def toggle(self) -> None:
        day = self._day
        line = next((each for each in self._parcels() if each.id == day.chosen), None)
        if line is not None and line.open_to(day.floor.by.id):
            day.packed = day.packed ^ {line.id}
            day.draw()

    def name_bag(self) -> None:
        day = self._day
        chosen = [each.id for each in self._parcels() if each.id in day.packed]

        def save(values: Values) -> None:
            typed = values.get(sheets.LOOSE, "").strip()
            loose = typed_money(typed) if typed else ZERO
            number = values.get(sheets.NUMBER, "")
            by, bags = day.floor.by, day.desks.bags

            def made(bag_id: str) -> None:
                day.chosen = bag_id

            day.do(
                "make a bag",
                lambda: bags.make_bag(by, number, chosen, loose),
                translate(
                    "Safe", "The bag is made. Open its parcels and count all of it, alone: press Enter."
                ),
                made,
            )

        if chosen:
            day.ask(sheets.bag_number(len(chosen)), save)

    def seal(self) -> None:
        day, line = self._day, self._line()
        other = next((each for each in line.only if each != day.floor.by.id), None)
        name = "" if other is None or day.looked is None else day.looked.names.get(other, "")
        by, bags = day.floor.by, day.desks.bags

        def save(values: Values) -> None:
            number = values.get(sheets.SEAL, "")
            day.check("a seal", lambda: bags.check_seal(number), lambda: ask_second(number))

        def ask_second(number: str) -> None:
            self._signed(
                translate("Safe", "{title} is sealed with {cash} in it").format(
                    title=line.title, cash=line.cash
                ),
                line,
                Right.CUSTODY,
                lambda second: day.do_or_explain(
                    "seal a bag",
                    lambda because: bags.seal_bag(by, second, line.id, number, because),
                    translate(
                        "Safe", "Sealed. Put one slip into the bag and close it; the other stays in the safe."
                    ),
                ),
            )

        day.ask(sheets.seal(line, name), save)

    def hand_over(self) -> None:
        day, line = self._day, self._line()
        by, bags = day.floor.by, day.desks.bags

        def save(values: Values) -> None:
            carrier, seal = courier(values), values.get(sheets.SEAL, "")
            day.check(
                "the seal of a bag",
                lambda: bags.check_hand_over(line.id, seal, carrier),
                lambda: ask_second(carrier, seal),
            )

        def ask_second(carrier: Courier, seal: str) -> None:
            self._signed(
                translate("Safe", "{title} goes with {courier}").format(
                    title=line.title, courier=carrier.name
                ),
                line,
                Right.WITNESS,
                lambda second: day.do(
                    "hand a bag over",
                    lambda: bags.hand_over(by, second, line.id, seal, carrier),
                    translate(
                        "Safe", "Handed over. Both slips are signed: one goes with the courier, one stays."
                    ),
                ),
            )

        day.ask(sheets.hand_over(line), save)

    def bank(self) -> None:
        day, line = self._day, self._line()
        by, bags = day.floor.by, day.desks.bags

        def save(values: Values) -> None:
            cash, slip = typed_money(values.get(sheets.AMOUNT, "")), values.get(sheets.SLIP, "")
            day.do_or_explain(
                "the bank’s slip",
                lambda because: bags.bank(by, line.id, cash, slip, because),
                translate("Safe", "{title} is at the bank with {cash}.").format(title=line.title, cash=cash),
            )

        day.ask(sheets.bank(line), save)

    def take_apart(self) -> None:
        day, line = self._day, self._line()
        by, bags = day.floor.by, day.desks.bags

        def save(values: Values) -> None:
            reason = good_reason(values.get(sheets.REASON, ""))
            self._signed(
                translate("Safe", "{title} is taken apart: {reason}").format(title=line.title, reason=reason),
                line,
                Right.CUSTODY,
                lambda second: day.do(
                    "take a bag apart",
                    lambda: bags.take_apart(by, second, line.id, reason),
                    translate("Safe", "{title} is taken apart. Its cash is in the safe.").format(
                        title=line.title
                    ),
                ),
                free=True,
            )

        day.ask(sheets.take_apart(line), save)

    def show_way(self) -> None:
        """All steps of the chosen bag, in place of the list."""
        day = self._day
        day.floor.notice = None
        if day.looked is not None and day.looked.chain is not None:
            day.go(Page.WAY)

    def print_way(self) -> None:
        """The whole way of the chosen bag, on the receipt printer."""
        day, line = self._day, self._line()
        by, desks, clock = day.floor.by, day.desks, day.floor.desk.clock
        number = line.title.partition(" ")[2]
        if day.floor.desk.paper is None:
            no_printer(day)
            return
        day.do(
            "print the way of a bag",
            lambda: desks.print_way(by, number, clock.now()),
            translate("Safe", "The way of {title} goes to the printer.").format(title=line.title),
        )

    def figures(self) -> None:
        """Amounts that are still to be counted; whoever may count is told first what that costs."""
        day = self._day
        by, bags = day.floor.by, day.desks.bags

        def read(_: Values) -> None:
            day.do(
                "read what must be there",
                lambda: bags.read_figures(by),
                translate("Safe", "The amounts are shown to you alone. The journal has that you read them."),
            )

        if not by.may(Right.CUSTODY):
            read({})
            return
        lines = () if day.looked is None else day.looked.picture.lines
        left = [each.hands for each in lines if each.hands is not None]
        day.ask(sheets.figures(reading_leaves_nobody(left, by.id)), read)

    # -- counts

    def count_safe(self) -> None:
        self._count(None, again=False)

    def count(self) -> None:
        line = self._line()
        self._count(line, again=line.next is Next.RECOUNT)

    def _count(self, line: Line | None, *, again: bool) -> None:
        day = self._day
        day.counted, day.again = line, again
        day.floor.notice = None
        day.go(Page.COUNTING)

    def seal_count(self) -> None:
        day = self._day
        try:
            count = day.what_was_counted()
        except BadInput as problem:
            day.floor.refuse(problem)
            return
        by, line, desks = day.floor.by, day.counted, day.desks
        if line is None or line.what is What.COUNT:
            step = desks.safe.recount if day.again else desks.safe.count
            day.do("count the safe", lambda: step(by, count), self._sealed())
            return
        of_bag = (desks.bags.count_bag, desks.bags.recount_bag)
        of_order = (desks.safe.count_order, desks.safe.recount_order)
        does = (of_bag if line.what is What.BAG else of_order)[day.again]
        day.do("a count", lambda: does(by, line.id, count), self._sealed())

    def _sealed(self) -> str:
        if self._day.again:
            return translate(
                "Safe", "Sealed. Read at the right whether both counts agree, and what comes next."
            )
        return translate(
            "Safe", "Sealed. Another person signs in (Ctrl+L) and counts it again, blind. Say no figure."
        )

    # -- inside

    def _line(self) -> Line:
        line = self._day.line
        if line is None:
            raise BadInput(translate("Safe", "Choose a line first."), code="no-line")
        return line

    def _parcels(self) -> list[Line]:
        looked = self._day.looked
        return [] if looked is None else [each for each in looked.picture.lines if each.what is What.IN_SAFE]

    def _signed(
        self,
        title: str,
        line: Line,
        right: Right,
        done: Callable[[Person], None],
        *,
        free: bool = False,
    ) -> None:
        sign(self._day, title, line, right, done, free=free)


def sign(
    day: SafeDay, title: str, line: Line, right: Right, done: Callable[[Person], None], *, free: bool = False
) -> None:
    """A second person who has the right and, unless `free`, whom the rules of custody let have a hand in it."""

    def may(person: Person) -> bool:
        return person.may(right) and (free or line.open_to(person.id))

    body = translate("Safe", "Sign with your own PIN that you saw it, or do it together.")
    if line.next is Next.HAND_OVER and line.hands is not None and day.looked is not None and not free:
        warned = second_leaves_nobody(line.hands, day.looked.names, day.floor.by.id)
        body = f"{warned} {body}" if warned else body
    day.second(title, body, line.id, may, done)


def courier(values: Values) -> Courier:
    return Courier(*(values.get(each, "") for each in (sheets.COURIER, sheets.BADGE, sheets.VEHICLE)))


def no_printer(day: SafeDay) -> None:
    day.floor.say(
        Tone.WARN,
        translate(
            "Safe", "No printer is set up here. The way is written to a file by: pos-desktop custody export."
        ),
    )
