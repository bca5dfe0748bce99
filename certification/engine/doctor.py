"""The usual mistakes of a test run, recognised from its report alone, and how each is mended.

The doctor never changes a verdict: it only says to the vendor what looks wrong. What it needs
beside the report, the caller gives: the tests asked for, the clouds seen before, when it came.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from certification.engine.report import Report, TestState

TESTS_NAMED = 3
#: A run without so many of the tests asked for was made from another list.
MOST_MISSING = 0.5
#: From so many classes on it is no accident of one of them.
MANY_CLASSES = 3
CLOCK_AHEAD_S = 3600.0
LONGEST_RUN_S = 7 * 86400.0
OLDEST_S = 90 * 86400.0
_SERVICES = (
    "aodh|barbican|cinder|cyborg|designate|glance|gnocchi|heat|horizon|ironic|keystone|magnum|"
    "manila|masakari|mistral|neutron|nova|octavia|placement|sahara|swift|trove|volume|"
    "object.storage|network(?:ing)?|compute|image"
)


@dataclass(frozen=True, slots=True)
class Patient:
    """A report and what is known around it. `asked` tests must pass for the target looked at, and
    `missing` of them, sorted names, have no result. `earlier_cpids` are those of the release's
    earlier runs. `received_at` is in seconds since the epoch, UTC."""

    report: Report
    asked: int = 0
    missing: tuple[str, ...] = ()
    earlier_cpids: frozenset[str] = frozenset()
    received_at: float | None = None

    def skips(self) -> list[tuple[str, str]]:
        """(test or class, the run's own words) of everything skipped with a reason, sorted."""
        entries = [(e.name, e.reason) for e in self.report.entries if e.reason]
        fixtures = [(f.scope, f.reason) for f in self.report.fixtures if f.reason]
        return sorted(entries + fixtures)


@dataclass(frozen=True, slots=True)
class Sign:
    """What a rule found: a sentence with counts, and the tests or classes that show it."""

    evidence: str
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable. `tests` are at most three. `setting` stands in tempest.conf, or is a
    command; empty where none helps."""

    code: str
    title: str
    evidence: str
    tests: tuple[str, ...]
    mend: str
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    title: str
    look: Callable[[Patient], Sign | None]
    mend: str
    setting: str = ""

    def on(self, patient: Patient) -> Finding | None:
        sign = self.look(patient)
        return self.finding(sign) if sign is not None else None

    def finding(self, sign: Sign) -> Finding:
        named = sign.tests[:TESTS_NAMED]
        return Finding(self.code, self.title, sign.evidence, named, self.mend, self.setting)


def examine(patient: Patient) -> tuple[Finding, ...]:
    """What looks wrong, the gravest first; empty where nothing does."""
    return tuple(found for rule in RULES if (found := rule.on(patient)) is not None)


def examine_refusal(code: str) -> Finding | None:
    """Of evidence that could not be read: the mistake behind the stable code of its fault."""
    counts = {
        "evidence-no-passing-test": "The upload names no passing test.",
        "evidence-no-result": "The stream ends well and holds no test result.",
        "evidence-empty": "The file holds no byte.",
    }
    return EMPTY_LIST.finding(Sign(counts[code])) if code in counts else None


def _tests(count: int) -> str:
    return f"{count:,} test{'' if count == 1 else 's'}"


def _skipped_for(pattern: str, so: str) -> Callable[[Patient], Sign | None]:
    """A rule on the words of skips. `so` follows the count of tests and classes."""
    words = re.compile(pattern, re.IGNORECASE)

    def look(patient: Patient) -> Sign | None:
        hits = [(name, reason) for name, reason in patient.skips() if words.search(reason)]
        if not hits:
            return None
        said, _ = Counter(reason for _, reason in hits).most_common(1)[0]
        counted = f"{len(hits):,} test{'' if len(hits) == 1 else 's'} or classes"
        return Sign(f"{counted} {so}, for instance: {said}", tuple(name for name, _ in hits))

    return look


def _no_entries(patient: Patient) -> Sign | None:
    return None if patient.report.entries else Sign("The run holds no test result.")


def _cut_off(patient: Patient) -> Sign | None:
    damage = patient.report.damage
    if damage is not None:
        return Sign(f"It cannot be read past byte {damage.offset:,}: {damage.reason}.")
    if patient.report.looks_incomplete:
        return Sign("Tests began and never ended, as when a worker dies.")
    return None


def _nothing_passed(patient: Patient) -> Sign | None:
    report = patient.report
    if not report.entries or report.count(TestState.PASSED):
        return None
    failed, skipped = report.count(TestState.FAILED), report.count(TestState.SKIPPED)
    return Sign(
        f"Of {_tests(len(report.entries))}, {failed:,} failed, {skipped:,} were skipped and none "
        "passed.",
        tuple(entry.name for entry in report.entries),
    )


def _set_ups_failed(patient: Patient) -> Sign | None:
    fixtures = patient.report.fixtures
    failed = sorted(
        {f.scope for f in fixtures if f.kind == "setUpClass" and f.state is TestState.FAILED}
    )
    if len(failed) < MANY_CLASSES:
        return None
    return Sign(f"The set-up of {len(failed):,} classes failed before their tests.", tuple(failed))


def _another_cloud(patient: Patient) -> Sign | None:
    cpid, earlier = patient.report.cpid, patient.earlier_cpids
    if not cpid or not earlier or cpid in earlier:
        return None
    return Sign(
        f"This run names the cloud {cpid}; earlier runs named {', '.join(sorted(earlier))}."
    )


def _another_list(patient: Patient) -> Sign | None:
    """A list of another service's tests, of another guideline, or of a few tests only."""
    entries = patient.report.entries
    if not entries or patient.asked == 0:
        return None
    if len(patient.missing) / patient.asked <= MOST_MISSING:
        return None
    said = (
        f"{len(patient.missing):,} of {_tests(patient.asked)} asked for are not in the run, which "
        f"holds {_tests(len(entries))}"
    )
    parts = {_part(entry.name) for entry in entries}
    about = f", all of {next(iter(parts))}" if len(parts) == 1 else ""
    return Sign(f"{said}{about}.", patient.missing)


def _part(name: str) -> str:
    """`tempest.api.identity` of `tempest.api.identity.v3.test_users.UsersTest.test_x`."""
    return ".".join(name.split(".")[:3])


def _odd_clock(patient: Patient) -> Sign | None:
    began, ended, received = (
        patient.report.started_at,
        patient.report.ended_at,
        patient.received_at,
    )
    if began is None or ended is None:
        return None
    if ended < began:
        return Sign(f"The run ends {began - ended:,.0f} s before it begins.")
    if ended - began > LONGEST_RUN_S:
        return Sign(f"The run lasts {(ended - began) / 86400:,.0f} days.")
    if received is not None and ended - received > CLOCK_AHEAD_S:
        return Sign(f"The run ends {(ended - received) / 3600:,.1f} h after it was received.")
    return None


def _too_old(patient: Patient) -> Sign | None:
    ended, received = patient.report.ended_at, patient.received_at
    if ended is None or received is None or received - ended <= OLDEST_S:
        return None
    return Sign(f"The run ended {(received - ended) / 86400:,.0f} days before it was received.")


EMPTY_LIST = Rule(
    "result-list-empty",
    "The list of results is empty",
    _no_entries,
    "The old refstack-client reads subunit version 1 only, and finds nothing in the version 2 that "
    "today's stestr prints. Upload the stream itself, not through that client.",
    "stestr last --subunit > run.subunit && hallmark upload run.subunit",
)

RULES: tuple[Rule, ...] = (
    EMPTY_LIST,
    Rule(
        "stream-cut-off",
        "The run breaks off",
        _cut_off,
        "Let the run end by itself, then upload its whole stream again. A copy made while it still "
        "ran, a full disk or a killed worker cuts it off.",
        "stestr last --subunit > run.subunit",
    ),
    Rule(
        "nothing-passed",
        "No test passed at all",
        _nothing_passed,
        "Tempest did not get into the cloud. Check the identity address and the credentials with "
        "one test before you run all.",
        "tempest run --regex test_tokens",
    ),
    Rule(
        "scope-wrong",
        "The credentials lack a role, or their project is the wrong one",
        _skipped_for(
            r"forbidden|\b403\b|not authorized|unauthorized|\b401\b|disallowed by policy"
            r"|wrong (project|scope)|(?<!cross-)project scope",
            "were turned away",
        ),
        "Give Tempest users of a project with the member role, and scope them to the project. "
        "Dynamic credentials make such users by themselves.",
        "[auth] use_dynamic_credentials = True",
    ),
    Rule(
        "set-up-failed",
        "Whole classes failed before their first test",
        _set_ups_failed,
        "Their set-up makes users, projects and networks. Read the first traceback of your own "
        "log: mostly it is a wrong project, a quota or a missing role.",
        "stestr last",
    ),
    Rule(
        "admin-missing",
        "Tempest has no administrator",
        _skipped_for(
            r"admin[\w ]*(credential|account|user|api)|(credential|account)s?[\w ]*admin"
            r"|requires? admin",
            "were skipped for want of an administrator",
        ),
        "Name an administrator, whose name, password and project stand in the same section.",
        "[auth] admin_username, admin_password, admin_project_name, admin_domain_name",
    ),
    Rule(
        "users-missing",
        "Tempest has too few users",
        _skipped_for(
            r"(?<!admin )(?<!admin api )credentials? (are |is )?(not|un)|\balt(ernate)?[\w ]*"
            r"(credential|account|user)|not enough (credential|account|user)"
            r"|missing (primary|alt)",
            "were skipped for want of a second user",
        ),
        "Let Tempest make its users, or name at least two projects with two users in the file of "
        "accounts.",
        "[auth] use_dynamic_credentials = True",
    ),
    Rule(
        "guest-validation-off",
        "Tempest does not look into its servers",
        _skipped_for(
            r"instance validation|run_validation|\bssh\b.*(disabled|not)", "were skipped for it"
        ),
        "Let Tempest log in to its servers, with an image and a network that allow SSH.",
        "[validation] run_validation = True",
    ),
    Rule(
        "service-off",
        "Services are switched off in Tempest",
        _skipped_for(
            rf"\b({_SERVICES})\b( \w+)?( service)?( is|'s)? not available"
            r"|service (is )?not (available|enabled)",
            "were skipped for a service that Tempest was told is not there",
        ),
        "If the cloud runs the service, say so; tempest-config finds out by itself.",
        "[service_available] <service> = True",
    ),
    Rule(
        "list-wrong",
        "Most tests asked for were not run",
        _another_list,
        "Run the list of the guideline and target that you want. Its page offers it, and this page "
        "offers the tests that are still open.",
        "tempest run --include-list open-tests.txt",
    ),
    Rule(
        "cloud-another",
        "This run is of another cloud",
        _another_cloud,
        "If it is the wrong file, upload the right one. If the cloud was built anew, say so in the "
        "note when you hand it in: a person looks at it.",
    ),
    Rule(
        "clock-odd",
        "The clock of the test machine is wrong",
        _odd_clock,
        "Set the clock by NTP and run again: times that cannot be right bring the run to a person.",
        "timedatectl set-ntp true",
    ),
    Rule(
        "run-old",
        "The run is too old to be certified",
        _too_old,
        "Evidence of more than 90 days is judged and never certified. Run again.",
    ),
)
