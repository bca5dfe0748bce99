"""A vendor proves that a domain is its own: by a record in the DNS, or by a file on its website."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings
from dns.exception import DNSException
from dns.exception import Timeout as NoAnswerInTime
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from certification.outgoing import RequestRefused, fetch
from marketplace.catalogue.domains import record_proof, require_prover
from marketplace.catalogue.limits import count_one
from marketplace.catalogue.models import DomainClaim, DomainProof, User, Vendor
from marketplace.catalogue.models.joining import ProofPlace
from marketplace.catalogue.refusals import CatalogueRefused

DNS, FILE = DomainProof.Way.DNS.value, DomainProof.Way.FILE.value
#: For all servers and all tries together.
DNS_LIFETIME_S = 5.0
FILE_BYTES_MOST = 4096


def prove_domain(*, claim: DomainClaim, way: str, by: User) -> Vendor:
    """Look for the proof outside, then make the vendor a verified one. Nothing is held while the
    answer is waited for. Raises CatalogueRefused, TooMany."""
    require_prover(claim.vendor, by)
    if way not in _LOOKS:
        raise CatalogueRefused("way-unknown", "Choose the DNS record or the file.")
    count_one(
        deed="domain looked up",
        who=f"vendor {claim.vendor_id}",
        most=settings.LIMITS_AN_HOUR["domain"],
    )
    look_for(claim, way=way)
    return record_proof(claim=claim, way=way, by=by)


def look_for(place: ProofPlace, *, way: str) -> None:
    """Quiet where the proof stands. Raises CatalogueRefused."""
    _LOOKS[way](place)


def _look_into_dns(place: ProofPlace) -> None:
    found = _texts_at(place.dns_name)
    if place.expected not in found:
        raise CatalogueRefused(
            "dns-different",
            f"{place.dns_name} has {len(found)} TXT record{'' if len(found) == 1 else 's'}, "
            "but none says what stands on this page. Copy it whole.",
        )


def _texts_at(name: str) -> list[str]:
    """The TXT records of a name, each joined from its parts. Raises CatalogueRefused."""
    try:
        # The last full stop: no list of local search domains is tried.
        answer = _resolver().resolve(f"{name}.", "TXT", lifetime=DNS_LIFETIME_S, search=False)
    except (NXDOMAIN, NoAnswer):
        raise CatalogueRefused(
            "dns-missing",
            f"There is no TXT record at {name} yet. A new record may take an hour to be seen.",
        ) from None
    except NoAnswerInTime:
        raise CatalogueRefused(
            "dns-time-out",
            f"The DNS did not answer for {name} within {DNS_LIFETIME_S:.0f} s. Try again later.",
        ) from None
    except DNSException:
        raise CatalogueRefused(
            "dns-failed", f"The DNS servers of {name} answer with a fault. Mend them, then retry."
        ) from None
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def _resolver() -> Resolver:
    """The machine's own servers, unless the settings name others as (address, port)."""
    if not settings.DNS_SERVERS:
        return Resolver()
    resolver = Resolver(configure=False)
    addresses = [address for address, _ in settings.DNS_SERVERS]
    resolver.nameservers = addresses
    resolver.nameserver_ports = dict(settings.DNS_SERVERS)
    return resolver


def _look_at_file(place: ProofPlace) -> None:
    try:
        body = fetch(place.file_url, most_bytes=FILE_BYTES_MOST)
    except RequestRefused as refused:
        raise CatalogueRefused(refused.code, f"{place.file_url}: {refused}") from None
    if body.decode("utf-8", "replace").strip() != place.expected:
        raise CatalogueRefused(
            "file-different",
            f"{place.file_url} does not hold what stands on this page, and nothing else.",
        )


_LOOKS: Mapping[str, Callable[[ProofPlace], None]] = {DNS: _look_into_dns, FILE: _look_at_file}
