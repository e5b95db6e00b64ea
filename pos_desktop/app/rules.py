"""Which rules are in force in this store, and who stands behind what no source settles (limits contract 8 and 12)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from pos_desktop.app.ports import Clock, JournalBook, Person, RulePack, RulePacks, SettingsBook
from pos_desktop.domain.errors import BadInput, EnvironmentTrouble, NeedsAttention
from pos_desktop.domain.limits.pack import PackError, parse_pack
from pos_desktop.domain.limits.programme import Programme
from pos_desktop.domain.people import Right, require

OWN = "rules.pack"
CONFIRMED = "rules.confirmed"
_LIVE = "live"
_LONGEST_CITATION = 500
_KEPT = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class InForce:
    """`pack` is the text that `programme` was read from; `own`: the operator's, not the one that was shipped."""

    programme: Programme
    pack: RulePack
    own: bool


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An operator read the rules in `citation` and stands behind the pack `digest`. `by` is a person's id."""

    programme: str
    digest: str
    citation: str
    by: str
    at: str


class Rules:
    """Of one store. Lane: database.

    `shipped` gives the text and file name of a programme's pack as it travels with the program, or raises BadInput.
    """

    def __init__(
        self,
        *,
        settings: SettingsBook,
        packs: RulePacks,
        journal: JournalBook,
        clock: Clock,
        shipped: Callable[[str], tuple[str, str]],
    ) -> None:
        self._settings = settings
        self._packs = packs
        self._journal = journal
        self._clock = clock
        self._shipped = shipped

    # ---- what holds

    def in_force(self, programme_id: str | None = None) -> InForce:
        """The store's programme, or how another one would hold here.

        Raises:
            BadInput: no programme is set, or the operator's own pack cannot be read by this program.
        """
        wanted = self._settings.register().programme if programme_id is None else programme_id
        own = self._own(wanted)
        if own is None:
            text, source = self._shipped(wanted)
            return _read(text, source, own=False)
        try:
            return _read(own.text, own.source, own=True)
        except PackError as wrong:
            raise BadInput(
                f"This store’s own rule pack {own.source} cannot be read by this version of the program: "
                f"{wrong.details['why']} Nothing was changed, and the shipped pack is not put in its place unasked. "
                "Correct it and install it again, or go back: pos-desktop limits install --shipped.",
                code="own-pack",
            ) from wrong

    def today(self, programme: Programme) -> date:
        return self._clock.now().date_in(programme.zone)

    def unsure(self, programme: Programme) -> tuple[str, ...]:
        """What of today's rules an operator has to confirm and has not; nobody is asked in a training store."""
        if self._settings.register().profile != _LIVE or self.confirmation(programme) is not None:
            return ()
        return programme.unsure_of(self.today(programme))

    def confirmation(self, programme: Programme) -> Confirmation | None:
        """The one of exactly this text: a pack that changed is confirmed anew."""
        try:
            kept = Confirmation(**json.loads(self._settings.get(CONFIRMED) or "{}"))
        except (TypeError, ValueError):
            return None
        return kept if (kept.programme, kept.digest) == (programme.id, programme.digest) else None

    def for_the_counter(self) -> Programme:
        """The rules to sell by; their text is kept, so that what is decided today can be repeated years later.

        Raises:
            NeedsAttention: no source settles them and nobody confirmed them. BadInput: as `in_force`.
        """
        found = self.in_force()
        if unsure := self.unsure(found.programme):
            raise NeedsAttention(
                f"The counter is not opened, and nothing was changed. {unsettled(found.programme, unsure)} Read them "
                "at the agency, then say which text you read: pos-desktop limits confirm --citation TEXT.",
                code="rules-unconfirmed",
            )
        self._packs.keep(found.pack, self._clock.now())
        return found.programme

    # ---- what a manager changes

    def confirm(self, citation: str, actor: Person) -> Confirmation | None:
        """Stand behind the rules in force by the text that was read; None: their sources settle them already.

        Raises:
            BadInput: the citation is empty, too long or cannot be printed.
            RuleRefusal: not for everybody.
        """
        require(actor, Right.CHANGE_SETTINGS, _KEPT)
        text = good_citation(citation)
        programme = self.in_force().programme
        unsure = programme.unsure_of(self.today(programme))
        if not unsure:
            return None
        by, at = actor.id, self._clock.now()
        made = Confirmation(programme.id, programme.digest, text, by, at.iso_in(programme.zone))
        self._settings.set(CONFIRMED, json.dumps(asdict(made), ensure_ascii=False))
        said = {"programme": programme.id, "digest": programme.digest, "version": programme.pack_version}
        self._journal.append("rules.confirmed", by, "", {**said, "citation": text, "unsure": list(unsure)})
        return made

    def install(self, text: str, source: str, by: Person) -> bool:
        """Put the operator's own pack in force; False: it is in force already. `source` is the file's name.

        Raises:
            BadInput: it is no good pack, of another programme, or without a rule for today. Nothing was changed.
            RuleRefusal: not for everybody.
        """
        require(by, Right.CHANGE_SETTINGS, _KEPT)
        new = _read(text, source, own=True)
        programme, wanted = new.programme, self._settings.register().programme
        if programme.id != wanted:
            raise BadInput(
                f"{source} holds the rules of {programme.id}, and this store’s programme is {wanted}. Nothing was "
                "changed. Install the pack of the store’s programme.",
                code="other-programme",
            )
        today = self.today(programme)
        if programme.version_on(today) is None:
            raise BadInput(
                f"{source} has no version in force today, {today.isoformat()}: with it nothing could be sold. Nothing "
                "was changed. Let one of its versions hold today.",
                code="no-rule-in-force",
            )
        if new.pack.digest == self._digest_in_force():
            return False
        self._packs.keep(new.pack, self._clock.now())
        self._settings.set(OWN, new.pack.digest)
        self._note(new.pack, by, own=True)
        return True

    def go_back(self, by: Person) -> bool:
        """Put the shipped pack in force again; False: it is. Raises RuleRefusal: not for everybody."""
        require(by, Right.CHANGE_SETTINGS, _KEPT)
        wanted = self._settings.register().programme
        if self._own(wanted) is None:
            return False
        text, source = self._shipped(wanted)
        shipped = _read(text, source, own=False)
        self._settings.set(OWN, "")
        self._note(shipped.pack, by, own=False)
        return True

    def _note(self, pack: RulePack, by: Person, *, own: bool) -> None:
        said = {"programme": pack.programme, "digest": pack.digest, "version": pack.version}
        data = {**said, "file": pack.source, "own": own}
        self._journal.append("rules.installed", by.id, "", data)

    def _digest_in_force(self) -> str:
        """Without reading an own pack, which a corrected one may be here to replace."""
        wanted = self._settings.register().programme
        own = self._own(wanted)
        return _read(*self._shipped(wanted), own=False).pack.digest if own is None else own.digest

    def _own(self, programme_id: str) -> RulePack | None:
        """The operator's own pack, if it is this programme's."""
        digest = self._settings.get(OWN)
        if not digest:
            return None
        found = self._packs.find(digest)
        if found is None:
            raise EnvironmentTrouble(
                "The store’s own rule pack is not in the store any more. Nothing was changed. Run pos-desktop verify, "
                "and restore the newest backup.",
                code="own-pack",
            )
        return found if found.programme == programme_id else None


def unsettled(programme: Programme, unsure: Sequence[str]) -> str:
    """For people: which rules of the programme no source settles."""
    return f"No source settles these rules of {programme.name}: {', '.join(unsure)}."


def good_citation(text: str) -> str:
    """Raises BadInput."""
    text = text.strip()
    if not text or len(text) > _LONGEST_CITATION or not text.isprintable():
        raise BadInput(
            "A citation says in one line of at most 500 signs which text was read, for instance “28 Pa. Code 1161a.24, "
            "read 2026-11-20”. Nothing was changed.",
            code="citation",
        )
    return text


def _read(text: str, source: str, *, own: bool) -> InForce:
    programme = parse_pack(text, source)
    pack = RulePack(programme.digest, programme.id, programme.pack_version, source, text)
    return InForce(programme, pack, own)
