"""Several runs of one release are one claim, judged and certified together."""

from __future__ import annotations

import gzip
import io
import json
from datetime import timedelta

import pytest
import subunit

from certification.engine.formats import parse_report
from certification.engine.guideline import parse_guideline
from certification.engine.report import Report, TestState
from certification.engine.verdict import compile_guideline
from certification.guidelines import shipped_bytes
from certification.models import Guideline, Run, Submission
from certification.operations.assigning import candidates, had_part
from certification.operations.review import ReviewRefused, approve
from certification.operations.submissions import (
    SubmissionRefused,
    draft_submission,
    issue_challenge,
    submit,
)
from marketplace.catalogue.models import Membership, ProductRelease, User
from marketplace.catalogue.products import create_release
from tests.certification.test_certifying_a_release import (
    guideline,
    judged,
    owner,
    product,
    release,
    staff,
    vendor,
)
from tests.engine.formats.building import BEGAN, RUNS
from tests.factories import join, person

__all__ = ["guideline", "owner", "product", "release", "staff", "vendor"]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def needed(target: str) -> frozenset[str]:
    """Names of the tests that the shipped guideline asks for."""
    compiled = compile_guideline(parse_guideline(shipped_bytes("2026.11")))
    return frozenset(compiled.tests[i].name for i in compiled.targets[target].counted)


OBJECT_TESTS = needed("object")
WHOLE = parse_report((RUNS / "guideline-2020.06-parallel3.v2.gz").read_bytes())
STORED = [
    f"{entry.name}[id-{entry.idempotent_id}]"
    for entry in WHOLE.entries
    if entry.name in OBJECT_TESTS
]


def stream(tests: list[str], status: str = "success", days: float = 0) -> bytes:
    """Subunit 2 of these tests, of different lengths, one after the other."""
    target = io.BytesIO()
    writer = subunit.StreamResultToBytes(target)
    clock = BEGAN + timedelta(days=days)
    for number, test in enumerate(tests):
        writer.status(test_id=test, test_status="inprogress", timestamp=clock)
        clock += timedelta(seconds=0.01 * 1.13 ** (number % 50) + 0.000_1 * number)
        writer.status(test_id=test, test_status=status, timestamp=clock)
        clock += timedelta(seconds=0.31)
    return target.getvalue()


def drafted(
    release: ProductRelease, guideline: Guideline, by: User, run: Run, *joined: Run
) -> Submission:
    return draft_submission(
        release=release, run=run, guideline=guideline, target="object",
        openstack_release="gazpacho", by=by, joined=joined,
    )  # fmt: skip


def test_two_halves_are_certified_as_one_by_a_person(
    release: ProductRelease, guideline: Guideline, owner: User, staff: dict[str, User]
) -> None:
    halves = [
        judged(stream(STORED[:30]), owner),
        judged(stream(STORED[20:], days=2), owner),
    ]
    with pytest.raises(SubmissionRefused) as refused:
        submit(submission=drafted(release, guideline, owner, halves[0]), by=owner)
    assert "verdict-not-passed" in [one.code for one in refused.value.obstacles]
    Submission.objects.all().delete()
    submission = submit(submission=drafted(release, guideline, owner, *halves), by=owner)
    codes = [flag["code"] for flag in submission.flags]
    assert {"joined", "cloud-not-named"} <= set(codes)
    with pytest.raises(ReviewRefused):
        approve(submission=submission, by=owner, reason="Mine.")
    certificate = approve(submission=submission, by=staff["reviewer"], reason="Checked.")
    statement = json.loads(bytes(certificate.statement))
    digests = [one["digest"]["sha256"] for one in statement["predicate"]["inputAttestations"]]
    assert digests == [half.evidence_sha256 for half in halves]


def test_who_uploaded_any_of_the_runs_neither_decides_nor_hears(
    release: ProductRelease, guideline: Guideline, owner: User, staff: dict[str, User]
) -> None:
    first = judged(stream(STORED[:30]), owner)
    moss = person("Moss")
    join(release.product.vendor, moss, "editor")
    second = judged(stream(STORED[20:], days=2), moss)
    Membership.objects.filter(user=moss).delete()
    User.objects.filter(pk=moss.pk).update(staff_role="reviewer")
    submission = submit(submission=drafted(release, guideline, owner, first, second), by=owner)
    assert moss.pk in had_part(submission)
    assert moss not in candidates(submission)


def test_a_later_failure_counts(release: ProductRelease, guideline: Guideline, owner: User) -> None:
    whole = judged(stream(STORED), owner)
    worse = judged(stream(STORED[:1], "fail", days=1), owner)
    with pytest.raises(SubmissionRefused) as refused:
        submit(submission=drafted(release, guideline, owner, worse, whole), by=owner)
    assert [one.code for one in refused.value.obstacles] == ["verdict-not-passed"]


def test_what_the_rule_excludes_is_refused_at_once(
    release: ProductRelease, product: object, guideline: Guideline, owner: User
) -> None:
    first = judged(stream(STORED), owner)
    late = judged(stream(STORED[:3], days=15), owner)
    foreign = judged(gzip.compress(stream(STORED[:4])), None)
    nonce = issue_challenge(
        release=create_release(
            product=release.product, version="9", openstack_releases=["gazpacho"], by=owner
        ),
        guideline=guideline,
        by=owner,
    ).nonce
    elsewhere = judged(stream(STORED[:5]), owner, nonce)
    for other, code in (
        (late, "join-too-far-apart"),
        (foreign, "run-not-the-vendors"),
        (elsewhere, "join-other-release"),
    ):
        with pytest.raises(SubmissionRefused) as refused:
            drafted(release, guideline, owner, first, other)
        assert refused.value.code == code
    assert not Submission.objects.exists()


def test_what_is_read_is_what_is_there() -> None:
    report: Report = parse_report(stream(STORED))
    assert report.count(TestState.PASSED) == len(STORED) > 50
