"""Whatever is odd about a run reaches the reviewer in words, no rule approves it, and the vendor
learns that somebody looks, but not at what. A flag alone changes no verdict."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from certification import oddities
from certification.engine.formats import parse_report
from certification.evidence import delete_evidence
from certification.models import Evaluation, Guideline, Run, Submission
from certification.operations.intake import receive_run
from certification.operations.review import approve, decide_by_policy
from certification.operations.submissions import submit
from marketplace.catalogue.models import ProductRelease, User
from marketplace.catalogue.products import create_release
from tests.certification.odd_evidence import (
    ODD,
    Made,
    in_a_row,
    jittered,
    other_cloud,
    passes,
    spent_in_stored,
    stream,
)
from tests.certification.test_certifying_a_release import (
    guideline,
    judged,
    owner,
    product,
    release,
    staff,
    vendor,
)
from tests.certification.test_joined_claims import STORED, drafted
from tests.factories import person
from tests.factories import vendor as another_vendor

__all__ = ["guideline", "owner", "product", "release", "staff", "vendor"]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FOREIGN, LENT = "cloud-of-another-vendor", "cloud-lent"
UNUSUAL = "Something about the evidence is unusual."
#: Where signs are named.
SOURCES = ("engine/anomalies.py", "engine/odd_clocks.py", "engine/odd_tests.py", "time_copies.py")


def scaled(seconds: list[float], factor: float) -> bytes:
    return stream(in_a_row([one * factor for one in seconds]))


#: Beside runs that others have sent in: of another vendor, of nobody, and one that is lost.
COPIES: tuple[tuple[Made, dict[str, str]], ...] = (
    (
        lambda: scaled(spent_in_stored(), 1.3),
        {"times-copied": "tests that both ran took 1.3 times as long (to a thousandth)"},
    ),
    (
        lambda: stream(in_a_row(jittered(1, 1.0))),
        {"times-alike": "Ask whether both ran on the same cloud."},
    ),
    (lambda: scaled(other_cloud(50), 0.7), {"times-unsigned": "that was uploaded without a login"}),
    (
        lambda: scaled(other_cloud(51), 2),
        {"times-not-compared": "cannot be read any more: a person has to compare them."},
    ),
)
#: Reasons of other kinds, with their whole codes.
REASONS: tuple[tuple[Made, dict[str, str]], ...] = (
    (lambda: scaled(spent_in_stored(), 1), {"copied-bytes": "Somebody else has uploaded the same"}),
    (lambda: passes(STORED, cpid=FOREIGN), {"cpid-elsewhere": "another vendor has sent in runs"}),
    (lambda: passes(STORED, duration=4001), {"passes-only": "passes only"}),
)
TABLE = (
    *((made, {f"anomaly-{code}": told[code] for code in told}) for made, told in (*ODD, *COPIES)),
    *REASONS,
)


def arrived(raw: bytes, by: User) -> Run:
    """RefStack JSON is judged as it comes in, everything else by the worker."""
    if not raw.startswith(b"{"):
        return judged(raw, by)
    report = parse_report(raw)
    return receive_run(chunks=[raw], limit=10**9, via=Run.Via.API, by=by, report=report).run


@pytest.fixture
def others(guideline: Guideline) -> None:
    stranger = person("Ann")
    another_vendor("Kelp", owner=stranger)
    judged(scaled(spent_in_stored(), 1), stranger)
    judged(scaled(other_cloud(50), 1), None)
    delete_evidence(judged(scaled(other_cloud(51), 1), stranger).evidence_sha256)
    arrived(passes(STORED[:30], cpid=FOREIGN), stranger)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def handed_in(
    release: ProductRelease, guideline: Guideline, owner: User, run: Run, number: int
) -> Submission:
    another = create_release(
        product=release.product, version=f"{number}.0", openstack_releases=["gazpacho"], by=owner
    )
    return submit(submission=drafted(another, guideline, owner, run), by=owner, asks_waiver=True)


def test_each_flag_reaches_the_reviewer_in_words_and_no_vendor(
    release: ProductRelease,
    guideline: Guideline,
    owner: User,
    staff: dict[str, User],
    others: None,
) -> None:
    expected = dict[int, dict[str, str]]()
    for number, (made, told) in enumerate(TABLE):
        submission = handed_in(release, guideline, owner, arrived(made(), owner), number)
        kept = {flag["code"]: flag["text"] for flag in submission.flags}
        assert (
            told.items()
            <= {code: words for code, words in told.items() if words in kept.get(code, "")}.items()
        ), (told, kept)
        assert not any("Kelp" in text for text in kept.values())
        expected[submission.pk] = told
    reviewer = signed_in(staff["reviewer"])
    page = unescape(reviewer.get("/staff/").content.decode())
    queue = reviewer.get("/api/v1/review-queue/").json()["results"]
    rows = {row["id"]: {flag["code"]: flag["text"] for flag in row["flags"]} for row in queue}
    mine = signed_in(owner).get("/api/v1/submissions/").json()["results"]
    told_me = {row["id"]: {flag["code"]: flag["text"] for flag in row["flags"]} for row in mine}
    openly = {"anomaly-times-absent", "cpid-elsewhere", "passes-only"}
    for key, told in expected.items():
        assert all(words in page for words in told.values())
        assert all(words in rows[key][code] for code, words in told.items())
        assert ("evidence-unusual" in told_me[key]) == bool(told.keys() - openly)
        assert not told_me[key].keys() & (told.keys() - openly)


def test_every_sign_that_the_source_names_is_in_the_table() -> None:
    folder = Path(oddities.__file__).parent
    source = "".join((folder / name).read_text() for name in SOURCES)
    named = set(re.findall(r'"((?:times|tests|ids|fixture|passes|duration)-[a-z-]+)"', source))
    assert {f"anomaly-{code}" for code in named} == {
        code for _, told in TABLE for code in told if code.startswith("anomaly-")
    }


def test_a_person_decides_on_a_copy_and_sees_both_runs(
    release: ProductRelease,
    guideline: Guideline,
    owner: User,
    staff: dict[str, User],
    others: None,
) -> None:
    run = judged(scaled(spent_in_stored(), 1.3), owner)
    verdict = Evaluation.objects.get(run=run, guideline=guideline, target="object")
    draft = drafted(release, guideline, owner, run)
    before = signed_in(owner).get(draft.get_absolute_url()).content.decode()
    assert UNUSUAL not in before
    assert "times as long" not in before
    submission = submit(submission=draft, by=owner)
    after = signed_in(owner).get(submission.get_absolute_url()).content.decode()
    assert UNUSUAL in after
    assert "times as long" not in after
    [flag] = [one for one in submission.flags if one["code"] == "anomaly-times-copied"]
    reviewer = signed_in(staff["reviewer"])
    page = reviewer.get(f"/staff/submissions/{submission.pk}/").content.decode()
    address = reverse("run-compare", args=[flag["run"], flag["other_run"]])
    assert address in page
    assert reviewer.get(address).status_code == 200
    assert signed_in(owner).get(address).status_code == 404
    assert decide_by_policy(submission=submission) is None
    verdict.refresh_from_db()
    assert verdict.verdict == "passed"
    assert approve(submission=submission, by=staff["reviewer"], reason="They share a cloud.")


def test_a_cloud_that_a_person_without_a_vendor_used_is_nobodys(
    release: ProductRelease, guideline: Guideline, owner: User
) -> None:
    arrived(passes(STORED[:29], cpid=LENT), person("Nobody"))
    run = arrived(passes(STORED, cpid=LENT), owner)
    submission = submit(submission=drafted(release, guideline, owner, run), by=owner)
    assert "cpid-elsewhere" not in {flag["code"] for flag in submission.flags}
