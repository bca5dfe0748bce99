"""OpenStack's releases as facts: name, id, day of the first release, SLURP or not, and its ends.

From the release records of the OpenStack project. Whether one is maintained follows from dates and
is never stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

#: How long a release is maintained where the records give no day: eighteen months.
_MAINTAINED = timedelta(days=548)


class ReleaseStatus(StrEnum):
    """Where a release stands on a given day."""

    FUTURE = "future"
    DEVELOPMENT = "development"
    MAINTAINED = "maintained"
    UNMAINTAINED = "unmaintained"
    END_OF_LIFE = "end of life"


@dataclass(frozen=True, slots=True)
class OpenStackRelease:
    """`id` is empty before 2023.1, when releases had names only. The ends are the first day on
    which something no longer holds; None where the records give none."""

    id: str
    name: str
    released_on: date
    slurp: bool = False
    unmaintained_on: date | None = None
    end_of_life_on: date | None = None

    @property
    def title(self) -> str:
        return f"{self.id} {self.name.title()}".strip()


def _release(
    id_: str, name: str, released_on: str, slurp: bool = False, ends: str = ""
) -> OpenStackRelease:
    """`ends` is a day of end of life, or `unmaintained` and a day."""
    kind, _, text = ends.rpartition(" ")
    day = date.fromisoformat(text) if text else None
    unmaintained_on, end_of_life_on = (day, None) if kind else (None, day)
    released = date.fromisoformat(released_on)
    return OpenStackRelease(id_, name, released, slurp, unmaintained_on, end_of_life_on)


#: Oldest first. The records hold no end for the first three: they ended with Diablo at the latest.
RELEASES: tuple[OpenStackRelease, ...] = (
    _release("", "austin", "2010-10-21", ends="2013-05-06"),
    _release("", "bexar", "2011-02-03", ends="2013-05-06"),
    _release("", "cactus", "2011-04-15", ends="2013-05-06"),
    _release("", "diablo", "2011-09-22", ends="2013-05-06"),
    _release("", "essex", "2012-04-05", ends="2013-05-06"),
    _release("", "folsom", "2012-09-27", ends="2013-11-19"),
    _release("", "grizzly", "2013-04-04", ends="2014-03-29"),
    _release("", "havana", "2013-10-17", ends="2014-09-30"),
    _release("", "icehouse", "2014-04-17", ends="2015-07-02"),
    _release("", "juno", "2014-10-16", ends="2015-12-07"),
    _release("", "kilo", "2015-04-30", ends="2016-05-02"),
    _release("", "liberty", "2015-10-15", ends="2016-11-17"),
    _release("", "mitaka", "2016-04-07", ends="2017-04-10"),
    _release("", "newton", "2016-10-06", ends="2017-10-25"),
    _release("", "ocata", "2017-02-22", ends="2021-06-15"),
    _release("", "pike", "2017-08-30", ends="2022-10-13"),
    _release("", "queens", "2018-02-28", ends="2023-01-18"),
    _release("", "rocky", "2018-08-30", ends="2023-08-16"),
    _release("", "stein", "2019-04-10", ends="2024-01-04"),
    _release("", "train", "2019-10-16", ends="2024-02-20"),
    _release("", "ussuri", "2020-05-13", ends="2024-02-20"),
    _release("", "victoria", "2020-10-14", ends="2025-12-19"),
    _release("", "wallaby", "2021-04-14", ends="2025-12-19"),
    _release("", "xena", "2021-10-06", ends="2025-12-19"),
    _release("", "yoga", "2022-03-30"),
    _release("", "zed", "2022-10-05"),
    _release("2023.1", "antelope", "2023-03-22", slurp=True),
    _release("2023.2", "bobcat", "2023-10-04", ends="2025-04-30"),
    _release("2024.1", "caracal", "2024-04-03", slurp=True),
    _release("2024.2", "dalmatian", "2024-10-02", ends="2026-04-29"),
    _release("2025.1", "epoxy", "2025-04-02", slurp=True, ends="unmaintained 2026-10-02"),
    _release("2025.2", "flamingo", "2025-10-01", ends="2027-04-28"),
    _release("2026.1", "gazpacho", "2026-04-01", slurp=True, ends="unmaintained 2027-10-27"),
    _release("2026.2", "hibiscus", "2026-09-30"),
)
#: Announced: what may be declared begins with its first release.
UPCOMING: tuple[OpenStackRelease, ...] = (_release("2027.1", "indri", "2027-03-24", slurp=True),)
_BY_NAME = {release.name: release for release in RELEASES}


def find_release(name: str) -> OpenStackRelease | None:
    return _BY_NAME.get(name)


def status_on(release: OpenStackRelease, day: date) -> ReleaseStatus:
    """Where `release` stands on `day`, from dates alone.

    Development begins the day after the release before. A release from 2023.2 on that is no SLURP
    goes from maintained to its end directly; for the others without a recorded day, maintenance
    ends after eighteen months, so "unmaintained" may be some weeks early.
    """
    if day < release.released_on:
        before = [one for one in (*RELEASES, *UPCOMING) if one.released_on < release.released_on]
        begun = not before or day > before[-1].released_on
        return ReleaseStatus.DEVELOPMENT if begun else ReleaseStatus.FUTURE
    if release.end_of_life_on is not None and day >= release.end_of_life_on:
        return ReleaseStatus.END_OF_LIFE
    unmaintained_on = unmaintained_from(release)
    if unmaintained_on is not None and day >= unmaintained_on:
        return ReleaseStatus.UNMAINTAINED
    return ReleaseStatus.MAINTAINED


def unmaintained_from(release: OpenStackRelease) -> date | None:
    if release.unmaintained_on is not None:
        return release.unmaintained_on
    ends_directly = bool(release.id) and not release.slurp
    return None if ends_directly else release.released_on + _MAINTAINED


def newest_first(names: Iterable[str]) -> list[str]:
    """Unknown names last."""
    places = {release.name: place for place, release in enumerate(RELEASES)}
    return sorted(set(names), key=lambda name: (-places.get(name, -1), name))


def release_title(name: str) -> str:
    """`2026.1 Gazpacho` for `gazpacho`; an unknown name as it is."""
    release = _BY_NAME.get(name)
    return release.title if release else name
