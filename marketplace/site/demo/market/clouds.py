"""Vendors that run clouds for others."""

from __future__ import annotations

from marketplace.catalogue.models import Category
from marketplace.site.demo.market.office import LOCKHOUSE_TALK, REEDBED_PRIVATE_APPEAL
from marketplace.site.demo.market.story import (
    Attempt,
    Outcome,
    ProductStory,
    ReleaseStory,
    Turn,
    VendorStory,
)

KELPLINE = VendorStory(
    name="Kelpline",
    domain="kelpline.example",
    owner="Ida Norrby",
    products=(
        ProductStory(
            "Kelpline Public Cloud",
            Category.PUBLIC_CLOUD,
            "Servers, networks, volumes and objects by the hour from two coastal data centres.",
            (
                ReleaseStory(
                    "2026.2",
                    ("gazpacho",),
                    140,
                    (
                        Attempt("platform", "gazpacho", 120),
                        Attempt("platform", "gazpacho", 16, ready_for_next=True),
                    ),
                ),
                ReleaseStory(
                    "2025.4",
                    ("flamingo",),
                    345,
                    (Attempt("compute", "flamingo", 330, challenged=False),),
                ),
            ),
        ),
        ProductStory(
            "Kelpline Objects",
            Category.PUBLIC_CLOUD,
            "An object store on its own, for archives and static sites.",
            (ReleaseStory("7", ("flamingo",), 335, (Attempt("object", "flamingo", 322),)),),
        ),
        ProductStory(
            "Kelpline Blueprints",
            Category.INFRASTRUCTURE_AS_CODE,
            "Ready-made descriptions of networks, servers and load balancers.",
            (ReleaseStory("1.9", ("gazpacho",), 70),),
            open_source=True,
        ),
    ),
)

TALLOW = VendorStory(
    name="Tallow & Reed",
    domain="tallowreed.example",
    owner="Bram Castellane",
    products=(
        ProductStory(
            "Reedbed Cloud",
            Category.PUBLIC_CLOUD,
            "A regional public cloud with flat prices.",
            (
                ReleaseStory(
                    "5.2",
                    ("flamingo", "gazpacho"),
                    170,
                    (
                        Attempt(
                            "compute",
                            "flamingo",
                            150,
                            turn=Turn.REVOKED,
                            turn_days_ago=38,
                            turn_reason="The vendor told us that the run came from a test "
                            "installation, not from the product that customers get.",
                        ),
                    ),
                ),
            ),
        ),
        ProductStory(
            "Reedbed Private",
            Category.HOSTED_PRIVATE_CLOUD,
            "A cloud of your own in our building, on hardware that nobody else uses.",
            (
                ReleaseStory(
                    "5.2",
                    ("gazpacho",),
                    88,
                    (
                        Attempt("platform", "gazpacho", 60, Outcome.UPLOADED, failed=5, skipped=2),
                        Attempt(
                            "compute",
                            "gazpacho",
                            46,
                            Outcome.REJECTED,
                            passes_only=True,
                            reason="The list names passes alone. We asked for the subunit stream "
                            "twice and got the same list again.",
                            appeal=REEDBED_PRIVATE_APPEAL,
                        ),
                    ),
                ),
            ),
        ),
    ),
)

SKARNHAVN = VendorStory(
    name="Skarnhavn Data",
    domain="skarnhavn.example",
    owner="Liv Skarn",
    products=(
        ProductStory(
            "Skarnhavn Private",
            Category.HOSTED_PRIVATE_CLOUD,
            "Dedicated clouds under one roof, cooled by the fjord.",
            (
                ReleaseStory(
                    "12.1",
                    ("gazpacho",),
                    130,
                    (
                        Attempt(
                            "platform",
                            "gazpacho",
                            110,
                            turn=Turn.SUSPENDED,
                            turn_days_ago=4,
                            turn_reason="Two customers report that object versions are lost. "
                            "Suspended until the vendor has run the tests anew.",
                        ),
                    ),
                ),
            ),
        ),
        ProductStory(
            "Havnstack",
            Category.DISTRIBUTION,
            "The software of our own clouds, packaged for yours.",
            (
                ReleaseStory(
                    "12.1",
                    ("gazpacho", "hibiscus"),
                    50,
                    (
                        Attempt(
                            "compute",
                            "hibiscus",
                            45,
                            turn=Turn.DISPUTED,
                            turn_days_ago=6,
                            turn_reason="Resizing a server with a local disk fails on our "
                            "installation of 12.1, though the certificate counts it as passed.",
                        ),
                    ),
                ),
            ),
            open_source=True,
        ),
    ),
)

QUILLFEATHER = VendorStory(
    name="Quillfeather",
    domain="quillfeather.example",
    owner="Noor Abelard",
    products=(
        ProductStory(
            "Quill Cloud",
            Category.PUBLIC_CLOUD,
            "Small servers for writers, schools and clubs.",
            (
                ReleaseStory(
                    "3",
                    ("flamingo",),
                    260,
                    (
                        Attempt(
                            "compute",
                            "flamingo",
                            30,
                            Outcome.NOT_CERTIFIABLE,
                            challenged=False,
                            stale_days=140,
                        ),
                    ),
                ),
            ),
        ),
    ),
)

PEMBERLOCK = VendorStory(
    name="Pemberlock",
    domain="pemberlock.example",
    owner="Aled Pember",
    products=(
        ProductStory(
            "Lockhouse",
            Category.HOSTED_PRIVATE_CLOUD,
            "Private clouds for hospitals, with the keys in the customer's hands.",
            (
                ReleaseStory(
                    "8.0",
                    ("gazpacho",),
                    60,
                    (
                        Attempt(
                            "compute",
                            "gazpacho",
                            4,
                            Outcome.IN_REVIEW,
                            passes_only=True,
                            said=LOCKHOUSE_TALK,
                        ),
                    ),
                ),
            ),
        ),
        ProductStory(
            "Lockhouse Vault",
            Category.BACKUP,
            "Copies of volumes, encrypted before they leave the cloud.",
            (ReleaseStory("2.4", ("gazpacho", "flamingo"), 55),),
        ),
    ),
)

MARROWSTONE = VendorStory(
    name="Marrowstone Cloud",
    domain="marrowstone.example",
    owner="Hester Quine",
    products=(
        ProductStory(
            "Marrowstone",
            Category.PUBLIC_CLOUD,
            "Four regions, one price list, no charge for traffic between them.",
            (
                ReleaseStory(
                    "R14",
                    ("hibiscus",),
                    48,
                    (Attempt("platform", "hibiscus", 33, ready_for_next=True),),
                ),
                ReleaseStory("R13", ("gazpacho",), 210, (Attempt("platform", "gazpacho", 190),)),
            ),
        ),
        ProductStory(
            "Marrowstone Basic",
            Category.PUBLIC_CLOUD,
            "Servers and volumes without the rest, for steady loads.",
            (ReleaseStory("R14", ("hibiscus",), 48, (Attempt("compute", "hibiscus", 31),)),),
        ),
    ),
)

JARRAHWOOD = VendorStory(
    name="Jarrahwood Hosting",
    domain="jarrahwood.example",
    owner="Kirra Dunmore",
    proven=False,
    products=(
        ProductStory(
            "Jarrah Cloud",
            Category.PUBLIC_CLOUD,
            "Cloud servers in the west, close to mines and ports.",
            (
                ReleaseStory(
                    "2026-09",
                    ("gazpacho",),
                    75,
                    (
                        Attempt("compute", "gazpacho", 40, Outcome.WITHDRAWN, challenged=False),
                        Attempt("compute", "gazpacho", 3, Outcome.WAITING),
                    ),
                ),
            ),
        ),
    ),
)

HALCYRA = VendorStory(
    name="Halcyra",
    domain="halcyra.example",
    owner="Teo Marchetti",
    products=(
        ProductStory(
            "Halcyra Cloud",
            Category.PUBLIC_CLOUD,
            "A public cloud that runs on wind from the same valley.",
            (
                ReleaseStory(
                    "Spring",
                    ("gazpacho",),
                    200,
                    (
                        Attempt("platform", "gazpacho", 21, Outcome.UPLOADED, missing=34),
                        Attempt("compute", "gazpacho", 5, Outcome.WAITING, whole_ms=True),
                    ),
                ),
            ),
        ),
        ProductStory(
            "Halcyra Buckets",
            Category.PUBLIC_CLOUD,
            "Objects by the gigabyte, in one region and no other.",
            (
                ReleaseStory(
                    "Autumn",
                    ("hibiscus",),
                    42,
                    (Attempt("object", "hibiscus", 19, challenged=False, ready_for_next=True),),
                ),
            ),
        ),
        ProductStory(
            "Halcyra Meter",
            Category.MONITORING,
            "Shows what each project uses, in kilowatt hours and in money.",
            (ReleaseStory("0.8", ("gazpacho",), 66),),
        ),
    ),
)

CLOUD_VENDORS = (
    *(KELPLINE, TALLOW, SKARNHAVN, QUILLFEATHER),
    *(PEMBERLOCK, MARROWSTONE, JARRAHWOOD, HALCYRA),
)
