"""The certificate's statement: in-toto Statement v1 with the SLSA verification summary.

Sources: in-toto Attestation Framework v1, Statement; SLSA v1, Verification Summary Attestation. Our
own facts stand under one field named by a URI. Levels are our names, never beginning with `SLSA_`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from certification.engine.canonical import canonical_bytes, digest_of
from certification.engine.guideline.model import CapabilityStatus
from certification.engine.verdict import Evaluation, Verdict

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://slsa.dev/verification_summary/v1"
FACTS = "urn:hallmark:certificate:v1"


class NotProven(ValueError):
    """A statement is made of passed evaluations alone (trust.md S13)."""

    code = "not-proven"


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What is certified; its digest is the statement's subject."""

    vendor: str
    product: str
    version: str
    openstack_release: str
    cpid: str

    def to_document(self) -> dict[str, str]:
        return {
            "type": "urn:hallmark:product-descriptor:v1",
            "vendor": self.vendor,
            "product": self.product,
            "version": self.version,
            "openstack_release": self.openstack_release,
            "cpid": self.cpid,
        }

    @property
    def canonical(self) -> bytes:
        return canonical_bytes(self.to_document())

    @property
    def digest(self) -> str:
        return digest_of(self.to_document())


@dataclass(frozen=True, slots=True)
class Grant:
    """Everything else that a statement says. Addresses are absolute; times aware."""

    number: str
    verifier: str
    product_url: str
    guideline_url: str
    evidence_url: str
    evidence_sha256: str
    assurance: str
    passes_only: bool
    is_demo: bool
    issued_at: datetime
    valid_until: datetime


def level_name(target: str) -> str:
    return f"HALLMARK_POWERED_{target.upper()}"


def statement(descriptor: Descriptor, evaluation: Evaluation, grant: Grant) -> dict[str, Any]:
    """The statement as plain JSON data. Raises NotProven for anything but a passed evaluation."""
    if evaluation.verdict is not Verdict.PASSED:
        raise NotProven(f"The evaluation says {evaluation.verdict.value}.")
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {
                "name": f"{descriptor.vendor}/{descriptor.product}/{descriptor.version}",
                "digest": {"sha256": descriptor.digest},
            }
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "verifier": {"id": grant.verifier, "version": {"ruleset": str(evaluation.ruleset)}},
            "timeVerified": rfc3339(grant.issued_at),
            "resourceUri": grant.product_url,
            "policy": {
                "uri": grant.guideline_url,
                "digest": {"sha256": evaluation.guideline_digest},
            },
            "inputAttestations": [
                {"uri": grant.evidence_url, "digest": {"sha256": grant.evidence_sha256}}
            ],
            "verificationResult": "PASSED",
            "verifiedLevels": [level_name(evaluation.target)],
            FACTS: _facts(descriptor, evaluation, grant),
        },
    }


def _facts(descriptor: Descriptor, evaluation: Evaluation, grant: Grant) -> dict[str, Any]:
    return {
        "number": grant.number,
        "guideline": evaluation.guideline_id,
        "amendments": list(evaluation.amendments),
        "waivers": list(evaluation.waivers),
        "evaluation": evaluation.digest,
        "target": evaluation.target,
        "openstackRelease": descriptor.openstack_release,
        "assurance": grant.assurance,
        "passesOnly": grant.passes_only,
        "demo": grant.is_demo,
        "validUntil": rfc3339(grant.valid_until),
        "required": evaluation.required.to_document(),
        "notTested": list(evaluation.not_tested),
        "capabilities": {
            capability.id: {"passed": capability.passed, "total": capability.total}
            for capability in evaluation.capabilities
            if capability.status is CapabilityStatus.REQUIRED
        },
    }


def rfc3339(moment: datetime) -> str:
    """UTC to the second, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
