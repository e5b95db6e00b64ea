"""A manager's word that the state's system is away: declared with evidence, ended, told to the line's watch."""

from __future__ import annotations

from pos_desktop.app.link import LinkWatch
from pos_desktop.app.ports import DeclaredOutage, OutageBook, Person
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.limits.programme import Programme
from pos_desktop.domain.people import Approval, Right, require

LEAST, MOST = 5, 300
"""Characters of the evidence."""
DECLARED, ENDED = "outage.declared", "outage.ended"
"""What an approval must name."""
_KEPT = "Nothing was changed."


class OutageDesk:
    """Nothing sold rests on a declaration alone: it closes the line, and the programme's outage rule decides."""

    def __init__(self, book: OutageBook, link: LinkWatch, programme: Programme) -> None:
        self._book = book
        self._link = link
        self._programme = programme

    @property
    def possible(self) -> bool:
        """Whether an outage changes anything here: only where the state is asked before a sale."""
        return self._programme.state_check.required

    @property
    def declared(self) -> DeclaredOutage | None:
        """As last looked at. Any thread, at once."""
        return self._link.outage

    def look(self) -> DeclaredOutage | None:
        """Read it again: it may have been declared or ended elsewhere. Lane: database."""
        self._link.declare(self._book.declared())
        return self._link.outage

    def declare(self, evidence: str, by: Person, approval: Approval | None = None) -> DeclaredOutage:
        """From now on the line counts as down. Lane: database.

        Raises:
            BadInput: there is no evidence in the text.
            RuleRefusal: not for everybody, nothing to declare here, or declared already.
        """
        if not self.possible:
            raise RuleRefusal(
                f"The rules of {self._programme.name} ask no system before a sale, so an outage changes nothing. "
                "None was declared.",
                code="no-outage-here",
            )
        if approval is None:
            require(by, Right.DECLARE_OUTAGE, _KEPT)
        shown = good_evidence(evidence)
        answers = require(by, Right.DECLARE_OUTAGE, _KEPT, approval=approval, about=DECLARED)
        declared = self._book.declare(shown, answers.id)
        self._link.declare(declared)
        return declared

    def end(self, by: Person, approval: Approval | None = None) -> None:
        """The line is what it is again. Lane: database. Raises RuleRefusal: not for everybody, or none is declared."""
        answers = require(by, Right.DECLARE_OUTAGE, _KEPT, approval=approval, about=ENDED)
        self._book.end(answers.id)
        self._link.declare(None)


def good_evidence(evidence: str) -> str:
    """The evidence on one line. Raises BadInput: it shows nothing, or it is too long."""
    text = " ".join(evidence.split())
    if sum(each.isalnum() for each in text) < LEAST or not text.isprintable():
        raise BadInput(
            "Write what shows the outage: the number of the bulletin, the notice, its time. Nothing was changed.",
            code="no-evidence",
        )
    if len(text) > MOST:
        raise BadInput(f"The evidence is longer than {MOST} characters. Shorten it. Nothing was changed.")
    return text
