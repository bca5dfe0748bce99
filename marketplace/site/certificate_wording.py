"""Certificates in words. Only one in force is ever called certified."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext, gettext_noop, ngettext

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
    return f"{at.day} {gettext(f'{at:%B}')} {at.year}"


def standing_status(one: StandingCertificate) -> Status:
    certificate = one.certificate
    if one.standing is Standing.IN_FORCE:
        return Status(
            Mark.IN_FORCE,
            gettext("Certified until {day}").format(day=day(certificate.valid_until)),
        )
    if one.standing is Standing.EXPIRING:
        left = ngettext("Certified, {n} day left", "Certified, {n} days left", one.days_left)
        return Status(Mark.EXPIRING, left.format(n=one.days_left))
    words = gettext("{ended} on {day}").format(
        ended=_ending(one).capitalize(), day=day(changed_at(one))
    )
    ended_badly = one.standing in (Standing.SUSPENDED, Standing.REVOKED)
    return Status(Mark.REVOKED if ended_badly else Mark.PAST, words)


_STANDINGS = {
    Standing.IN_FORCE: gettext_noop("in force"),
    Standing.EXPIRING: gettext_noop("expiring"),
    Standing.EXPIRED: gettext_noop("expired"),
    Standing.SUPERSEDED: gettext_noop("superseded"),
    Standing.SUSPENDED: gettext_noop("suspended"),
    Standing.REVOKED: gettext_noop("revoked"),
}


def _ending(one: StandingCertificate) -> str:
    """`lapsed`: what a certificate of a level does when its time is over."""
    lapsed = one.standing is Standing.EXPIRED and one.certificate.guideline.is_integration
    return gettext("lapsed") if lapsed else gettext(_STANDINGS[one.standing])


MEASURED_ONLY = Status(Mark.MEASURED, gettext_noop("Measured, not certified"))


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
        return Status(Mark.NOT_APPLICABLE, gettext("Not certifiable"))
    return Status(Mark.DECLARED, gettext("Listed, claims only"))


_ASSURANCE = {
    Assurance.SELF_REPORTED: Status(Mark.SELF_REPORTED, gettext_noop("Self-reported")),
    Assurance.CHALLENGED: Status(Mark.CHALLENGED, gettext_noop("Challenged")),
    Assurance.LIVE: Status(Mark.LIVE, gettext_noop("Live")),
}
_HOW = {
    Assurance.SELF_REPORTED: gettext_noop(
        "The vendor ran the tests and reported the results itself"
    ),
    Assurance.CHALLENGED: gettext_noop("The vendor ran the tests in answer to a challenge of ours"),
    Assurance.LIVE: gettext_noop("Hallmark saw the run itself"),
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
    return gettext(_HOW[Assurance(certificate.assurance)])


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
    release, what = (
        gettext("release {version}").format(version=certificate.release.version),
        what_is_certified(lead),
    )
    if not lead.in_force:
        return ended_sentence(lead)
    passes = gettext(" The evidence lists passed tests only.") if lead.passes_only else ""
    return gettext("{release} {meets}. {assurance}; they came on {day}.{passes}").format(
        release=release.capitalize(),
        meets=_meets(explained, what),
        assurance=assurance_words(certificate),
        day=day(lead.runs[-1].received_at),
        passes=passes,
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
    release = gettext("release {version}").format(version=lead.certificate.release.version)
    return gettext("Not certified. {ended}").format(
        ended=_ended(lead, release, what_is_certified(lead))
    )


def _meets(explained: Evaluation | LevelEvaluation | None, what: str) -> str:
    if not isinstance(explained, Evaluation):
        return gettext("is certified for {what}").format(what=what)
    required = [c for c in explained.capabilities if c.status is CapabilityStatus.REQUIRED]
    states = [c.state for c in required]
    untested = states.count(CapabilityState.NOT_TESTED)
    waived = sum(any(test.waived for test in c.tests) for c in required)
    told = len(required) - untested
    words = ngettext(
        "meets the {told} required capability of {what}",
        "meets all {told} required capabilities of {what}",
        told,
    ).format(told=told, what=what)
    if untested:
        words += gettext(" that can be tested; {untested} cannot").format(untested=untested)
    return (
        gettext("{words}, {waived} of them by a waiver").format(words=words, waived=waived)
        if waived
        else words
    )


def _ended(one: StandingCertificate, release: str, what: str) -> str:
    """A full sentence with the public reason."""
    certificate, on = one.certificate, day(changed_at(one))
    subject = gettext("The certificate of {release} for {what}").format(release=release, what=what)
    if one.standing is Standing.EXPIRED:
        return gettext("{subject} {ended} on {on}.").format(
            subject=subject, ended=_ending(one), on=on
        )
    if one.standing is Standing.SUPERSEDED:
        return (
            gettext("{subject} was superseded on {on}. {reason}")
            .format(subject=subject, on=on, reason=certificate.state_reason)
            .strip()
        )
    return (
        gettext("{subject} was {ended} on {on}: {reason}")
        .format(subject=subject, ended=_ending(one), on=on, reason=certificate.state_reason)
        .strip()
    )


_NEVER = {
    Category.DRIVER: gettext_noop(
        "Drivers run under OpenStack, where neither programme can judge them yet."
    ),
    Category.TRAINING: gettext_noop("Training is listed: no test can prove it."),
    Category.CONSULTING: gettext_noop("Consulting is listed: no test can prove it."),
}


def _never(product: Product) -> str:
    if product.programme is Programme.LISTED:
        return gettext("Not certifiable. {reason}").format(
            reason=gettext(_NEVER[Category(product.category)])
        )
    if product.programme is Programme.INTEGRATED:
        return gettext(NOTHING_MEASURED)
    return gettext(
        "Not certified. Nothing has been proven here; what stands here is the vendor's own word."
    )


_TURNS = {
    Turn.ISSUED: Status(Mark.IN_FORCE, gettext_noop("Certified")),
    Turn.SUSPENDED: Status(Mark.REVOKED, gettext_noop("Suspended")),
    Turn.REINSTATED: Status(Mark.IN_FORCE, gettext_noop("Reinstated")),
    Turn.EXPIRED: Status(Mark.PAST, gettext_noop("Expired")),
    Turn.SUPERSEDED: Status(Mark.PAST, gettext_noop("Superseded")),
    Turn.REVOKED: Status(Mark.REVOKED, gettext_noop("Revoked")),
}


def turn_status(entry: HistoryEntry) -> Status:
    """What once was certified and is not now is not drawn as certified."""
    if entry.turn in (Turn.ISSUED, Turn.REINSTATED) and not entry.one.in_force:
        words = gettext("Was certified") if entry.turn is Turn.ISSUED else gettext("Was reinstated")
        return Status(Mark.PAST, words)
    return _TURNS[entry.turn]
