"""The steps of a run as a reader sees them."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext, ngettext

from certification.models import Run
from certification.queries import TargetVerdict


@dataclass(frozen=True, slots=True)
class Step:
    """`state` is done, now, ahead or stopped."""

    name: str
    note: str
    state: str


def progress_of(run: Run, verdicts: list[TargetVerdict]) -> list[Step]:
    return [
        Step(gettext("Received"), f"{run.received_at:%H:%M:%S} UTC", "done"),
        Step(gettext("Stored"), gettext("{run}, by its SHA-256").format(run=_size(run)), "done"),
        Step(gettext("Signature"), _signature(run), "done"),
        Step(gettext("Read"), _read(run), _state(run, "now")),
        Step(gettext("Judged"), _judged(run, verdicts), _state(run, "ahead")),
    ]


def _size(run: Run) -> str:
    return filesizeformat(run.evidence_bytes).replace("\xa0", " ")


def _signature(run: Run) -> str:
    key = run.signed_with
    if key is None:
        return gettext("none")
    algorithm = "Ed25519" if key.algorithm == "ssh-ed25519" else "RSA"
    return gettext("{algorithm} key {key}").format(
        algorithm=algorithm, key=key.label or key.fingerprint[:8]
    )


def _read(run: Run) -> str:
    if run.state == Run.State.VERIFIED:
        seen, told = run.tests_seen, run.events
        tests = ngettext("{seen:,} test", "{seen:,} tests", seen).format(seen=seen)
        events = ngettext("{told:,} event", "{told:,} events", told).format(told=told)
        return f"{tests}, {events}"
    if run.state in (Run.State.UNREADABLE, Run.State.QUARANTINED):
        return run.get_state_display()
    return gettext("waits for a worker") if run.state == Run.State.RECEIVED else gettext("now")


def _judged(run: Run, verdicts: list[TargetVerdict]) -> str:
    if run.state != Run.State.VERIFIED:
        return gettext("not yet") if not run.is_settled else gettext("no verdict")
    guidelines = len({line.guideline.pk for line in verdicts})
    return ngettext(
        "{targets} targets, {n} guideline", "{targets} targets, {n} guidelines", guidelines
    ).format(targets=len(verdicts), n=guidelines)


def _state(run: Run, meanwhile: str) -> str:
    """`meanwhile` is the state of the step while the run is not settled."""
    if run.state == Run.State.VERIFIED:
        return "done"
    return "stopped" if run.is_settled else meanwhile
