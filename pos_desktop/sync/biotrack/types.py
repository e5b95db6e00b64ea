"""BioTrack's inventory types in our words (resources/biotrack-types.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pos_desktop.domain.limits.model import Category
from pos_desktop.sync.biotrack.reading import whole

SCHEMA = "biotrack-types/1"


@dataclass(frozen=True, slots=True)
class InventoryType:
    """`ours` None: a person must say what it is. `bulk`: never over the counter. `sample`: never sold."""

    code: int
    name: str
    ours: Category | None = None
    bulk: bool = False
    sample: bool = False


class TypeTable:
    def __init__(self, types: Mapping[int, InventoryType]) -> None:
        self._types = dict(types)

    @classmethod
    def load(cls, path: Path) -> TypeTable:
        """Raises ValueError: a table of another form, a category that we do not have, or a code listed twice."""
        return cls.read(tomllib.loads(path.read_text(encoding="utf-8")))

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> TypeTable:
        """As `load`, from the parsed table."""
        if document.get("schema") != SCHEMA:
            raise ValueError(f"the table of inventory types is not of the form {SCHEMA}")
        found: dict[int, InventoryType] = {}
        for row in document["type"]:
            if row["code"] in found:
                raise ValueError(f"type {row['code']} is listed twice")
            ours = {"ours": Category(row["ours"])} if "ours" in row else {}
            found[row["code"]] = InventoryType(**{**row, **ours})
        return cls(found)

    def find(self, code: Any) -> InventoryType | None:
        number = whole(code)
        return None if number is None else self._types.get(number)
