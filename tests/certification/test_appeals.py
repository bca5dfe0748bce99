"""A vendor appeals once; somebody who did not decide settles it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from certification.models import Appeal, Certificate, Submission
from certification.operations.appeals import AppealRefused, raise_appeal, settle_appeal
from certification.operations.certificates import reinstate, revoke, suspend
from certification.operations.distributing import distribute_waiting
from certification.operations.review import ReviewRefused, approve, decide_by_policy, reject
from marketplace.catalogue.models import User
from marketplace.notices.models import Notice
from tests.factories import join, person
from tests.notices.telling import forget_events, subjects, tell_all
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import Story, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Story:
    made = story()
    User.objects.filter(staff_role="admin").update(staff_role="")
    return made


@pytest.fixture
def rosa(told: Story) -> User:
    return person("Rosa", staff_role="reviewer")


@pytest.fixture
def tom(told: Story) -> User:
    return person("Tom", staff_role="reviewer")


def rejected(told: Story, by: User) -> Submission:
    return reject(submission=told.submitted(), by=by, reason="Times look copied.")


def appealed(told: Story, by: User) -> Appeal:
    row = rejected(told, by)
    return raise_appeal(submission=row, by=told.owner, reason="The clock was wrong.")


def test_granted_it_sets_the_rejection_aside_and_another_decides(
    told: Story, rosa: User, tom: User
) -> None:
    forget_events()
    appeal = appealed(told, rosa)
    assert (appeal.against, appeal.decided_by, appeal.hearer) == ("rejection", rosa, tom)
    tell_all()
    submission = appeal.submission
    assert any("Your decision is contested" in one for one in subjects(rosa))
    assert any("An appeal to settle" in one for one in subjects(tom))
    settle_appeal(appeal=appeal, by=tom, grant=True, reason="The log shows it.")
    submission.refresh_from_db()
    assert (submission.state, submission.reviewer, submission.decided_by) == ("in-review", tom, "")
    with pytest.raises(ReviewRefused) as refused:
        approve(submission=submission, by=rosa, reason="After all.")
    assert refused.value.code == "decided-before"
    with pytest.raises(DatabaseError, match="does not decide again"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(
            state="rejected", decided_by=f"user:{rosa.pk}", decided_at=Now(), reason="No."
        )
    tell_all()
    assert any(one.startswith("Appeal granted") for one in subjects(told.owner) + _of(told))
    assert any("was granted" in one for one in subjects(rosa))
    # Rejected once more, by somebody else: that was the one appeal.
    reject(submission=submission, by=tom, reason="Still.")
    submission.refresh_from_db()
    with pytest.raises(AppealRefused) as again:
        raise_appeal(submission=submission, by=told.owner, reason="Once more.")
    assert again.value.code == "appealed-already"


def _of(told: Story) -> list[str]:
    return list(Notice.objects.filter(recipient=told.owner).values_list("subject", flat=True))


def test_upheld_the_decision_stands_and_the_finding_never_changes(
    told: Story, rosa: User, tom: User
) -> None:
    appeal = appealed(told, rosa)
    settled = settle_appeal(appeal=appeal, by=tom, grant=False, reason="It is copied.")
    appeal.submission.refresh_from_db()
    assert (settled.state, appeal.submission.state) == ("upheld", "rejected")
    with pytest.raises(AppealRefused) as refused:
        settle_appeal(appeal=appeal, by=tom, grant=True, reason="Or not.")
    assert refused.value.code == "transition-refused"
    for change in (
        lambda: Appeal.objects.update(finding="Other."),
        lambda: Appeal.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_who_had_a_part_in_it_settles_nothing(told: Story, rosa: User, tom: User) -> None:
    appeal = appealed(told, rosa)
    join(told.vendor, ines := person("Ines", staff_role="reviewer"), "viewer")
    for by in (rosa, ines, told.owner, person("Sten")):
        with pytest.raises(AppealRefused) as refused:
            settle_appeal(appeal=appeal, by=by, grant=True, reason="Yes.")
        assert refused.value.code == "forbidden"
    with pytest.raises(AppealRefused, match="Give a reason"):
        settle_appeal(appeal=appeal, by=tom, grant=True, reason=" ")
    facts = {"state": "granted", "heard_by": rosa, "heard_at": Now(), "finding": "Yes."}
    with pytest.raises(IntegrityError, match="appeal_heard_by_another"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(**facts)
    with pytest.raises(IntegrityError, match="appeal_given_to_another"), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(hearer=rosa)


def test_only_in_time_only_a_decision_and_only_by_those_who_submit(told: Story, rosa: User) -> None:
    open_one = told.submitted()
    with pytest.raises(AppealRefused) as early:
        raise_appeal(submission=open_one, by=told.owner, reason="Why?")
    assert early.value.code == "nothing-to-appeal"
    row = reject(submission=open_one, by=rosa, reason="No.")
    join(told.vendor, vic := person("Vic"), "viewer")
    for by in (vic, rosa):
        with pytest.raises(AppealRefused) as stranger:
            raise_appeal(submission=row, by=by, reason="Why?")
        assert stranger.value.code == "forbidden"
    with pytest.raises(AppealRefused) as late:
        later = timezone.now() + timedelta(days=31)
        raise_appeal(submission=row, by=told.owner, reason="Why?", at=later)
    assert late.value.code == "appeal-late"


def test_a_suspension_is_contested_and_two_persons_reinstate(
    told: Story, rosa: User, tom: User
) -> None:
    certificate = told.certified()
    suspend(certificate=certificate, by=rosa, reason="Reported.")
    submission = certificate.submission
    appeal = raise_appeal(submission=submission, by=told.owner, reason="It runs.")
    assert (appeal.against, appeal.decided_by) == ("suspension", rosa)
    settle_appeal(appeal=appeal, by=tom, grant=True, reason="It does.")
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.SUSPENDED, "one word is not enough"
    uwe = person("Uwe", staff_role="reviewer")
    reinstate(certificate=certificate, by=uwe, reason="Yes.")
    assert certificate.state == Certificate.State.ACTIVE
    # Another suspension is another decision; a revocation is for good.
    suspend(certificate=certificate, by=tom, reason="Reported again.")
    second = raise_appeal(submission=submission, by=told.owner, reason="It still runs.")
    revoke(certificate=certificate, by=tom, reason="It does not.")
    with pytest.raises(AppealRefused) as refused:
        settle_appeal(appeal=second, by=uwe, grant=True, reason="Hm.")
    assert refused.value.code == "not-suspended"
    settle_appeal(appeal=second, by=uwe, grant=False, reason="It is revoked.")
    with pytest.raises(AppealRefused) as over:
        raise_appeal(submission=submission, by=told.owner, reason="No!")
    assert over.value.code == "nothing-to-appeal"


def test_what_others_reinstated_meanwhile_is_granted_without_a_further_word(
    told: Story, rosa: User, tom: User
) -> None:
    certificate = told.certified()
    suspend(certificate=certificate, by=rosa, reason="Reported.")
    appeal = raise_appeal(submission=certificate.submission, by=told.owner, reason="It runs.")
    for by in (tom, uwe := person("Uwe", staff_role="reviewer")):
        reinstate(certificate=certificate, by=by, reason="Yes.")
    settled = settle_appeal(appeal=appeal, by=uwe, grant=True, reason="It runs.")
    certificate.refresh_from_db()
    assert (settled.state, certificate.state) == ("granted", "active")


def test_it_is_not_granted_beside_another_open_submission(
    told: Story, rosa: User, tom: User
) -> None:
    appeal = appealed(told, rosa)
    told.draft()
    with pytest.raises(AppealRefused) as refused:
        settle_appeal(appeal=appeal, by=tom, grant=True, reason="Yes.")
    assert refused.value.code == "submission-open"
    appeal.refresh_from_db()
    assert appeal.state == "open"


def test_pages_and_api_show_it_to_both_sides(told: Story, rosa: User, tom: User) -> None:
    submission = rejected(told, rosa)
    path = f"/workspace/submissions/{submission.pk}/"
    assert "You may appeal against the rejection until" in read(told.client.get(path)).text
    assert told.client.post(f"{path}appeal/", {"reason": ""}).status_code == 400
    answer = told.client.post(f"{path}appeal/", {"reason": "The clock was wrong."}, follow=True)
    assert "Waits to be heard" in read(answer).text
    assert (
        "appealed-already" in told.client.post(f"{path}appeal/", {"reason": "x"}).content.decode()
    )
    assert signed_in(person("Sten")).post(f"{path}appeal/", {"reason": "x"}).status_code == 404
    assert Client().post(f"{path}appeal/", {"reason": "x"}).status_code == 302
    assert "The rejection" in read(signed_in(tom).get("/staff/")).text
    assert "Settled by somebody who did not decide" not in read(signed_in(rosa).get("/staff/")).text
    staff = f"/staff/submissions/{submission.pk}/"
    assert "somebody else settles the appeal" in read(signed_in(rosa).get(staff)).text
    given = {"finding": "grant", "reason": "The log shows it."}
    assert signed_in(rosa).post(f"{staff}appeal/", given).status_code == 400
    settled = signed_in(tom).post(f"{staff}appeal/", given, follow=True)
    assert "The appeal is granted." in read(settled).text
    assert "The log shows it." in read(told.client.get(path)).text
    row = told.client.get(f"/api/v1/submissions/{submission.pk}/").json()
    assert [(one["state"], one["finding"]) for one in row["appeals"]] == [
        ("granted", "The log shows it.")
    ]
    api = f"/api/v1/submissions/{submission.pk}/appeal/"
    refused = told.client.post(api, {"reason": "x"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing-to-appeal")
    again = {"finding": "uphold", "reason": "x"}
    for who, code in ((rosa, 403), (tom, 409)):
        url = f"{api}settle/"
        said = signed_in(who).post(url, again, content_type="application/json")
        assert said.status_code == code


def test_what_has_nobody_is_given_out_by_itself(told: Story, rosa: User) -> None:
    """An appeal that nobody could hear, a case whose reviewer left, and one that was clean."""
    appeal = appealed(told, rosa)
    assert appeal.hearer is None, "rosa decided it"
    other = story("Reed")
    User.objects.filter(staff_role="admin").update(staff_role="")
    clean = other.submitted()
    Submission.objects.filter(pk=clean.pk).update(flags=[], reviewer=None)
    clean.refresh_from_db()
    assert decide_by_policy(submission=clean) is None
    clean.refresh_from_db()
    assert clean.flags and clean.reviewer == rosa
    tom = person("Tom", staff_role="reviewer")
    User.objects.filter(pk=rosa.pk).update(staff_role="")
    assert distribute_waiting() == 2
    for row in (appeal, clean):
        row.refresh_from_db()
    assert (appeal.hearer, clean.reviewer) == (tom, tom)
    assert distribute_waiting() == 0
