"""Vendors that sell a cloud as software, as a machine, or as a service on the customer's site."""

from __future__ import annotations

from marketplace.catalogue.models import Category
from marketplace.site.demo.market.office import (
    GROVE_TALK,
    PALISANDER_STACK_APPEAL,
    VANTRESKA_ONE_TALK,
    VANTRESKA_SOVEREIGN_APPEAL,
)
from marketplace.site.demo.market.story import (
    Attempt,
    Outcome,
    ProductStory,
    ReleaseStory,
    Turn,
    VendorStory,
)

BRACKWATER = VendorStory(
    name="Brackwater Systems",
    domain="brackwater.example",
    owner="Imke Falk",
    products=(
        ProductStory(
            "Brackwater OS",
            Category.DISTRIBUTION,
            "A cloud in one image: written to disk, joined to the others, done.",
            (
                ReleaseStory(
                    "6.1",
                    ("gazpacho",),
                    160,
                    (
                        Attempt("compute", "gazpacho", 95),
                        Attempt("platform", "gazpacho", 12, Outcome.UPLOADED, failed=7),
                    ),
                ),
                ReleaseStory(
                    "6.2",
                    ("hibiscus",),
                    20,
                    (Attempt("compute", "hibiscus", 5, ready_for_next=True),),
                ),
            ),
            open_source=True,
        ),
        ProductStory(
            "Tidewrack",
            Category.APPLIANCE,
            "Three machines and a switch in a crate, running before lunch.",
            (ReleaseStory("T3", ("flamingo",), 385, (Attempt("compute", "flamingo", 372),)),),
        ),
    ),
)

OSTRANDER = VendorStory(
    name="Ostrander Compute",
    domain="ostrander.example",
    owner="Wil Ostrander",
    products=(
        ProductStory(
            "Ostrander Edge",
            Category.APPLIANCE,
            "A cloud the size of a suitcase for ships and building sites.",
            (
                ReleaseStory(
                    "2.0",
                    ("gazpacho",),
                    90,
                    (
                        Attempt(
                            "compute",
                            "gazpacho",
                            50,
                            failed=2,
                            waived="The appliance has one node, so that a test for moving a "
                            "server cannot find a second one. Waived until version 3 has two.",
                        ),
                    ),
                ),
            ),
        ),
        ProductStory(
            "Ostrander Node",
            Category.APPLIANCE,
            "One more machine for a cloud that you have.",
            (
                ReleaseStory(
                    "1.4",
                    ("gazpacho",),
                    80,
                    (Attempt("compute", "gazpacho", 18, Outcome.UPLOADED, failed=2, skipped=1),),
                ),
            ),
        ),
    ),
)

UMBRAL = VendorStory(
    name="Umbral Works",
    domain="umbral.example",
    owner="Sanna Virtanen-Okello",
    products=(
        ProductStory(
            "Umbral Managed",
            Category.MANAGED_PRIVATE_CLOUD,
            "Your hardware, our night shift.",
            (
                ReleaseStory(
                    "26-3",
                    ("gazpacho",),
                    115,
                    (
                        Attempt(
                            "platform",
                            "gazpacho",
                            100,
                            challenged=False,
                            failed=6,
                            rerun_days=4,
                            reason="Six tests failed at first; mended and run again four days "
                            "later, they pass. Without a challenge, hence self-reported.",
                        ),
                    ),
                ),
            ),
        ),
        ProductStory(
            "Umbral Core",
            Category.DISTRIBUTION,
            "The long-lived edition: one release, maintained for five years.",
            (
                ReleaseStory(
                    "LTS 3",
                    ("epoxy",),
                    400,
                    (Attempt("compute", "epoxy", 25, Outcome.NOT_CERTIFIABLE),),
                ),
            ),
        ),
    ),
)

VANTRESKA = VendorStory(
    name="Vantreska",
    domain="vantreska.example",
    owner="Mirela Vant",
    products=(
        ProductStory(
            "Vantreska One",
            Category.MANAGED_PRIVATE_CLOUD,
            "A private cloud on your site, looked after from afar.",
            (
                ReleaseStory(
                    "1.18",
                    ("gazpacho",),
                    70,
                    (
                        Attempt(
                            "compute",
                            "gazpacho",
                            11,
                            Outcome.CHANGES_ASKED,
                            challenged=False,
                            reason="Please name the version of the installer, and send a run that "
                            "answers a challenge.",
                            said=VANTRESKA_ONE_TALK,
                        ),
                    ),
                ),
            ),
        ),
        ProductStory(
            "Vantreska Sovereign",
            Category.HOSTED_PRIVATE_CLOUD,
            "Nobody outside the country touches it.",
            (
                ReleaseStory(
                    "4",
                    ("gazpacho",),
                    65,
                    (
                        Attempt(
                            "platform",
                            "gazpacho",
                            28,
                            Outcome.REJECTED,
                            passes_only=True,
                            reason="A list of passes without times and failures does not show "
                            "that the tests ran. Please upload the subunit stream.",
                            appeal=VANTRESKA_SOVEREIGN_APPEAL,
                        ),
                    ),
                ),
            ),
        ),
    ),
)

LINDWYRM = VendorStory(
    name="Lindwyrm Labs",
    domain="lindwyrm.example",
    owner="Osei Lindqvist",
    products=(
        ProductStory(
            "Wyrmstack",
            Category.DISTRIBUTION,
            "A cloud built from source every night, for people who read the source.",
            (
                ReleaseStory(
                    "0.44",
                    ("hibiscus",),
                    14,
                    (Attempt("compute", "hibiscus", 2, Outcome.DRAFTED, ready_for_next=True),),
                ),
            ),
            open_source=True,
        ),
    ),
)

ASHGROVE = VendorStory(
    name="Ashgrove Nine",
    domain="ashgrove.example",
    owner="Petra Lowenstam",
    proven=False,
    products=(
        ProductStory(
            "Grove",
            Category.APPLIANCE,
            "A rack that arrives wired, tested and labelled.",
            (
                ReleaseStory(
                    "G9",
                    ("gazpacho",),
                    58,
                    (
                        Attempt(
                            "platform",
                            "gazpacho",
                            8,
                            Outcome.IN_REVIEW,
                            challenged=False,
                            said=GROVE_TALK,
                        ),
                    ),
                ),
            ),
        ),
    ),
)

COPPERLARK = VendorStory(
    name="Copperlark",
    domain="copperlark.example",
    owner="Joan Tresilian",
    products=(
        ProductStory(
            "Lark Private",
            Category.MANAGED_PRIVATE_CLOUD,
            "A cloud in your cellar that calls us when something is wrong.",
            (ReleaseStory("3.3", ("gazpacho",), 150, (Attempt("compute", "gazpacho", 135),)),),
        ),
        ProductStory(
            "Larkvault",
            Category.HOSTED_PRIVATE_CLOUD,
            "Object storage for one tenant, in two places at once.",
            (
                ReleaseStory(
                    "3.3",
                    ("hibiscus",),
                    44,
                    (Attempt("object", "hibiscus", 26, ready_for_next=True),),
                ),
            ),
        ),
    ),
)

FERROWICK = VendorStory(
    name="Ferrowick",
    domain="ferrowick.example",
    owner="Duarte Pinhal",
    products=(
        ProductStory(
            "Ferrostack",
            Category.DISTRIBUTION,
            "Packages for two server systems, with an upgrade path that is tested weekly.",
            (
                ReleaseStory(
                    "11",
                    ("hibiscus",),
                    26,
                    (
                        Attempt("platform", "hibiscus", 7, Outcome.UPLOADED, failed=8, skipped=4),
                        Attempt(
                            "compute",
                            "hibiscus",
                            1,
                            Outcome.WAITING,
                            failed=1,
                            waived="Not granted yet.",
                        ),
                    ),
                ),
                ReleaseStory("10", ("flamingo",), 340, (Attempt("platform", "flamingo", 326),)),
            ),
            open_source=True,
        ),
    ),
)

ROOKMERE = VendorStory(
    name="Rookmere",
    domain="rookmere.example",
    owner="Effie Rook",
    products=(
        ProductStory(
            "Rook Appliance",
            Category.APPLIANCE,
            "Compute and objects in one cabinet, with spare parts inside.",
            (
                ReleaseStory(
                    "RX-2",
                    ("hibiscus",),
                    40,
                    (Attempt("platform", "hibiscus", 22, ready_for_next=True),),
                ),
            ),
        ),
        ProductStory(
            "Rook Managed",
            Category.MANAGED_PRIVATE_CLOUD,
            "The cabinet, and somebody who looks after it.",
            (
                ReleaseStory(
                    "RX-2",
                    ("gazpacho",),
                    125,
                    (
                        Attempt(
                            "compute",
                            "gazpacho",
                            105,
                            turn=Turn.REINSTATED,
                            turn_days_ago=30,
                            turn_reason="A customer's report is being looked into.",
                        ),
                    ),
                ),
            ),
        ),
    ),
)

PALISANDER = VendorStory(
    name="Palisander IT",
    domain="palisander.example",
    owner="Rune Halloran",
    products=(
        ProductStory(
            "Palisander Stack",
            Category.DISTRIBUTION,
            "A cloud for schools, set up by a form of one page.",
            (
                ReleaseStory(
                    "2",
                    ("flamingo",),
                    240,
                    (
                        Attempt(
                            "compute",
                            "flamingo",
                            61,
                            Outcome.REJECTED,
                            challenged=False,
                            reason="The run looks like one of a development installation: one "
                            "controller, no volumes on other machines.",
                            appeal=PALISANDER_STACK_APPEAL,
                        ),
                    ),
                ),
            ),
            open_source=True,
        ),
    ),
)

PLATFORM_VENDORS = (
    *(BRACKWATER, OSTRANDER, UMBRAL, VANTRESKA, LINDWYRM),
    *(ASHGROVE, COPPERLARK, FERROWICK, ROOKMERE, PALISANDER),
)
