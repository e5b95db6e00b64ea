"""Sealing the journal while the register works, and at the end of a day."""

from __future__ import annotations

from pos_desktop.app.ports import Clock, JournalSigner, SealBook, SettingsBook
from pos_desktop.domain.errors import PosError
from pos_desktop.domain.seal import Seal, is_due, sealed_bytes


class Sealing:
    """Lane: database. Quick: one signature."""

    def __init__(
        self, *, seals: SealBook, signer: JournalSigner, settings: SettingsBook, clock: Clock
    ) -> None:
        self._seals = seals
        self._signer = signer
        self._settings = settings
        self._clock = clock

    def if_due(self) -> bool:
        """After a hundred entries or five minutes. A key store that fails now is asked again the next time."""
        try:
            return self._seal(only_if_due=True)
        except PosError:
            return False

    def now(self) -> bool:
        """At the end of a day. False where everything is sealed already. Raises what the key store says."""
        return self._seal(only_if_due=False)

    def _seal(self, *, only_if_due: bool) -> bool:
        head, last, at = self._seals.head(), self._seals.last(), self._clock.now()
        if head is None or (last is not None and last.head == head):
            return False
        if only_if_due and not is_due(head, last, at):
            return False
        register = self._settings.register().id
        signature = self._signer.sign(sealed_bytes(register, head, at))
        self._seals.add(Seal(head, at, signature, self._signer.public))
        # The witness comes last: it may be behind the store, never ahead of it.
        self._signer.keep_head(head.text())
        return True
