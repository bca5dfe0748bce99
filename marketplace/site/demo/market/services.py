"""Vendors of drivers, courses and advice: listed, and certified by neither programme."""

from __future__ import annotations

from marketplace.catalogue.models import Category
from marketplace.site.demo.market.story import ProductStory, ReleaseStory, VendorStory

_RECENT = ("flamingo", "gazpacho")

SERVICE_VENDORS = (
    VendorStory(
        "Cindervale Drives",
        "cindervale.example",
        "Hollis Brandt",
        (
            ProductStory(
                "Cinder Vale V700 Driver",
                Category.DRIVER,
                "Volumes on the V700 array, with snapshots made by the array.",
                (ReleaseStory("26.1", _RECENT, 110),),
                open_source=True,
            ),
            ProductStory(
                "Vale Share Driver",
                Category.DRIVER,
                "Shared folders on the S300 filer.",
                (ReleaseStory("26.1", _RECENT, 110),),
                open_source=True,
            ),
        ),
    ),
    VendorStory(
        "Pellmell Fabrics",
        "pellmell.example",
        "Anneke Stroud",
        (
            ProductStory(
                "Pellmell Switch Driver",
                Category.DRIVER,
                "Sets up the networks of a cloud on Pellmell switches.",
                (ReleaseStory("8", ("gazpacho", "hibiscus"), 36),),
            ),
        ),
        proven=False,
    ),
    VendorStory(
        "Lanternfish School",
        "lanternfish.example",
        "Beatriz Coelho",
        (
            ProductStory(
                "Cloud in a Week",
                Category.TRAINING,
                "Five days from the first login to a cloud that survives a broken disk.",
                (ReleaseStory("2026", ("gazpacho",), 160),),
            ),
            ProductStory(
                "Upgrade Without Fear",
                Category.TRAINING,
                "Two days on skipping a release and coming back if it fails.",
                (ReleaseStory("2026", _RECENT, 160),),
            ),
        ),
    ),
    VendorStory(
        "Hobblebush Advice",
        "hobblebush.example",
        "Gwen Amadi",
        (
            ProductStory(
                "Capacity Review",
                Category.CONSULTING,
                "Says in ten pages what your cloud will need next year.",
                (ReleaseStory("3", (), 220),),
            ),
            ProductStory(
                "Moving House",
                Category.CONSULTING,
                "Brings servers from elsewhere, one evening at a time.",
                (ReleaseStory("1", (), 75),),
            ),
        ),
    ),
    VendorStory(
        "Mossgate Arrays",
        "mossgate.example",
        "Ilse Marrow",
        (
            ProductStory(
                "Mossgate NVMe Driver",
                Category.DRIVER,
                "Volumes on Mossgate arrays, close to the speed of a disk in the server.",
                (ReleaseStory("4.1", ("gazpacho", "hibiscus"), 52),),
                open_source=True,
            ),
            ProductStory(
                "Mossgate M1 Driver",
                Category.DRIVER,
                "For the array of ten years ago, kept for those who still have one.",
                (ReleaseStory("1.9", ("yoga", "zed"), 900),),
                open_source=True,
            ),
        ),
    ),
    VendorStory(
        "Larkspur Metal",
        "larkspur.example",
        "Joss Whitlow",
        (
            ProductStory(
                "Larkspur Bare Metal Driver",
                Category.DRIVER,
                "Switches Larkspur servers on and off, and installs what runs on them.",
                (ReleaseStory("26.2", ("gazpacho", "hibiscus"), 30),),
                open_source=True,
            ),
        ),
        proven=False,
    ),
    VendorStory(
        "Quarrystone Academy",
        "quarrystone.example",
        "Wanjiru Kessel",
        (
            ProductStory(
                "Networks From the Ground",
                Category.TRAINING,
                "Lessons and exercises on the network of a cloud, at your own pace.",
                (ReleaseStory("3", ("gazpacho",), 98),),
            ),
            ProductStory(
                "Reading the Logs",
                Category.TRAINING,
                "A day with the logs of a cloud that somebody broke on purpose.",
                (ReleaseStory("2", ("flamingo", "gazpacho"), 145),),
            ),
        ),
    ),
    VendorStory(
        "Thornapple Partners",
        "thornapple.example",
        "Delia Monroy",
        (
            ProductStory(
                "Upgrade Crew",
                Category.CONSULTING,
                "Comes with a plan, upgrades the cloud with your people, and leaves the plan.",
                (ReleaseStory("2026", ("gazpacho", "hibiscus"), 40),),
            ),
            ProductStory(
                "Security Walk",
                Category.CONSULTING,
                "Three days through your cloud, looking for doors that stand open.",
                (ReleaseStory("5", (), 190),),
            ),
        ),
    ),
)
