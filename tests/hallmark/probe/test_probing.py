"""What a probe finds, what it never does, and what it says where a cloud does not answer."""

from __future__ import annotations

import json
import random
import socket
import string
import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from certification.engine.probe import (
    FACTS,
    Probe,
    facts_of,
    measure_release,
    parse_microversions,
    read_probe,
    write_probe,
)
from certification.guidelines import shipped_microversions
from hallmark.probe import Limits, ProbeImpossible, probe_cloud, reach_of_cloud
from hallmark.probe.client import MOST_PAGES
from hallmark.probe.looks import LOOKS
from hallmark.probe.transport import WriteRefused, check_it_reads
from tests.hallmark.probe.cloud import (
    DOCUMENTS,
    PLANTED,
    PROJECT,
    SECRET,
    SERVICES,
    TOKEN,
    FakeCloud,
    Reply,
    catalog,
    reply,
    token,
)

pytestmark = pytest.mark.slow

#: Official type to the path of the service on the fake cloud.
PATHS = {
    "block-storage": "volume",
    "compute": "compute",
    "dns": "names",
    "image": "image",
    "key-manager": "keys",
    "load-balancer": "balance",
    "network": "network",
    "shared-file-system": "share",
}


def probed(limits: Limits | None = None, call_s: float = 5.0) -> Probe:
    return probe_cloud(
        reach_of_cloud("fake", call_s=call_s), version="1", nonce="0" * 32, limits=limits
    )


def paths_of(cloud: FakeCloud, service: str) -> list[str]:
    """The requests of `cloud.replies` by which the service answers for its facts."""
    root = f"GET /{PATHS[service]}/"
    return [key for key in cloud.replies if key.startswith(root)]


def test_every_fact_is_asked_for_once() -> None:
    asked = [name for look in LOOKS for name in look.facts]
    assert sorted(asked) == sorted(name for name in FACTS if not name.startswith("catalog."))


def test_a_whole_cloud_is_written_down(cloud: FakeCloud) -> None:
    probe = probed()
    assert probe.unknown == {}
    assert set(probe.facts) == set(FACTS)
    assert probe.count("compute.largest_vcpus") == 64
    assert probe.count("compute.availability_zones") == 1
    assert probe.words("network.extensions") == {"router", "external-net", "quotas"}
    assert probe.words("network.ipv6_address_modes") == {"slaac"}
    assert probe.words("network.ipv6_ra_modes") == {"none"}
    assert probe.count("network.shared_subnets") == 2
    assert probe.count("network.shared_dhcp_subnets") == 1
    assert probe.limits("compute.limits") == {"cores": 20, "instances": -1, "ram_mib": 51200}
    assert probe.limits("dns.limits") == {"zones": 10}
    assert probe.words("object-store.capabilities") == {"swift", "slo"}
    assert probe.count("catalog.other_services") == 1
    assert probe.others["network.extensions"] == 1
    assert sorted(probe.services) == sorted([*PATHS, "identity", "object-store"])
    assert probe.services["compute"].interfaces == ("internal", "public")
    assert read_probe(write_probe(probe)) == probe


def test_its_microversions_measure_its_release(cloud: FakeCloud) -> None:
    probe = probed()
    assert probe.maxima == {
        "compute": "2.100",
        "block-storage": "3.71",
        "shared-file-system": "2.89",
    }
    measured = measure_release(probe.maxima, parse_microversions(shipped_microversions()))
    assert (measured.oldest, measured.newest) == ("epoxy", "epoxy")


def test_a_probe_only_reads(cloud: FakeCloud) -> None:
    probed()
    assert len(cloud.asked) > 20
    writes = [(method, path) for method, path in cloud.asked if method not in ("GET", "HEAD")]
    assert writes == [("POST", "/v3/auth/tokens")]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "COPY", "OPTIONS", None])
@pytest.mark.parametrize("path", ["/v2.1/servers", "/v3/users", "/v3/auth/tokens/x", "/"])
def test_nothing_that_writes_can_be_sent(method: str | None, path: str) -> None:
    with pytest.raises(WriteRefused):
        check_it_reads(method, f"https://cloud.example{path}")


def test_a_token_is_not_revoked_by_a_probe() -> None:
    with pytest.raises(WriteRefused):
        check_it_reads("DELETE", "https://cloud.example/v3/auth/tokens")
    check_it_reads("POST", "https://cloud.example/v3/auth/tokens")


def test_the_password_goes_to_keystone_alone(cloud: FakeCloud) -> None:
    probed()
    carrying = [
        asked
        for asked, body in zip(cloud.asked, cloud.bodies, strict=True)
        if SECRET.encode() in body or SECRET in asked[1]
    ]
    assert carrying == [("POST", "/v3/auth/tokens")]


def test_nothing_private_is_written(cloud: FakeCloud) -> None:
    text = write_probe(probed()).decode()
    for private in (PLANTED, PROJECT, TOKEN, SECRET, "127.0.0.1", "http", "203.0.113"):
        assert private not in text


def scrambled(value: Any, word: Callable[[], str]) -> Any:
    """The same document with another word for every text, known or not."""
    if isinstance(value, dict):
        return {key: scrambled(child, word) for key, child in value.items()} | {word(): word()}
    if isinstance(value, list):
        return [scrambled(child, word) for child in value]
    return word() if isinstance(value, str) else value


@pytest.mark.parametrize("seed", range(5))
def test_no_word_of_a_cloud_is_repeated(cloud: FakeCloud, seed: int) -> None:
    chance = random.Random(seed)
    planted: list[str] = []

    def word() -> str:
        planted.append("".join(chance.choices(string.ascii_lowercase, k=9)))
        return planted[-1]

    for path, document in DOCUMENTS.items():
        cloud.replies[f"GET {path}"] = reply(scrambled(document, word))
    text = write_probe(probed()).decode()
    assert len(planted) > 60
    assert [one for one in planted if one in text] == []


BROKEN: list[tuple[str, Reply]] = [
    ("forbidden", reply({"error": "no"}, 403)),
    ("forbidden", reply({"error": "no"}, 401)),
    ("not-found", reply({"error": "no"}, 404)),
    ("failed", reply({"error": "no"}, 500)),
    ("failed", reply({"error": "no"}, 503)),
    ("malformed", (200, {"Content-Type": "text/html"}, b"<html>planted</html>")),
    ("malformed", reply(["planted"])),
    ("malformed", reply({"planted": 1})),
]


@pytest.mark.parametrize("turn", range(len(BROKEN)))
def test_each_failing_service_is_told_and_hides_no_other(cloud: FakeCloud, turn: int) -> None:
    """Every service fails in another way at once; over the turns, each in every way."""
    before = dict(probed().facts)
    expected: dict[str, str] = {}
    for place, service in enumerate(PATHS):
        reason, broken = BROKEN[(place + turn) % len(BROKEN)]
        paths = paths_of(cloud, service)
        assert paths
        cloud.replies.update(dict.fromkeys(paths, broken))
        expected |= dict.fromkeys(facts_of(service), reason)
    if (list(PATHS).index("dns") + turn) % len(BROKEN) == len(BROKEN) - 1:
        # Limits are optional one by one: none of them is known, and that is an answer.
        del expected["dns.limits"]
        before |= {"dns.limits": {}}
    probe = probed()
    assert probe.unknown == expected
    assert probe.facts == {name: one for name, one in before.items() if name not in expected}


def test_what_the_catalog_does_not_name_is_absent(cloud: FakeCloud) -> None:
    kept = [one for one in catalog(cloud.origin) if one["type"] in ("identity", "compute")]
    cloud.replies["POST /v3/auth/tokens"] = reply({"token": token(kept)}, 201, X_Subject_Token="t")
    probe = probed()
    assert set(probe.services) == {"identity", "compute"}
    assert set(probe.unknown.values()) == {"absent"}
    assert set(facts_of("compute")) <= set(probe.facts)
    asked = {path.split("/")[1] for _, path in cloud.asked}
    assert not asked & {"network", "volume", "share", "image"}


def test_another_region_is_not_looked_at(cloud: FakeCloud) -> None:
    elsewhere = catalog(cloud.origin)
    for entry in elsewhere:
        if entry["type"] == "network":
            for endpoint in entry["endpoints"]:
                endpoint["region"] = endpoint["region_id"] = "elsewhere"
    cloud.replies["POST /v3/auth/tokens"] = reply(
        {"token": token(elsewhere)}, 201, X_Subject_Token="t"
    )
    probe = probed()
    assert probe.count("catalog.regions") == 2
    assert "network" not in probe.services
    assert probe.unknown == dict.fromkeys(facts_of("network"), "absent")


def test_a_service_that_is_down_is_told_from_one_that_is_absent(cloud: FakeCloud) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}/network"
    services = catalog(cloud.origin)
    for entry in services:
        if entry["type"] == "network":
            for endpoint in entry["endpoints"]:
                endpoint["url"] = closed
    cloud.replies["POST /v3/auth/tokens"] = reply(
        {"token": token(services)}, 201, X_Subject_Token="t"
    )
    probe = probed()
    assert probe.services["network"].unknown == "unreachable"
    assert probe.services["network"].versions == ()
    assert probe.unknown == dict.fromkeys(facts_of("network"), "unreachable")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply({"error": "no"}, 403), "forbidden"),
        (reply({"error": "no"}, 404), "not-found"),
        (reply({"error": "no"}, 500), "failed"),
        (reply({"versions": "planted"}), "malformed"),
    ],
)
def test_a_version_document_that_says_nothing_is_unknown(
    cloud: FakeCloud, answer: Reply, reason: str
) -> None:
    cloud.replies["GET /compute"] = answer
    cloud.replies["GET /"] = answer
    probe = probed()
    assert probe.services["compute"].unknown == reason
    assert "compute" not in probe.maxima


@pytest.fixture
def silence() -> Iterator[Callable[[str, str, bytes], Reply]]:
    """An answer that does not come while the test lasts."""
    over = Event()

    def wait(*_: object) -> Reply:
        over.wait(10)
        return reply({})

    yield wait
    over.set()


def test_a_silent_service_costs_its_limit_and_no_more(
    cloud: FakeCloud, silence: Callable[[str, str, bytes], Reply]
) -> None:
    cloud.replies.update(dict.fromkeys(paths_of(cloud, "network"), silence))
    started = time.monotonic()
    probe = probed(Limits(look_s=0.3), call_s=0.1)
    assert time.monotonic() - started < 3
    assert probe.unknown == dict.fromkeys(facts_of("network"), "time-out")
    asked = [path for _, path in cloud.asked if path.startswith("/network/v2.0/")]
    assert len(asked) == 1, "a service that did not answer is asked nothing more"


def test_a_look_that_never_ends_is_left_behind(
    cloud: FakeCloud, silence: Callable[[str, str, bytes], Reply]
) -> None:
    cloud.replies["GET /names/v2/limits"] = silence
    probe = probed(Limits(look_s=0.3), call_s=5.0)
    assert probe.unknown == {"dns.limits": "time-out"}


def test_the_whole_probe_has_an_end(
    cloud: FakeCloud, silence: Callable[[str, str, bytes], Reply]
) -> None:
    cloud.replies["GET /network/v2.0/extensions"] = silence
    probe = probed(Limits(total_s=0.6, look_s=5.0), call_s=5.0)
    assert probe.unknown["network.extensions"] == "time-out"
    assert set(probe.unknown.values()) == {"time-out", "not-asked"}
    assert read_probe(write_probe(probe)) == probe


def test_pages_are_followed(cloud: FakeCloud) -> None:
    def page(method: str, target: str, body: bytes) -> Reply:
        if "marker" in target:
            return reply({"volume_types": [{}, {}]})
        link = {"rel": "next", "href": f"{cloud.origin}/volume/v3/types?marker=planted"}
        return reply({"volume_types": [{}], "volume_types_links": [link]})

    cloud.replies["GET /volume/v3/types"] = page
    assert probed().count("block-storage.types") == 3


def test_pages_without_end_are_too_many(cloud: FakeCloud) -> None:
    link = {"rel": "next", "href": "/volume/v3/types?marker=again"}
    cloud.replies["GET /volume/v3/types"] = reply(
        {"volume_types": [], "volume_types_links": [link]}
    )
    cloud.replies["GET /volume/v3/volume/v3/types"] = cloud.replies["GET /volume/v3/types"]
    assert probed().unknown == {"block-storage.types": "too-many"}
    asked = [path for _, path in cloud.asked if path.startswith("/volume/v3/") and "types" in path]
    assert len(asked) == MOST_PAGES


def test_absurd_numbers_stay_numbers(cloud: FakeCloud) -> None:
    huge = {"maxTotalCores": 10**30, "maxTotalInstances": -9, "maxServerMeta": True}
    cloud.replies["GET /compute/v2.1/limits"] = reply({"limits": {"absolute": huge}})
    probe = probed()
    assert probe.limits("compute.limits") == {"cores": 2**53 - 1, "instances": -1}
    assert read_probe(write_probe(probe)) == probe


def test_a_token_without_catalog_is_no_probe(cloud: FakeCloud) -> None:
    cloud.replies["POST /v3/auth/tokens"] = reply({"token": token([])}, 201, X_Subject_Token="t")
    with pytest.raises(ProbeImpossible) as refused:
        probed()
    assert refused.value.code == "no-catalog"


def test_every_service_of_the_fake_is_served(cloud: FakeCloud) -> None:
    probed()
    asked = {path.split("?")[0].strip("/").split("/")[0] for _, path in cloud.asked}
    assert {path.split("/")[0] for kind, path in SERVICES.items() if kind != "planted-billing"} <= (
        asked | {"object"}
    )
    assert "billing" not in asked
    assert json.loads(cloud.bodies[1])["auth"]["scope"]["project"]["name"] == "planted"
