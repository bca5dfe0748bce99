"""Bundles of the test kit about the products of tests, signed and under the nonces of tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from certification.engine.footprint import Mode
from certification.engine.integration import IntegrationRules, Level, Need, Profile
from certification.levels import operation_tables, rules_of
from certification.models import Guideline, Run
from certification.operations.integration import declare_profile
from certification.operations.submissions import issue_challenge
from hallmark.signing import BundleKey
from marketplace.catalogue.access import issue_key_challenge, register_key
from marketplace.catalogue.models import ProductRelease, User
from marketplace.catalogue.products import create_product, create_release
from marketplace.catalogue.vendors import create_vendor
from marketplace.site.demo.guidelines import INTEGRATION, load_guidelines
from marketplace.site.demo.kit import KitScript, simulated_bundle
from marketplace.site.demo.kit.bundle import sealed
from tests.factories import judged, person, two_admins

_nonces = itertools.count(1)


def required(rules: IntegrationRules, level: Level) -> frozenset[str]:
    """What a level and those below it require."""
    return frozenset(
        name for name, rule in rules.capabilities.items() if rule.needs[level] is Need.REQUIRED
    )


@dataclass
class Lab:
    """A vendor with one container platform, its key, and the guideline in force."""

    owner: User
    release: ProductRelease
    former: ProductRelease
    guideline: Guideline
    key: BundleKey
    rules: IntegrationRules
    table_of: dict[str, str] = field(default_factory=dict)

    def nonce(self, release: ProductRelease | None = None) -> str:
        """Given by the marketplace, for the current release unless another is named."""
        given = issue_challenge(
            release=release or self.release, guideline=self.guideline, by=self.owner
        )
        return given.nonce

    def bundle(
        self,
        passed: Iterable[str],
        *,
        nonce: str = "",
        version: str = "5.2",
        cloud_release: str = "gazpacho",
        signed: bool = True,
        floating: bool = True,
        mode: Mode = Mode.DEFAULT,
        product: str = "Marram",
        failed: dict[str, str] | None = None,
        began_at: datetime | None = None,
        probe: bytes = b"",
    ) -> bytes:
        script = KitScript(
            product=product,
            version=version,
            profile="container-platform",
            primary="compute",
            cloud="Ostermoor",
            cloud_release=cloud_release,
            passed=frozenset(passed),
            failed=failed or {},
            floating=floating,
            mode=mode,
            probe=probe,
        )
        [table] = operation_tables().values()
        files, manifest = simulated_bundle(
            script,
            rules=self.rules,
            table=table,
            nonce=nonce or f"{next(_nonces):032x}",
            began_at=began_at or timezone.now(),
        )
        return sealed(files, [self.key.sign_manifest(manifest)] if signed else [])

    def run(self, passed: Iterable[str], **about: object) -> Run:
        """A judged run of such a bundle, uploaded by the owner."""
        return judged(self.bundle(passed, **about), by=self.owner)  # type: ignore[arg-type] # passed through as it came

    def declare(self, profile: Profile | None = None) -> None:
        declare_profile(
            release=self.release,
            guideline=self.guideline,
            profile=profile or Profile("container-platform", "compute"),
            by=self.owner,
        )


def lab() -> Lab:
    load_guidelines(admins=two_admins())
    guideline = Guideline.objects.get(document_id=INTEGRATION)
    owner = person("Onno")
    vendor = create_vendor(name=f"Marram Works {next(_nonces)}", by=owner)
    product = create_product(
        vendor=vendor,
        name="Marram",
        category="container-platform",
        sentence="Clusters on demand.",
        by=owner,
    )
    former, release = (
        create_release(
            product=product, version=version, openstack_releases=["gazpacho", "flamingo"], by=owner
        )
        for version in ("5.1", "5.2")
    )
    key = BundleKey(Ed25519PrivateKey.generate())
    challenge = issue_key_challenge(by=owner)
    register_key(
        public_key=key.public_line,
        signature=key.prove(challenge.nonce),
        nonce=challenge.nonce,
        label="lab",
        by=owner,
    )
    return Lab(owner, release, former, guideline, key, rules_of(guideline))
