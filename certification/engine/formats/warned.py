"""What a reader of a subunit report should know that changes no state."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from certification.engine.formats.naming import Identity
from certification.engine.report import Fixture, ReportWarning, TestState

_NAMED = 5


def warnings_about(
    differing: Collection[Identity], unended: Collection[Identity], fixtures: Iterable[Fixture]
) -> tuple[ReportWarning, ...]:
    """At most one warning per code, naming up to five tests.

    Codes: `repeated-differently`, `never-ended`, `teardown-failed`.
    """
    torn_down = [
        f"{fixture.kind} ({fixture.scope})"
        for fixture in fixtures
        if fixture.kind.startswith("tearDown") and fixture.state is TestState.FAILED
    ]
    found = (
        (
            "repeated-differently",
            "Tests ran more than once with different results; the worst counts",
            [name for name, _ in differing],
        ),
        (
            "never-ended",
            "Tests began and never ended; they count as failed and the run looks incomplete",
            [name for name, _ in unended],
        ),
        ("teardown-failed", "Cleaning up failed; something may be left in the cloud", torn_down),
    )
    return tuple(
        ReportWarning(code, f"{sentence} ({len(names)}): {_listed(names)}")
        for code, sentence, names in found
        if names
    )


def _listed(names: list[str]) -> str:
    shown = ", ".join(sorted(names)[:_NAMED])
    return f"{shown}, ..." if len(names) > _NAMED else shown
