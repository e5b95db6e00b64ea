"""Seeds, settings, documentation, and the process itself: what it answered survives SIGKILL."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.training.sandbox import SandboxError, SandboxServer
from pos_desktop.training.sandbox.biotrack.actions import NAMES
from pos_desktop.training.sandbox.biotrack.faults import Kind
from pos_desktop.training.sandbox.biotrack.server import BiotrackServer
from pos_desktop.training.sandbox.biotrack.settings import Settings
from tests.contract.test_sandbox_process import FORGETFUL, START, Process, process
from tests.fixtures.biotrack_sandbox import (
    CARD,
    FLOWER,
    GUMMIES,
    LOCATION,
    NAME,
    PASSWORD,
    UBI,
    BiotrackBench,
    Legacy,
    biotrack,
    seed_document,
)
from tests.fixtures.command_line import FAR
from tests.fixtures.sandbox import Caller, to_json

SYSTEM = ("--system", "biotrack")
DOCUMENT = Path(__file__).parents[2] / "docs" / "sandbox-biotrack.md"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[BiotrackBench]:
    with biotrack(tmp_path) as started:
        yield started


@pytest.fixture
def seed_file(tmp_path: Path) -> Path:
    """For a process, which goes by the real clock: its cards outlive these tests."""
    path, document = tmp_path / "seed.json", seed_document()
    for each in document["patients"]:
        each["expires"] = FAR
    path.write_bytes(to_json(document))
    return path


def entry(section: str, **changes: Any) -> Callable[[dict[str, Any]], object]:
    return lambda document: document[section][0].update(changes)


BAD_SEEDS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "section": (lambda document: document.update(pateints=[]), "pateints"),
    "mode": (lambda document: document.update(mode="merge"), "merge"),
    "data set": (lambda document: document.update(training=2), "training"),
    "limit": (lambda document: document.update(limit={"amount": "much"}), "much"),
    "limit's days": (lambda document: document.update(limit={"days": 0}), "days"),
    "zone": (entry("locations", zone="America/Nowhere"), "time zone"),
    "company": (entry("locations", ubi="1"), "not among the companies"),
    "privilege": (entry("users", privileges=["sale_dispence"]), "sale_dispence"),
    "member": (entry("inventory", quantity=1), "there is no quantity"),
    "identifier": (entry("inventory", id="123"), "16 digits"),
    "identifier as a number": (entry("inventory", id=9990008000000012), "16 digits"),
    "place": (entry("inventory", location="1"), "not among the locations"),
    "quantity": (entry("inventory", remaining_quantity="-1"), "amount from zero"),
    "unit": (entry("inventory", uom="stone"), "stone"),
    "type": (entry("inventory", inventorytype="flower"), "inventorytype"),
    "day": (entry("patients", expires="soon"), "soon"),
    "card": (entry("patients", card_id=7), "card_id"),
    "purchase": (entry("patients", purchases=[{"sold_at": "2026-11-01", "units": 1}]), "offset"),
    "date of a delivery": (entry("manifests", transfer_date="2026-11-23"), "MM/DD/YYYY"),
    "month": (
        lambda document: document.update(locked_months=[{"location": LOCATION, "month": "2026-13"}]),
        "2026-13",
    ),
    "missing": (lambda document: document["users"][0].pop("password"), "lacks 'password'"),
    "setting": (lambda document: document.update(settings={"nonce_replya": True}), "nonce_replya"),
    "value of a setting": (
        lambda document: document.update(settings={"request_id_policy": "maybe"}),
        "ignore",
    ),
    "fault": (
        lambda document: document.update(faults=[{"match": "sale_dispense", "do": "explode"}]),
        "explode",
    ),
}


@pytest.mark.parametrize("name", BAD_SEEDS)
def test_a_seed_with_a_slip_is_refused_whole(bench: BiotrackBench, name: str) -> None:
    spoil, message = BAD_SEEDS[name]
    document = seed_document()
    spoil(document)
    bench.legacy.sell()

    reply = bench.control.post("/__sandbox/seed", document)

    assert (reply.status, message in reply.json["Message"]) == (400, True), reply.body
    assert len(bench.sales()) == 1


def test_a_seed_replaces_everything_or_adds(bench: BiotrackBench) -> None:
    bench.legacy.sell()
    bench.seed(
        inventory=[{"id": GUMMIES, "location": LOCATION, "inventorytype": 22, "remaining_quantity": 7}]
    )
    assert (bench.legacy.stock(GUMMIES), len(bench.sales())) == (7, 1)

    counts = bench.control.post("/__sandbox/seed", seed_document()).json
    assert (counts["inventory"], counts["patients"], bench.sales()) == (6, 4, [])
    assert bench.legacy.refused("sync_sale")[0] == "63"


@pytest.mark.parametrize(
    "changes",
    [
        {"bad_location_code": 404},
        {"session_idle_seconds": -1},
        {"rest": 1},
        {"card_required": "no"},
        {"x": 1},
    ],
)
def test_a_setting_that_does_not_exist_is_refused(bench: BiotrackBench, changes: dict[str, Any]) -> None:
    assert bench.control.put("/__sandbox/settings", changes).status == 400
    assert bench.control.get("/__sandbox/settings").json == Settings().document()


@pytest.mark.parametrize("door", ["GET ledger", "POST restore-users", "PUT faults", "PUT outage"])
def test_without_the_token_nothing_opens(bench: BiotrackBench, door: str) -> None:
    method, name = door.split()
    for address in (bench.server.control_url, bench.server.base_url):
        with Caller(address, None, None, "0" * 64) as caller:
            assert caller.call(method, f"/__sandbox/{name}", {}).status == 401


def test_the_ledger_shows_sales_and_transactions(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell(nonce="N1")
    found = bench.control.get("/__sandbox/ledger").json

    [one] = found["sales"]
    assert (one["transactionid"], one["card_id"], one["nonce"], one["training"]) == (sale, CARD, "N1", 1)
    assert [each["action"] for each in found["transactions"]] == ["seed", "sale_dispense"]


def words_of_table(heading: str) -> set[str]:
    table = DOCUMENT.read_text("utf-8").split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    cells = [row.split("|")[1] for row in table.splitlines()[2:]]
    return {word for cell in cells for word in cell.split("`")[1::2]}


def test_every_setting_and_every_fault_is_documented() -> None:
    assert words_of_table("setting") == set(Settings().document())
    assert words_of_table("`do`") == set(Kind)


def test_every_action_is_documented() -> None:
    named = words_of_table("action")

    assert {name for name in NAMES if not name.startswith("sync_")} == named - {"sync_check", "sync_…"}


def test_the_documented_seed_can_be_stored(bench: BiotrackBench) -> None:
    [document] = [
        block.split("```", 1)[0]
        for block in DOCUMENT.read_text("utf-8").split("```json\n")[1:]
        if '"mode"' in block
    ]
    response = bench.control.send("POST", "/__sandbox/seed", document.encode())

    assert response.status == 200, response.read()
    [company] = json.loads(document)["companies"]
    [user] = json.loads(document)["users"]
    session = Legacy(bench.legacy.caller).login(user["username"], user["password"], company["ubi"])
    assert session.done("sync_inventory")["inventory"]


@contextmanager
def legacy(started: Process, sessionid: str = "") -> Iterator[Legacy]:
    with Caller(started.ready["base_url"], None, None) as caller:
        yield Legacy(caller, sessionid) if sessionid else Legacy(caller).login()


def killed_after_three_sales(state_dir: Path, seed_file: Path, script: str) -> tuple[int, int]:
    """Three sales answered, then SIGKILL: sales that the next process knows, and answers it replays."""
    with process(state_dir, *SYSTEM, "--seed", str(seed_file)) as seeding:
        seeding.kill()
    with process(state_dir, *SYSTEM, script=script) as first, legacy(first) as shop:
        for n in range(3):
            shop.sell(nonce=f"K-{n}")
        first.kill()
    with process(state_dir, *SYSTEM) as second, legacy(second) as shop, second.control() as control:
        replayed = sum(shop.call("nonce_replay", nonce=f"K-{n}")["success"] for n in range(3))
        return len(control.get("/__sandbox/ledger").json["sales"]), replayed


def test_sigkill_loses_nothing_that_was_answered(tmp_path: Path, seed_file: Path) -> None:
    assert killed_after_three_sales(tmp_path / "state", seed_file, START) == (3, 3)


def test_a_sandbox_that_commits_after_answering_is_caught(tmp_path: Path, seed_file: Path) -> None:
    assert killed_after_three_sales(tmp_path / "state", seed_file, FORGETFUL + START) != (3, 3)


def test_a_restart_keeps_sessions_stock_settings_and_counter(tmp_path: Path, seed_file: Path) -> None:
    state = tmp_path / "state"
    with (
        process(state, *SYSTEM, "--seed", str(seed_file)) as first,
        legacy(first) as shop,
        first.control() as control,
    ):
        sale = int(shop.sell())
        control.put("/__sandbox/settings", {"nonce_replay": False})
        first.kill()
    with (
        process(state, *SYSTEM, "--seed", str(seed_file)) as second,
        legacy(second, shop.sessionid) as again,
    ):
        assert again.stock(FLOWER) == 48
        assert int(again.sell()) == sale + 1
        assert again.refused("nonce_replay", nonce="K")[0] == "62"


def test_the_ready_line_is_the_other_systems(tmp_path: Path) -> None:
    with process(tmp_path / "state", *SYSTEM) as started, started.control() as control:
        ready = started.ready
        assert set(ready) == {"ready", "port", "base_url", "control_port", "control_url", "pid"}
        assert control.get("/__sandbox/health").json == {"ready": True, "outage": "open"}


@pytest.mark.parametrize(
    ("mine", "other"), [(BiotrackServer, SandboxServer), (SandboxServer, BiotrackServer)]
)
def test_a_folder_is_of_one_system(tmp_path: Path, mine: Any, other: Any) -> None:
    with mine(tmp_path):
        pass
    with pytest.raises(SandboxError, match="holds the state of a"):
        other(tmp_path)
    with mine(tmp_path):
        pass


def test_nothing_can_be_read_in_the_files(tmp_path: Path) -> None:
    markers = (CARD.encode(), FLOWER.encode(), NAME.encode(), PASSWORD.encode(), UBI.encode())
    with biotrack(tmp_path) as bench:
        bench.legacy.sell()
        found = [
            (path.name, marker)
            for path in tmp_path.rglob("*")
            if path.is_file()
            for marker in markers
            if marker in path.read_bytes()
        ]
    assert found == []


def test_it_starts_without_the_other_systems_rules() -> None:
    look = (
        "import sys; import pos_desktop.training.sandbox.biotrack.server; "
        "print([name for name in sys.modules if name.startswith(('PySide6', 'sqlalchemy', 'httpx')) "
        "or (name.startswith('pos_desktop.') and not name.startswith('pos_desktop.training'))])"
    )
    found = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, check=True, cwd=Path.cwd(), text=True
    )
    assert found.stdout.strip() == "[]"


def test_a_fault_inside_the_service_answers_500_and_the_server_lives(
    bench: BiotrackBench, capsys: pytest.CaptureFixture[str]
) -> None:
    with bench.server.service.store.writing() as db:
        db.execute("UPDATE patient SET caregivers = 'broken' WHERE card_id = ?", (CARD,))

    assert bench.legacy.send("card_lookup", card_id=CARD).status == 500
    assert bench.legacy.done("sync_sale")
    printed = capsys.readouterr().err
    assert "failed" in printed
    assert CARD not in printed
