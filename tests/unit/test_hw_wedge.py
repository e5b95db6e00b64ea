"""A scanner that types and a person who types, told apart by time."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.wedge import LONGEST, Event, GiveBack, Held, Scan, WedgeRecogniser, WedgeSettings

MS = 1000
ENTER = "\r"
TAG = "1A4060300002EE1000000123"


class Keyboard:
    """The shell around the recogniser: keeps keys, gives them back, lets them pass."""

    def __init__(self, settings: WedgeSettings | None = None) -> None:
        self.wedge = WedgeRecogniser(settings)
        self.now = 1_000_000
        self.field = ""
        self.scans: list[str] = []
        self.longest_hold_us = 0
        self._kept: list[tuple[str, int]] = []

    def press(self, char: str, gap_ms: float = 10, *, guarded: bool = False) -> None:
        self._until(self.now + round(gap_ms * MS))
        if char in "\r\t":
            self._apply(self.wedge.feed_terminator(char, self.now), char)
        elif char == "<Esc>":
            self._apply(self.wedge.feed_other(self.now), char)
        else:
            self._apply(self.wedge.feed(char, self.now, guarded=guarded), char)

    def type(self, text: Iterable[str], gap_ms: float = 10, *, guarded: bool = False) -> None:
        for char in text:
            self.press(char, gap_ms, guarded=guarded)

    def wait(self, ms: float) -> None:
        self._until(self.now + round(ms * MS))

    def _until(self, at: int) -> None:
        due = self.wedge.due_us
        if due is not None and due <= at:
            self.now = due
            self._apply(self.wedge.tick(due), None)
        self.now = at

    def _apply(self, events: list[Event], char: str | None) -> None:
        for event in events:
            match event:
                case Held():
                    assert char is not None
                    self._kept.append((char, self.now))
                case GiveBack(count):
                    assert count <= len(self._kept)
                    for given_back, since in self._kept[:count]:
                        self.longest_hold_us = max(self.longest_hold_us, self.now - since)
                        self.field += given_back
                    del self._kept[:count]
                case Scan(text):
                    self.scans.append(text)
                    self._kept.clear()
        if char is not None and (not events or isinstance(events[-1], GiveBack)):
            self.field += char


@pytest.fixture
def keyboard() -> Keyboard:
    return Keyboard()


def test_a_burst_with_enter_is_a_scan_and_nothing_else(keyboard: Keyboard) -> None:
    keyboard.type(TAG)
    keyboard.press(ENTER)
    assert (keyboard.scans, keyboard.field) == ([TAG], "")


def test_a_burst_without_a_terminator_ends_by_silence(keyboard: Keyboard) -> None:
    keyboard.type(TAG)
    keyboard.wait(99)
    assert keyboard.scans == []
    keyboard.wait(2)
    assert (keyboard.scans, keyboard.field) == ([TAG], "")


@pytest.mark.parametrize("gap_ms", [36, 60, 120, 400])
def test_typing_reaches_the_field_in_order(keyboard: Keyboard, gap_ms: float) -> None:
    keyboard.type("hello world" + ENTER, gap_ms)
    keyboard.wait(1000)
    assert (keyboard.field, keyboard.scans) == ("hello world\r", [])


def test_the_gap_is_inclusive_at_its_limit(keyboard: Keyboard) -> None:
    keyboard.type("123456", 35)
    keyboard.press(ENTER, 35)
    assert keyboard.scans == ["123456"]


def test_a_person_waits_for_a_letter_no_longer_than_sixty_milliseconds(keyboard: Keyboard) -> None:
    keyboard.type("the quick ", 120)
    keyboard.press("t", 120)
    keyboard.press("h", 20)
    keyboard.wait(500)
    assert keyboard.field == "the quick th"
    assert keyboard.longest_hold_us <= 60 * MS


def test_five_fast_keys_are_typing(keyboard: Keyboard) -> None:
    keyboard.type("12345")
    keyboard.press(ENTER)
    assert (keyboard.field, keyboard.scans) == ("12345\r", [])


def test_enter_and_escape_alone_pass(keyboard: Keyboard) -> None:
    keyboard.press(ENTER)
    keyboard.press("<Esc>", 500)
    assert keyboard.field == "\r<Esc>"


def test_escape_inside_a_burst_is_swallowed(keyboard: Keyboard) -> None:
    keyboard.type("12345")
    assert keyboard.wedge.under_way
    keyboard.press("<Esc>")
    keyboard.type("67890")
    keyboard.press("\t")
    assert (keyboard.scans, keyboard.field) == (["1234567890"], "")


def test_escape_after_one_typed_letter_keeps_its_place(keyboard: Keyboard) -> None:
    keyboard.type(["a", "<Esc>", "b"], 20)
    keyboard.wait(500)
    assert keyboard.field == "a<Esc>b"


def test_a_burst_that_breaks_off_is_given_back(keyboard: Keyboard) -> None:
    keyboard.type("1234567")
    keyboard.press("x", 60)
    keyboard.wait(500)
    assert (keyboard.field, keyboard.scans) == ("1234567x", [])


def test_two_scans_in_a_row(keyboard: Keyboard) -> None:
    keyboard.type(TAG + ENTER + "4006381333931" + ENTER)
    assert keyboard.scans == [TAG, "4006381333931"]


def test_typing_then_a_scan(keyboard: Keyboard) -> None:
    keyboard.type("ab", 150)
    keyboard.wait(150)
    keyboard.type(TAG + ENTER)
    assert (keyboard.field, keyboard.scans) == ("ab", [TAG])


LICENCE = "@\r\x1e\rANSI 636000100201DL00310054DLDAQT100\rDCSSAMPLE\rDBB06061986\r"


def test_enter_is_data_inside_a_licence(keyboard: Keyboard) -> None:
    keyboard.type(LICENCE)
    keyboard.wait(240)
    assert keyboard.scans == []
    keyboard.wait(20)
    assert (keyboard.scans, keyboard.field) == ([LICENCE], "")


def test_a_screen_that_waits_for_a_licence_takes_enter_as_data(keyboard: Keyboard) -> None:
    keyboard.wedge.id_mode = True
    keyboard.type("636000" + ENTER + "DAQT100" + ENTER)
    keyboard.wait(300)
    assert keyboard.scans == ["636000\rDAQT100\r"]


def test_an_at_sign_that_is_typed_is_not_a_licence(keyboard: Keyboard) -> None:
    keyboard.type("@home" + ENTER, 100)
    assert keyboard.field == "@home\r"


def test_a_guarded_field_gets_its_keys_at_any_speed(keyboard: Keyboard) -> None:
    keyboard.type("secret-1234", 1, guarded=True)
    assert (keyboard.field, keyboard.scans) == ("secret-1234", [])


def test_a_prefix_leaves_nothing_to_guess() -> None:
    keyboard = Keyboard(WedgeSettings(prefix="~"))
    keyboard.type("~12", 60, guarded=True)
    keyboard.press(ENTER, 60)
    assert (keyboard.scans, keyboard.field) == (["12"], "")


def test_a_typed_prefix_is_given_back() -> None:
    keyboard = Keyboard(WedgeSettings(prefix="~"))
    keyboard.press("~")
    keyboard.wait(200)
    assert keyboard.field == "~"


def test_a_stuck_scanner_cannot_fill_the_memory(keyboard: Keyboard) -> None:
    keyboard.type("x" * (2 * LONGEST + 3), 1)
    keyboard.wait(1000)
    assert [len(scan) for scan in keyboard.scans] == [LONGEST, LONGEST]
    assert keyboard.field == "xxx"


@given(
    st.lists(st.tuples(st.sampled_from("abc12@\r\t~"), st.integers(1, 400)), max_size=40),
    st.sampled_from([None, "~"]),
)
def test_no_key_is_ever_lost_or_doubled(keys: list[tuple[str, int]], prefix: str | None) -> None:
    keyboard = Keyboard(WedgeSettings(prefix=prefix))
    for char, gap_ms in keys:
        keyboard.press(char, gap_ms)
    keyboard.wait(1000)
    typed = sorted(char for char, _ in keys if char not in "\r\t~")
    assert sorted([*keyboard.field, *"".join(keyboard.scans)]).count("a") == typed.count("a")
    assert [c for c in sorted([*keyboard.field, *"".join(keyboard.scans)]) if c not in "\r\t~"] == typed


@given(st.lists(st.tuples(st.sampled_from("abc12\r"), st.integers(40, 400)), max_size=40))
def test_slow_keys_reach_the_field_exactly_as_typed(keys: list[tuple[str, int]]) -> None:
    keyboard = Keyboard()
    for char, gap_ms in keys:
        keyboard.press(char, gap_ms)
    keyboard.wait(1000)
    assert keyboard.field == "".join(char for char, _ in keys)


def test_without_time_a_person_would_be_taken_for_a_scanner() -> None:
    careless = Keyboard(WedgeSettings(gap_us=10_000_000, silence_us=10_000_000))
    careless.type("hello world" + ENTER, 120)
    assert careless.scans == ["hello world"], "the typing tests can see the fault they guard against"
