"""Loose cash and cases in the room “Safe”: counts that are settled, change from the bank, floats, differences."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.custody_picture import Line
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.people import Right
from pos_desktop.ui.flows.safe_day import SafeDay, Values
from pos_desktop.ui.flows.safe_steps import courier, sign
from pos_desktop.ui.flows.till_moves import typed_money
from pos_desktop.ui.presenter import safe_sheets as sheets

translate = QCoreApplication.translate


class SafeCash:
    def __init__(self, day: SafeDay) -> None:
        self._day = day

    def settle_count(self) -> None:
        day, line = self._day, self._line()
        by, safe = day.floor.by, day.desks.safe
        sign(
            day,
            translate("Safe", "{cash} is loose in the safe").format(cash=line.cash),
            line,
            Right.CUSTODY,
            lambda second: day.do_or_explain(
                "settle a count of the safe",
                lambda because: safe.settle(by, second, because),
                translate("Safe", "The count of the safe is settled with {cash}.").format(cash=line.cash),
            ),
        )

    # -- change from the bank

    def order(self) -> None:
        day = self._day
        by, safe = day.floor.by, day.desks.safe

        def save(values: Values) -> None:
            cash, what = typed_money(values.get(sheets.AMOUNT, "")), values.get(sheets.WHAT, "")
            day.do(
                "order change",
                lambda: safe.order(by, cash, what),
                translate("Safe", "{cash} is ordered. Two other persons receive and count it.").format(
                    cash=cash
                ),
            )

        day.ask(sheets.order(), save)

    def receive_order(self) -> None:
        day, line = self._day, self._line()
        by, safe = day.floor.by, day.desks.safe

        def save(values: Values) -> None:
            carrier, bag = courier(values), values.get(sheets.NUMBER, "")
            safe.check_order(bag, carrier)
            sign(
                day,
                translate("Safe", "{title} came, closed").format(title=line.title),
                line,
                Right.WITNESS,
                lambda second: day.do(
                    "receive change",
                    lambda: safe.receive_order(by, second, line.id, bag, carrier),
                    translate("Safe", "Received. Open it and count it, alone: press Enter."),
                ),
            )

        day.ask(sheets.receive_order(), save)

    def take_in_order(self) -> None:
        day, line = self._day, self._line()
        by, safe = day.floor.by, day.desks.safe
        sign(
            day,
            translate("Safe", "{cash} of change goes into the safe").format(cash=line.cash),
            line,
            Right.CUSTODY,
            lambda second: day.do_or_explain(
                "change into the safe",
                lambda because: safe.take_in_order(by, second, line.id, because),
                translate("Safe", "{cash} of change is in the safe.").format(cash=line.cash),
            ),
        )

    def cancel(self) -> None:
        day, line = self._day, self._line()
        by, safe = day.floor.by, day.desks.safe

        def save(values: Values) -> None:
            reason = values.get(sheets.REASON, "")
            day.do(
                "cancel an order",
                lambda: safe.cancel_order(by, line.id, reason),
                translate("Safe", "The order is cancelled."),
            )

        day.ask(sheets.cancel(line), save)

    # -- floats

    def send(self) -> None:
        day = self._day
        by, safe = day.floor.by, day.desks.safe
        places = () if day.looked is None else day.looked.places

        def save(values: Values) -> None:
            cash = typed_money(values.get(sheets.AMOUNT, ""))
            out_of, _, into = values.get(sheets.PICK, "|").partition("|")
            day.do(
                "send a float",
                lambda: safe.send(by, out_of, into, cash),
                translate(
                    "Safe", "{cash} is on its way with you. Another person counts and receives it."
                ).format(cash=cash),
            )

        day.ask(sheets.send(places), save)

    def receive(self) -> None:
        day, line = self._day, self._line()
        by, safe = day.floor.by, day.desks.safe

        def save(values: Values) -> None:
            cash = typed_money(values.get(sheets.AMOUNT, ""))
            day.do_or_explain(
                "receive a float",
                lambda because: safe.receive(by, line.id, cash, because),
                translate("Safe", "{cash} arrived.").format(cash=cash),
            )

        day.ask(sheets.receive(line), save)

    def call_back(self) -> None:
        day, line = self._day, self._line()
        by, safe = day.floor.by, day.desks.safe

        def save(values: Values) -> None:
            reason = values.get(sheets.REASON, "")
            day.do(
                "call a float back",
                lambda: safe.call_back(by, line.id, reason),
                translate("Safe", "It is called back: put all of it where it came from."),
            )

        day.ask(sheets.call_back(line), save)

    # -- cases

    def settle_case(self) -> None:
        day, line = self._day, self._line()
        by, bags = day.floor.by, day.desks.bags

        def save(values: Values) -> None:
            reason = values.get(sheets.REASON, "")
            day.do(
                "settle a case",
                lambda: bags.settle_case(by, line.id, reason),
                translate("Safe", "The case is settled."),
            )

        day.ask(sheets.settle(line), save)

    def give(self) -> None:
        day, line = self._day, self._line()
        by, bags = day.floor.by, day.desks.bags
        owners = () if day.looked is None else day.looked.owners

        def save(values: Values) -> None:
            owner = next((each for each in owners if each.id == values.get(sheets.PICK)), None)
            if owner is not None:
                day.do(
                    "give a case",
                    lambda: bags.give_case(by, line.id, owner),
                    translate("Safe", "{name} looks into it now.").format(name=owner.name),
                )

        day.ask(sheets.give(owners), save)

    def _line(self) -> Line:
        line = self._day.line
        if line is None:
            raise BadInput(translate("Safe", "Choose a line first."), code="no-line")
        return line
