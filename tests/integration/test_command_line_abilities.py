"""What a store can do by the system that it reports to: said at setup and in the list."""

from __future__ import annotations

import json

import pytest

from pos_desktop.cli import main
from tests.fixtures.command_line import Run
from tests.fixtures.live_store import CITATION, LiveStore

OTHER, NEWER, METRC = "us-la-medical", "us-ny-medical", "us-mi-medical"
BIOTRACK = "us-nd-medical"
READ = ("--confirm-rules", CITATION)


@pytest.mark.parametrize("programme", [OTHER, NEWER])
def test_setup_closes_with_what_works_and_what_does_not(live: LiveStore, programme: str) -> None:
    said = live.set_up(programme, *READ)
    assert said.code == 0
    for words in (
        "No connection to", "own ledger", "export reports", "import packages", "card is not fetched",
        "purchases elsewhere", "no sale is reported by itself",
    ):  # fmt: skip
        assert words in said.out
    assert "Next: set the state service" not in said.out
    assert live.pos("config", "get", "state.system").out == "none\n"


def test_a_metrc_store_hears_nothing_of_that(live: LiveStore) -> None:
    said = live.set_up(METRC, "--json")
    assert (said.json["rules"]["works"], said.json["rules"]["lacks"]) == ([], [])
    assert live.pos("config", "get", "state.system").out == "metrc\n"


@pytest.mark.parametrize("programme", [OTHER, NEWER])
def test_metrc_is_refused_where_a_live_store_does_not_report_to_it(live: LiveStore, programme: str) -> None:
    refused = live.set_up(programme, "--state-system", "metrc", *READ)
    assert (refused.code, "do not report to METRC" in refused.err) == (1, True)
    assert not live.folder.path.exists()
    live.set_up(METRC)
    said = live.pos("config", "set", "programme", programme, *READ)
    assert (said.code, "state.system none" in said.err) == (1, True)
    assert live.pos("config", "set", "state.system", "none").code == 0
    assert live.pos("config", "set", "programme", programme, *READ).code == 0
    again = live.pos("config", "set", "state.system", "metrc")
    assert (again.code, "Nothing was changed" in again.err) == (1, True)


def test_a_training_store_may_try_metrc_with_any_programme(pos: Run) -> None:
    assert pos("config", "set", "programme", OTHER).code == 0
    assert pos("config", "set", "state.system", "metrc").code == 0


def test_the_list_says_it_of_each_programme(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["limits", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["programmes"]
    silent = [each["id"] for each in rows if (each["tracking"] == "metrc") == bool(each["lacks"])]
    assert (len(rows), silent) == (37, [])


def test_a_biotrack_store_hears_what_it_can_do_and_is_kept_from_metrc(live: LiveStore) -> None:
    said = live.set_up(BIOTRACK, "--confirm-rules", "the statute, read 2026-11-20")
    assert said.code == 0
    assert "reported to BioTrack" in said.out
    assert "ledger alone binds" in said.out
    assert live.pos("config", "get", "state.system").out == "biotrack\n"
    refused = live.pos("config", "set", "state.system", "metrc")
    assert (refused.code, "but to BioTrack" in refused.err) == (1, True)
    assert live.pos("config", "set", "state.system", "none").code == 0


def test_biotrack_is_refused_where_a_live_store_does_not_report_to_it(live: LiveStore) -> None:
    refused = live.set_up(METRC, "--state-system", "biotrack")
    assert (refused.code, "but to METRC" in refused.err) == (1, True)
    assert not live.folder.path.exists()
