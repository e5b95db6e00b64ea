"""Tells a scanner that types from a person who types (hardware.md 7.1), by time alone.

Pure: keys and their times in, decisions out; no window system and no clock. The shell around it must

- keep each key for which the last event is `Held`,
- hand back the first `count` kept keys at once for `GiveBack`, before anything else,
- let the present key pass if the events are empty or end with `GiveBack`, and swallow it otherwise,
- call `tick` at `due_us`.

Times are microseconds on any clock that does not go back.
"""

from dataclasses import dataclass, field

LONGEST = 8192


@dataclass(frozen=True, slots=True)
class WedgeSettings:
    """How a burst looks.

    `prefix`: one character that the reader is programmed to send first; then nothing is guessed.
    """

    gap_us: int = 35_000
    silence_us: int = 100_000
    id_silence_us: int = 250_000
    least: int = 6
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The present key may belong to a scan: keep it."""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """The first `count` kept keys were typed by a person."""

    count: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A whole scan. All kept keys, and the present one, belong to it."""

    text: str = field(repr=False)


Event = Held | GiveBack | Scan


class WedgeRecogniser:
    """One keyboard's worth of state.

    Attributes:
        id_mode: Set while a screen waits for a licence: Enter is then data and only silence ends a scan.
    """

    def __init__(self, settings: WedgeSettings | None = None) -> None:
        self.id_mode = False
        self._settings = settings or WedgeSettings()
        self._kept: list[str] = []
        self._chars = 0
        self._last_us = 0

    @property
    def under_way(self) -> bool:
        """Three keys as fast as no person types: Escape and shortcuts belong to the burst now."""
        return len(self._kept) >= 3

    @property
    def due_us(self) -> int | None:
        """When silence decides; None while nothing is kept."""
        return self._last_us + self._patience_us() if self._kept else None

    def feed(self, char: str, at_us: int, *, guarded: bool = False) -> list[Event]:
        """A key that gives a character.

        Args:
            char: Its text, control characters of the scan included.
            at_us: When it was pressed.
            guarded: A password or a note has the focus; only a prefix starts a scan there.
        """
        events = self.tick(at_us)
        if self._kept and at_us - self._last_us > self._gap_us():
            events.append(self._give_back())
        if guarded and not self._kept and char != self._settings.prefix:
            return events
        self._keep(char, at_us)
        return [*events, self._scan() if len(self._kept) >= LONGEST else Held()]

    def feed_terminator(self, char: str, at_us: int) -> list[Event]:
        r"""Enter as "\r" or Tab as "\t": ends a scan, is data inside a licence, else passes."""
        events = self.tick(at_us)
        if not self._kept:
            return events
        if self._reads_id():
            self._keep(char, at_us)
            return [*events, Held()]
        return [*events, self._scan() if self._proven() else self._give_back()]

    def feed_other(self, at_us: int) -> list[Event]:
        """Escape, a function key, a shortcut: swallowed by a burst, never lost to a person."""
        events = self.tick(at_us)
        if self.under_way:
            self._keep("", at_us)
            return [*events, Held()]
        return [*events, self._give_back()] if self._kept else events

    def tick(self, at_us: int) -> list[Event]:
        """What silence until now has decided."""
        due = self.due_us
        if due is None or at_us < due:
            return []
        return [self._scan() if self._proven() else self._give_back()]

    # -- inside ------------------------------------------------------------------------------

    def _prefixed(self) -> bool:
        prefix = self._settings.prefix
        return bool(prefix) and bool(self._kept) and self._kept[0] == prefix

    def _proven(self) -> bool:
        return self._chars >= (2 if self._prefixed() else self._settings.least)

    def _reads_id(self) -> bool:
        start = "".join(self._kept[:6]).removeprefix(self._settings.prefix or "")
        return self.id_mode or start.startswith(("@", "ANSI "))

    def _gap_us(self) -> int:
        """The longest gap inside a scan; wider where a prefix or a licence leaves no doubt."""
        if self._proven() and self._reads_id():
            return self._settings.id_silence_us
        return self._settings.silence_us if self._prefixed() else self._settings.gap_us

    def _patience_us(self) -> int:
        """The silence that decides."""
        if not self._proven():
            return self._gap_us() + 1
        return self._settings.id_silence_us if self._reads_id() else self._settings.silence_us

    def _keep(self, char: str, at_us: int) -> None:
        self._kept.append(char)
        self._chars += len(char)
        self._last_us = at_us

    def _scan(self) -> Scan:
        text = "".join(self._kept[1:] if self._prefixed() else self._kept)
        self._clear()
        return Scan(text)

    def _give_back(self) -> GiveBack:
        count = len(self._kept)
        self._clear()
        return GiveBack(count)

    def _clear(self) -> None:
        self._kept.clear()
        self._chars = 0
