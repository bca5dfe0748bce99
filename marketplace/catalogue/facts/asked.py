"""Which facts each category asks for, in the order in which they are shown.

They are the vendor's word. What a cloud or product really does is measured elsewhere.
"""

from __future__ import annotations

from marketplace.catalogue.facts import words
from marketplace.catalogue.facts.kinds import Fact, address, number, one, several, texts
from marketplace.catalogue.facts.places import COUNTRIES, LANGUAGES
from marketplace.catalogue.models import Category, Programme, programme_of
from marketplace.catalogue.openstack import RELEASES

_OPENSTACK = {release.name: release.title for release in reversed(RELEASES)}

_DATA_CENTRES = (
    several("data_centre_countries", "Countries of the data centres", COUNTRIES),
    texts("data_centres", "Data centres", "As your customers know them, such as Oslo 2.", 60),
    number("availability_zones", "Availability zones", "zones", 500),
)
_SERVED = several("countries_served", "Countries served", COUNTRIES)
_COMPUTE = (
    several("hypervisors", "Hypervisors", words.HYPERVISORS),
    several("guests", "Guest systems", words.GUESTS, "Those that you help with."),
    several("architectures", "Processors", words.ARCHITECTURES),
)
_SERVICES = several("services", "OpenStack services", words.PROJECTS, "Those that come with it.")
_BUYING = (
    several("pricing", "Pricing", words.PRICING),
    address("price_list", "Price list"),
)
_SUPPORT = (
    several("support_channels", "Support", words.SUPPORT_CHANNELS),
    one("support_hours", "Support hours", words.SUPPORT_HOURS),
    several("support_languages", "Support languages", LANGUAGES),
)
_LICENCE = one("licence", "Licence", words.LICENCES)
_SOURCE = address("source", "Source", "Where the source can be read.")
_DOCUMENTATION = address("documentation", "Documentation")
_HARDWARE = texts("hardware", "Hardware", "Models, such as V700.")

_PACKAGED = (
    one("installer", "Installed by", words.INSTALLERS),
    texts("host_systems", "Runs on", "Operating systems of the servers beneath."),
    number("years_of_updates", "Updates for a release", "years", 20),
)
_DRIVER = (
    several("projects", "OpenStack project", words.PROJECTS),
    several("in_releases", "In OpenStack releases", _OPENSTACK),
    one("home", "Where the driver lives", words.DRIVER_HOMES),
    _HARDWARE,
    texts("protocols", "Protocols", "Such as iSCSI or NFS."),
    one("ci_status", "Third-party CI", words.CI_STATUSES, "As it stands today."),
    address("ci", "CI results"),
    texts("ci_accounts", "CI accounts", "As they report in the review of changes."),
    _LICENCE,
    _SOURCE,
    _DOCUMENTATION,
    *_SUPPORT,
)
_TRAINING = (
    several("formats", "Format", words.FORMATS),
    number("days", "Length", "days", 60),
    several("level", "For", words.COURSE_LEVELS),
    several("topics", "Topics", words.TOPICS),
    several("languages", "Languages", LANGUAGES),
    texts("places", "Places", "Towns with a classroom.", 60),
    _SERVED,
    number("group_size", "Largest group", "people", 500),
    texts("prepares_for", "Prepares for", "Names of examinations."),
    address("dates", "Dates and booking"),
    *_BUYING,
)
_CONSULTING = (
    several("topics", "Expertise", words.TOPICS),
    several("projects", "OpenStack projects known well", words.PROJECTS),
    several("engagements", "How they work", words.ENGAGEMENTS),
    several("languages", "Languages", LANGUAGES),
    _SERVED,
    number("people", "People who do this", "people", 10_000),
    address("references", "Work done before"),
    *_BUYING,
)
_ON_TOP = (
    several("installed_as", "Installed as", words.INSTALLED_AS),
    several("architectures", "Processors", words.ARCHITECTURES),
    _LICENCE,
    _SOURCE,
    _DOCUMENTATION,
    *_BUYING,
    *_SUPPORT,
)
_SDK = (
    texts("programming_languages", "Programming languages"),
    *_ON_TOP,
)

_OF: dict[str, tuple[Fact, ...]] = {
    Category.DISTRIBUTION: (*_COMPUTE, _SERVICES, *_PACKAGED, _LICENCE, _SOURCE, _DOCUMENTATION),
    Category.APPLIANCE: (
        _HARDWARE,
        number("fewest_nodes", "Smallest installation", "servers", 1000),
        *_COMPUTE,
        _SERVICES,
        number("years_of_updates", "Updates for a release", "years", 20),
    ),
    Category.PUBLIC_CLOUD: (*_DATA_CENTRES, *_COMPUTE, _SERVICES),
    Category.HOSTED_PRIVATE_CLOUD: (*_DATA_CENTRES, *_COMPUTE, _SERVICES),
    Category.MANAGED_PRIVATE_CLOUD: (_SERVED, *_COMPUTE, _SERVICES),
    Category.DRIVER: _DRIVER,
    Category.TRAINING: _TRAINING,
    Category.CONSULTING: _CONSULTING,
    Category.SDK: _SDK,
}


def _asked(category: str) -> tuple[Fact, ...]:
    own = _OF.get(category, _ON_TOP)
    return (*own, *_BUYING, *_SUPPORT) if programme_of(category) is Programme.POWERED else own


ASKED: dict[str, tuple[Fact, ...]] = {category: _asked(category) for category in Category.values}


def facts_by_key() -> dict[str, Fact]:
    """Every fact, in the order of the categories. A key holds the same kind of thing wherever it is
    asked; where its words differ, those of the first category that asks it."""
    found: dict[str, Fact] = {}
    for facts in ASKED.values():
        for fact in facts:
            found.setdefault(fact.key, fact)
    return found


def facts_asked(category: str) -> tuple[Fact, ...]:
    """None of a category that there is not."""
    return ASKED.get(category, ())


#: In the same order.
FACT_KEYS = tuple(facts_by_key())
