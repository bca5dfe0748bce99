"""Each condition does what the guideline says, to the calls that it means, the same each time."""

from __future__ import annotations

import json
import ssl
from itertools import pairwise
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from certification.engine.footprint.model import Condition
from certification.engine.footprint.words import is_request_id
from hallmark.recorder.conditions import treatment_for
from hallmark.recorder.conditions.interruptions import Limited
from tests.hallmark.recorder.conftest import Recording
from tests.hallmark.recorder.upstream import PROJECT, TOKEN, Client, Upstream, saying

NONCE = "0" * 32
SEEDS = range(6)


@pytest.fixture
def cloud(cloud: Upstream) -> Upstream:
    """Every list and every create works."""
    for path in (
        "/compute/v2.1/servers",
        "/compute/v2.1/os-keypairs",
        f"/volume/v3/{PROJECT}/volumes",
        "/networking/v2.0/networks",
        "/image/v2/images",
    ):
        cloud.on("GET", path, saying(200, {}))
        cloud.on("POST", path, saying(201, {}))
    for name in "abc":
        cloud.on("PUT", f"/swift/v1/AUTH_{PROJECT}/c/{name}", saying(201, b""))
    cloud.on("GET", "/identity/v3", saying(200, {"version": {}}))
    return cloud


def statuses(client: Client, method: str, service: str, path: str, times: int) -> list[int]:
    body = {} if method == "POST" else None
    return [
        client.ask(method, client.at(service, path), body, X_Auth_Token=TOKEN)[0]
        for _ in range(times)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_flaky_strikes_early_spares_tokens_and_lets_repeats_through(
    recording: Recording, cloud: Upstream, seed: int
) -> None:
    client = recording(condition=Condition.FLAKY, seed=seed)
    for _ in range(3):
        client.login()
        assert client.ask("GET", client.recorder.auth_url)[0] == 200
    seen = len(cloud.seen)
    given = statuses(client, "GET", "compute", "/servers", 40)

    assert 503 in given[:2]
    assert all(pair != (503, 503) for pair in pairwise(given))
    assert given.count(503) + len(cloud.seen) - seen == 40
    facts = client.recorder.footprint(nonce=NONCE).facts
    assert facts.retries_after_5xx == given[:-1].count(503)


@pytest.mark.parametrize("condition", [Condition.FLAKY, Condition.LIMITED, Condition.EXPIRE])
def test_the_same_seed_strikes_the_same_calls(
    recording: Recording, cloud: Upstream, condition: Condition
) -> None:
    runs = []
    for seed in (3, 3, 4, 5, 6, 7):
        client = recording(condition=condition, seed=seed)
        client.login()
        runs.append(statuses(client, "GET", "compute", "/servers", 30))

    assert runs[0] == runs[1]
    assert any(run != runs[0] for run in runs[2:])


def test_limited_refuses_until_the_time_is_over() -> None:
    now = [100.0]
    treatment = Limited(0, clock=lambda: now[0])
    refusals = []
    for seconds in (0, 0, 0.5, 1.0, 0.6, 0):
        now[0] += seconds
        refusals.append(treatment.on_request(asking("compute", "GET", "/servers")))
    answers = [one for one in refusals if one]

    struck = refusals.index(answers[0])
    assert [bool(one) for one in refusals[struck : struck + 3]] == [True] * 3
    assert refusals[-1] is None
    assert answers[0].status == 429
    assert dict(answers[0].headers)["Retry-After"] == "2"
    assert treatment.on_request(asking("identity", "POST", "/auth/tokens")) is None


def asking(service: str, method: str, path: str) -> Any:
    from certification.engine.footprint import Matched, Normalised
    from hallmark.recorder.asked import Asked
    from hallmark.recorder.heads import RequestHead

    head = RequestHead(method.encode(), path.encode(), "1.1", [], True)
    place = Normalised(service, "v2", path, Matched.TABLE)
    return Asked(head, "http://c", path, "", place, 0.0, path.encode())


@pytest.mark.parametrize("seed", SEEDS)
def test_an_expired_token_stays_refused_and_a_new_one_works(
    recording: Recording, cloud: Upstream, seed: int
) -> None:
    client = recording(condition=Condition.EXPIRE, seed=seed)
    client.login()
    given = statuses(client, "GET", "compute", "/servers", 6)
    new = client.ask("GET", client.at("compute", "/servers"), X_Auth_Token="new")[0]

    assert given in ([200] + [401] * 5, [200] * 2 + [401] * 4)
    assert new == 200
    assert statuses(client, "GET", "image", "/v2/images", 1) == [401]


@pytest.mark.parametrize(
    ("service", "path", "status", "word"),
    [
        ("compute", "/servers", 403, "forbidden"),
        ("block-storage", "/volumes", 413, "overLimit"),
        ("network", "/v2.0/networks", 409, "OverQuota"),
        ("image", "/v2/images", 413, "Quota"),
    ],
)
def test_quota_refuses_a_kind_in_the_words_of_its_service(
    recording: Recording, cloud: Upstream, *, service: str, path: str, status: int, word: str
) -> None:
    client = recording(condition=Condition.QUOTA)
    client.login()
    seen = len(cloud.seen)
    assert statuses(client, "GET", service, path, 1) == [200]
    for _ in range(2):
        answer = client.ask("POST", client.at(service, path), {})
        assert answer[0] == status
        assert word in answer[2].decode()
        assert "uota" in answer[2].decode() or "Maximum" in answer[2].decode()
        assert answer[1]["x-openstack-request-id"].startswith("req-")
    assert len(cloud.seen) == seen + 1

    other = ("compute", "/servers") if service != "compute" else ("image", "/v2/images")
    assert statuses(client, "POST", *other, 1) == [201]


def test_quota_refuses_objects_too(recording: Recording, cloud: Upstream) -> None:
    client = recording(condition=Condition.QUOTA)
    client.login()

    for name in "ab":
        status, headers, _ = client.ask("PUT", client.at("object-store", f"/c/{name}"), b"1")
        assert status == 413
        assert is_request_id(headers["x-trans-id"]) and headers["x-trans-id"].startswith("tx")
        assert headers["x-openstack-request-id"] == headers["x-trans-id"]


def test_half_fail_lets_one_thing_through_and_breaks_the_second_kind(
    recording: Recording, cloud: Upstream
) -> None:
    client = recording(condition=Condition.HALF_FAIL)
    client.login()
    assert statuses(client, "POST", "network", "/v2.0/networks", 1) == [201]
    assert statuses(client, "GET", "compute", "/servers", 1) == [200]
    assert statuses(client, "POST", "compute", "/servers", 2) == [500, 500]
    assert statuses(client, "POST", "network", "/v2.0/networks", 1) == [201]
    client.login()


@pytest.mark.parametrize(
    ("service", "path", "asked"),
    [
        ("compute", "/servers", "/compute/v2.1/servers?limit=2"),
        ("compute", "/servers?a=%2F&limit=1000", "/compute/v2.1/servers?a=%2F&limit=2"),
        ("compute", "/servers?limit=1&marker=x", "/compute/v2.1/servers?limit=1&marker=x"),
        ("compute", "/os-keypairs", "/compute/v2.1/os-keypairs"),
        ("image", "/v2/images?limit=", "/image/v2/images?limit=2"),
        ("network", "/v2.0/networks?name=limit", "/networking/v2.0/networks?name=limit&limit=2"),
        ("block-storage", "/volumes", f"/volume/v3/{PROJECT}/volumes?limit=2"),
        ("object-store", "/c", f"/swift/v1/AUTH_{PROJECT}/c"),
        ("identity", "/users", "/identity/v3/users"),
    ],
)
def test_small_pages_lower_the_limit_where_links_lead_on(
    recording: Recording, cloud: Upstream, service: str, path: str, asked: str
) -> None:
    client = recording(condition=Condition.SMALL_PAGES)
    client.login()
    client.ask("GET", client.at(service, path))

    assert cloud.seen[-1].target == asked


def compute_versions(cloud: Upstream) -> None:
    versions = [
        {"id": "v2.0", "version": "", "min_version": ""},
        {"id": "v2.1", "version": "2.104", "min_version": "2.1", "links": []},
    ]
    cloud.on("GET", "/compute/", saying(200, {"versions": versions}))
    cloud.on("GET", "/compute/v2.1", saying(200, {"version": versions[1]}))


def test_old_microversions_are_told_and_held(recording: Recording, cloud: Upstream) -> None:
    compute_versions(cloud)
    client = recording(condition=Condition.OLD_MV, maxima={"compute": "2.60"})
    client.login()
    place = client.places["compute"]
    listed = json.loads(client.ask("GET", place.removesuffix("v2.1"))[2])["versions"]
    one = json.loads(client.ask("GET", place)[2])["version"]

    assert [version["version"] for version in listed] == ["", "2.60"]
    assert (one["version"], one["min_version"]) == ("2.60", "2.1")


@pytest.mark.parametrize(
    ("header", "value", "status", "sent"),
    [
        ("OpenStack_API_Version", "compute 2.61", 406, None),
        ("OpenStack_API_Version", "compute 2.100", 406, None),
        ("X_OpenStack_Nova_API_Version", "2.61", 406, None),
        ("OpenStack_API_Version", "compute 2.60", 200, "compute 2.60"),
        ("OpenStack_API_Version", "compute 2.9", 200, "compute 2.9"),
        ("OpenStack_API_Version", "compute latest", 200, "compute 2.60"),
        ("X_OpenStack_Nova_API_Version", "latest", 200, "2.60"),
        ("OpenStack_API_Version", "compute odd", 200, "compute odd"),
    ],
)
def test_calls_above_an_old_maximum_are_refused(
    recording: Recording, cloud: Upstream, *, header: str, value: str, status: int, sent: str | None
) -> None:
    client = recording(condition=Condition.OLD_MV, maxima={"compute": "2.60"})
    client.login()
    answer = client.ask("GET", client.at("compute", "/servers"), **{header: value})

    assert answer[0] == status
    name = header.replace("_", "-").lower()
    got = {key.lower(): told for key, told in cloud.seen[-1].headers.items()}
    assert got.get(name) == sent


def test_an_unusable_maximum_is_refused() -> None:
    with pytest.raises(ValueError, match="'9' is no microversion of compute"):
        treatment_for(Condition.OLD_MV, maxima={"compute": "9"})


def test_an_unknown_certificate_stops_whoever_checks_it(
    recording: Recording, cloud: Upstream
) -> None:
    recorder = recording(condition=Condition.BAD_CA).recorder
    assert recorder.auth_url.startswith("https://127.0.0.1:")
    assert "OS_CACERT" not in recorder.environment
    with pytest.raises(URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urlopen(recorder.auth_url, timeout=5)
    assert (recorder.calls, recorder.handshakes) == (0, 1)

    careless = ssl.create_default_context()
    careless.check_hostname = False
    careless.verify_mode = ssl.CERT_NONE
    with urlopen(recorder.auth_url, timeout=5, context=careless) as answer:
        assert answer.status == 200
    assert (recorder.calls, recorder.handshakes) == (1, 2)


def test_a_product_that_is_told_the_authority_gets_through(
    recording: Recording, cloud: Upstream
) -> None:
    recorder = recording(tls=True).recorder
    trusting = ssl.create_default_context(cafile=recorder.environment["OS_CACERT"])
    with urlopen(recorder.auth_url, timeout=5, context=trusting) as answer:
        assert answer.status == 200
    assert recorder.calls == 1
