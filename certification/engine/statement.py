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
from certification.engine.integration import Level, LevelEvaluation, evaluation_document
from certification.engine.verdict import Evaluation, Verdict

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://slsa.dev/verification_summary/v1"
FACTS = "urn:hallmark:certificate:v1"
_PROFILE_TYPE = "urn:hallmark:integration-profile:v1"


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
class Evidence:
    """One run that the statement rests on."""

    url: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Grant:
    """Everything else that a statement says. Addresses are absolute; times aware. `evidence_url`
    and `evidence_sha256` are of the run itself, `supporting` of further runs of its set."""

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
    supporting: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """One cloud that the product was run on. `ended` is RFC 3339, UTC."""

    openstack_release: str
    measured: bool
    cloud: str
    ended: str


@dataclass(frozen=True, slots=True)
class _Judged:
    """What both programmes say of a judgement."""

    ruleset: int
    guideline_digest: str
    level: str
    facts: dict[str, Any]


def level_name(target: str) -> str:
    return f"HALLMARK_POWERED_{target.upper()}"


def integration_level_name(level: Level) -> str:
    return f"HALLMARK_INTEGRATION_{level.name}"


def statement(descriptor: Descriptor, evaluation: Evaluation, grant: Grant) -> dict[str, Any]:
    """The statement as plain JSON data. Raises NotProven for anything but a passed evaluation."""
    if evaluation.verdict is not Verdict.PASSED:
        raise NotProven(f"The evaluation says {evaluation.verdict.value}.")
    judged = _Judged(
        evaluation.ruleset,
        evaluation.guideline_digest,
        level_name(evaluation.target),
        {
            "guideline": evaluation.guideline_id,
            "amendments": list(evaluation.amendments),
            "waivers": list(evaluation.waivers),
            "evaluation": evaluation.digest,
            "target": evaluation.target,
            "required": evaluation.required.to_document(),
            "notTested": list(evaluation.not_tested),
            "capabilities": {
                capability.id: {"passed": capability.passed, "total": capability.total}
                for capability in evaluation.capabilities
                if capability.status is CapabilityStatus.REQUIRED
            },
        },
    )
    return _statement(descriptor, judged, grant)


def level_statement(
    descriptor: Descriptor,
    evaluation: LevelEvaluation,
    level: Level,
    tried: tuple[Tried, ...],
    grant: Grant,
) -> dict[str, Any]:
    """The same for an integration level. Raises NotProven unless the evidence reaches it."""
    if level is Level.LISTED or evaluation.level < level:
        raise NotProven(f"The evidence reaches {evaluation.level.word}, not {level.word}.")
    judged = _Judged(
        evaluation.ruleset,
        evaluation.guideline_digest,
        integration_level_name(level),
        {
            "guideline": evaluation.guideline_id,
            "evaluation": digest_of(evaluation_document(evaluation)),
            "target": level.word,
            "stackFigure": {
                "shown": evaluation.figure.shown,
                "exact": str(evaluation.figure.exact),
            },
            "evidenceClass": evaluation.evidence_class.word,
            "profile": {"uri": _PROFILE_TYPE, "digest": {"sha256": evaluation.profile.digest}},
            "notApplicable": [
                {"subject": one.subject, "reason": one.reason}
                for one in evaluation.profile.not_applicable
            ],
            "tried": [
                {
                    "openstackRelease": one.openstack_release,
                    "measured": one.measured,
                    "cloud": one.cloud,
                    "ended": one.ended,
                }
                for one in tried
            ],
            "capabilities": {one.capability: one.outcome.value for one in evaluation.capabilities},
            **({"amendments": list(evaluation.amendments)} if evaluation.amendments else {}),
        },
    )
    return _statement(descriptor, judged, grant)


def _statement(descriptor: Descriptor, judged: _Judged, grant: Grant) -> dict[str, Any]:
    evidence = (Evidence(grant.evidence_url, grant.evidence_sha256), *grant.supporting)
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
            "verifier": {"id": grant.verifier, "version": {"ruleset": str(judged.ruleset)}},
            "timeVerified": rfc3339(grant.issued_at),
            "resourceUri": grant.product_url,
            "policy": {
                "uri": grant.guideline_url,
                "digest": {"sha256": judged.guideline_digest},
            },
            "inputAttestations": [
                {"uri": one.url, "digest": {"sha256": one.sha256}} for one in evidence
            ],
            "verificationResult": "PASSED",
            "verifiedLevels": [judged.level],
            FACTS: {
                **judged.facts,
                "number": grant.number,
                "openstackRelease": descriptor.openstack_release,
                "assurance": grant.assurance,
                "passesOnly": grant.passes_only,
                "demo": grant.is_demo,
                "validUntil": rfc3339(grant.valid_until),
            },
        },
    }


def rfc3339(moment: datetime) -> str:
    """UTC to the second, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
