"""`config` and `secret`: settings are checked, keys are never shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pos_desktop.app.settings import DECLARED
from pos_desktop.storage.lock import counter_lock, sender_lock
from tests.fixtures.command_line import Run, Shop, process, typed


def test_all_settings_or_one(pos: Run) -> None:
    assert set(pos("config", "get", "--json").json) == set(DECLARED)
    assert len(pos("config", "get").out.splitlines()) == len(DECLARED)
    assert pos("config", "get", "programme").out == "us-mi-medical\n"
    assert pos("--json", "config", "get", "programme").json == {"programme": "us-mi-medical"}


def test_a_changed_setting_stays_and_is_in_the_journal(pos: Run) -> None:
    entries = pos("verify", "--json").json["entries"]
    assert pos("config", "set", "tax.rate_bp", "600", "--json").json == {"tax.rate_bp": "600"}
    assert pos("config", "get", "tax.rate_bp").out == "600\n"
    assert pos("verify", "--json").json["entries"] == entries + 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("config", "set"), 64, "KEY VALUE"),
        (("config", "set", "store.name", ""), 1, "the store needs a name"),
        (("config", "set", "store.name", " "), 1, "the store needs a name"),
        (("config", "set", "tax.rate_bp"), 64, "KEY VALUE"),
        (("config", "set", "tax.rate_bp", "six"), 1, "whole number"),
        (("config", "set", "tax.rate", "6"), 1, "tax.rate_bp"),
        (("config", "get", "state.user_key"), 1, "There is no setting"),
        (("config", "set", "state.user_key", "k"), 1, "There is no setting"),
        (("config", "set", "programme", "us-zz"), 1, "us-az-medical"),
        (("config", "set", "state.base_url", "https://api-mi.metrc.com"), 1, "only to this computer"),
        (("config", "set", "state.base_url", "http://127.0.0.1.example.com"), 1, "only to this computer"),
        (("config", "set", "state.base_url", "http://127.0.0.1:1@example.com"), 1, "only to this computer"),
        (("config", "set", "state.base_url", "http://a:b@127.0.0.1:1"), 1, "secret set"),
        (("secret", "set", "db"), 64, "state.vendor_key"),
        (("secret", "set", "state.base_url=x"), 64, "state.vendor_key"),
        (("secret", "set", "state.nothing"), 64, "state.password, or state.user_key.PERSON"),
        (("secret", "set", "state.user_key"), 1, "Nothing came"),
    ],
)
def test_what_does_not_fit_changes_nothing(pos: Run, words: tuple[str, ...], code: int, told: str) -> None:
    before = pos("config", "get").out
    said = pos(*words)
    assert (said.code, said.out) == (code, "")
    assert told in said.err
    assert pos("config", "get").out == before


def test_a_secret_comes_from_a_pipe_and_is_never_shown(shop: Shop) -> None:
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in shop.data.rglob("*") if path.is_file()}

    said = process(typed(shop.data, "secret", "set", "state.user_key"), stdin=b"sample-spoken-key\n")
    assert (said.code, said.err) == (0, "")
    assert said.out == "state.user_key is in the key store (training file).\n"
    assert not any(b"sample-spoken-key" in content for content in files().values())
    before = files()
    said = process(typed(shop.data, "secret", "set", "state.user_key"), stdin=b"sample\xffkey\n")
    assert (said.code, "is no key" in said.err, "sample" in said.err) == (1, True, False)
    assert files()[shop.data / "training.keys"] == before[shop.data / "training.keys"]


def test_a_person_has_a_key_of_their_own(shop: Shop) -> None:
    def said(*words: str, stdin: bytes = b"") -> tuple[int, str, str]:
        run = process(typed(shop.data, "secret", *words), stdin=stdin)
        return run.code, run.out, run.err

    code, out, err = said("set", "state.user_key.nobody", stdin=b"sample-own-key\n")
    assert (code, out, "is no one person of this store" in err) == (1, "", True)
    name, person = re.findall(r"([^:;]+) \(([0-9a-f-]{36})\)", err)[0]
    for named in (person, name.strip().upper()):
        code, out, _ = said("set", f"state.user_key.{named}", stdin=b"sample-own-key\n")
        assert (code, out) == (0, f"state.user_key.{person} is in the key store (training file).\n")
    code, out, _ = said("delete", f"state.user_key.{person}")
    assert (code, "is not in the key store" in out) == (0, True)
    code, out, err = said("delete", "state.user_key")
    assert (code, out, "replaced" in err) == (64, "", True)


def test_a_sync_tells_attempts_and_not_what_went_through(pos: Run) -> None:
    """An attempt that met no service is none that was sent."""
    told = pos("sync", "--once", "--json").json
    assert (told["attempts"], told["confirmed"], "sent" in told) == (0, 0, False)


def test_the_license_stays_while_its_reports_are_open(shop: Shop, pos: Run) -> None:
    license_number = pos("config", "get", "state.license").out.strip()
    pos("training", "sell", "--count", "2", "--offline")
    said = pos("config", "set", "state.license", "PC-000099")
    assert (said.code, said.out, "2 reports were made under the license set now" in said.err) == (
        30,
        "",
        True,
    )
    assert "sync --once" in said.err
    assert pos("config", "set", "state.license", license_number).code == 0, "the same again changes nothing"
    assert pos("sync", "--once").code == 0
    assert pos("config", "set", "state.license", "PC-000099").code == 0


def test_a_report_of_another_license_waits_for_it_and_the_same_patients_next_one_goes(
    shop: Shop, pos: Run
) -> None:
    pos("training", "sell", "--count", "2", "--offline")
    ours = pos("config", "get", "state.license").out.strip()
    shop.forge(
        "UPDATE outbox SET aggregate = 'same'",
        "UPDATE outbox SET license = 'PC-000099' WHERE n = 1",
        "INSERT INTO sync_cursor VALUES ('metrc.PC-000099.packages', 1)",  # it was this store's once
    )
    synced = pos("sync", "--once", "--json")
    assert (synced.code, synced.json["confirmed"], synced.json["needs_person"]) == (30, 1, 1)
    assert "under another license" in synced.json["stopped"]
    assert pos("config", "set", "state.license", "PC-000099").code == 0, (
        "it is what the parked report waits for"
    )
    assert pos("config", "set", "state.license", ours).code == 30
    shop.forge(f"UPDATE outbox SET license = '{ours}' WHERE n = 1")
    assert pos("config", "set", "state.license", ours).code == 0
    assert pos("sync", "--once", "--json").json["confirmed"] == 1


def test_a_mistyped_license_is_put_right_and_its_reports_go_out_once(shop: Shop, pos: Run) -> None:
    ours = pos("config", "get", "state.license").out.strip()
    mistyped = ours[:-2] + "71"
    assert pos("config", "set", "state.license", mistyped).code == 0
    pos("training", "sell", "--count", "2", "--offline")
    synced = pos("sync", "--once", "--json").json
    assert (synced["confirmed"], "not among those" in synced["inventory"]["problem"]) == (0, True)
    shop.forge("UPDATE outbox SET state = 'in-doubt', attempt_ended_at = created_at WHERE n = 2")
    assert pos("config", "set", "state.license", ours).code == 30, (
        "what may have gone out holds it all the same"
    )
    shop.forge("UPDATE outbox SET state = 'blocked' WHERE n = 2")
    assert pos("config", "set", "state.license", ours).code == 0
    assert pos("sync", "--once", "--json").json["confirmed"] == 2
    assert len(shop.state.ledger()) == 2


def test_what_only_a_person_can_settle_does_not_bind_the_license(shop: Shop, pos: Run) -> None:
    pos("training", "sell", "--count", "2", "--offline")
    shop.forge("UPDATE outbox SET state = CASE n WHEN 1 THEN 'rejected' ELSE 'conflict' END")
    assert pos("config", "set", "state.license", "PC-000099").code == 0


def test_the_service_stays_while_it_may_hold_a_report_of_unknown_outcome(shop: Shop, pos: Run) -> None:
    elsewhere = ("config", "set", "state.base_url", "http://127.0.0.1:9")
    pos("training", "sell", "--count", "2", "--offline")
    before = pos("config", "get", "state.base_url").out
    assert pos(*elsewhere).code == 0, "what was never sent may go anywhere"
    assert pos("config", "set", "state.base_url", before.strip()).code == 0
    shop.forge("UPDATE outbox SET state = 'in-doubt', attempt_ended_at = created_at WHERE n = 1")
    for words in (
        elsewhere,
        ("config", "set", "state.system", "none"),
        ("config", "set", "state.base_url", ""),
    ):
        said = pos(*words)
        assert (said.code, "a second time" in said.err, "Nothing was changed" in said.err) == (30, True, True)
    assert pos("config", "get", "state.base_url").out == before


def test_the_way_to_the_state_does_not_change_under_a_counter_or_a_sender(shop: Shop, pos: Run) -> None:
    """They would go on with the old license and address until they are closed."""
    for lock, code in ((counter_lock(shop.data), 1), (sender_lock(shop.data), 75)):
        with lock:
            said = pos("config", "set", "state.base_url", "http://127.0.0.1:9")
            assert (said.code, "another copy" in said.err.casefold()) == (code, True)
            assert pos("config", "set", "tax.rate_bp", "600").code == 0


def test_numbers_run_on_under_a_new_register_code_and_a_missing_one_is_still_found(
    shop: Shop, pos: Run
) -> None:
    for code in ("R2", "R3"):
        pos("training", "sell", "--count", "2", "--offline")
        assert pos("config", "set", "register.code", code).code == 0
    pos("training", "sell", "--count", "1", "--offline")
    said = pos("verify")
    assert (said.code, "Everything agrees." in said.out) == (0, True)
    third = "(SELECT id FROM sale ORDER BY epoch, counter LIMIT 1 OFFSET 2)"
    shop.forge(
        "PRAGMA foreign_keys = OFF",
        *(f"DELETE FROM {table} WHERE sale_id = {third}" for table in ("sale_line", "payment", "outbox")),
        f"DELETE FROM sale WHERE id = {third}",
    )
    said = pos("verify")
    numbers = r"Between sale R1-\d+-0000002 and R2-\d+-0000004 numbers are missing"
    assert (said.code, bool(re.search(numbers, said.out + said.err))) == (50, True)
