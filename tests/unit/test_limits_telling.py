"""What `limits explain`, `list` and `lint` tell people."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.command_line import ROOT
from tests.fixtures.limit_bad_packs import of_pool, of_version
from tests.fixtures.limit_cases import by_hand, by_others, worked_examples
from tests.fixtures.limit_command import PLAIN, Limits, limits_command
from tests.fixtures.limit_packs import NAMES, PACKS, pack, pool, table, version
from tests.fixtures.recount.facts import Facts


@pytest.fixture
def limits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Limits:
    return limits_command(tmp_path, capsys)


@pytest.mark.parametrize(
    "case", [*worked_examples(), *by_hand(), *by_others()], ids=lambda case: str(case["id"])
)
def test_every_case_can_be_explained(case: dict[str, Any], limits: Limits) -> None:
    said = limits("explain", "--case", "FILE", text=json.dumps(case))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Case {case['id']}\n")
    assert ("The sale may go ahead." in said.out) == bool(case["expect"]["allowed"])
    for code in case["expect"]["refused_by"]:
        assert f"[{code}]" in said.out
    assert "None" not in said.out
    found = limits("explain", "--case", "FILE", "--json", text=json.dumps(case)).json["cases"][0]
    assert found["text"] == said.out.splitlines()[1:]


def test_explained_in_full(limits: Limits) -> None:
    history = [
        {"at": "2026-11-24T09:00", "id": "R-7", "items": [
            {"category": "flower", "net_mg": 28000}, {"category": "edible", "equiv_mg": 3500},
        ]},
        {"at": "2026-11-02T09:00", "items": [{"category": "flower", "net_mg": 7000}]},
    ]  # fmt: skip
    told = PLAIN | {"history": history, "cart": [{"category": "flower", "net_mg": 42000}]}
    lines = limits("explain", "--case", "FILE", text=json.dumps(told)).out.splitlines()
    assert lines == [
        "Case C1",
        "Michigan Medical Marihuana Program (provisioning centers), version day-and-30 (pack 1.0.0, read 2026-11-23).",
        "Decided by this store’s own records, taken as complete.",
        "",
        "2.5 oz a day: 70.873 g",
        "  “2.5 ounces per day” (R 333.274 / R 420.506)",
        "  Tue Nov 24, 2026, 09:00, receipt R-7: 31.5 g; leaves Wed Nov 25, 2026",
        "    flower: 28.0 g counted as 28.0 g (net weight)",
        "    edible: 3.5 g counted as 3.5 g (flower equivalent)",
        "  Used 31.5 g.",
        "  This cart 42.0 g.",
        "    flower: 42.0 g counted as 42.0 g (net weight)",
        "  Left 39.373 g; this cart is 2.627 g too much.",
        "  31.5 g more on Wed Nov 25, 2026.",
        "",
        "10 oz in 30 days: 283.495 g",
        "  “not more than 10 ounces over a 30 day period” (MRA bulletin, March 2020)",
        "  Mon Nov 2, 2026, 09:00: 7.0 g; leaves Wed Dec 2, 2026",
        "    flower: 7.0 g counted as 7.0 g (net weight)",
        "  Tue Nov 24, 2026, 09:00, receipt R-7: 31.5 g; leaves Thu Dec 24, 2026",
        "    flower: 28.0 g counted as 28.0 g (net weight)",
        "    edible: 3.5 g counted as 3.5 g (flower equivalent)",
        "  Used 38.5 g.",
        "  This cart 42.0 g.",
        "    flower: 42.0 g counted as 42.0 g (net weight)",
        "  Left 244.995 g; after this cart, were it sold, 202.995 g.",
        "  7.0 g more on Wed Dec 2, 2026.",
        "",
        "The sale is refused:",
        "- Over today’s limit by 2.627 g. [limit:day]",
        "  “2.5 ounces per day” (R 333.274 / R 420.506)",
        "This cart would fit from Wed Nov 25, 2026 on.",
    ]


@pytest.mark.parametrize(
    "day", ["2019-01-01", "2023-06-17", "2022-02-28", "2024-06-30", "2024-07-01", "2026-11-24"]
)
def test_the_list_names_every_programme_and_its_version_of_the_day(limits: Limits, day: str) -> None:
    said = limits("list", "--on", day, "--json")
    assert (said.code, said.err, said.json["on"]) == (0, "", day)
    found = {each["id"]: each for each in said.json["programmes"]}
    assert tuple(found) == NAMES
    for name in NAMES:
        raw = table(name)
        version = Facts({"at": f"{day}T12:00", "cart": []}, raw).version(date.fromisoformat(day))
        assert found[name]["version"] == (version["id"] if version else None)
        assert found[name]["pools"] == ([each["title"] for each in version["pool"]] if version else [])
        assert found[name]["unsure"] == unsure(raw, version, date.fromisoformat(day))
    words = limits("list", "--on", day).out
    assert all(f"{name} · " in words for name in NAMES)
    assert words.startswith(f"37 programmes, rules in force on {day}.")


def unsure(raw: dict[str, Any], rules: dict[str, Any] | None, day: date) -> list[str]:
    """What the table itself calls uncertain; a relief that is over is of no account."""

    def not_sure(each: dict[str, Any], key: str = "confidence") -> bool:
        return bool(each.get(key, "sourced") != "sourced")

    found = ["the programme as a whole"] if not_sure(raw) else []
    found += raw.get("unsettled", [])
    if rules is None:
        return found
    found += [f"version {rules['id']}"] if not_sure(rules) else []
    found += rules.get("unsettled", [])
    if rules.get("uncounted") == "allow" and "uncounted_cite" not in rules:
        found.append("selling without a limit what no allotment counts")
    for each in rules["pool"]:
        if not_sure(each):
            found.append(f"allotment {each['id']}")
        elif not_sure(each, "window_confidence"):
            anchor = each["window"].get("anchor", "").replace("-", " ")
            found.append(
                f"window of {each['id']}" + (f" (periods that begin with the {anchor})" if anchor else "")
            )
    coming = [each for each in rules.get("relief", []) if each["effective_to"] >= day]
    return found + [f"relief {each['id']}" for each in coming if not_sure(each)]


def test_the_list_of_today(limits: Limits) -> None:
    assert limits("list", "--json").json["on"] > "2025-01-01"


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_pack_is_good(limits: Limits, name: str) -> None:
    said = limits("lint", str(PACKS / f"{name}.toml"), "--json")
    assert (said.code, said.json["programme"], len(said.json["digest"])) == (0, name, 64)
    assert not [
        each for each in said.json["doubts"] if "changes from" in each or "no rule is in force" in each
    ]


GAP = pack(
    version(pool(), more="effective_to = 2026-01-01"),
    version(pool(), name="next", more="effective_from = 2026-01-05"),
)
ODD = {
    "another name": (
        of_pool().replace('id = "us-xx-medical"', 'id = "us-yy-medical"'), "and the program finds us-yy-medical",
    ),
    "a gap": (GAP, "no rule is in force from 2026-01-02 to 2026-01-04: nothing can be sold on those days"),
    "a silent change": (
        GAP.replace("limit = 10000", "limit = 9999", 1).replace("2026-01-05", "2026-01-02"),
        "allotment flower changes from sample to next, but not its wording or source",
    ),
    "a window that changes silently": (
        GAP.replace('{ shape = "day" }', '{ shape = "calendar-month" }', 1),
        "allotment flower changes from sample to next",
    ),
    "not read": (of_pool().replace("sample source", "rule 7, not read"), "allotment flower: its source was not read"),
    "without a limit": (of_version('uncounted = "allow"'), "goods that no allotment counts are sold without a limit"),
    "a hole between ages": (
        pack(version(
            pool("young", more="when = { age_min = 18, age_max = 19 }"), pool("old", more="when = { age_min = 21 }"),
        )).replace('["registry"]', '["registry", "visitor"]'),
        "at the age of 0 to 17, 20 no allotment counts flower, preroll of a resident, so it is refused",
    ),
    "a relief from nothing": (
        of_version(
            'relief = [{ id = "storm", effective_from = 2026-01-01, effective_to = 2026-02-01, cite = "x", '
            'confidence = "sourced", caps = [{ categories = ["flower"], basis = "net_mg", limit = 1 }] }]'
        ),
        "relief storm changes nothing, since the state need not be asked first",
    ),
    "unsure": (of_pool(more='window_confidence = "uncertain"'), "window of flower: no source settles it"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "doubt"), ODD.values(), ids=ODD.keys())
def test_a_pack_that_is_odd_is_good_and_doubted(limits: Limits, text: str, doubt: str) -> None:
    said = limits("lint", "FILE", "--json", text=text)
    assert (said.code, said.err) == (0, "")
    assert len([each for each in said.json["doubts"] if doubt in each]) == 1
    assert doubt in limits("lint", "FILE", text=text).out


def test_nothing_is_doubted_without_reason(limits: Limits) -> None:
    sure = of_pool().replace('confidence = "uncertain"', 'confidence = "sourced"')
    assert limits("lint", "FILE", "--json", text=sure).json["doubts"] == []
    changed = GAP.replace("limit = 10000", "limit = 9999", 1).replace("sample wording", "new wording", 1)
    doubts = limits("lint", "FILE", "--json", text=changed).json["doubts"]
    assert not [each for each in doubts if "changes from" in each]


def test_a_broken_pack_is_refused_with_its_sentence(limits: Limits) -> None:
    said = limits("lint", "FILE", "--json", text=of_pool(limit=None))
    assert said.code == 1
    assert said.err == (
        "The rule pack us-xx-medical.toml was not taken over. programme us-xx-medical, version sample, pool flower: "
        "“limit” is missing. The rules in force before it stay in force.\n"
    )
    assert said.json["error"]["code"] == "bad-pack"


HEAVY = (
    "PySide6", "sqlalchemy", "sqlcipher3", "alembic", "httpx", "keyring", "serial", "escpos", "hardware",
    "pos_desktop.training", "pos_desktop.ui", "pos_desktop.storage", "pos_desktop.sync",
)  # fmt: skip


@pytest.mark.parametrize("words", [["list", "--json"], ["check", "--cases", "-"], ["explain", "--case", "-"]])
def test_limits_load_no_store_no_window_and_no_training(words: list[str]) -> None:
    code = (
        "import sys; from pos_desktop.cli import main; code = main(['limits', *sys.argv[2:]]); "
        "print('LOADED', *[each for each in sys.argv[1].split() if each in sys.modules], file=sys.stderr); "
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, " ".join(HEAVY), *words],
        input=json.dumps(PLAIN).encode(), capture_output=True, check=False, cwd=ROOT, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr.decode().split()) == (0, ["LOADED"])
