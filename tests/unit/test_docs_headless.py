"""What docs/headless.md offers to be copied is well formed, and speaks of commands that exist."""

from __future__ import annotations

import configparser
import re
import shlex
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

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
    assert units[0]["Service"]["SuccessExitStatus"].split() == ["10", "40", "75"]
    assert units[1]["Install"]["WantedBy"] == "timers.target"


def test_the_cron_line_starts_a_sync() -> None:
    [cron] = [line for line in PAGE.splitlines() if line.startswith("*/5 ")]
    assert parse(words_after_the_program(cron)).once


@pytest.mark.parametrize("code", [0, 1, 10, 20, 30, 40, 50, 64, 75])
def test_the_cron_line_calls_a_person_for_all_but_the_everyday(code: int, tmp_path: Path) -> None:
    [cron] = [line for line in PAGE.splitlines() if line.startswith("*/5 ")]
    for name, text in (("pos-desktop", f"exit {code}"), ("logger", f"echo called >> {tmp_path}/called")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    line = cron.split(maxsplit=5)[5].replace("/opt/pos/bin/pos-desktop", str(tmp_path / "pos-desktop"))
    subprocess.run(["/bin/sh", "-c", line], check=False, env={"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert (tmp_path / "called").exists() == (code not in (0, 10, 40, 75))


def test_the_task_starts_a_sync() -> None:
    [text] = blocks("xml")
    arguments = ET.fromstring(text).find(f".//{SPACE}Exec/{SPACE}Arguments")
    assert arguments is not None
    assert arguments.text is not None
    assert parse(arguments.text.split()).once
