"""The badge for a vendor's own site: what the product's certificate says, and whether it stands.

It depends on stored state alone, so that anybody who asks gets the same bytes (trust.md S27).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from certification.queries import Standing, StandingCertificate, certificates_of_product, leading
from marketplace.catalogue.models import Product
from marketplace.site.certificate_wording import what_is_certified
from marketplace.site.seal import CANCEL, INK, drawn, seal_of

HEIGHT, SEAL_PX, PADDING = 36, 28, 8
LINE_PX = 6.2  # the mean width of a letter at 11 px
_MUTE = "#56636a"


@dataclass(frozen=True, slots=True)
class Badge:
    """`words` stand beside the seal, in two lines."""

    product: Product
    one: StandingCertificate

    @property
    def words(self) -> tuple[str, str]:
        certificate = self.one.certificate
        demo = "demo, " if settings.DEMO else ""
        if not self.one.in_force:
            return f"Hallmark: {self.one.standing.value}", f"{demo}not certified"
        return (
            f"Hallmark {what_is_certified(self.one)}",
            f"{demo}{certificate.assurance}, release {certificate.release.version}",
        )

    def to_document(self) -> dict[str, Any]:
        """Plain JSON data. What is not in force carries no target and no end."""
        certificate = self.one.certificate
        facts: dict[str, Any] = {
            "vendor": self.product.vendor.slug,
            "product": self.product.slug,
            "demo": settings.DEMO,
            "certified": self.one.in_force,
            "standing": self.one.standing.value,
            "words": ", ".join(self.words),
            "certificate": certificate.number,
            "certificate_url": settings.PUBLIC_URL + certificate.get_absolute_url(),
        }
        if self.one.in_force:
            facts |= {
                "release": certificate.release.version,
                "target": certificate.target,
                "guideline": certificate.guideline.document_id,
                "assurance": certificate.assurance,
                "valid_until": certificate.valid_until.isoformat(),
            }
        return facts

    def to_svg(self) -> SafeString:
        first, second = self.words
        text = max(len(first), len(second)) * LINE_PX
        left = PADDING + SEAL_PX + PADDING
        width = round(left + text + PADDING)
        return format_html(
            '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" '
            'viewBox="0 0 {w} {h}" role="img" aria-label="{label}"><title>{label}</title>'
            '<rect x=".5" y=".5" width="{inner_w}" height="{inner_h}" fill="#ffffff" '
            'stroke="{colour}"/>'
            '<g transform="translate({padding} {seal_top})">{seal}</g>'
            '<g font-family="Verdana, DejaVu Sans, sans-serif" font-size="11" fill="{colour}">'
            '<text x="{left}" y="15" font-weight="bold" textLength="{first_w}" '
            'lengthAdjust="spacingAndGlyphs">{first}</text>'
            '<text x="{left}" y="28" textLength="{second_w}" '
            'lengthAdjust="spacingAndGlyphs">{second}</text></g></svg>',
            w=width,
            h=HEIGHT,
            inner_w=width - 1,
            inner_h=HEIGHT - 1,
            label=f"{first}, {second}",
            colour=self._colour,
            padding=PADDING,
            seal_top=(HEIGHT - SEAL_PX) // 2,
            seal=drawn(seal_of(self.one), SEAL_PX),
            left=left,
            first=first,
            first_w=round(len(first) * LINE_PX),
            second=second,
            second_w=round(len(second) * LINE_PX),
        )

    @property
    def _colour(self) -> str:
        if self.one.in_force:
            return INK
        return CANCEL if self.one.standing in (Standing.REVOKED, Standing.SUSPENDED) else _MUTE


def badge_of(product: Product) -> Badge | None:
    """None for a product that was never certified: what is only listed gets no badge."""
    lead = leading(certificates_of_product(product))
    return Badge(product, lead) if lead else None
