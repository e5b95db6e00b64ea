"""Secrets of the state's service that a person puts into the key store: never shown, and told by their names alone."""

from __future__ import annotations

from collections.abc import Callable

from pos_desktop.app.ports import JournalBook, KeyStore
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.people import Person, Right, require

_KEPT = "The key store was not changed."


class Secrets:
    def __init__(self, keys: KeyStore, journal: JournalBook) -> None:
        self._keys, self._journal = keys, journal

    def set(self, name: str, read: Callable[[], bytes], by: Person) -> None:
        """`read` is called once it is known that this person may. Raises RuleRefusal; BadInput: nothing came."""
        require(by, Right.CHANGE_SETTINGS, _KEPT)
        value = read()
        if not value:
            raise BadInput(f"Nothing came on standard input. {_KEPT}")
        self._keys.set(name, value)
        self._journal.append("secret.set", by.id, "", {"name": name})

    def delete(self, name: str, by: Person) -> None:
        """Raises RuleRefusal."""
        require(by, Right.CHANGE_SETTINGS, _KEPT)
        self._keys.delete(name)
        self._journal.append("secret.deleted", by.id, "", {"name": name})
