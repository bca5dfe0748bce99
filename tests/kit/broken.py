"""Products with one fault each, and what the guideline says they lose by it.

The losses were written down from the guideline's table of capabilities, not from a run.
"""

from __future__ import annotations

from dataclasses import dataclass

LIFE = (
    "identity.v3_auth",
    "identity.member_role",
    "tenancy.cleanup",
    "tenancy.marking",
    "quota.preflight",
    "network.neutron_only",
    "network.security_groups",
    "ops.user_agent",
)


NEEDS = {
    "secret": ("key-manager",),
    "volume": ("block-storage",),
    "around": ("object-store",),
    "upload-image": ("image",),
    "meter": ("metric",),
}


@dataclass(frozen=True, slots=True)
class Broken:
    """`fault` is a switch of the reference product. `tests` are tried, `lost` those of them that
    must fail. `parts` of the installation and `verbs` beside the usual ones keep the run short.
    `by` signs in. `long` ones have a quicker sibling."""

    fault: str
    lost: tuple[str, ...]
    tests: tuple[str, ...]
    parts: str = ""
    verbs: tuple[str, ...] = ()
    by: str = "fake-demo"
    long: bool = False

    @property
    def services(self) -> frozenset[str]:
        """What the cloud must offer; fewer services are looked at in less time."""
        asked = (*self.parts.split(), *self.verbs)
        more = {service for word in asked for service in NEEDS.get(word, ())}
        return frozenset({"compute", "network", *more})


#: Siblings of `marks-no-volume` and `secret-in-metadata`.
_OF_A_KIND = ("leaks-a-volume", "prints-its-secret", "secret-in-user-data")


def _in_life(fault: str, lost: str, *more: str, parts: str = "", by: str = "fake-demo") -> Broken:
    """A fault that the plain life of a small installation shows."""
    tests = tuple(dict.fromkeys((*LIFE, lost, *more)))
    return Broken(fault, (lost,), tests, parts, (), by, long=fault in _OF_A_KIND)


def _secret(fault: str) -> Broken:
    return _in_life(fault, "secrets.no_plaintext", parts="secret")


_HALF = ("resilience.partial", "ops.request_ids", "quota.exceeded")
_LOGINS = ("identity.end_user_token", "identity.role_mapping")
_IMAGES = ("image.upload", "image.verify")
_METERS = ("telemetry.consume", "telemetry.publish")

VARIANTS = (
    _in_life("leaks-a-volume", "tenancy.cleanup", parts="volume"),
    _in_life("marks-no-volume", "tenancy.marking", parts="volume"),
    _in_life("looks-at-no-limits", "quota.preflight"),
    _in_life("needs-an-administrator", "identity.member_role", by="fake-admin"),
    _in_life("asks-compute-for-networks", "network.neutron_only"),
    _in_life("opens-another-port", "network.security_groups"),
    _in_life("no-user-agent", "ops.user_agent"),
    _secret("secret-in-metadata"),
    _secret("secret-in-user-data"),
    _secret("prints-its-secret"),
    Broken("trusts-any-image", ("image.verify",), (*LIFE, *_IMAGES), verbs=("upload-image",)),
    Broken(
        "restores-something-else",
        ("block.snapshots",),
        (*LIFE, "block.snapshots", "object.store"),
        "volume around",
        ("backup", "restore"),
    ),
    Broken("measures-wrongly", _METERS[:1], (*LIFE, *_METERS), verbs=("meter", "publish")),
    Broken("publishes-nothing", _METERS[1:], _METERS, verbs=("meter", "publish"), long=True),
    Broken("hard-coded-endpoint", ("identity.catalog",), (*LIFE, "identity.catalog")),
    Broken(
        "trusts-anybody",
        ("identity.tls_verify",),
        ("identity.tls_verify", "identity.v3_auth"),
        long=True,
    ),
    Broken("dies-on-401", ("identity.reauth",), ("identity.reauth", "identity.v3_auth")),
    Broken("dies-with-the-password", ("identity.delegation",), ("identity.delegation",)),
    Broken("admits-anybody", _LOGINS, _LOGINS, verbs=("login",)),
    Broken(
        "keeps-the-secret-itself",
        ("secrets.barbican",),
        ("secrets.barbican",),
        "secret",
        ("use-secret",),
    ),
    Broken("places-anywhere", ("compute.placement",), ("compute.placement",), verbs=("place",)),
    Broken(
        "version-out-of-range",
        ("compute.microversion",),
        ("compute.microversion", "identity.v3_auth"),
    ),
    Broken(
        "stops-at-page-one",
        ("resilience.pagination",),
        ("resilience.pagination", "resilience.partial"),
    ),
    Broken("ignores-retry-after", ("resilience.rate_limit",), ("resilience.rate_limit",)),
    Broken("makes-it-twice", ("resilience.retry",), ("resilience.retry", "resilience.partial")),
    Broken("gives-up-on-503", ("resilience.retry",), ("resilience.retry",), long=True),
    Broken("waits-for-the-broken", ("resilience.states",), ("resilience.states",), verbs=("wait",)),
    Broken("leaves-half", ("resilience.partial", "quota.exceeded"), _HALF, "secret", long=True),
    Broken("hides-the-quota", ("quota.exceeded",), _HALF, "secret"),
    Broken("logs-no-request-id", ("ops.request_ids",), _HALF, "secret"),
)
