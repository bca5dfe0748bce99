"""All scenarios and all tests of the kit, in the guideline's order of axes."""

from __future__ import annotations

from collections.abc import Mapping

from hallmark.kit.axes import (
    compute,
    identity,
    logins,
    network,
    operation,
    resilience,
    secret_keeping,
    services,
    storage,
    telemetry,
    tenancy,
)
from hallmark.kit.scenario import KitTest, Scenario

SCENARIOS: Mapping[str, Scenario] = {
    one.name: one
    for module in (
        identity,
        logins,
        tenancy,
        compute,
        network,
        secret_keeping,
        telemetry,
        operation,
        resilience,
    )
    for one in module.SCENARIOS
}

TESTS: Mapping[str, KitTest] = {
    one.capability: one
    for module in (
        identity,
        logins,
        tenancy,
        compute,
        network,
        storage,
        services,
        secret_keeping,
        telemetry,
        operation,
        resilience,
    )
    for one in module.TESTS
}
