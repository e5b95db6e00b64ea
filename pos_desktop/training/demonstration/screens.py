"""The screen in both themes at the four sizes of the design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

from pos_desktop.ui.theme import ThemeChoice

if TYPE_CHECKING:
    from pos_desktop.training.demonstration.scenes import Stage

SIZES = {
    "1024x768": (QSize(1024, 768), 1),
    "1366x768": (QSize(1366, 768), 1),
    "1920x1080": (QSize(1920, 1080), 1),
    "1366x768-2x": (QSize(1366, 768), 2),
}


def four_screens(stage: Stage, name: str) -> None:
    """Named for comparison with the design."""
    before = stage.window.theme.choice
    for theme in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        stage.window.set_theme(theme)
        for size, (points, ratio) in SIZES.items():
            stage.driver.picture_at(stage.screens / f"{name}-{theme.value}-{size}.png", points, ratio)
    stage.window.set_theme(before)
