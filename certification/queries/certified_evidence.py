"""What a certificate rests on, judged again from the stored evidence."""

from __future__ import annotations

from certification.engine.verdict import Evaluation as Explanation
from certification.engine.verdict import evaluate
from certification.engine.verdict.waiver import Waiver as AppliedWaiver
from certification.judging import compiled_guideline, report_of
from certification.models import Certificate
from certification.queries.certificates import waivers_of


def explain_certificate(certificate: Certificate) -> Explanation:
    """The evaluation with every reason, under the waivers that the certificate names.

    Raises EvidenceGone.
    """
    waivers = [
        AppliedWaiver(
            guideline_digest=certificate.guideline.digest,
            target=waiver.target,
            tests=tuple(waiver.tests),
            reason=waiver.reason,
            ends_on=waiver.ends_on.isoformat(),
        )
        for waiver in waivers_of(certificate)
    ]
    compiled = compiled_guideline(certificate.guideline)
    return evaluate(compiled, report_of(certificate.run), certificate.target, waivers)
