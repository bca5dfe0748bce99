"""A run was judged, or could not be: whoever uploaded it is told."""

from __future__ import annotations

from collections.abc import Sequence

from certification.models import Guideline, Run
from certification.queries import TargetVerdict, verdicts_of
from marketplace.catalogue.models import AuditEvent
from marketplace.catalogue.policy import Permission
from marketplace.notices.people import occasion_of, staff
from marketplace.notices.telling import Telling
from marketplace.notices.topics import Topic


def verified(event: AuditEvent) -> Sequence[Telling]:
    if event.facts.get("anonymous"):
        return ()  # as most are: then nothing need be asked
    run = _run(event)
    if run is None or run.uploaded_by is None:
        return ()
    lines = [line for line in verdicts_of(run) if line.guideline.state == Guideline.State.APPROVED]
    passed = [line for line in lines if line.verdict == "passed"]
    if passed:
        return [_passes(event, run, passed, _nearest(lines))]
    return [_short(event, run, _nearest(lines))]


def unreadable(event: AuditEvent) -> Sequence[Telling]:
    run = _run(event)
    if run is None or run.uploaded_by is None:
        return ()
    said = [f"{_name(run)} could not be read: {run.fault_text}"]
    said.append("Its page says where the fault is. Nothing of it was judged.")
    return [_telling(event, run, Topic.RUN_UNREADABLE, "Your run cannot be read", said)]


def set_aside(event: AuditEvent) -> Sequence[Telling]:
    """A person of the foundation looks at it: they are told too (trust.md R5)."""
    run = _run(event)
    if run is None:
        return ()
    subject = f"Run {run.short_id} was set aside"
    said = [run.fault_text]
    to_staff = Telling(
        topic=Topic.FOR_STAFF,
        occasion=occasion_of(event),
        subject=subject,
        lines=said,
        path=run.get_absolute_url(),
        people=staff(Permission.REVIEW, not_of=run.vendor),
    )
    if run.uploaded_by is None:
        return [to_staff]
    return [_telling(event, run, Topic.RUN_UNREADABLE, subject, said), to_staff]


def _passes(
    event: AuditEvent, run: Run, passed: list[TargetVerdict], nearest: TargetVerdict | None
) -> Telling:
    names = [_aim(line) for line in passed]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    said = [f"{_name(run)} passes {', '.join(names)}."]
    if nearest is not None and nearest.short:
        said.append(f"It is {_tests(nearest.short)} short of {_aim(nearest)}.")
    said.append("To have a release certified, tie the run to it and submit.")
    return _telling(event, run, Topic.RUN_VERIFIED, f"Your run passes {names[0]}{more}", said)


def _short(event: AuditEvent, run: Run, nearest: TargetVerdict | None) -> Telling:
    if nearest is None:
        subject = "Your run is judged, but no guideline in force fits it"
        said = [f"{_name(run)} holds no test that a guideline in force asks for."]
    elif nearest.short:
        subject = f"Your run is {_tests(nearest.short)} short of {_aim(nearest)}"
        said = [
            f"{_name(run)}: of {_tests(nearest.total)} that {_aim(nearest)} asks for, "
            f"{nearest.passed} passed, {nearest.failed} failed, {nearest.skipped} were skipped "
            f"and {nearest.missing} are missing.",
            "The page of the run names each of them, with the commands that run them again.",
        ]
    else:
        subject = f"Your run does not reach {_aim(nearest)}"
        said = [f"{_name(run)} is judged. Its page says what is in the way."]
    return _telling(event, run, Topic.TESTS_MISSING, subject, said, nearest)


def _telling(  # noqa: PLR0913, PLR0917 - one argument for each part of what is said
    event: AuditEvent,
    run: Run,
    topic: Topic,
    subject: str,
    said: list[str],
    nearest: TargetVerdict | None = None,
) -> Telling:
    facts: dict[str, object] = {"run": str(run.pk), "state": run.state}
    if nearest is not None:
        facts |= {
            "guideline": nearest.guideline.document_id,
            "target": nearest.target,
            "tests_short": nearest.short,
        }
    return Telling(
        topic=topic,
        occasion=occasion_of(event),
        subject=subject,
        lines=said,
        path=run.get_absolute_url(),
        people=[run.uploaded_by] if run.uploaded_by else [],
        vendor=run.vendor,
        facts=facts,
    )


def _nearest(lines: list[TargetVerdict]) -> TargetVerdict | None:
    """Of those not passed, the one with the fewest tests to go; one that proves nothing of a
    target is no attempt at it."""
    tried = [line for line in lines if line.verdict == "failed" and line.passed]
    failed = tried or [line for line in lines if line.verdict == "failed"]
    return min(failed, key=lambda line: line.short, default=None)


def _run(event: AuditEvent) -> Run | None:
    """None for one that was deleted since."""
    return Run.objects.select_related("uploaded_by", "vendor").filter(pk=event.object_id).first()


def _name(run: Run) -> str:
    return f"Run {run.short_id}" + (f" ({run.file_name})" if run.file_name else "")


def _aim(line: TargetVerdict) -> str:
    return f"{line.title} {line.guideline.version}"


def _tests(count: int) -> str:
    return f"{count:,} test{'' if count == 1 else 's'}"
