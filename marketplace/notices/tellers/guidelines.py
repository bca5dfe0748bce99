"""A guideline is announced or in force: each vendor hears how ready it is.

How ready can be said only when the stored runs are judged, which goes on in batches after the deed.
So the vendors are told by the last batch, and the occasion is the deed, not the batch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from certification.engine.guideline.targets import title_of
from certification.models import Amendment, Certificate, Evaluation, Guideline, QueueEntry
from marketplace.catalogue.models import AuditEvent, Programme, Vendor, programme_of
from marketplace.catalogue.policy import Permission
from marketplace.notices.models import Notice
from marketplace.notices.people import members, occasion_of, watchers_of_guideline
from marketplace.notices.telling import Telling
from marketplace.notices.topics import Topic

#: More lines than this help nobody in a mail.
LINES_MOST = 40


@dataclass(frozen=True, slots=True)
class Ready:
    """How one certificate of the vendor would fare; `verdict` is None if it cannot be judged."""

    certificate: Certificate
    verdict: str | None
    short: int

    @property
    def sentence(self) -> str:
        name = f"{self.certificate.release}, {title_of(self.certificate.target)}"
        if self.verdict == "passed":
            return f"{name}: would pass."
        if self.verdict is None:
            return f"{name}: not judged; its evidence does not fit."
        if self.short:
            return f"{name}: {self.short} test{'' if self.short == 1 else 's'} short."
        return f"{name}: would not pass."


def announced_to_watchers(event: AuditEvent) -> Sequence[Telling]:
    return _watched(event, "is announced as a draft")


def approved_to_watchers(event: AuditEvent) -> Sequence[Telling]:
    return _watched(event, "is in force")


def amended_to_watchers(event: AuditEvent) -> Sequence[Telling]:
    return _watched(event, "was amended; certificates stay as they are")


def superseded(event: AuditEvent) -> Sequence[Telling]:
    return _watched(event, "is superseded; certificates are given by it for six months more")


def runs_judged(event: AuditEvent) -> Sequence[Telling]:
    guideline = _guideline(event)
    if guideline is None or _is_still_judging(guideline):
        return ()
    return [*_in_force_or_announced(guideline), *_amended(guideline)]


def _amended(guideline: Guideline) -> Sequence[Telling]:
    """What the newest amendment would mean for certificates by this very guideline."""
    newest = Amendment.objects.filter(guideline=guideline).order_by("-number").first()
    if newest is None:
        return ()
    occasion = f"guideline:{guideline.pk}:amended:{newest.number}"
    words = f"has amendment {newest.number}"
    found: dict[Vendor, list[Ready]] = defaultdict(list)
    for vendor, lines in _readiness(guideline).items():
        found[vendor] = [one for one in lines if one.certificate.guideline_id == guideline.pk]
    what = f"{newest.test}: {newest.get_action_display()}. {newest.reason}"
    return [
        _to_vendor(guideline, vendor, Topic.GUIDELINE_AMENDED, occasion, words, lines, what)
        for vendor, lines in found.items()
        if lines
    ]


def _in_force_or_announced(guideline: Guideline) -> Sequence[Telling]:
    if guideline.state == Guideline.State.APPROVED:
        topic, words = Topic.GUIDELINE_APPROVED, "is in force"
    elif guideline.state == Guideline.State.DRAFT and guideline.announced:
        topic, words = Topic.GUIDELINE_DRAFT, "is announced as a draft"
    else:
        return ()
    occasion = f"guideline:{guideline.pk}:{topic}"
    if Notice.objects.filter(occasion=occasion).exists():
        return ()  # told before; an amendment has the runs judged once more
    return [
        _to_vendor(guideline, vendor, topic, occasion, words, found)
        for vendor, found in _readiness(guideline).items()
    ]


def _is_still_judging(guideline: Guideline) -> bool:
    waiting = QueueEntry.objects.filter(
        kind=QueueEntry.Kind.JUDGE_GUIDELINE,
        subject__startswith=f"{guideline.pk}:",
        finished_at=None,
    )
    return waiting.exists()


def _readiness(guideline: Guideline) -> dict[Vendor, list[Ready]]:
    """By vendor, every certificate in force of the guideline's programme. Vendors with none of
    which a target is in the guideline are not there: an add-on concerns those who have it."""
    certificates = [
        row
        for row in _in_force()
        if (programme_of(row.release.product.category) == Programme.INTEGRATED)
        == guideline.is_integration
    ]
    verdicts = _verdicts(guideline, certificates)
    found: dict[Vendor, list[Ready]] = defaultdict(list)
    for row in certificates:
        verdict, short = verdicts.get((row.run_id, row.target), (None, 0))
        found[row.release.product.vendor].append(Ready(row, verdict, short))
    return {
        vendor: lines
        for vendor, lines in found.items()
        if any(line.verdict is not None for line in lines)
    }


def _in_force() -> Iterable[Certificate]:
    rows = Certificate.objects.in_force().select_related("release__product__vendor")
    light = rows.defer("statement", "descriptor")
    return light.order_by("release__product__name", "release__version", "target", "pk")


def _verdicts(
    guideline: Guideline, certificates: Sequence[Certificate]
) -> dict[tuple[object, str], tuple[str, int]]:
    """Verdict and tests short by run and target, of the newest ruleset."""
    rows = Evaluation.objects.filter(
        guideline=guideline, run__in={row.run_id for row in certificates}
    ).order_by("ruleset", "judged_at", "pk")
    return {(row.run_id, row.target): (row.verdict, row.tests_short) for row in rows}


def _to_vendor(  # noqa: PLR0913, PLR0917 - one argument for each part of what is said
    guideline: Guideline,
    vendor: Vendor,
    topic: Topic,
    occasion: str,
    words: str,
    found: Sequence[Ready],
    what: str = "",
) -> Telling:
    ready = sum(line.verdict == "passed" for line in found)
    said = [
        *([what] if what else []),
        f"{ready} of {len(found)} of your certificates would pass by it on the evidence you have.",
        *(line.sentence for line in found[:LINES_MOST]),
    ]
    if len(found) > LINES_MOST:
        said.append(f"And {len(found) - LINES_MOST} more.")
    said.append("Certificates that are in force stay in force until their day.")
    return Telling(
        topic=topic,
        occasion=occasion,
        subject=f"Guideline {guideline} {words}: {ready} of {len(found)} ready",
        lines=said,
        path=guideline.get_absolute_url(),
        people=members(vendor, Permission.READ_PRIVATE_RUN),
        vendor=vendor,
        facts={
            "guideline": guideline.document_id,
            "ready": ready,
            "certificates": [
                {
                    "certificate": line.certificate.number,
                    "verdict": line.verdict,
                    "tests_short": line.short,
                }
                for line in found
            ],
        },
    )


def _watched(event: AuditEvent, words: str) -> Sequence[Telling]:
    guideline = _guideline(event)
    if guideline is None:
        return ()
    return [
        Telling(
            topic=Topic.WATCHED,
            occasion=occasion_of(event),
            subject=f"Guideline {guideline} {words}",
            lines=["Its page shows capabilities and tests."],
            path=guideline.get_absolute_url(),
            people=watchers_of_guideline(guideline.document_id),
        )
    ]


def _guideline(event: AuditEvent) -> Guideline | None:
    return Guideline.objects.defer("document").filter(pk=event.object_id).first()
