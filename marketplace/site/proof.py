"""What can be checked of a certificate here and now, each with its own words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from certification.engine.canonical import digest_of
from certification.engine.integration import LevelEvaluation, evaluation_document
from certification.engine.statement import FACTS
from certification.engine.verdict import Evaluation
from certification.models import Certificate
from certification.queries import StandingCertificate
from marketplace.site.certificate_wording import standing_status
from marketplace.site.glyphs import Mark


@dataclass(frozen=True, slots=True)
class Check:
    """`mark` is pass, failed, or unknown where nobody can say."""

    mark: Mark
    title: str
    words: str
    tech: str


def statement_of(certificate: Certificate) -> dict[str, Any]:
    """The statement as data."""
    found: dict[str, Any] = json.loads(bytes(certificate.statement))
    return found


_OTHER_PROFILE = gettext_noop(
    "The vendor has declared another profile since, or a reviewer has "
    "granted or ended something, so that the evidence is judged as another "
    "kind of product now. The statement names the one that it was judged by."
)
Explained = Evaluation | LevelEvaluation | None


def proof_of(one: StandingCertificate, explained: Explained) -> list[Check]:
    """`explained`: the evaluation judged anew, None if the evidence is gone."""
    certificate, said = one.certificate, statement_of(one.certificate)
    return [
        _status(one),
        _unchanged(certificate),
        _subject(certificate, said),
        _judged_again(one, said, explained),
        Check(
            Mark.UNKNOWN,
            gettext("It is not yet signed"),
            gettext(
                "This site keeps the statement and its digest. Until it is signed, only "
                "this site can confirm it."
            ),
            gettext("in-toto Statement v1, no signature"),
        ),
    ]


def _unchanged(certificate: Certificate) -> Check:
    holds = hashlib.sha256(bytes(certificate.statement)).hexdigest() == certificate.statement_sha256
    return _check(
        holds,
        gettext("The statement is as it was issued"),
        gettext("Its bytes have the digest that was noted on the day of issue."),
        gettext("Its bytes do not have the digest that was noted on the day of issue."),
        f"sha256 {certificate.statement_sha256}",
    )


def _subject(certificate: Certificate, said: dict[str, Any]) -> Check:
    digest = hashlib.sha256(bytes(certificate.descriptor)).hexdigest()
    return _check(
        said["subject"][0]["digest"]["sha256"] == digest,
        gettext("It belongs to this product"),
        gettext("The statement names the digest of the product's description."),
        gettext("The statement names another product's description."),
        f"subject sha256 {digest}",
    )


def _judged_again(one: StandingCertificate, said: dict[str, Any], explained: Explained) -> Check:
    certificate, predicate = one.certificate, said["predicate"]
    title, policy = (
        gettext("It was judged by the published rules"),
        predicate["policy"]["digest"]["sha256"],
    )
    tech = f"guideline sha256 {policy}, evidence sha256 {_digests(one)}"
    if explained is None:
        words = gettext(
            "The evidence cannot be read from the store, so it cannot be judged again here."
        )
        return Check(Mark.UNKNOWN, title, words, tech)
    if isinstance(explained, LevelEvaluation):
        if explained.profile.digest != predicate[FACTS]["profile"]["digest"]["sha256"]:
            return Check(Mark.UNKNOWN, title, gettext(_OTHER_PROFILE), tech)
        digest = digest_of(evaluation_document(explained))
    else:
        digest = explained.digest
    same = digest == predicate[FACTS]["evaluation"]
    return _check(
        same and policy == certificate.guideline.digest,
        title,
        gettext(
            "The stored evidence was judged again just now: the same evaluation, byte for byte."
        ),
        gettext("The stored evidence, judged again just now, gives another evaluation."),
        tech,
    )


def _digests(one: StandingCertificate) -> str:
    return ", ".join(run.evidence_sha256 for run in one.runs)


def _status(one: StandingCertificate) -> Check:
    certificate = one.certificate
    return _check(
        one.in_force,
        gettext("It is in force") if one.in_force else gettext("It is not in force"),
        f"{standing_status(one).words}.",
        f"{standing_status(one).words}. {certificate.state_reason}".strip(),
        gettext("state {value}").format(value=one.standing.value),
    )


def _check(holds: bool, title: str, right: str, wrong: str, tech: str) -> Check:
    return Check(Mark.PASSES if holds else Mark.FAILED, title, right if holds else wrong, tech)
