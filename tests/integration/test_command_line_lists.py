"""`import`: lists come in whole or not at all, and each bad line is named."""

from __future__ import annotations

import pytest

from pos_desktop.domain.sensitive import reveal
from tests.fixtures.command_line import FAR, PEOPLE, Run, Shop, people_csv

HEAD = "card_number,first_name,last_name,birth_date,card_expires\n"


def test_patients_come_from_a_file_or_a_pipe_and_a_second_time_they_are_updated(shop: Shop, pos: Run) -> None:
    more = HEAD + f"SP-900001,Sample,Patient 901,1980-02-29,{FAR}\n"
    file = shop.write("more.csv", "\ufeff" + more.replace("\n", "\r\n"))
    assert pos("import", "patients", file, "--json").json == {"what": "patients", "added": 1, "updated": 0}
    again = pos("import", "patients", "-", "--json", stdin=people_csv().encode())
    assert again.json == {"what": "patients", "added": 0, "updated": len(PEOPLE)}


def test_products_and_prices_are_matched_by_name_and_strangers_are_listed(shop: Shop, pos: Run) -> None:
    known = next(each.product.name for each in shop.sample.products if each.kind.is_mapped)
    prices = shop.write("prices.csv", f'name,price\n"{known}",12.50\nSample Stranger,1.00\n')
    said = pos("import", "prices", prices)
    assert (said.code, said.err) == (0, "")
    assert "1 product brought up to date" in said.out
    assert "  Sample Stranger" in said.out
    products = shop.write("products.csv", f'name,price,equiv_mg\n"{known}",13.00,3500\n')
    assert pos("import", "products", products, "--json").json == {
        "what": "products",
        "updated": 1,
        "unknown": 0,
    }


@pytest.mark.parametrize(
    ("what", "content", "told"),
    [
        ("patients", b"", "misses card_number"),
        ("patients", HEAD.encode(), "no rows"),
        ("patients", b"card_number,first_name\nP-1,Sample\n", "misses last_name"),
        ("patients", (HEAD + "P-1,Sample,One,1980-02-30,2099-01-01\n").encode(), "Line 2"),
        ("patients", (HEAD + "P-1,Sample,One,1980-W05-5,2099-01-01\n").encode(), "Line 2"),
        ("patients", (HEAD + "P-1,Sample,One,19800201,2099-01-01\n").encode(), "Line 2"),
        ("patients", (HEAD + "P-1,Sample,One,1980-02-01\n").encode(), "4 cells"),
        ("patients", (HEAD + "P-1,Sample,One,1980-02-01,\n" * 2).encode(), "line 2 already"),
        ("patients", (HEAD + '"P-1,Sample,One,1980-02-01,\n').encode(), "not CSV"),
        ("patients", (HEAD + "P-1\0,Sample,One,1980-02-01,\n").encode(), "Line 2"),
        ("patients", (HEAD + "=P-1,Sample,One,1980-02-01,\n").encode(), "do not belong"),
        ("patients", (HEAD + "P-1,Zo\xeb,One,1980-02-01,\n").encode("latin-1"), "not UTF-8"),
        ("patients", (HEAD + "P-1,Sample,One,1980-02-01,\n").encode("utf-16"), "not UTF-8"),
        ("products", b"name,price,colour\nSample,1.00,red\n", "colour"),
        ("products", b"name,equiv_mg\nSample,3.5 g\n", "whole number"),
        ("products", b"name,category\nSample,sunflower\n", "sunflower"),
        ("prices", b"name,price\nSample,twelve\n", "price"),
        ("prices", b"name,price\nSample,-1.00\n", "price"),
        ("prices", b"name,price\nSample,1.005\n", "price"),
        ("prices", b"name,price\n,1.00\n", "name is empty"),
        ("certifications", b"card_number,kind,amount\nP-1,dosis,75\n", "not one of certified, dose"),
        ("certifications", b"card_number,kind\nP-1,dose\n", "dose needs “amount”"),
        ("certifications", b"card_number,kind,name,amount\nP-1,certified,day,75\n", "looks at “certified”"),
        ("certifications", b"card_number,kind,amount\nP-1,dose,75\n", "Line 2: kind: no rule"),
    ],
)
def test_a_bad_list_brings_nothing(shop: Shop, pos: Run, what: str, content: bytes, told: str) -> None:
    before = pos("verify", "--json").json["entries"]
    said = pos("import", what, shop.write("bad.csv", content))
    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert "Nothing was imported." in said.err
    assert pos("verify", "--json").json["entries"] == before


def test_what_was_stated_of_a_patient_is_replaced_as_a_whole(shop: Shop, pos: Run) -> None:
    assert pos("config", "set", "programme", "us-md-medical").code == 0
    card = reveal(PEOPLE[0].card_number)
    head = "card_number,kind,name,part,amount\n"
    rows = f"{card},certified,allotment,flower,200000\n{card.lower()},certified,allotment,thc,60000\n"
    said = pos("import", "certifications", shop.write("stated.csv", head + rows))
    assert (said.code, said.err) == (0, "")
    assert "2 facts of 1 patient kept" in said.out
    refused = pos(
        "import", "certifications", shop.write("stated.csv", f"{head}{card},exemption,terminal,,\n")
    )
    assert (refused.code, "no rule of this programme looks at “exemption”" in refused.err) == (1, True)
    nobody = pos(
        "import", "certifications", shop.write("stated.csv", f"{head}P-77,certified,allotment,thc,7\n")
    )
    assert (nobody.code, "card ending P-77" in nobody.err) == (1, True)
    third = shop.write("stated.csv", f"{head}{card},certified,allotment,thc,40000\n")
    assert pos("import", "certifications", third, "--json").json == {
        "what": "certifications", "patients": 1, "facts": 1,
    }  # fmt: skip


def test_many_bad_lines_are_counted_and_a_missing_file_is_named(shop: Shop, pos: Run) -> None:
    file = shop.write("bad.csv", HEAD + "P-1,Sample,One,yesterday,\n" * 30)
    said = pos("import", "patients", file, "--json")
    assert (said.code, "and 10 more lines" in said.err) == (1, True)
    assert said.json["error"]["code"] == "bad-input"
    missing = pos("import", "patients", str(shop.place / "missing.csv"))
    assert (missing.code, "missing.csv" in missing.err) == (1, True)
    assert pos("import", "people", file).code == 64


def test_a_shelf_that_emptied_is_read_again_at_the_next_look(shop: Shop, pos: Run) -> None:
    """Two empty lists in a row are believed, but not for the day that lies between two whole readings."""
    shop.forge("DELETE FROM sync_cursor WHERE name = 'metrc.whole'")
    shop.state.set_faults({"plan": [{"match": "GET /packages/v2/*", "do": "empty-list"}]})
    emptied = pos("sync", "--once", "--json").json["inventory"]
    assert emptied["gone"] > 0
    assert "twice in a row" in emptied["warnings"][-1]
    shop.state.set_faults({"plan": []})
    assert pos("sync", "--once").code == 0
    assert pos("training", "sell", "--count", "1", "--offline").code == 0


def test_a_card_of_a_caregiver_is_no_patients(shop: Shop, pos: Run) -> None:
    shop.forge("INSERT INTO caregiver VALUES ('c1', 'CG-900001', 'Sample', 'Caregiver 01', NULL, 'active')")
    rows = f"SP-900001,Sample,Patient 901,1980-02-29,{FAR}\ncg-900001,Sample,Patient 902,1980-02-29,{FAR}\n"
    said = pos("import", "patients", shop.write("more.csv", HEAD + rows))
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("Line 3: this card number is a caregiver's in this store")
    assert "Nothing was imported" in said.err
    good = HEAD + rows.splitlines()[0] + "\n"
    assert pos("import", "patients", "-", "--json", stdin=good.encode()).json["added"] == 1
