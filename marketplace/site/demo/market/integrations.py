"""How the invented products on top of OpenStack were measured: each level, and what falls short."""

from __future__ import annotations

from marketplace.site.demo.market.story import IntegrationStory, KitRun, Outcome

#: The version before, whose run an upgrade is proved with.
FORMER = {
    "Greywacke": "1.33",
    "Greywacke Farm": "2.4",
    "Wendel Apps": "4.6",
    "Yarrow Backup": "7.1",
}

_OWN_USERS = (
    ("identity.end_user_token", "It keeps a user database of its own."),
    ("identity.role_mapping", "Rights are set in its own console."),
)
_OWN_METERS = (
    ("telemetry.consume", "It reads its own meters, not those of the cloud."),
    ("telemetry.publish", "Its meters stay in its own store."),
)
_OWN_NAMES = (("dns.designate", "It brings its own resolver."),)
_OWN_SECRETS = (("secrets.barbican", "Secrets lie in its own vault."),)

_EVERY_ADVISORY = (
    "identity.federation",
    "tenancy.region",
    "compute.placement",
    "image.verify",
    "network.ipv6",
    "secrets.rotate",
    "telemetry.alarms",
    "shared.manila",
    "dns.designate",
    "orch.heat",
    "events.audit",
)

INTEGRATIONS = {
    "Greywacke": IntegrationStory(
        "container-platform",
        "compute",
        (
            KitRun("gazpacho", 61, "native", version="1.33", live=True),
            KitRun("gazpacho", 16, "native", also=_EVERY_ADVISORY, live=True),
            KitRun(
                "hibiscus",
                12,
                "native",
                also=_EVERY_ADVISORY,
                cloud="Kelpline Rack",
                floating=False,
                live=True,
            ),
        ),
        asks="native",
        openstack="gazpacho",
        claims=("compute", "network", "block-storage", "load-balancer", "key-manager", "dns"),
    ),
    "Greywacke Farm": IntegrationStory(
        "container-platform",
        "compute",
        (
            KitRun("flamingo", 130, "integrated", version="2.4"),
            KitRun(
                "flamingo",
                88,
                "integrated",
                also=("lb.octavia", "block.snapshots"),
                failed=(*_OWN_METERS, *_OWN_NAMES),
            ),
            KitRun("gazpacho", 70, "integrated", also=("lb.octavia",), floating=False),
        ),
        asks="integrated",
        openstack="gazpacho",
        claims=("compute", "load-balancer", "orchestration"),
        not_applicable=(("image", "Clusters start from images that the cloud's operator offers."),),
    ),
    "Greywacke Small": IntegrationStory(
        "container-platform",
        "compute",
        (
            KitRun(
                "gazpacho",
                15,
                "connected",
                also=("compute.lifecycle", "network.neutron_only", "secrets.no_plaintext"),
                failed=(
                    ("resilience.pagination", "It saw the first page of servers only."),
                    ("tenancy.marking", "Two ports carried no tag of the product."),
                ),
            ),
        ),
        claims=("compute", "load-balancer"),
    ),
    "Wendel Apps": IntegrationStory(
        "app-platform",
        "compute",
        (
            KitRun("gazpacho", 90, "integrated", version="4.6"),
            KitRun(
                "gazpacho",
                31,
                "integrated",
                also=("lb.octavia", "object.store"),
                failed=(*_OWN_USERS, *_OWN_METERS, *_OWN_NAMES),
            ),
            KitRun("gazpacho", 30, "integrated", also=("lb.octavia",), floating=False),
            KitRun("gazpacho", 29, "connected", also=("secrets.barbican",), option=True),
        ),
        asks="integrated",
        openstack="gazpacho",
        claims=("compute", "network", "object-store", "key-manager", "dns"),
    ),
    "Inkberry Platform": IntegrationStory(
        "app-platform",
        "compute",
        (
            KitRun(
                "gazpacho",
                150,
                "connected",
                also=("object.store",),
                failed=(*_OWN_USERS, *_OWN_SECRETS, *_OWN_NAMES),
            ),
        ),
        asks="connected",
        openstack="gazpacho",
        claims=("compute", "object-store"),
    ),
    "Yarrow Backup": IntegrationStory(
        "backup",
        "block-storage",
        (
            KitRun("gazpacho", 58, "integrated", version="7.1"),
            KitRun(
                "gazpacho",
                27,
                "integrated",
                also=("block.snapshots", "object.store"),
                failed=(*_OWN_SECRETS, ("events.react", "It polled the volumes every 9 seconds.")),
            ),
            KitRun("gazpacho", 26, "integrated", also=("block.snapshots",), floating=False),
        ),
        asks="integrated",
        openstack="gazpacho",
        claims=("block-storage", "object-store", "shared-file-system"),
    ),
    "Saltcote Watch": IntegrationStory(
        "monitoring",
        "metric",
        (KitRun("epoxy", 70, "connected", also=("telemetry.consume",), challenged=False),),
        claims=("compute", "metric"),
        has_logins=False,
    ),
    "Oxbow Seal": IntegrationStory(
        "security",
        "identity",
        (
            KitRun(
                "gazpacho",
                20,
                "connected",
                also=("identity.app_credential",),
                challenged=False,
            ),
        ),
        asks="connected",
        openstack="gazpacho",
        outcome=Outcome.IN_REVIEW,
        claims=("image", "key-manager"),
    ),
    "Thistle Balance": IntegrationStory(
        "network-appliance",
        "network",
        (
            KitRun(
                "gazpacho",
                33,
                "connected",
                failed=(("identity.tls_verify", "It went on against an unknown certificate."),),
            ),
        ),
        claims=("network", "load-balancer"),
    ),
    "Fallow SDK": IntegrationStory(
        "sdk",
        "compute",
        (KitRun("flamingo", 39, "connected", also=("compute.microversion", "identity.reauth")),),
        asks="connected",
        openstack="flamingo",
        claims=("compute", "network", "object-store", "image"),
    ),
    "Zinnober Files": IntegrationStory(
        "storage", "block-storage", claims=("shared-file-system", "block-storage")
    ),
}
