"""What a vendor can do about a test that did not pass."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from certification.engine.report import TestState
from certification.engine.verdict import EvidenceFacts, Match


@dataclass(frozen=True, slots=True)
class Hint:
    """`setting` stands in tempest.conf; empty where no setting helps."""

    message: str
    setting: str = ""

    @property
    def words(self) -> str:
        return gettext(self.message)


_SKIPS: tuple[tuple[re.Pattern[str], Hint], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), hint)
    for pattern, hint in (
        (
            r"launchpad\.net/bugs|until bug",
            Hint(
                gettext_noop(
                    "Tempest itself skips this test until that bug is closed: try a newer Tempest."
                )
            ),
        ),
        (
            r"image format enforcement",
            Hint(
                gettext_noop(
                    "If Glance takes images whose bytes are not of the format named, say so. "
                    "If it refuses them, these tests cannot run against it."
                ),
                "[image-feature-enabled] image_format_enforcement = False",
            ),
        ),
        (
            r"instance validation tests are disabled",
            Hint(
                gettext_noop(
                    "Let Tempest log in to its servers, with an image and a network that allow SSH."
                ),
                "[validation] run_validation = True",
            ),
        ),
        (
            r"container.?format",
            Hint(
                gettext_noop("Name every container format that the cloud takes."),
                "[image] container_formats = bare,...",
            ),
        ),
        (
            r"disk.?format",
            Hint(
                gettext_noop("Name every disk format that the cloud takes."),
                "[image] disk_formats = raw,...",
            ),
        ),
        (
            r"import method",
            Hint(gettext_noop("Enable this import method in Glance, and image import in Tempest.")),
        ),
        (
            r"security compliance",
            Hint(
                gettext_noop("If the cloud enforces password rules, say so."),
                "[identity-feature-enabled] security_compliance = True",
            ),
        ),
        (
            r"(less than|at least|more than) .*(host|node)|multi.?node",
            Hint(
                gettext_noop("Run against a cloud with more compute hosts, and say how many."),
                "[compute] min_compute_nodes = 2",
            ),
        ),
        (
            r"(service|support) (is )?(not|n't) (available|enabled)|no \w+ service",
            Hint(
                gettext_noop("If the cloud runs this service, tell Tempest."),
                "[service_available] ... = True",
            ),
        ),
        (
            r"extension",
            Hint(
                gettext_noop("Name the extension among those that the cloud offers."),
                "api_extensions = ...",
            ),
        ),
        (
            r"not (available|enabled|supported|configured)|disabled|isn't",
            Hint(
                gettext_noop(
                    "If the cloud can do this, switch it on in the section of the service."
                ),
                "[...-feature-enabled] ... = True",
            ),
        ),
    )
)
_SKIPPED = Hint(
    gettext_noop("The reason above names what Tempest found switched off. Switch it on, run again.")
)
_FAILED = Hint(
    gettext_noop("Read the traceback in your own log of the run (stestr last), mend it, run again.")
)
_SET_UP_FAILED = Hint(
    gettext_noop(
        "The set-up of the whole class failed, so none of its tests ran. Read its traceback first."
    )
)
_MISSING = Hint(
    gettext_noop(
        "The run holds no such test, by name, alias or id. Add it to the list and run again."
    )
)
_MISSING_CUT = Hint(
    gettext_noop("The run broke off before it was told how this test ended. Run it to its end.")
)
_MISSING_PASSES_ONLY = Hint(
    gettext_noop(
        "This format lists passed tests only, so the test failed, was skipped or "
        "never ran. Upload the subunit stream of the same run to see which."
    )
)


def hint_for(state: TestState, cause: str, match: Match, evidence: EvidenceFacts) -> Hint:
    """`cause` is the run's own reason of a skip."""
    if state is TestState.SKIPPED:
        return next((hint for pattern, hint in _SKIPS if pattern.search(cause)), _SKIPPED)
    if state is TestState.FAILED:
        return _SET_UP_FAILED if match is Match.FIXTURE else _FAILED
    if evidence.passes_only:
        return _MISSING_PASSES_ONLY
    if evidence.damage or evidence.looks_incomplete:
        return _MISSING_CUT
    return _MISSING
