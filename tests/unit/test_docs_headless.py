"""What docs/headless.md offers to be copied is well formed, and speaks of commands that exist."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree as ET

from pos_desktop.cli.arguments import parse

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "headless.md").read_text(encoding="utf-8")
SPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def words_after_the_program(line: str) -> list[str]:
    words = shlex.split(line.split(">", maxsplit=1)[0])
    return words[next(n for n, each in enumerate(words) if each.endswith("pos-desktop")) + 1 :]


def test_the_units_can_be_read_and_start_a_sync() -> None:
    service, timer = blocks("ini")
    units = []
    for text in (service, timer):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.read_string(text)
        units.append(unit)
    started = parse(words_after_the_program(units[0]["Service"]["ExecStart"]))
    assert (started.command, started.once, started.what, started.json) == ("sync", True, None, True)
    assert units[0]["Service"]["SuccessExitStatus"].split() == ["10", "40"]
    assert units[1]["Install"]["WantedBy"] == "timers.target"


def test_the_cron_line_starts_a_sync() -> None:
    [cron] = [line for line in PAGE.splitlines() if line.startswith("*/5 ")]
    assert parse(words_after_the_program(cron)).once


def test_the_task_starts_a_sync() -> None:
    [text] = blocks("xml")
    arguments = ET.fromstring(text).find(f".//{SPACE}Exec/{SPACE}Arguments")
    assert arguments is not None
    assert arguments.text is not None
    assert parse(arguments.text.split()).once
