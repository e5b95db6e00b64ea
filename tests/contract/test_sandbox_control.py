"""The control endpoints: token, seed, settings, clock, what was asked."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.training.sandbox import BadSeed
from pos_desktop.training.sandbox.faults import Do
from pos_desktop.training.sandbox.metrc.settings import Settings
from tests.fixtures.sandbox import (
    FLOWER,
    LICENSE,
    Caller,
    Sandbox,
    package,
    receipt,
    running,
    seed_document,
    to_json,
)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path) as started:
        yield started


DOORS = [
    "GET health",
    "POST seed",
    "GET ledger",
    "GET requests",
    "PUT faults",
    "PUT settings",
    "PUT clock",
    "PUT outage",
]


@pytest.mark.parametrize("token", [None, "", "0" * 64, "ü"])
@pytest.mark.parametrize("door", DOORS)
def test_without_the_token_nothing_opens(sandbox: Sandbox, door: str, token: str | None) -> None:
    method, name = door.split()
    for address in (sandbox.server.control_url, sandbox.server.base_url):
        with Caller(address, None, None, token) as caller:
            assert caller.call(method, f"/__sandbox/{name}", {}).status == 401


def test_both_ports_have_the_control_and_only_one_the_service(sandbox: Sandbox) -> None:
    with Caller(sandbox.server.base_url, None, None, sandbox.server.control_token) as caller:
        assert caller.get("/__sandbox/health").json == {"ready": True, "outage": "open"}
    assert sandbox.control.get("/facilities/v2").status == 404
    assert sandbox.control.get("/__sandbox/nothing").status == 404


def test_the_token_is_a_file_for_the_owner_only(sandbox: Sandbox, tmp_path: Path) -> None:
    token = tmp_path / "control.token"

    assert token.read_text() == sandbox.server.control_token
    for path in (token, tmp_path / "sandbox.key"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_seed_replaces_everything_and_counts(sandbox: Sandbox) -> None:
    sandbox.metrc.post("/sales/v2/receipts", [receipt()])

    reply = sandbox.control.post("/__sandbox/seed", seed_document())

    assert reply.json == {
        "facilities": 3, "credentials": 2, "employees": 1, "patients": 4, "caregivers": 2, "locations": 2,
        "categories": 1, "items": 4, "packages": 6, "transfers": 1,
    }  # fmt: skip
    assert sandbox.server.ledger() == []
    assert sandbox.quantity(FLOWER) == Decimal("453.6")


def test_a_seed_may_add_to_what_is_there(sandbox: Sandbox) -> None:
    sandbox.metrc.post("/sales/v2/receipts", [receipt()])
    label = "1A4FF0100000022000000999"

    more = {
        "mode": "add",
        "packages": [package(label, "Sample Flower", "5"), package(FLOWER, "Sample Flower", "90")],
    }
    assert sandbox.control.post("/__sandbox/seed", more).status == 200

    assert [sandbox.quantity(label), sandbox.quantity(FLOWER)] == [5, 90]
    assert len(sandbox.server.ledger()) == 1


def _set(section: str, name: str, value: Any) -> Callable[[dict[str, Any]], object]:
    return lambda document: document[section][0].update({name: value})


def _pop(section: str, name: str) -> Callable[[dict[str, Any]], object]:
    return lambda document: document[section][0].pop(name)


BAD_SEEDS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "section": (lambda document: document.update(pateints=[]), "pateints"),
    "mode": (lambda document: document.update(mode="merge"), "merge"),
    "flag": (_set("facilities", "FacilityType", {"CanSellToPatient": True}), "CanSellToPatient"),
    "zone": (_set("facilities", "zone", "America/Detriot"), "time zone"),
    "member": (_set("packages", "Quantiy", 1), "Quantiy"),
    "own member": (_set("items", "flower_equivalent", 1), "flower_equivalent"),
    "label": (_set("packages", "Label", "1A4"), "24 letters"),
    "item": (_set("packages", "item", "Nothing"), "Nothing"),
    "location": (_set("packages", "location", "Attic"), "Attic"),
    "unit": (_set("items", "UnitOfMeasureName", "Stones"), "Stones"),
    "unit of another kind": (_set("packages", "UnitOfMeasureName", "Each"), "does not fit"),
    "license": (_set("packages", "license", "PC-X"), "not in the seed"),
    "quantity": (_set("packages", "Quantity", "much"), "packages"),
    "date": (_set("patients", "expires", "soon"), "soon"),
    "missing number": (_pop("patients", "number"), "lacks 'number'"),
    "age": (_set("items", "last_modified", "2026-04-08"), "offset"),
    "period": (
        lambda document: document.update(periods=[{"days": 0, "flower_ounces": 1}]),
        "at least one day",
    ),
    "setting": (lambda document: document.update(settings={"external_mis": 404}), "external_mis"),
    "fault": (lambda document: document.update(faults=[{"match": "POST /x", "do": "explode"}]), "explode"),
}


@pytest.mark.parametrize("name", BAD_SEEDS)
def test_a_seed_with_a_slip_is_refused_whole(sandbox: Sandbox, name: str) -> None:
    spoil, message = BAD_SEEDS[name]
    document = seed_document()
    spoil(document)
    sandbox.metrc.post("/sales/v2/receipts", [receipt()])

    reply = sandbox.control.post("/__sandbox/seed", document)

    assert reply.status == 400
    assert message in reply.json["Message"]
    assert len(sandbox.server.ledger()) == 1


def test_a_seed_with_a_binary_float_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(BadSeed, match="float"):
        sandbox.server.seed(
            seed_document(packages=[{**package(FLOWER, "Sample Flower", "1"), "Quantity": 3.5}])
        )


@pytest.mark.parametrize(
    "changes",
    [{"external_mis": 404}, {"external_miss": 500}, {"external_miss": "404"}, {"refuse_over_allotment": 1},
     {"unknown_patient": 500}, {"status_cache_seconds": -1}, {"status_cache_seconds": True}, [], "x"],
)  # fmt: skip
def test_a_setting_that_does_not_exist_is_refused(sandbox: Sandbox, changes: Any) -> None:
    before = sandbox.control.get("/__sandbox/settings").json

    assert sandbox.control.put("/__sandbox/settings", changes).status == 400
    assert sandbox.control.get("/__sandbox/settings").json == before


def test_the_clock_is_set_frozen_and_given_back(sandbox: Sandbox) -> None:
    set_to = {"now": "2026-07-01T00:00:00Z", "running": False}

    assert sandbox.control.put("/__sandbox/clock", set_to).json == {
        "now": "2026-07-01T00:00:00.0000000+00:00"
    }
    assert sandbox.control.get("/__sandbox/clock").json["now"] == "2026-07-01T00:00:00.0000000+00:00"
    assert sandbox.control.put("/__sandbox/clock", {"now": None}).json["now"] != set_to["now"]
    for wrong in ("2026-07-01", 7):
        assert sandbox.control.put("/__sandbox/clock", {"now": wrong}).status == 400


@pytest.mark.parametrize(
    "outage", [{"mode": "broken"}, {}, {"mode": "closed", "seconds": "1"}, {"mode": "closed", "seconds": -1}]
)
def test_an_outage_that_does_not_exist_is_refused(sandbox: Sandbox, outage: Any) -> None:
    assert sandbox.control.put("/__sandbox/outage", outage).status == 400
    assert sandbox.metrc.get("/facilities/v2").status == 200


def test_a_broken_control_body_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.control.send("PUT", "/__sandbox/settings", b"{").status == 400


def test_what_was_asked_can_be_read(sandbox: Sandbox) -> None:
    sandbox.metrc.get("/facilities/v2")
    sandbox.control.put("/__sandbox/faults", {"plan": [{"match": "POST *", "do": "500"}]})
    sandbox.metrc.post("/sales/v2/receipts", [receipt()])

    asked = sandbox.control.get("/__sandbox/requests").json["requests"]

    assert [(one["method"], one["path"], one["status"], one["fault"]) for one in asked] == [
        ("GET", "/facilities/v2", 200, None),
        ("POST", "/sales/v2/receipts", 500, "500"),
    ]


def test_a_fault_inside_the_service_answers_500_and_the_server_lives(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    with sandbox.server.service.store.writing() as db:
        db.execute("UPDATE patient SET periods = 'broken' WHERE number = 'PT-001'")

    assert sandbox.metrc.get("/patients/v2/statuses/PT-001").status == 500
    assert sandbox.metrc.get("/facilities/v2").status == 200
    printed = capsys.readouterr().err
    assert "failed" in printed
    assert "PT-001" not in printed


def test_the_helpers_write_decimals_as_numbers() -> None:
    assert to_json({"a": Decimal("3.50"), "b": LICENSE}) == b'{"a": 3.50, "b": "PC-000017"}'


def _documentation() -> str:
    return (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")


def _words_of_table(heading: str) -> set[str]:
    """The words in backquotes in the first column of the table with that heading."""
    table = _documentation().split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    cells = [row.split("|")[1] for row in table.splitlines()[2:]]
    return {word for cell in cells for word in cell.split("`")[1::2]}


def test_the_documented_seed_can_be_stored(sandbox: Sandbox) -> None:
    blocks = _documentation().split("```json\n")[1:]
    [document] = [block.split("```", 1)[0] for block in blocks if '"mode"' in block]

    response = sandbox.control.send("POST", "/__sandbox/seed", document.encode())

    assert response.status == 200, response.read()
    with sandbox.as_user(("sample-vendor-key", "sample-user-key-2")) as caller:
        assert caller.get("/packages/v2/1A4FF0100000022000000744").json["ProductionBatchNumber"] == "B-17"
        assert caller.get("/patients/v2/statuses/PT-001").json[1]["FlowerOuncesPurchased"] > 0


def test_every_setting_and_every_fault_is_documented() -> None:
    assert _words_of_table("setting") == set(Settings().document())
    assert _words_of_table("`do`") == set(Do)
