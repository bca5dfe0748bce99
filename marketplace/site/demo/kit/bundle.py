"""A bundle as the test kit would have made it of a product that does not exist."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from certification.engine.bundle import (
    KitResult,
    Manifest,
    Signature,
    bundle_files,
    idempotent_id_of,
    write_bundle,
)
from certification.engine.footprint import (
    Call,
    Condition,
    Footprint,
    FootprintLedger,
    Mode,
    Normaliser,
    OperationTable,
)
from certification.engine.integration import IntegrationRules
from certification.engine.report import TestState
from marketplace.site.demo.kit.calls import FLOATING, PORT, UNDISTURBED, Line

KIT_VERSION = "0.1.0"
RECORDER_VERSION = "0.1.0"
_NOT_OFFERED = "The laboratory's cloud does not offer what this test needs."
_HOST = "https://{service}.cloud.example{mount}"
#: Where a service is mounted; the rest at the root.
_MOUNTS = {
    "identity": "/v3",
    "compute": "/v2.1",
    "block-storage": "/v3",
    "image": "/v2",
    "network": "/v2.0",
    "object-store": "/v1",
    "load-balancer": "/v2.0",
    "dns": "/v2",
    "key-manager": "/v1",
    "orchestration": "/v1",
    "metric": "/v1",
    "alarm": "/v2",
    "shared-file-system": "/v2",
}
_CONDITIONS = {
    "identity.catalog": Condition.MOVED,
    "identity.tls_verify": Condition.BAD_CA,
    "identity.reauth": Condition.EXPIRE,
    "quota.exceeded": Condition.QUOTA,
    "compute.microversion": Condition.OLD_MV,
    "resilience.pagination": Condition.SMALL_PAGES,
    "resilience.retry": Condition.FLAKY,
    "resilience.rate_limit": Condition.LIMITED,
    "resilience.partial": Condition.HALF_FAIL,
}


@dataclass(frozen=True, slots=True)
class KitScript:
    """What the run shows: `passed` capabilities, `failed` ones with the reason; the rest is
    skipped. `floating`: this run used a floating IP (two runs prove both ways of addressing)."""

    product: str
    version: str
    profile: str
    primary: str
    cloud: str
    cloud_release: str
    passed: frozenset[str]
    failed: Mapping[str, str] = field(default_factory=dict)
    mode: Mode = Mode.DEFAULT
    has_logins: bool = True
    floating: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)
    probe: bytes = b""


def simulated_bundle(
    script: KitScript,
    *,
    rules: IntegrationRules,
    table: OperationTable,
    nonce: str,
    began_at: datetime,
) -> tuple[dict[str, bytes], bytes]:
    """The bundle's files and, for signing, its manifest among them; see `sealed`."""
    play = _Play(script, table, nonce, began_at)
    footprints = play.footprints()
    ended = began_at + timedelta(seconds=play.lasted_s)
    results = [_result(name, script, began_at, ended) for name in sorted(rules.capabilities)]
    manifest = Manifest(
        kit_version=KIT_VERSION,
        nonce=nonce,
        product=script.product,
        product_version=script.version,
        user_agents=(_agent(script),),
        profile=script.profile,
        primary=script.primary,
        has_logins=script.has_logins,
        cloud=script.cloud,
        cloud_release=script.cloud_release,
        guideline=rules.guideline.id,
        mode=script.mode,
        settings=script.settings,
        started=_moment(began_at),
        ended=_moment(ended),
        files={},
    )
    transcripts = {
        one.capability: f"simulated: {one.state.value}\n{one.reason}\n".encode() for one in results
    }
    files = bundle_files(manifest, results, footprints, transcripts, script.probe)
    return files, files["manifest.json"]


def sealed(files: Mapping[str, bytes], signatures: Iterable[Signature] = ()) -> bytes:
    """The zip that is uploaded."""
    return write_bundle(files, signatures)


class _Play:
    """The product's calls under each condition, noted as the recorder would."""

    def __init__(
        self, script: KitScript, table: OperationTable, nonce: str, began_at: datetime
    ) -> None:
        self._script = script
        self._table = table
        self._nonce = nonce
        self._began_at = began_at
        self._id = hashlib.sha256(f"{nonce}{script.product}".encode()).hexdigest()[:32]
        self.lasted_s = 0.0

    def footprints(self) -> list[Footprint]:
        wanted = {_CONDITIONS[name] for name in self._script.passed if name in _CONDITIONS}
        order = [Condition.PLAIN, *sorted(wanted)]
        return [self._footprint(condition) for condition in order]

    def _footprint(self, condition: Condition) -> Footprint:
        normaliser = Normaliser(self._table)
        normaliser.learn_catalog(_catalog())
        self._ledger = FootprintLedger(normaliser, [_agent(self._script)])
        self._clock = 0.0
        started = self._began_at + timedelta(seconds=self.lasted_s)
        getattr(self, f"_play_{condition.name.lower()}", self._play_plain)()
        self.lasted_s += self._clock + 5.0
        return self._ledger.footprint(
            nonce=self._nonce,
            condition=condition,
            mode=self._script.mode,
            recorder_version=RECORDER_VERSION,
            product=self._script.product,
            product_version=self._script.version,
            cloud_release=self._script.cloud_release,
            started=_moment(started),
            ended=_moment(started + timedelta(seconds=self._clock + 1)),
            mv_floor={"compute": "2.67"} if condition is Condition.OLD_MV else {},
        )

    def _play_plain(self) -> None:
        self._sign_in()
        passed = self._script.passed
        for name, lines in UNDISTURBED.items():
            if name in passed:
                self._all(lines)
        if "network.address_modes" in passed:
            self._all(FLOATING if self._script.floating else PORT)

    def _play_bad_ca(self) -> None:
        """It stops before its first request."""

    def _play_expire(self) -> None:
        self._sign_in()
        self._call(Line("compute", "GET", "/servers", 401))
        self._sign_in()
        self._call(Line("compute", "GET", "/servers"))

    def _play_old_mv(self) -> None:
        self._sign_in()
        self._call(Line("compute", "GET", "/servers"), microversion="2.67")

    def _play_small_pages(self) -> None:
        self._play_plain()
        for _ in range(7):
            self._call(Line("compute", "GET", "/servers/detail"))
            self._ledger.note_next_link()

    def _play_flaky(self) -> None:
        self._sign_in()
        for _ in range(4):
            self._call(Line("compute", "GET", "/servers/#", 503))
            self._call(Line("compute", "GET", "/servers/#"))

    def _play_limited(self) -> None:
        self._sign_in()
        self._call(Line("compute", "GET", "/servers", 429))
        self._clock += 2.0
        self._call(Line("compute", "GET", "/servers"))

    def _play_quota(self) -> None:
        self._sign_in()
        self._call(Line("compute", "POST", "/servers", 403))

    def _play_half_fail(self) -> None:
        self._sign_in()
        self._call(Line("compute", "POST", "/servers", 202))
        self._call(Line("compute", "POST", "/servers", 500))
        self._call(Line("compute", "DELETE", "/servers/#", 204))

    def _sign_in(self) -> None:
        self._call(Line("identity", "POST", "/auth/tokens", 201))
        methods = ("password",)
        if self._script.passed & {"identity.app_credential", "identity.delegation"}:
            methods = ("application_credential",)
        identities = ("one", "two") if "secrets.rotate" in self._script.passed else ("one",)
        for identity in identities:
            self._ledger.note_auth(methods, "project", ("member",), f"{self._id}{identity}")

    def _all(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self._call(line)

    def _call(self, line: Line, microversion: str = "") -> None:
        self._clock += 7.0
        asked = microversion or ("2.96" if line.service == "compute" else "")
        origin = _origin(line.service)
        self._ledger.note(
            Call(
                method=line.method,
                url=origin + line.path.replace("#", self._id),
                status=line.status,
                seconds=self._clock,
                user_agent=f"{_agent(self._script)} (simulated)",
                mv_asked=f"compute {asked}" if asked else "",
                mv_answered=f"compute {asked}" if asked else "",
                action=line.action,
                project_id=self._id,
                answered=self._clock + 0.2,
            )
        )


def _catalog() -> list[dict[str, object]]:
    return [
        {
            "type": service,
            "name": service,
            "endpoints": [{"interface": "public", "region": "One", "url": _origin(service)}],
        }
        for service in _MOUNTS
    ]


def _origin(service: str) -> str:
    return _HOST.format(service=service, mount=_MOUNTS[service])


def _agent(script: KitScript) -> str:
    return f"{script.product.lower().replace(' ', '-')}/{script.version}"


def _result(name: str, script: KitScript, began: datetime, ended: datetime) -> KitResult:
    state, reason = TestState.SKIPPED, _NOT_OFFERED
    if name in script.passed:
        state, reason = TestState.PASSED, ""
    elif name in script.failed:
        state, reason = TestState.FAILED, script.failed[name]
    return KitResult(
        capability=name,
        idempotent_id=idempotent_id_of(name),
        state=state,
        reason=reason,
        transcript_sha256="",
        started=_moment(began),
        ended=_moment(ended),
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
