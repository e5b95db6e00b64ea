"""Puts a changed module in the place of the right one, in a process that has not loaded it yet."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType

from tests.mutants.making import PACKAGE, RULES, Mutant


class _Changed(SourceLoader):
    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def get_filename(self, fullname: str) -> str:
        return str(RULES / f"{self._mutant.module}.py")

    def get_data(self, path: bytes | str) -> bytes:
        return self._mutant.source.encode()

    def path_stats(self, path: bytes | str) -> dict[str, float]:
        raise OSError  # no compiled file of the right module is taken


class _Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self._name, self._loader = f"{PACKAGE}.{mutant.module}", _Changed(mutant)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return spec_from_loader(fullname, self._loader) if fullname == self._name else None


def put(mutant: Mutant) -> None:
    loaded = [name for name in sys.modules if name.startswith(PACKAGE)]
    if loaded:
        raise RuntimeError(f"{loaded[0]} is loaded already")
    sys.meta_path.insert(0, _Finder(mutant))
