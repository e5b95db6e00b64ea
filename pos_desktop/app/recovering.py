"""The recovery key: made once and shown once, proven when asked for, and what it opens kept up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pos_desktop.domain.errors import BadInput, EnvironmentTrouble
from pos_desktop.domain.people import Person, Right, require

if TYPE_CHECKING:
    from pos_desktop.app.ports import JournalBook, SettingsBook
    from pos_desktop.app.ports.recovery import RecoveryFile, RecoverySeals

PUBLIC = "recovery.public"
"""The setting that holds the public half: inside the encrypted store, where nobody can put another in its place."""
DATABASE_KEY = "db"
_NOTHING = "Nothing was changed."
NONE_MADE = (
    "This store has no recovery key: if this computer is lost, its backups cannot be opened. "
    "Make one, and put the paper in the safe: pos-desktop recovery new."
)


class Recovery:
    """`keys` tells every key of the store that a restore needs, as they are now."""

    def __init__(
        self,
        *,
        seals: RecoverySeals,
        file: RecoveryFile,
        keys: Callable[[], Mapping[str, bytes]],
        settings: SettingsBook,
        journal: JournalBook,
    ) -> None:
        self._seals = seals
        self._file = file
        self._keys = keys
        self._settings = settings
        self._journal = journal

    @property
    def made(self) -> bool:
        return bool(self._public)

    def new(self, actor: Person) -> str:
        """The new recovery key, told this once. The former one opens nothing that is sealed from now on.

        The file is written first: a power cut in between leaves a paper that nobody has seen yet, and `refresh` at the
        next start seals the keys to the former one again.

        Raises:
            RuleRefusal: not for everybody. EnvironmentTrouble: the file cannot be written.
        """
        require(actor, Right.CHANGE_SETTINGS, _NOTHING)
        voided = self.made
        text, public = self._seals.made()
        self._file.write(self._seals.seal(public, self._keys()))
        self._settings.set(PUBLIC, public)
        self._journal.append("keys.recovery-made", actor.id, "", {"voided": voided})
        return text

    def check(self, actor: Person, typed: str) -> bool:
        """That the paper opens the sealed keys, and that these are the store's. False where the file was missing,
        damaged or behind, and was written anew for the paper to open.

        Raises:
            BadInput: mistyped, of another paper, or none was made.
            EnvironmentTrouble: it cannot be written.
        """
        require(actor, Right.CHANGE_SETTINGS, _NOTHING)
        if not self.made:
            raise BadInput(NONE_MADE, code="no-recovery-key")
        good = self._holds(typed)
        self._seals.open(typed, self.refresh() or b"")
        self._journal.append("keys.recovery-checked", actor.id, "", {"renewed": not good})
        return good

    def refresh(self) -> bytes | None:
        """Seal the keys as they are now; what was sealed. None where no recovery key was made."""
        if not self.made:
            return None
        sealed = self._seals.seal(self._public, self._keys())
        self._file.write(sealed)
        return sealed

    def sealed(self) -> bytes | None:
        return self._file.read()

    def _holds(self, typed: str) -> bool:
        """Whether the file as it lies there opens, with the key of the database in it."""
        try:
            opened = self._seals.open(typed, self.sealed() or b"")
        except EnvironmentTrouble:
            return False
        return opened.get(DATABASE_KEY) == self._keys()[DATABASE_KEY]

    @property
    def _public(self) -> str:
        return self._settings.get(PUBLIC) or ""
