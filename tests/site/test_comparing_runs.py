"""A run beside an earlier one."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import judged, person, real_run, subunit, upload, vendor
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db


def test_the_run_page_offers_earlier_runs_and_the_page_says_what_changed() -> None:
    ann = person("Ann")
    vendor("Kelp", owner=ann)
    before = judged(subunit(a="success", b="failure", c="success"), by=ann)
    after = judged(subunit(a="failure", b="success", d="success"), by=ann)
    url = f"{after.get_absolute_url()}compare/{before.pk}/"
    assert url in read(signed_in(ann).get(after.get_absolute_url())).links
    assert url not in read(signed_in(ann).get(before.get_absolute_url())).links
    page = read(signed_in(ann).get(url))
    assert page.title == "2 gained, 2 lost"
    assert [words for level, words in page.headings if level == 2] == [
        "The two runs",
        "Lost",
        "Gained",
        "Slower",
    ]
    assert "demo.Tests.c" in page.text
    told = signed_in(ann).get(f"/api/v1{url}").json()
    assert [change["name"] for change in told["lost"]] == ["demo.Tests.a", "demo.Tests.c"]
    assert told["gained"][0] | {"before": "failed", "after": "passed"} == told["gained"][0]
    assert (told["before"], told["after"]) == (str(before.pk), str(after.pk))
    assert Client().get(f"/api/v1{url}").status_code == 404
    turned = f"{before.get_absolute_url()}compare/{after.pk}/"
    assert read(signed_in(ann).get(turned)).title == page.title


def test_the_same_run_in_two_formats_does_not_differ() -> None:
    one, two = (judged(real_run(f"identity-serial.{form}")) for form in ("v1", "v2"))
    page = read(Client().get(f"{two.get_absolute_url()}compare/{one.pk}/"))
    assert page.title == "The two runs do not differ"
    assert "79 tests ended the same way" in page.text


def test_both_must_be_visible() -> None:
    ann, eve = person("Ann"), person("Eve")
    private, public = judged(by=ann), judged()
    for url in (
        f"{private.get_absolute_url()}compare/{public.pk}/",
        f"{public.get_absolute_url()}compare/{private.pk}/",
    ):
        assert Client().get(url).status_code == 404
        assert signed_in(eve).get(url).status_code == 404
        assert signed_in(ann).get(url).status_code == 200


def test_itself_and_what_is_not_judged_is_not_compared() -> None:
    run, unreadable = judged(), judged(b"Dear marketplace, please certify us.\n" * 20)
    waiting = upload()
    for other in (run, waiting, unreadable):
        url = f"{run.get_absolute_url()}compare/{other.pk}/"
        assert Client().get(url).status_code == 404
    assert Client().post(f"{run.get_absolute_url()}compare/{unreadable.pk}/").status_code == 405
