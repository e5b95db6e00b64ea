"""What the counter shows, as values. The presenter builds them; the window only draws them.

Every text arrives translated and formatted, units included. `ppm` is millionths of a limit, so that no float travels.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How something is meant; the theme turns it into colours, and a word always stands beside it."""

    PLAIN = "plain"
    GOOD = "good"
    INFO = "info"
    WARN = "warn"
    DANGER = "danger"


class PillKind(StrEnum):
    ONLINE = "online"
    OFFLINE = "offline"
    """Calm: work goes on."""
    ATTENTION = "attention"
    """Red: a person is needed now."""


@dataclass(frozen=True, slots=True)
class PillState:
    """`opens`: a touch opens the sheet about the line to the state; `reports`: the room of the reports instead."""

    kind: PillKind
    text: str
    opens: bool = False
    reports: bool = False


class DeviceLight(StrEnum):
    READY = "ready"
    ATTENTION = "attention"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class DeviceDot:
    """A device set up at this register; `why` is a sentence when it is not ready (tooltip and screen reader)."""

    name: str
    state: DeviceLight
    why: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    text: str
    tone: Tone = Tone.INFO
    dot: bool = False


MANY_METERS = 5
"""From so many on a panel draws them closer, so that all of them are seen at a glance."""


@dataclass(frozen=True, slots=True)
class Meter:
    """One pool: earlier purchases grey, this cart hatched. Both parts together may exceed 1,000,000 when over.

    Args:
        left_text: `40.5 g left of 70.8 g`, or `11.5 g over of 70.8 g`.
        brief: The same without the whole, for a panel of many meters; `left_text` where it is empty.
        ways: Of one allotment stated several ways: what is left in each, joined by "or".
        note: When more comes back.
        accessible: The whole thing as one sentence with numbers.
    """

    label: str
    left_text: str
    used_ppm: int
    cart_ppm: int
    note: str = ""
    over: bool = False
    accessible: str = ""
    ways: str = ""
    brief: str = ""


@dataclass(frozen=True, slots=True)
class PatientPanel:
    """Never a card number or a birth date: `subtitle` is `Age 58 · card ····4471`."""

    name: str
    initials: str
    subtitle: str
    badges: tuple[Badge, ...] = ()
    allotment_title: str = ""
    meters: tuple[Meter, ...] = ()
    meters_note: str = ""
    """Says how many more allotments there are that nothing touches."""
    footnote: str = ""
    """Where the figures come from; a `Why?` link to the reckoning follows it."""
    credit: str = ""
    """What the patient has of store credit; a link to give some follows it. Empty: none can be given here."""


@dataclass(frozen=True, slots=True)
class CartRow:
    """One line. `id` stays the same while the line lives, so that only changed cells are touched."""

    id: str
    name: str
    detail: str
    quantity: str
    price: str
    counts_as: str
    amount: str
    quantity_note: str = ""
    price_note: str = ""
    weighed: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class FixButton:
    """A way out; pressing it emits `Intents.fix(id)`. `key` is shown and works as shortcut (`Enter`, `F4`)."""

    id: str
    label: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class RefusalCard:
    """Under the cart: the rule and the amount over, what would fit, the keys that fix it. The first fix is on Enter."""

    headline: str
    body: str
    fixes: tuple[FixButton, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """One calm sentence above the cart: what happened, whether the sale is saved, what to do."""

    tone: Tone
    text: str
    action: FixButton | None = None


@dataclass(frozen=True, slots=True)
class TotalRow:
    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class ScaleCard:
    """The scale beside the cart, live. `weight` is `7.00 g`, or a dash with `why` in `detail`."""

    weight: str
    pill: str
    tone: Tone
    detail: str


@dataclass(frozen=True, slots=True)
class KeyHint:
    key: str
    label: str


class ResultKind(StrEnum):
    PATIENT = "patient"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A patient, package or held cart to choose; choosing emits `Intents.choose(row)`."""

    id: str
    kind: ResultKind
    title: str
    detail: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The list under the search field. Without rows `empty_text` says what to try."""

    rows: tuple[ResultRow, ...] = ()
    empty_text: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the right column: hidden where it cannot work at this register, disabled where it cannot work now."""

    shown: bool = True
    enabled: bool = True
    label: str = ""
    """Empty: the view's own word."""


@dataclass(frozen=True, slots=True)
class RoomDoor:
    """A room of the rail. `count` stands on its icon while it is above 0, and `why` says what it counts."""

    shown: bool = True
    count: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class CounterState:
    """Everything the counter shows. `results` None: no list under the search field."""

    store_line: str
    register_line: str
    clock: str
    pill: PillState
    devices: tuple[DeviceDot, ...] = ()
    patient: PatientPanel | None = None
    patient_empty: str = ""
    """What to do when there is no patient."""
    cart: tuple[CartRow, ...] = ()
    cart_empty: str = ""
    selected: str | None = None
    refusal: RefusalCard | None = None
    notice: Notice | None = None
    totals: tuple[TotalRow, ...] = ()
    total: str = "$0.00"
    can_pay: bool = False
    why_not: str = ""
    """Why payment waits; shown under the button unless a refusal card says it already."""
    hold: Action = Action()
    reprint: Action = Action(shown=False)
    certifies: bool = False
    """The rules ask for what a practitioner certified, and a patient is here: F7 enters it."""
    weigh: Action = Action()
    clear: Action = Action()
    scale: ScaleCard | None = None
    hints: tuple[KeyHint, ...] = ()
    results: SearchResults | None = None
    reports: RoomDoor = RoomDoor(shown=False)
    """The room “Reports to the state”."""
    till: RoomDoor = RoomDoor(shown=False)
    safe: RoomDoor = RoomDoor(shown=False)
    till_open: bool = True
    """Whether `register_line` may be read calmly: nothing is sold while no till is open."""
    locks: bool = False
    """People sign in here: Ctrl+L and the button of the rail hide everything."""
    who: str = ""
    """The id of who is signed in: what somebody typed and did not save comes back for nobody else."""
    unprinted: int = 0
    """Paper jobs that wait; above 0 the rail shows Paper."""
