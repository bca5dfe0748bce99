"""The marketplace shows of the measured products what the index says."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from certification.models import IntegrationStanding, Run
from tests.certification.kit_runs import lab
from tests.evidence.test_shipped_bundles import FOLDER, MEASURED
from tests.factories import person, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_what_is_loaded_stands_as_the_index_says() -> None:
    lab()  # publishes the guideline, and is a product beside ours
    staff = person("Maren", staff_role="reviewer")
    out = StringIO()
    call_command("load_evidence", FOLDER, by=staff.email, stdout=out)
    work_off()

    assert f"{len(MEASURED)} measured products" in out.getvalue()
    assert Run.objects.filter(uploaded_by=staff).count() == len(MEASURED)
    standings = {
        one.release.product.name: one
        for one in IntegrationStanding.objects.filter(release__product__measured_by_us=True)
    }
    assert set(standings) == {entry["name"] for entry in MEASURED}
    for entry in MEASURED:
        shown = standings[entry["name"]]
        profile = shown.document["evaluation"]["profile"]
        left_out = {one["subject"]: one["reason"] for one in profile["not_applicable"]}
        assert left_out == entry["profile"]["not_applicable"]
        assert (shown.level, shown.figure) == (entry["level"], entry["figure"])
