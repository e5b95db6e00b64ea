"""Lists that a store brings along: read whole or not at all, each bad row by its line."""

from __future__ import annotations

from datetime import date

import pytest

from pos_desktop.app.importing import PatientRow, PriceRow, read_patients, read_prices, read_products
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits.model import Category, Measures
from pos_desktop.domain.money import Money
from pos_desktop.domain.patient import Standing

TODAY = date(2026, 11, 26)
HEAD = "card_number,first_name,last_name,birth_date,card_expires\n"
ROW = "P-1,Sample,Patient 001,1980-02-29,2027-01-31\n"
READ = PatientRow(
    "P-1",
    "Sample",
    "Patient 001",
    date(1980, 2, 29),
    date(2027, 1, 31),
    None,
    "registry",
    "resident",
    None,
)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + ROW,
        "\ufeff" + HEAD + ROW,
        (HEAD + ROW).replace("\n", "\r\n"),
        (HEAD + ROW).rstrip(),
        HEAD + "\n" + ROW + "\n,,,,\n",
        HEAD.upper() + ROW,
        HEAD + '"P-1","Sample","Patient 001","02/29/1980"," 1/31/2027"\n',
        "card_expires, birth_date,card_number ,first_name,last_name\n2027-01-31,1980-02-29,P-1, Sample ,Patient  001\n",
    ],
)
def test_good_files(text: str) -> None:
    assert read_patients(text, TODAY) == [READ]


def test_more_columns() -> None:
    text = (
        HEAD.strip()
        + ",card_starts,card_kind,holder,standing\n"
        + ROW.strip()
        + ",2025-01-01,Visitor,Visitor,REVOKED\n"
    )
    (row,) = read_patients(text, TODAY)
    assert (row.card_starts, row.card_kind, row.holder, row.standing) == (
        date(2025, 1, 1),
        "visitor",
        "visitor",
        Standing.REVOKED,
    )


def test_a_row_that_does_not_say_has_the_programmes_usual_card() -> None:
    text = f"{HEAD.strip()},card_kind\n{ROW.strip()},\nP-2,Sample,Two,1980-02-29,,visitor\n"
    rows = read_patients(text, TODAY, card_kind="certification")
    assert [each.card_kind for each in rows] == ["certification", "visitor"]


def test_a_quoted_cell_holds_commas_and_quotes() -> None:
    (row,) = read_patients(HEAD + 'P-1,"Sample ""S""","Patient, 001",1980-02-29,\n', TODAY)
    assert (row.first_name, row.last_name, row.card_expires) == ('Sample "S"', "Patient, 001", None)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",Sample,Patient,1980-01-01,", "Line 3: card_number is empty."),
        ("P-2,,Patient,1980-01-01,", "Line 3: first_name is empty."),
        ("P-2,Sample, ,1980-01-01,", "Line 3: last_name is empty."),
        ("P-2,Sample,Patient,,", "Line 3: birth_date: this is not a date."),
        ("P-2,Sample,Patient,31.12.1980,", "Line 3: birth_date: this is not a date."),
        ("P-2,Sample,Patient,1980-01-01,01/31/27", "Line 3: card_expires: “01/31/27” is not a date."),
        ("P-2,Sample,Patient,2026-11-27,", "Line 3: birth_date: this is in the future."),
        ("P-2,Sample,Patient,1980-01-01", "Line 3: 4 cells where the first line has 5."),
        ("P-2,Sample,Patient,1980-01-01,,", "Line 3: 6 cells where the first line has 5."),
        ('P-2,"Sample,Patient,1980-01-01,', "Line 3: this is not CSV"),
        ("=1+1,Sample,Patient,1980-01-01,", "Line 3: card_number holds signs that do not belong there."),
        ("P-2,+Sample,Patient,1980-01-01,", "Line 3: first_name holds signs"),
        ("P-2,Sample,@Patient,1980-01-01,", "Line 3: last_name holds signs"),
        ("P-2,Sample,-2+3,1980-01-01,", "Line 3: last_name holds signs"),
        ("P-2,Sam\x00ple,Patient,1980-01-01,", "Line 3: "),
        ("P-2,Sam\u202eple,Patient,1980-01-01,", "Line 3: first_name holds signs"),
        ("p-1,Sample,Patient,1980-01-01,", "Line 3: this card number stands in line 2 already."),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_nothing_is_read(row: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_patients(HEAD + ROW + row + "\n", TODAY)
    lines = refused.value.sentence.split("\n")
    assert lines[0].startswith(words)
    assert lines[-1] == "Nothing was imported."
    assert "saved" not in refused.value.sentence


@pytest.mark.parametrize("sign", [";", "\t"])
def test_cells_parted_by_other_signs_are_told_so(sign: str) -> None:
    with pytest.raises(BadInput, match=r"with commas between the cells\. Nothing was imported\.$"):
        read_patients((HEAD + ROW).replace(",", sign), TODAY)


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    """Blank lines and a cell over two lines count."""
    text = (
        HEAD
        + "\n"
        + 'P-1,"Sample\nS",Patient 001,1980-02-29,\n'
        + "\nP-2,Sample,,1980-01-01,\nP-1,Sample,S,1980-01-01,\n"
    )
    with pytest.raises(BadInput) as refused:
        read_patients(text, TODAY)
    assert [line.split(":")[0] for line in refused.value.sentence.split("\n")[:-1]] == ["Line 6", "Line 7"]


def test_all_bad_rows_are_told_up_to_a_pageful() -> None:
    rows = "".join(f"P-{n},Sample,,1980-01-01,\n" for n in range(30))
    with pytest.raises(BadInput) as refused:
        read_patients(HEAD + rows, TODAY)
    lines = refused.value.sentence.split("\n")
    assert (len(lines), lines[-2]) == (22, "… and 10 more lines.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "misses card_number, first_name"),
        ("card_number;first_name\n", "not parted by commas"),
        ("card_number,first_name,last_name,birth_date\n", "misses card_expires"),
        (HEAD.strip() + ",ssn\n", "has columns not known here: ssn"),
        (HEAD.strip() + ",\n", "has columns not known here: one without a name"),
        (HEAD.strip() + ",card_number\n", "names a column twice"),
        (HEAD, "The file holds no rows. Nothing was imported."),
    ],
)
def test_the_first_line(text: str, words: str) -> None:
    with pytest.raises(BadInput, match="Nothing was imported") as refused:
        read_patients(text, TODAY)
    assert words in refused.value.sentence


@pytest.mark.parametrize(
    ("column", "value"), [("card_kind", "=A1"), ("holder", "vistor"), ("standing", "gone")]
)
def test_words_that_rules_look_at_are_words(column: str, value: str) -> None:
    with pytest.raises(BadInput, match=f"Line 2: {column}: “{value}”"):
        read_patients(f"{HEAD.strip()},{column}\n{ROW.strip()},{value}\n", TODAY)


def test_products() -> None:
    head = "name,category,price,net_mg,equiv_mg,potency_bp\n"
    rosin, bare = read_products(head + "Sample Rosin,concentrate,$38.00,1000,4000,7400\nSample Jar,,,,,\n")
    assert (rosin.category, rosin.price) == (Category.CONCENTRATE, Money(3_800))
    assert rosin.measures == Measures(net_mg=1_000, equiv_mg=4_000, potency_bp=7_400)
    assert (bare.category, bare.price, bare.measures) == (None, None, Measures())


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Rosin,tobacco,,,", "category: “tobacco” is not one of flower, preroll"),
        ("Rosin,,,-1,", "net_mg: “-1” is not a whole number."),
        ("Rosin,,,1.5,", "net_mg: “1.5” is not a whole number."),
        ("Rosin,,,1e3,", "net_mg: “1e3” is not a whole number."),
        ("Rosin,,,٣,", "net_mg: “٣” is not a whole number."),
        ("Rosin,,,1000000000000,", "net_mg: “1000000000000” is not a whole number."),
        ("Rosin,,,,10001", "potency_bp: 10001 is more than all of it (10000)."),
        ("Rosin,,12.345,,", "price: “12.345” is not an amount of money."),
        ("Rosin,,-5,,", "price: “-5” is not an amount of money."),
        ("Rosin,,99999999999999999999,,", "is not an amount of money."),
        ("Sample jar,,,,", "this product stands in line 2 already."),
    ],
)
def test_bad_products(row: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_products(f"name,category,price,net_mg,potency_bp\nSample Jar,,,,\n{row}\n")
    assert refused.value.sentence.startswith("Line 3: ")
    assert words in refused.value.sentence


def test_prices() -> None:
    assert read_prices('name,price\n"Rosin, 1 g","$1,038.50"\n') == [PriceRow("Rosin, 1 g", Money(103_850))]
    for bad, words in (
        ("Rosin,", "price: “” is not"),
        (",5", "name is empty"),
        ("Rosin,free", "price: “free” is not"),
    ):
        with pytest.raises(BadInput, match=f"Line 2: {words}"):
            read_prices(f"name,price\n{bad}\n")
