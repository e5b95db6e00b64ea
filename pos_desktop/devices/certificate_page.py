"""The certificate of a day on paper (PDF), drawn from the very document that lies beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from pos_desktop.domain.money import Money

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

_INK, _GREY, _LINE = "#1c1c1c", "#5a5a5a", "#c8c8c8"
_MARGIN = 54
_PADDING = 6
"""What the frame of a page keeps free inside its margins."""
_LEFT = _MARGIN + _PADDING
_BODY_WIDTH = 612 - 2 * _LEFT
_NO_DEADLINE = "no deadline is set"


def certificate_pdf(certificate: Mapping[str, Any], digest: str) -> bytes:
    """Letter size, as many pages as the list needs; equal input gives equal bytes."""
    from reportlab.lib.pagesizes import LETTER
    from reportlab.platypus import SimpleDocTemplate

    made = BytesIO()
    document = SimpleDocTemplate(
        made,
        pagesize=LETTER,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=72,
        title=f"Day certificate {certificate['date']}",
        author=_plain(certificate["program"]),
        invariant=1,
    )

    def foot(canvas: Canvas, page: Any) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(_GREY)
        canvas.drawString(_LEFT, 44, f"SHA-256 of the JSON file of this certificate: {digest}")
        canvas.drawString(_LEFT, 32, _plain(f"{certificate['program']}, read {certificate['read_at']}"))
        canvas.drawRightString(_LEFT + _BODY_WIDTH, 32, f"Page {page.page}")
        canvas.restoreState()

    document.build(_story(certificate), onFirstPage=foot, onLaterPages=foot)
    return made.getvalue()


def _story(certificate: Mapping[str, Any]) -> list[Flowable]:
    from reportlab.platypus import Paragraph, Spacer

    heading, verdict, words = _styles()
    story: list[Flowable] = [
        Paragraph("Day certificate", heading),
        Paragraph(_text(certificate["store"] or "Store without a name"), words),
        Spacer(1, 14),
        Paragraph(_text(certificate["sentence"]), verdict),
    ]
    if not certificate["day_over"]:
        story.append(Paragraph("The day was not over when this was read.", words))
    story += [Spacer(1, 12), _facts(_facts_of(certificate))]
    if certificate["open"]:
        story += [Spacer(1, 16), Paragraph("<b>Not settled</b>", words), Spacer(1, 4)]
        story.append(_open_list(certificate["open"]))
    return story


def _facts_of(certificate: Mapping[str, Any]) -> list[tuple[str, str]]:
    sales = certificate["sales"]
    numbers = f"{sales['first']} to {sales['last']}" if sales["made"] else "none"
    return [
        ("Business day", f"{certificate['date']} ({certificate['zone']})"),
        ("License", certificate["license"]),
        ("Register", certificate["register"]),
        ("Sales made", f"{sales['made']:,}, of which voided: {sales['voided']:,}"),
        ("First and last number", numbers),
        ("Total of sales, before tax", _amount(sales["total_cents"])),
        ("Reported to the state", f"{sales['reported']:,} of {sales['in_force']:,}"),
        ("Total reported, before tax", _amount(sales["reported_cents"])),
        ("Sales of other registers", f"{certificate['other_registers']:,}"),
        ("State read at", certificate["read_at"]),
        ("Program", certificate["program"]),
        ("Rules", certificate["pack"]),
    ]


def _amount(cents: int | None) -> str:
    return "told once the till is counted" if cents is None else str(Money(cents))


def _facts(facts: Sequence[tuple[str, str]]) -> Flowable:
    from reportlab.platypus import Paragraph, Table

    _, _, words = _styles()
    rows = [[Paragraph(_text(name), words), Paragraph(_text(value), words)] for name, value in facts]
    return Table(rows, colWidths=(160, _BODY_WIDTH - 160), style=_grid())


def _open_list(entries: Sequence[Mapping[str, Any]]) -> Flowable:
    from reportlab.platypus import Paragraph, Table

    _, _, words = _styles()
    rows = [
        [Paragraph(f"<b>{name}</b>", words) for name in ("Sale or receipt", "Why, and what to do", "By when")]
    ]
    for each in entries:
        fields = f" ({', '.join(each['fields'])})" if each["fields"] else ""
        rows.append(
            [
                Paragraph(f"{_text(each['what'])}<br/>{_text(each['class'])}{_text(fields)}", words),
                Paragraph(_text(f"{each['cause']} {each['to_do']}".strip()), words),
                Paragraph(_text(_minute(each["due"]) or _NO_DEADLINE), words),
            ]
        )
    return Table(rows, colWidths=(130, _BODY_WIDTH - 240, 110), repeatRows=1, style=_grid())


def _grid() -> Any:
    from reportlab.platypus import TableStyle

    return TableStyle(
        [
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ]
    )


def _styles() -> tuple[ParagraphStyle, ParagraphStyle, ParagraphStyle]:
    """Heading, verdict, words."""
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    words = ParagraphStyle(
        "words", fontName="Helvetica", fontSize=9.5, leading=12.5, textColor=HexColor(_INK)
    )
    heading = ParagraphStyle("heading", parent=words, fontName="Helvetica-Bold", fontSize=20, leading=25)
    verdict = ParagraphStyle("verdict", parent=words, fontName="Helvetica-Bold", fontSize=13, leading=17)
    return heading, verdict, words


def _minute(moment: str | None) -> str:
    """An ISO time to the minute; the zone stands above."""
    return "" if moment is None else moment[:16].replace("T", " ")


def _text(value: object) -> str:
    return escape(_plain(str(value)))


def _plain(value: str) -> str:
    """The page's own fonts know the signs of Western Europe; others, which only a name can hold, become marks."""
    return value.replace("\N{MINUS SIGN}", "-").encode("cp1252", "replace").decode("cp1252")
