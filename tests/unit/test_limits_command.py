"""`limits check|explain|list|lint`: what is asked wrongly is told, and nothing is guessed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.composition.programmes import shipped_text
from tests.fixtures.command_line import Said
from tests.fixtures.limit_command import PLAIN, Limits, limits_command


@pytest.fixture
def limits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Limits:
    return limits_command(tmp_path, capsys)


def check(limits: Limits, *cases: object, text: str | bytes | None = None) -> Said:
    lines = "\n".join(json.dumps(each) for each in cases)
    return limits("check", "--cases", "FILE", "--json", text=lines if text is None else text)


def one(limits: Limits, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = check(limits, PLAIN | more).json["cases"][0]
    return found


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in PLAIN.items() if name != key}


def cart(**line: Any) -> dict[str, Any]:
    return {"cart": [{"category": "flower", "net_mg": 1} | line]}


def bought(**more: Any) -> dict[str, Any]:
    return {"history": [{"at": "2026-11-01T12:00", "items": []} | more]}


def patient(**more: Any) -> dict[str, Any]:
    return {"patient": more}


def order(**more: Any) -> dict[str, Any]:
    return patient(orders=[{"pool": "day", "from": "2026-01-01", "to": "2026-01-02", "amount": 1} | more])


WHOLE = "must be a whole number from 0 to 1,000,000,000,000,000"
TIME = "must be a time such as 2026-01-31T17:00"
DAY = "must be a date such as 2026-01-31"
FAR = "must lie between the years 1800 and 2899"
STATE = {"as_of": "2026-11-24T11:55", "available": {"day": 1}}

MARYLAND = {"programme": "us-md-medical"}
NO_WAY = "“flwer” is no way of stating it (flower, thc)."

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "certified for no allotment": (
        patient(certified={"dya": 1}),
        "Case C1, patient, certified: “dya” is no allotment of us-mi-medical (day, thirty).",
    ),
    "a share certified in one number": (
        MARYLAND | patient(certified={"allotment": 60_000}),
        "Case C1, patient, certified, allotment must be an object with some of flower, thc.",
    ),
    "a share certified in no known way": (
        MARYLAND | patient(certified={"allotment": {"flwer": 60_000}}),
        f"Case C1, patient, certified, allotment: {NO_WAY}",
    ),
    "an amount certified in ways": (
        patient(certified={"day": {"flower": 30_000}}), f"Case C1, patient, certified, day {WHOLE}.",
    ),
    "a state's figure for no allotment": (
        {"state": STATE | {"available": {"dya": 0}}},
        "Case C1, state, available: “dya” is no allotment of us-mi-medical",
    ),
    "a state's share in one number": (
        MARYLAND | {"state": STATE | {"available": {"allotment": 12_000}}},
        "Case C1, state, available, allotment must be an object with some of flower, thc.",
    ),
    "a state's share in no known way": (
        MARYLAND | {"state": STATE | {"available": {"allotment": {"flwer": 0}}}},
        f"Case C1, state, available, allotment: {NO_WAY}",
    ),
    "a state's amount in ways": (
        {"state": STATE | {"available": {"day": {"flower": 0}}}},
        "Case C1, state, available, day must be a whole number from -1,000,000,000,000,000 to",
    ),
    "an order for no allotment": (
        {"programme": "us-fl-medical"} | order(pool="smoking"),
        "Case C1, patient, order: “smoking” is no allotment of us-fl-medical (",
    ),
    "an order for an allotment without orders": (
        order(), "Case C1, patient, order: “day” is an allotment that goes by no order.",
    ),
    "no exemption of the programme": (
        patient(exemptions=[{"id": "terminal"}]),
        "Case C1, patient, exemption: “terminal” is no exemption of us-mi-medical.",
    ),
    "an unknown key": ({"colour": 1}, "Case C1: “colour” is not known."),
    "an unknown key of the patient": (patient(name="Sam"), "Case C1, patient: “name” is not known."),
    "an unknown key of the card": (patient(card={"number": 1}), "Case C1, patient, card: “number” is not known."),
    "an unknown key of an order": (order(note=1), "Case C1, patient, order: “note” is not known."),
    "an unknown key of an exemption": (
        patient(exemptions=[{"id": "a", "why": 1}]), "Case C1, patient, exemption: “why” is not known.",
    ),
    "an unknown key of a purchase": (bought(price=1), "Case C1, purchase 1: “price” is not known."),
    "an unknown key of a line": (cart(price=1), "Case C1, cart line 1: “price” is not known."),
    "an unknown key of the state": ({"state": STATE | {"x": 1}}, "Case C1, state: “x” is not known."),
    "a fraction": (cart(net_mg=1.5), f"Case C1, cart line 1: “net_mg” {WHOLE}."),
    "a fraction that is whole": (cart(net_mg=1.0), f"“net_mg” {WHOLE}."),
    "true": (cart(net_mg=True), f"“net_mg” {WHOLE}."),
    "below nought": (cart(net_mg=-1), f"“net_mg” {WHOLE}."),
    "a figure in words": (cart(net_mg="1"), f"“net_mg” {WHOLE}."),
    "more than anybody buys": (cart(net_mg=10**15 + 1), f"“net_mg” {WHOLE}."),
    "a list of figures": (cart(thc_mg=[1]), f"“thc_mg” {WHOLE}."),
    "a dose in words": (patient(daily_dose="ten"), f"Case C1, patient: “daily_dose” {WHOLE}."),
    "no category": ({"cart": [{"net_mg": 1}]}, "Case C1, cart line 1: “category” must be a text."),
    "an unknown category": (cart(category="cigar"), "“category” is “cigar”, which no programme knows."),
    "a category in a list": (cart(category=["flower"]), "“category” must be a text."),
    "a cart of words": ({"cart": "flower"}, "Case C1: “cart” must be a list."),
    "a line of words": ({"cart": ["flower"]}, "Case C1, cart line 1 must be an object."),
    "a cart that is null": ({"cart": None}, "Case C1: “cart” must be a list."),
    "a history in one": ({"history": {}}, "Case C1: “history” must be a list."),
    "an item in words": (bought(items=["flower"]), "Case C1, purchase 1, item 1 must be an object."),
    "an item of the past without its category": (
        bought(items=[{"net_mg": 1}]), "Case C1, purchase 1, item 1: “category” must be a text.",
    ),
    "a patient that is null": ({"patient": None}, "Case C1, patient must be an object."),
    "no time": ({"at": None}, f"Case C1: “at” {TIME}."),
    "a time in words": ({"at": "noon"}, f"Case C1: “at” {TIME}."),
    "a time as a number": ({"at": 20261124}, f"Case C1: “at” {TIME}."),
    "a day that is none": ({"at": "2026-02-30T12:00"}, f"Case C1: “at” {TIME}."),
    "an hour that is none": ({"at": "2026-02-03T25:00"}, f"Case C1: “at” {TIME}."),
    "a time that comes twice": (
        {"at": "2026-11-01T01:30"}, "Case C1: “at” comes twice in America/Detroit: it needs its offset.",
    ),
    "a purchase at a time that comes twice": (
        bought(at="2026-11-01T01:30"), "Case C1, purchase 1: “at” comes twice in America/Detroit: it needs its offset.",
    ),
    "an offset that is none": ({"at": "2026-02-03T12:00+25:00"}, f"Case C1: “at” {TIME}."),
    "the last year of all": ({"at": "9999-12-31T23:59"}, f"Case C1: “at” {FAR}."),
    "the first year of all": ({"at": "0001-01-01T00:00+14:00"}, f"Case C1: “at” {FAR}."),
    "a purchase of the first year": (bought(at="0001-01-01T00:00"), f"Case C1, purchase 1: “at” {FAR}."),
    "a purchase without a time": ({"history": [{"items": []}]}, f"Case C1, purchase 1: “at” {TIME}."),
    "a void at no time": (bought(void=5), f"Case C1, purchase 1: “void” {TIME}."),
    "a void before its sale": (bought(void="2026-11-01T11:59"), "Case C1, purchase 1: “void” lies before “at”."),
    "returned in words": (bought(returned="yes"), "Case C1, purchase 1: “returned” must be true or false."),
    "a receipt in figures": (bought(id=5), "Case C1, purchase 1: “id” must be a text."),
    "a purchase from nowhere": (bought(source="moon"), "“source” must be one of own, import, state."),
    "a purchase by nobody": (bought(by="aunt"), "“by” must be “patient” or “caregiver:…”."),
    "bought by nobody": ({"buyer": "aunt"}, "Case C1: “buyer” must be “patient” or “caregiver:…”."),
    "bought by no word": ({"buyer": ""}, "Case C1: “buyer” must be “patient” or “caregiver:…”."),
    "bought by null": ({"buyer": None}, "Case C1: “buyer” must be a text."),
    "a line that is half up": ({"link": "slow"}, "Case C1: “link” must be “up” or “down”."),
    "a key refused": ({"link": "refused"}, "Case C1: “link” must be “up” or “down”."),
    "a line of figures": ({"link": 1}, "Case C1: “link” must be a text."),
    "an unknown holder": (patient(holder="ghost"), "“holder” must be “resident” or “visitor”."),
    "a resident with a visitor's card": (
        patient(holder="resident", card={"kind": "visitor"}),
        "Case C1, patient: “holder” is “resident”, and the card is a visitor’s.",
    ),
    "a birth in words": (patient(birth_date="May"), f"Case C1, patient: “birth_date” {DAY}."),
    "a birth on no day": (patient(birth_date="2001-02-29"), f"“birth_date” {DAY}."),
    "a birth to come": (patient(birth_date="2026-11-25"), "Case C1, patient: “birth_date” lies after “at”."),
    "a birth with a time": (patient(birth_date="2001-02-28T10:00"), f"“birth_date” {DAY}."),
    "a birth as a number": (patient(birth_date=20010228), f"“birth_date” {DAY}."),
    "a birth beyond all": (patient(birth_date="9990-01-01"), f"Case C1, patient: “birth_date” {FAR}."),
    "a card from the end of time": (patient(card={"from": "9999-12-20"}), f"patient, card: “from” {FAR}."),
    "an exemption from the end of time": (
        {"programme": "us-nj-medical"} | patient(exemptions=[{"id": "terminal-or-hospice", "from": "9999-12-01"}]),
        f"patient, exemption: “from” {FAR}.",
    ),
    "a card in words": (patient(card="good"), "Case C1, patient, card must be an object."),
    "an exemption without its name": (patient(exemptions=[{}]), "patient, exemption: “id” must be a text."),
    "authorised in one word": (patient(authorisations="vape"), "“authorisations” must be a list."),
    "authorised in figures": (patient(authorisations=[1]), "“authorisations” must be a list of texts."),
    "certified in a list": (patient(certified=[1]), "Case C1, patient, certified must be an object."),
    "certified below nought": (patient(certified={"day": -1}), f"patient, certified, day {WHOLE}."),
    "certified in a fraction": (patient(certified={"day": 0.5}), f"patient, certified, day {WHOLE}."),
    "a share certified as nought": (
        MARYLAND | patient(certified={"allotment": {"thc": 0}}),
        "patient, certified, allotment, thc must be a whole number from 1 to",
    ),
    "an order that ends before it begins": (order(to="2025-01-01"), "needs “from”, “to” not before it, and “amount”."),
    "an order without an amount": (order(amount=None), "needs “from”, “to” not before it, and “amount”."),
    "an order without its end": (order(to=None), "needs “from”, “to” not before it, and “amount”."),
    "an order of no pool": (order(pool=""), "Case C1, patient, order: “pool” must be a text."),
    "an unknown zone": ({"store_zone": "Mars/Base"}, "“store_zone” is no time zone of this computer."),
    "a zone that is a path": ({"store_zone": "../../etc/passwd"}, "“store_zone” is no time zone of this computer."),
    "a zone of a nought sign": ({"store_zone": "\0"}, "“store_zone” is no time zone of this computer."),
    "a state without its time": ({"state": {"available": {}}}, f"Case C1, state: “as_of” {TIME}."),
    "a state without figures": ({"state": {"as_of": "2026-11-24T11:55"}}, "state, available must be an object."),
    "a state in halves": (
        {"state": STATE | {"available": {"day": 0.5}}},
        "state, available, day must be a whole number from -1,000,000,000,000,000 to 1,000,000,000,000,000.",
    ),
    "an expectation in words": ({"expect": "allowed"}, "Case C1: “expect” must be an object."),
    "no programme": ({"programme": ""}, "Case C1: “programme” must be a text."),
    "an unknown programme": ({"programme": "us-zz-medical"}, "There is no programme “us-zz-medical”."),
    "a programme in a list": ({"programme": ["us-mi-medical"]}, "Case C1: “programme” must be a text."),
}  # fmt: skip


@pytest.mark.parametrize(("more", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_a_case_that_cannot_be_read_says_why_and_the_others_go_on(
    limits: Limits, more: dict[str, Any], sentence: str
) -> None:
    said = check(limits, PLAIN | {"id": "C0"}, PLAIN | more, PLAIN | {"id": "C2"})
    assert (said.code, said.err) == (1, "")
    first, wrong, last = said.json["cases"]
    assert first["allowed"]
    assert (first["id"], last) == ("C0", first | {"id": "C2"})
    assert wrong["id"] == "C1"
    assert sentence in wrong["error"]
    assert (said.json["count"], said.json["unread"]) == (3, 1)
    told = limits("explain", "--case", "FILE", text=json.dumps(PLAIN | more))
    assert (told.code, sentence in told.err) == (1, True)


@pytest.mark.parametrize("key", ["programme", "at"])
def test_what_every_case_needs(limits: Limits, key: str) -> None:
    said = check(limits, without(key))
    assert (said.code, f"“{key}” must be a" in said.json["cases"][0]["error"]) == (1, True)


@pytest.mark.parametrize("key", ["patient", "history", "cart", "id"])
def test_what_a_case_may_leave_out(limits: Limits, key: str) -> None:
    said = check(limits, without(key))
    assert (said.code, said.json["cases"][0]["allowed"]) == (0, True)


@pytest.mark.parametrize("name", [None, {}, [], 7, True, ""])
def test_a_case_whose_name_is_none_is_refused_by_its_number(limits: Limits, name: Any) -> None:
    said = check(limits, PLAIN, PLAIN | {"id": name}, PLAIN | {"id": "C3"})
    first, wrong, last = said.json["cases"]
    assert (said.code, first["allowed"], last["allowed"], said.json["unread"]) == (1, True, True, 1)
    assert wrong == {"id": "number 2", "error": "Case number 2: “id” must be a text."}


def test_of_two_cases_of_one_name_the_second_is_refused_by_its_number(limits: Limits) -> None:
    said = check(limits, PLAIN, PLAIN | {"cart": []}, PLAIN | {"id": "C3"})
    first, wrong, last = said.json["cases"]
    assert (said.code, first["allowed"], last["allowed"], said.json["unread"]) == (1, True, True, 1)
    assert wrong == {"id": "number 2", "error": "Case number 2: “C1” is the id of a case before it, too."}


@pytest.mark.parametrize(
    ("expect", "sentence"),
    [
        ({"enough_at": "soon"}, "Case C1, expect: “enough_at” must be a time such as 2026-01-31T17:00."),
        ({"next_release_at": {"day": "soon"}}, "Case C1, expect: “next_release_at” must be a time such as"),
    ],
)
def test_an_expectation_that_is_none_stops_its_own_case_only(
    limits: Limits, expect: dict[str, Any], sentence: str
) -> None:
    said = check(limits, PLAIN | {"expect": expect}, PLAIN | {"id": "C2", "expect": {"allowed": False}})
    first, last = said.json["cases"]
    assert sentence in first["error"]
    assert (said.code, said.json["unread"], said.json["missed"], last["met"]) == (1, 1, 1, False)


LINE = json.dumps(PLAIN)
NEXT, THIRD = PLAIN | {"id": "C2"}, PLAIN | {"id": "C3"}
NOT_JSON = "Case number 1 is no JSON object on one line."
RAW: dict[str, tuple[str | bytes, str]] = {
    "a key twice": (LINE[:-1] + ', "at": "2026-01-01T12:00"}', "Case number 1: “at” stands there twice."),
    "a key twice deeper": (
        LINE.replace('"net_mg": 3500', '"net_mg": 3500, "net_mg": 1'), "Case number 1: “net_mg” stands there twice.",
    ),
    "a key twice in a list": (f'[{LINE[:-1]}, "at": "x"}}]', "Case number 1: “at” stands there twice."),
    "no number": (LINE.replace("3500", "NaN"), "Case number 1: NaN is no number."),
    "endless": (LINE.replace("3500", "-Infinity"), "Case number 1: -Infinity is no number."),
    "ten thousand digits": (LINE.replace("3500", "9" * 10_000), NOT_JSON),
    "nests": ("[" * 100_000, NOT_JSON),
    "nests over lines": ("[\n" * 100_000, NOT_JSON),
    "nests in a case": (LINE.replace("3500", "[" * 100_000 + "]" * 100_000), NOT_JSON),
    "words": ("hello", NOT_JSON),
    "half a case": (LINE[:-9], NOT_JSON),
    "a comma too many": (LINE[:-1] + ",}", NOT_JSON),
    "a list of words": ('["hello", 5, null]', "Case number 1 is no JSON object."),
    "a number": ("5", "Case number 1 is no JSON object."),
    "null": ("null", "Case number 1 is no JSON object."),
}  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), RAW.values(), ids=RAW.keys())
def test_what_is_no_case_is_told(limits: Limits, text: str | bytes, sentence: str) -> None:
    said = check(limits, text=text)
    assert (said.code, said.json["cases"][0]["error"]) == (1, sentence)


FORMS: dict[str, tuple[str | bytes, int]] = {
    "nothing": ("", 0),
    "empty lines": ("\n\r\n  \n", 0),
    "an empty list": ("[]", 0),
    "a mark at the beginning": (b"\xef\xbb\xbf" + LINE.encode(), 1),
    "lines of Windows": (f"{LINE}\r\n\r\n{json.dumps(NEXT)}\r\n", 2),
    "no line end": (LINE, 1),
    "one case over several lines": (json.dumps(PLAIN, indent=2), 1),
    "a list over several lines": (json.dumps([PLAIN, NEXT, THIRD], indent=2), 3),
    "a list on one line": (json.dumps([PLAIN, NEXT]), 2),
    "a list of one": (f"  [ {LINE} ]\n", 1),
    "a line of two words within a text": (json.dumps(PLAIN | {"why": "a\u2028b\u0085c"}, ensure_ascii=False), 1),
}  # fmt: skip


@pytest.mark.parametrize(("text", "count"), FORMS.values(), ids=FORMS.keys())
def test_the_forms_of_a_file(limits: Limits, text: str | bytes, count: int) -> None:
    said = check(limits, text=text)
    assert (said.code, said.json["count"], said.json["unread"]) == (0, count, 0)
    assert all(each["allowed"] for each in said.json["cases"])
    raw = text.encode() if isinstance(text, str) else text
    assert limits("check", "--cases", "-", "--json", stdin=raw).json == said.json


def test_a_file_that_is_none(limits: Limits, tmp_path: Path) -> None:
    for action in (("check", "--cases"), ("explain", "--case"), ("lint",)):
        said = limits(*action, str(tmp_path / "missing.jsonl"))
        assert (said.code, "missing.jsonl cannot be read: No such file" in said.err) == (1, True)
        said = limits(*action, str(tmp_path))
        assert (said.code, "cannot be read: Is a directory" in said.err) == (1, True)
        said = limits(*action, "FILE", text=b"\xff\xfe{")
        assert (said.code, "is no text in UTF-8." in said.err) == (1, True)


def test_cases_can_be_decided_by_a_pack_that_is_not_in_force_yet(limits: Limits, tmp_path: Path) -> None:
    shipped, _ = shipped_text("us-mi-medical")
    mine = tmp_path / "mine.toml"
    mine.write_text(shipped.replace("limit = 70873", "limit = 3499"), "utf-8")
    cases = "\n".join(
        json.dumps(PLAIN | {"id": each, "programme": each}) for each in ("us-mi-medical", "us-az-medical")
    )
    by_mine = limits("check", "--cases", "FILE", "--pack", str(mine), "--json", text=cases).json["cases"]
    shipped_ones = limits("check", "--cases", "FILE", "--json", text=cases).json["cases"]
    assert [each["refused_by"] for each in shipped_ones] == [[], []]
    assert [each["refused_by"] for each in by_mine] == [["limit:day"], []]
    explained = limits("explain", "--case", "FILE", "--pack", str(mine), text=json.dumps(PLAIN)).out
    assert "Over today’s limit by 0.001 g. [limit:day]" in explained
    said = limits("check", "--cases", "FILE", "--pack", str(tmp_path / "none.toml"), text=cases)
    assert (said.code, said.out, "none.toml cannot be read" in said.err) == (1, "", True)


def test_an_empty_file_explains_nothing(limits: Limits) -> None:
    said = limits("explain", "--case", "FILE")
    assert (said.code, said.out, "holds no case." in said.err) == (1, "", True)


@pytest.mark.parametrize(
    "words",
    [
        (), ("guess",), ("check",), ("check", "--cases"), ("explain",), ("explain", "--cases", "x"), ("lint",),
        ("list", "--on", "yesterday"), ("list", "--on", "2026-02-30"), ("check", "--cases", "a", "--loud"),
        ("lint", "a", "b"),
    ],
)  # fmt: skip
def test_wrong_words_end_with_64(limits: Limits, words: tuple[str, ...]) -> None:
    said = limits(*words)
    assert (said.code, said.out, bool(said.err)) == (64, "", True)


# -- times of a case -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "offset"),
    [
        ("2026-11-01T01:30-04:00", "-04:00"),
        ("2026-11-01T01:30-05:00", "-05:00"),
    ],
)
def test_a_time_that_comes_twice_is_the_one_that_it_says(limits: Limits, written: str, offset: str) -> None:
    """Told back with its offset: here as the moment of the state's figure."""
    found = one(limits, at="2026-11-01T12:00", state={"as_of": written, "available": {}}, link="down")
    assert found["state_as_of"] == f"2026-11-01T01:30{offset}"


def test_a_time_that_does_not_exist_is_read_an_hour_later(limits: Limits) -> None:
    found = one(limits, at="2026-03-08T12:00", state={"as_of": "2026-03-08T02:30", "available": {}})
    assert found["state_as_of"] == "2026-03-08T03:30"


def test_without_an_offset_it_is_the_programmes_time_whatever_the_shops(limits: Limits) -> None:
    told = {
        "state": {"as_of": "2026-11-24T11:50", "available": {"day": 70873}},
        "link": "up",
        "store_zone": "Pacific/Honolulu",
    }
    assert one(limits, **told)["state_as_of"] == "2026-11-24T11:50"
    assert one(limits, at="2026-11-24T17:00Z", **told)["basis"] == "state"
