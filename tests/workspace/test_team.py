"""The people of an organization: invited, joined, changed, gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from certification.models import QueueEntry
from marketplace.catalogue.models import AuditEvent, Invitation, Membership, User, Vendor
from marketplace.notices.inviting import forget_failed
from marketplace.notices.models import InvitationMail
from tests.factories import hurry, join, person, vendor, work_off
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db


@dataclass
class Team:
    vendor: Vendor
    owner: User
    editor: User

    @property
    def url(self) -> str:
        return f"/workspace/vendors/{self.vendor.slug}/"

    def post(self, path: str, by: User | None = None, **given: str) -> Any:
        return signed_in(by or self.owner).post(f"{self.url}{path}", given, follow=True)

    def member(self, user: User) -> Membership:
        return self.vendor.memberships.get(user=user)

    def role(self, user: User) -> str | None:
        found = self.vendor.memberships.filter(user=user).first()
        return found.role if found else None

    def invite(self, email: str = "new@kelp.example", role: str = "editor") -> str:
        """The path of the link."""
        answer = self.post("team/invite/", email=email, role=role)
        found = re.search(r"/invitations/[\w-]+/", read(answer).text)
        assert found, read(answer).text
        return found[0]

    def verbs(self) -> list[str]:
        events = AuditEvent.objects.filter(object_type="vendor", object_id=str(self.vendor.pk))
        return list(events.order_by("pk").values_list("verb", flat=True))


@pytest.fixture
def team() -> Team:
    owner, editor = person("Ann"), person("Edda")
    return Team(vendor("Kelp", owner=owner, editor=editor), owner, editor)


def somebody(email: str) -> User:
    return User.objects.create_user(email, email, display_name="New")


def test_a_link_brings_the_invited_person_in_once(team: Team) -> None:
    link = team.invite(" New@Kelp.example", "uploader")
    assert mail.outbox == [], "the request talks to no mail server"
    work_off()
    assert mail.outbox[0].to == ["new@kelp.example"]
    assert link in mail.outbox[0].body
    new = somebody("new@kelp.example")
    page = read(signed_in(new).get(link))
    assert page.title.startswith("Join Kelp")
    assert signed_in(new).post(link)["Location"] == team.url
    assert team.role(new) == "uploader"
    assert signed_in(new).post(link).status_code == 404
    assert team.verbs() == ["team.invited", "team.joined"]


def test_a_link_is_kept_by_its_digest_alone(team: Team) -> None:
    secret = team.invite().split("/")[2]
    assert secret not in str(list(Invitation.objects.values()))
    assert secret not in str(list(AuditEvent.objects.values()))
    assert secret not in str(list(InvitationMail.objects.values()))
    assert secret not in str(list(QueueEntry.objects.values()))
    work_off()
    assert not InvitationMail.objects.exists(), "nothing of it is kept"
    assert secret not in read(signed_in(team.owner).get(f"{team.url}team/")).text


def test_a_mail_server_that_takes_the_mail_spares_the_link(team: Team, settings: Settings) -> None:
    settings.MAIL_IS_SENT = True
    answer = team.post("team/invite/", email="new@kelp.example", role="viewer")
    page = read(answer).text
    assert "on its way" in page and "/invitations/" not in page and "waits to be sent" in page
    work_off()
    assert len(mail.outbox) == 1
    assert "waits to be sent" not in read(signed_in(team.owner).get(f"{team.url}team/")).text


def test_a_mail_server_that_is_away_loses_no_invitation(team: Team, settings: Settings) -> None:
    """It is tried again with the same link; who invited hears of it when that is over."""
    backend, settings.EMAIL_HOST, settings.EMAIL_PORT = settings.EMAIL_BACKEND, "127.0.0.1", 9
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    link = team.invite()
    work_off()
    [entry] = QueueEntry.objects.filter(kind="send_invitation", finished_at=None)
    assert entry.due_at > timezone.now() + timedelta(seconds=50)
    settings.EMAIL_BACKEND = backend
    hurry(entry)
    work_off()
    assert link in mail.outbox[0].body
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    team.invite("far@kelp.example")
    for _ in range(6):
        for entry in QueueEntry.objects.filter(kind="send_invitation", finished_at=None):
            hurry(entry)
        work_off()
    [kept] = InvitationMail.objects.all()
    assert kept.failed_at is not None and kept.salt == ""
    assert (
        "No mail server took the mail." in read(signed_in(team.owner).get(f"{team.url}team/")).text
    )
    Invitation.objects.update(
        invited_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(days=2)
    )
    forget_failed()
    assert not InvitationMail.objects.exists()


@pytest.mark.parametrize("how", ["withdrawn", "again", "gone"])
def test_an_invitation_that_ended_while_it_waited_is_not_mailed(team: Team, how: str) -> None:
    link = team.invite()
    if how == "withdrawn":
        team.post(f"invitations/{Invitation.objects.get().pk}/withdraw/")
    elif how == "again":
        link = team.invite()
    else:
        Invitation.objects.all().delete()
    work_off()
    assert [link in one.body for one in mail.outbox] == ([True] if how == "again" else [])
    assert not InvitationMail.objects.exists()


def test_the_request_does_the_same_whether_or_not_the_address_is_known(team: Team) -> None:
    """What it asks of the database tells nothing, and neither does the answer."""
    somebody("known@kelp.example")
    client, seen = signed_in(team.owner), []
    for email in ("first@kelp.example", "known@kelp.example", "other@kelp.example"):
        with CaptureQueriesContext(connection) as made:
            answer = client.post(f"{team.url}team/invite/", {"email": email, "role": "viewer"})
        kinds = [one["sql"].split()[0] for one in made]
        seen.append((kinds, answer.status_code))
    assert seen[1] == seen[2]
    work_off()
    assert len(mail.outbox) == 3


def test_a_stranger_with_the_link_is_asked_who_it_is(team: Team, stranger: Client) -> None:
    link = team.invite()
    page = read(stranger.get(link))
    assert f"/sign-up/?next={link}&email=new%40kelp.example" in page.links
    assert stranger.post(link)["Location"] == f"/sign-in/?next={link}"


def test_whoever_signs_up_by_the_link_comes_back_to_it(team: Team, stranger: Client) -> None:
    link = team.invite()
    form = read(stranger.get(f"/sign-up/?next={link}&email=new%40kelp.example"))
    assert form.all("input", name="email", value="new@kelp.example")
    given = {"email": "new@kelp.example", "display_name": "N", "password": "tidal-orchard-91"}
    assert stranger.post("/sign-up/", given | {"next": link})["Location"] == link
    stranger.post(link)
    assert team.role(User.objects.get(email="new@kelp.example")) == "editor"


def test_a_forwarded_link_lets_nobody_else_in(team: Team) -> None:
    link = team.invite()
    eve = person("Eve")
    answer = signed_in(eve).post(link)
    assert answer.status_code == 409
    assert "invitation-address" in read(answer).text
    assert team.role(eve) is None


@pytest.mark.parametrize("how", ["old", "withdrawn", "again", "made up", "owner gone"])
def test_a_link_that_ended_opens_nothing(team: Team, how: str) -> None:
    link = team.invite()
    if how == "old":
        week = timezone.now() - timedelta(days=8)
        Invitation.objects.update(invited_at=week, expires_at=week + timedelta(days=7))
    elif how == "withdrawn":
        team.post(f"invitations/{Invitation.objects.get().pk}/withdraw/")
    elif how == "again":
        team.invite()
    elif how == "owner gone":
        team.post(f"team/{team.member(team.editor).pk}/hand-over/")
    else:
        link = "/invitations/made-up/"
    new = somebody("new@kelp.example")
    for answer in (signed_in(new).get(link), signed_in(new).post(link)):
        assert answer.status_code == 404
        assert "invitation-over" in read(answer).text
    assert team.role(new) is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"email": "edda", "role": "viewer"}, "valid email"),
        ({"email": "new@kelp.example", "role": "king"}, "valid choice"),
        ({"email": "", "role": "viewer"}, "required"),
    ],
)
def test_what_cannot_be_invited_is_told(team: Team, given: dict[str, str], code: str) -> None:
    answer = team.post("team/invite/", **given)
    assert answer.status_code == 400
    assert code in read(answer).text


def test_a_member_is_not_invited_again(team: Team) -> None:
    answer = team.post("team/invite/", email=team.editor.email, role="owner")
    assert "member-already" in read(answer).text


def test_invitations_have_a_limit(team: Team, settings: Settings) -> None:
    settings.LIMITS_AN_HOUR = settings.LIMITS_AN_HOUR | {"invite": 1}
    team.invite()
    assert "too-many" in read(team.post("team/invite/", email="b@kelp.example", role="viewer")).text


def test_roles_change_and_the_trail_says_so(team: Team) -> None:
    path = f"team/{team.member(team.editor).pk}/role/"
    team.post(path, role="owner")
    assert team.role(team.editor) == "owner"
    team.post(path, role="owner")
    assert team.verbs() == ["team.role-changed"]
    assert "role-unknown" in read(team.post(path, role="king")).text


def test_handing_over_makes_an_editor_of_the_owner(team: Team) -> None:
    team.post(f"team/{team.member(team.editor).pk}/hand-over/")
    assert (team.role(team.owner), team.role(team.editor)) == ("editor", "owner")
    assert team.verbs() == ["team.handed-over"]
    own = team.member(team.editor).pk
    assert "hand-over" in read(team.post(f"team/{own}/hand-over/", by=team.editor)).text


def test_a_member_is_removed_and_sees_nothing_any_more(team: Team) -> None:
    path = f"team/{team.member(team.editor).pk}/remove/"
    team.post(path)
    assert team.role(team.editor) is None
    assert signed_in(team.editor).get(f"{team.url}team/").status_code == 404
    assert team.post(path).status_code == 404
    assert team.verbs() == ["team.removed"]


def test_a_vendor_never_loses_its_last_owner(team: Team) -> None:
    own = team.member(team.owner).pk
    for path, given in (
        ("leave/", {}),
        (f"team/{own}/role/", {"role": "viewer"}),
    ):
        assert "last-owner" in read(team.post(path, **given)).text
    assert "remove-self" in read(team.post(f"team/{own}/remove/")).text
    join(team.vendor, person("Old", active=False), "owner")
    assert "last-owner" in read(team.post("leave/")).text
    assert team.role(team.owner) == "owner"


def test_whoever_leaves_is_gone(team: Team) -> None:
    answer = team.post("leave/", by=team.editor)
    assert answer.redirect_chain == [("/workspace/", 303)]
    assert team.role(team.editor) is None
    assert team.post("leave/", by=team.editor).status_code == 404
    assert team.verbs() == ["team.left"]


@pytest.mark.parametrize("deed", ["delete", "update"])
def test_the_database_keeps_an_owner_too(team: Team, deed: str) -> None:
    rows = Membership.objects.filter(pk=team.member(team.owner).pk)
    with pytest.raises(IntegrityError, match="no owner"), transaction.atomic():
        rows.delete() if deed == "delete" else rows.update(role="viewer")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_members_see_the_team_and_owners_alone_change_it(team: Team) -> None:
    link = team.invite()
    page = signed_in(team.editor).get(f"{team.url}team/")
    assert page.status_code == 200
    assert "Invite somebody" not in read(page).text
    assert "new@kelp.example" not in read(page).text
    own = team.member(team.owner).pk
    for path in ("team/invite/", f"team/{own}/remove/", f"team/{own}/hand-over/"):
        assert team.post(path, by=team.editor).status_code == 403
    assert link


def test_another_vendor_s_members_are_not_reached(team: Team) -> None:
    eve = person("Eve")
    other = vendor("Reed", owner=eve)
    foreign = team.member(team.editor).pk
    url = f"/workspace/vendors/{other.slug}/team/{foreign}/remove/"
    assert signed_in(eve).post(url).status_code == 404
    assert signed_in(eve).get(f"{team.url}team/").status_code == 404
    assert team.role(team.editor) == "editor"
