"""What is right, reckoned without the engine: answers, exact figures, and what fits by trying."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fixtures.limit_boundaries import boundary_cases
from tests.fixtures.limit_cases import Case, by_hand, by_others, second_answer, worked_examples
from tests.fixtures.limit_corners import CORNERS
from tests.fixtures.limit_fixed_cases import fixed_cases
from tests.fixtures.limit_packs import ALL, NAMES, table
from tests.fixtures.limit_properties import most_by_trying
from tests.fixtures.recount import allowances, answer
from tests.fixtures.recount.counting import NOUGHT, needed
from tests.fixtures.recount.facts import Facts

EACH = 12
CEILING = 7


def exact(case: Case) -> dict[str, list[str]]:
    """Of each pool whose figure can be told: what is left, and what the cart takes of it."""
    facts = Facts(dict(case), table(case["programme"]))
    version = facts.version(facts.today)
    left = answer.figures_now(facts)
    found = {}
    for pool in allowances.in_force(facts, version, facts.today) if version else ():
        if pool["id"] in left:
            need, wrong = needed(version or {}, pool, facts.cart, allowances.caps(facts, pool))
            found[pool["id"]] = [str(left[pool["id"]]), "" if wrong else str(need or NOUGHT)]
    return found


def fits(case: Case) -> list[int]:
    """For each line of the cart, how many of an eighth of it fit beside the other lines, up to `CEILING` of them."""
    found = []
    for number, line in enumerate(case["cart"]):
        others = [each for other, each in enumerate(case["cart"]) if other != number]
        found.append(most_by_trying({**case, "cart": others}, eighth(line), CEILING))
    return found


def eighth(line: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value if key in ("category", "potency_bp") else max(1, value // 8) for key, value in line.items()
    }


def expectations() -> Iterator[dict[str, Any]]:
    for case in (*worked_examples(), *by_hand(), *by_others()):
        yield {"case": case, "names": case["expect"]}
    for name in NAMES:
        for each in boundary_cases(table(name)):
            yield {"case": each.case, "answer": each.expect}
    drawn = [case for name in ALL for case in fixed_cases(name, EACH)]
    for case in (*CORNERS, *drawn):
        yield {
            "case": case,
            "answer": second_answer(case),
            "exact": exact(case),
            "fits": fits(case),
        }


def write(file: Path) -> None:
    file.write_text("\n".join(json.dumps(each) for each in expectations()), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
