"""What only the text of a pack shows: the order in which it says things, and what it leaves unsaid."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any


def text_doubts(text: str) -> Iterator[str]:
    """`text` is that of a pack which can be used."""
    pack = tomllib.loads(text)
    for programme in pack.get("programme", ()):
        if pack["pack"] != programme["id"]:
            yield f"“pack” is {pack['pack']}, and the programme is {programme['id']}"
        for before, after in pairwise(programme["version"]):
            if _begins(after) < _begins(before):
                yield (
                    f"version {after['id']} stands after {before['id']} in the file and begins before it: write the "
                    "versions in the order of their dates"
                )
        for version in programme["version"]:
            for what in _without_label(version):
                yield f"version {version['id']}, {what}"
            for where, key, twin in _twins(version, ""):
                yield f"version {version['id']}{where}: “{twin}” stands twice in “{key}”"


def _begins(version: dict[str, Any]) -> date:
    begins: date = version.get("effective_from", date.min)
    return begins


def _twins(table: dict[str, Any], where: str) -> Iterator[tuple[str, str, object]]:
    """Each list that says one thing twice, which may be a slip for another thing; two ends may be the same."""
    for key, value in table.items():
        parts = value if isinstance(value, list) else [value]
        plain = [each for each in parts if not isinstance(each, dict)]
        for each in dict.fromkeys(plain) if key != "potency_bp" else ():
            if plain.count(each) > 1:
                yield where, key, each
        for part in parts:
            if isinstance(part, dict):
                yield from _twins(part, f", {key} {part['id']}" if "id" in part else where)


def _without_label(version: dict[str, Any]) -> Iterator[str]:
    for pool in version["pool"]:
        if "label" not in pool:
            yield f"allotment {pool['id']}: it has no label, so its meter shows the whole title, “{pool['title']}”"
        for way in pool.get("members", ()):
            if "key" in way and "label" not in way:
                yield f"allotment {pool['id']}: its way {way['key']} has no label, so people read “{way['key']}”"
    for gate in version.get("gate", ()):
        if gate["kind"] == "needs-authorisation" and "label" not in gate:
            yield f"gate {gate['id']}: it has no label, so F7 asks for “{gate['authorisation']}”"
