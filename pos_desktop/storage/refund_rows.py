"""Money of a voided sale goes back the way it came, in the transaction of the void."""

from __future__ import annotations

from typing import Any

from pos_desktop.app.journaling import EntryMaker
from pos_desktop.app.ports.worklist import Word
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import TillSessionId
from pos_desktop.domain.sale import Payment, Sale, Tender
from pos_desktop.domain.tender import CreditEntry, CreditKind
from pos_desktop.domain.till import TillEvent, TillKind
from pos_desktop.storage import driver
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.tender_rows import write_credit
from pos_desktop.storage.till_book import write_noted
from pos_desktop.storage.till_guard import drawer_of, takes_note


def give_back(
    cursor: driver.Cursor, journal: StoredJournal, maker: EntryMaker, sale: Sale, word: Word
) -> list[list[Any]]:
    """[tender, cents, where] of each part, for the entry of the void; `where` is a till or a payment at a terminal.

    Cash goes out of the drawer of the sale, or of the one that is open now where that is closed; credit onto the
    account; what a terminal took waits for its refund there.

    Raises:
        RuleRefusal: cash is to be given back, and no drawer is open.
    """
    drawer = drawer_of(cursor, sale.till_session_id, maker.register.code)
    session = takes_note(cursor, sale.till_session_id, maker.register.code)
    told: list[list[Any]] = []
    for paid in sale.payments:
        if paid.amount:
            where = _back(
                cursor, journal, maker, sale, paid, word, session if paid.tender is Tender.CREDIT else drawer
            )
            told.append([paid.tender.value, paid.amount.cents, where])
    return told


def _back(
    cursor: driver.Cursor,
    journal: StoredJournal,
    maker: EntryMaker,
    sale: Sale,
    paid: Payment,
    word: Word,
    session: TillSessionId | None,
) -> str:
    if paid.tender is Tender.DEBIT:
        return paid.card
    if paid.tender is Tender.CREDIT:
        returned = CreditEntry(
            sale.patient_id, CreditKind.RETURNED, paid.amount, word.at, word.by, word.reason, sale.id, session
        )
        write_credit(cursor, returned)
        return session or ""
    if session is None:
        raise RuleRefusal(
            f"No till is open at this register, so {paid.amount} in cash cannot be given back out of a drawer. Open a "
            "till, or go on with the one that is paused, then void the sale. Nothing was changed.",
            code="no-till",
        )
    event = TillEvent(TillKind.REFUND, word.at, word.by, paid.amount, word.reason, str(sale.number))
    write_noted(cursor, journal, maker, session, event)
    return session
