"""From addresses to templates: the rules of section 4.4, and that no stranger's word survives."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.footprint import Matched, Normaliser
from certification.engine.footprint.words import METHODS, VARIABLE, is_id
from tests.engine.footprint.building import ENDPOINTS, PROJECT, SERVER, TABLE, normaliser

CLOUD = normaliser()
ID = "0f" * 16


@pytest.mark.parametrize(
    ("asked", "service", "api", "path", "matched"),
    [
        ("GET :8774/v2.1/servers/detail?limit=2", "compute", "v2.1", "/servers/detail", "table"),
        (f"GET :8774/v2.1/servers/{SERVER}/", "compute", "v2.1", "/servers/{id}", "table"),
        ("GET :8774/v2.1/servers/detail/", "compute", "v2.1", "/servers/detail", "table"),
        ("DELETE :8774/v2.1/servers/detail", "compute", "v2.1", "/servers/{id}", "table"),
        ("GET :8774/v2.1/flavors/m1.nano", "compute", "v2.1", "/flavors/{id}", "table"),
        (f"HEAD :8774/v2.1/servers/{SERVER}", "compute", "v2.1", "/servers/{id}", "table"),
        (f"GET :8774/v2.1/{PROJECT}/servers", "compute", "v2.1", "/servers", "table"),
        ("GET :8774/v2.1/5f0c1d2e-3b4a-4958-8766-554433221100/servers", "compute", "v2.1",
         "/servers", "table"),
        ("GET :8774/v2.1/", "compute", "v2.1", "/", "root"),
        ("GET :8774", "compute", None, "/", "root"),
        ("GET :8774/v2.1/%73ervers", "compute", "v2.1", "/servers", "table"),
        ("GET :8774/v2.1//servers//x", "compute", "v2.1", "/servers/{id}", "table"),
        ("GET :8774/v2.1/servers/../os-keypairs", "compute", "v2.1", "/{s}/{id}/{k}", "generic"),
        ("GET :8774/v2.1/servers/a%2Fmetadata", "compute", "v2.1", "/servers/{id}/metadata",
         "table"),
        ("PATCH :8774/v2.1/servers", "compute", "v2.1", "/servers", "generic"),
        ("GET :8774/v2.1/frobnicate/flavors/12", "compute", "v2.1", "/{id}/flavors/{id}",
         "generic"),
        ("GET /volume/v3/{p}/volumes/detail", "block-storage", "v3", "/volumes/detail", "table"),
        ("GET /volume/", "block-storage", None, "/", "root"),
        ("POST /identity/v3/auth/tokens", "identity", "v3", "/auth/tokens", "table"),
        ("POST /identity/v2.0/tokens", "identity", "v2.0", "/tokens", "table"),
        ("GET /identity/v3/domains/config/default", "identity", "v3", "/domains/config/default",
         "table"),
        ("GET /identity/v3/domains/x/config/default", "identity", "v3",
         "/domains/{id}/config/{id}", "table"),
        ("GET /heat-api/v1/{p}/stacks/web/{i}/resources", "orchestration", "v1",
         "/stacks/{id}/{id}/resources", "table"),
        ("GET :9696/networking/v2.0/networks.json", "network", "v2.0", "/networks", "table"),
        ("GET :9696/networking/v2.0/quotas/{p}/details.json", "network", "v2.0",
         "/quotas/{id}/details", "table"),
        ("POST :9696/networking/v2.0/lbaas/loadbalancers", "network", "v2.0",
         "/lbaas/loadbalancers", "table"),
        ("GET :9696/networking/v2.0/trunks", "network", "v2.0", "/trunks", "table"),
        ("PUT :8080/v1/AUTH_x/box/deep/er/file", "object-store", "v1", "/{id}/{id}/{id}", "rule"),
        ("PUT :8080/v1/AUTH_x/box/", "object-store", "v1", "/{id}/{id}", "rule"),
        ("GET :8080/v1/AUTH_x", "object-store", "v1", "/{id}", "rule"),
        ("COPY :8080/v1/AUTH_x/box/file", "object-store", "v1", "/{id}/{id}/{id}", "rule"),
        ("GET :8080/info", "object-store", None, "/info", "rule"),
        ("PUT :8080/bucket/file", "object-store", "s3", "/{id}/{id}/{id}", "rule"),
        ("GET :8080/", "object-store", None, "/", "root"),
        ("GET /placement/resource_providers/{i}/traits", "placement", None,
         "/resource_providers/{id}/traits", "table"),
        ("GET :8041/v1/resource/generic/{i}", "metric", "v1", "/{id}/{id}/{id}", "generic"),
        ("GET /house-brand/v1/things", "unknown", None, "/{id}/{id}", "generic"),
        ("GET /elsewhere", "unknown", None, "/{id}", "generic"),
        ("GET :1/", "unknown", None, "/", "root"),
        ("BREW :8774/v2.1/servers", "unknown", None, "/{id}/{id}", "generic"),
    ],
)  # fmt: skip
def test_the_rules(asked: str, service: str, api: str | None, path: str, matched: str) -> None:
    method, _, rest = asked.partition(" ")
    url = "http://cloud.test" + rest.replace("{p}", PROJECT).replace("{i}", ID)
    path = path.replace("{s}", "servers").replace("{k}", "os-keypairs")
    found = CLOUD.normalise(method, url)
    assert (found.service, found.api, found.path, found.matched) == (service, api, path, matched)
    assert found.unknown == (service == "unknown")


def test_the_project_of_the_token_is_dropped_whatever_it_looks_like() -> None:
    url = f"{ENDPOINTS['compute']}/demo/servers"
    assert CLOUD.normalise("GET", url).matched is Matched.GENERIC
    assert CLOUD.normalise("GET", url, "demo").path == "/servers"


@pytest.mark.parametrize(
    "spelling",
    [
        "HTTP://CLOUD.TEST:8774/v2.1/servers",
        "http://user:word@cloud.test:8774/v2.1/servers",
        "http://cloud.test:8774/v2.1/servers#part",
        "https://shares.test:443/v2/shares",
        "https://shares.test/v2/shares",
    ],
)
def test_an_origin_is_known_in_every_spelling(spelling: str) -> None:
    assert CLOUD.normalise("GET", spelling).matched is Matched.TABLE


def test_the_longest_mount_wins_and_ends_at_a_segment() -> None:
    cloud = Normaliser(TABLE)
    cloud.learn_endpoint("identity", "http://one.test")
    cloud.learn_endpoint("image", "http://one.test/image")
    assert cloud.normalise("GET", "http://one.test/image/v2/images").service == "image"
    assert cloud.normalise("GET", "http://one.test/images").service == "identity"
    assert cloud.normalise("GET", "http://one.test/image").service == "image"


def test_two_services_on_one_mount_are_told_apart_by_their_operations() -> None:
    cloud = Normaliser(TABLE)
    for kind in ("compute", "image"):
        cloud.learn_endpoint(kind, "http://one.test/")
    assert cloud.normalise("GET", "http://one.test/v2/images/x/file").service == "image"
    assert cloud.normalise("GET", "http://one.test/v2.1/servers").service == "compute"
    assert cloud.normalise("GET", "http://one.test/v2/nothing").service == "compute"


@pytest.mark.parametrize(
    "catalog",
    [
        [None, 3, "x", []],
        [{"type": "compute"}, {"endpoints": [{"url": "http://a.test"}]}],
        [{"type": "compute", "endpoints": {"url": "http://a.test"}}],
        [{"type": "compute", "endpoints": [None, {}, {"url": None}, {"url": "ftp://a.test"}]}],
        [{"type": ["compute"], "endpoints": [{"url": "http://a.test/%(tenant_id)s"}]}],
    ],
)
def test_a_strange_catalog_teaches_nothing(catalog: list[dict[str, object]]) -> None:
    cloud = Normaliser(TABLE)
    cloud.learn_catalog(catalog)
    assert cloud.normalise("GET", "http://a.test/v2.1/servers").unknown


WORDS = sorted({word for one in TABLE.services for word in TABLE.operations_of(one).literals})
SEGMENT = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=12),
    st.sampled_from(["v3", "v2.1", "..", ".", "", "%2F", "%00", "12", ID, SERVER, "AUTH_x", "é"]),
    st.uuids().map(str),
)
PATH = st.lists(SEGMENT, max_size=14).map("/".join)


@given(
    method=st.sampled_from([*sorted(METHODS), "BREW"]),
    endpoint=st.sampled_from(sorted(ENDPOINTS.values())),
    path=PATH,
    project=st.one_of(st.just(""), SEGMENT),
)
@settings(max_examples=400, deadline=None)
def test_only_words_of_the_table_are_ever_written(
    method: str, endpoint: str, path: str, project: str
) -> None:
    found = CLOUD.normalise(method, f"{endpoint}/{path}", project)
    known = {VARIABLE} | (set() if found.unknown else TABLE.operations_of(found.service).literals)
    segments = found.path.split("/")[1:] if found.path != "/" else []
    assert set(segments) <= known
    assert not any(is_id(segment) for segment in segments)
    assert found.service in TABLE.services | {"unknown"}
    assert len(found.path) <= 200
    if found.matched is Matched.TABLE:
        assert TABLE.operations_of(found.service).has(method, found.path)
    elif not found.unknown and found.matched is Matched.GENERIC:
        assert not TABLE.operations_of(found.service).has(method, found.path)


@given(url=st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_is_safe(url: str) -> None:
    assert CLOUD.normalise("GET", url).unknown


@pytest.mark.long
@given(data=st.data())
@settings(max_examples=5_000, deadline=None)
def test_no_word_survives_in_the_long_run(data: st.DataObject) -> None:
    endpoint = data.draw(st.sampled_from(sorted(ENDPOINTS.values())))
    found = CLOUD.normalise("POST", f"{endpoint}/{data.draw(PATH)}")
    assert set(found.path.split("/")) <= {"", VARIABLE, *WORDS}


@pytest.mark.parametrize(
    "path", ["a" * 10_000, "/" * 10_000, "servers/" * 1_250, "%2F" * 3_333, "{id}/" * 2_000]
)
def test_a_hostile_path_costs_little(path: str) -> None:
    url = f"{ENDPOINTS['compute']}/{path}"
    began = time.perf_counter()
    found = CLOUD.normalise("GET", url)
    assert time.perf_counter() - began < 0.1
    assert len(found.path) <= 200
