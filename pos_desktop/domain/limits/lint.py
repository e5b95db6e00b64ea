"""What is odd about a pack that can be used: for the person who writes it (contract 8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from pos_desktop.domain.limits.allowance import OLDEST
from pos_desktop.domain.limits.lint_rules import rule_doubts
from pos_desktop.domain.limits.lint_text import text_doubts
from pos_desktop.domain.limits.model import Category, Holder
from pos_desktop.domain.limits.programme import Programme, Version


def doubts(programme: Programme, file_name: str, text: str = "") -> list[str]:
    """One sentence for each; none of them keeps the pack from being used.

    `text` is the pack as it was written, for what only its text shows.
    """
    return [*_doubts(programme, file_name), *text_doubts(text)]


def _doubts(programme: Programme, file_name: str) -> Iterator[str]:
    if file_name.removesuffix(".toml") != programme.id:
        yield f"the file is called {file_name}, and the program finds {programme.id} by the file’s name"
    yield from rule_doubts(programme)
    for before, after in pairwise(programme.versions):
        yield from _gap(before, after)
        yield from _silent_change(before, after)
    for version in programme.versions:
        yield from _version(version, asked=programme.state_check.required)
    newest = programme.versions[-1]
    for what in programme.unsure_of(newest.effective_from or date.min):
        yield f"{what}: no source settles it, so an operator must confirm it before it is switched on"


def _gap(before: Version, after: Version) -> Iterator[str]:
    if before.effective_to is None or after.effective_from is None:
        return
    first = before.effective_to + timedelta(days=1)
    if first < after.effective_from:
        yield (
            f"between {before.id} and {after.id} no rule is in force from {first} to "
            f"{after.effective_from - timedelta(days=1)}: nothing can be sold on those days"
        )


def _silent_change(before: Version, after: Version) -> Iterator[str]:
    for pool in after.pools:
        then = before.pool(pool.id)
        if then is None or (then.as_written, then.cite) != (pool.as_written, pool.cite):
            continue
        if (then.limit, then.members, then.window) != (pool.limit, pool.members, pool.window):
            yield f"allotment {pool.id} changes from {before.id} to {after.id}, but not its wording or source"


def _age_holes(version: Version) -> Iterator[str]:
    """Goods that are counted at some ages only are refused at the others, which may be meant or a slip."""
    holes: dict[tuple[str, str], list[str]] = {}
    for category in Category:
        pools = [each for each in version.pools if each.counts(category)]
        for holder in Holder:
            reach = [each.when for each in pools if each.when.holder in ("", holder)]
            missing = [age for age in range(OLDEST + 1) if not any(each.reaches(age) for each in reach)]
            if reach and missing:
                holes.setdefault((_ages(missing), holder), []).append(category)
    for (ages, whose), categories in holes.items():
        yield (
            f"version {version.id}: at the age of {ages} no allotment counts {', '.join(categories)} of a {whose}, "
            "so it is refused"
        )


def _ages(missing: list[int]) -> str:
    """`0 to 17, 20`."""
    first = [age for age in missing if age - 1 not in missing]
    last = [age for age in missing if age + 1 not in missing]
    return ", ".join(
        str(low) if low == high else f"{low} to {high}" for low, high in zip(first, last, strict=True)
    )


def _version(version: Version, *, asked: bool) -> Iterator[str]:
    for pool in version.pools:
        if "not read" in pool.cite:
            yield f"version {version.id}, allotment {pool.id}: its source was not read"
    yield from _age_holes(version)
    for relief in version.reliefs if not asked else ():
        yield f"version {version.id}: relief {relief.id} changes nothing, since the state need not be asked first"
    if version.uncounted_allowed:
        source = f" ({version.uncounted_cite})" if version.uncounted_cite else ""
        yield f"version {version.id}: goods that no allotment counts are sold without a limit{source}"
