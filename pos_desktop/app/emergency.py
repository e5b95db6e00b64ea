"""Break-glass: a sealed code opens a look at patients, once, with a reason and an alarm that a person ends.

For the day when nobody who may sign in is here and somebody must know what a patient is allowed (reliability contract,
section 8). Nothing can be sold or changed with it.
"""

from __future__ import annotations

import secrets

from pos_desktop.app.pin_guard import PinGuard
from pos_desktop.app.ports import Clock, EmergencyBook, Opened, PinBook, PinHasher
from pos_desktop.app.reasons import good_reason
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.people import EMERGENCY, Person, Right, require

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without those that are taken for others when they are read from paper."""
_GROUPS, _OF = 5, 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_KIND = "emergency"
_NOTHING = "Nothing was opened."


class Emergency:
    """Lane: database."""

    def __init__(self, *, book: EmergencyBook, pins: PinBook, hasher: PinHasher, clock: Clock) -> None:
        self._book = book
        self._pins = pins
        self._hasher = hasher
        self._clock = clock
        self._guard = PinGuard(pins, clock)

    def seal(self, by: Person) -> str:
        """A new code for the envelope, told this once; every earlier one is void. Raises RuleRefusal."""
        require(by, Right.MANAGE_PEOPLE, "No code was made.")
        code = "-".join("".join(secrets.choice(SIGNS) for _ in range(_OF)) for _ in range(_GROUPS))
        self._book.seal(self._hasher.hashed(_read(code)), by.id, self._clock.now())
        return code

    def is_sealed(self) -> bool:
        return self._book.sealed() is not None

    def open(self, code: str, reason: str) -> Person:
        """Who looks up patients from now on. The code is void, and the alarm is raised.

        Raises:
            BadInput: no reason. RuleRefusal: the code is wrong or void, or too many wrong ones came.
        """
        why = good_reason(reason)
        sealed = self._book.sealed()
        if sealed is None:
            self._guard.count_stranger(EMERGENCY, _KIND, "none-sealed")
            raise RuleRefusal(
                f"There is no sealed code in this store, or it was used. {_NOTHING} A manager seals a new one.",
                code="no-code",
            )
        kept = sealed.kept
        self._guard.look(
            EMERGENCY, _KIND, lambda: "" if self._hasher.agrees(kept, _read(code)) else "code", "code"
        )
        self._book.open(sealed.n, why, self._clock.now())
        return EMERGENCY

    def alarms(self) -> tuple[Opened, ...]:
        """What nobody looked into yet. Any person may see that there is one: it names no patient."""
        return self._book.unreviewed()

    def review(self, n: int, words: str, by: Person) -> None:
        """A person looked into it and says what it was. Raises RuleRefusal, BadInput."""
        require(by, Right.MANAGE_PEOPLE, "The alarm stays.")
        if n not in {each.n for each in self.alarms()}:
            raise BadInput(
                f"There is no alarm {n} that waits for a review. Nothing was changed.", code="no-alarm"
            )
        self._book.review(n, good_reason(words), by.id, self._clock.now())


def _read(code: str) -> str:
    """As it is meant, however it was typed."""
    return "".join(each for each in code.upper().translate(_READ_AS) if each in SIGNS)
