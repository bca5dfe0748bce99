"""Reading a probe: what is refused, with which code and place, and what comes back unchanged."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.engine.probe import (
    FACTS,
    UNKNOWN,
    ApiVersion,
    Fact,
    Kind,
    Probe,
    ProbedService,
    ProbeRefused,
    read_probe,
    write_probe,
)

FOUND: dict[str, Fact] = {
    "compute.flavors": 3,
    "network.extensions": ("quotas", "router"),
    "compute.limits": {"cores": 20, "instances": -1},
}
PROBE = Probe(
    prober_version="0.1.0",
    started="2026-11-21T15:00:00Z",
    ended="2026-11-21T15:00:09Z",
    services={
        "compute": ProbedService(
            ("internal", "public"), (ApiVersion("2.1", "CURRENT", "2.1", "2.104"),)
        ),
        "dns": ProbedService(("public",), (), "time-out"),
    },
    facts=FOUND,
    unknown={name: "absent" for name in sorted(FACTS) if name not in FOUND},
    others={"network.extensions": 2},
    nonce="0123456789abcdef" * 2,
)


def test_a_probe_comes_back_unchanged() -> None:
    raw = write_probe(PROBE)
    assert read_probe(raw) == PROBE
    assert write_probe(read_probe(raw)) == raw


def test_it_answers_what_is_known_and_nothing_else() -> None:
    assert PROBE.count("compute.flavors") == 3
    assert PROBE.words("network.extensions") == {"quotas", "router"}
    assert PROBE.limits("compute.limits") == {"cores": 20, "instances": -1}
    assert PROBE.count("block-storage.types") is None
    assert PROBE.words("image.disk_formats") is None
    assert PROBE.limits("network.quota") is None
    assert PROBE.count("network.extensions") is None
    assert PROBE.maxima == {"compute": "2.104"}
    assert PROBE.probed_at == PROBE.ended


def test_the_highest_microversion_is_highest_by_number() -> None:
    versions = (ApiVersion("2.0", "CURRENT", "2.1", "2.99"), ApiVersion("2.1", "X", "2.1", "2.104"))
    probe = replace(PROBE, services={"compute": ProbedService((), versions)})
    assert probe.maxima == {"compute": "2.104"}


def values(kind: Kind, words: frozenset[str]) -> st.SearchStrategy[Any]:
    numbers = st.integers(min_value=0, max_value=2**53 - 1)
    if kind is Kind.COUNT:
        return numbers
    some = st.sets(st.sampled_from(sorted(words)))
    if kind is Kind.WORDS:
        return some.map(lambda found: tuple(sorted(found)))
    return st.dictionaries(st.sampled_from(sorted(words)), numbers | st.just(-1))


EVERY_FACT = st.fixed_dictionaries(
    {name: values(rule.kind, rule.words) | st.none() for name, rule in FACTS.items()}
)


@given(EVERY_FACT)
def test_every_probe_of_the_vocabulary_comes_back(drawn: dict[str, Any]) -> None:
    probe = replace(
        PROBE,
        facts={name: one for name, one in drawn.items() if one is not None},
        unknown={name: "failed" for name, one in drawn.items() if one is None},
    )
    assert read_probe(write_probe(probe)) == probe


Change = Callable[[dict[str, Any]], Any]


def put(*path: str, value: Any) -> Change:
    def change(document: dict[str, Any]) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return change


def drop(*path: str) -> Change:
    def change(document: dict[str, Any]) -> None:
        for key in path[:-1]:
            document = document[key]
        del document[path[-1]]

    return change


NOTHING = {"interfaces": [], "versions": [], "unknown": "absent"}
REFUSED: list[tuple[str, str, Change]] = [
    ("probe-format", "format", put("format", value="osi-probe/2")),
    ("probe-malformed", "nonce", put("nonce", value="0" * 31)),
    ("probe-malformed", "nonce", put("nonce", value="A" * 32)),
    ("probe-malformed", "prober", put("prober", value="")),
    ("probe-malformed", "prober", put("prober", value="1 2")),
    ("probe-malformed", "started", put("started", value="2026-11-21")),
    ("probe-malformed", "started", put("started", value="2026-02-31T00:00:00Z")),
    ("probe-malformed", "ended", put("ended", value="2026-11-21T14:59:59Z")),
    ("probe-malformed", "", drop("others")),
    ("probe-malformed", "", put("comment", value="hello")),
    ("probe-malformed", "services[...]", put("services", "compute", "url", value="x")),
    ("probe-malformed", "facts[...]", put("facts", "compute.flavors", value="3")),
    ("probe-malformed", "facts[...]", put("facts", "compute.flavors", value=1.5)),
    ("probe-malformed", "facts[...]", put("facts", "compute.flavors", value=True)),
    ("probe-malformed", "facts[...]", put("facts", "compute.flavors", value=None)),
    ("probe-malformed", "facts.compute.flavors", put("facts", "compute.flavors", value=-1)),
    ("probe-malformed", "facts.compute.flavors", put("facts", "compute.flavors", value=2**53)),
    ("probe-malformed", "facts.compute.flavors", put("facts", "compute.flavors", value=["a"])),
    ("probe-malformed", "facts.network.extensions", put("facts", "network.extensions", value=1)),
    (
        "probe-malformed",
        "facts.network.extensions",
        put("facts", "network.extensions", value=["router", "quotas"]),
    ),
    (
        "probe-malformed",
        "facts.network.extensions",
        put("facts", "network.extensions", value=["router", "router"]),
    ),
    (
        "probe-malformed",
        "facts.compute.limits.cores",
        put("facts", "compute.limits", "cores", value=-2),
    ),
    (
        "probe-vocabulary",
        "facts.network.extensions",
        put("facts", "network.extensions", value=["acme-firewall"]),
    ),
    ("probe-vocabulary", "facts.compute.limits", put("facts", "compute.limits", "acme", value=1)),
    ("probe-vocabulary", "facts", put("facts", "acme.secret", value=1)),
    ("probe-vocabulary", "services", put("services", "acme", value=NOTHING)),
    (
        "probe-vocabulary",
        "services.compute.interfaces",
        put("services", "compute", "interfaces", value=["private"]),
    ),
    (
        "probe-vocabulary",
        "services.dns.unknown",
        put("services", "dns", "unknown", value="because"),
    ),
    ("probe-vocabulary", "unknown", put("unknown", "acme", value="absent")),
    ("probe-vocabulary", "unknown.dns.limits", put("unknown", "dns.limits", value="it was late")),
    ("probe-vocabulary", "others", put("others", "compute.flavors", value=1)),
    ("probe-malformed", "others.network.extensions", put("others", "network.extensions", value=0)),
    ("probe-contradicts", "dns.limits", drop("unknown", "dns.limits")),
    ("probe-contradicts", "dns.limits", put("facts", "dns.limits", value={})),
    ("probe-contradicts", "compute.flavors", drop("facts", "compute.flavors")),
    ("probe-contradicts", "services.dns", put("services", "dns", "unknown", value="")),
    (
        "probe-contradicts",
        "services.compute",
        put("services", "compute", "unknown", value="failed"),
    ),
    ("probe-contradicts", "services.compute", put("services", "compute", "versions", value=[])),
]


@pytest.mark.parametrize(("code", "place", "change"), REFUSED)
def test_what_is_no_probe_is_refused(code: str, place: str, change: Change) -> None:
    document = json.loads(write_probe(PROBE))
    change(document)
    with pytest.raises(ProbeRefused) as refused:
        read_probe(json.dumps(document).encode())
    assert (refused.value.code, refused.value.place) == (code, place)


@pytest.mark.parametrize(
    "version",
    [
        {"id": "v2.1"},
        {"id": "2"},
        {"minimum": ""},
        {"maximum": ""},
        {"minimum": "2.1", "maximum": "latest"},
        {"status": "stable"},
    ],
)
def test_a_version_is_written_in_one_way(version: dict[str, str]) -> None:
    document = json.loads(write_probe(PROBE))
    document["services"]["compute"]["versions"][0] |= version
    with pytest.raises(ProbeRefused) as refused:
        read_probe(json.dumps(document).encode())
    assert refused.value.place == "services.compute.versions"


def test_there_are_not_many_versions() -> None:
    document = json.loads(write_probe(PROBE))
    document["services"]["compute"]["versions"] *= 65
    with pytest.raises(ProbeRefused, match="more than 64"):
        read_probe(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "probe-malformed"),
        (b"\xff\xfe", "probe-malformed"),
        (b"[]", "probe-malformed"),
        (b"null", "probe-malformed"),
        (b"{", "probe-malformed"),
        (b'{"format": "a", "format": "b"}', "probe-malformed"),
        (b'{"format": NaN}', "probe-malformed"),
        (b"[" * 100_000, "probe-malformed"),
        (b" " * (256 * 1024 + 1), "probe-too-large"),
    ],
    ids=range(9),
)
def test_bytes_that_are_no_document(raw: bytes, code: str) -> None:
    with pytest.raises(ProbeRefused) as refused:
        read_probe(raw)
    assert refused.value.code == code


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with pytest.raises(ProbeRefused):
        read_probe(raw)


def test_nothing_outside_the_vocabulary_is_ever_written() -> None:
    with pytest.raises(ProbeRefused, match="no such word"):
        write_probe(replace(PROBE, facts=FOUND | {"network.extensions": ("acme",)}))


def test_every_reason_has_words() -> None:
    assert all(reason and words for reason, words in UNKNOWN.items())
