"""Small footprints and runs, made in the test that needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from certification.engine.footprint.model import (
    AuthUse,
    Condition,
    Facts,
    Footprint,
    Matched,
    Mode,
    Operation,
)
from certification.engine.integration import EvidenceClass, EvidenceRun, parse_rules
from certification.engine.report import TestState
from certification.guidelines import shipped_bytes

RAW = shipped_bytes("integration.2026.11")
RULES = parse_rules(RAW)
MEMBER = AuthUse(("application_credential",), "project", ("member", "reader"), 1)
PASSWORD = AuthUse(("password",), "project", ("member",), 1)


def calls(lines: Iterable[str]) -> tuple[Operation, ...]:
    """`POST compute /servers 202`, one second apart; then in any order `x3` (count), `@9` (its
    second), `api=v2.0`, `action=addFloatingIp`."""
    return tuple(_call(line, second) for second, line in enumerate(lines, 1))


def _call(line: str, second: int) -> Operation:
    method, service, path, status, *more = line.split()
    made = Operation(
        service, None, method, path, int(status), 1, Matched.TABLE, float(second), float(second)
    )
    for word in more:
        if word.startswith("x"):
            made = replace(made, count=int(word[1:]))
        elif word.startswith("@"):
            made = replace(made, first_s=float(word[1:]), last_s=float(word[1:]))
        elif word.startswith("api="):
            made = replace(made, api=word[4:])
        else:
            made = replace(made, action=word.removeprefix("action="))
    return made


def footprint(
    condition: str,
    *lines: str,
    auth: tuple[AuthUse, ...] = (MEMBER,),
    lasted: int = 50,
    **facts: Any,
) -> Footprint:
    """All calls carry the product's User-Agent unless `facts` say otherwise."""
    operations = calls(lines)
    requests = sum(one.count for one in operations)
    known = {"next_links": 0, "auth_identities": 1, "retries_after_5xx": 0}
    return Footprint(
        nonce="0" * 32,
        recorder_version="1",
        table_sha256="1" * 64,
        product="p",
        product_version="1.0",
        user_agents=("p/",),
        cloud_release="gazpacho",
        condition=Condition(condition),
        mode=Mode.DEFAULT,
        started="2026-11-01T10:00:00Z",
        ended=f"2026-11-01T10:{lasted // 60:02}:{lasted % 60:02}Z",
        auth=auth,
        operations=operations,
        facts=Facts(**{**known, "agents_declared": requests, **facts}),
        requests=requests,
        unknown=0,
        mv_floor={},
    )


def run(
    *footprints: Footprint,
    passed: Iterable[str] = (),
    results: Mapping[str, TestState] | None = None,
    number: int = 1,
    mode: Mode = Mode.DEFAULT,
    evidence_class: EvidenceClass = EvidenceClass.LIVE,
    version: str = "1.0",
    release: str = "gazpacho",
) -> EvidenceRun:
    """`number` makes its nonce, digest and end."""
    return EvidenceRun(
        evidence_sha256=f"{number:064x}",
        nonce=f"{number:032x}",
        kit_version="1",
        product_version=version,
        cloud="lab",
        openstack_release=release,
        release_measured=True,
        mode=mode,
        started="2026-11-01T10:00:00Z",
        ended=f"2026-11-{number:02}T11:00:00Z",
        evidence_class=evidence_class,
        results={**dict.fromkeys(passed, TestState.PASSED), **(results or {})},
        footprints=footprints,
        reasons={},
    )


PLAIN = (
    "GET compute /limits 200",
    "POST identity /auth/tokens 201",
    "GET identity /auth/tokens 200",
    "GET network /networks 200",
    "POST compute /os-server-groups 200",
    "DELETE compute /os-server-groups/{id} 204",
    "POST compute /servers 202",
    "DELETE compute /servers/{id} 204",
    "POST network /security-group-rules 201",
    "DELETE network /security-group-rules/{id} 204",
    "POST block-storage /volumes 202",
    "DELETE block-storage /volumes/{id} 202",
    "POST block-storage /snapshots 202",
    "DELETE block-storage /snapshots/{id} 202",
    "PUT object-store /{id}/{id}/{id} 201",
    "DELETE object-store /{id}/{id}/{id} 204",
    "POST shared-file-system /shares 200",
    "DELETE shared-file-system /shares/{id} 202",
    "POST image /images 201",
    "DELETE image /images/{id} 204",
    "POST load-balancer /lbaas/loadbalancers 201",
    "DELETE load-balancer /lbaas/loadbalancers/{id} 204",
    "POST dns /zones/{id}/recordsets 202",
    "DELETE dns /zones/{id}/recordsets/{id} 202",
    "POST orchestration /stacks 201",
    "DELETE orchestration /stacks/{id} 204",
    "POST key-manager /secrets 201",
    "DELETE key-manager /secrets/{id} 204",
    "GET metric /v1/metric/{id}/measures 200",
    "POST metric /v1/batch 202",
    "POST alarm /alarms 201",
    "DELETE alarm /alarms/{id} 204",
)
FLOATING = ("POST network /floatingips 201", "DELETE network /floatingips/{id} 204")


def everything(plain: tuple[str, ...] = PLAIN) -> tuple[Footprint, ...]:
    """Footprints in which every condition of one run holds."""
    return (
        footprint("plain", *plain, auth_identities=2),
        footprint("plain", "GET compute /servers 200", lasted=90),
        footprint("moved", *plain),
        footprint("bad-ca", agents_declared=0),
        footprint("expire", "GET compute /servers 401", "POST identity /auth/tokens 201"),
        footprint("old-mv", "GET compute /servers 200"),
        footprint("small-pages", "GET compute /servers 200", next_links=1),
        footprint("flaky", "GET compute /servers 503", retries_after_5xx=1),
        footprint("limited", "GET compute /servers 429", after_429_min_s=2.0),
        footprint("quota", "POST compute /servers 403"),
        footprint("half-fail", "POST compute /servers 500"),
    )


def proving_runs(
    passed: Iterable[str] | None = None,
    *,
    evidence_class: EvidenceClass = EvidenceClass.LIVE,
    mode: Mode = Mode.DEFAULT,
    first_number: int = 1,
) -> tuple[EvidenceRun, EvidenceRun]:
    """Two runs that prove exactly these capabilities (all by default), those of two runs too."""
    names = tuple(RULES.capabilities if passed is None else passed)
    return (
        run(
            *everything(PLAIN + FLOATING),
            passed=names,
            number=first_number,
            mode=mode,
            evidence_class=evidence_class,
            version="0.9",
            release="flamingo",
        ),
        run(
            *everything(),
            passed=names,
            number=first_number + 1,
            mode=mode,
            evidence_class=evidence_class,
        ),
    )


def required_by(*levels: str) -> tuple[str, ...]:
    """Capabilities that the table marks with these letters (`C`, `I`, `N`)."""
    return tuple(name for name, letters in TABLE.items() if set(letters) & set(levels))


#: Table 3 of the guideline, as its authors wrote it.
_ROWS = """
identity.v3_auth C
identity.catalog C
identity.tls_verify C
identity.domains C
identity.app_credential cI
identity.member_role I
identity.reauth I
identity.delegation iN
identity.end_user_token N
identity.role_mapping N
identity.federation n
tenancy.cleanup C
tenancy.isolation I
tenancy.marking I
tenancy.region i
quota.preflight I
quota.exceeded I
compute.lifecycle C
compute.microversion I
compute.user_data I
compute.placement i
network.neutron_only cI
network.address_modes I
network.security_groups I
network.ipv6 i
block.volumes I
block.snapshots iN
object.store iN
shared.manila n
image.upload I
image.verify i
lb.octavia iN
dns.designate n
orch.heat n
secrets.no_plaintext I
secrets.barbican iN
secrets.rotate n
telemetry.consume iN
telemetry.publish N
telemetry.alarms n
events.react N
events.audit n
dashboard.catalog N
dashboard.panel n
ops.user_agent C
ops.releases C
ops.request_ids I
ops.upgrade I
ops.cloud_upgrade N
resilience.pagination C
resilience.states C
resilience.retry I
resilience.rate_limit I
resilience.partial I
"""
TABLE = dict(line.split() for line in _ROWS.splitlines() if line)
