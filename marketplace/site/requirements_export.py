"""Answers to requirements as text for a tender: Markdown, and rows for CSV."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.site.exports import Row
from marketplace.site.markdown_tables import link, plain, simulated_line, table
from marketplace.site.requirements import Answer, Answers, Requirement

COLUMNS = (
    "vendor",
    "product",
    "name",
    "vendor_name",
    "category",
    "lacks_count",
    "lacks",
    "meets",
    "certificates",
    "address",
)


def answer_rows(answers: Answers) -> Iterator[Row]:
    for one in answers.first:
        yield {
            "vendor": one.product.vendor.slug,
            "product": one.product.slug,
            "name": one.product.name,
            "vendor_name": one.product.vendor.name,
            "category": one.product.category,
            "lacks_count": len(one.lacks),
            "lacks": [lacking.identifier for lacking in one.lacks],
            "meets": [met.identifier for met in one.meets],
            "certificates": list(one.numbers),
            "address": one.product.get_absolute_url(),
        }


def answers_as_markdown(answers: Answers, *, address: str, host_url: str, day: str) -> str:
    """`address` is that of the page, `day` the date of what is said."""
    asked = "".join(_asked(one) for one in answers.asked)
    head = ("Product", "Vendor", "Lacks", "Certificates in force")
    rows = (_cells(one, host_url) for one in answers.first)
    return (
        f"# Requirements and who meets them\n\n{simulated_line()}"
        f"As of {day}, from <{address}>. What is only declared by a vendor meets nothing.\n\n"
        f"## Required\n\n{asked}\n"
        f"## Products\n\n{answers.complete} of {answers.some} lack nothing.\n\n"
        f"{table(head, rows)}"
    )


def _asked(one: Requirement) -> str:
    source = f" (guideline {plain(one.source)})" if one.source else ""
    return f"- `{one.identifier}`: {plain(one.words)}{source}\n"


def _cells(one: Answer, host_url: str) -> tuple[str, str, str, str]:
    return (
        link(one.product.name, f"{host_url}{one.product.get_absolute_url()}"),
        plain(one.product.vendor.name),
        ", ".join(f"`{lacking.identifier}`" for lacking in one.lacks) or "nothing",
        ", ".join(one.numbers) or "none",
    )
