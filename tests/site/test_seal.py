"""The grammar of the seal: each part of the drawing says one fact."""

from __future__ import annotations

from itertools import product
from xml.etree import ElementTree

import pytest

from certification.models import Certificate
from certification.queries import Standing
from marketplace.catalogue.models import Programme
from marketplace.site.engraving import GLYPHS, Lettering
from marketplace.site.seal import Seal, drawn

Assurance = Certificate.Assurance
SIZES = (24, 48, 72, 160)


def seal(**changes: object) -> Seal:
    facts: dict[str, object] = {
        "programme": Programme.POWERED,
        "target": "platform",
        "version": "2026.11",
        "assurance": Assurance.LIVE,
        "standing": Standing.IN_FORCE,
        "certificate_number": "HM-2026-004217",
    }
    return Seal(**(facts | changes))  # type: ignore[arg-type] # any of the fields


@pytest.mark.parametrize("size", SIZES)
def test_every_seal_is_well_formed_and_unlike_the_others(size: int) -> None:
    drawings = set()
    targets = {
        Programme.POWERED: ("platform", "compute", "object", "dns"),
        Programme.INTEGRATED: ("connected", "integrated", "native"),
    }
    for programme, target in [(p, t) for p, found in targets.items() for t in found]:
        for assurance, standing in product(Assurance, (Standing.IN_FORCE, Standing.EXPIRED)):
            svg = drawn(
                seal(programme=programme, target=target, assurance=assurance, standing=standing),
                size,
            )
            root = ElementTree.fromstring(svg)
            assert root.get("width") == root.get("height") == str(size)
            drawings.add(svg)
    assert len(drawings) == 7 * 3 * 2


@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize("size", SIZES)
def test_the_field_is_solid_in_force_only_and_barred_when_revoked(
    size: int, standing: Standing
) -> None:
    svg = drawn(seal(standing=standing), size)
    assert ('class="rev"' in svg) == (standing in (Standing.IN_FORCE, Standing.EXPIRING))
    assert ('class="cancel"' in svg) == (standing is Standing.REVOKED)


def test_the_label_says_all_in_words() -> None:
    assert seal().label == "Hallmark: Powered programme, Platform, guideline 2026.11, live"
    assert seal(standing=Standing.REVOKED).label.endswith(", live, revoked")
    odd = drawn(seal(version='"<&'), 24)
    assert ElementTree.fromstring(odd).get("aria-label") == seal(version='"<&').label


def test_cells_say_target_and_level() -> None:
    assert seal(target="compute").cells == (True, False)
    assert seal(target="object").cells == (False, True)
    assert seal(target="dns").cells == ()
    assert seal(programme=Programme.INTEGRATED, target="integrated").cells == (True, True, False)


def test_lettering_is_as_wide_as_its_glyphs_and_leaves_unknown_ones_out() -> None:
    assert Lettering("HI", 10, 3).width == GLYPHS["H"][0] + 3
    assert Lettering("hi", 5, 3).width == Lettering("HI", 10, 3).width / 2
    assert Lettering("H☃i", 10, 3).width == Lettering("HI", 10, 3).width
    assert Lettering("", 10).width == 0
