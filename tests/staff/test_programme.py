"""Settings and texts of the programme: changed with a reason, kept for ever, read by the code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from certification.models import Certificate, Submission
from certification.operations.review import decide_by_policy
from marketplace.catalogue.invitations import invite
from marketplace.catalogue.models import (
    AuditEvent,
    ProgrammeText,
    SettingChange,
    SettingProposal,
    User,
)
from marketplace.catalogue.programme_settings import (
    change_setting,
    programme_settings,
    second_setting,
)
from marketplace.catalogue.programme_texts import PAGES, edit_text, every_slug
from marketplace.catalogue.programme_vocabulary import VOCABULARY, Setting, entry_called
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.workspace.review_promise import promise_of
from tests.factories import person
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import Story

pytestmark = pytest.mark.django_db
HOW = "/staff/programme/texts/how-certification-works/"


@pytest.fixture
def other(db: None) -> User:
    return person("Jun", staff_role="admin")


def changed(name: str, value: object, by: User, reason: str = "So it is better.") -> object:
    return change_setting(
        name=name, value=value, reason=reason, seen=programme_settings().number, by=by
    )


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("answer-days", 0, "setting-range"),
        ("answer-days", 31, "setting-range"),
        ("answer-days", "5", "setting-type"),
        ("answer-days", 5.0, "setting-type"),
        ("answer-days", True, "setting-type"),
        ("answer-days", None, "setting-type"),
        ("answer-days", 5, "setting-unchanged"),
        ("rule-decides", 1, "setting-type"),
        ("rule-decides", True, "setting-unchanged"),
        ("certificate-days", 900, "setting-unknown"),
    ],
)
def test_only_what_the_vocabulary_knows_can_be_set(
    admin: User, name: str, value: object, code: str
) -> None:
    with pytest.raises(CatalogueRefused) as refused:
        changed(name, value, admin)
    assert refused.value.code == code
    assert programme_settings().number == SettingChange.objects.count() == 0


def test_every_default_is_in_its_own_range() -> None:
    for name, entry in VOCABULARY.items():
        assert entry.read(entry.default) == entry.default, name
        assert entry_called(name) is entry


def test_a_change_holds_at_once_and_its_history_stays(admin: User, told: Story) -> None:
    client = signed_in(admin)
    path = "/staff/programme/settings/answer-days/"
    page = read(client.get(path))
    assert "Now: 5 working days." in page.text
    asked = {"value": "3", "reason": "More of us.", "seen": "0"}
    assert client.post(path, asked).status_code == 303
    assert "setting-changed-meanwhile" in read(client.post(path, asked | {"value": "4"})).text
    assert client.post(path, asked | {"seen": "1", "value": "40"}).status_code == 400
    assert client.post(path, asked | {"seen": "1", "reason": ""}).status_code == 400
    assert client.post(path, asked | {"seen": "1", "value": "8"}).status_code == 303
    history = read(client.get("/staff/programme/history/")).text
    for words in ("5 working days", "3 working days", "8 working days", "More of us.", "Maren"):
        assert words in history
    event = AuditEvent.objects.filter(verb="setting.changed").order_by("pk").first()
    assert event is not None
    assert event.facts == {
        "name": "answer-days",
        "from": 5,
        "to": 3,
        "reason": "More of us.",
        "number": 1,
    }
    assert [one.number for one in SettingChange.objects.order_by("number")] == [1, 2]
    for deed in (
        "UPDATE catalogue_settingchange SET reason = 'x'",
        "DELETE FROM catalogue_settingchange",
    ):
        refused = pytest.raises(DatabaseError, match="never changed")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(deed)
    assert (
        "We promise an answer within 8 working days"
        in read(Client().get("/programme/contact/")).text
    )
    assert told.client.get(path).status_code == 404


def test_a_promise_that_was_given_is_kept(admin: User, told: Story) -> None:
    submission = told.submitted()
    now = timezone.now()
    before = promise_of(submission, now, programme_settings())
    changed("answer-days", 1, admin)
    rules = programme_settings()
    assert promise_of(submission, now, rules) == before
    submission.submitted_at = timezone.now() + timedelta(seconds=1)
    after = promise_of(submission, now, rules)
    assert before is not None and after is not None
    assert after.answer_by < before.answer_by


def test_settings_of_days_and_counts_are_those_that_the_deeds_use(admin: User, told: Story) -> None:
    changed("invitation-days", 2, admin)
    made = invite(
        vendor=told.vendor, email="new@kelp.example", role="viewer", by=told.owner
    ).invitation
    assert timedelta(days=1) < made.expires_at - timezone.now() < timedelta(days=2, minutes=1)
    changed("reports-a-day", 1, admin)
    changed("requests-a-day", 1, admin)
    asker = signed_in(person("Sten"))
    where = f"/products/{told.vendor.slug}/{told.product.slug}/"
    asker.post(f"{where}ask/", {"target": "compute"})
    assert (
        "You asked 1 times"
        in read(asker.post(f"{where}ask/", {"target": "platform"}, follow=True)).text
    )
    assert "send 1 report within a day" in read(Client().get("/programme/contact/")).text


def test_one_switches_the_rule_off_and_two_switch_it_on(
    admin: User, other: User, told: Story
) -> None:
    certificate = told.certified()
    kept = (bytes(certificate.statement), certificate.valid_until, certificate.state)
    changed("rule-decides", False, admin)
    submission = told.submitted(asks_waiver=False)
    assert "rule-off" in [flag["code"] for flag in submission.flags]
    assert decide_by_policy(submission=submission) is None
    proposal = changed("rule-decides", True, admin)
    assert isinstance(proposal, SettingProposal)
    assert not programme_settings().holds(Setting.RULE_DECIDES)
    with pytest.raises(CatalogueRefused, match="second person"):
        second_setting(proposal=proposal, by=admin)
    with pytest.raises(CatalogueRefused, match="Only staff admins"):
        second_setting(proposal=proposal, by=told.owner)
    with pytest.raises(CatalogueRefused, match="proposed already"):
        changed("rule-decides", True, other)
    User.objects.filter(pk=admin.pk).update(staff_role="reviewer")
    with pytest.raises(CatalogueRefused, match="no staff admin any more"):
        second_setting(proposal=proposal, by=other)
    User.objects.filter(pk=admin.pk).update(staff_role="admin")
    path = f"/staff/programme/proposals/{proposal.pk}/settle/"
    mine, theirs = signed_in(admin), signed_in(other)
    assert "second-person-needed" in read(mine.post(path, {"deed": "second"}, follow=True)).text
    page = read(theirs.get("/staff/programme/"))
    assert "Agree, put it into force" in page.text
    assert "Agree, put it into force" not in read(mine.get("/staff/programme/")).text
    assert "It holds from now on." in read(theirs.post(path, {"deed": "second"}, follow=True)).text
    assert "setting-proposal-over" in read(theirs.post(path, {"deed": "second"}, follow=True)).text
    assert programme_settings().holds(Setting.RULE_DECIDES)
    newest = SettingChange.objects.order_by("-number")[0]
    assert (newest.person, newest.seconded_by) == (admin, other)
    again = Certificate.objects.get(pk=certificate.pk)
    assert (bytes(again.statement), again.valid_until, again.state) == kept
    assert Submission.objects.get(pk=submission.pk).state == "submitted"


def test_a_proposal_can_be_withdrawn(admin: User, other: User) -> None:
    changed("rule-decides", False, admin)
    proposal = changed("rule-decides", True, other)
    assert isinstance(proposal, SettingProposal)
    path = f"/staff/programme/proposals/{proposal.pk}/settle/"
    assert "It is withdrawn." in read(signed_in(other).post(path, follow=True)).text
    assert not programme_settings().holds(Setting.RULE_DECIDES)
    assert AuditEvent.objects.filter(verb="setting.withdrawn").count() == 1


def test_reviewers_read_the_desk_and_change_nothing(reviewer: User) -> None:
    client = signed_in(reviewer)
    page = read(client.get("/staff/programme/"))
    assert "365 days" in page.text and "Why nobody sets it" in page.text
    assert not [link for link in page.links if "/settings/" in link or "/texts/" in link]
    assert client.get("/staff/programme/settings/answer-days/").status_code == 404
    assert client.post(HOW, {}).status_code == 404
    with pytest.raises(CatalogueRefused, match="Only staff admins"):
        changed("answer-days", 3, reviewer)


def test_the_public_texts_are_there_with_date_and_version() -> None:
    stranger = Client()
    assert "/programme/" in read(stranger.get("/")).links
    index = read(stranger.get("/programme/"))
    for slug in PAGES:
        assert f"/programme/{slug}/" in index.links
        page = read(stranger.get(f"/programme/{slug}/"))
        assert "Version 1, 21 November 2026" in page.text
        assert "{" not in page.text
    for path in ("nothing/", "decision-ask-cloud/", "contact/versions/2/"):
        assert stranger.get(f"/programme/{path}").status_code == 404


def test_a_text_is_looked_at_then_published_and_the_former_stays(admin: User) -> None:
    client = signed_in(admin)
    evil = "## Now\n\n<script>x</script> [a](javascript:b) [us](/verify/) **{answer-days}**"
    sent = {"title": "How it works", "body": evil, "reason": "", "seen": "1"}
    seen = client.post(HOW, sent)
    assert seen.status_code == 200 and ProgrammeText.objects.count() == 0
    assert b"<strong>5 working days</strong>" in seen.content and b"<script>x" not in seen.content
    assert client.post(HOW, sent | {"deed": "publish"}).status_code == 400
    publish = sent | {"deed": "publish", "reason": "Shorter."}
    assert client.post(HOW, publish).status_code == 303
    assert "text-unchanged" in read(client.post(HOW, publish | {"seen": "2"})).text
    late = publish | {"title": "Other"}
    assert "text-changed-meanwhile" in read(client.post(HOW, late)).text
    public = Client()
    answer = public.get("/programme/how-certification-works/")
    assert b"<h2>Now</h2>" in answer.content and b'href="javascript' not in answer.content
    assert "/verify/" in read(answer).links
    former = read(public.get("/programme/how-certification-works/versions/1/"))
    assert "This is a former version." in former.text and "Two programmes" in former.text
    assert "How certification works" in client.get(f"{HOW}?version=1").content.decode()
    assert list(ProgrammeText.objects.values_list("number", flat=True).order_by("number")) == [1, 2]
    [event] = AuditEvent.objects.filter(verb="text.published")
    assert event.facts["reason"] == "Shorter."


def test_a_former_version_says_what_it_said_in_its_time(admin: User) -> None:
    """Not what it would say today: neither by a change before its time, in it, nor after it."""
    client, public = signed_in(admin), Client()
    body = {"body": "We answer within {answer-days}. By rule: {rule-decides}."}
    for number, words in ((1, "One"), (2, "Two"), (3, "Three")):
        changed("answer-days", 10 + number, admin)
        sent = body | {"title": words, "reason": "Other words.", "seen": str(number)}
        assert client.post(HOW, sent | {"deed": "publish"}).status_code == 303
    changed("reports-a-day", 9, admin)
    changed("answer-days", 20, admin)
    path = "/programme/how-certification-works/"
    shown = {n: read(public.get(f"{path}versions/{n}/")).text for n in (1, 2, 3, 4)}
    assert "an answer within 5 working days" in shown[1]
    assert "Promised answer: 5 working days; since" in shown[1]
    assert ": 11 working days." in shown[1]
    assert "We answer within 11 working days. By rule: yes." in shown[2]
    assert "Promised answer: 11 working days; since" in shown[2] and "Reports" not in shown[2]
    assert "We answer within 12 working days." in shown[3] and ": 13 working days." in shown[3]
    assert "within 20 working days" in shown[4] and "Promised answer:" not in shown[4]
    assert "within 20 working days" in read(public.get(path)).text


@pytest.mark.parametrize(
    ("slug", "body", "code"),
    [
        ("contact", "", "text-length"),
        ("contact", "x" * 20_001, "text-length"),
        ("contact", "within {evidence-days}", "text-placeholder"),
        ("contact", "an open {", "text-placeholder"),
        ("decision-ask-cloud", "{release.__class__}", "text-placeholder"),
        ("decision-ask-cloud", "x" * 2001, "text-length"),
        ("no-such", "x", "text-unknown"),
    ],
)
def test_a_text_that_cannot_be_is_refused(admin: User, slug: str, body: str, code: str) -> None:
    with pytest.raises(CatalogueRefused) as refused:
        edit_text(slug=slug, title="T", body=body, reason="r", seen=1, by=admin)
    assert refused.value.code == code


def test_the_texts_of_decisions_are_those_that_reviewers_find(
    admin: User, reviewer: User, told: Story
) -> None:
    assert len(every_slug()) > len(PAGES)
    edit_text(
        slug="decision-ask-cloud",
        title="Ask which cloud",
        body="Which cloud ran {target} for {release}?",
        reason="Shorter.",
        seen=1,
        by=admin,
    )
    submission = told.submitted()
    page = read(signed_in(reviewer).get(f"/staff/submissions/{submission.pk}/?phrase=ask-cloud"))
    assert "Ask which cloud" in page.text
    assert f"Which cloud ran Compute 2031.06 for {told.release}?" in page.text
