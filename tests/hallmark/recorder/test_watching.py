"""What a footprint says of the calls, and what it never says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification.engine.footprint import AuthUse, Footprint, read_footprint, write_footprint
from hallmark.recorder import Recorder
from tests.hallmark.recorder.conftest import Recording
from tests.hallmark.recorder.upstream import (
    PROJECT,
    TOKEN,
    Client,
    Upstream,
    running,
    saying,
    token_document,
    with_keystone,
)

NONCE = "0" * 32
REQUEST = "req-f0c33b05-7cfb-48db-af89-cab5840a5dd3"


def footprint_of(client: Client) -> Footprint:
    """As it comes back from its file."""
    return read_footprint(write_footprint(client.recorder.footprint(nonce=NONCE)))


def test_calls_become_operations(recording: Recording, cloud: Upstream) -> None:
    client = recording(user_agents=("plan-b/",))
    answer = saying(200, {}, OpenStack_API_Version="compute 2.61", X_OpenStack_Request_ID=REQUEST)
    cloud.on("GET", "/compute/v2.1/servers", answer)
    cloud.on("POST", "/compute/v2.1/servers/7/action", saying(202, b""))
    client.login()
    for _ in range(2):
        client.ask(
            "GET",
            client.at("compute", "/servers?name=secret"),
            OpenStack_API_Version="compute latest",
            User_Agent="plan-b/1.0",
        )
    client.ask("POST", client.at("compute", "/servers/7/action"), {"os-stop": None, "x": 1})
    found = footprint_of(client)

    told = {
        (one.service, one.method, one.path, one.status, one.action, one.mv_asked, one.mv_answered)
        for one in found.operations
    }
    assert told == {
        ("identity", "POST", "/auth/tokens", 201, "", "", ""),
        ("compute", "GET", "/servers", 200, "", "latest", "2.61"),
        ("compute", "POST", "/servers/{id}/action", 202, "os-stop", "", ""),
    }
    assert (found.requests, found.unknown) == (4, 0)
    assert (found.facts.agents_declared, found.facts.agents_other) == (2, 2)
    assert len(found.request_ids_sha256) == 1
    assert [one.count for one in found.operations if one.path == "/servers"] == [2]


PASSWORD = {"methods": ["password"], "password": {"user": {"name": "u", "password": "p"}}}
CREDENTIAL = {
    "methods": ["application_credential"],
    "application_credential": {"id": "c", "secret": "s"},
}
TO_PROJECT = {"project": {"id": PROJECT}}


@pytest.mark.parametrize(
    ("identity", "scope", "more", "methods", "told"),
    [
        (PASSWORD, TO_PROJECT, {}, ("password",), "project"),
        (PASSWORD, {"domain": {"id": "d"}}, {}, ("password",), "domain"),
        (PASSWORD, {"system": {"all": True}}, {}, ("password",), "system"),
        (PASSWORD, {"OS-TRUST:trust": {"id": "t"}}, {}, ("password",), "trust"),
        (PASSWORD, "unscoped", {}, ("password",), "unscoped"),
        (CREDENTIAL, None, {}, ("application_credential",), "implied"),
        (PASSWORD, None, {"project": None}, ("password",), "unscoped"),
        ({"methods": ["password", "totp"]}, TO_PROJECT, {}, ("password", "totp"), "project"),
        ({"methods": "odd"}, ["odd"], {"roles": "odd"}, (), "unscoped"),
    ],
)
def test_a_token_is_told_by_methods_scope_and_roles(
    client: Client,
    cloud: Upstream,
    *,
    identity: Any,
    scope: Any,
    more: Any,
    methods: Any,
    told: str,
) -> None:
    with_keystone(cloud, **more)
    auth = {"identity": identity, **({} if scope is None else {"scope": scope})}
    client.ask("POST", client.recorder.auth_url + "/auth/tokens", {"auth": auth})

    roles = () if "roles" in more else ("member",)
    assert footprint_of(client).auth == (AuthUse(methods, told, roles, 1),)


def test_a_refused_login_is_no_use_of_a_credential(client: Client, cloud: Upstream) -> None:
    cloud.on("POST", "/identity/v3/auth/tokens", saying(401, {"error": {}}))
    client.ask("POST", client.recorder.auth_url + "/auth/tokens", {"auth": {"identity": PASSWORD}})

    found = footprint_of(client)
    assert (found.auth, found.facts.auth_identities) == ((), 0)
    assert [one.status for one in found.operations] == [401]


def test_credentials_are_told_apart_a_new_password_too(client: Client) -> None:
    changed = {"methods": ["password"], "password": {"user": {"name": "u", "password": "new"}}}
    turned = {"methods": ["password"], "password": {"user": {"password": "p", "name": "u"}}}
    for identity in (PASSWORD, turned, PASSWORD, changed, CREDENTIAL):
        client.login(**identity)
    client.login(methods=["token"], token={"id": "handed on"})

    assert footprint_of(client).facts.auth_identities == 3


@pytest.mark.parametrize(
    ("service", "path", "form"),
    [
        ("compute", "/servers", lambda link: {"servers_links": [{"rel": "next", "href": link}]}),
        ("image", "/v2/images", lambda link: {"next": link}),
        ("network", "/v2.0/ports", lambda link: {"links": {"next": link, "self": "x"}}),
    ],
)
@pytest.mark.parametrize("relative", [True, False])
def test_only_a_link_that_is_followed_counts(
    client: Client, cloud: Upstream, *, service: str, path: str, form: Any, relative: bool
) -> None:
    client.login()
    whole = client.at(service, path)
    below = "/" + whole.split("/", 3)[3]
    link = f"{'' if relative else cloud.origin}{below}?limit=2&marker=m%201"
    cloud.on("GET", below, saying(200, form(link)))
    client.ask("GET", whole)
    assert footprint_of(client).facts.next_links == 0
    client.ask("GET", f"{whole}?marker=other")
    assert footprint_of(client).facts.next_links == 0
    client.ask("GET", f"{whole}?marker=m+1&limit=500")
    assert footprint_of(client).facts.next_links == 1


def test_the_tokens_project_is_no_part_of_the_path(client: Client, cloud: Upstream) -> None:
    name = "not-an-id"
    cloud.on(
        "POST",
        "/identity/v3/auth/tokens",
        saying(
            201,
            token_document(
                cloud,
                {"block-storage": f"/volume/v3/{name}"},
                project={"id": name},
            ),
            X_Subject_Token=TOKEN,
        ),
    )
    client.login()
    client.ask("GET", client.at("block-storage", "/volumes"), X_Auth_Token=TOKEN)

    assert footprint_of(client).operations[0].path == "/volumes"


def test_a_fault_of_the_recorder_leaves_no_footprint(
    client: Client, cloud: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    from http.client import RemoteDisconnected

    from hallmark.recorder import RecorderBroken
    from hallmark.recorder.watch import Watch

    def broken(*_: Any) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(Watch, "note", broken)
    with pytest.raises(RemoteDisconnected):
        client.ask("GET", client.recorder.auth_url)
    with pytest.raises(RecorderBroken):
        client.recorder.footprint(nonce=NONCE)


# Nothing that is secret, and no name.

WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=8).map(lambda word: f"Sq{word}9")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(secret=WORDS, status=st.sampled_from([200, 201, 401, 404, 500]))
def test_no_secret_and_no_name_is_ever_written(secret: str, status: int) -> None:
    with running() as cloud, Recorder(auth_url=f"{cloud.origin}/identity/v3") as recorder:
        client = Client(recorder)
        roles = [{"name": secret, "id": secret}]
        user = {"name": secret, "id": secret}
        document = token_document(cloud, roles=roles, user=user, name=secret)
        document["token"]["catalog"].append(
            {"type": secret, "name": secret, "endpoints": [{"url": f"{cloud.origin}/{secret}/v2"}]}
        )
        cloud.on("POST", "/identity/v3/auth/tokens", saying(201, document, X_Subject_Token=secret))
        client.login(methods=[secret, "password"], password={secret: secret})
        for service in ("compute", "block-storage", "network", "image", "object-store", secret):
            for path in (f"/{secret}", f"/servers/{secret}/action", f"/v2/{secret}/{secret}"):
                for method in ("GET", "POST", secret.upper()[:3] + "X", "DELETE"):
                    here = client.at(service, path)
                    below = "/" + here.split("/", 3)[3]
                    cloud.on(method, below, saying(status, {secret: secret}, **headers(secret)))
                    client.ask(
                        method if method in ("GET", "POST", "DELETE") else "PURGE",
                        f"{here}?{secret}={secret}&marker={secret}",
                        {secret: {secret: [secret]}},
                        X_Auth_Token=secret,
                        User_Agent=f"{secret}/{secret}",
                        **headers(secret),
                    )
        client.close()
        written = write_footprint(recorder.footprint(nonce=NONCE))

    assert secret.encode().lower() not in written.lower()
    assert json.loads(written)["totals"]["requests"] == 73
    read_footprint(written)


def headers(secret: str) -> dict[str, str]:
    return {
        "OpenStack_API_Version": f"compute {secret}",
        "X_OpenStack_Request_ID": f"req-{secret}",
        "X_Trans_Id": secret,
        "Location": f"http://{secret}.example/{secret}",
    }
