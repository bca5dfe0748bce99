"""What holds for each page of vendors and staff: outline, labels, live links, nothing inline."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from certification.operations.certificates import raise_dispute, suspend
from certification.operations.submissions import submit
from tests.certification.kit_runs import Lab
from tests.factories import person
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.site.test_every_page import dead_links, outline_faults
from tests.workspace.labs import connected_run, level_draft
from tests.workspace.stories import Story, story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
_INLINE = re.compile(r"\son\w+=|\sstyle=|<style|javascript:", re.IGNORECASE)


@pytest.fixture
def told(db: None) -> Story:
    return story()


def check(client: Client, path: str) -> None:
    answer = client.get(path)
    page = read(answer)
    assert answer.status_code == 200, path
    assert outline_faults(page) == [], path
    assert page.unlabelled() == [], path
    assert [i for i, times in Counter(page.ids).items() if times > 1] == [], path
    assert dead_links(page) == [], path
    assert not _INLINE.search(answer.content.decode()), path
    assert "no-store" in answer["Cache-Control"], path


def test_the_vendor_s_pages_are_sound(told: Story) -> None:
    certificate = told.certified()
    short = told.draft(told.short_run())
    client = told.client
    client.post(f"/workspace/releases/{told.release.pk}/challenge/", {"guideline": "1"})
    for path in (
        "/workspace/",
        "/workspace/vendors/new/",
        f"/workspace/vendors/{told.vendor.slug}/",
        f"/workspace/vendors/{told.vendor.slug}/products/new/",
        f"/workspace/products/{told.product.pk}/",
        f"/workspace/products/{told.product.pk}/edit/",
        f"/workspace/products/{told.product.pk}/releases/new/",
        f"/workspace/releases/{told.release.pk}/",
        f"/workspace/releases/{told.release.pk}/?run={short.run.pk}",
        "/workspace/submissions/",
        f"/workspace/submissions/{short.pk}/",
        f"/workspace/submissions/{certificate.submission_id}/",
    ):
        check(client, path)


def test_staff_s_pages_are_sound(told: Story) -> None:
    certificate = told.certified()
    admin = person("Maren", staff_role="admin")
    raise_dispute(certificate=certificate, by=admin, claim="It does not resize.")
    suspend(certificate=certificate, by=admin, reason="We look into it.")
    waiting = told.submitted(told.short_run(), asks_waiver=True, note="Waive it, please.")
    client = signed_in(admin)
    for path in (
        "/staff/",
        f"/staff/submissions/{waiting.pk}/",
        f"/staff/submissions/{certificate.submission_id}/",
        "/staff/certificates/",
        "/staff/certificates/?state=suspended",
        f"/staff/certificates/{certificate.number}/",
        "/staff/disputes/",
        "/staff/vendors/",
    ):
        check(client, path)


def test_the_pages_of_a_product_on_top_are_sound(at: Lab) -> None:
    at.declare()
    run = connected_run(at)
    waiting = submit(submission=level_draft(at, run), by=at.owner)
    staff, owner = signed_in(person("Maren", staff_role="admin")), signed_in(at.owner)
    for client, path in (
        (owner, f"/workspace/releases/{at.former.pk}/"),
        (owner, f"/workspace/releases/{at.release.pk}/"),
        (owner, f"/workspace/releases/{at.release.pk}/profile/"),
        (owner, f"/workspace/submissions/{waiting.pk}/"),
        (staff, f"/staff/submissions/{waiting.pk}/"),
        (staff, "/staff/integration/"),
        (staff, f"/staff/releases/{at.release.pk}/"),
    ):
        check(client, path)


def test_signing_up_is_sound() -> None:
    page = read(Client().get("/sign-up/"))
    assert outline_faults(page) == []
    assert page.unlabelled() == []
    assert dead_links(page) == []


def test_static_files_are_there() -> None:
    assert finders.find("workspace/workspace.css")
