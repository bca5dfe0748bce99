"""The demo catalogue comes to be by what people and workers do, once, and in every state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

import marketplace
from certification.engine.report import TestState
from certification.models import Appeal, Certificate, Evaluation, Run, Submission
from certification.operations.intake import receive_run
from certification.queries import find_certificate
from certification.queries.joined import claim_of_submission
from marketplace.catalogue.asking import people_asking
from marketplace.catalogue.facts import facts_asked
from marketplace.catalogue.models import (
    AuditEvent,
    Category,
    CertificationRequest,
    ClaimReport,
    Product,
    ProductEdition,
    ProductRelease,
    Programme,
    Vendor,
    Watch,
    programme_of,
)
from marketplace.catalogue.past import PastRefused, in_the_past
from marketplace.site.demo.concluding import StoryBroken
from marketplace.site.demo.drawing import logo
from marketplace.site.demo.guidelines import IN_FORCE, NEXT, load_guidelines
from marketplace.site.demo.loader import DemoStuck, Loader
from marketplace.site.demo.market import MARKET, Market, Outcome, Turn, declared_of, story_of
from marketplace.site.demo.market.told import LOOKS, STORIES
from marketplace.site.demo.people import DemoRefused, create_logins
from marketplace.site.demo.publishing import DRAFTED_SENTENCES, FORMER_SENTENCES
from marketplace.site.demo.scripts import RERUN_TESTS
from marketplace.site.demo.voices import DEMANDS, REPORTS
from marketplace.site.story import story_html
from tests import factories
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db
State = Certificate.State


def part(*products: str) -> Market:
    """The market with these products alone."""
    vendors = (
        replace(vendor, products=tuple(p for p in vendor.products if p.name in products))
        for vendor in MARKET.vendors
    )
    return Market(tuple(vendor for vendor in vendors if vendor.products))


@pytest.mark.parametrize("category", Category.values)
def test_every_vendor_says_what_its_category_asks(category: str) -> None:
    products = [product for _, product in MARKET.products if product.category == category]
    said = [declared_of(product.name).facts(category) for product in products]
    assert all(len(facts) >= 5 for facts in said)
    assert all(declared_of(product.name).regions for product in products)
    if programme_of(category) is Programme.LISTED:
        assert len({str(facts) for facts in said}) == len(products) >= 4
        shown = {key for facts in said for key in facts}
        assert shown >= {fact.key for fact in facts_asked(category)}


@pytest.fixture
def prepared(db: None, settings: Settings) -> None:
    """The logins and guidelines of a trial; passwords are hashed cheaply, nobody signs in here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    people = create_logins()
    load_guidelines(admins=[person for person in people if person.staff_role == "admin"])


def fill(market: Market, idle: Callable[[], object] = factories.work_off) -> int:
    """Judging is done here by the task itself, in place of a worker's process."""
    return Loader(market, say=lambda _line: None, idle=idle).fill()


def certificate_of(product: str) -> Certificate:
    return Certificate.objects.get(release__product__name=product)


def everything() -> tuple[int, ...]:
    kinds = (
        *(
            Vendor,
            Product,
            ProductRelease,
            ProductEdition,
            Run,
            Evaluation,
            Submission,
            Certificate,
        ),
        *(Appeal, CertificationRequest, ClaimReport, Watch, AuditEvent),
    )
    return tuple(kind._default_manager.count() for kind in kinds)


def test_the_market_is_as_large_and_as_varied_as_promised() -> None:
    products = [product for _, product in MARKET.products]
    assert len(MARKET.vendors) >= 25
    assert len(products) >= 60
    assert {product.category for product in products} == set(Category)
    assert len({vendor.name for vendor in MARKET.vendors}) == len(MARKET.vendors)
    assert all(vendor.domain.endswith(".example") for vendor in MARKET.vendors)
    told = [a for product in products for release in product.releases for a in release.attempts]
    assert {attempt.outcome for attempt in told} == set(Outcome)
    assert {attempt.turn for attempt in told} == set(Turn)
    approved = [attempt for attempt in told if attempt.outcome is Outcome.APPROVED]
    assert {attempt.target for attempt in approved} == {"platform", "compute", "object"}
    assert {attempt.challenged for attempt in approved} == {True, False}


def test_stories_and_logos_are_of_products_and_can_be_read() -> None:
    names = {product.name for _, product in MARKET.products}
    assert set(STORIES) | set(LOOKS) | set(FORMER_SENTENCES) | set(DRAFTED_SENTENCES) <= names
    assert {name for name, _, _ in DEMANDS} | {told.product for told in REPORTS} <= names
    assert len(STORIES) >= 20
    for name in STORIES:
        words = story_html(story_of(name))
        assert len(words) > 150, name
        assert "<script" not in words
    drawn = {logo(*look) for look in LOOKS.values()}
    assert len(drawn) == len(LOOKS)
    look = LOOKS["Larkvault"]
    assert logo(*look) == logo(*look)


def test_only_platforms_ask_to_be_certified() -> None:
    for _, product in MARKET.products:
        attempts = [attempt for release in product.releases for attempt in release.attempts]
        assert not attempts or programme_of(product.category) is Programme.POWERED


@pytest.mark.slow
@pytest.mark.usefixtures("prepared")
def test_certificates_in_every_state_are_earned() -> None:
    fill(
        part(
            *("Kelpline Public Cloud", "Larkvault", "Tidewrack", "Reedbed Cloud"),
            *("Skarnhavn Private", "Havnstack", "Ostrander Edge", "Rook Managed"),
        )
    )
    vault = certificate_of("Larkvault")
    assert (vault.target, vault.state, vault.assurance) == ("object", State.ACTIVE, "challenged")
    assert vault.submission.decided_by == "policy:clean-case", vault.submission.flags
    assert certificate_of("Tidewrack").state == State.EXPIRED
    assert certificate_of("Reedbed Cloud").state == State.REVOKED
    assert certificate_of("Skarnhavn Private").state == State.SUSPENDED
    assert certificate_of("Havnstack").disputes.filter(settled_at=None).count() == 1
    assert certificate_of("Rook Managed").state == State.ACTIVE
    assert certificate_of("Rook Managed").reinstatements.count() == 2
    waived = certificate_of("Ostrander Edge")
    assert waived.submission.waivers.get().tests
    assert waived.valid_until.date() == waived.submission.waivers.get().ends_on
    kelpline = Certificate.objects.filter(release__product__name="Kelpline Public Cloud")
    assert Counter(kelpline.values_list("state", "assurance")) == {
        (State.ACTIVE, "self-reported"): 1,
        (State.SUPERSEDED, "challenged"): 1,
        (State.ACTIVE, "challenged"): 1,
    }
    soon = timezone.now() + timedelta(days=60)
    assert kelpline.in_force().filter(valid_until__lt=soon).count() == 1
    for run in Run.objects.filter(certificates__isnull=False):
        assert run.state == Run.State.VERIFIED
        assert run.shared


@pytest.mark.slow
@pytest.mark.usefixtures("prepared")
def test_a_joined_claim_shows_every_run_and_what_came_from_which() -> None:
    fill(part("Umbral Managed"))
    certificate = certificate_of("Umbral Managed")
    one = find_certificate(certificate.number)
    first, again = one.runs
    assert again.received_at - first.received_at == timedelta(days=4)
    assert certificate.state == State.ACTIVE and first.shared and again.shared
    stranger = Client()
    page = read(stranger.get(certificate.get_absolute_url()))
    assert {first.get_absolute_url(), again.get_absolute_url()} <= set(page.links)
    claim = claim_of_submission(certificate.submission)
    assert claim is not None and claim.line.verdict == "passed"
    assert [(share.run, share.passed) for share in claim.shares] == [
        (first, claim.line.total - RERUN_TESTS),
        (again, RERUN_TESTS),
    ]
    for number, words in enumerate((claim.line.total - RERUN_TESTS, RERUN_TESTS), 1):
        assert f"{words} tests count as run {number} has them" in page.text
    mended = [word for word in claim.repeated if word.earlier[0][1] is TestState.FAILED]
    assert len(mended) == 6 and all(word.run == again for word in mended)
    assert mended[0].test in page.text and "said failed" in page.text
    listed = read(stranger.get(certificate.release.product.get_absolute_url()))
    assert f"{certificate.get_absolute_url()}#joined" in listed.links
    assert "It is one claim of 2 runs" in listed.text
    owner = certificate.release.product.vendor.memberships.get().user
    signed_in(owner).post(f"{again.get_absolute_url()}share", {"public": "no"})
    hidden = read(stranger.get(certificate.get_absolute_url()))
    assert again.get_absolute_url() not in hidden.links
    assert f"{RERUN_TESTS} tests count as run 2 has them" in hidden.text


@pytest.mark.slow
@pytest.mark.usefixtures("prepared")
def test_what_is_not_certified_says_why() -> None:
    fill(
        part(
            *("Quill Cloud", "Umbral Core", "Lockhouse", "Jarrah Cloud", "Grove"),
            *("Vantreska One", "Vantreska Sovereign", "Wyrmstack", "Ostrander Node"),
        )
    )
    assert not Certificate.objects.exists()
    states = Submission.objects.values_list("release__product__name", "state")
    assert Counter(states) == Counter(
        [
            *(("Quill Cloud", "draft"), ("Umbral Core", "draft"), ("Wyrmstack", "draft")),
            *(("Lockhouse", "in-review"), ("Grove", "in-review")),
            *(("Jarrah Cloud", "withdrawn"), ("Jarrah Cloud", "submitted")),
            *(("Vantreska One", "changes-asked"), ("Vantreska Sovereign", "rejected")),
        ]
    )
    short = Evaluation.objects.get(
        run__vendor__name="Ostrander Compute", target="compute", guideline__document_id=IN_FORCE
    )
    assert (short.verdict, short.tests_short) == ("failed", 3)
    assert (short.tests_failed, short.tests_skipped, short.tests_missing) == (2, 1, 0)


@pytest.mark.slow
@pytest.mark.usefixtures("prepared")
def test_only_some_are_ready_for_the_next_guideline() -> None:
    fill(part("Rook Appliance", "Kelpline Objects"))
    coming = Evaluation.objects.filter(guideline__document_id=NEXT)
    assert coming.get(run__vendor__name="Rookmere", target="platform").verdict == "passed"
    assert coming.get(run__vendor__name="Kelpline", target="object").verdict == "failed"


@pytest.mark.slow
@pytest.mark.usefixtures("prepared")
def test_people_talk_appeal_ask_and_report_in_the_past() -> None:
    """And all of it is in the trail at its own date."""
    fill(
        part(
            *("Reedbed Private", "Vantreska Sovereign", "Palisander Stack", "Halcyra Cloud"),
            *("Lockhouse", "Ferrostack", "Halcyra Buckets", "Marrowstone Basic"),
        )
    )
    appeals = Appeal.objects.values_list("submission__release__product__name", "state")
    assert set(appeals) == {
        ("Reedbed Private", "upheld"),
        ("Vantreska Sovereign", "open"),
        ("Palisander Stack", "granted"),
    }
    assert certificate_of("Palisander Stack").state == State.ACTIVE
    waiting = Submission.objects.filter(state=Submission.State.SUBMITTED)
    flags = {flag["code"] for one in waiting for flag in one.flags}
    assert {"waiver-asked", "anomaly-times-rounded"} <= flags
    assert AuditEvent.objects.filter(verb="submission.question").count() == 3
    cloud = Product.objects.get(name="Halcyra Cloud")
    assert people_asking(cloud, ["compute"]) == {"compute": 5}
    assert Counter(ClaimReport.objects.values_list("finding", flat=True)) == {"": 1, "dismissed": 1}
    assert [edition.number for edition in cloud.editions.order_by("pk")] == [1, 2]
    assert (bool(cloud.story), bool(cloud.logo)) == (True, True)
    today = timezone.now() - timedelta(hours=6)
    deeds = AuditEvent.objects.filter(object_type__in=["submission", "product", "run", "claim"])
    assert not AuditEvent.objects.filter(at__gt=timezone.now()).exists()
    late = deeds.filter(at__gt=today).exclude(verb__startswith="demo.")
    assert set(late.values_list("verb", flat=True)) <= {
        *("run.verifying", "run.verified", "certification.asked")
    }


@pytest.mark.slow
@pytest.mark.usefixtures("prepared")
def test_a_second_start_does_nothing() -> None:
    market = part("Larkvault", "Fallow Plan", "Capacity Review")
    assert fill(market) == 3
    before = everything()
    assert fill(market) == 0
    assert everything() == before


@pytest.mark.slow
@pytest.mark.usefixtures("prepared")
def test_what_visitors_changed_later_stays() -> None:
    market = part("Skarnhavn Private", "Larkvault")
    fill(market)
    Certificate.objects.filter(state=State.SUSPENDED).update(state=State.ACTIVE)
    assert fill(market) == 0
    assert set(Certificate.objects.values_list("state", flat=True)) == {State.ACTIVE}


class Killed(BaseException):
    pass


@pytest.mark.slow
@pytest.mark.usefixtures("prepared")
def test_a_start_after_a_kill_goes_on() -> None:
    market = part("Larkvault", "Lark Private", "Rook Managed")

    def die_at(call: int) -> Callable[[], object]:
        calls = iter(range(call))

        def idle() -> int:
            if next(calls, None) is None:
                raise Killed
            return factories.work_off()

        return idle

    for call in (0, 0, 1):
        try:
            fill(market, die_at(call))
        except Killed:
            continue
    fill(market)
    assert (Product.objects.count(), Run.objects.count(), Certificate.objects.count()) == (3, 3, 3)
    assert AuditEvent.objects.filter(verb="demo.product-filled").count() == 3


@pytest.mark.slow
@pytest.mark.usefixtures("prepared")
def test_a_run_that_cannot_be_judged_ends_it_with_its_name() -> None:
    def lose() -> int:
        return Run.objects.update(
            state=Run.State.UNREADABLE, fault_code="lost", fault_text="The bytes are gone."
        )

    with pytest.raises(DemoStuck, match=r"larkvault-3-3-object-1\.subunit\.gz.*bytes are gone"):
        fill(part("Larkvault"), lose)


@pytest.mark.slow
@pytest.mark.usefixtures("prepared")
def test_a_story_that_the_rules_forbid_is_not_told() -> None:
    """The loader has no way round the rules: for it too a run with failures is no certificate."""
    [vendor] = part("Larkvault").vendors
    [product] = vendor.products
    [release] = product.releases
    broken = replace(release.attempts[0], failed=1)
    release = replace(release, attempts=(broken,))
    vendor = replace(vendor, products=(replace(product, releases=(release,)),))
    with pytest.raises(StoryBroken, match="1 test is short"):
        fill(Market((vendor,)))
    assert not Certificate.objects.exists()


def test_production_refuses_it(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(DemoRefused):
        fill(part("Larkvault"))
    with pytest.raises(CommandError, match="never made in production"):
        call_command("fill_demo", stdout=StringIO())
    assert not Vendor.objects.exists()


def test_past_dates_are_refused_in_production(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(RuntimeError, match="demo catalogue alone"):
        receive_run(
            chunks=[factories.new_evidence()],
            limit=factories.LIMIT,
            via=Run.Via.API,
            by=None,
            at=timezone.now() - timedelta(days=30),
        )
    assert not Run.objects.exists()
    with pytest.raises(PastRefused), in_the_past(timezone.now()):
        pytest.fail("it was entered")


def test_nobody_but_the_trial_dates_deeds_back() -> None:
    root = Path(marketplace.__file__).parents[1]
    parts = ("api", "certification", "marketplace")
    code = (path for part in parts for path in (root / part).rglob("*.py"))
    callers = {path for path in code if "in_the_past" in path.read_text()}
    callers.remove(root / "marketplace/catalogue/past.py")
    assert callers
    assert all(path.is_relative_to(root / "marketplace/site/demo") for path in callers)


@pytest.mark.slow
def test_listed_products_need_no_worker(prepared: None) -> None:
    def nobody() -> int:
        raise AssertionError("nothing has to be judged")

    fill(part("Capacity Review", "Fallow Plan"), nobody)
    plan = Product.objects.get(name="Fallow Plan")
    assert plan.open_source
    assert plan.releases.get().openstack_releases == ["gazpacho", "hibiscus"]
    assert plan.vendor.domain == "fallowgate.example"
    assert plan.vendor.domain_proven_at is not None
