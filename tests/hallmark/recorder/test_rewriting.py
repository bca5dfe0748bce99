"""The cloud's addresses become the recorder's on the way back, and the other way round."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from certification.engine.footprint.model import Condition
from hallmark.recorder.origins import Origins, OriginUnknown, mount_of, origin_of
from tests.hallmark.recorder.conftest import Recording
from tests.hallmark.recorder.upstream import PROJECT, Client, Upstream, running, saying

OURS = re.compile(r"http://127\.0\.0\.1:\d+")


@pytest.fixture
def origins() -> Origins:
    known = Origins()
    known.add("http://nova.example:8774", "", "http://127.0.0.1:1")
    known.add("https://cloud.example", "", "http://127.0.0.1:2")
    known.add("http://[::1]:80", "", "http://127.0.0.1:3")
    return known


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ('{"href":"http://nova.example:8774/v2.1/"}', '{"href":"http://127.0.0.1:1/v2.1/"}'),
        ("http://nova.example:8774", "http://127.0.0.1:1"),
        ("HTTP://Nova.Example:8774/x", "http://127.0.0.1:1/x"),
        ("https://cloud.example:443/a?b=c#d", "http://127.0.0.1:2/a?b=c#d"),
        (r"https:\/\/cloud.example\/compute", r"http:\/\/127.0.0.1:2\/compute"),
        ('<https://cloud.example/x>; rel="next"', '<http://127.0.0.1:2/x>; rel="next"'),
        ("http://nova.example:87745/", "http://nova.example:87745/"),
        ("http://nova.example/", "http://nova.example/"),
        ("https://nova.example:8774/", "https://nova.example:8774/"),
        ("http://nova.example:8774.evil/", "http://nova.example:8774.evil/"),
        ("http://user@nova.example:8774/", "http://user@nova.example:8774/"),
        ("http://cloud.example.org/", "http://cloud.example.org/"),
        ("http://:/", "http://:/"),
        ("nova.example:8774", "nova.example:8774"),
    ],
)
def test_origins_are_replaced_as_a_whole(origins: Origins, text: str, replaced: str) -> None:
    assert origins.to_listeners(text.encode()).decode() == replaced


def test_what_was_replaced_comes_back(origins: Origins) -> None:
    text = b'["https://cloud.example/a", "http://nova.example:8774/b"]'

    assert origins.to_cloud(origins.to_listeners(text)) == text


def test_the_longest_mount_wins() -> None:
    known = Origins()
    for mount, port in (("", 1), ("/compute", 2), ("/compute/cell", 3)):
        known.add("http://c.example", mount, f"http://127.0.0.1:{port}")
    text = b"http://c.example/compute/v2.1 http://c.example/computer http://c.example/compute/cell"

    assert re.findall(rb":(\d)/", known.to_listeners(text)) == [b"2", b"1", b"3"]


@pytest.mark.parametrize("url", ["nova.example", "ftp://x/", "http://", "http://h:port/", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(OriginUnknown):
        origin_of(url)


@pytest.mark.parametrize(
    ("url", "mount"),
    [
        ("http://c/compute/v2.1/p", "/compute"),
        ("http://c/v3", ""),
        ("http://c/networking", "/networking"),
        ("http://c/", ""),
        ("http://c/a/b/v1/AUTH_x", "/a/b"),
        ("http://c/volume2/x", "/volume2/x"),
    ],
)
def test_a_mount_ends_before_the_version(url: str, mount: str) -> None:
    assert mount_of(url) == mount


# Through the recorder.


def test_answers_name_the_recorder_everywhere(client: Client, cloud: Upstream) -> None:
    client.login()
    here = f"{cloud.origin}/compute/v2.1/servers/1"
    cloud.on(
        "POST",
        "/compute/v2.1/servers",
        saying(
            202,
            {"server": {"links": [{"href": here}], "other": "http://elsewhere.example/"}},
            Location=here,
            Content_Location=here,
            Link=f'<{here}>; rel="self"',
            WWW_Authenticate=f"Keystone uri='{cloud.origin}/identity'",
            X_Own=here,
        ),
    )
    _, headers, body = client.ask("POST", client.at("compute", "/servers"), {})

    document = json.loads(body)
    place = client.at("compute", "/servers/1")
    assert document["server"] == {"links": [{"href": place}], "other": "http://elsewhere.example/"}
    assert headers["location"] == headers["content-location"] == place
    assert headers["link"] == f'<{place}>; rel="self"'
    assert cloud.origin not in headers["www-authenticate"]
    assert headers["x-own"] == here


def test_requests_name_the_cloud(client: Client, cloud: Upstream) -> None:
    client.login()
    place = client.at("image", "/v2/images/1/file")
    told = cloud.origin + place.partition("/image")[1] + "/v2/images/1/file"
    client.ask(
        "POST", client.at("compute", "/x"), {"uri": place}, Destination=place, X_Copy_From="c/o"
    )

    assert json.loads(cloud.seen[-1].body) == {"uri": told}
    assert cloud.seen[-1].headers["Destination"] == told
    assert cloud.seen[-1].headers["X-Copy-From"] == "c/o"
    assert cloud.seen[-1].headers["Content-Length"] == str(len(cloud.seen[-1].body))


def test_redirects_pass_and_stay_with_the_recorder(client: Client, cloud: Upstream) -> None:
    client.login()
    cloud.on("GET", "/image/", saying(300, {}, Location=f"{cloud.origin}/image/v2"))
    status, headers, _ = client.ask("GET", client.at("image", "/"))

    assert (status, headers["location"]) == (300, client.at("image", "/v2"))


def test_object_data_is_never_touched(client: Client, cloud: Upstream) -> None:
    client.login()
    path = f"/swift/v1/AUTH_{PROJECT}/c/o.json"
    data = json.dumps({"a": cloud.origin, "b": client.recorder.auth_url}).encode()
    cloud.on("PUT", path, saying(201, b""))
    cloud.on("GET", path, saying(200, data))
    place = client.at("object-store", "/c/o.json")
    client.ask("PUT", place, data, Content_Type="application/json")

    assert cloud.seen[-1].body == data
    assert client.ask("GET", place)[2] == data


@pytest.mark.parametrize("stated", [True, False])
def test_json_beyond_eight_mebibytes_is_never_touched(
    client: Client, cloud: Upstream, stated: bool
) -> None:
    client.login()
    data = json.dumps({"a": cloud.origin, "fill": "x" * (8 << 20)}).encode()
    cloud.on("POST", "/compute/v2.1/x", saying(200, data))
    body = data if stated else iter([data[:1000], data[1000:]])
    answer = client.ask("POST", client.at("compute", "/x"), body, Content_Type="application/json")

    assert answer[2] == data
    assert cloud.seen[-1].body == data


def test_a_json_body_that_is_none_passes(client: Client, cloud: Upstream) -> None:
    client.login()
    for number, body in enumerate((b"", b"{broken", b"[1]", b"\xff\xfe")):
        cloud.on("GET", f"/compute/v2.1/{number}", saying(200, body))
        assert client.ask("GET", client.at("compute", f"/{number}"))[2] == body


# Learning where the cloud is.


def test_the_catalog_alone_adds_what_it_names(client: Client, cloud: Upstream) -> None:
    with running() as other:
        other.on("GET", "/v2.0/networks", saying(200, {"networks": []}))
        catalog = [{"type": "network", "endpoints": [{"url": other.origin}, {"url": 7}, None]}]
        cloud.on("GET", "/identity/v3/auth/catalog", saying(200, {"catalog": [*catalog, "x"]}))
        _, _, body = client.ask("GET", client.recorder.auth_url + "/auth/catalog")
        place = json.loads(body)["catalog"][0]["endpoints"][0]["url"]

        assert place != other.origin
        assert client.ask("GET", place + "/v2.0/networks")[2] == b'{"networks": []}'
    assert "network" in {one.service for one in operations(client)}


def operations(client: Client) -> tuple[Any, ...]:
    return client.recorder.footprint(nonce="0" * 32).operations


@pytest.mark.parametrize("form", ["list", "values", "one"])
def test_version_documents_add_where_they_point(client: Client, cloud: Upstream, form: str) -> None:
    client.login()
    hidden = "http://inside.example:8774"
    links = [
        {"rel": "self", "href": f"{hidden}/v2.1/"},
        {"rel": "describedby", "href": "http://manual.example/"},
    ]
    version = {"id": "v2.1", "links": links}
    document = {
        "list": {"versions": [version]},
        "values": {"versions": {"values": [version]}},
        "one": {"version": version},
    }[form]
    cloud.on("GET", "/compute/", saying(200, document))
    _, _, body = client.ask("GET", client.places["compute"].removesuffix("v2.1"))

    assert hidden.encode() not in body
    assert b"http://manual.example/" in body


def test_moved_gives_each_service_an_address_of_its_own(
    recording: Recording, cloud: Upstream
) -> None:
    client = recording(condition=Condition.MOVED)
    cloud.on("GET", "/compute/v2.1/servers", saying(200, {"servers": []}))
    client.login()
    addresses = {kind: OURS.match(place)[0] for kind, place in client.places.items()}  # type: ignore[index]  # every place is ours

    assert len(set(addresses.values())) == len(addresses)
    assert client.ask("GET", client.at("compute", "/servers"))[0] == 200
    guessed = client.recorder.auth_url.replace("/identity/v3", "/compute/v2.1/servers")
    assert client.ask("GET", guessed)[0] == 404
    assert len(cloud.seen) == 2
