"""Products that our laboratory measured: listed with their evidence, never certified."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from certification.engine.integration import Level
from certification.models import Certificate, IntegrationStanding, Run
from certification.operations.submissions import SubmissionRefused, draft_submission
from marketplace.catalogue.models import Product
from tests.certification.kit_runs import Lab, lab, required
from tests.factories import person, vendor, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def at(db: None) -> Lab:
    return lab()


def folder_with(at: Lab, place: Path, vendor_name: str = "The tarn project") -> Path:
    raw = at.bundle(
        required(at.rules, Level.CONNECTED), product="tarn", version="0.14", signed=False
    )
    (place / "tarn.osi.zip").write_bytes(raw)
    entry = {
        "bundle": "tarn.osi.zip",
        "vendor": vendor_name,
        "vendor_website": "https://tarn.example/",
        "name": "tarn",
        "category": "backup",
        "sentence": "Keeps copies.",
        "website": "https://tarn.example/",
        "open_source": True,
        "version": "0.14",
        "openstack_releases": ["hibiscus"],
        "profile": {
            "profile": "backup",
            "primary": "object-store",
            "has_logins": False,
            "not_applicable": {"dns": "It serves no names.", "lb": "It serves nobody."},
        },
    }
    (place / "index.json").write_text(json.dumps({"measured": [entry]}))
    return place


def load(place: Path, email: str) -> str:
    out = StringIO()
    call_command("load_evidence", place, by=email, stdout=out)
    work_off()
    return out.getvalue()


def test_a_measured_product_stands_in_public_by_its_own_evidence(at: Lab, tmp_path: Path) -> None:
    staff = person("Maren", staff_role="reviewer")
    place = folder_with(at, tmp_path)
    for _ in range(2):
        assert "1 measured products" in load(place, staff.email)
    product = Product.objects.get(slug="tarn")
    assert product.measured_by_us
    assert not product.vendor.memberships.exists()
    standing = IntegrationStanding.objects.get(release__product=product)
    left_out = {
        one["subject"] for one in standing.document["evaluation"]["profile"]["not_applicable"]
    }
    assert left_out == {"dns", "lb"}
    assert (standing.level, standing.evidence_class) == ("connected", 1)
    assert Run.objects.filter(uploaded_by=staff).count() == 1


def test_nobody_can_certify_it(at: Lab, tmp_path: Path) -> None:
    staff = person("Maren", staff_role="reviewer")
    load(folder_with(at, tmp_path), staff.email)
    release = Product.objects.get(slug="tarn").releases.get()
    with pytest.raises(SubmissionRefused):
        draft_submission(
            release=release,
            run=Run.objects.get(uploaded_by=staff),
            guideline=at.guideline,
            target="connected",
            openstack_release="hibiscus",
            by=staff,
        )
    assert not Certificate.objects.exists()


def test_others_than_staff_list_nothing(at: Lab, tmp_path: Path) -> None:
    place = folder_with(at, tmp_path)
    with pytest.raises(CommandError, match="forbidden"):
        load(place, at.owner.email)
    with pytest.raises(CommandError, match="Nobody here"):
        load(place, "nobody@people.example")
    assert not Product.objects.filter(slug="tarn").exists()


def test_a_vendor_with_members_lists_its_own_products(at: Lab, tmp_path: Path) -> None:
    taken = vendor("Tarn", owner=person("Tora"))
    place = folder_with(at, tmp_path, vendor_name=taken.name)
    with pytest.raises(CommandError, match="vendor-has-members"):
        load(place, person("Maren", staff_role="reviewer").email)
    assert not Product.objects.filter(slug="tarn").exists()


def test_a_folder_without_an_index_changes_nothing(at: Lab, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Nothing changed"):
        load(tmp_path, person("Maren", staff_role="reviewer").email)
