"""A rule pack of the operator's own: taken whole or not at all, in force until another one is, named by each sale."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import data_folder
from pos_desktop.composition.shop import opened
from pos_desktop.domain.errors import NeedsAttention
from pos_desktop.storage.lock import counter_lock
from tests.fixtures.command_line import Run, Shop
from tests.fixtures.live_store import CITATION, LiveStore, changed, text_of

MI = "us-mi-medical"


def store_rules(pos: Run) -> dict[str, object]:
    found: dict[str, object] = pos("limits", "list", "--json").json["store"]
    return found


def journal(shop: Shop) -> list[dict[str, object]]:
    with opened(data_folder(str(shop.data), None)) as made:
        return [json.loads(body) for _, body, _ in made.store.journal.entries()]


def test_an_own_pack_is_in_force_at_once_and_each_sale_names_it(shop: Shop, pos: Run) -> None:
    shipped = store_rules(pos)
    said = pos("limits", "install", shop.write("own.toml", changed(MI)))
    assert (said.code, "the operator’s own pack own.toml" in said.out) == (0, True)
    own = store_rules(pos)
    assert (shipped["pack"], own["pack"], own["file"]) == ("shipped", "own", "own.toml")
    assert own["digest"] != shipped["digest"]
    entry = journal(shop)[-1]
    assert (entry["kind"], entry["data"]) == (
        "rules.installed",
        {"programme": MI, "digest": own["digest"], "version": "1.0.0", "file": "own.toml", "own": True},
    )
    assert pos("training", "sell", "--count", "1", "--offline").code == 0
    assert pos("limits", "install", "--shipped").code == 0
    assert pos("training", "sell", "--count", "1", "--offline").code == 0
    with opened(data_folder(str(shop.data), None)) as made:
        first, second = made.store.sales.all()
        kept = made.store.packs.find(first.pack.rpartition(":")[2])
    assert first.pack == f"purchase-limits/1 1.0.0 sha256:{own['digest']}"
    assert second.pack == f"purchase-limits/1 1.0.0 sha256:{shipped['digest']}"
    assert kept is not None
    assert kept.text == changed(MI), "what a sale was decided by can be read again"
    assert pos("verify").code == 0


def test_an_own_rule_decides(shop: Shop, pos: Run) -> None:
    """A pack that allows a gram a day sells less than the shipped one."""
    strict = text_of(MI).replace("limit = 70873 ", "limit = 1000 ")
    assert strict != text_of(MI)
    pos("limits", "install", shop.write("strict.toml", strict))
    back = open_back_room(data_folder(str(shop.data), None))
    try:
        assert back.desk.limits.programme.versions[0].pools[0].limit == 1000
    finally:
        back.close()


def test_the_same_pack_again_changes_nothing_and_says_so(shop: Shop, pos: Run) -> None:
    before = len(journal(shop))
    for words in (("install", shop.write("same.toml", text_of(MI))), ("install", "--shipped")):
        said = pos("limits", *words, "--json")
        assert (said.code, said.json["changed"], said.json["rules"]["pack"]) == (0, False, "shipped")
        assert "in force already" in pos("limits", *words).out
    assert len(journal(shop)) == before
    own = shop.write("own.toml", changed(MI))
    assert pos("limits", "install", own, "--json").json["changed"] is True
    assert pos("limits", "install", own, "--json").json["changed"] is False
    assert pos("limits", "install", "--shipped", "--json").json["changed"] is True
    assert journal(shop)[-1]["kind"] == "rules.installed"


BAD: dict[str, tuple[Callable[[], str | bytes], str]] = {
    "an unknown key": (
        lambda: text_of(MI).replace('label = "Today"', 'label = "Today"\nceiling = 3'), "“ceiling”",
    ),
    "no source": (lambda: text_of(MI).replace('cite = "R 333.274 / R 420.506"', 'cite = ""'), "“cite”"),
    "another programme": (lambda: text_of("us-az-medical"), "us-az-medical"),
    "no rule for today": (
        lambda: text_of(MI).replace("[[programme.version]]", "[[programme.version]]\neffective_to = 2020-01-01", 1),
        "no version in force today",
    ),
    "not TOML": (lambda: "[[", "TOML"),
    "not text": (lambda: b"\xff\xfe", "UTF-8"),
    "too long": (lambda: b"#" * (4 * 1024 * 1024 + 1), "larger than 4 MB"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), BAD.values(), ids=BAD.keys())
def test_a_pack_that_cannot_be_used_is_refused_and_the_one_before_stays(
    shop: Shop, pos: Run, text: Callable[[], str | bytes], told: str
) -> None:
    own = shop.write("own.toml", changed(MI))
    assert pos("limits", "install", own).code == 0
    before, entries = store_rules(pos), len(journal(shop))
    said = pos("limits", "install", shop.write("bad.toml", text()))
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert "Nothing was changed" in said.err or "The rules in force before it stay in force." in said.err
    assert (store_rules(pos), len(journal(shop))) == (before, entries)


def test_one_pack_is_named_and_a_citation_says_something(shop: Shop, pos: Run) -> None:
    own = shop.write("own.toml", changed(MI))
    for words, code in (
        ((), 64),
        ((own, "--shipped"), 64),
        ((own, "--citation", " "), 1),
        (("gone.toml",), 1),
    ):
        said = pos("limits", "install", *words)
        assert (said.code, said.out) == (code, "")
    assert store_rules(pos)["pack"] == "shipped"


def test_rules_do_not_change_under_an_open_counter(shop: Shop, pos: Run) -> None:
    own = shop.write("own.toml", changed(MI))
    with counter_lock(shop.data):
        said = pos("limits", "install", own)
        assert (said.code, "another copy" in said.err.casefold()) == (1, True)
        assert pos("config", "set", "programme", "us-az-medical").code == 1
    assert (store_rules(pos)["pack"], store_rules(pos)["programme"]) == ("shipped", MI)


def test_another_programme_goes_by_its_shipped_pack_and_the_own_one_waits(shop: Shop, pos: Run) -> None:
    pos("limits", "install", shop.write("own.toml", changed(MI)))
    pos("config", "set", "programme", "us-az-medical")
    assert (store_rules(pos)["pack"], store_rules(pos)["programme"]) == ("shipped", "us-az-medical")
    pos("config", "set", "programme", MI)
    assert store_rules(pos)["pack"] == "own"


def test_an_own_pack_that_this_program_cannot_read_is_not_replaced_unasked(shop: Shop, pos: Run) -> None:
    pos("limits", "install", shop.write("own.toml", changed(MI)))
    shop.forge("""UPDATE rule_pack SET text = 'schema = "purchase-limits/0"'""")
    with pytest.raises(Exception, match="cannot be read by this version") as refused:
        open_back_room(data_folder(str(shop.data), None))
    assert "limits install --shipped" in str(refused.value)
    assert [pos(*words).code for words in (("sync", "status"), ("verify",), ("export", "sales"))] == [0, 0, 0]
    assert pos("limits", "install", "--shipped").code == 0
    assert store_rules(pos)["pack"] == "shipped"


def test_a_pack_that_is_gone_from_the_store_stops_the_counter(shop: Shop, pos: Run) -> None:
    pos("limits", "install", shop.write("own.toml", changed(MI)))
    shop.forge("DELETE FROM rule_pack")
    said = pos("limits", "list")
    assert (said.code, "restore the newest backup" in said.err) == (1, True)


def test_an_unsure_own_pack_is_confirmed_with_it_or_before_the_counter_opens(
    live: LiveStore, tmp_path: Path
) -> None:
    live.set_up("us-nj-medical", "--confirm-rules", CITATION)
    own = live.file("own.toml", changed("us-nj-medical"))
    assert "once they are confirmed" in live.pos("limits", "install", own).out
    with pytest.raises(NeedsAttention):
        open_back_room(live.folder)
    assert live.pos("limits", "install", "--shipped").code == 0
    assert live.rules()["to_confirm"] == [], "the shipped one was confirmed before"
    said = live.pos("limits", "install", own, "--citation", "bulletin of today", "--json")
    assert (said.json["changed"], said.json["rules"]["confirmed"]["citation"]) == (True, "bulletin of today")
    open_back_room(live.folder).close()
    assert live.journal()[-1]["kind"] == "rules.confirmed"
