"""Delete what is derived, rebuild it, and every public page and badge is the same byte for byte."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from certification.models import Certificate, Evaluation, Run
from marketplace.catalogue.models import Product, Vendor
from marketplace.site.demo.guidelines import load_guidelines
from marketplace.site.demo.people import create_logins
from tests.site.test_demo_catalogue import fill, part

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: Masked anew in each answer, whatever is stored.
FORM_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def addresses() -> list[str]:
    found = [reverse(name) for name in ("home", "products", "statistics", "guidelines", "verify")]
    found += [
        reverse("vendor", args=[vendor.slug]) for vendor in Vendor.objects.exclude(products=None)
    ]
    for product in Product.objects.select_related("vendor"):
        place = {"vendor": product.vendor.slug, "product": product.slug}
        found.append(product.get_absolute_url())
        found += [reverse("badge", kwargs=place), reverse("badge-json", kwargs=place)]
    for certificate in Certificate.objects.all():
        found.append(certificate.get_absolute_url())
        found += [reverse(name, args=[certificate.number]) for name in ("statement", "descriptor")]
    found += [run.get_absolute_url() for run in Run.objects.filter(shared=True)]
    return sorted(set(found))


def contents(places: list[str]) -> dict[str, bytes]:
    client = Client()
    found = {}
    for place in places:
        answer = client.get(place)
        assert answer.status_code == 200, place
        found[place] = FORM_TOKEN.sub(b"", answer.content)
    return found


def test_every_public_page_and_badge_comes_back_the_same() -> None:
    people = create_logins()
    load_guidelines(admins=[person for person in people if person.staff_role == "admin"])
    fill(part("Brackwater OS", "Kelpline Objects", "Havnstack", "Umbral Managed", "Larkvault"))
    places = addresses()
    assert len(places) > 30
    before = contents(places)
    Evaluation.objects.all().delete()
    Run.objects.update(passed=b"", failed=b"", skipped=b"", tests_passed=0, dictionary_length=0)
    call_command("rebuild")
    changed = [place for place, content in contents(places).items() if content != before[place]]
    assert changed == []
