"""What is still there, new, or put right since the last comparison."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.open_findings import PACKAGES, remember
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.storage.kept_findings import FindingsFile

DAY, NEXT = "2026-11-24", "2026-11-25"
ONE, TWO = ("R1-1-0000001", "differs"), ("R1-1-0000002", "duplicate")


def run(file: FindingsFile, now: str, *, forget: bool = True, **places: dict[str, Any]) -> Any:
    named = {{"day": DAY, "next": NEXT, "packages": PACKAGES}[key]: each for key, each in places.items()}
    return remember(file, "L-1", named, now, forget=forget)


def test_new_then_still_there_then_verified(tmp_path: Path) -> None:
    file = FindingsFile(tmp_path)
    assert run(file, "t1", day={"S-1": ONE, "S-2": TWO}).new == {"S-1", "S-2"}
    second = run(file, "t2", day={"S-1": ONE})
    assert (second.new, dict(second.since)) == (frozenset(), {"S-1": "t1"})
    assert [(each.id, each.what, each.kind, each.since) for each in second.verified] == [("S-2", *TWO, "t1")]
    assert run(file, "t3", day={"S-1": ONE, "S-2": TWO}).new == {"S-2"}


def test_only_what_was_compared_is_put_right(tmp_path: Path) -> None:
    file = FindingsFile(tmp_path)
    run(file, "t1", day={"S-1": ONE}, packages={"P-1": ONE})
    assert run(file, "t2", next={}).verified == ()
    assert remember(file, "L-2", {DAY: {}}, "t2", forget=True).verified == ()
    assert run(file, "t3", day={}, forget=False).verified == ()
    assert [each.id for each in run(file, "t4", day={}).verified] == ["S-1"]
    assert [each.id for each in run(file, "t5", packages={}).verified] == ["P-1"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"licenses": {"L-1": {"2026-11-24": {"S-1": 7}}}}', b"\xff"]
)
def test_a_file_that_cannot_be_read_counts_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "reconcile.json").write_bytes(content)
    memory = run(FindingsFile(tmp_path), "t1", day={"S-9": ONE})
    assert memory.new == {"S-9"}
    assert json.loads((tmp_path / "reconcile.json").read_bytes())["licenses"]["L-1"][DAY].keys() == {"S-9"}


def test_the_file_is_its_owner_s_and_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    run(FindingsFile(tmp_path), "t1", day={"S-1": ONE})
    assert stat.S_IMODE((tmp_path / "reconcile.json").stat().st_mode) == 0o600
    with pytest.raises(EnvironmentTrouble, match="could not be kept"):
        run(FindingsFile(tmp_path / "missing"), "t1", day={})
