"""The mistakes that the doctor knows, the gravest first."""

from __future__ import annotations

from certification.engine.doctor.looks import (
    another_cloud,
    another_list,
    cut_off,
    no_entries,
    nothing_passed,
    odd_clock,
    set_ups_failed,
    skipped_for,
    too_old,
)
from certification.engine.doctor.model import Finding, Patient, Rule, Sign

SERVICES = (
    "aodh|barbican|cinder|cyborg|designate|glance|gnocchi|heat|horizon|ironic|keystone|magnum|"
    "manila|masakari|mistral|neutron|nova|octavia|placement|sahara|swift|trove|volume|"
    "object.storage|network(?:ing)?|compute|image"
)

EMPTY_LIST = Rule(
    "result-list-empty",
    "The list of results is empty",
    no_entries,
    "The old refstack-client reads subunit version 1 only, and finds nothing in the version 2 that "
    "today's stestr prints. Upload the stream itself, not through that client.",
    "stestr last --subunit > run.subunit && hallmark upload run.subunit",
)

RULES: tuple[Rule, ...] = (
    EMPTY_LIST,
    Rule(
        "stream-cut-off",
        "The run breaks off",
        cut_off,
        "Let the run end by itself, then upload its whole stream again. A copy made while it still "
        "ran, a full disk or a killed worker cuts it off.",
        "stestr last --subunit > run.subunit",
    ),
    Rule(
        "nothing-passed",
        "No test passed at all",
        nothing_passed,
        "Tempest did not get into the cloud. Check the identity address and the credentials with "
        "one test before you run all.",
        "tempest run --regex test_tokens",
    ),
    Rule(
        "scope-wrong",
        "The credentials lack a role, or their project is the wrong one",
        skipped_for(
            r"forbidden|\b403\b|not authorized|unauthorized|\b401\b|disallowed by policy"
            r"|wrong (project|scope)|(?<!cross-)project scope",
            "turned away",
        ),
        "Give Tempest users of a project with the member role, and scope them to the project. "
        "Dynamic credentials make such users by themselves.",
        "[auth] use_dynamic_credentials = True",
    ),
    Rule(
        "set-up-failed",
        "Whole classes failed before their first test",
        set_ups_failed,
        "Their set-up makes users, projects and networks. Read the first traceback of your own "
        "log: mostly it is a wrong project, a quota or a missing role.",
        "stestr last",
    ),
    Rule(
        "admin-missing",
        "Tempest has no administrator",
        skipped_for(
            r"admin[\w ]*(credential|account|user|api)|(credential|account)s?[\w ]*admin"
            r"|requires? admin",
            "skipped for want of an administrator",
        ),
        "Name an administrator, whose name, password and project stand in the same section.",
        "[auth] admin_username, admin_password, admin_project_name, admin_domain_name",
    ),
    Rule(
        "users-missing",
        "Tempest has too few users",
        skipped_for(
            r"(?<!admin )(?<!admin api )credentials? (are |is )?(not|un)|\balt(ernate)?[\w ]*"
            r"(credential|account|user)|not enough (credential|account|user)"
            r"|missing (primary|alt)",
            "skipped for want of a second user",
        ),
        "Let Tempest make its users, or name at least two projects with two users in the file of "
        "accounts.",
        "[auth] use_dynamic_credentials = True",
    ),
    Rule(
        "guest-validation-off",
        "Tempest does not look into its servers",
        skipped_for(
            r"instance validation|run_validation|\bssh\b.*(disabled|not)", "skipped for it"
        ),
        "Let Tempest log in to its servers, with an image and a network that allow SSH.",
        "[validation] run_validation = True",
    ),
    Rule(
        "service-off",
        "Services are switched off in Tempest",
        skipped_for(
            rf"\b({SERVICES})\b( \w+)?( service)?( is|'s)? not available"
            r"|service (is )?not (available|enabled)",
            "skipped for a service that Tempest was told is not there",
        ),
        "If the cloud runs the service, say so; tempest-config finds out by itself.",
        "[service_available] <service> = True",
    ),
    Rule(
        "list-wrong",
        "Most tests asked for were not run",
        another_list,
        "Run the list of the guideline and target that you want. Its page offers it, and this page "
        "offers the tests that are still open.",
        "tempest run --include-list open-tests.txt",
    ),
    Rule(
        "cloud-another",
        "This run is of another cloud",
        another_cloud,
        "If it is the wrong file, upload the right one. If the cloud was built anew, say so in the "
        "note when you hand it in: a person looks at it.",
    ),
    Rule(
        "clock-odd",
        "The clock of the test machine is wrong",
        odd_clock,
        "Set the clock by NTP and run again: times that cannot be right bring the run to a person.",
        "timedatectl set-ntp true",
    ),
    Rule(
        "run-old",
        "The run is too old to be certified",
        too_old,
        "Evidence of more than 90 days is judged and never certified. Run again.",
    ),
)


def examine(patient: Patient) -> tuple[Finding, ...]:
    """What looks wrong, the gravest first; empty where nothing does."""
    return tuple(found for rule in RULES if (found := rule.on(patient)) is not None)


def _never(_patient: Patient) -> None:
    """Of mistakes that leave nothing to examine: only the code of the refusal shows them."""


_NO_RUN = Rule(
    "archive-without-run",
    "The archive holds no run of stestr",
    _never,
    "Pack the whole folder after a run has ended: it holds a file named by a number for each run, "
    "and next-stream beside them. Or send the stream alone.",
    "tar czf run.tgz .stestr",
)
_SEVERAL_FOLDERS = Rule(
    "archive-of-several",
    "The archive holds runs of several folders",
    _never,
    "Pack one .stestr folder an upload. Several runs of one release are joined afterwards, on the "
    "page of the release.",
    "tar czf run.tgz .stestr",
)
_ZIP = Rule(
    "zip-of-results",
    "A zip of results is not read",
    _never,
    "The only zip that counts is the bundle that the test kit writes. Unpack it and send the "
    "results themselves: packed with gzip, xz or zstd, or a .stestr folder as tar.",
    "tar czf run.tgz .stestr",
)
_PACKED_TWICE = Rule(
    "packed-twice",
    "The file is packed twice",
    _never,
    "Unpack it once and send what comes out.",
    "gunzip run.subunit.gz.gz",
)
_NO_RESULTS = Rule(
    "file-without-results",
    "The file is no list of results",
    _never,
    "A log, a page or a table of your own cannot be judged. Send what the test runner wrote: the "
    "subunit stream, its JUnit XML or its TAP.",
    "stestr last --subunit > run.subunit",
)

_REFUSALS: dict[str, tuple[Rule, str]] = {
    "evidence-no-passing-test": (EMPTY_LIST, "The upload names no passing test."),
    "evidence-no-result": (EMPTY_LIST, "The stream ends well and holds no test result."),
    "evidence-empty": (EMPTY_LIST, "The file holds no byte."),
    "stestr-no-run": (_NO_RUN, "It is a tar archive without a run in it."),
    "stestr-several": (_SEVERAL_FOLDERS, "Nobody can tell which of the runs is meant."),
    "bundle-file": (_ZIP, "It is a zip with files that no bundle of the test kit has."),
    "evidence-packed-twice": (_PACKED_TWICE, "What comes out of the packing is packed again."),
    "evidence-format-unknown": (_NO_RESULTS, "Its first bytes begin none of the formats we read."),
}


def examine_refusal(code: str) -> Finding | None:
    """Of evidence that could not be read: the mistake behind the stable code of its fault."""
    if code not in _REFUSALS:
        return None
    rule, said = _REFUSALS[code]
    return rule.finding(Sign(said))
