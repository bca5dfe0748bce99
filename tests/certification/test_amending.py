"""A test is set aside for everybody: runs are judged again, certificates stay."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from certification.eligibility import explain_submission
from certification.models import Amendment, Certificate, Guideline, Submission
from certification.operations.amendments import AmendmentRefused, Wish, amend_guideline
from certification.operations.review import approve
from certification.queries import evaluations_of, verdicts_of
from certification.queries.guideline_amended import under_amendments
from marketplace.catalogue.models import User
from tests.factories import draft, in_force, judged, person, subunit, two_admins, verbs, work_off
from tests.site.reading import read
from tests.workspace.stories import story

pytestmark = pytest.mark.django_db
FLAG, WITHDRAW = Amendment.Action.FLAG, Amendment.Action.WITHDRAW


def amend(
    guideline: Guideline,
    test: str = "demo.Tests.b",
    action: Amendment.Action = FLAG,
    by: User | None = None,
    reason: str = "It is flaky.",
) -> Amendment:
    wish = Wish(action, test, reason)
    return amend_guideline(guideline=guideline, wish=wish, by=by or two_admins()[0])


def refusal(guideline: Guideline, **how: object) -> str:
    with pytest.raises(AmendmentRefused) as refused:
        amend(guideline, **how)  # type: ignore[arg-type] # the table below is of several types
    assert str(refused.value)
    return refused.value.code


def test_runs_are_judged_again_and_both_verdicts_are_kept() -> None:
    guideline = in_force("2031.06", "a", "b")
    run = judged(subunit(a="success", b="failure"))
    [before] = evaluations_of(run)
    amendment = amend(guideline)
    assert (amendment.number, guideline.amended) == (1, 1)
    assert "guideline.amended" in verbs(guideline)
    work_off()
    rows = evaluations_of(run)
    assert [row.verdict for row in rows] == ["failed", "passed"]
    assert rows[0].pk == before.pk
    assert rows[0].inputs_digest != rows[1].inputs_digest
    [line] = verdicts_of(run)
    assert (line.verdict, line.total) == ("passed", 1)
    late = judged(subunit(a="success", b="failure", c="success"))
    assert [row.inputs_digest for row in evaluations_of(late)] == [rows[1].inputs_digest]


def test_a_flag_is_withdrawn_again() -> None:
    guideline = in_force("2031.06", "a", "b")
    run = judged(subunit(a="success", b="failure"))
    amend(guideline, "id-b")
    second = amend(guideline, "demo.Tests.b", WITHDRAW)
    assert second.number == 2
    work_off()
    [line] = verdicts_of(run)
    assert (line.verdict, line.total) == ("failed", 2)
    assert len({row.inputs_digest for row in evaluations_of(run)}) >= 2


def test_who_may_not_and_what_cannot_be_amended() -> None:
    guideline = in_force("2031.06", "a", "b")
    for stranger in (person(), person("Rev", staff_role="reviewer")):
        assert refusal(guideline, by=stranger) == "forbidden"
    assert refusal(guideline, reason=" ") == "reason-missing"
    assert refusal(guideline, test="demo.Tests.zebra") == "amendment-unknown-test"
    assert refusal(guideline, action=WITHDRAW) == "amendment-without-effect"
    assert refusal(draft("2031.11", "a", "b")) == "guideline-not-in-force"
    amend(guideline)
    assert refusal(guideline) == "amendment-without-effect"
    assert refusal(guideline, test="demo.Tests.a") == "amendment-leaves-errors"
    assert Amendment.objects.count() == 1


def test_an_amendment_never_changes() -> None:
    amendment = amend(in_force("2031.06", "a", "b"))
    for deed in (
        lambda: Amendment.objects.filter(pk=amendment.pk).update(reason="Another."),
        lambda: Amendment.objects.filter(pk=amendment.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()


@pytest.mark.slow
def test_a_certificate_stays_and_its_page_says_what_an_amendment_would_mean() -> None:
    told = story()
    amend(told.guideline, "demo.Tests.b")
    told.guideline.refresh_from_db()
    run = judged(subunit(a="success", b="failure"), by=told.owner)
    reviewer = person("Rev", staff_role="reviewer")
    approve(submission=told.submitted(run), by=reviewer, reason="It passes.")
    certificate = Certificate.objects.get()
    assert under_amendments(certificate) is None
    amend(told.guideline, "demo.Tests.b", WITHDRAW)
    work_off()
    certificate.refresh_from_db()
    certificate.guideline.refresh_from_db()
    found = under_amendments(certificate)
    assert found is not None
    assert (found.number, found.passes) == (2, False)
    page = read(Client().get(certificate.get_absolute_url())).text
    assert "Under amendment 2: would not pass." in page
    assert certificate.state == "active"
    submission = Submission.objects.get(pk=certificate.submission_id)
    assert explain_submission(submission).verdict.value == "passed", "by what counted then"
