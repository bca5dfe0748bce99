"""Whatever is odd about a run reaches the reviewer in words, and no rule approves it."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import subunit
from django.test import Client

from certification.engine.formats import parse_report
from certification.guidelines import shipped_inventories
from certification.models import Guideline, Run, Submission
from certification.operations.intake import receive_run
from certification.operations.review import decide_by_policy
from certification.operations.submissions import submit
from marketplace.catalogue.models import ProductRelease, User
from tests.certification.test_certifying_a_release import (
    STORAGE_RUN,
    guideline,
    judged,
    owner,
    product,
    release,
    staff,
    vendor,
)
from tests.certification.test_joined_claims import STORED, drafted
from tests.engine.formats.building import BEGAN
from tests.factories import person
from tests.factories import vendor as another_vendor

__all__ = ["guideline", "owner", "product", "release", "staff", "vendor"]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EVERY_TEST = [f"{name}[id-{i}]" for name, i in shipped_inventories()["tempest-47.0.0"]]
FOREIGN, LENT = "cloud-of-another-vendor", "cloud-lent"


def stream(seconds: Callable[[int], float], gap_s: float = 0.31) -> bytes:
    """Subunit 2 of the tests of object storage, each of that length."""
    target = io.BytesIO()
    writer = subunit.StreamResultToBytes(target)
    clock = BEGAN
    for number, test in enumerate(STORED):
        writer.status(test_id=test, test_status="inprogress", timestamp=clock)
        clock += timedelta(seconds=seconds(number))
        writer.status(test_id=test, test_status="success", timestamp=clock)
        clock += timedelta(seconds=gap_s)
    return target.getvalue()


def passes(tests: list[str], *, cpid: str = "c", duration: int = 4000) -> bytes:
    """RefStack JSON, which holds passes alone."""
    results = [
        {"name": name, "uuid": rest.removeprefix("id-").rstrip("]")}
        for name, _, rest in (test.partition("[") for test in tests)
    ]
    return json.dumps({"cpid": cpid, "duration_seconds": duration, "results": results}).encode()


INVENTED = [f"tempest.api.made.up.Test.test_{number}" for number in range(len(EVERY_TEST))]

ODD = (
    (stream(lambda n: 0.0004 + 0.000_001 * n), "anomaly-times-instant", "quicker than a cloud"),
    (stream(lambda _: 1.0), "anomaly-times-constant", "took the same"),
    (stream(lambda n: 1 + n / 1000 + 0.0003, 0.31), "anomaly-times-even", "too close together"),
    (gzip.compress(STORAGE_RUN), "anomaly-times-copied", "in a run of somebody else"),
    (passes([*STORED, *INVENTED]), "anomaly-tests-too-many", "Tempest 47.0.0 has"),
    (passes(STORED + STORED[:4]), "anomaly-passes-repeated", "4 results name a test"),
    (passes(STORED, duration=0), "anomaly-duration-impossible", "quicker than a cloud"),
    (passes(STORED, cpid=FOREIGN), "cpid-elsewhere", "another vendor has sent in runs of it"),
    (passes(STORED, duration=4001), "passes-only", "passes only"),
)


def arrived(raw: bytes, by: User) -> Run:
    """RefStack JSON is judged as it comes in, everything else by the worker."""
    if not raw.startswith(b"{"):
        return judged(raw, by)
    report = parse_report(raw)
    return receive_run(chunks=[raw], limit=10**9, via=Run.Via.API, by=by, report=report).run


def test_each_flag_reaches_the_reviewer_in_words_and_no_rule_approves_it(
    release: ProductRelease, guideline: Guideline, owner: User, staff: dict[str, User]
) -> None:
    stranger = person("Ann")
    another_vendor("Kelp", owner=stranger)
    judged(STORAGE_RUN, stranger)
    arrived(passes(STORED[:30], cpid=FOREIGN), stranger)
    arrived(passes(STORED[:29], cpid=LENT), person("Nobody"))
    reviewing = Client()
    reviewing.force_login(staff["reviewer"])
    for raw, code, words in ODD:
        run = arrived(raw, owner)
        assert run.state == Run.State.VERIFIED
        submission = submit(submission=drafted(release, guideline, owner, run), by=owner)
        flags = {flag["code"]: flag["text"] for flag in submission.flags}
        assert words in flags[code], code
        assert "Kelp" not in flags[code]
        assert decide_by_policy(submission=submission) is None
        page = reviewing.get(f"/staff/submissions/{submission.pk}/").content.decode()
        assert words in page, code
        Submission.objects.filter(pk=submission.pk).delete()


def test_a_cloud_that_a_person_without_a_vendor_used_is_nobodys(
    release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    arrived(passes(STORED[:29], cpid=LENT), person("Nobody"))
    run = arrived(passes(STORED, cpid=LENT), owner)
    submission = submit(submission=drafted(release, guideline, owner, run), by=owner)
    assert "cpid-elsewhere" not in {flag["code"] for flag in submission.flags}
