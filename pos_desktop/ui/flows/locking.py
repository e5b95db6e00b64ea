"""Who is at this counter: the lock screen, Ctrl+L, idling, and the first PIN of a new store.

On lock nothing is dropped: cart, payment, sheet and room are there for whoever signs in next, as themselves; but the
safe is left, where the next one may have to count blind. What was
under way (a sale that is saved, a question to the state) ends behind the lock and shows nothing there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pos_desktop.app.signing_in import SigningIn, good_pin
from pos_desktop.app.till_base import TillPicture
from pos_desktop.app.views import Why
from pos_desktop.domain.errors import BadInput, PosError, RuleRefusal
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import MINUTE_US, SECOND_US
from pos_desktop.domain.people import Person, Right
from pos_desktop.ui.flows.floor import OF_PATIENTS, TILL_X, Floor, report_bug
from pos_desktop.ui.lock_state import LockScreen
from pos_desktop.ui.pin_state import PinAsked
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.presenter import lock_words as words
from pos_desktop.ui.presenter.people import named
from pos_desktop.ui.room_state import ReportsRoom
from pos_desktop.ui.safe_state import SafeRoom
from pos_desktop.ui.state import Notice, Tone
from pos_desktop.ui.till_state import TillRoom

KEY, IDLE, CHANGED = "key", "idle", "changed"
"""Why the counter was locked, for the journal."""
ASK_US = 15 * SECOND_US
"""So often it is asked whether who is signed in still works here, in the same role: a shell beside may change that."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Who can sign in here; `beginning`: nobody has a PIN yet, and these may choose the first."""

    people: Sequence[Person]
    beginning: bool
    sealed: bool


class Locking:
    """Where nobody signs in (training and drills sell unattended) it does nothing."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._door: SigningIn | None = None if floor.desk.duty is not None else floor.desk.signing_in
        self._people: Sequence[Person] = ()
        self._beginning = False
        """Nobody has a PIN yet: the first is chosen, twice."""
        self._sealed = self._emergency = False
        """Whether a code for an emergency waits in an envelope, and whether it is being typed."""
        self._first = ""
        """The PIN as typed first: it is typed once more, or the code of an authenticator goes with it."""
        self._entering = False
        """A PIN is being looked at."""
        self._last_us = self._asked_us = floor.desk.clock.monotonic_us()
        self._opened: Callable[[], None] = _nothing

    @property
    def works(self) -> bool:
        """People sign in at this counter."""
        return self._door is not None

    def start(self, opened: Callable[[], None]) -> None:
        """Locked from the start; `opened` is called when a PIN can be typed, or at once where nobody signs in."""
        if self._door is None:
            opened()
            return
        self._opened = opened
        self._close()

    # -- wishes

    def lock(self, why: str = KEY) -> None:
        """At once; the journal is written behind it."""
        floor, door, person = self._floor, self._door, self._floor.actor
        if door is None or person is None:
            return
        floor.actor, floor.last_actor, floor.results = None, person, None
        floor.notice = None  # it was said to whoever goes
        floor.second.cancel()
        if floor.sheet_kind == TILL_X:
            floor.close_sheet()
        if isinstance(floor.room, SafeRoom):  # who counts next sees no figure that was typed here
            floor.leave_room()
        floor.lanes.database("note the lock", lambda: door.locked(person, why), _ignore, floor.refuse)
        self._close()

    def chosen(self, person_id: str) -> None:
        """Another name, here or where a second person is asked for."""
        lock = self._floor.lock
        if lock is None:
            self._floor.second.chosen(person_id)
        elif not lock.pin.busy and self._named(person_id) is not None:
            self._first = ""
            self._show(replace(lock.pin, chosen=person_id, said=""))

    def typed(self, person_id: str, pin: str) -> None:
        """Enter, here or where a second person is asked for."""
        lock, person = self._floor.lock, self._named(person_id)
        if lock is None:
            self._floor.second.typed(person_id, pin)
            return
        if lock.pin.busy or person is None:
            return
        if self._beginning:
            self._choose(person, pin)
        elif self._floor.visit is not None and not person.may(Right.SEE_PATIENT):
            self._refuse(words.cart_is_there(person))
        elif self._first:
            first, self._first = self._first, ""
            self._enter("sign in", person.id, lambda door: door.sign_in(person.id, first, pin))
        else:
            self._first = pin
            self._enter("sign in", person.id, lambda door: _unless_asked(door, person, pin))

    def act(self, fix_id: str) -> bool:
        """The other way in, or back to the PIN. False: nothing is locked."""
        lock = self._floor.lock
        if lock is not None and not lock.pin.busy and lock.other is not None and lock.other.id == fix_id:
            self._emergency, self._first = fix_id == words.EMERGENCY_WAY, ""
            self._say("", Tone.WARN)
        return lock is not None

    def save(self, values: Mapping[str, str]) -> bool:
        """The sealed code and the reason were typed. False: nothing is locked."""
        lock = self._floor.lock
        if lock is not None and lock.fields and not lock.pin.busy:
            code, reason = values.get(words.CODE, ""), values.get(words.REASON, "")
            self._enter("emergency access", "", lambda door: door.emergency(code, reason))
        return lock is not None

    def scanned(self) -> None:
        lock = self._floor.lock
        if lock is not None and not lock.pin.busy:
            self._show(replace(lock.pin, said=words.sign_in_first(), tone=Tone.WARN))

    # -- time

    def touched(self) -> None:
        """A key, a touch, a scan: somebody is here."""
        self._last_us = self._floor.desk.clock.monotonic_us()

    def tick(self) -> None:
        """Each second."""
        floor = self._floor
        if floor.lock is not None:
            clock = self._clock()
            if clock != floor.lock.clock:
                floor.lock = replace(floor.lock, clock=clock)
                floor.show()
        elif floor.desk.clock.monotonic_us() - self._last_us >= floor.desk.lock_minutes * MINUTE_US:
            self.lock(IDLE)
        elif floor.desk.clock.monotonic_us() - self._asked_us >= ASK_US:
            self._ask_whether_still_here()

    # -- inside

    def _ask_whether_still_here(self) -> None:
        floor, door, person = self._floor, self._door, self._floor.actor
        self._asked_us = floor.desk.clock.monotonic_us()
        if door is None or person is None:
            return

        def told(still: bool) -> None:
            if not still and floor.actor is person:
                self.lock(CHANGED)

        floor.lanes.database("who is here", lambda: door.is_still(person), told, _ignore)

    def _close(self) -> None:
        """Cover everything now; who can sign in is read meanwhile."""
        floor, door = self._floor, self._door
        assert door is not None  # noqa: S101 - asked by those who call
        known = named(self._people)
        self._emergency = False
        floor.lock = self._screen(PinAsked(known, chosen=self._likely(), busy=not known))
        floor.show()

        def read() -> _Known:
            people = door.people()
            return _Known(people or door.starters(), beginning=not people, sealed=door.is_sealed())

        floor.lanes.database("who can sign in", read, self._listed, self._unlisted)

    def _listed(self, found: _Known) -> None:
        """Who typed meanwhile goes on typing."""
        self._people, self._beginning, self._sealed = found.people, found.beginning, found.sealed
        lock = self._floor.lock
        if lock is not None:
            chosen = lock.pin.chosen if self._named(lock.pin.chosen) is not None else self._likely()
            names = named(self._people)
            self._show(
                replace(lock.pin, people=names, chosen=chosen, empty_text=words.nobody(), busy=self._entering)
            )
        self._now_open()

    def _unlisted(self, problem: BaseException) -> None:
        lock, sentence = self._floor.lock, self._sentence(problem)
        if lock is not None:
            self._show(replace(lock.pin, said=sentence, empty_text=sentence, busy=self._entering))
        self._now_open()

    def _now_open(self) -> None:
        opened, self._opened = self._opened, _nothing
        opened()

    def _likely(self) -> str:
        """Who was here last, else the first of the names."""
        last = self._floor.last_actor
        if last is not None and self._named(last.id) is not None:
            return last.id
        return self._people[0].id if self._people else ""

    def _choose(self, person: Person, pin: str) -> None:
        """The first PIN of the store: typed once, then once more."""
        if not self._first:
            try:
                good_pin(pin)
            except BadInput as easy:
                self._refuse(easy.sentence)
                return
            self._first = pin
            self._say(words.once_more(), Tone.INFO)
        elif pin != self._first:
            self._first = ""
            self._refuse(words.not_the_same())
        else:
            self._first = ""
            self._enter("the first PIN", person.id, lambda door: door.begin(person.id, pin))

    def _enter(self, name: str, person_id: str, by: Callable[[SigningIn], Person | None]) -> None:
        floor, door = self._floor, self._door
        lock = floor.lock
        if door is None or lock is None:
            return
        self._entering = True
        self._show(replace(lock.pin, chosen=person_id or lock.pin.chosen, said="", busy=True))

        def look() -> tuple[Person | None, TillPicture | None]:
            known, till = by(door), floor.desk.till
            return known, None if till is None else till.picture()

        floor.lanes.database(name, look, self._known, self._not_entered)

    def _known(self, answer: tuple[Person | None, TillPicture | None], seen: PatientId | None = None) -> None:
        """Whoever takes over an open sale has seen its patient, and a look that cannot be kept is not given.

        What was under way when the counter was locked may have opened it as late as now.
        """
        floor, views = self._floor, self._floor.desk.views
        person, visit = answer[0], floor.visit
        if person is None:
            self._entering = False
            self._say(words.code_wanted(), Tone.INFO)
        elif visit is None or visit.patient.id == seen or views is None or person == floor.last_actor:
            self._entered(answer)
        elif not person.may(Right.SEE_PATIENT):
            self._not_entered(RuleRefusal(words.cart_is_there(person)))
        else:
            floor.lanes.database(
                "who takes over",
                lambda: views.seen(person, Why.TAKEN_OVER, [visit.patient.id]),
                lambda _: self._known(answer, visit.patient.id),
                self._not_entered,
            )

    def _entered(self, answer: tuple[Person | None, TillPicture | None]) -> None:
        floor = self._floor
        self._entering = False
        person, till = answer
        assert person is not None  # noqa: S101 - asked before
        self._first = ""
        if person != floor.last_actor:
            self._leave_patients()
        floor.actor, floor.till, floor.session = person, till, None if till is None else till.session
        if not floor.by.may(Right.SEE_PATIENT) and floor.sheet is not None:
            floor.close_sheet()  # it may be about a patient
        floor.lock, self._beginning = None, False
        if self._emergency:
            floor.notice = Notice(Tone.WARN, words.emergency_is_on())
        self.touched()
        floor.show()

    def _leave_patients(self) -> None:
        """What the last person looked at of patients is no look of the next one; the open sale is, and is kept so."""
        floor = self._floor
        room = floor.room
        told = isinstance(room, ReportsRoom) and room.story is not None
        if told or (isinstance(room, TillRoom) and room.held):
            floor.leave_room()
        elif floor.sheet_kind in OF_PATIENTS:
            floor.close_sheet()
        floor.unknown_card = ""  # a form that is opened anew would begin with it

    def _not_entered(self, problem: BaseException) -> None:
        self._entering, self._first = False, ""
        self._refuse(self._sentence(problem))

    def _sentence(self, problem: BaseException) -> str:
        if isinstance(problem, PosError):
            return problem.sentence
        report_bug(problem)
        return words.broken()

    def _refuse(self, sentence: str) -> None:
        self._say(sentence, Tone.WARN)

    def _say(self, sentence: str, tone: Tone) -> None:
        """What was typed is gone with each answer."""
        lock = self._floor.lock
        if lock is not None:
            self._show(replace(lock.pin, said=sentence, tone=tone, busy=False, turn=lock.pin.turn + 1))

    def _show(self, pin: PinAsked) -> None:
        if self._floor.lock is not None:
            self._floor.lock = self._screen(pin)
            self._floor.show()

    def _screen(self, pin: PinAsked) -> LockScreen:
        desk = self._floor.desk
        title, body, action = self._words()
        ordinary = not self._beginning and not self._emergency
        return LockScreen(
            store_line=desk.register.store_name,
            register_line=desk.register_name,
            clock=self._clock(),
            title=title,
            body=body,
            pin=replace(pin, action=action),
            hint=words.training(desk.pin_hint) if desk.pin_hint and ordinary else "",
            fields=words.emergency_fields(pin.said) if self._emergency else (),
            other=words.pin_way() if self._emergency else words.emergency_way() if self._sealed else None,
        )

    def _words(self) -> words.Words:
        if self._emergency:
            return words.in_an_emergency()
        return words.choosing(again=bool(self._first)) if self._beginning else words.signing_in()

    def _clock(self) -> str:
        desk = self._floor.desk
        return figures.clock_time(desk.clock.now(), desk.zone)

    def _named(self, person_id: str) -> Person | None:
        return next((each for each in self._people if each.id == person_id), None)


def _unless_asked(door: SigningIn, person: Person, pin: str) -> Person | None:
    """None: the code of an authenticator goes with the PIN, and is typed next."""
    return None if door.asks_code(person.id) else door.sign_in(person.id, pin)


def _nothing() -> None:
    """Nobody waits for it."""


def _ignore(_: object) -> None:
    """It is written, and that was all."""
