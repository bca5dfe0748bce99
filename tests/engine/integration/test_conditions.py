"""Each row's footprint condition: what holds, and what does not."""

from __future__ import annotations

import pytest

from certification.engine.footprint.model import AuthUse, Footprint
from certification.engine.integration import Outcome, Profile, judge_level
from tests.engine.integration.building import (
    MEMBER,
    PASSWORD,
    RULES,
    TABLE,
    everything,
    footprint,
    run,
)

TOKEN = "POST identity /auth/tokens 201"
SERVER = "POST compute /servers 202"
GONE = "DELETE compute /servers/{id} 204"
NETWORKS = "GET network /networks 200"
LIMITS = "GET compute /limits 200"
LIST = "GET compute /servers 200"
TRUST = AuthUse(("token",), "trust", ("member",), 1)
ADMIN = AuthUse(("password",), "project", ("admin", "member"), 1)
READER = AuthUse(("password",), "project", ("reader",), 1)
UNSCOPED = AuthUse(("password",), "unscoped", (), 1)

Case = tuple[Footprint, ...]


def plain(*lines: str, **more: object) -> Case:
    return (footprint("plain", *lines, **more),)  # type: ignore[arg-type]  # facts by keyword


def under(condition: str, *lines: str, **more: object) -> Case:
    return (footprint(condition, *lines, **more),)  # type: ignore[arg-type]  # facts by keyword


#: Capability to (footprints with which it is proved, footprints with which it is not).
ROWS: dict[str, tuple[list[Case], list[Case]]] = {
    "identity.v3_auth": (
        [plain(TOKEN), plain(TOKEN, "GET network /networks 200 api=v2.0")],
        [
            plain(LIST),
            plain("POST identity /auth/tokens 401"),
            plain(TOKEN, auth=(UNSCOPED,)),
            plain(TOKEN, "GET identity / 200 api=v2.0"),
            plain(TOKEN) + under("moved", "POST identity /tokens 200 api=v2.0"),
            under("moved", TOKEN),
        ],
    ),
    "identity.catalog": (
        [
            plain(LIST, NETWORKS) + under("moved", LIST, NETWORKS, TOKEN),
            plain(LIST, "GET unknown /{id} 200") + under("moved", LIST),
            plain(LIST, NETWORKS) + plain("GET alarm /{id} 200") + under("moved", LIST, NETWORKS),
        ],
        [
            plain(LIST, NETWORKS) + under("moved", LIST),
            plain(LIST) + under("moved", "GET compute /servers 404"),
            under("moved", LIST),
            plain(LIST),
            plain() + under("moved"),
        ],
    ),
    "identity.tls_verify": (
        [plain(LIST) + under("bad-ca")],
        [plain(LIST) + under("bad-ca", "GET identity / 200"), under("bad-ca"), plain(LIST)],
    ),
    "identity.app_credential": (
        [plain(TOKEN)],
        [plain(TOKEN, auth=(PASSWORD,)), plain(TOKEN, auth=()), under("moved", TOKEN)],
    ),
    "identity.member_role": (
        [plain(TOKEN)],
        [
            plain(TOKEN, auth=(MEMBER, ADMIN)),
            plain(TOKEN, auth=(READER,)),
            plain(TOKEN, auth=()),
            plain(TOKEN) + under("flaky", TOKEN, auth=(ADMIN,)),
        ],
    ),
    "identity.reauth": (
        [under("expire", "GET compute /servers 401 @5", "POST identity /auth/tokens 201 @6")],
        [
            under("expire", "POST identity /auth/tokens 201 @4", "GET compute /servers 401 @5"),
            under("expire", "POST identity /auth/tokens 201 @5", "GET compute /servers 401 @5"),
            under("expire", "GET compute /servers 401"),
            under("expire", TOKEN),
            plain("GET compute /servers 401", TOKEN),
        ],
    ),
    "identity.delegation": (
        [plain(TOKEN), plain(TOKEN, auth=(TRUST,))],
        [plain(TOKEN, auth=(PASSWORD,))],
    ),
    "identity.end_user_token": (
        [plain("GET identity /auth/tokens 200")],
        [plain("GET identity /auth/tokens 404"), plain(TOKEN)],
    ),
    "tenancy.cleanup": (
        [
            plain(TOKEN, SERVER, "POST compute /servers/{id}/action 202", GONE),
            plain("POST dns /zones 202", "POST dns /zones/{id}/recordsets 202",
                  "DELETE dns /zones/{id} 202"),
            plain("POST network /security-groups 201", "POST network /security-group-rules 201",
                  "DELETE network /security-groups/{id} 204"),
            plain("PUT object-store /{id}/{id} 201", "PUT object-store /{id}/{id}/{id} 201",
                  "DELETE object-store /{id}/{id}/{id} 204", "DELETE object-store /{id}/{id} 204"),
            plain(SERVER, "POST image /images 201", GONE, "DELETE image /images/{id} 204")
            + plain("POST alarm /{id} 201"),
            plain(SERVER, "POST network /ports 409", GONE),
            plain("POST load-balancer /lbaas/loadbalancers 201",
                  "POST load-balancer /lbaas/listeners 201",
                  "DELETE load-balancer /lbaas/loadbalancers/{id} 204"),
            plain("POST orchestration /stacks 201", "DELETE orchestration /stacks/{id}/{id} 204"),
        ],
        [
            plain(TOKEN, LIST),
            plain(SERVER),
            plain(SERVER, "DELETE compute /servers/{id} 404"),
            plain(SERVER, "POST block-storage /volumes 202", GONE),
            plain(SERVER, "DELETE compute /images/{id} 204"),
            plain("PUT object-store /{id}/{id} 201", "PUT object-store /{id}/{id}/{id} 201",
                  "DELETE object-store /{id}/{id}/{id} 204"),
            under("quota", SERVER, GONE),
            plain(SERVER) + plain(GONE),
            plain(SERVER, "POST image /images 201") + plain(SERVER, GONE),
        ],
    ),
    "quota.preflight": (
        [plain(LIMITS, SERVER), plain("GET network /quotas/{id} 200", SERVER),
         plain("HEAD object-store /{id} 204", "PUT object-store /{id}/{id} 201")],
        [
            plain(SERVER, LIMITS),
            plain("GET compute /limits 200 @3", "POST compute /servers 202 @3"),
            plain("GET compute /limits 403", SERVER),
            plain(LIMITS),
            plain("POST compute /servers 409", LIMITS, SERVER),
            plain(SERVER),
        ],
    ),
    "quota.exceeded": (
        [under("quota", "POST compute /servers 403"), under("quota", "POST compute /servers 413"),
         under("quota", "POST network /ports 409")],
        [under("quota", SERVER), under("quota", "GET compute /servers 403"),
         plain("POST compute /servers 403")],
    ),
    "compute.lifecycle": (
        [plain(SERVER, GONE)],
        [plain(SERVER), plain(GONE), plain("POST compute /servers 403", GONE),
         plain(SERVER, "DELETE compute /servers/{id} 404")],
    ),
    "compute.microversion": (
        [under("old-mv", LIST)],
        [under("old-mv", LIST, "GET compute /servers/{id} 406"), under("old-mv", NETWORKS),
         plain(LIST)],
    ),
    "compute.placement": (
        [plain("POST compute /os-server-groups 200")],
        [plain("POST compute /os-server-groups 400"), plain("GET compute /os-server-groups 200")],
    ),
    "network.neutron_only": (
        [plain(NETWORKS, SERVER)],
        [
            plain(SERVER),
            plain(NETWORKS, "GET compute /os-networks 404"),
            plain(NETWORKS, "POST compute /os-floating-ips 200"),
            plain(NETWORKS, "GET compute /os-security-groups/{id} 200"),
            plain(NETWORKS, "POST compute /servers/{id}/action 202 action=addFloatingIp"),
            plain(NETWORKS) + under("moved", "GET compute /os-networks/{id} 200"),
        ],
    ),
    "network.security_groups": (
        [plain("POST network /security-group-rules 201")],
        [plain("POST network /security-group-rules 409"), plain(NETWORKS)],
    ),
    "block.volumes": (
        [plain("POST block-storage /volumes 202")],
        [plain("POST block-storage /volumes 413"), plain("POST compute /volumes 202")],
    ),
    "block.snapshots": (
        [plain("POST block-storage /snapshots 202"), plain("POST block-storage /backups 202")],
        [plain("POST block-storage /volumes 202"), plain("GET block-storage /backups 200")],
    ),
    "object.store": (
        [plain("PUT object-store /{id}/{id}/{id} 201")],
        [plain("PUT object-store /{id}/{id} 201"), plain("GET object-store /{id}/{id}/{id} 200")],
    ),
    "shared.manila": (
        [plain("POST shared-file-system /shares 200")],
        [plain("GET shared-file-system /shares 200")],
    ),
    "image.upload": (
        [plain("POST image /images 201")],
        [plain("POST image /images 403"), plain("GET image /images 200")],
    ),
    "lb.octavia": (
        [plain("POST load-balancer /lbaas/loadbalancers 201")],
        [plain("POST network /lbaas/loadbalancers 404"),
         plain("GET load-balancer /lbaas/loadbalancers 200")],
    ),
    "dns.designate": (
        [plain("POST dns /zones/{id}/recordsets 202")],
        [plain("POST dns /zones 202")],
    ),
    "orch.heat": (
        [plain("POST orchestration /stacks 201")],
        [plain("POST orchestration /validate 200")],
    ),
    "secrets.barbican": (
        [plain("POST key-manager /secrets 201"), plain("POST key-manager /orders 202")],
        [plain("GET key-manager /secrets 200"), plain("POST key-manager /secrets 403")],
    ),
    "secrets.rotate": (
        [plain(TOKEN, auth_identities=2)],
        [plain(TOKEN, auth_identities=1), plain(TOKEN) + plain(TOKEN)],
    ),
    "telemetry.consume": (
        [plain("GET metric /{id} 200"), plain("GET monitoring /metrics 200")],
        [plain("POST metric /{id} 202"), plain("GET metering /meters 200")],
    ),
    "telemetry.publish": (
        [plain("POST metric /{id} 202"), plain("POST monitoring /metrics 204")],
        [plain("GET metric /{id} 200"), plain("POST metric /{id} 403")],
    ),
    "telemetry.alarms": (
        [plain("POST alarm /alarms 201"), plain("POST alarm /{id} 201")],
        [plain("GET alarm /alarms 200"), plain("POST alarm /{id}/{id} 200")],
    ),
    "events.react": (
        [
            plain("GET compute /servers 200 x2", lasted=60),
            plain("GET compute /servers 200 x11", lasted=600),
            plain(lasted=60),
            plain("GET compute /servers 200 x40") + plain(LIST, lasted=61),
            plain("POST compute /servers 202 x9", lasted=60),
        ],
        [
            plain("GET compute /servers 200 x3", lasted=60),
            plain("GET compute /servers 200 x2", "GET compute /servers 304", lasted=119),
            plain("HEAD compute /servers 200 x2", "GET compute /servers 200", lasted=60),
            plain(LIST, lasted=59),
            under("moved", LIST, lasted=90),
        ],
    ),
    "ops.user_agent": (
        [plain(LIST), plain(agents_declared=95, agents_other=5)],
        [plain(agents_declared=94, agents_other=5), plain(agents_declared=0),
         plain(agents_declared=0, agents_other=9)],
    ),
    "resilience.pagination": (
        [under("small-pages", LIST, next_links=1)],
        [under("small-pages", LIST), plain(LIST, next_links=4)],
    ),
    "resilience.retry": (
        [under("flaky", "GET compute /servers 503", retries_after_5xx=1),
         under("flaky", "GET compute /servers 500", retries_after_5xx=2)],
        [under("flaky", "GET compute /servers 503"), under("flaky", LIST, retries_after_5xx=1),
         plain("GET compute /servers 503", retries_after_5xx=1)],
    ),
    "resilience.rate_limit": (
        [under("limited", "GET compute /servers 429", after_429_min_s=1.9)],
        [
            under("limited", "GET compute /servers 429", after_429_min_s=1.8),
            under("limited", "GET compute /servers 429"),
            under("limited", LIST, after_429_min_s=2.0),
            under("limited", "GET compute /servers 429", after_429_min_s=9.0)
            + under("limited", "GET compute /servers 429", after_429_min_s=0.1),
        ],
    ),
}  # fmt: skip
TWO_RUNS = {"network.address_modes", "ops.upgrade", "ops.cloud_upgrade"}
TEST_ONLY = {
    "identity.domains", "identity.role_mapping", "identity.federation", "tenancy.isolation",
    "tenancy.marking", "tenancy.region", "compute.user_data", "network.ipv6", "image.verify",
    "secrets.no_plaintext", "events.audit", "dashboard.catalog", "dashboard.panel",
    "ops.releases", "ops.request_ids", "resilience.states", "resilience.partial",
}  # fmt: skip


def proved(capability: str, footprints: Case) -> Outcome:
    evidence = [run(*footprints, passed=[capability])]
    profile = Profile("app-platform", "compute")
    found = judge_level(RULES, profile, evidence).outcome_of(capability)
    return found.outcome


def test_every_row_is_tried() -> None:
    assert set(ROWS) | TWO_RUNS | TEST_ONLY == set(TABLE)
    by_document = {one.id for one in RULES.capabilities.values() if one.condition is None}
    assert by_document == TEST_ONLY


CASES = [
    (capability, kind, case)
    for capability, (good, bad) in ROWS.items()
    for kind, cases in ((Outcome.PASSED, good), (Outcome.NOT_PROVED, bad))
    for case in cases
]


@pytest.mark.parametrize(
    ("capability", "outcome", "footprints"),
    CASES,
    ids=[f"{c}-{k.value}-{i}" for i, (c, k, _) in enumerate(CASES)],
)
def test_row(capability: str, outcome: Outcome, footprints: Case) -> None:
    if capability in RULES.without_writes:  # else they would not apply without a write
        footprints = (*footprints, footprint("half-fail", "POST image /images 201"))
    assert proved(capability, footprints) is outcome


@pytest.mark.parametrize("capability", sorted(ROWS))
def test_no_footprint_proves_nothing(capability: str) -> None:
    assert proved(capability, ()) is Outcome.NOT_PROVED


@pytest.mark.parametrize("capability", sorted(ROWS))
def test_a_footprint_without_the_test_proves_nothing(capability: str) -> None:
    evaluation = judge_level(RULES, Profile("app-platform", "compute"), [run(*everything())])
    assert evaluation.outcome_of(capability).outcome is Outcome.NOT_PROVED


@pytest.mark.parametrize("capability", sorted(TEST_ONLY))
def test_where_the_test_decides_alone(capability: str) -> None:
    write = (footprint("plain", SERVER),)
    assert proved(capability, write) is Outcome.PASSED
    evaluation = judge_level(RULES, Profile("app-platform", "compute"), [run(*write)])
    assert evaluation.outcome_of(capability).outcome is Outcome.MISSING
