"""The kit over the fake cloud: the reference product passes what a careful product should."""

from __future__ import annotations

from pathlib import Path

import pytest

from hallmark.kit.tests import TESTS
from tests.kit.laboratory import laboratory, try_out

pytestmark = [
    pytest.mark.filterwarnings("ignore::openstack.warnings.RemovedInSDK50Warning"),
    pytest.mark.filterwarnings("ignore::openstack.warnings.RemovedInSDK60Warning"),
]

# What cannot pass here, and why.
OUT_OF_REACH = {
    "identity.federation": "the fake cloud has no identity provider",
    "network.address_modes": "takes two runs",
    "telemetry.alarms": "the product has no service that runs on and could be called",
    "events.react": "takes a minute of watching",
    "dashboard.catalog": "the product has no API of its own",
    "dashboard.panel": "takes a person",
    "ops.upgrade": "takes two runs",
    "ops.cloud_upgrade": "takes two runs",
}
LIFE = frozenset(name for name, test in TESTS.items() if test.scenario == "life" and not test.also)
# What the resilience of a product stands on; the other scenarios take long together.
CORE = frozenset(
    {
        "identity.reauth",
        "identity.tls_verify",
        "ops.request_ids",
        "quota.exceeded",
        "resilience.pagination",
        "resilience.partial",
        "resilience.retry",
    }
)


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param(LIFE, id="life"),
        pytest.param(CORE, id="core"),
        pytest.param(
            frozenset(TESTS) - LIFE - CORE | {"identity.v3_auth"}, id="rest", marks=pytest.mark.long
        ),
    ],
)
def test_reference_product_passes(tests: frozenset[str], in_fake_cloud: Path) -> None:
    # A plain run beside the others: some conditions hold only where there is one.
    tried = sorted((tests | {"tenancy.region"}) - OUT_OF_REACH.keys())
    with laboratory(in_fake_cloud) as lab:
        result = try_out(lab, tried)
    assert {name: result.reasons[name] for name in tried if name not in result.passed} == {}
