"""Who may be certified, and who must be looked at by a person. Rules over facts, nothing else.

The caller gives every fact, the time included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

EVIDENCE_DAYS = 90
SUPERSEDED_DAYS = 183
VALID_DAYS = 365


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`code` is stable, `text` says what stands in the way and what to do. `pair` are the ids of
    two runs that were held against each other, where that is the reason."""

    code: str
    text: str
    pair: tuple[str, ...] = ()

    @property
    def is_for_staff(self) -> bool:
        """What tells of somebody else's run, or would teach how not to be noticed (S10, S12)."""
        is_sign = self.code.startswith(ANOMALY) and self.code not in _TOLD_OPENLY
        return is_sign or self.code == "copied-bytes"

    def as_flag(self) -> dict[str, str]:
        """As a submission keeps it."""
        runs = dict(zip(("run", "other_run"), self.pair, strict=False))
        return {"code": self.code, "text": self.text, **runs}


ANOMALY = "anomaly-"
#: The vendor can mend it, and nobody is helped in hiding by knowing it.
_TOLD_OPENLY = frozenset({f"{ANOMALY}times-absent"})
#: What a vendor reads in place of all that is for staff. One sentence for everything: whoever could
#: tell one sign from another would find out what goes unnoticed.
UNUSUAL = Obstacle(
    "evidence-unusual",
    "Something about the evidence is unusual. A person looks at it, and asks you before it counts "
    "against you.",
)


@dataclass(frozen=True, slots=True)
class Case:
    """All that decides whether a run can certify a release. Times are aware, UTC.

    `verdict` is `passed`, `failed` or `error`, with the waivers of the submission applied.
    `run_is_the_vendors` means uploaded by the vendor's session, token or registered key.
    `tests_short` counts the capabilities that are short for an integration level.
    `rule_decides` is false while the office lets no rule decide.
    `tried_releases` are those that the evidence itself names; None where it names none.
    `answers_challenge` means that every run was uploaded with a challenge of ours for it;
    `begun_too_early` tells of those that began before it was taken.
    `not_joined` says why the `joined_runs` cannot be one claim; empty if they can.
    """

    programme: str
    run_is_the_vendors: bool
    run_is_judged: bool
    verdict: str
    tests_short: int
    passes_only: bool
    incomplete: bool
    looks_incomplete: bool
    evidence_ended_at: datetime | None
    received_at: datetime
    guideline_state: str
    guideline_superseded_at: datetime | None
    guideline_releases: frozenset[str]
    declared_releases: frozenset[str]
    openstack_release: str
    target_is_add_on: bool
    platform_is_certified: bool
    domain_is_proven: bool
    answers_challenge: bool
    anomalies: tuple[Obstacle, ...]
    cpid_belongs_elsewhere: bool
    copied_bytes: bool
    waived_tests: int
    now: datetime
    guideline_programme: str = "powered"
    tried_releases: frozenset[str] | None = None
    joined_runs: int = 1
    cloud_is_named: bool = True
    not_joined: tuple[Obstacle, ...] = ()
    rule_decides: bool = True
    begun_too_early: tuple[Obstacle, ...] = ()

    @property
    def is_challenged(self) -> bool:
        """What a certificate may say: nothing else raises the assurance (S11)."""
        return self.answers_challenge and not self.begun_too_early


def obstacles(case: Case) -> tuple[Obstacle, ...]:
    """Why this can be no certificate, whoever decides; empty if it can."""
    return (*_of_the_product(case), *_of_the_run(case), *_of_the_guideline(case))


def _of_the_product(case: Case) -> tuple[Obstacle, ...]:
    found = []
    if case.programme not in ("powered", "integrated"):
        found.append(
            Obstacle(
                "category-not-certifiable",
                "Products of this category are listed; no programme certifies them yet.",
            )
        )
    elif case.programme != case.guideline_programme:
        found.append(
            Obstacle(
                "guideline-of-other-programme",
                f"The guideline is of the {case.guideline_programme.title()} programme; products "
                f"of this category are certified by the {case.programme.title()} programme.",
            )
        )
    if case.tried_releases is not None and case.openstack_release not in case.tried_releases:
        found.append(
            Obstacle(
                "release-not-tried",
                f"No run of the set was made on OpenStack {case.openstack_release}. Only releases "
                "that were tried are certified.",
            )
        )
    if case.openstack_release not in case.declared_releases:
        found.append(
            Obstacle(
                "release-not-declared",
                f"The product's release does not name OpenStack {case.openstack_release}.",
            )
        )
    if case.openstack_release not in case.guideline_releases:
        found.append(
            Obstacle(
                "release-not-in-guideline",
                f"The guideline does not cover OpenStack {case.openstack_release}; it covers "
                f"{', '.join(sorted(case.guideline_releases)) or 'none'}.",
            )
        )
    if case.target_is_add_on and not case.platform_is_certified:
        found.append(
            Obstacle(
                "platform-first",
                "An add-on is certified on a release whose platform target is certified.",
            )
        )
    return tuple(found)


def _of_the_run(case: Case) -> tuple[Obstacle, ...]:
    found = []
    if not case.run_is_the_vendors:
        found.append(
            Obstacle(
                "run-not-the-vendors",
                "Only a run uploaded with the vendor's own session, token or key can be submitted.",
            )
        )
    if not case.run_is_judged:
        found.append(Obstacle("run-not-judged", "The run is not judged, or could not be read."))
    elif case.not_joined:
        found.extend(case.not_joined)
    elif case.incomplete:
        found.append(
            Obstacle(
                "incomplete-evidence", "The evidence is damaged or ends early. Upload it anew."
            )
        )
    elif case.verdict != "passed":
        found.append(Obstacle("verdict-not-passed", f"The run does not pass: {_short(case)}."))
    if case.now - case.received_at >= timedelta(days=VALID_DAYS):
        found.append(
            Obstacle(
                "run-too-old", "The run was uploaded more than twelve months ago. Upload a new one."
            )
        )
    if _is_stale(case):
        found.append(
            Obstacle(
                "evidence-stale",
                f"The tests ran more than {EVIDENCE_DAYS} days before the upload. Run them again.",
            )
        )
    return tuple(found)


def _short(case: Case) -> str:
    short, is_one = case.tests_short, case.tests_short == 1
    if case.guideline_programme == "integrated":
        return f"{short} {'thing is' if is_one else 'things are'} missing for the level"
    if not short:
        return "nothing is proven"
    return f"{short} {'test is' if is_one else 'tests are'} short"


def _is_stale(case: Case) -> bool:
    ended = case.evidence_ended_at
    return ended is not None and case.received_at - ended > timedelta(days=EVIDENCE_DAYS)


def _of_the_guideline(case: Case) -> tuple[Obstacle, ...]:
    superseded = case.guideline_superseded_at
    if case.guideline_state == "approved":
        return ()
    if (
        case.guideline_state == "superseded"
        and superseded is not None
        and case.now - superseded <= timedelta(days=SUPERSEDED_DAYS)
    ):
        return ()
    return (
        Obstacle(
            "guideline-not-in-force",
            "Certificates are issued by guidelines in force, and for six months by the one before.",
        ),
    )


def reasons_for_a_person(case: Case) -> tuple[Obstacle, ...]:
    """Why no policy rule may approve this; empty for a clean case."""
    wanted = (
        (not case.rule_decides, "rule-off", "For now a person looks at every submission."),
        (case.passes_only, "passes-only", "The evidence carries passes only."),
        (case.looks_incomplete, "looks-incomplete", "A worker of the run died before its end."),
        (not case.domain_is_proven, "domain-not-proven", "The vendor's domain is not proven."),
        (not case.answers_challenge, "no-challenge", "The run answers no challenge of ours."),
        (
            case.evidence_ended_at is None and not case.passes_only,
            "no-times",
            "The evidence carries no times of its own.",
        ),
        (
            case.cpid_belongs_elsewhere,
            "cpid-elsewhere",
            "Another product claims the same cloud, or another vendor has sent in runs of it.",
        ),
        (case.copied_bytes, "copied-bytes", "Somebody else has uploaded the same bytes."),
        (case.joined_runs > 1, "joined", f"The claim joins {case.joined_runs} runs."),
        (
            case.joined_runs > 1 and not case.cloud_is_named,
            "cloud-not-named",
            "No joined run names its cloud, so nobody can tell that they are of one.",
        ),
        (case.waived_tests > 0, "waiver", _waived(case.waived_tests)),
    )
    found = tuple(Obstacle(code, text) for holds, code, text in wanted if holds)
    return (*found, *case.begun_too_early, *case.anomalies)


def told_to_vendor(flags: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """The flags of a submission as its vendor may read them."""
    told, hidden = list[dict[str, str]](), False
    for flag in flags:
        reason = Obstacle(flag["code"], flag["text"])
        hidden = hidden or reason.is_for_staff
        told += [] if reason.is_for_staff else [reason.as_flag()]
    return [*told, UNUSUAL.as_flag()] if hidden else told


def _waived(tests: int) -> str:
    return "1 test is waived." if tests == 1 else f"{tests} tests are waived."


def valid_until(accepted_at: datetime, waiver_ends: tuple[datetime, ...] = ()) -> datetime:
    """Twelve months from the acceptance of the run, or until a waiver it needs ends."""
    return min((accepted_at + timedelta(days=VALID_DAYS), *waiver_ends))
