"""Does an opened store agree with itself: journal, seals, numbers, sums, tills. For `verify` and the daily check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pos_desktop.domain.errors import StoreDamaged

if TYPE_CHECKING:
    from pos_desktop.app.verifying import Findings
    from pos_desktop.composition.shop import Shop
    from pos_desktop.keystore.signing import JournalKey

UNREADABLE = "A record cannot be read: it was changed or damaged. Call a manager."
Gently = Callable[[Iterable[Any]], Iterable[Any]]


def findings(shop: Shop, *, gently: Gently = lambda rows: rows) -> Findings:
    """All of it but the pages. `gently` wraps each long walk."""
    from pos_desktop.app.verifying import Findings as Made
    from pos_desktop.app.verifying import verify
    from pos_desktop.app.verifying_seals import SealsTold
    from pos_desktop.keystore.signing import is_signed

    signer = _Remembering(shop.journal_key)  # before the store is read: the witness is never ahead of it
    try:
        with shop.store.snapshot() as books:
            seals = SealsTold(books.seals, signer, is_signed, shop.register.id)
            sales: Any = _Paced(books.sales, gently)
            journal: Any = _Paced(books.journal, gently)
            kept = (books.records, books.people, books.views, books.tenders, books.custody)
            return verify(sales, journal, books.tills, seals, *kept)
    except (StoreDamaged, ValueError, LookupError, TypeError):
        # A row that no value of ours can be made of; what was counted so far says nothing.
        return Made(wrong=[UNREADABLE])


class _Remembering:
    """JournalSigner that only tells; its witness is that of the moment when this was made."""

    def __init__(self, key: JournalKey) -> None:
        self._key = key
        self._head = key.last_head()

    @property
    def public(self) -> bytes:
        return self._key.public

    def last_head(self) -> bytes | None:
        return self._head

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def keep_head(self, head: bytes) -> None:
        self._key.keep_head(head)


@dataclass(frozen=True, slots=True)
class _Paced:
    """A book whose long walks are wrapped; everything else is the book's own."""

    book: Any
    gently: Gently

    def all(self) -> Iterable[Any]:
        return self.gently(self.book.all())

    def entries(self) -> Iterable[Any]:
        return self.gently(self.book.entries())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.book, name)
