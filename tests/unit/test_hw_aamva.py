"""AAMVA licences: versions, damage, traps, and what may be concluded."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.aamva import LONGEST, parse_aamva
from hardware.scanners.id_document import IdDocument, Unreadable

WORKED = "@\n\x1e\rANSI 636000100201DL00310054DLDAQT100\nDCSSAMPLE\nDACANN\nDADNONE\nDBB06061986\nDCGUSA\r"


def card(*elements: str, version: int = 10, issuer: str = "636000", kind: str = "DL", extra: str = "") -> str:
    """A well-formed licence; `extra` is a second subfile, `ZV` first two letters."""
    body = kind + "\n".join(elements) + "\r"
    count = 2 if extra else 1
    head_size = (19 if version == 1 else 21) + 10 * count
    if version == 1:
        head = f"@\n\x1e\rAAMVA{issuer}01{count:02d}"
    else:
        head = f"@\n\x1e\rANSI {issuer}{version:02d}01{count:02d}"
    entries = f"{kind}{head_size:04d}{len(body):04d}"
    if extra:
        entries += f"{extra[:2]}{head_size + len(body):04d}{len(extra):04d}"
    return head + entries + body + extra


def read(text: str | bytes) -> IdDocument:
    found = parse_aamva(text)
    assert isinstance(found, IdDocument), found
    return found


def reason(text: str | bytes) -> str:
    found = parse_aamva(text)
    assert isinstance(found, Unreadable), found
    return found.reason


def test_the_worked_example() -> None:
    assert len(WORKED) == 85
    found = read(WORKED)
    assert (found.version, found.issuer, found.kind) == (10, "636000", "DL")
    assert (found.number, found.family, found.given, found.middle) == ("T100", "SAMPLE", "ANN", None)
    assert (found.birth_date, found.country, found.expires) == (date(1986, 6, 6), "USA", None)
    assert read(WORKED.encode()) == found


def test_a_full_card() -> None:
    found = read(
        card(
            "DAQT100",
            "DCSSAMPLE",
            "DACANN",
            "DADMARIE",
            "DCUJR",
            "DBA12312030",
            "DBB06061986",
            "DBD01022020",
            "DBC2",
            "DAG12 SAMPLE ST",
            "DAHAPT 3",
            "DAISAMPLEVILLE",
            "DAJMI",
            "DAK480010000  ",
            "DCGUSA",
            "DDEN",
            "DDFT",
            "DDGN",
            version=8,
        )
    )
    assert (found.expires, found.issued, found.sex) == (date(2030, 12, 31), date(2020, 1, 2), "F")
    assert (found.street, found.street_2, found.city) == ("12 SAMPLE ST", "APT 3", "SAMPLEVILLE")
    assert (found.state, found.postal_code, found.suffix) == ("MI", "48001", "JR")
    assert (found.family_cut, found.given_cut, found.middle_cut) == (False, True, False)


@pytest.mark.parametrize("version", [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15])
def test_versions(version: int) -> None:
    assert read(card("DBB06061986", "DCSSAMPLE", version=version)).version == version


def test_version_one() -> None:
    found = read(card("DAASAMPLE,ANN,MARIE,JR", "DBB19860606", "DBC F".replace(" ", ""), "DAQT1", version=1))
    assert (found.birth_date, found.sex, found.number) == (date(1986, 6, 6), "F", "T1")
    assert (found.family, found.given, found.middle, found.suffix) == ("SAMPLE", "ANN", "MARIE", "JR")
    assert read(card("DABSAMPLE", "DACANN", "DBB19860606", version=1)).family == "SAMPLE"


def test_given_names_of_versions_two_and_three() -> None:
    for names in ("ANN,MARIE LOU", "ANN MARIE LOU"):
        found = read(card(f"DCT{names}", "DCSSAMPLE", "DBB06061986", version=3))
        assert (found.given, found.middle) == ("ANN", "MARIE LOU")


def test_canadian_dates_by_country_or_issuer() -> None:
    assert read(card("DBB19860607", "DCGCAN", "DCSSAMPLE")).birth_date == date(1986, 6, 7)
    assert read(card("DBB19860607", "DCSSAMPLE", issuer="636028")).birth_date == date(1986, 6, 7)
    assert reason(card("DBB06071986", "DCGCAN", "DCSSAMPLE")) == "birth-date"
    assert reason(card("DBB19860607", "DCGUSA", "DCSSAMPLE")) == "birth-date"


@pytest.mark.parametrize(
    ("elements", "wanted"),
    [
        (("DCSDACOSTA", "DACANN"), ("DACOSTA", "ANN", None)),
        (("DCSSAMPLE", "DAG12 DACULA DBB ROAD", "DACANN"), ("SAMPLE", "ANN", "12 DACULA DBB ROAD")),
        (("DCSDBB01011900", "DACANN"), ("DBB01011900", "ANN", None)),
    ],
)
def test_elements_are_read_only_where_one_begins(
    elements: tuple[str, ...], wanted: tuple[str, str, str | None]
) -> None:
    found = read(card(*elements, "DBB06061986"))
    assert (found.family, found.given, found.street) == wanted
    assert found.birth_date == date(1986, 6, 6)


def test_another_subfile_never_overrides() -> None:
    extra = "ZVZVA01\nDBB01011950\nDCSOTHER\r"
    found = read(card("DCSSAMPLE", "DBB06061986", extra=extra))
    assert (found.family, found.birth_date) == ("SAMPLE", date(1986, 6, 6))


@pytest.mark.parametrize("offset", ["0000", "0029", "0032", "9999"])
def test_wrong_offsets(offset: str) -> None:
    assert read(WORKED.replace("DL0031", "DL" + offset)).number == "T100"


def test_a_wrong_offset_with_a_second_subfile() -> None:
    text = card("DCSSAMPLE", "DBB06061986", extra="ZVZVA01\nDBB01011950\r").replace("DL0041", "DL0040")
    assert read(text).birth_date == date(1986, 6, 6)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\r", "\n"),
        lambda text: text.replace("\x1e", ""),
        lambda text: text.replace("\n", "\r").replace("\x1e", "\r"),
        lambda text: text.replace("@\n\x1e\r", "@"),
        lambda text: text.replace("@\n\x1e\r", ""),
        lambda text: text[:-1],
    ],
    ids=[
        "LF to CR LF",
        "LF to CR",
        "CR to LF",
        "RS lost",
        "RS to CR",
        "head joined",
        "head lost",
        "last CR lost",
    ],
)
def test_what_readers_do_to_separators(change: "object") -> None:
    assert callable(change)
    found = read(change(WORKED))
    assert (found.number, found.family, found.birth_date) == ("T100", "SAMPLE", date(1986, 6, 6))


def test_all_separators_lost() -> None:
    assert reason(WORKED.replace("\n", "").replace("\r", "").replace("\x1e", "")) == "separators-lost"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not-a-licence"),
        ("1A4060300002EE1000000123", "not-a-licence"),
        ("@\n\x1e\rANSI 63600010", "header"),
        ("@\n\x1e\rANSI 6360001002xx", "header"),
        ("@\n\x1e\rANSI 636000100201DL00", "header"),
        ("@\n\x1e\rANSI 636000100201ZV00310010ZVZVA01\nZVB\r", "no-subfile"),
        (card("DCSSAMPLE", "DACANN"), "birth-date"),
        (card("DCSSAMPLE", "DBB"), "birth-date"),
        (card("DCSSAMPLE", "DBBNONE"), "birth-date"),
        (card("DCSSAMPLE", "DBB02301986"), "birth-date"),
        (card("DCSSAMPLE", "DBB0606198"), "birth-date"),
        (card("DCSSAMPLE", "DBB00000000"), "birth-date"),
        (card("DCSSAMPLE", "DBB06061786"), "birth-date"),
        (card("DCSSAMPLE", "DBB06061986", "DBD01011980"), "birth-date"),
        (card("DCSSAMPLE", "DBB06061986", "DBB06061956"), "birth-date"),
        (card("DCSSAMPLE", "DBB06061986", "DBA13312030"), "date"),
        ("x" * (LONGEST + 1), "too-long"),
    ],
)
def test_unreadable(text: str, why: str) -> None:
    assert reason(text) == why


def test_never_anything_from_a_cut_licence() -> None:
    full = card("DAQT100", "DBB06061986", "DCSSAMPLE", "DACANN", "DBA12312030", extra="ZVZVA01\r")
    own = full.index("ZVZVA01")
    for text, whole in ((WORKED, len(WORKED) - 1), (full, own - 1)):
        for length in range(whole):
            assert isinstance(parse_aamva(text[:length]), Unreadable), length


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_data_is_read_or_refused(data: str | bytes) -> None:
    assert isinstance(parse_aamva(data), IdDocument | Unreadable)


@given(st.data())
def test_damage_never_makes_a_document_without_a_birth_date(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(WORKED) - 1))
    other = data.draw(st.characters(max_codepoint=0x7F))
    found = parse_aamva(WORKED[:at] + other + WORKED[at + 1 :])
    assert isinstance(found, Unreadable) or isinstance(found.birth_date, date)


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)))
def test_birth_dates_come_back(born: date) -> None:
    assert read(card(f"DBB{born:%m%d}{born.year:04d}", "DCSSAMPLE")).birth_date == born


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("06062004", date(2025, 6, 5), 20),
        ("06062004", date(2025, 6, 6), 21),
        ("02292004", date(2025, 2, 28), 20),
        ("02292004", date(2025, 3, 1), 21),
        ("02292004", date(2024, 2, 29), 20),
    ],
)
def test_age_in_full_years(born: str, day: date, age: int) -> None:
    assert read(card(f"DBB{born}", "DCSSAMPLE")).age_on(day) == age


def test_valid_through_the_printed_day() -> None:
    found = read(card("DBB06061986", "DCSSAMPLE", "DBA12312030"))
    assert found.valid_on(date(2030, 12, 31))
    assert not found.valid_on(date(2031, 1, 1))
    assert not read(WORKED).valid_on(date(2020, 1, 1)), "no printed day is not a valid one"


def test_names_are_compared_without_accents_and_hyphens() -> None:
    found = read(card("DBB06061986", "DCSSAMPLE-EXAMPLE", "DACANN", "DDFT"))
    assert found.names("Sample Éxample", "Annabel")
    assert not found.names("Sample", "Annabel")
    assert not found.names("Sample Example", "Bob")
    assert not read(card("DBB06061986", "DCSSAMPLE")).names("Sample", ""), "a missing name matches nobody"


def test_nothing_personal_in_repr() -> None:
    assert not any(part in repr(read(WORKED)) for part in ("SAMPLE", "ANN", "T100", "1986"))
