"""Which facts a probe may hold, and in which words.

A word that is not listed here could be the name of a customer, so it is counted and not written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from certification.engine.probe.extensions import NETWORK_EXTENSIONS

_SERVICE_TYPES = """
    accelerator admin-logic alarm application-catalog application-container application-deployment
    backup baremetal baremetal-introspection block-storage clustering compute
    container-infrastructure-management data-processing data-protection-orchestration database dns
    ec2-api event function-engine identity image instance-ha key-manager load-balancer
    log-management message meter metric monitoring monitoring-events monitoring-logging
    multi-region-network-automation network nfv-orchestration object-store operator-policy
    orchestration placement rating reservation resource-optimization root-cause-analysis search
    shared-file-system workflow
"""
#: Official service types; `metric` is our addition (Gnocchi is none of OpenStack's projects).
SERVICES = frozenset(_SERVICE_TYPES.split())
INTERFACES = frozenset({"public", "internal", "admin"})
STATUSES = frozenset({"CURRENT", "SUPPORTED", "DEPRECATED", "EXPERIMENTAL", "UNKNOWN"})
#: Why something is not known. Never is a value put in its place.
UNKNOWN = {
    "absent": "the catalog of the cloud does not offer the service",
    "forbidden": "the credential may not see it",
    "not-found": "the service does not know the call",
    "time-out": "there was no answer in time",
    "unreachable": "no connection could be made",
    "tls": "the certificate is not trusted",
    "failed": "the service answered with an error",
    "malformed": "the answer cannot be understood",
    "too-many": "there are more than the probe counts",
    "not-asked": "the time for the whole probe was over",
}


class Kind(StrEnum):
    """The form of a fact's value."""

    COUNT = "count"
    WORDS = "words"
    LIMITS = "limits"


@dataclass(frozen=True, slots=True)
class FactRule:
    """`words` are those of the list, or the names of the limits."""

    kind: Kind
    words: frozenset[str] = frozenset()


def _words(text: str) -> FactRule:
    return FactRule(Kind.WORDS, frozenset(text.split()))


def _limits(text: str) -> FactRule:
    return FactRule(Kind.LIMITS, frozenset(text.split()))


_COUNT = FactRule(Kind.COUNT)
_IPV6_MODES = "slaac dhcpv6-stateful dhcpv6-stateless none"

#: Fact to its form; the part before the dot is the service that is asked (or the catalog).
FACTS: Mapping[str, FactRule] = {
    "catalog.regions": _COUNT,
    "catalog.other_services": _COUNT,
    "network.extensions": FactRule(Kind.WORDS, NETWORK_EXTENSIONS),
    "network.external_networks": _COUNT,
    "network.shared_networks": _COUNT,
    "network.shared_subnets": _COUNT,
    "network.shared_dhcp_subnets": _COUNT,
    "network.shared_ipv4_subnets": _COUNT,
    "network.shared_ipv6_subnets": _COUNT,
    "network.ipv6_address_modes": _words(_IPV6_MODES),
    "network.ipv6_ra_modes": _words(_IPV6_MODES),
    "network.availability_zones": _COUNT,
    "network.quota": _limits(
        "network subnet subnetpool port router floatingip rbac_policy security_group "
        "security_group_rule trunk"
    ),
    "compute.flavors": _COUNT,
    "compute.largest_vcpus": _COUNT,
    "compute.largest_ram_mib": _COUNT,
    "compute.availability_zones": _COUNT,
    "compute.limits": _limits(
        "instances cores ram_mib key_pairs server_metadata server_groups server_group_members"
    ),
    "block-storage.types": _COUNT,
    "block-storage.availability_zones": _COUNT,
    "block-storage.limits": _limits("volumes snapshots gigabytes backups backup_gigabytes"),
    "image.disk_formats": _words("ami ari aki vhd vhdx vmdk raw qcow2 vdi iso ploop"),
    "image.container_formats": _words("ami ari aki bare ovf ova docker compressed"),
    "image.import_methods": _words("glance-direct web-download copy-image glance-download"),
    "object-store.capabilities": _words(
        "account_quotas bulk_delete bulk_upload container_quotas container_sync crossdomain dlo "
        "etag_quoter formpost keystoneauth object_versioning ratelimit s3api slo staticweb swift "
        "symlink tempauth tempurl versioned_writes"
    ),
    "load-balancer.providers": _words("amphora amphorav2 octavia ovn"),
    "dns.limits": _limits(
        "zones zone_recordsets zone_records recordset_records zone_name_length "
        "recordset_name_length page minimum_ttl"
    ),
    "key-manager.secret_stores": _COUNT,
    "shared-file-system.share_types": _COUNT,
}


def facts_of(service: str) -> tuple[str, ...]:
    """The facts that `service` is asked for, in the order of the vocabulary."""
    return tuple(name for name in FACTS if name.startswith(f"{service}."))
