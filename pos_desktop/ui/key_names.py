"""Keys by the names that the screens show: `F12`, `Del`, `+`, `−`, `/`, `←`, `Enter`, `Esc`, `C`."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

MINUS = "−"
LOCK_KEY = "Ctrl+L"
_NAMED = {
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Escape: "Esc",
    Qt.Key.Key_Delete: "Del",
    Qt.Key.Key_Backspace: "Backspace",
    Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down",
    Qt.Key.Key_Left: "←",
    Qt.Key.Key_Right: "→",
    Qt.Key.Key_Home: "Home",
    Qt.Key.Key_End: "End",
    Qt.Key.Key_Plus: "+",
    Qt.Key.Key_Minus: MINUS,
    Qt.Key.Key_Slash: "/",
}
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier

_LOCKING = Qt.KeyboardModifier.KeypadModifier


def key_name(event: QKeyEvent) -> str:
    """The name of a key press; empty for one that no screen uses, and for all but one held with Ctrl, Alt or Meta."""
    if event.key() == Qt.Key.Key_L and event.modifiers() & ~_LOCKING == Qt.KeyboardModifier.ControlModifier:
        return LOCK_KEY
    if event.modifiers() & ~_PLAIN:
        return ""
    key = event.key()
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F12:
        return f"F{key - Qt.Key.Key_F1 + 1}"
    named = _NAMED.get(Qt.Key(key)) if key in _KNOWN else None
    if named is not None:
        return named
    text = event.text().upper()
    return text if len(text) == 1 and text.isprintable() else ""


_KNOWN = frozenset(int(key) for key in _NAMED)
