"""How a product is told apart from others, and its failed calls from all calls."""

from __future__ import annotations

import hashlib

import pytest

from certification.engine.footprint.model import Facts
from hallmark.kit.axes import operation
from hallmark.kit.trace import NotMet, Trace
from hallmark.kit.verbs import Ended
from tests.hallmark.kit.seen import footprint, ran, trace

FAILED = "tx" + "a" * 21 + "-" + "b" * 10


def _calls_by(agents: tuple[str, ...], product: str, version: str, declared: int = 3) -> Trace:
    seen = trace()
    seen.footprint = footprint(facts=Facts(0, 1, 0, agents_declared=declared, agents_other=1))
    seen.notes = {"user agents": agents, "product": product, "version": version}
    return seen


@pytest.mark.parametrize(
    ("agents", "product", "version"),
    [
        (("keeper/2.0",), "Keeper", "2.0"),
        (("libcloud/3.9.1",), "apache-libcloud", "3.9.1"),
        (("reference-shelf/1.0 linux",), "Reference Shelf", "1.0"),
        (("openstacksdk/4.22.0",), "OpenStack SDK", "4.22.0"),
        (("keeper-agent v2.0.1", "keeper/2.0.1"), "Keeper", "2.0.1-3+deb12"),
    ],
)
def test_an_agent_names_product_and_version(
    agents: tuple[str, ...], product: str, version: str
) -> None:
    assert operation._named(_calls_by(agents, product, version)).startswith("3 calls by ")


@pytest.mark.parametrize(
    ("agents", "product", "version", "reason"),
    [
        (("keeper/",), "Keeper", "2.0", "version: keeper/"),
        (("keeper/12.0",), "Keeper", "2.0", "version: keeper/12.0"),
        (("keeper/2.0.1",), "Keeper", "2.0", "version: keeper/2.0.1"),
        (("goswift/2.0",), "Keeper", "2.0", "product: goswift/2.0"),
        (("openstack/2.0",), "OpenStack Keeper", "2.0", "product: openstack/2.0"),
        (("openstacksdk/4.22.0",), "python-openstackclient", "4.22.0", "product: openstacksdk"),
        # Which of them the calls carried is not known: one without a name spoils it.
        (("keeper/2.0", "goswift/1.0"), "Keeper", "2.0", "product: goswift/1.0"),
        (("keeper/2.0", "keeper"), "Keeper", "2.0", "version: keeper"),
        (("keeper/2.0",), "360", "2.0", "product: keeper/2.0"),
    ],
)
def test_an_agent_that_leaves_something_out(
    agents: tuple[str, ...], product: str, version: str, reason: str
) -> None:
    with pytest.raises(NotMet, match=f"does not name the {reason}"):
        operation._named(_calls_by(agents, product, version))


def test_a_declared_agent_must_have_been_used() -> None:
    with pytest.raises(NotMet, match="no call carries"):
        operation._named(_calls_by(("keeper/2.0",), "Keeper", "2.0", declared=0))


def _failing(output: str, *answered: str) -> Trace:
    seen = trace(ran("install"), ran("create", Ended.FAILED, output=output))
    digests = tuple(hashlib.sha256(one.encode()).hexdigest() for one in answered)
    seen.footprint = footprint(request_ids_sha256=digests)
    return seen


@pytest.mark.parametrize(
    "named", [FAILED, f"{FAILED}-Lab_1", "req-" + "a" * 8 + "-1111" * 3 + "-" + "b" * 12]
)
def test_the_id_of_a_failed_call_in_any_form(named: str) -> None:
    assert (
        operation._traceable(_failing(f"failed ({named}).")) == f"create failed and named {named}"
    )
    with pytest.raises(NotMet):
        operation._traceable(_failing(f"failed ({named}).", named))


@pytest.mark.parametrize("word", ["tx1", "tx" + "a" * 20 + "-" + "b" * 10, f"no{FAILED}"])
def test_what_is_no_request_id(word: str) -> None:
    with pytest.raises(NotMet):
        operation._traceable(_failing(f"failed {word}"))
