"""Which listed clouds are shown to offer a service; and a release that a probe measured."""

from __future__ import annotations

import pytest

from certification.engine.probe import FACTS, ApiVersion, Probe, ProbedService, write_probe
from certification.models import Guideline
from certification.operations.sharing import share_run
from marketplace.site.integration_clouds import offers
from tests.certification.kit_runs import Lab, lab
from tests.factories import approved_by_two, document, imported
from tests.site.conftest import signed_in
from tests.site.market import Market
from tests.site.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def probe(nonce: str) -> bytes:
    return write_probe(
        Probe(
            prober_version="0.1.0",
            started="2026-11-21T15:00:00Z",
            ended="2026-11-21T15:00:09Z",
            services={
                "compute": ProbedService(
                    ("public",), (ApiVersion("2.1", "CURRENT", "2.1", "2.96"),)
                ),
                "load-balancer": ProbedService(("public",), (), "time-out"),
            },
            facts={},
            unknown=dict.fromkeys(sorted(FACTS), "absent"),
            nonce=nonce,
        )
    )


def certifying_nova() -> Guideline:
    tests = {f"demo.Tests.{name}": {"idempotent_id": f"id-{name}"} for name in ("a", "b")}
    body = {"demo-ability": {"description": "", "project": "nova", "tests": tests}}
    return approved_by_two(imported(document("2031.06", capabilities=body)).guideline)


def words(at: Lab) -> dict[str, str]:
    return {offer.axis: offer.words for offer in offers(at.rules)}


def test_certificates_and_public_probes_show_what_clouds_offer() -> None:
    at = lab()
    assert set(words(at).values()) == {"not known"}
    assert "Names" not in words(at)
    market = Market(guideline=certifying_nova())
    market.certified(market.release(market.product("Tarn Cloud")))
    market.release(market.product("Ostermoor", "public-cloud"))
    market.release(market.product("Quiet Cloud"))
    assert words(at)["Compute"] == "1 of 3, 33 per cent"
    nonce = at.nonce()
    run = at.run({"identity.v3_auth"}, nonce=nonce, probe=probe(nonce))
    assert words(at)["Compute"] == "1 of 3, 33 per cent"
    share_run(run=run, by=at.owner)
    found = words(at)
    assert found["Compute"] == "2 of 3, 67 per cent"
    assert found["Load balancing"] == "1 of 3, 33 per cent"
    assert found["Images"] == "not known"
    page = read(signed_in(at.owner).get(run.get_absolute_url()))
    assert "OpenStack Measured between 2024.1 Caracal and 2024.2 Dalmatian" in page.text
    assert "Load balancer time-out" in page.text
    product = read(signed_in(at.owner).get(at.release.product.get_absolute_url())).text
    assert "Measured between 2024.1 Caracal and 2024.2 Dalmatian Ostermoor" in product
