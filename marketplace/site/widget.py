"""The badge, ready to be pasted: picture, link and words in the languages of a vendor's own site.

The words beside the picture never say that something is certified: the picture changes when the
certificate does, the pasted words do not.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext

from marketplace.catalogue.models import Product
from marketplace.site.badges import HEIGHT

#: Letters with a meaning of their own in either language.
_MARKDOWN, _REST = "\\`*_[]<>!&", "\\`*_|"


@dataclass(frozen=True, slots=True)
class Snippet:
    """`where` says where such text is used."""

    name: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Widget:
    """`page` and `picture` are absolute addresses."""

    product: str
    page: str
    picture: str

    @property
    def alt(self) -> str:
        return gettext("Hallmark: how {product} stands today").format(product=self.product)

    def snippets(self) -> list[Snippet]:
        return [
            Snippet("HTML", gettext("for a web page"), self._html()),
            Snippet(gettext("Markdown"), gettext("for a README"), self._markdown()),
            Snippet(
                "reStructuredText", gettext("for documentation made with Sphinx"), self._rest()
            ),
            Snippet(
                gettext("Address of the picture"), gettext("for everything else"), self.picture
            ),
        ]

    def _html(self) -> str:
        """Text about HTML, to be escaped once more where a page shows it."""
        page, picture, alt = escape(self.page), escape(self.picture), escape(self.alt)
        return f'<a href="{page}"><img src="{picture}" alt="{alt}" height="{HEIGHT}"></a>'

    def _markdown(self) -> str:
        alt = _quoted(self.alt, _MARKDOWN)
        return f"[![{alt}]({self.picture})]({self.page})"

    def _rest(self) -> str:
        lines = (
            f".. image:: {self.picture}",
            f"   :target: {self.page}",
            f"   :alt: {_quoted(self.alt, _REST)}",
        )
        return "\n".join(lines)


def widget_of(product: Product, host: str) -> Widget:
    picture = reverse("badge", args=[product.vendor.slug, product.slug])
    return Widget(product.name, host + product.get_absolute_url(), host + picture)


def _quoted(text: str, special: str) -> str:
    return "".join(f"\\{letter}" if letter in special else letter for letter in text)
