"""METRC's product categories in our words, by a table that states may extend (resources/metrc-categories.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pos_desktop.domain.limits.model import Category

SCHEMA = "metrc-categories/1"
_COUNTED = re.compile(
    r"\s*(?:\((?:weight|volume)?\s*-?\s*(?:each|weight|volume|bulk)\)|-\s*each)\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """`piece_needs` is the item's member without which one piece cannot be counted; empty when there is none."""

    category: Category
    piece_needs: str = ""


class CategoryTable:
    """Looks categories up by name first, then by type."""

    def __init__(self, by_name: Mapping[str, Mapped], by_type: Mapping[str, Mapped]) -> None:
        self._by_name = dict(by_name)
        self._by_type = dict(by_type)

    @classmethod
    def load(cls, path: Path, more: Mapping[str, Category] | None = None) -> CategoryTable:
        """Read the table; `more` holds names that this store mapped itself, and wins.

        Raises:
            ValueError: a table of another form, a category that we do not have, or a name that is listed twice.
        """
        return cls.read(tomllib.loads(path.read_text(encoding="utf-8")), more)

    @classmethod
    def read(cls, document: Mapping[str, Any], more: Mapping[str, Category] | None = None) -> CategoryTable:
        """As `load`, from the parsed table."""
        if document.get("schema") != SCHEMA:
            raise ValueError(f"the table of categories is not of the form {SCHEMA}")
        by_name: dict[str, Mapped] = {}
        by_type: dict[str, Mapped] = {}
        for row in document["category"]:
            mapped = Mapped(Category(row["ours"]), row.get("piece_needs", ""))
            if not row.get("seen"):
                raise ValueError(f"the row of {mapped.category} does not say where its names were seen")
            _add(by_name, {_plain(name) for name in row["names"]}, mapped)
            _add(by_type, {kind.casefold() for kind in row["types"]}, mapped)
        by_name.update({_plain(name): Mapped(category) for name, category in (more or {}).items()})
        return cls(by_name, by_type)

    def find(self, name: str, kind: object) -> Mapped | None:
        """`kind` is ProductCategoryType; inside a package it may be a number, which says nothing (section 10.1)."""
        found = self._by_name.get(_plain(name))
        if found is None and isinstance(kind, str):
            found = self._by_type.get(kind.casefold())
        return found


def _add(table: dict[str, Mapped], names: set[str], mapped: Mapped) -> None:
    twice = names & set(table)
    if twice:
        raise ValueError(f"listed twice: {', '.join(sorted(twice))}")
    table.update(dict.fromkeys(names, mapped))


def _plain(name: str) -> str:
    """Without case, without how the item is counted, and with single spaces."""
    short = _COUNTED.sub("", name.strip())
    return re.sub(r"\s*/\s*", "/", " ".join(short.split())).casefold()
