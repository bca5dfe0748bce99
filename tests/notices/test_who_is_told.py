"""What happens in the service, and who hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from certification.models import Certificate, Submission, Waiver
from certification.operations.certificates import (
    expire_certificates,
    raise_dispute,
    revoke,
    suspend,
)
from certification.operations.review import ask_for_changes, reject
from certification.operations.submissions import submit
from marketplace.catalogue import audit, watching
from marketplace.catalogue.asking import ask_to_certify
from marketplace.catalogue.models import AuditEvent, User
from marketplace.catalogue.products import create_release
from marketplace.catalogue.reporting import report_claim, settle_report
from marketplace.notices import consuming
from marketplace.notices.consuming import tell_events
from marketplace.notices.models import Notice, UntoldEvent
from marketplace.notices.reminding import remind
from marketplace.notices.telling import tell
from marketplace.notices.topics import Topic
from tests.factories import (
    announced,
    approved_by_two,
    draft,
    join,
    judged,
    person,
    upload,
    work_off,
)
from tests.notices.telling import (
    a_telling,
    forget_events,
    subjects,
    tell_all,
    tell_now,
    topics,
)
from tests.workspace.stories import Story, story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def told(db: None) -> Story:
    made = story()
    work_off()
    forget_events()
    return made


def test_a_run_that_passes_is_told_to_who_uploaded_it(told: Story) -> None:
    join(told.vendor, bob := person("Bob"), "editor")
    told.passing_run()
    tell_all()
    assert subjects(told.owner) == ["Your run passes Compute 2031.06"]
    assert subjects(bob) == []


def test_a_short_run_is_told_with_the_count_and_the_way_there(told: Story) -> None:
    run = told.short_run()
    tell_all()
    [notice] = Notice.objects.all()
    assert notice.subject == "Your run is 1 test short of Compute 2031.06"
    assert (notice.topic, notice.path) == (Topic.TESTS_MISSING, f"/runs/{run.pk}/")
    assert "1 passed, 1 failed" in notice.lines[0]


def test_a_run_that_cannot_be_read_is_told(told: Story) -> None:
    judged(b"\x00 this is no evidence", by=told.owner)
    tell_all()
    assert topics(told.owner) == {Topic.RUN_UNREADABLE}


def test_an_anonymous_run_concerns_nobody(told: Story) -> None:
    judged()
    tell_all()
    assert Notice.objects.count() == UntoldEvent.objects.count() == 0


def test_a_run_that_is_gone_is_no_fault(told: Story) -> None:
    run = upload(by=told.owner)
    work_off()
    run.evaluations.all().delete()
    type(run).objects.filter(pk=run.pk).delete()
    tell_all()
    assert UntoldEvent.objects.count() == 0


def test_a_decision_is_told_to_those_who_may_submit(told: Story) -> None:
    join(told.vendor, edda := person("Edda"), "editor")
    join(told.vendor, vic := person("Vic"), "viewer")
    told.certified()
    tell_all()
    assert "Certified: Kelp Cloud 9.1, Compute 2031.06" in subjects(told.owner)
    assert "Certified: Kelp Cloud 9.1, Compute 2031.06" in subjects(edda)
    assert subjects(vic) == []


def test_what_a_person_has_to_decide_is_told_to_who_got_it(told: Story) -> None:
    ines = person("Ines", staff_role="reviewer")
    join(told.vendor, ines, "viewer")
    row = told.submitted()
    tell_all()
    [notice] = Notice.objects.filter(topic=Topic.FOR_STAFF)
    assert notice.recipient == row.reviewer != ines
    assert notice.path == f"/staff/submissions/{row.pk}/"


def test_what_nobody_got_is_told_to_all_staff_of_others(told: Story) -> None:
    rosa, ines = person("Rosa", staff_role="reviewer"), person("Ines", staff_role="reviewer")
    join(told.vendor, ines, "viewer")
    row = told.submitted()
    Submission.objects.filter(pk=row.pk).update(reviewer=None)
    tell_all()
    assert topics(rosa) == {Topic.FOR_STAFF}
    assert subjects(ines) == []


def test_a_question_goes_to_the_other_side(told: Story) -> None:
    rosa = person("Rosa", staff_role="reviewer")
    join(told.vendor, edda := person("Edda"), "editor")
    row = told.submitted()
    Submission.objects.filter(pk=row.pk).update(reviewer=rosa)
    forget_events()
    for author, words in ((rosa, "Which cloud?"), (told.owner, "The one in Oslo.")):
        with transaction.atomic():
            audit.record("submission.question", row, actor=audit.actor_of(author), reason=words)
        tell_all()
    said = {(one.recipient_id, one.topic, one.lines[0]) for one in Notice.objects.all()}
    assert said == {
        (told.owner.pk, Topic.QUESTION, "Which cloud?"),
        (edda.pk, Topic.QUESTION, "Which cloud?"),
        (rosa.pk, Topic.FOR_STAFF, "The one in Oslo."),
    }


def test_changes_and_a_refusal_are_told_with_the_reason(told: Story) -> None:
    rosa = person("Rosa", staff_role="reviewer")
    row = told.submitted()
    forget_events()
    ask_for_changes(submission=row, by=rosa, reason="Which cloud was it?")
    tell_all()
    submit(submission=row, by=told.owner)
    reject(submission=row, by=rosa, reason="It was another cloud.")
    tell_all()
    found = Notice.objects.filter(recipient=told.owner, topic__startswith="submission.")
    assert {(one.topic, one.lines[0]) for one in found} == {
        (Topic.CHANGES_ASKED, "Which cloud was it?"),
        (Topic.DECIDED, "It was another cloud."),
    }


def test_who_did_it_is_not_told(told: Story) -> None:
    """A reviewer who watches the product suspends its certificate."""
    rosa = person("Rosa", staff_role="reviewer")
    watching.watch(what=told.product, by=rosa)
    suspend(certificate=told.certified(), by=rosa, reason="We look into it.")
    forget_all_but("certificate.suspended")
    tell_all()
    assert subjects(rosa) == []
    assert subjects(told.owner) == ["Suspended: Kelp Cloud 9.1, Compute 2031.06"]


def forget_all_but(verb: str) -> None:
    UntoldEvent.objects.exclude(event__in=AuditEvent.objects.filter(verb=verb)).delete()


def test_those_who_watch_hear_of_it_once(told: Story) -> None:
    watcher = person("Wim")
    watching.watch(what=told.product, by=watcher)
    watching.watch(what=told.vendor, by=watcher)
    watching.watch(what=told.product, by=told.owner)
    certificate = told.certified()
    revoke(certificate=certificate, by=person("Rosa", staff_role="reviewer"), reason="Forged.")
    tell_all()
    assert subjects(watcher) == [
        "Certified: Kelp Cloud 9.1, Compute 2031.06",
        "Revoked: Kelp Cloud 9.1, Compute 2031.06",
    ]
    revoked = Notice.objects.get(recipient=told.owner, subject__startswith="Revoked")
    assert (revoked.topic, revoked.lines[0]) == (Topic.CERTIFICATE_CHANGED, "Forged.")


def test_a_dispute_is_told_to_the_vendor_and_staff(told: Story) -> None:
    rosa = person("Rosa", staff_role="reviewer")
    certificate = told.certified()
    forget_events()
    raise_dispute(certificate=certificate, by=person("Dora"), claim="Not so.")
    tell_all()
    assert topics(told.owner) == {Topic.CERTIFICATE_CHANGED}
    assert topics(rosa) == {Topic.FOR_STAFF}


def test_a_new_release_is_told_to_watchers_but_not_one_imported(told: Story) -> None:
    watcher = person("Wim")
    watching.watch(what=told.vendor, by=watcher)
    create_release(
        product=told.product, version="9.2", openstack_releases=["gazpacho"], by=told.owner
    )
    with transaction.atomic():
        audit.record("release.created", told.release, actor=audit.SYSTEM, imported=True)
    tell_all()
    assert subjects(watcher) == ["New release: Kelp Cloud 9.2"]


def test_a_request_to_certify_is_counted_and_names_nobody(told: Story) -> None:
    for name in ("Bea", "Ben"):
        ask_to_certify(product=told.product, target="platform", by=person(name))
        tell_all()
    last = Notice.objects.filter(recipient=told.owner).latest("at")
    assert last.topic == Topic.REQUESTED
    assert last.lines[0].startswith("2 buyers so far")
    assert "Bea" not in last.subject + last.lines[0]


def test_a_report_is_for_staff_alone(told: Story) -> None:
    rosa = person("Rosa", staff_role="reviewer")
    report_claim(product=told.product, by=person("Dora"), text="It has no DNS.")
    tell_all()
    assert topics(rosa) == {Topic.FOR_STAFF}
    assert subjects(told.owner) == []


def test_who_reported_hears_what_was_found_and_no_more(told: Story) -> None:
    dora, rosa = person("Dora"), person("Rosa", staff_role="reviewer")
    report = report_claim(product=told.product, text="It has no DNS.", by=dora)
    settle_report(report=report, finding="upheld", outcome="Asked Ann; she lied.", by=rosa)
    tell_all()
    [notice] = Notice.objects.filter(recipient=dora)
    assert notice.topic == Topic.REPORT_SETTLED
    assert notice.subject == f"Your report about {told.product} is settled"
    assert notice.lines == ["Staff looked into it and found: the claim was false."]
    assert topics(rosa) == {Topic.FOR_STAFF} and subjects(told.owner) == []


def test_a_guideline_is_told_with_how_ready_each_vendor_is(told: Story) -> None:
    other = story("Reed")
    told.certified()
    watching.watch(what="2032.06", by=(wim := person("Wim")))
    forget_events()
    easy = draft("2032.06", "a", "b")
    approved_by_two(easy)
    tell_all()  # the stored runs are not judged yet
    assert topics(told.owner) == set()
    work_off()
    tell_all()
    hard = announced("2032.11", "a", "b", "c")
    work_off()
    tell_all()
    assert subjects(told.owner) == [
        "Guideline 2032.06 is in force: 1 of 1 ready",
        "Guideline 2032.11 is announced as a draft: 0 of 1 ready",
    ]
    said = Notice.objects.get(recipient=told.owner, topic=Topic.GUIDELINE_DRAFT)
    assert "Kelp Cloud 9.1, Compute: 1 test short." in said.lines
    assert said.path == hard.get_absolute_url()
    with transaction.atomic():  # as after an amendment
        audit.record("guideline.runs-judged", hard, actor=audit.SYSTEM, runs=1, after="")
    join(told.vendor, late := person("Lena"), "editor")
    tell_all()
    assert subjects(late) == []
    assert subjects(other.owner) == []
    assert subjects(wim) == ["Guideline 2032.06 is in force"]


def days_before_the_end(certificate: Certificate, days: float) -> datetime:
    return certificate.valid_until - timedelta(days=days)


def test_an_end_is_told_60_30_and_7_days_before_each_once(told: Story) -> None:
    certificate = told.certified()
    when = [61, 59.9, 59, 31, 29.9, 29, 8, 6.9, 1]
    assert [remind(at=days_before_the_end(certificate, days)) for days in when] == [
        *(0, 1, 0),
        *(0, 1, 0),
        *(0, 1, 0),
    ]
    assert remind(at=certificate.valid_until + timedelta(seconds=1)) == 0


def test_a_service_that_was_down_tells_the_nearest_day_alone(told: Story) -> None:
    certificate = told.certified()
    assert remind(at=days_before_the_end(certificate, 5)) == 1
    assert remind(at=days_before_the_end(certificate, 4)) == 0
    assert subjects(told.owner)[-1].startswith("Expires in 7 days")


def test_an_expired_certificate_is_told(told: Story) -> None:
    told.certified()
    forget_events()
    ended = datetime.now(UTC) - timedelta(seconds=1)
    with connection.cursor() as cursor:
        # No certificate is changed in the service; time passes there.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE certification_certificate SET issued_at = %s, valid_until = %s",
            [ended - timedelta(days=1), ended],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert expire_certificates() == 1
    tell_all()
    assert subjects(told.owner) == ["Expired: Kelp Cloud 9.1, Compute 2031.06"]


def test_a_waiver_is_told_14_days_before_its_end(told: Story) -> None:
    Waiver.objects.create(
        digest="0" * 64,
        release=told.release,
        guideline=told.guideline,
        target="compute",
        tests=["demo.Tests.b"],
        reason="Known.",
        ends_on=date(2031, 5, 20),
        granted_by=person("Rosa", staff_role="reviewer"),
    )
    days = [5, 6, 7, 19, 21]
    assert [remind(at=datetime(2031, 5, day, 12, tzinfo=UTC)) for day in days] == [0, 1, 0, 0, 0]
    assert "The waiver of 1 test ends on 20 May 2031." in Notice.objects.get().lines[0]


def test_nobody_inactive_is_told(told: Story) -> None:
    User.objects.filter(pk=told.owner.pk).update(is_active=False)
    told.owner.refresh_from_db()
    assert tell_now(a_telling(told.owner)) == 0


def test_a_telling_outside_of_a_transaction_is_refused() -> None:
    class Outside:
        in_atomic_block = False

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("marketplace.notices.telling.connection", Outside())
        with pytest.raises(RuntimeError, match="transaction"):
            tell([a_telling()])


def test_one_event_that_cannot_be_told_keeps_none_of_the_others(
    told: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_event: AuditEvent) -> list[object]:
        raise LookupError("not this one")

    monkeypatch.setattr(consuming, "TELLERS", dict(consuming.TELLERS) | {"run.verified": breaks})
    told.passing_run()
    report_claim(product=told.product, by=person("Dora"), text="It has no DNS.")
    tell_all()
    [waits] = UntoldEvent.objects.all()
    assert (waits.tries, waits.last_error) == (1, "LookupError")
    monkeypatch.undo()
    assert tell_events() is False  # not due yet
    UntoldEvent.objects.update(due_at=waits.event.at - timedelta(days=1))
    tell_all()
    assert topics(told.owner) == {Topic.RUN_VERIFIED}
