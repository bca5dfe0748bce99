"""From a judged run to a certificate: the whole way through the operations."""

from __future__ import annotations

import gzip
import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from certification import tasks
from certification.engine.canonical import canonical_bytes
from certification.judging import compiled_guideline, explain
from certification.models import Certificate, Guideline, QueueEntry, Run, Submission
from certification.operations.certificates import (
    CertificateRefused,
    raise_dispute,
    reinstate,
    revoke,
    settle_dispute,
    suspend,
)
from certification.operations.intake import ChallengeRefused, receive_run
from certification.operations.review import ReviewRefused, approve, ask_for_changes, reject, take
from certification.operations.submissions import (
    SubmissionRefused,
    draft_submission,
    issue_challenge,
    submit,
    withdraw,
)
from certification.operations.waivers import WaiverRefused, grant_waiver
from marketplace.catalogue.models import Product, ProductRelease, User, Vendor
from marketplace.catalogue.products import create_product, create_release
from marketplace.catalogue.vendors import confirm_domain, create_vendor, sign_up
from marketplace.site.demo.guidelines import load_guidelines
from marketplace.site.demo.people import create_logins
from tests.journeys.conftest import RUNS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

STORAGE_RUN = gzip.decompress((RUNS / "guideline-2020.06-parallel3.v2.gz").read_bytes())
#: Its tests ran between these two.
CHALLENGED, SENT = (datetime(2026, 11, 21, hour, tzinfo=UTC) for hour in (1, 2))


@pytest.fixture
def staff(db: None) -> dict[str, User]:
    people = {person.email.partition("@")[0]: person for person in create_logins()}
    load_guidelines(admins=[people["admin"], people["second-admin"]])
    return people


@pytest.fixture
def guideline(staff: dict[str, User]) -> Guideline:
    return Guideline.objects.get(document_id="2026.11")


@pytest.fixture
def owner(db: None) -> User:
    return sign_up(
        email="owner@sandreed.example", password="a long enough one 1", display_name="Ona"
    )


@pytest.fixture
def vendor(owner: User) -> Vendor:
    return create_vendor(name="Sandreed", by=owner)


@pytest.fixture
def product(vendor: Vendor, owner: User) -> Product:
    return create_product(
        vendor=vendor,
        name="Sandreed Cloud",
        category="distribution",
        sentence="A cloud.",
        by=owner,
    )


@pytest.fixture
def release(product: Product, owner: User) -> ProductRelease:
    return create_release(product=product, version="3.1", openstack_releases=["gazpacho"], by=owner)


def judged(raw: bytes, by: User | None, nonce: str = "", at: datetime | None = None) -> Run:
    run = receive_run(
        chunks=[raw], limit=10**9, via=Run.Via.API, by=by, file_name="r", nonce=nonce, at=at
    ).run
    work_all()
    run.refresh_from_db()
    return run


def work_all() -> None:
    for entry in QueueEntry.objects.filter(finished_at=None):
        tasks.work(entry_id=entry.pk)


def drafted(release: ProductRelease, run: Run, guideline: Guideline, owner: User) -> Submission:
    return draft_submission(
        release=release,
        run=run,
        guideline=guideline,
        target="object",
        openstack_release="gazpacho",
        by=owner,
    )


def certified(
    release: ProductRelease, guideline: Guideline, owner: User, reviewer: User
) -> Certificate:
    run = judged(STORAGE_RUN, owner)
    submission = submit(submission=drafted(release, run, guideline, owner), by=owner)
    return approve(submission=submission, by=reviewer, reason="Checked by hand.")


def test_times_of_somebody_elses_run_are_for_a_person_to_look_at(
    release: ProductRelease, guideline: Guideline, owner: User, staff: dict[str, User]
) -> None:
    judged(gzip.compress(STORAGE_RUN), staff["reviewer"])
    mine = judged(STORAGE_RUN, owner)
    submission = submit(submission=drafted(release, mine, guideline, owner), by=owner)
    flags = [flag["code"] for flag in submission.flags]
    assert "anomaly-times-copied" in flags
    assert "copied-bytes" not in flags


def test_a_clean_case_is_approved_by_the_named_rule(
    staff: dict[str, User],
    vendor: Vendor,
    release: ProductRelease,
    guideline: Guideline,
    owner: User,
) -> None:
    confirm_domain(vendor=vendor, domain="sandreed.example", by=staff["admin"])
    challenge = issue_challenge(release=release, guideline=guideline, by=owner, at=CHALLENGED)
    run = judged(STORAGE_RUN, owner, challenge.nonce, SENT)
    submission = submit(submission=drafted(release, run, guideline, owner), by=owner)
    assert submission.flags == []
    work_all()
    certificate = Certificate.objects.get(submission=submission)
    submission.refresh_from_db()
    assert submission.decided_by == "policy:clean-case"
    assert certificate.assurance == "challenged"
    document = json.loads(bytes(certificate.statement))
    assert canonical_bytes(document) == bytes(certificate.statement)
    assert document["predicate"]["verificationResult"] == "PASSED"
    assert document["predicate"]["verifiedLevels"] == ["HALLMARK_POWERED_OBJECT"]
    assert certificate.valid_until - run.received_at == timedelta(days=365)


def test_without_challenge_and_domain_a_person_decides(
    staff: dict[str, User], release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    run = judged(STORAGE_RUN, owner)
    submission = submit(submission=drafted(release, run, guideline, owner), by=owner)
    work_all()
    assert not Certificate.objects.exists()
    assert {"domain-not-proven", "no-challenge"} <= {flag["code"] for flag in submission.flags}
    take(submission=submission, by=staff["reviewer"])
    certificate = approve(submission=submission, by=staff["reviewer"], reason="Seen and checked.")
    assert certificate.assurance == "self-reported"
    assert certificate.number.endswith("-000001")


def test_what_does_not_pass_is_refused_with_its_obstacles(
    release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    run = judged(STORAGE_RUN, owner)
    submission = draft_submission(
        release=release,
        run=run,
        guideline=guideline,
        target="compute",
        openstack_release="zed",
        by=owner,
    )
    with pytest.raises(SubmissionRefused) as refused:
        submit(submission=submission, by=owner)
    assert {obstacle.code for obstacle in refused.value.obstacles} == {
        "release-not-declared",
        "release-not-in-guideline",
        "verdict-not-passed",
    }
    submission.refresh_from_db()
    assert submission.state == "draft"


def test_a_stranger_s_run_and_an_anonymous_one_cannot_be_tied(
    staff: dict[str, User], release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    for by in (None, staff["vendor"]):
        with pytest.raises(SubmissionRefused) as refused:
            drafted(release, judged(STORAGE_RUN, by), guideline, owner)
        assert refused.value.code == "run-not-the-vendors"


def test_only_reviewers_of_other_organizations_decide(
    staff: dict[str, User],
    vendor: Vendor,
    release: ProductRelease,
    guideline: Guideline,
    owner: User,
) -> None:
    run = judged(STORAGE_RUN, owner)
    submission = submit(submission=drafted(release, run, guideline, owner), by=owner)
    vendor.memberships.create(user=staff["reviewer"], role="viewer")
    owner.staff_role = "reviewer"
    owner.save()
    for person in (staff["reviewer"], staff["vendor"], owner):
        with pytest.raises(ReviewRefused) as refused:
            approve(submission=submission, by=person, reason="Mine.")
        assert refused.value.code == "forbidden"
    assert not Certificate.objects.exists()


def test_a_decision_is_made_once(
    staff: dict[str, User], release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    certificate = certified(release, guideline, owner, staff["reviewer"])
    for deed in (approve, reject, ask_for_changes):
        with pytest.raises(ReviewRefused) as refused:
            deed(submission=certificate.submission, by=staff["admin"], reason="Again.")
        assert refused.value.code == "transition-refused"
    assert Certificate.objects.count() == 1


def test_changes_are_asked_and_made(
    staff: dict[str, User], release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    run = judged(STORAGE_RUN, owner)
    submission = submit(submission=drafted(release, run, guideline, owner), by=owner)
    ask_for_changes(submission=submission, by=staff["reviewer"], reason="Which region is this?")
    submit(submission=submission, by=owner, note="North.")
    reject(submission=submission, by=staff["reviewer"], reason="It is another product.")
    assert submission.state == "rejected"
    with pytest.raises(SubmissionRefused):
        withdraw(submission=submission, by=owner)


def test_a_newer_certificate_supersedes_the_former(
    staff: dict[str, User], release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    former = certified(release, guideline, owner, staff["reviewer"])
    run = judged(gzip.compress(STORAGE_RUN), owner)
    submission = submit(submission=drafted(release, run, guideline, owner), by=owner)
    latter = approve(submission=submission, by=staff["reviewer"], reason="A fresh run.")
    former.refresh_from_db()
    assert former.state == "superseded" and latter.number in former.state_reason
    assert list(Certificate.objects.in_force()) == [latter]


def test_suspended_reinstated_by_two_and_revoked_by_one(
    staff: dict[str, User], release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    certificate = certified(release, guideline, owner, staff["reviewer"])
    suspend(certificate=certificate, by=staff["reviewer"], reason="A doubt.")
    assert not Certificate.objects.in_force().exists()
    reinstate(certificate=certificate, by=staff["reviewer"], reason="No doubt.")
    assert certificate.state == "suspended"
    with pytest.raises(CertificateRefused) as refused:
        reinstate(certificate=certificate, by=staff["reviewer"], reason="Really none.")
    assert refused.value.code == "second-person-needed"
    reinstate(certificate=certificate, by=staff["admin"], reason="I agree.")
    assert certificate.state == "active"
    revoke(certificate=certificate, by=staff["admin"], reason="The evidence was copied.")
    for deed in (suspend, revoke, reinstate):
        with pytest.raises(CertificateRefused):
            deed(certificate=certificate, by=staff["admin"], reason="Again.")


def test_a_dispute_is_settled_by_somebody_else(
    staff: dict[str, User], release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    certificate = certified(release, guideline, owner, staff["reviewer"])
    dispute = raise_dispute(certificate=certificate, by=staff["admin"], claim="It does not list.")
    with pytest.raises(CertificateRefused):
        settle_dispute(dispute=dispute, by=staff["admin"], outcome="I was right.")
    settle_dispute(dispute=dispute, by=staff["reviewer"], outcome="It lists. Shown on a call.")
    with pytest.raises(CertificateRefused) as refused:
        settle_dispute(dispute=dispute, by=staff["reviewer"], outcome="Twice.")
    assert refused.value.code == "dispute-settled"


def test_a_waiver_mends_the_tests_that_it_names_until_its_day(
    staff: dict[str, User], release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    run = judged(STORAGE_RUN, owner)
    submission = draft_submission(
        release=release,
        run=run,
        guideline=guideline,
        target="compute",
        openstack_release="gazpacho",
        by=owner,
    )
    explained = explain(run, guideline, "compute")
    short = [*explained.missing, *explained.failed, *explained.skipped]
    ends_on = timezone.now().date() + timedelta(days=40)
    words = {
        "release": release,
        "guideline": guideline,
        "target": "compute",
        "reason": "No data plane here.",
        "ends_on": ends_on,
    }
    with pytest.raises(WaiverRefused):
        grant_waiver(**words, tests=short, by=owner)
    with pytest.raises(WaiverRefused) as refused:
        grant_waiver(**words, tests=["no.such.test"], by=staff["reviewer"])
    assert refused.value.code == "waiver-test-unknown"
    with pytest.raises(SubmissionRefused):
        submit(submission=submission, by=owner)
    submit(submission=submission, by=owner, asks_waiver=True)
    with pytest.raises(ReviewRefused) as still_short:
        approve(submission=submission, by=staff["reviewer"], reason="As it is.")
    assert still_short.value.code == "not-certifiable"
    ask_for_changes(submission=submission, by=staff["reviewer"], reason="A waiver is written.")
    waiver = grant_waiver(**words, tests=short, by=staff["reviewer"])
    submit(submission=submission, by=owner)
    certificate = approve(submission=submission, by=staff["reviewer"], reason="With the waiver.")
    assert certificate.valid_until.date() == ends_on
    facts = json.loads(bytes(certificate.statement))["predicate"]["urn:hallmark:certificate:v1"]
    assert facts["waivers"] == [waiver.digest]
    assert date.fromisoformat(facts["validUntil"][:10]) == ends_on


def test_a_nonce_is_used_once_by_the_vendor_it_was_given_to(
    staff: dict[str, User], release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    challenge = issue_challenge(release=release, guideline=guideline, by=owner)
    with pytest.raises(ChallengeRefused) as refused:
        judged(STORAGE_RUN, staff["vendor"], challenge.nonce)
    assert refused.value.code == "challenge-unknown"
    with pytest.raises(ChallengeRefused) as refused:
        judged(STORAGE_RUN, owner, "no\0nce")
    assert refused.value.code == "challenge-malformed"
    judged(STORAGE_RUN, owner, challenge.nonce)
    with pytest.raises(ChallengeRefused) as refused:
        judged(gzip.compress(STORAGE_RUN), owner, challenge.nonce)
    assert refused.value.code == "challenge-used"
    assert Run.objects.count() == 1


def test_the_database_keeps_statements_as_they_were_issued(
    staff: dict[str, User], release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    certificate = certified(release, guideline, owner, staff["reviewer"])
    for change in ({"statement": b"{}"}, {"valid_until": timezone.now() + timedelta(days=999)}):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(**change)


def test_passes_only_evidence_needs_a_person(
    staff: dict[str, User],
    vendor: Vendor,
    release: ProductRelease,
    guideline: Guideline,
    owner: User,
) -> None:
    confirm_domain(vendor=vendor, domain="sandreed.example", by=staff["admin"])
    challenge = issue_challenge(release=release, guideline=guideline, by=owner)
    compiled = compiled_guideline(guideline)
    results = [{"name": test.name, "uuid": test.idempotent_id} for test in compiled.tests]
    body = json.dumps({"cpid": "c1", "duration_seconds": 9, "results": results}).encode()
    run = judged(body, owner, challenge.nonce)
    submission = submit(submission=drafted(release, run, guideline, owner), by=owner)
    work_all()
    assert [flag["code"] for flag in submission.flags] == ["passes-only"]
    assert not Certificate.objects.exists()


def test_a_clean_case_that_is_clean_no_more_says_why(
    staff: dict[str, User],
    vendor: Vendor,
    release: ProductRelease,
    guideline: Guideline,
    owner: User,
) -> None:
    confirm_domain(vendor=vendor, domain="sandreed.example", by=staff["admin"])
    challenge = issue_challenge(release=release, guideline=guideline, by=owner, at=CHALLENGED)
    run = judged(STORAGE_RUN, owner, challenge.nonce, SENT)
    submission = submit(submission=drafted(release, run, guideline, owner), by=owner)
    Vendor.objects.filter(pk=vendor.pk).update(domain_proven_at=None)
    work_all()
    submission.refresh_from_db()
    assert [flag["code"] for flag in submission.flags] == ["domain-not-proven"]
    assert submission.state == "submitted"
    assert not Certificate.objects.exists()


def test_a_person_in_two_organizations_ties_a_run_and_answers_a_challenge(
    staff: dict[str, User], release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    create_vendor(name="Another Shore", by=owner)
    run = judged(STORAGE_RUN, owner)
    assert run.vendor is None
    drafted(release, run, guideline, owner)
    challenge = issue_challenge(release=release, guideline=guideline, by=owner)
    challenged = judged(gzip.compress(STORAGE_RUN), owner, challenge.nonce)
    assert challenged.vendor == release.product.vendor


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_the_same_moment_make_one_certificate(
    staff: dict[str, User], release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    run = judged(STORAGE_RUN, owner)
    submission = submit(submission=drafted(release, run, guideline, owner), by=owner)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def decide(person: User) -> None:
        start.wait()
        try:
            approve(submission=submission, by=person, reason="Seen.")
            outcomes.append("approved")
        except ReviewRefused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=(staff[name],)) for name in ("reviewer", "admin")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "transition-refused"]
    assert Certificate.objects.count() == 1
