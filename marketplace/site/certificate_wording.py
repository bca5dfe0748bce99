"""Certificates in words. Only one in force is ever called certified."""

from __future__ import annotations

from datetime import datetime

from certification.engine.guideline.model import CapabilityStatus
from certification.engine.integration import EvidenceClass, LevelEvaluation
from certification.engine.verdict import CapabilityState, Evaluation
from certification.models import Certificate
from certification.queries import HistoryEntry, Standing, StandingCertificate, Turn
from certification.queries.certificates import changed_at
from marketplace.catalogue.models import Category, Product, Programme
from marketplace.site.glyphs import Mark
from marketplace.site.integration_facts import level_facts
from marketplace.site.integration_wording import NOTHING_MEASURED, class_words
from marketplace.site.wording import Status

Assurance = Certificate.Assurance


def day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


def standing_status(one: StandingCertificate) -> Status:
    certificate = one.certificate
    if one.standing is Standing.IN_FORCE:
        return Status(Mark.IN_FORCE, f"Certified until {day(certificate.valid_until)}")
    if one.standing is Standing.EXPIRING:
        days = f"{one.days_left} day{'' if one.days_left == 1 else 's'}"
        return Status(Mark.EXPIRING, f"Certified, {days} left")
    words = f"{_ending(one).capitalize()} on {day(changed_at(one))}"
    ended_badly = one.standing in (Standing.SUSPENDED, Standing.REVOKED)
    return Status(Mark.REVOKED if ended_badly else Mark.PAST, words)


def _ending(one: StandingCertificate) -> str:
    """`lapsed`: what a certificate of a level does when its time is over."""
    lapsed = one.standing is Standing.EXPIRED and one.certificate.guideline.is_integration
    return "lapsed" if lapsed else one.standing.value


MEASURED_ONLY = Status(Mark.MEASURED, "Measured, not certified")


def product_status(
    product: Product, lead: StandingCertificate | None, *, measured: bool = False
) -> Status:
    """`measured`: public evidence of the Integrated programme stands, which is no certificate."""
    if lead is not None:
        return standing_status(lead)
    if measured:
        return MEASURED_ONLY
    if product.programme is Programme.LISTED:
        # No failure: nothing could ever be tested.
        return Status(Mark.NOT_APPLICABLE, "Not certifiable")
    return Status(Mark.DECLARED, "Listed, claims only")


_ASSURANCE = {
    Assurance.SELF_REPORTED: Status(Mark.SELF_REPORTED, "Self-reported"),
    Assurance.CHALLENGED: Status(Mark.CHALLENGED, "Challenged"),
    Assurance.LIVE: Status(Mark.LIVE, "Live"),
}
_HOW = {
    Assurance.SELF_REPORTED: "The vendor ran the tests and reported the results itself",
    Assurance.CHALLENGED: "The vendor ran the tests in answer to a challenge of ours",
    Assurance.LIVE: "Hallmark saw the run itself",
}

_CLASSES = {
    Assurance.SELF_REPORTED: EvidenceClass.SELF_REPORTED,
    Assurance.CHALLENGED: EvidenceClass.CHALLENGED,
    Assurance.LIVE: EvidenceClass.LIVE,
}


def assurance_status(certificate: Certificate) -> Status:
    return _ASSURANCE[Assurance(certificate.assurance)]


def assurance_words(certificate: Certificate) -> str:
    if certificate.guideline.is_integration:
        return class_words(_CLASSES[Assurance(certificate.assurance)])
    return _HOW[Assurance(certificate.assurance)]


def what_is_certified(one: StandingCertificate) -> str:
    """`Platform 2026.11`."""
    return f"{one.title} {one.certificate.guideline.version}"


def product_sentence(
    product: Product,
    lead: StandingCertificate | None,
    explained: Evaluation | LevelEvaluation | None,
) -> str:
    """What a buyer may quote."""
    if lead is None:
        return _never(product)
    certificate = lead.certificate
    release, what = f"release {certificate.release.version}", what_is_certified(lead)
    if not lead.in_force:
        return ended_sentence(lead)
    passes = " The evidence lists passed tests only." if certificate.run.passes_only else ""
    return (
        f"{release.capitalize()} {_meets(explained, what)}. {assurance_words(certificate)}; "
        f"they came on {day(certificate.run.received_at)}.{passes}"
    )


def certificate_sentence(
    one: StandingCertificate, explained: Evaluation | LevelEvaluation | None
) -> str:
    release = f"{one.certificate.release.product.name} {one.certificate.release.version}"
    what = what_is_certified(one)
    if not one.in_force:
        return _ended(one, release, what)
    if one.certificate.guideline.is_integration:
        return f"{release} {level_facts(one.certificate).words}."
    return f"{release} {_meets(explained, what)}."


def ended_sentence(lead: StandingCertificate) -> str:
    """Of a certificate of the product that is not in force."""
    release = f"release {lead.certificate.release.version}"
    return f"Not certified. {_ended(lead, release, what_is_certified(lead))}"


def _meets(explained: Evaluation | LevelEvaluation | None, what: str) -> str:
    if not isinstance(explained, Evaluation):
        return f"is certified for {what}"
    required = [c for c in explained.capabilities if c.status is CapabilityStatus.REQUIRED]
    states = [c.state for c in required]
    untested = states.count(CapabilityState.NOT_TESTED)
    waived = sum(any(test.waived for test in c.tests) for c in required)
    told = len(required) - untested
    noun = "capability" if told == 1 else "capabilities"
    words = f"meets {'the' if told == 1 else 'all'} {told} required {noun} of {what}"
    if untested:
        words += f" that can be tested; {untested} cannot"
    return f"{words}, {waived} of them by a waiver" if waived else words


def _ended(one: StandingCertificate, release: str, what: str) -> str:
    """A full sentence with the public reason."""
    certificate, on = one.certificate, day(changed_at(one))
    subject = f"The certificate of {release} for {what}"
    if one.standing is Standing.EXPIRED:
        return f"{subject} {_ending(one)} on {on}."
    if one.standing is Standing.SUPERSEDED:
        return f"{subject} was superseded on {on}. {certificate.state_reason}".strip()
    return f"{subject} was {one.standing.value} on {on}: {certificate.state_reason}".strip()


_NEVER = {
    Category.DRIVER: "Drivers run under OpenStack, where neither programme can judge them yet.",
    Category.TRAINING: "Training is listed: no test can prove it.",
    Category.CONSULTING: "Consulting is listed: no test can prove it.",
}


def _never(product: Product) -> str:
    if product.programme is Programme.LISTED:
        return f"Not certifiable. {_NEVER[Category(product.category)]}"
    if product.programme is Programme.INTEGRATED:
        return NOTHING_MEASURED
    return "Not certified. Nothing has been proven here; what stands here is the vendor's own word."


_TURNS = {
    Turn.ISSUED: Status(Mark.IN_FORCE, "Certified"),
    Turn.SUSPENDED: Status(Mark.REVOKED, "Suspended"),
    Turn.REINSTATED: Status(Mark.IN_FORCE, "Reinstated"),
    Turn.EXPIRED: Status(Mark.PAST, "Expired"),
    Turn.SUPERSEDED: Status(Mark.PAST, "Superseded"),
    Turn.REVOKED: Status(Mark.REVOKED, "Revoked"),
}


def turn_status(entry: HistoryEntry) -> Status:
    """What once was certified and is not now is not drawn as certified."""
    if entry.turn in (Turn.ISSUED, Turn.REINSTATED) and not entry.one.in_force:
        words = "Was certified" if entry.turn is Turn.ISSUED else "Was reinstated"
        return Status(Mark.PAST, words)
    return _TURNS[entry.turn]
