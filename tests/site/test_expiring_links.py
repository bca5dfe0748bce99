"""A private run is shown by a link, for some days."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from certification.models import Run, RunLink
from certification.operations.sharing import (
    LINKS_MOST,
    LinkRefused,
    ShareRefused,
    make_link,
    revoke_link,
)
from marketplace.catalogue.models import User
from tests.factories import in_force, join, judged, person, subunit, vendor, verbs
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(db: None) -> User:
    found = person("Ann")
    vendor("Kelp", owner=found)
    return found


@pytest.fixture
def run(ann: User) -> Run:
    in_force("2031.06", "a", "b")
    return judged(subunit(a="success", b="failure"), by=ann)


def links(run: Run) -> str:
    return f"{run.get_absolute_url()}links/"


def address(run: Run, ann: User) -> str:
    secret = make_link(run=run, days=7, by=ann).secret
    return f"{run.get_absolute_url()}shared/{secret}/"


def test_the_link_is_shown_once_and_opens_the_page(run: Run, ann: User) -> None:
    made = read(signed_in(ann).post(links(run), {"days": "7", "label": "our auditor"}))
    shown = next(word for word in made.text.split() if "/shared/" in word)
    answer = Client().get(urlsplit(shown).path)
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert b'name="robots" content="noindex"' in answer.content
    assert "1 test short" in read(answer).title
    listed = read(signed_in(ann).get(links(run)))
    assert "our auditor" in listed.text
    assert "/shared/" not in listed.text
    link = RunLink.objects.get()
    assert link.digest not in shown
    assert verbs(run)[-1] == "run.link-made"


def test_the_page_is_only_to_be_read(run: Run, ann: User) -> None:
    page = read(Client().get(address(run, ann)))
    private = [link for link in page.links if link.startswith(run.get_absolute_url())]
    assert private == []
    assert page.all("form", method="post") == []
    assert "Private run" in page.text or "shown by a link until" in page.text
    for asked in ("evidence", "open-tests.txt"):
        assert Client().get(f"{run.get_absolute_url()}{asked}").status_code == 404


def test_another_verdict_is_explained_under_the_same_link(run: Run, ann: User) -> None:
    url = address(run, ann)
    page = read(Client().get(f"{url}?guideline=2031.06&target=compute"))
    assert "1 test short" in page.title
    assert {"action": url}.items() <= page.all("form", method="get")[0].items()


def test_revoked_over_wrong_or_of_another_run_it_is_not_there(run: Run, ann: User) -> None:
    url = address(run, ann)
    other = judged(by=ann)
    secret = url.split("/")[-2]
    assert Client().get(f"{other.get_absolute_url()}shared/{secret}/").status_code == 404
    assert Client().get(f"{url[:-3]}x/").status_code == 404
    link = RunLink.objects.get()
    again = f"{links(run)}{link.pk}/revoke/"
    assert signed_in(ann).post(again)["Location"] == links(run)
    signed_in(ann).post(again)
    assert Client().get(url).status_code == 404
    assert verbs(run).count("run.link-revoked") == 1
    late = address(run, ann)
    now = timezone.now()
    RunLink.objects.filter(revoked_at=None).update(
        made_at=now - timedelta(days=8), expires_at=now - timedelta(days=1)
    )
    assert Client().get(late).status_code == 404


def test_it_ends_with_the_right_of_who_made_it(run: Run, ann: User) -> None:
    url = address(run, ann)
    assert run.vendor is not None
    join(run.vendor, person("Bea"), "owner")
    ann.memberships.all().delete()
    assert Client().get(url).status_code == 404


def test_strangers_members_who_may_not_and_staff_make_none(run: Run, ann: User) -> None:
    uploader, eve = person("Uli"), person("Eve")
    reviewer = person("Rev", staff_role="reviewer")
    assert run.vendor is not None
    join(run.vendor, uploader, "uploader")
    link = make_link(run=run, days=7, by=ann).link
    for path in (links(run), f"{links(run)}{link.pk}/revoke/"):
        assert Client().post(path).status_code == 302
        assert signed_in(eve).post(path).status_code == 404
        assert signed_in(uploader).post(path).status_code == 403
        assert signed_in(reviewer).post(path).status_code == 403
    assert RunLink.objects.filter(revoked_at=None).count() == 1
    with pytest.raises(ShareRefused):
        revoke_link(link=link, by=eve)


def test_days_are_chosen_from_the_list_and_links_are_few(run: Run, ann: User) -> None:
    assert signed_in(ann).post(links(run), {"days": "4000"}).status_code == 400
    with pytest.raises(LinkRefused, match="lasts one of"):
        make_link(run=run, days=4000, by=ann)
    for _ in range(LINKS_MOST):
        make_link(run=run, days=1, by=ann)
    answer = signed_in(ann).post(links(run), {"days": "1"})
    assert (answer.status_code, b"links-too-many" in answer.content) == (400, True)


def test_an_anonymous_run_has_none() -> None:
    with pytest.raises(ShareRefused):
        make_link(run=judged(), days=7, by=person("Ann"))
