"""What a facet counts, a list shows: recounted plainly over generated markets and questions; and
what changes is read again without anything else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification.engine.integration import EvidenceClass
from certification.models import Certificate, IntegrationStanding
from certification.queries import listed_products
from marketplace.catalogue.models import Deployment, Product, ProductRelease, Region, Vendor
from marketplace.site.facets import facets_of, rescues_of
from marketplace.site.filters import ProductFilter
from marketplace.site.listed import Listed
from marketplace.site.market import following
from marketplace.site.narrowing import NARROWING, Narrowing
from tests.site.market import Market
from tests.site.standings import stands

pytestmark = pytest.mark.django_db


def test_a_transaction_reads_what_it_changed_and_not_the_whole_market(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a preview does, which is taken back afterwards."""
    following.forget()
    following.current()
    read: list[object] = []
    told_of = following.told_of
    monkeypatch.setattr(following, "told_of", lambda *ids: read.append(ids) or told_of(*ids))
    with transaction.atomic():
        made = Market().product()
        assert made.pk in following.current().names
        transaction.set_rollback(True)
    assert made.pk not in following.current().names
    assert all(read) and len(read) <= 2, "told_of() without products reads all"


SERVICES = ("compute", "load-balancer", "dns")
LEVELS = ("listed", "connected", "integrated", "native")
MODES = ("served", "optional", "parallel", "not-proved", "not-applicable")
WORDS = ("tarn", "sedge", "marram", "storage")

made_product = st.fixed_dictionaries(
    {
        "vendor": st.sampled_from(("kelp", "reed")),
        "name": st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join),
        "category": st.sampled_from(("backup", "storage", "distribution")),
        "regions": st.sets(st.sampled_from(Region.values[:3]), max_size=2),
        "deployment": st.sets(st.sampled_from(Deployment.values[:2]), max_size=1),
        "open_source": st.booleans(),
        "facts": st.fixed_dictionaries(
            {},
            optional={
                "hypervisors": st.lists(st.sampled_from(("kvm", "xen")), unique=True, min_size=1),
                "pricing": st.just(["on-request"]),
                "support_hours": st.sampled_from(("all-hours", "business-hours")),
            },
        ),
        "declares": st.sets(st.sampled_from(("gazpacho", "flamingo")), max_size=2),
        "measured": st.none()
        | st.fixed_dictionaries(
            {
                "level": st.sampled_from(LEVELS),
                "evidence_class": st.integers(1, 3),
                "services": st.sets(st.sampled_from(SERVICES)),
                "passed": st.sets(st.sampled_from(("network.ipv6", "tenancy.region"))),
                "concerns": st.dictionaries(
                    st.sampled_from(("secrets", "user_identity", "service_identity")),
                    st.sampled_from(MODES),
                ),
                "days_ago": st.sampled_from((1, 29, 31, 89, 91, 400)),
            }
        ),
        "certified": st.none()
        | st.tuples(
            st.sampled_from(("active", "revoked", "ended")),
            st.sampled_from(("compute", "storage")),
            st.sampled_from(Certificate.Assurance.values),
        ),
    }
)
asked_values = {
    "category": ("backup", "storage"),
    "vendor": ("kelp", "reed"),
    "open_source": ("yes", "no"),
    "region": tuple(Region.values[:3]),
    "deployment": tuple(Deployment.values[:2]),
    "hypervisor": ("kvm", "xen"),
    "pricing": ("on-request", "free"),
    "support": ("all-hours", "business-hours"),
    "openstack": ("gazpacho", "flamingo"),
    "level": LEVELS,
    "evidence": ("self-reported", "challenged", "live"),
    "integrates": SERVICES,
    "works": ("ipv6", "second-region"),
    "without": ("secrets", "identity"),
    "fresh": ("30", "90", "365"),
    "certified": ("yes", "no"),
    "target": ("compute", "object"),
    "assurance": tuple(Certificate.Assurance.values),
}
question = st.lists(
    st.sampled_from([(name, value) for name, some in asked_values.items() for value in some]),
    max_size=4,
    unique=True,
)


Said = dict[str, Any]
_FIRST: Said = {
    "vendor": "first",
    "category": "distribution",
    "regions": set(),
    "deployment": set(),
    "open_source": False,
    "facts": {},
    "declares": {"gazpacho"},
    "measured": None,
    "certified": ("active", "compute", "self-reported"),
}


class Shelf:
    """Products as they were made, each with what was said of it; and the plain count over them."""

    def __init__(self, like: Certificate) -> None:
        self.like = like
        self.made: dict[int, Said] = {like.release.product_id: _FIRST}

    def put(self, said: Said) -> int:
        number = len(self.made)
        vendor, _ = Vendor.objects.get_or_create(slug=said["vendor"], name=said["vendor"])
        product = Product.objects.create(
            vendor=vendor,
            slug=f"product-{number}",
            name=said["name"],
            category=said["category"],
            sentence="It is.",
            regions=sorted(said["regions"]),
            deployment=sorted(said["deployment"]),
            open_source=said["open_source"],
            facts=said["facts"],
        )
        release = product.releases.create(version="1", openstack_releases=sorted(said["declares"]))
        if measured := said["measured"]:
            about = dict(measured)
            newest = timezone.now() - timedelta(days=about.pop("days_ago"))
            lists = {name: sorted(about.pop(name)) for name in ("services", "passed")}
            one = stands(release, **about, **lists)
            IntegrationStanding.objects.filter(pk=one.pk).update(newest_run_at=newest)
        if said["certified"]:
            self._certify(release, number, *said["certified"])
        self.made[product.pk] = said
        return product.pk

    def _certify(
        self, release: ProductRelease, number: int, state: str, target: str, assurance: str
    ) -> None:
        like, now = self.like, timezone.now()
        submission = type(like.submission).objects.create(
            release=release,
            run=like.run,
            guideline=like.guideline,
            target=target,
            openstack_release="gazpacho",
            state="withdrawn",
            created_by=like.submission.created_by,
        )
        Certificate.objects.create(
            number=f"HM-2040-{number:06}",
            submission=submission,
            release=release,
            guideline=like.guideline,
            run=like.run,
            target=target,
            openstack_release="gazpacho",
            assurance=assurance,
            statement=b"{}",
            statement_sha256=f"{number:064x}",
            descriptor=b"{}",
            state="revoked" if state == "revoked" else "active",
            state_reason="Copied." if state == "revoked" else "",
            issued_at=now - timedelta(days=30),
            valid_until=now + timedelta(days=-1 if state == "ended" else 30),
        )

    def count(self, asked: list[tuple[str, str]]) -> int:
        return sum(is_shown(said, asked) for said in self.made.values())


def is_shown(said: Said, asked: list[tuple[str, str]]) -> bool:
    """Of a narrowing facet all values, of another one; one certificate has target and assurance."""
    by_facet: dict[str, set[str]] = {}
    for name, value in asked:
        by_facet.setdefault(name, set()).add(value)
    targets, degrees = by_facet.pop("target", None), by_facet.pop("assurance", None)
    certified = said["certified"] if (said["certified"] or ("",))[0] == "active" else None
    if targets or degrees:
        if certified is None:
            return False
        _, target, assurance = certified
        if (targets and target not in targets) or (degrees and assurance not in degrees):
            return False
    for name, values in by_facet.items():
        has = values_of(name, said, certified is not None)
        if not (values <= has if name in NARROWING else values & has):
            return False
    return True


def values_of(name: str, said: Said, certified: bool) -> set[str]:
    measured = said["measured"] or {}
    passed, concerns = measured.get("passed", set()), measured.get("concerns", {})
    if name == "without":
        met = {one for one, mode in concerns.items() if mode in ("served", "optional")}
        both = [concerns.get(one) for one in ("user_identity", "service_identity")]
        whole = all(mode in ("served", "optional", "not-applicable") for mode in both)
        return met | (
            {"identity"} if whole and met & {"user_identity", "service_identity"} else set()
        )
    if name == "fresh":
        ages = ([0] if certified else []) + ([measured["days_ago"]] if measured else [])
        return {str(days) for days in (30, 90, 365) if ages and min(ages) <= days}
    plain = {
        "category": {said["category"]},
        "vendor": {said["vendor"]},
        "open_source": {"yes" if said["open_source"] else "no"},
        "region": said["regions"],
        "deployment": said["deployment"],
        "hypervisor": set(said["facts"].get("hypervisors", ())),
        "pricing": set(said["facts"].get("pricing", ())),
        "support": {said["facts"].get("support_hours")},
        "openstack": said["declares"],
        "certified": {"yes" if certified else "no"},
        "level": {measured.get("level")},
        "evidence": {EvidenceClass(measured["evidence_class"]).word} if measured else set(),
        "integrates": measured.get("services", set()),
        "works": {w for w, p in WORKS.items() if p in passed},
    }
    return plain[name]


WORKS = {"ipv6": "network.ipv6", "second-region": "tenancy.region"}


def recount(like: Certificate, market: list[Said], asked: list[tuple[str, str]]) -> None:
    """Every choice of every facet, the list itself, and each filter that is offered to be given up,
    against the plain count."""
    with transaction.atomic():
        shelf = Shelf(like)
        for said in market:
            shelf.put(said)
        vendors = {said["vendor"] for said in shelf.made.values()}
        # An unknown vendor is left out and said to be: that is `test_asked`.
        asked = [one for one in asked if one[0] != "vendor" or one[1] in vendors]
        query = _as_query(asked)
        narrowing = Narrowing.of(query)
        listed = Listed(narrowing)
        assert len(listed) == shelf.count(asked)
        plainly = ProductFilter(query, listed_products()).qs
        assert [one.pk for one in listed[:100]] == [one.pk for one in plainly]
        facets = facets_of(query, narrowing)
        for facet in facets:
            offered = {one.value: one.products for one in facet.choices}
            for value in asked_values.get(facet.name, ()):
                wanted = asked if facet.name in NARROWING else _without(asked, facet.name)
                counted = shelf.count([*wanted, (facet.name, value)])
                assert offered.get(value, 0) == counted, (facet.name, value)
        for name in {name for name, _ in asked} if not listed else ():
            rescued = {one.query: one.products for one in rescues_of(query, facets, narrowing)}
            left = _without(asked, name)
            assert rescued.get(_as_query(left).urlencode(), 0) == shelf.count(left)
        transaction.set_rollback(True)


def _without(asked: list[tuple[str, str]], facet: str) -> list[tuple[str, str]]:
    return [one for one in asked if one[0] != facet]


def _as_query(asked: list[tuple[str, str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in asked:
        query.appendlist(name, value)
    return query


@pytest.fixture
def like() -> Certificate:
    market = Market()
    return market.certified(market.release(market.product("First", vendor="First")))


USUAL = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "derandomize": True,
    "database": None,
}


@pytest.mark.slow
@settings(max_examples=8, **USUAL)
@given(st.lists(made_product, min_size=3, max_size=7), question)
def test_counts_are_a_plain_recount(
    like: Certificate, market: list[Said], asked: list[tuple[str, str]]
) -> None:
    recount(like, market, asked)


@pytest.mark.long
@settings(max_examples=120, **USUAL)
@given(st.lists(made_product, max_size=12), question)
def test_counts_are_a_plain_recount_over_many_markets(
    like: Certificate, market: list[Said], asked: list[tuple[str, str]]
) -> None:
    recount(like, market, asked)
