"""BioTrack client and sandbox, each written from the record alone, meet: every sale once, every field exact."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.cli import main
from pos_desktop.domain.instant import SECOND_US, Instant
from pos_desktop.training.sandbox.biotrack.server import BiotrackServer
from tests.fixtures.biotrack_sandbox import LOCATION, NAME, PASSWORD, UBI
from tests.fixtures.command_line import FAR, Run, Said, standard_input, typed

PATIENTS = [f"70012345678{n:05d}" for n in range(12)]
GOODS = {f"{n:016d}": f"Sample Eighth {n}" for n in range(6)}
SALES = 20


def seed() -> dict[str, Any]:
    return {
        "companies": [{"ubi": UBI, "name": "Sample Shops"}],
        "locations": [{"location": LOCATION, "ubi": UBI, "zone": "America/Denver", "locationtype": "10"}],
        "users": [{"ubi": UBI, "username": NAME, "password": PASSWORD, "admin": 1}],
        "patients": [{"card_id": card, "expires": "2099-12-31", "limit": None} for card in PATIENTS],
        "inventory": [
            {
                "id": tag,
                "location": LOCATION,
                "inventorytype": 28,
                "remaining_quantity": 500,
                "productname": name,
            }
            for tag, name in GOODS.items()
        ],
    }


@pytest.fixture
def state(tmp_path: Path) -> Iterator[BiotrackServer]:
    with BiotrackServer(tmp_path / "state") as server:
        server.seed(json.loads(json.dumps(seed()), parse_float=Decimal))
        yield server


@pytest.fixture
def pos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str, stdin: bytes = b"", profile: str = "training") -> Said:
        with standard_input(stdin):
            code = main(typed(tmp_path / "data", *words, profile=profile))
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str], str]:
    def write(name: str, content: str) -> str:
        (tmp_path / name).write_text(content, encoding="utf-8")
        return str(tmp_path / name)

    return write


def opened(pos: Run, state: BiotrackServer, file: Callable[[str, str], str]) -> Said:
    said = pos(
        "setup", "--non-interactive", "--programme", "us-nm-medical", "--store", "Sample Store", "--register", "R1",
        "--state-system", "biotrack", "--base-url", f"{state.base_url}/serverjson.asp", "--company", UBI,
        "--username", NAME, "--location", LOCATION, "--json", stdin=PASSWORD.encode(),
    )  # fmt: skip
    head = "card_number,first_name,last_name,birth_date,card_expires\n"
    people = "".join(f"{card},Sample,Patient{n},1980-01-02,{FAR}\n" for n, card in enumerate(PATIENTS))
    assert pos("import", "patients", file("patients.csv", head + people)).code == 0
    goods = "".join(f"{name},35.00,3500,700\n" for name in GOODS.values())
    assert pos("import", "products", file("products.csv", "name,price,net_mg,thc_mg\n" + goods)).code == 0
    return said


def until_all_done(pos: Run) -> Said:
    done = pos("sync", "--once", "--json")
    for _ in range(40):
        if done.code == 0:
            return done
        done = pos("sync", "--once", "--json")
    raise AssertionError((done, pos("sync", "list", "--needs-person").out))


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "faults",
    [
        [],
        [("commit-then-drop", 3), ("drop-before", 5)],
        [("commit-then-500", 3), ("500", 5)],
    ],
    ids=["calm", "lost answers", "faults of the service"],
)
def test_every_sale_is_there_once_with_every_field(
    pos: Run, state: BiotrackServer, file: Callable[[str, str], str], faults: list[tuple[str, int]]
) -> None:
    said = opened(pos, state, file)
    assert (said.code, said.json["inventory"]["received"]) == (0, len(GOODS)), said
    assert pos("training", "sell", "--count", str(SALES), "--seed", "4", "--offline").code == 0
    state.set_faults({"plan": [{"match": "sale_dispense", "do": do, "every": every} for do, every in faults]})
    done = until_all_done(pos)
    assert (done.json["refused"], done.json["conflicts"]) == (0, 0)
    sold = {each["external"]: each for each in pos("export", "sales", "--json").lines}
    sales = state.ledger()
    by_terminal = {external: _rows(sales, external) for external in sold}
    assert Counter(map(_terminal, sales)) == Counter(dict.fromkeys(sold, 1))
    for external, sale in sold.items():
        rows = by_terminal[external]
        assert sorted(
            (line["label"], line["quantity"], line["amount_cents"]) for line in sale["lines"]
        ) == sorted(
            (row["inventoryid"], int(Decimal(row["quantity"])), int(Decimal(row["price"]) * 100))
            for row in rows
        )
        assert {int(row["sessiontime"]) for row in rows} == {
            Instant.parse(sale["sale_time"]).utc_us // SECOND_US
        }
    assert pos("verify").code == 0
    days = sorted(sale["sale_time"][:10] for sale in sold.values())
    compared = pos("reconcile", "--date", days[0], "--to", days[-1], "--json")
    assert (compared.code, compared.json["counts"]) == (0, {"matched": SALES})


def _terminal(sale: dict[str, Any]) -> str:
    return str(sale.get("terminal_id") or sale["rows"][0]["terminal_id"])


def _rows(sales: list[dict[str, Any]], external: str) -> list[dict[str, Any]]:
    return [row for sale in sales if _terminal(sale) == external for row in sale["rows"]]
