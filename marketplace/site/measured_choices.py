"""What buyers may ask of measured products, in the words of the page: values and titles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import gettext, gettext_noop

from certification.engine.integration import EvidenceClass, IntegrationRules, Level, parse_rules
from certification.guidelines import shipped_bytes, shipped_ids
from certification.levels import operation_tables
from marketplace.site.integration_wording import level_title, service_type_title

Choices = list[tuple[str, str]]

#: What answers for a type of service, where buyers know it by that name.
_PROJECTS = {
    "alarm": "Aodh",
    "baremetal": "Ironic",
    "block-storage": "Cinder",
    "compute": "Nova",
    "container-infrastructure-management": "Magnum",
    "dns": "Designate",
    "identity": "Keystone",
    "image": "Glance",
    "key-manager": "Barbican",
    "load-balancer": "Octavia",
    "metric": "Gnocchi",
    "monitoring": "Monasca",
    "network": "Neutron",
    "object-store": "Swift",
    "orchestration": "Heat",
    "shared-file-system": "Manila",
}
#: Known to footprints without a table of operations.
_WITHOUT_TABLE = frozenset({"metric", "monitoring", "metering", "alarm"})
#: What a product copes with, and the capability that proves it.
WORKS_WITH: Mapping[str, tuple[str, str]] = {
    "application-credential": (gettext_noop("Application credentials"), "identity.app_credential"),
    "member-role": (gettext_noop("The role member alone"), "identity.member_role"),
    "ipv6": (gettext_noop("Networks of IPv6 only"), "network.ipv6"),
    "second-region": (gettext_noop("A second region"), "tenancy.region"),
}
#: Choices that stand for several concerns.
CONCERN_GROUPS: Mapping[str, tuple[str, ...]] = {"identity": ("user_identity", "service_identity")}


@lru_cache(maxsize=1)
def rules() -> IntegrationRules:
    """Of the newest integration guideline that is shipped."""
    newest = [one for one in shipped_ids() if one.startswith("integration.")][-1]
    return parse_rules(shipped_bytes(newest))


def service_title(service: str) -> str:
    """`Load balancer (Octavia)`."""
    project = _PROJECTS.get(service)
    return f"{service_type_title(service)} ({project})" if project else service_type_title(service)


@lru_cache(maxsize=1)
def _services() -> frozenset[str]:
    tables = operation_tables().values()
    return _WITHOUT_TABLE.union(*(table.services for table in tables))


def service_choices() -> Choices:
    """Those that buyers know by name first."""
    titles = {name: service_title(name) for name in _services()}
    return sorted(titles.items(), key=lambda item: (item[0] not in _PROJECTS, item[1]))


def without_choices() -> Choices:
    """Each concern, and before them the groups."""
    concerns = [(one.id, one.title) for one in rules().concerns]
    return [("identity", gettext("Identity, of users and services")), *concerns]


def concerns_meant(choice: str) -> tuple[str, ...]:
    return CONCERN_GROUPS.get(choice, (choice,))


def works_choices() -> Choices:
    return [(value, gettext(words)) for value, (words, _) in WORKS_WITH.items()]


def level_choices() -> Choices:
    """Highest first; `listed` is measured and reaches no level."""
    words = {Level.LISTED: gettext("Measured, no level yet")}
    return [(one.word, words.get(one, level_title(one))) for one in reversed(Level)]


def evidence_choices() -> Choices:
    return [(one.word, one.word.capitalize()) for one in reversed(EvidenceClass)]
