"""Answers to requirements as a PDF, for a tender that is read on paper."""

from __future__ import annotations

from django.conf import settings
from reportlab.platypus import Flowable, Spacer

from marketplace.site.pdf_sheets import (
    CELL,
    HEADING,
    SMALL,
    TITLE,
    WARNING,
    linked,
    paragraph,
    ruled,
    written,
)
from marketplace.site.requirements import Answer, Answers

#: On paper nobody reads further; the other files hold more.
PRODUCTS_MOST = 200
_SIMULATED = "Everything in this file is simulated. No certificate in it counts."


def answers_as_pdf(answers: Answers, *, address: str, host_url: str, day: str) -> bytes:
    """The same bytes for the same answers, address and `day` (the date of what is said)."""
    shown = answers.first[:PRODUCTS_MOST]
    story: list[Flowable] = [paragraph("Requirements and who meets them", TITLE), Spacer(0, 6)]
    if settings.DEMO:
        story += [paragraph(_SIMULATED, WARNING), Spacer(0, 4)]
    story += [
        paragraph(f"As of {day}. What is only declared by a vendor meets nothing."),
        linked(address, address, SMALL),
        paragraph("Required", HEADING),
        _required(answers),
        paragraph("Products", HEADING),
        paragraph(_sums(answers, len(shown))),
        Spacer(0, 4),
    ]
    if shown:
        story.append(
            ruled(
                ("Product", "Vendor", "Lacks", "Certificates in force"),
                [_cells(one, host_url) for one in shown],
                (28, 20, 32, 20),
            )
        )
    foot = f"Hallmark, requirements, {day}{', simulated' if settings.DEMO else ''}"
    return written("Requirements and who meets them", story, foot=foot)


def _required(answers: Answers) -> Flowable:
    rows = [
        (paragraph(one.identifier, CELL), paragraph(one.words, CELL), paragraph(one.source, CELL))
        for one in answers.asked
    ]
    return ruled(("Identifier", "What it asks", "Guideline"), rows, (30, 48, 22))


def _sums(answers: Answers, shown: int) -> str:
    sums = f"{answers.complete} of {answers.some} products that meet something lack nothing."
    if answers.some > shown:
        sums += (
            f" The {shown} that lack least are listed; the CSV file of the same answer has more."
        )
    return sums


def _cells(one: Answer, host_url: str) -> tuple[Flowable, ...]:
    return (
        linked(one.product.name, f"{host_url}{one.product.get_absolute_url()}"),
        paragraph(one.product.vendor.name, CELL),
        paragraph(", ".join(lacking.identifier for lacking in one.lacks) or "nothing", CELL),
        paragraph(", ".join(one.numbers) or "none", CELL),
    )
