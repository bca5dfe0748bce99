"""Vendors of what runs on top of a cloud. How far each was measured stands in `integrations`."""

from __future__ import annotations

from marketplace.catalogue.models import Category
from marketplace.site.demo.market.integrations import FORMER, INTEGRATIONS
from marketplace.site.demo.market.story import ProductStory, ReleaseStory, VendorStory


def _listed(  # noqa: PLR0913, PLR0917 - one line for each product
    name: str,
    category: Category,
    sentence: str,
    version: str,
    openstack: tuple[str, ...],
    days_ago: int,
    open_source: bool = False,
) -> ProductStory:
    former = FORMER.get(name)
    earlier = (ReleaseStory(former, openstack, days_ago + 120),) if former else ()
    current = ReleaseStory(version, openstack, days_ago, integration=INTEGRATIONS.get(name))
    return ProductStory(name, category, sentence, (*earlier, current), open_source)


_RECENT = ("flamingo", "gazpacho")
_NEWEST = ("gazpacho", "hibiscus")
_LONG = ("epoxy", "flamingo", "gazpacho")

TOOL_VENDORS = (
    VendorStory(
        "Wendelstar",
        "wendelstar.example",
        "Mads Oriel",
        (
            _listed(
                "Wendel Apps",
                Category.APPLICATION_PLATFORM,
                "Push a repository, get an address; servers come and go underneath.",
                *("4.7", _NEWEST, 33),
            ),
            _listed(
                "Wendel Rooms",
                Category.APPLICATION_PLATFORM,
                "Work spaces in the browser for classes of up to forty.",
                *("2.1", ("gazpacho",), 120),
            ),
        ),
    ),
    VendorStory(
        "Inkberry Software",
        "inkberry.example",
        "Cosima Rade",
        (
            _listed(
                "Inkberry Platform",
                Category.APPLICATION_PLATFORM,
                "Forms, flows and files for town halls, on a cloud of their choice.",
                *("9", _LONG, 180),
            ),
            _listed(
                "Inkberry Queue",
                Category.APPLICATION_PLATFORM,
                "Letters in, answers out, nothing lost between.",
                *("3.0", _RECENT, 95),
            ),
        ),
    ),
    VendorStory(
        "Thistledown Networks",
        "thistledown.example",
        "Ewan Brodick",
        (
            _listed(
                "Thistle Gate",
                Category.NETWORK,
                "A gateway between the networks of a cloud and the old ones in the cellar.",
                *("5.5", _RECENT, 62),
            ),
            _listed(
                "Thistle Balance",
                Category.NETWORK,
                "Shares out traffic by what the servers say about themselves.",
                *("2.8", _NEWEST, 37, True),
            ),
            _listed(
                "Thistle Names",
                Category.NETWORK,
                "Keeps the names of servers and their addresses in step.",
                *("1.1", ("gazpacho",), 150),
            ),
        ),
    ),
    VendorStory(
        "Zinnober Storage",
        "zinnober.example",
        "Lotte Zindel",
        (
            _listed(
                "Zinnober Files",
                Category.STORAGE,
                "Shared folders for servers, grown and shrunk while in use.",
                *("6.0", _LONG, 210),
            ),
            _listed(
                "Zinnober Shelf",
                Category.STORAGE,
                "Moves what nobody reads to the cheap end of an object store.",
                *("1.3", _RECENT, 48),
            ),
        ),
    ),
    VendorStory(
        "Yarrowbank",
        "yarrowbank.example",
        "Silke Amundsen",
        (
            _listed(
                "Yarrow Backup",
                Category.BACKUP,
                "Nightly copies of servers and volumes, with a restore that is rehearsed.",
                *("7.2", _NEWEST, 29),
            ),
            _listed(
                "Yarrow Rewind",
                Category.BACKUP,
                "Sets a whole project back to yesterday noon.",
                *("0.9", ("gazpacho",), 84, True),
            ),
            _listed(
                "Yarrow Cold Store",
                Category.STORAGE,
                "Keeps archives for ten years and proves each year that they are whole.",
                *("2.0", _RECENT, 133),
            ),
        ),
    ),
    VendorStory(
        "Saltcote",
        "saltcote.example",
        "Mina Harrowgate",
        (
            _listed(
                "Saltcote Watch",
                Category.MONITORING,
                "Asks every interface of a cloud once a minute, and remembers the answers.",
                *("3.6", _LONG, 77, True),
            ),
            _listed(
                "Saltcote Ledger",
                Category.MONITORING,
                "Who used what, when, and what it cost.",
                *("3.1", _RECENT, 140),
            ),
        ),
        proven=False,
    ),
    VendorStory(
        "Oxbow & Daughters",
        "oxbow.example",
        "Agnes Oxbow",
        (
            _listed(
                "Oxbow Seal",
                Category.SECURITY,
                "Looks for images that were changed since they were signed.",
                *("2.2", _NEWEST, 24),
            ),
            _listed(
                "Oxbow Warden",
                Category.SECURITY,
                "Finds rules that open more of a network than anybody wanted.",
                *("4.0", _RECENT, 101),
            ),
        ),
    ),
    VendorStory(
        "Greywacke Containers",
        "greywacke.example",
        "Tobias Renn",
        (
            _listed(
                "Greywacke",
                Category.CONTAINER_PLATFORM,
                "Clusters for containers that know the networks and volumes beneath them.",
                *("1.34", _NEWEST, 18, True),
            ),
            _listed(
                "Greywacke Small",
                Category.CONTAINER_PLATFORM,
                "The same on a single server, for tests.",
                *("1.34", _NEWEST, 18, True),
            ),
            _listed(
                "Greywacke Farm",
                Category.CONTAINER_PLATFORM,
                "Many clusters on many clouds from one screen.",
                *("2.5", _RECENT, 92),
            ),
        ),
    ),
    VendorStory(
        "Fallowgate Code",
        "fallowgate.example",
        "Ravi Sund",
        (
            _listed(
                "Fallow Plan",
                Category.INFRASTRUCTURE_AS_CODE,
                "Says what a change would do to a project before it does it.",
                *("0.31", _NEWEST, 12, True),
            ),
            _listed(
                "Fallow Drift",
                Category.INFRASTRUCTURE_AS_CODE,
                "Finds what somebody changed by hand.",
                *("0.12", ("gazpacho",), 57, True),
            ),
            _listed(
                "Fallow SDK",
                Category.SDK,
                "A library for three languages with the same names in all of them.",
                *("5.1", _LONG, 41, True),
            ),
            _listed(
                "Fallow Shell",
                Category.SDK,
                "A command line that completes the names of your servers.",
                *("1.0", _RECENT, 88, True),
            ),
        ),
    ),
)
