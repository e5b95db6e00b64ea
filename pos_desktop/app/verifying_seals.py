"""Do the seals of the journal hold, and is it as long as the key store remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pos_desktop.app.ports import JournalSigner, SealBook
from pos_desktop.domain.errors import KeyMissing
from pos_desktop.domain.seal import Head, sealed_bytes

IsSigned = Callable[[bytes, bytes, bytes], bool]
"""Whether a signature (key, signature, message) holds."""


class SealsTold:
    """Remembers the links that are sealed while the journal is walked; then looks at each seal."""

    def __init__(self, seals: SealBook, signer: JournalSigner, is_signed: IsSigned, register: str) -> None:
        self._seals = list(seals.all())
        self._signer = signer
        self._is_signed = is_signed
        self._register = register
        self._witness = _witness(signer)
        self._wanted = {(each.head.epoch, each.head.seq) for each in self._seals}
        if self._witness is not None:
            self._wanted.add((self._witness.epoch, self._witness.seq))
        self._found: dict[tuple[int, int], bytes] = {}

    def link(self, epoch: int, seq: int, digest: bytes) -> None:
        if (epoch, seq) in self._wanted:
            self._found[epoch, seq] = digest

    def findings(self) -> Iterable[str]:
        try:
            ours: bytes | None = self._signer.public
        except KeyMissing as missing:
            ours = None
            if self._seals:
                yield missing.sentence
        for seal in self._seals:
            head = seal.head
            place = f"the seal over entry {head.seq}"
            if ours is not None and seal.key != ours:
                yield f"{place.capitalize()} was made with another key than this store's."
            elif not self._is_signed(seal.key, seal.signature, sealed_bytes(self._register, head, seal.at)):
                yield f"{place.capitalize()} is forged or was changed."
            elif self._found.get((head.epoch, head.seq)) != head.digest:
                yield f"The journal up to entry {head.seq} is not the one that was sealed then."
        if self._witness is not None:
            yield from self._remembered(self._witness)

    def _remembered(self, kept: Head) -> Iterable[str]:
        if self._found.get((kept.epoch, kept.seq)) != kept.digest:
            yield (
                f"The key store remembers journal entry {kept.seq}, which this store does not hold as it was: "
                "entries were cut off, or an old copy of the store was put back."
            )
        elif kept not in [each.head for each in self._seals]:
            yield f"The seal over entry {kept.seq} is missing; the key store remembers it."


def _witness(signer: JournalSigner) -> Head | None:
    kept = signer.last_head()
    return None if kept is None else Head.read(kept)
