"""Changes of a receipt that METRC holds already: edit, finalize, unfinalize, void (metrc contract, sections 8.4, 8.5).

Each change has its look-up, which reads that one receipt and compares:

| change | repeat after a lost answer | look-up says FOUND when |
|---|---|---|
| edit (PUT) | harmless, same body | total, time, patient and lines are the sale's |
| finalize, unfinalize (PUT) | harmless | the receipt is final, or is not |
| void (DELETE) | a second one may be refused | the receipt is archived |

ABSENT means: certainly not so, it may be sent again. COULD_NOT_ASK means: nothing is known, ask again. No change is
repeated in here, and what a look-up does not prove is never taken for done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from pos_desktop.app.ports import CouldNotAsk
from pos_desktop.domain.outbox import AttemptResult, Outcome
from pos_desktop.sync.metrc.asking import Desk, asked
from pos_desktop.sync.metrc.changes import NO_RIGHT, of_change
from pos_desktop.sync.metrc.client import Reply
from pos_desktop.sync.metrc.paging import CouldNotRead, Row
from pos_desktop.sync.metrc.receipts import Receipt
from pos_desktop.sync.metrc.voids import UNFINALIZE
from pos_desktop.sync.metrc.wire import RECEIPTS, Line, Wanted, changed_receipt_body, sent_lines
from pos_desktop.sync.numbers import decimal, encode

FINALIZE = f"{RECEIPTS}/finalize"
NOT_SHOWN = "The state service does not show receipt {id} to this license. Nothing was changed."
IS_VOID = "Receipt {id} is voided at the state; it cannot be changed. A new sale needs a new receipt."
VOIDED_BEFORE = "Receipt {id} was voided before."
IS_FINAL = "Receipt {id} is final at the state. It must be opened again (unfinalize) before it is corrected."


class ReceiptDesk:
    """One license's receipts at METRC. Any thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read(self, receipt_id: int) -> Receipt | CouldNotAsk | None:
        """None: METRC certainly does not show it to this license."""
        found = asked(lambda: self._read(receipt_id))
        return found[0] if isinstance(found, tuple) else found

    # ---- changes: one write each

    def edit(self, receipt_id: int, payload: bytes) -> AttemptResult:
        """PUT the sale of `payload` over the receipt, all lines anew: METRC drops lines that are left out (8.4)."""
        people = Wanted.of(payload).people
        there = self._there(receipt_id, people)
        if isinstance(there, AttemptResult):
            return there
        if there.archived or there.final:
            words = IS_VOID if there.archived else IS_FINAL
            return AttemptResult(Outcome.REFUSED, str(receipt_id), sentence=words.format(id=receipt_id))
        body = changed_receipt_body(payload, receipt_id)
        return self._changed(receipt_id, self._desk.client.put(RECEIPTS, self._desk.query(), body), people)

    def finalize(self, receipt_id: int) -> AttemptResult:
        return self._put_id(FINALIZE, receipt_id)

    def unfinalize(self, receipt_id: int) -> AttemptResult:
        return self._put_id(UNFINALIZE, receipt_id)

    def void(self, receipt_id: int) -> AttemptResult:
        """DELETE, after a look: voided already is done, and a final receipt is opened first (whether METRC voids a
        final one is not published).
        """
        there = self._there(receipt_id, ())
        if isinstance(there, AttemptResult):
            return there
        if there.archived:
            return AttemptResult(
                Outcome.CONFIRMED, str(receipt_id), sentence=VOIDED_BEFORE.format(id=receipt_id)
            )
        if there.final:
            opened = self.unfinalize(receipt_id)
            if opened.outcome is not Outcome.CONFIRMED:
                return opened
        reply = self._desk.client.delete(f"{RECEIPTS}/{receipt_id}", self._desk.query())
        result = self._changed(receipt_id, reply, ())
        if result.outcome is Outcome.REFUSED and self.look_up_void(receipt_id).outcome is Outcome.FOUND:
            return replace(result, outcome=Outcome.CONFIRMED, sentence=VOIDED_BEFORE.format(id=receipt_id))
        return result

    # ---- look-ups: is the change there

    def look_up_edit(self, receipt_id: int, payload: bytes) -> AttemptResult:
        """Head and every line must be the sale's; the total alone would not show a package that was corrected."""
        wanted, lines = Wanted.of(payload), sent_lines(payload)
        return self._look_up(
            receipt_id, lambda receipt, row: not receipt.differences(wanted) and _lines(row) == lines
        )

    def look_up_final(self, receipt_id: int, *, final: bool) -> AttemptResult:
        return self._look_up(receipt_id, lambda receipt, _: receipt.final is final)

    def look_up_void(self, receipt_id: int) -> AttemptResult:
        return self._look_up(receipt_id, lambda receipt, _: receipt.archived)

    # ----

    def _read(self, receipt_id: int) -> tuple[Receipt, Row] | None:
        row = self._desk.one(RECEIPTS, str(receipt_id))
        if row is None:
            return None
        receipt = Receipt.of(row)
        if receipt is None or receipt.id != receipt_id:
            raise CouldNotRead(Reply(status=200))
        return receipt, row

    def _there(self, receipt_id: int, people: tuple[str, ...]) -> Receipt | AttemptResult:
        try:
            found = self._read(receipt_id)
        except CouldNotRead as broken:
            # Nothing was written yet: whatever ended the read, the change certainly did not happen.
            result = of_change(broken.reply, "", people)
            certain = result.outcome in (Outcome.BLOCKED, Outcome.LATER)
            return result if certain else AttemptResult(Outcome.NOT_SENT, sentence=NOT_READ)
        if found is None:
            return AttemptResult(Outcome.REFUSED, sentence=NOT_SHOWN.format(id=receipt_id))
        return found[0]

    def _put_id(self, path: str, receipt_id: int) -> AttemptResult:
        reply = self._desk.client.put(path, self._desk.query(), encode([{"Id": receipt_id}]))
        return self._changed(receipt_id, reply, ())

    def _changed(self, receipt_id: int, reply: Reply, people: tuple[str, ...]) -> AttemptResult:
        """A 401 also means "not a receipt of this license" (section 1.2); only a good key tells the two apart."""
        result = of_change(reply, str(receipt_id), people)
        if result.outcome is not Outcome.BLOCKED:
            return result
        try:
            self._desk.must_know_us()
        except CouldNotRead:
            return result
        return AttemptResult(
            Outcome.REFUSED,
            str(receipt_id),
            http_status=reply.status,
            sentence=NO_RIGHT,
            excerpt=result.excerpt,
        )

    def _look_up(self, receipt_id: int, is_there: Callable[[Receipt, Row], bool]) -> AttemptResult:
        found = asked(lambda: self._read(receipt_id))
        if isinstance(found, CouldNotAsk):
            return AttemptResult(Outcome.COULD_NOT_ASK, sentence=found.sentence)
        if found is None:
            words = NOT_SHOWN.format(id=receipt_id)
            return AttemptResult(Outcome.COULD_NOT_ASK, sentence=words)
        if is_there(*found):
            return AttemptResult(Outcome.FOUND, str(receipt_id))
        return AttemptResult(Outcome.ABSENT, str(receipt_id), sentence=f"Receipt {receipt_id} is as it was.")


def _lines(row: Row) -> Counter[Line]:
    """The lines as METRC shows them: other names than in the request (section 8.2)."""
    lines = row.get("Transactions")
    return Counter(
        (
            str(line.get("PackageLabel") or "").upper(),
            decimal(line.get("QuantitySold")),
            str(line.get("UnitOfMeasureName") or "").casefold(),
            decimal(line.get("TotalPrice")),
        )
        for line in (lines if isinstance(lines, list) else ())
        if isinstance(line, dict)
    )


NOT_READ = "The receipt could not be read at the state service. Nothing was changed there; do it again later."
