"""On an IPv6-only subnet means on nothing else."""

from __future__ import annotations

import pytest

from hallmark.kit.axes import network
from hallmark.kit.inventory import EMPTY
from hallmark.kit.trace import NotMet, NotTestable, Trace
from hallmark.kit.verbs import Ended
from tests.hallmark.kit.seen import inventory, ran, resource, trace


def _with_addresses(*versions: int, ports: int = 1) -> Trace:
    addresses = {f"net-{one}": [{"version": one, "addr": "::"}] for one in versions}
    cycle = (ran("install"), ran("create"), ran("list"), ran("remove"))
    server = resource("server", "s", addresses=addresses)
    seen = trace(*cycle, before=EMPTY, created=inventory(server))
    seen.notes["on it"] = ports
    return seen


def test_servers_with_ipv6_alone() -> None:
    assert network._on_six(_with_addresses(6))


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (_with_addresses(4, 6), "IPv4 address too: server s"),
        (_with_addresses(6, ports=0), "nothing of the product"),
    ],
)
def test_servers_elsewhere(seen: Trace, reason: str) -> None:
    with pytest.raises(NotMet, match=reason):
        network._on_six(seen)


def test_a_product_that_failed_there_is_not_excused() -> None:
    seen = _with_addresses(6)
    seen.looks["created"] = EMPTY
    seen.runs["create"] = ran("create", Ended.FAILED, problem="exit status 1")

    with pytest.raises(NotMet, match="create failed"):
        network._on_six(seen)


def test_a_product_that_is_on_no_network() -> None:
    seen = _with_addresses(6)
    seen.looks["created"] = inventory(resource("object", "o"))

    with pytest.raises(NotTestable, match="puts nothing on a network"):
        network._on_six(seen)
