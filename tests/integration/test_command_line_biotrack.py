"""A store that reports to BioTrack, by the commands alone: set up, stocked, sold from, each sale told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.cli import main
from pos_desktop.composition.clocks import WallClock
from pos_desktop.composition.places import data_folder
from pos_desktop.composition.reconciling import reconciling
from pos_desktop.composition.reporting import shelf_read_at, state_books
from pos_desktop.composition.shop import opened
from pos_desktop.domain.instant import SECOND_US, Instant
from tests.fixtures.biotrack_records import LOCATION
from tests.fixtures.biotrack_server import COMPANY, PASSWORD, USER, BioTrackServer, biotrack_server
from tests.fixtures.command_line import FAR, Run, Said, standard_input, typed

PATIENTS = [f"70012345678{n:05d}" for n in range(40)]
SALES = 40


@pytest.fixture
def state() -> Iterator[BioTrackServer]:
    def now() -> int:
        return WallClock().now().utc_us // SECOND_US

    with biotrack_server(now(), clock=now) as server:
        for card in PATIENTS:
            server.cards[card] = {"card_active": 1, "card_limit": "61.25"}
        for n in range(12):
            kind = ("28", "22", "25")[n % 3]
            server.put(
                f"{n:016d}", pieces=500, kind=kind, productname=f"Sample {kind}-{n}", net_package="3.5"
            )
        yield server


@pytest.fixture
def pos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str, stdin: bytes = b"", profile: str = "training") -> Said:
        with standard_input(stdin):
            code = main(typed(tmp_path / "data", *words, profile=profile))
        return Said(code, *capsys.readouterr())

    return run


def words(state: BioTrackServer, *more: str) -> list[str]:
    return [
        "setup", "--non-interactive", "--programme", "us-nm-medical", "--store", "Sample Store", "--register", "R1",
        "--state-system", "biotrack", "--base-url", state.url, "--company", COMPANY, "--username", USER,
        "--location", LOCATION, *more,
    ]  # fmt: skip


def stocked(pos: Run, file: Callable[[str, str], str]) -> None:
    head = "card_number,first_name,last_name,birth_date,card_expires\n"
    people = "".join(f"{card},Sample,Patient{n},1980-01-02,{FAR}\n" for n, card in enumerate(PATIENTS))
    assert pos("import", "patients", file("patients.csv", head + people)).code == 0
    goods = "".join(
        f"Sample {kind}-{n},{10 + n}.00,100\n" for n in range(12) for kind in (("28", "22", "25")[n % 3],)
    )
    assert pos("import", "products", file("products.csv", "name,price,thc_mg\n" + goods)).code == 0


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str], str]:
    def write(name: str, content: str) -> str:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    return write


@pytest.mark.parametrize("replay", [True, False])
def test_from_nothing_to_sales_told_once(
    pos: Run, state: BioTrackServer, file: Callable[[str, str], str], replay: bool
) -> None:
    said = pos(*words(state), "--json", stdin=PASSWORD.encode())
    assert (said.code, said.json["inventory"]["received"]) == (0, 12)
    stocked(pos, file)
    assert pos("training", "sell", "--count", str(SALES), "--seed", "4", "--offline").code == 0
    assert "sale_dispense" not in state.actions()
    state.replay = replay
    state.fault("sale_dispense", "drop-after", every=4)
    state.fault("sale_dispense", "drop-before", every=7)
    done = _until_all_done(pos)
    assert (done.json["refused"], done.json["conflicts"]) == (0, 0)
    sold = {each["external"]: each for each in pos("export", "sales", "--json").lines}
    assert state.times() == dict.fromkeys(sold, 1)
    for external, sale in sold.items():
        _exact(state, external, sale)
    assert pos("verify").code == 0
    assert state.mixed == 0


def _until_all_done(pos: Run) -> Said:
    done = pos("sync", "--once", "--json")
    for _ in range(30):
        if done.code == 0:
            return done
        done = pos("sync", "--once", "--json")
    raise AssertionError(done)


def _exact(state: BioTrackServer, external: str, sale: dict[str, Any]) -> None:
    rows = [row for row in state.sales if row["terminal_id"] == external]
    lines = sorted((line["label"], line["quantity"], line["amount_cents"]) for line in sale["lines"])
    assert lines == sorted(
        (row["inventoryid"], int(row["quantity"]), round(float(row["price"]) * 100)) for row in rows
    )
    at = Instant.parse(sale["sale_time"]).utc_us // SECOND_US
    assert {int(row["sessiontime"]) for row in rows} == {at}
    assert {
        document["nonce"]
        for action, document in state.asked
        if action == "sale_dispense" and document["terminal_id"] == external
    } == {sale["nonce"]}
    assert state.who[int(rows[0]["transactionid_original"])] == sale["patient"]


def test_a_wrong_password_is_said_and_the_store_is_there(pos: Run, state: BioTrackServer) -> None:
    said = pos(*words(state), stdin=b"wrong")
    assert said.code == 30
    assert "state.company" in said.out
    assert pos("secret", "set", "state.password", stdin=PASSWORD.encode()).code == 0
    assert pos("sync", "--once").code == 0


def test_what_is_missing_is_named(pos: Run, state: BioTrackServer) -> None:
    assert pos(*words(state), "--no-sync", stdin=PASSWORD.encode()).code == 0
    assert pos("config", "set", "state.location", "").code == 0
    said = pos("sync", "--once")
    assert (said.code, "state.location" in said.err) == (1, True)


def test_v3_needs_the_older_address(pos: Run, state: BioTrackServer) -> None:
    assert pos(*words(state), "--no-sync", stdin=PASSWORD.encode()).code == 0
    wrong = pos("config", "set", "state.biotrack_profile", "us-zz")
    assert (wrong.code, "nm-v3" in wrong.err) == (1, True)
    assert pos("config", "set", "state.biotrack_profile", "nm-v3").code == 0
    said = pos("sync", "--once")
    assert (said.code, "state.biotrack_legacy_url" in said.err) == (1, True)
    elsewhere = pos("config", "set", "state.biotrack_legacy_url", "https://state.example")
    assert (elsewhere.code, "only to this computer" in elsewhere.err) == (1, True)
    assert pos("config", "set", "state.biotrack_legacy_url", state.url).code == 0
    assert pos("sync", "--once").code == 0


def test_numbers_that_all_sales_of_a_day_lost_are_differences_of_each(
    pos: Run, state: BioTrackServer, file: Callable[[str, str], str]
) -> None:
    """Two sales, and the state forgot which register made either; and the shelf is known to have been read here."""
    assert pos(*words(state), stdin=PASSWORD.encode()).code == 0
    stocked(pos, file)
    assert pos("training", "sell", "--count", "2", "--offline").code == 0
    assert pos("sync", "--once").code == 0
    day = pos("export", "sales", "--json").lines[0]["sale_time"][:10]
    assert pos("reconcile", "--date", day).code == 0
    for row in state.sales:
        row["terminal_id"] = ""
    said = pos("reconcile", "--date", day, "--json")
    assert said.code == 30
    assert [[each["field"] for each in sale["fields"]] for sale in said.json["sales"]] == [["number"]] * 2


def test_a_comparison_knows_when_the_shelf_was_read(pos: Run, state: BioTrackServer, tmp_path: Path) -> None:
    before = WallClock().now()
    assert pos(*words(state), stdin=PASSWORD.encode()).code == 0
    with opened(data_folder(str(tmp_path / "data"), None)) as shop:
        read_at = shelf_read_at(shop, shop.register.license, "biotrack")
        assert read_at is not None
        assert before <= read_at <= WallClock().now()
        assert reconciling(shop, state_books(shop, lambda _: False))._shelf_read_at() == read_at
        assert shelf_read_at(shop, shop.register.license, "metrc") is None
