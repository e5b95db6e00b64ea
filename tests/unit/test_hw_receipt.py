"""Receipts: what stands where, and that nothing typed by a person becomes a command."""

import importlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.emulators.escpos_stream import Ask, Cut, Interpreter, Pulse, Unknown
from hardware.emulators.paper import InkLine, InkQr
from hardware.printers.cells import PC437, PC858, WPC1252, CodePage, clean, width, wrap
from hardware.printers.escpos_encode import Cut as CutKind
from hardware.printers.escpos_encode import EscPosEncoder
from hardware.printers.layout import Line, lay_out, plain_text
from hardware.printers.receipt import (
    Align,
    Blank,
    Money,
    Pair,
    Qr,
    ReceiptDoc,
    Row,
    Rule,
    Text,
    dollars,
)

DOC = ReceiptDoc(
    (
        Text("Sample Provisioning", Align.CENTER, bold=True, double=True),
        Rule(),
        Pair("Sample Flower 3.5 g with a name that is far too long for one line", "$35.00"),
        Text("  1 x 1A4060300002EE1000000123"),
        Money("Subtotal", 3500),
        Money("Total", 3500, bold=True, double=True),
        Blank(),
        Qr("SAMPLE-0017"),
        Text("Keep out of reach of children.", Align.RIGHT),
    )
)

PLAIN = """\
           Sample Provisioning
------------------------------------------
Sample Flower 3.5 g with a name     $35.00
that is far too long for one line
  1 x 1A4060300002EE1000000123
Subtotal                            $35.00
Total                               $35.00

              [SAMPLE-0017]
            Keep out of reach of children.
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("escpos")


def printed(job: bytes, columns: int = 42) -> list[object]:
    """Everything that a printer would do with these bytes."""
    head, found = Interpreter(columns), []
    while job:
        events, size = head.take(job)
        assert size, f"a command is cut: {job[:20]!r}"
        found += events
        job = job[size:]
    return list(found)


def test_plain_text() -> None:
    assert plain_text(DOC) == PLAIN


def test_a_copy_says_so() -> None:
    assert plain_text(DOC.as_copy()).startswith("               *** COPY ***\n")
    assert "COPY" not in plain_text(DOC)


def test_the_job_begins_with_a_reset_and_its_page_and_ends_with_a_cut(cache: Path) -> None:
    job = EscPosEncoder(cache_dir=cache).encode(DOC)
    assert job.startswith(b"\x1b@\x1bt\x10")
    assert job.endswith(b"\x1dVB\x03")
    assert job.count(b"\x1bt") == 1, "the code page is never left"
    full = EscPosEncoder(cut=CutKind.FULL, cache_dir=cache).encode(DOC)
    assert full.endswith(b"\x1dVA\x03")


def test_bytes_and_plain_text_say_the_same(cache: Path) -> None:
    events = printed(EscPosEncoder(cache_dir=cache).encode(DOC))
    lines = [event.text(42) for event in events if isinstance(event, InkLine)]
    words = [" ".join(line.split()) for line in lines if line]
    wanted = [" ".join(line.split()) for line in PLAIN.splitlines() if line and "[" not in line]
    assert words == wanted
    assert [event.data for event in events if isinstance(event, InkQr)] == [b"SAMPLE-0017"]


def test_the_qr_bytes_are_those_of_the_manual(cache: Path) -> None:
    job = EscPosEncoder(cache_dir=cache).encode(ReceiptDoc((Qr("ABC", size=4),)))
    manual = "1d286b0400314132 00 1d286b0300314304 1d286b0300314530 1d286b0600315030414243 1d286b0300315130"
    assert bytes.fromhex(manual.replace(" ", "")) in job


def test_styles_are_always_taken_back(cache: Path) -> None:
    events = printed(EscPosEncoder(cache_dir=cache).encode(DOC))
    lines = [event for event in events if isinstance(event, InkLine)]
    assert lines[0].runs[0].bold
    assert lines[0].runs[0].wide == 2
    assert not any(run.bold or run.wide > 1 for run in lines[1].runs)


@pytest.mark.parametrize(
    ("page", "text", "bytes_"),
    [
        (WPC1252, "€ é ½ “x” –", b"\x80 \xe9 \xbd \x93x\x94 \x96"),
        (PC858, "€ é ½ “x” –", b'\xd5 \x82 \xab "x" -'),
        (PC437, "€ é ™ Ł", b"EUR \x82 (TM) L"),
        (WPC1252, "漢字 😀 ć", b"?? ? c"),
    ],
)
def test_letters_that_the_page_lacks(page: CodePage, text: str, bytes_: bytes, cache: Path) -> None:
    job = EscPosEncoder(page=page, cache_dir=cache).encode(ReceiptDoc((Text(text),)))
    assert bytes_ + b"\n" in job


def test_dollars() -> None:
    assert [dollars(cents) for cents in (0, 5, 123450, -5, -100)] == [
        "$0.00",
        "$0.05",
        "$1,234.50",
        "-$0.05",
        "-$1.00",
    ]


def test_a_price_with_no_room_beside_it_gets_its_own_line() -> None:
    doc = ReceiptDoc((Pair("Name", "R" * 50),))
    assert plain_text(doc, 32) == f"Name\n{'R' * 32}\n{' ' * 14}{'R' * 18}\n"


def test_too_narrow_paper_is_refused() -> None:
    with pytest.raises(ValueError, match="16 columns"):
        plain_text(DOC, 15)


def test_too_much_for_a_code_is_refused(cache: Path) -> None:
    with pytest.raises(ValueError, match="QR"):
        EscPosEncoder(cache_dir=cache).encode(ReceiptDoc((Qr("x" * 2001),)))


ANY_TEXT = st.text(max_size=90) | st.text(
    alphabet="\x00\x07\x0a\x0d\x10\x14\x1b\x1d\x04\x01p@ab", max_size=40
)
ROWS = st.one_of(
    st.builds(Text, ANY_TEXT, st.sampled_from(Align), st.booleans(), st.booleans()),
    st.builds(Pair, ANY_TEXT, ANY_TEXT, st.booleans(), st.booleans()),
    st.builds(Money, ANY_TEXT, st.integers(-(10**12), 10**12), st.booleans(), st.booleans()),
    st.builds(Rule, ANY_TEXT),
    st.builds(Qr, ANY_TEXT, st.integers(-3, 40)),
)
DOCS = st.builds(lambda rows: ReceiptDoc(tuple(rows)), st.lists(ROWS, max_size=6))


@given(DOCS, st.sampled_from([16, 32, 42, 48]))
def test_no_row_is_longer_than_the_paper(doc: ReceiptDoc, columns: int) -> None:
    for item in lay_out(doc, columns, WPC1252):
        if isinstance(item, Line):
            assert width(item.text) * (2 if item.double else 1) <= columns
    assert all(width(line) <= columns for line in plain_text(doc, columns).splitlines())


@given(DOCS)
def test_the_printer_prints_and_does_nothing_else(doc: ReceiptDoc) -> None:
    events = printed(EscPosEncoder().encode(doc))
    assert not any(isinstance(event, Pulse | Ask | Unknown) for event in events)
    assert sum(isinstance(event, Cut) for event in events) == 1
    for event in events:
        if isinstance(event, InkLine):
            assert event.cells <= 42


@given(DOCS)
def test_no_control_byte_comes_from_data(doc: ReceiptDoc) -> None:
    for item in lay_out(doc, 42, WPC1252):
        text = item.text if isinstance(item, Line) else item.data
        assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in text)


@given(ANY_TEXT)
def test_cleaned_text_is_one_byte_a_letter(text: str) -> None:
    safe = clean(text, WPC1252)
    encoded = safe.encode("cp1252")
    assert len(encoded) == len(safe) == width(safe)
    assert all(byte >= 0x20 and byte != 0x7F for byte in encoded)


@given(ANY_TEXT, st.integers(4, 48))
def test_wrapping_loses_no_letter(text: str, room: int) -> None:
    safe = clean(text, WPC1252)
    lines = wrap(safe, room)
    assert "".join("".join(lines).split()) == "".join(safe.split())
    assert all(width(line) <= room for line in lines)


ATTACK: tuple[Row, ...] = (Text("Sample \x1bp\x00\x19\xfa Patient"), Qr("\x1bp\x00\x19\xfa"))


def test_a_name_cannot_open_the_drawer(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = EscPosEncoder(cache_dir=cache)
    doc = ReceiptDoc(ATTACK)
    assert not any(isinstance(event, Pulse) for event in printed(encoder.encode(doc)))
    layout = importlib.import_module("hardware.printers.layout")
    monkeypatch.setattr(layout, "clean", lambda text, page=None: text)
    monkeypatch.setattr(layout, "wrap", lambda text, room: [text])
    monkeypatch.setattr(layout, "width", len)
    unclean = printed(encoder.encode(doc))
    assert any(isinstance(event, Pulse) for event in unclean), "the test can see the fault it guards against"
