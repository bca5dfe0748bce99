"""The queue: promised answers, distribution, filters, taking over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from certification.models import Submission
from certification.operations.distributing import distribute
from certification.operations.review import ReviewRefused, take_over
from certification.operations.submissions import submit
from marketplace.catalogue.models import AuditEvent, User
from marketplace.catalogue.programme_settings import Settings
from marketplace.workspace.review_promise import add_working_days, promise_of, working_days
from tests.factories import join, person
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import Story, story

FRIDAY = date(2026, 11, 20)
UNCHANGED = Settings(0, {}, ())


@pytest.mark.parametrize(
    ("since", "days", "answer_by"),
    [
        (FRIDAY, 1, date(2026, 11, 23)),
        (FRIDAY, 5, date(2026, 11, 27)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (FRIDAY, 0, FRIDAY),
    ],
)
def test_saturdays_and_sundays_do_not_count(since: date, days: int, answer_by: date) -> None:
    assert add_working_days(since, days) == answer_by
    assert working_days(since, answer_by) == days


def test_days_left_are_those_that_one_would_count() -> None:
    for far in range(40):
        until = FRIDAY + timedelta(days=far)
        counted = sum(
            (FRIDAY + timedelta(days=number)).weekday() < 5 for number in range(1, far + 1)
        )
        assert working_days(FRIDAY, until) == counted
        assert working_days(until, FRIDAY) == -counted


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (datetime(2026, 11, 20, 9, tzinfo=UTC), "5 working days left"),
        (datetime(2026, 11, 26, 9, tzinfo=UTC), "1 working day left"),
        (datetime(2026, 11, 27, 23, tzinfo=UTC), "Answer due today"),
        (datetime(2026, 11, 28, 9, tzinfo=UTC), "Answer was due on Friday"),
        (datetime(2026, 11, 30, 0, tzinfo=UTC), "Overdue by 1 working day"),
    ],
)
def test_the_promise_in_words(on: datetime, words: str) -> None:
    handed_in = datetime(2026, 11, 20, 8, tzinfo=UTC)
    promise = promise_of(Submission(submitted_at=handed_in, state="submitted"), on, UNCHANGED)
    assert promise is not None
    assert (promise.words, promise.is_overdue) == (words, words.startswith("Overdue"))


@pytest.mark.parametrize("state", ["draft", "changes-asked", "approved", "rejected", "withdrawn"])
def test_where_nobody_waits_for_the_staff_nothing_is_promised(state: str) -> None:
    handed_in = datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert promise_of(Submission(submitted_at=handed_in, state=state), handed_in, UNCHANGED) is None


def no_admins() -> None:
    """Those who approved the guideline review, too."""
    User.objects.filter(staff_role="admin").update(staff_role="")


def late(submission: Submission) -> None:
    Submission.objects.filter(pk=submission.pk).update(
        submitted_at=timezone.now() - timedelta(days=20)
    )


@pytest.mark.django_db
def test_it_goes_in_turn_to_who_has_the_least_and_no_part_in_it(
    reviewer: User, second: User
) -> None:
    stories = [story(name) for name in ("Kelp", "Reed", "Moss")]
    no_admins()
    join(stories[0].vendor, reviewer, "viewer")
    first, *others = (told.submitted() for told in stories)
    assert first.reviewer == second
    assert [one.reviewer for one in others] == [reviewer, reviewer]
    event = AuditEvent.objects.filter(verb="submission.assigned").order_by("pk").first()
    assert event is not None
    assert (event.actor, event.facts) == ("policy:distribution", {"reviewer": second.pk})


@pytest.mark.django_db
def test_what_comes_again_goes_to_the_same_reviewer(
    told: Story, reviewer: User, second: User
) -> None:
    submission = told.submitted()
    had = submission.reviewer
    assert had is not None
    path = f"/staff/submissions/{submission.pk}/decide/"
    signed_in(had).post(path, {"deed": "ask", "reason": "Which region?"})
    submission.refresh_from_db()
    assert submit(submission=submission, by=told.owner).reviewer == had


@pytest.mark.django_db
def test_without_staff_it_waits_for_all_until_it_is_distributed(told: Story) -> None:
    no_admins()
    submission = told.submitted()
    assert submission.reviewer is None
    rev = person("Rev", staff_role="reviewer")
    page = read(signed_in(rev).get("/staff/"))
    assert "1 has no reviewer." in page.text
    answer = signed_in(rev).post("/staff/distribute/", follow=True)
    assert "1 submission found a reviewer." in read(answer).text
    submission.refresh_from_db()
    assert submission.reviewer == rev
    assert distribute(by=rev) == 0
    rev.is_active = False
    rev.save()
    other = person("Tom", staff_role="reviewer")
    assert distribute(by=other) == 1
    with pytest.raises(ReviewRefused, match="Only reviewers"):
        distribute(by=told.owner)


@pytest.mark.django_db
def test_the_queue_marks_what_is_overdue_and_filters(
    told: Story, reviewer: User, second: User
) -> None:
    reed = story("Reed")
    no_admins()
    old, new = told.submitted(), reed.submitted()
    late(old)
    mine, yours = signed_in(reviewer), signed_in(second)
    page = read(mine.get("/staff/"))
    assert "2 submissions wait for a person; 1 is overdue. 1 is yours." in page.text
    assert "Overdue by" in page.text
    for query, seen in (
        ("late=on", {old.pk}),
        ("programme=integrated", set()),
        ("programme=powered", {old.pk, new.pk}),
        ("state=in-review", set()),
        ("who=nobody", set()),
        ("who=nonsense&state=", {old.pk, new.pk}),
    ):
        links = read(mine.get(f"/staff/?{query}")).links
        shown = {pk for pk in (old.pk, new.pk) if f"/staff/submissions/{pk}/" in links}
        assert shown == seen, query
    of_each = [
        {pk for pk in (old.pk, new.pk) if f"/staff/submissions/{pk}/" in read(answer).links}
        for answer in (mine.get("/staff/?who=mine"), yours.get("/staff/?who=mine"))
    ]
    assert sorted(map(len, of_each)) == [1, 1]
    assert of_each[0] != of_each[1]


@pytest.mark.django_db
def test_a_reviewer_takes_over_once_and_never_their_own(
    told: Story, reviewer: User, second: User
) -> None:
    submission = told.submitted()
    path = f"/staff/submissions/{submission.pk}/take/"
    assert (
        "transition-refused"
        in read(signed_in(second).post(path, {"deed": "take-over"}, follow=True)).text
    )
    signed_in(reviewer).post(path)
    signed_in(second).post(path, {"deed": "take-over"})
    submission.refresh_from_db()
    assert (submission.state, submission.reviewer) == ("in-review", second)
    with pytest.raises(ReviewRefused, match="already"):
        take_over(submission=submission, by=second)
    join(told.vendor, reviewer, "viewer")
    with pytest.raises(ReviewRefused, match="other organizations"):
        take_over(submission=submission, by=reviewer)


@pytest.mark.django_db
def test_nobody_but_staff_distributes(told: Story) -> None:
    assert Client().post("/staff/distribute/").status_code == 302
    assert told.client.post("/staff/distribute/").status_code == 404
