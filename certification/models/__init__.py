"""Guidelines, runs, evaluations, submissions, certificates, and the queue of record."""

from certification.models.appeals import Appeal
from certification.models.certificates import (
    Certificate,
    CertificateQuerySet,
    Dispute,
    Reinstatement,
)
from certification.models.guidelines import (
    Amendment,
    Guideline,
    GuidelineApproval,
    GuidelineQuerySet,
    KnownTest,
)
from certification.models.integration import (
    BundleFacts,
    Corroboration,
    IntegrationProfile,
    IntegrationStanding,
    NotApplicableGrant,
    ProbeReport,
    ServiceClaim,
    SupportingRun,
)
from certification.models.queue import Heartbeat, QueueEntry
from certification.models.rounds import JudgingRound
from certification.models.run_links import RunLink
from certification.models.runs import Evaluation, Run, RunQuerySet
from certification.models.submissions import RunChallenge, Submission, Waiver
from certification.models.time_bands import TimeBands

__all__ = [
    "Amendment",
    "Appeal",
    "BundleFacts",
    "Certificate",
    "CertificateQuerySet",
    "Corroboration",
    "Dispute",
    "Evaluation",
    "Guideline",
    "GuidelineApproval",
    "GuidelineQuerySet",
    "Heartbeat",
    "IntegrationProfile",
    "IntegrationStanding",
    "JudgingRound",
    "KnownTest",
    "NotApplicableGrant",
    "ProbeReport",
    "QueueEntry",
    "Reinstatement",
    "Run",
    "RunChallenge",
    "RunLink",
    "RunQuerySet",
    "ServiceClaim",
    "Submission",
    "SupportingRun",
    "TimeBands",
    "Waiver",
]
