"""What is told of people's accounts and of teams; how long notices are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from certification.models import Amendment, QueueEntry
from certification.operations.amendments import Wish, amend_guideline
from marketplace.catalogue import recovering, second_factor
from marketplace.catalogue.access import issue_token
from marketplace.catalogue.invitations import accept_invitation, invite
from marketplace.catalogue.models import (
    AuditEvent,
    HourlyCount,
    SecondFactor,
    SecondFactorRecovery,
    User,
)
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.team import change_role, leave, remove_member
from marketplace.notices.choices import choices_of, choose
from marketplace.notices.inbox import KEPT_DAYS, forget_old_notices
from marketplace.notices.models import Mail, Notice
from marketplace.notices.tellers import TELLERS
from marketplace.notices.topics import Channels, Topic
from tests.api.people import ed25519_signer
from tests.factories import join, person, vendor, work_off
from tests.notices.telling import a_telling, forget_events, subjects, tell_all, tell_now
from tests.workspace.stories import story

pytestmark = pytest.mark.django_db


def with_factor(someone: User) -> User:
    SecondFactor.objects.create(user=someone, sealed_secret="x", confirmed_at=timezone.now())
    return someone


def test_a_team_hears_who_comes_changes_and_goes() -> None:
    ann, bob = person("Ann"), person("Bob")
    kelp = vendor("Kelp", owner=ann)
    join(kelp, eve := person("Eve"), "owner")
    forget_events()
    invited = invite(vendor=kelp, email=bob.email, role="viewer", by=ann)
    held = accept_invitation(secret=invited.secret, by=bob)
    change_role(membership=held, role="editor", by=ann)
    remove_member(membership=held, by=ann)
    tell_all()
    leave(vendor=kelp, by=eve)
    tell_all()
    assert [one.replace(kelp.name, "Kelp") for one in subjects(eve)] == [
        f"{bob.email} is invited to Kelp as viewer",
        "Bob joined Kelp as viewer",
        "Bob is editor of Kelp now, no longer viewer",
        "Bob was removed from Kelp",
    ]
    assert [one.replace(kelp.name, "Kelp") for one in subjects(bob)] == [
        "You are editor of Kelp now, no longer viewer",
        "You are no longer a member of Kelp",
    ]
    assert [one.replace(kelp.name, "Kelp") for one in subjects(ann)] == [
        "Bob joined Kelp as viewer",
        "Eve left Kelp",
    ], "what she did herself is no news to her"


def test_whoever_acts_in_a_persons_name_is_noticed() -> None:
    ann = person("Ann")
    choose(wanted={Topic.ACCOUNT: Channels(inbox=False, mail=False)}, by=ann)
    forget_events()
    ed25519_signer().register(ann)
    tomorrow = timezone.now() + timedelta(days=1)
    issue_token(label="build", scope="read", expires_at=tomorrow, by=ann)
    tell_all()
    assert subjects(ann) == [
        "A signing key was registered for you",
        "An API token was made for you",
    ]
    assert Mail.objects.count() == 2, "nobody turns these off"
    assert Topic.ACCOUNT not in [one.topic for one in choices_of(ann)]


def test_a_sign_in_from_a_browser_that_was_not_seen_before_is_told() -> None:
    ann = person("Ann")
    ann.set_password("a long enough sentence")
    ann.save()
    given = {"username": ann.email, "password": "a long enough sentence"}
    first, other = Client(), Client()
    for client in (first, first, other):
        client.post("/sign-in/", given, headers={"User-Agent": "Firefox/140 Linux"})
        client.post("/sign-out/")
    mark = first.cookies["hallmark_known"]
    assert mark["httponly"] and mark["samesite"] == "Lax"
    tell_all()
    assert subjects(ann) == ["A new sign-in: Firefox on Linux"]
    assert AuditEvent.objects.filter(verb="session.unknown-device").count() == 2


def test_every_verb_has_a_teller_that_bears_what_is_gone() -> None:
    for verb, teller in TELLERS.items():
        if verb.split(".")[0] in ("run", "certificate"):
            continue  # named by a key of another form; the tests of their own hold it
        gone = AuditEvent(
            pk=1,
            at=timezone.now(),
            actor="user:999999",
            verb=verb,
            object_id="999999",
            facts={"due_at": timezone.now().isoformat()},
        )
        assert list(teller(gone)) == [], verb


def test_an_amendment_is_told_to_who_holds_a_certificate_by_the_guideline() -> None:
    told = story()
    told.certified()
    work_off()
    forget_events()
    wish = Wish(Amendment.Action.FLAG, "demo.Tests.b", "It fails on every cloud.")
    amend_guideline(guideline=told.guideline, wish=wish, by=person("Ada", staff_role="admin"))
    work_off()
    tell_all()
    [notice] = Notice.objects.filter(recipient=told.owner, topic=Topic.GUIDELINE_AMENDED)
    assert notice.subject == "Guideline 2031.06 has amendment 1: 1 of 1 ready"
    assert "demo.Tests.b" in notice.lines[0] and "every cloud" in notice.lines[0]


def test_notices_are_kept_for_a_year() -> None:
    ann = person("Ann")
    for number in range(4):
        occasion = "guideline:1:guideline.approved" if number == 3 else f"event:{number}"
        tell_now(a_telling(ann, occasion=occasion))
    Mail.objects.exclude(notice__occasion="event:1").update(state="sent", settled_at=Now())
    old = Notice.objects.exclude(occasion="event:0")
    old.update(at=Now() - timedelta(days=KEPT_DAYS + 1))
    assert forget_old_notices() == 1
    left = dict(Notice.objects.values_list("occasion", "shown"))
    # A mail that waits keeps its notice; that a guideline was told is remembered, and not shown.
    assert left == {"event:0": True, "event:1": True, "guideline:1:guideline.approved": False}


def test_a_lost_second_factor_needs_two_and_a_wait(settings: Settings) -> None:
    ann = with_factor(person("Ann"))
    ada, jun = person("Ada", staff_role="admin"), person("Jun", staff_role="admin")
    forget_events()
    for by in (ann, person("Sten"), person("Rosa", staff_role="reviewer")):
        with pytest.raises(CatalogueRefused, match="Only staff admins"):
            recovering.begin_recovery(person=ann, reason="She called.", by=by)
    with pytest.raises(CommandError, match="reason-missing"):
        call_command("recover_second_factor", "begin", ann.email, by=ada.email)
    call_command("recover_second_factor", "begin", ann.email, by=ada.email, reason="She called.")
    tell_all()
    assert subjects(ann) == ["Your second factor is about to be taken away"]
    for by, code in ((ada, "second-person-needed"), (jun, "recovery-early")):
        with pytest.raises(CommandError, match=code):
            call_command("recover_second_factor", "finish", ann.email, by=by.email)
    with pytest.raises(CommandError, match="recovery-open"):
        call_command("recover_second_factor", "begin", ann.email, by=jun.email, reason="x")
    rows = SecondFactorRecovery.objects.filter(person=ann)
    with pytest.raises(IntegrityError, match="recovery_by_two"), transaction.atomic():
        rows.update(ended_at=Now() + timedelta(days=9), finished_by=ada)
    with pytest.raises(IntegrityError, match="recovery_by_two"), transaction.atomic():
        rows.update(ended_at=Now(), finished_by=jun)
    rows.update(due_at=Now())
    User.objects.filter(pk=ada.pk).update(staff_role="")
    with pytest.raises(CommandError, match="recovery-beginner-left"):
        call_command("recover_second_factor", "finish", ann.email, by=jun.email)
    User.objects.filter(pk=ada.pk).update(staff_role="admin")
    call_command("recover_second_factor", "finish", ann.email, by=jun.email)
    assert not second_factor.has_second_factor(ann)
    tell_all()
    assert subjects(ann)[-1] == "Your second factor was taken away by the staff"
    with pytest.raises(CommandError, match="recovery-none"):
        call_command("recover_second_factor", "finish", ann.email, by=jun.email)


def test_a_right_code_stops_a_recovery(monkeypatch: pytest.MonkeyPatch) -> None:
    ann, ada = with_factor(person("Ann")), person("Ada", staff_role="admin")
    recovering.begin_recovery(person=ann, reason="She wrote.", by=ada)
    with pytest.raises(second_factor.CodeRefused):
        second_factor.check(code="000000", by=ann)
    assert SecondFactorRecovery.objects.filter(ended_at=None).exists()
    monkeypatch.setattr(second_factor, "_takes_app_code", lambda *_: True)
    second_factor.check(code="123456", by=ann)
    assert not SecondFactorRecovery.objects.filter(ended_at=None).exists()
    with pytest.raises(CatalogueRefused, match="No recovery"):
        recovering.call_off_recovery(person=ann, by=ada)


def test_a_token_does_no_more_than_its_owner_may_on_the_pages(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    tomorrow = timezone.now() + timedelta(days=1)
    owner, editor = person("Ann"), person("Ed")
    join(vendor("Kelp", owner=owner), editor, "editor")
    reviewer = person("Rosa", staff_role="reviewer")
    secrets = {
        who: issue_token(label="x", scope="upload", expires_at=tomorrow, by=who).secret
        for who in (owner, editor, reviewer)
    }

    def answers(who: User) -> list[int]:
        headers = {"Authorization": f"Bearer {secrets[who]}"}
        paths = ("/api/v1/submissions/", "/v1/results")
        return [Client().get(path, headers=headers).status_code for path in paths]

    assert [answers(who) for who in (owner, editor, reviewer)] == [[403] * 2, [200] * 2, [403] * 2]
    with_factor(owner)
    assert answers(owner) == [200, 200]


def test_signing_up_has_a_limit_by_network(settings: Settings) -> None:
    settings.LIMITS_AN_HOUR = settings.LIMITS_AN_HOUR | {"sign-up": 2}
    statuses = [Client().post("/sign-up/", {}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert HourlyCount.objects.filter(deed="sign-up").exists()
    assert QueueEntry.objects.count() == 0
