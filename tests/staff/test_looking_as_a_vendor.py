"""Staff look at a vendor's pages as the vendor sees them: to read, and for nothing else."""

from __future__ import annotations

import pytest
from django.test import Client

from certification.models import RunChallenge
from certification.operations.submissions import issue_challenge
from marketplace.catalogue.models import AuditEvent, Membership, User
from marketplace.workspace.looking import read_only
from tests.factories import join
from tests.site.conftest import signed_in
from tests.site.reading import Page, read
from tests.workspace.stories import Story, story

pytestmark = pytest.mark.django_db


def seen(client: Client, told: Story, page: str) -> tuple[Page, str]:
    answer = client.get(f"/staff/vendors/{told.vendor.slug}/seen/{page}")
    assert answer.status_code == 200
    return read(answer), answer.content.decode()


def test_what_is_read_is_what_the_vendor_reads_without_any_deed(
    reviewer: User, told: Story
) -> None:
    told.certified()
    submission = told.submitted(told.passing_run())
    challenge = issue_challenge(release=told.release, guideline=told.guideline, by=told.owner)
    client = signed_in(reviewer)
    places = [
        f"vendors/{told.vendor.slug}/",
        f"products/{told.product.pk}/",
        f"releases/{told.release.pk}/",
        f"submissions/{submission.pk}/",
    ]
    join(told.vendor, viewer := story("Moss").owner, "viewer")
    for place in places:
        page, written = seen(client, told, place)
        theirs = read(signed_in(viewer).get(f"/workspace/{place}"))
        assert f"As {told.vendor} sees it." in page.text
        assert page.title == theirs.title
        assert [a["action"] for a in page.all("form")] == ["/sign-out/"]
        inside = {link for link in page.links if link.startswith("/workspace/")}
        assert inside <= {"/workspace/", "/workspace/notices/"}  # the masthead's, of who looks
        for link in page.links:
            if link.startswith("/staff/vendors/"):
                assert client.get(link).status_code == 200, link
        assert challenge.nonce not in written
    assert challenge.nonce in told.client.get(f"/workspace/{places[2]}").content.decode()
    assert RunChallenge.objects.filter(nonce=challenge.nonce).exists()
    looks = AuditEvent.objects.filter(verb="vendor.looked-at", actor=f"user:{reviewer.pk}")
    assert list(looks.values_list("object_id", flat=True).distinct()) == [str(told.vendor.pk)]
    assert {event.facts["page"] for event in looks} >= {f"/workspace/{place}" for place in places}
    assert not Membership.objects.filter(user=reviewer).exists()


def test_nothing_can_be_done_by_looking(reviewer: User, told: Story) -> None:
    submission = told.submitted()
    client = signed_in(reviewer)
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(client, method)(f"/staff/vendors/{told.vendor.slug}/seen/")
        assert answer.status_code == 405
    assert client.post(f"/workspace/submissions/{submission.pk}/withdraw/").status_code == 404
    assert client.get(f"/workspace/submissions/{submission.pk}/").status_code == 404
    for page in (
        "",
        "keys/",
        "tokens/",
        f"vendors/{told.vendor.slug}/webhooks/",
        f"vendors/{told.vendor.slug}/products/new/",
        f"vendors/{told.vendor.slug}/team/",
        "notices/",
        "../staff/",
        "//x.example/",
        "no-such/",
    ):
        if page:
            path = f"/staff/vendors/{told.vendor.slug}/seen/{page}"
            assert client.get(path).status_code == 404, page
    assert not AuditEvent.objects.filter(verb="vendor.looked-at").exists()


def test_who_may_look_and_at_whom(reviewer: User, told: Story) -> None:
    other = story("Reed")
    path = f"/staff/vendors/{told.vendor.slug}/seen/"
    assert Client().get(path).status_code == 302
    assert told.client.get(path).status_code == 404
    client = signed_in(reviewer)
    assert client.get(f"{path}products/{other.product.pk}/").status_code == 404
    join(other.vendor, reviewer, "owner")
    # A membership of another vendor opens nothing here, and is there afterwards.
    assert client.get(f"{path}products/{other.product.pk}/").status_code == 404
    assert client.get(path).status_code == 200
    assert Membership.objects.filter(user=reviewer, role="owner").count() == 1
    assert client.get(f"/staff/vendors/{other.vendor.slug}/seen/").status_code == 404
    assert client.get("/staff/vendors/nobody/seen/").status_code == 404


@pytest.mark.parametrize(
    ("written", "left"),
    [
        (
            '<p>a &amp; b</p><form action="/x"><a href="/workspace/keys/">k</a><p>q</p></form>c',
            "<p>a &amp; b</p>c",
        ),
        ('<a class="btn" href="/workspace/keys/">Keys</a>', "Keys"),
        (
            '<a href="/workspace/releases/7/?run=1#x">r</a>',
            '<a href="/staff/vendors/kelp/seen/releases/7/?run=1#x">r</a>',
        ),
        ('<a href="?run=1">r</a><br><img src="/b.svg"/>&#39;',) * 2,
        ("<form><form></form>x</form>y<script>z</script>", "y"),
        ("<button>b</button>", ""),
        ('<input name="x"/><form action="/x"/>x</form><a href="/workspace/keys/"/>k</a>', "k"),
        ('<input name="x"><select><option>1</option></select><textarea>t</textarea>', ""),
    ],
)
def test_the_page_is_read_only(written: str, left: str) -> None:
    around = "<!doctype html><form>out</form><main>{}</main><form>end</form>"
    found = read_only(around.format(written), "kelp", "")
    assert found == around.format(left)
