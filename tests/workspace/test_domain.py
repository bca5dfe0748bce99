"""A vendor proves that a domain is its own, by a record or by a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import dns.rcode
import pytest
from pytest_django import Settings

from certification.operations import domains
from certification.outgoing import RequestRefused
from marketplace.catalogue.domains import claim_domain, record_proof
from marketplace.catalogue.models import AuditEvent, DomainClaim, User, Vendor
from marketplace.catalogue.refusals import CatalogueRefused
from tests.factories import join, person, vendor
from tests.name_server import NameServer
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def name_server(settings: Settings) -> Iterator[NameServer]:
    running = NameServer()
    settings.DNS_SERVERS = [running.address]
    yield running
    running.stop()


@pytest.fixture
def owner() -> User:
    return person("Ann")


@pytest.fixture
def kelp(owner: User) -> Vendor:
    return vendor("Kelp", owner=owner)


@pytest.fixture
def claim(kelp: Vendor, owner: User) -> DomainClaim:
    return claim_domain(vendor=kelp, domain="Kelp.example.", by=owner)


def url(of: Vendor, path: str = "") -> str:
    return f"/workspace/vendors/{of.slug}/domain/{path}"


def prove(claim: DomainClaim, by: User, way: str) -> str:
    answer = signed_in(by).post(url(claim.vendor, "prove/"), {"way": way}, follow=True)
    assert answer.status_code == 200
    return read(answer).text


def is_proven(claim: DomainClaim) -> bool:
    found = Vendor.objects.get(pk=claim.vendor_id)
    return found.domain_proven_at is not None and found.domain == claim.domain


def test_the_page_says_what_to_put_where(kelp: Vendor, owner: User) -> None:
    client = signed_in(owner)
    assert client.post(url(kelp, "claim/"), {"domain": "kelp.example"})["Location"] == url(kelp)
    made = DomainClaim.objects.get()
    page = read(client.get(url(kelp))).text
    for text in (made.dns_name, made.file_url, made.expected, kelp.slug):
        assert text in page
    client.post(url(kelp, "claim/"), {"domain": "KELP.example."})
    assert DomainClaim.objects.get().token == made.token
    client.post(url(kelp, "claim/"), {"domain": "reed.example"})
    assert DomainClaim.objects.get().token != made.token


def test_a_record_in_the_dns_makes_a_verified_vendor(
    claim: DomainClaim, owner: User, name_server: NameServer
) -> None:
    parted = claim.expected[:9] + "|" + claim.expected[9:]
    name_server.texts["_hallmark.kelp.example"] = ["v=spf1 -all", parted]
    assert "verified vendor" in prove(claim, owner, "dns")
    assert is_proven(claim)
    event = AuditEvent.objects.get(verb="vendor.domain-proven")
    assert event.facts == {"domain": "kelp.example", "way": "dns"}
    assert event.actor == f"user:{owner.pk}"
    assert name_server.asked == ["_hallmark.kelp.example."]


@pytest.mark.parametrize(
    ("made", "code"),
    [
        ({"texts": {}}, "dns-missing"),
        ({"texts": {"_hallmark.kelp.example": []}}, "dns-missing"),
        ({"texts": {"_hallmark.kelp.example": ["something else"]}}, "dns-different"),
        ({"fault": dns.rcode.SERVFAIL}, "dns-failed"),
        ({"fault": dns.rcode.REFUSED}, "dns-failed"),
        ({"silent": True}, "dns-time-out"),
    ],
)
def test_each_way_to_fail_is_told(
    claim: DomainClaim,
    name_server: NameServer,
    monkeypatch: pytest.MonkeyPatch,
    made: dict[str, Any],
    code: str,
) -> None:
    monkeypatch.setattr(domains, "DNS_LIFETIME_S", 0.1)
    for name, value in made.items():
        setattr(name_server, name, value)
    assert code in prove(claim, claim.vendor.members.get(), "dns")
    assert not is_proven(claim)


def test_another_vendor_s_record_proves_nothing(
    claim: DomainClaim, owner: User, name_server: NameServer
) -> None:
    eve = person("Eve")
    other = claim_domain(vendor=vendor("Reed", owner=eve), domain="kelp.example", by=eve)
    name_server.texts[claim.dns_name] = [claim.expected]
    assert "dns-different" in prove(other, eve, "dns")
    assert not is_proven(other)


def answering(body: bytes | RequestRefused) -> Callable[..., bytes]:
    def fetch(_url: str, *, most_bytes: int) -> bytes:
        if isinstance(body, RequestRefused):
            raise body
        return body

    return fetch


def test_a_file_on_the_website_does_it_too(
    claim: DomainClaim, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch(url: str, *, most_bytes: int) -> bytes:
        asked.append(url)
        return f"{claim.expected}\r\n".encode()

    monkeypatch.setattr(domains, "fetch", fetch)
    assert "verified vendor" in prove(claim, owner, "file")
    assert is_proven(claim)
    assert asked == [f"https://kelp.example/.well-known/hallmark-{claim.token}.txt"]


@pytest.mark.parametrize("shape", ["{0}", "x {1}", "{1} x", "", "\xff"])
def test_a_file_that_says_something_else_proves_nothing(
    claim: DomainClaim, owner: User, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    """Also not one that says its own address, as some websites answer anything."""
    body = shape.format(claim.file_url, claim.expected).encode("latin-1")
    monkeypatch.setattr(domains, "fetch", answering(body))
    assert "file-different" in prove(claim, owner, "file")
    assert not is_proven(claim)


def test_the_guard_stands_before_every_website(owner: User, kelp: Vendor) -> None:
    """`localhost.localdomain` and its like resolve to this machine, if to anything."""
    made = claim_domain(vendor=kelp, domain="nowhere.invalid", by=owner)
    assert "host-unknown" in prove(made, owner, "file")
    made.domain = "localhost"
    with pytest.raises(CatalogueRefused) as refused:
        domains.prove_domain(claim=made, way="file", by=owner)
    assert refused.value.code == "address-refused"


def test_what_the_guard_refuses_is_told(
    claim: DomainClaim, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = RequestRefused("status-refused", "The answer was 302, not 200.")
    monkeypatch.setattr(domains, "fetch", answering(refused))
    assert "status-refused" in prove(claim, owner, "file")


@pytest.mark.parametrize(
    "domain",
    [
        "kelp",
        "https://kelp.example",
        "kelp.example/x",
        "127.0.0.1",
        "[::1]",
        "a b.example",
        "-x.example",
        "kelp..example",
        "x" * 64 + ".example",
        "kelp.example:8443",
        "me@kelp.example",
        "",
    ],
)
def test_what_is_no_domain_is_told(kelp: Vendor, owner: User, domain: str) -> None:
    answer = signed_in(owner).post(url(kelp, "claim/"), {"domain": domain})
    assert answer.status_code == 400
    assert not DomainClaim.objects.exists()


def test_a_domain_named_meanwhile_is_not_proven_by_the_old_look(
    claim: DomainClaim, owner: User
) -> None:
    claim_domain(vendor=claim.vendor, domain="reed.example", by=owner)
    with pytest.raises(CatalogueRefused) as refused:
        record_proof(claim=claim, way="dns", by=owner)
    assert refused.value.code == "domain-changed"


def test_looking_has_a_limit(
    claim: DomainClaim, owner: User, name_server: NameServer, settings: Settings
) -> None:
    settings.LIMITS_AN_HOUR = settings.LIMITS_AN_HOUR | {"domain": 1}
    assert "dns-missing" in prove(claim, owner, "dns")
    assert "too-many" in prove(claim, owner, "dns")
    assert len(name_server.asked) == 1


def test_owners_alone_prove(claim: DomainClaim, owner: User) -> None:
    editor, eve = person("Edda"), person("Eve")
    join(claim.vendor, editor, "editor")
    for path in ("claim/", "prove/"):
        assert signed_in(editor).post(url(claim.vendor, path)).status_code == 403
        assert signed_in(eve).post(url(claim.vendor, path)).status_code == 404
    with pytest.raises(CatalogueRefused, match="owners"):
        domains.prove_domain(claim=claim, way="dns", by=editor)
    assert "way-unknown" in prove(claim, owner, "carrier pigeon")
