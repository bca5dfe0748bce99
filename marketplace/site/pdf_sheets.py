"""What our PDF files have in common: text that their fonts can write, paragraphs, tables, pages.

Only the fonts that every reader of PDF has are used, so the files stay small and nothing is
embedded. Those know the letters of Latin-1 and little more; what they lack is written with its
base letter (`ő` as `o`) or as a question mark, never as a black box. The same input gives the same
bytes: ReportLab's `invariant` leaves out times and random ids.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table

MEDIA_TYPE = "application/pdf"
MARGIN = 18 * mm
#: ReportLab's frames keep 6 points on each side.
WIDTH = A4[0] - 2 * MARGIN - 12
#: Letters that have no base letter by themselves.
_ALONE = {"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h"}
#: Of the standard fonts of PDF: WinAnsiEncoding, which Python calls cp1252.
_ENCODING = "cp1252"
_INK, _MUTED, _RULE = colors.HexColor("#11181b"), colors.HexColor("#465258"), "#ced6d9"

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9, leading=12, textColor=_INK)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8, leading=10.5, textColor=_MUTED)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=8, leading=10)
HEAD_CELL = ParagraphStyle("head", parent=CELL, textColor=_MUTED)
WARNING = ParagraphStyle("warning", parent=BODY, fontName="Helvetica-Bold")
TITLE = ParagraphStyle("title", parent=BODY, fontName="Times-Roman", fontSize=20, leading=24)
HEADING = ParagraphStyle(
    "heading", parent=TITLE, fontSize=13, leading=16, spaceBefore=10, spaceAfter=4
)


def writable(text: str) -> str:
    """On one line, with nothing that the fonts lack."""
    return "".join(map(_writable, " ".join(text.split())))


def _writable(character: str) -> str:
    if _known(character):
        return character
    base = _ALONE.get(character) or unicodedata.normalize("NFKD", character)
    kept = "".join(one for one in base if not unicodedata.combining(one))
    return kept if kept and _known(kept) else "?"


def _known(text: str) -> bool:
    try:
        text.encode(_ENCODING)
    except UnicodeEncodeError:
        return False
    return text.isprintable()


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """Plain text: what ReportLab takes for markup (`<img src=...>` reads a file) stays text."""
    return Paragraph(escape(writable(text)), style)


def linked(text: str, address: str, style: ParagraphStyle = CELL) -> Paragraph:
    """`address` is ours."""
    words = escape(writable(text))
    return Paragraph(f"<a href={quoteattr(address)} color='#28409c'>{words}</a>", style)


def ruled(
    head: Sequence[str], rows: Iterable[Sequence[Flowable]], shares: Sequence[float]
) -> Table:
    """Breaks across pages, between rows, with its head on each; `shares` of the width, in per
    cent."""
    lines: list[list[Flowable]] = [[paragraph(words, HEAD_CELL) for words in head]]
    lines += [list(row) for row in rows]
    table = Table(lines, colWidths=[WIDTH * share / 100 for share in shares], repeatRows=1)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, colors.HexColor(_RULE)),
        ]
    )
    return table


def written(title: str, story: list[Flowable], *, foot: str) -> bytes:
    """A4. `foot` stands below each page, with the page's number."""

    def _foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(_MUTED)
        canvas.drawString(MARGIN, 10 * mm, writable(foot))
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, f"Page {document.page}")
        canvas.restoreState()

    file = BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=writable(title),
        author="Hallmark",
        lang="en",
        invariant=1,
    )
    document.build(story, onFirstPage=_foot, onLaterPages=_foot)
    return file.getvalue()
