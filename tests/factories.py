"""What tests start from, made through the same operations that people trigger."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from certification import queue, tasks
from certification.lanes import Lane
from certification.models import Guideline, QueueEntry, Run
from certification.operations.guidelines import (
    Document,
    Imported,
    announce_draft,
    approve_guideline,
    import_guidelines,
)
from certification.operations.intake import receive_run
from marketplace.catalogue import audit
from marketplace.catalogue.models import AuditEvent, Membership, User, Vendor
from marketplace.site.demo.guidelines import load_guidelines

RUNS = Path(__file__).parent / "data" / "runs"
#: The published interop guidelines, where they lie beside the project.
PUBLISHED = Path(__file__).parents[2] / "shared" / "data" / "guidelines"
LIMIT = 8 * 1024 * 1024
_numbers = itertools.count(1)


def person(name: str = "Ann", *, staff_role: str = "", active: bool = True) -> User:
    """Somebody with an address of their own and no password."""
    email = f"{name.lower()}-{next(_numbers)}@people.example"
    return User.objects.create_user(
        email, email, display_name=name, staff_role=staff_role, is_active=active
    )


def two_admins() -> list[User]:
    return [person("Maren", staff_role="admin"), person("Jun", staff_role="admin")]


def vendor(name: str = "Kelp", **members: User) -> Vendor:
    """`vendor("Kelp", owner=ann, viewer=bob)`: a vendor with one member for each role named."""
    number = next(_numbers)
    made = Vendor.objects.create(slug=f"{name.lower()}-{number}", name=f"{name} {number}")
    for role, user in members.items():
        join(made, user, role)
    return made


def join(to: Vendor, user: User, role: str) -> Membership:
    return Membership.objects.create(vendor=to, user=user, role=role)


def real_run(name: str) -> bytes:
    """`guideline-2020.06-parallel3.v2`: a genuine Tempest run, gzipped."""
    return (RUNS / f"{name}.gz").read_bytes()


def subunit(**states: str) -> bytes:
    """Subunit 1: `subunit(a="success", b="failure")` is about `demo.Tests.a` and `demo.Tests.b`."""
    tests = {f"demo.Tests.{name}[id-{name}]": end for name, end in states.items()}
    return "".join(f"test: {test}\n{end}: {test}\n" for test, end in tests.items()).encode()


def refstack_json(*tests: str, cpid: str = "cloud-1") -> bytes:
    results = [{"name": f"demo.Tests.{name}", "uuid": f"id-{name}"} for name in tests]
    return json.dumps({"cpid": cpid, "duration_seconds": 9, "results": results}).encode()


def new_evidence() -> bytes:
    """Readable evidence that nobody has sent before: one passed test."""
    return subunit(**{f"t{next(_numbers)}": "success"})


def upload(raw: bytes | None = None, *, by: User | None = None, via: Run.Via = Run.Via.PAGE) -> Run:
    """A received run; its judging waits in the queue."""
    chunks = [new_evidence() if raw is None else raw]
    return receive_run(chunks=chunks, limit=LIMIT, via=via, by=by).run


def judged(raw: bytes | None = None, *, by: User | None = None) -> Run:
    """A run with all that waits in the queue done."""
    run = upload(raw, by=by)
    work_off()
    run.refresh_from_db()
    return run


def entry_of(run: Run) -> QueueEntry:
    return QueueEntry.objects.get(kind=QueueEntry.Kind.VERIFY_RUN, subject=str(run.pk))


def work_off() -> int:
    """Do what is due as a worker does, until nothing is; gives how many entries were begun."""
    begun = 0
    while entries := [
        *queue.lease_due(limit=10, seconds=30),
        *queue.lease_due(limit=10, seconds=30, lane=Lane.SENDING),
    ]:
        for entry_id in entries:
            tasks.work(entry_id=entry_id)
        begun += len(entries)
    return begun


def hurry(entry: QueueEntry) -> None:
    """As if the time that a broken off entry waits were over."""
    QueueEntry.objects.filter(pk=entry.pk).update(due_at=entry.created_at, leased_until=None)


def powered() -> Guideline:
    """The shipped 2026.11 in force, and 2027.05 announced."""
    return load_guidelines(admins=two_admins())[0]


def document(guideline_id: str = "2031.06", *tests: str, **changes: Any) -> bytes:
    """A guideline of schema 2.0 whose one target `compute` needs `demo.Tests.<test>` of each."""
    body = {
        "metadata": {
            "id": guideline_id,
            "schema": "2.0",
            "source": "here",
            "os_trademark_approval": {"status": "draft", "releases": ["gazpacho"]},
        },
        "platforms": {"Demo Powered Compute": {"components": [{"name": "demo_compute"}]}},
        "components": {
            "demo_compute": {
                "capabilities": {
                    "required": ["demo-ability"],
                    "advisory": [],
                    "deprecated": [],
                    "removed": [],
                }
            }
        },
        "capabilities": {
            "demo-ability": {
                "description": "What the demo can do.",
                "project": "demo",
                "tests": {
                    f"demo.Tests.{name}": {"idempotent_id": f"id-{name}"} for name in tests or "a"
                },
            }
        },
    }
    return json.dumps(body | changes).encode()


def imported(raw: bytes, name: str = "demo.json") -> Imported:
    [one], _ = import_guidelines(documents=[Document(name, raw, "tests")], actor=audit.SYSTEM)
    return one


def draft(guideline_id: str = "2031.06", *tests: str) -> Guideline:
    return imported(document(guideline_id, *tests)).guideline


def announced(guideline_id: str = "2031.06", *tests: str) -> Guideline:
    return announce_draft(guideline=draft(guideline_id, *tests), by=two_admins()[0])


def in_force(guideline_id: str = "2031.06", *tests: str) -> Guideline:
    return approved_by_two(draft(guideline_id, *tests))


def approved_by_two(guideline: Guideline) -> Guideline:
    for admin in two_admins():
        guideline = approve_guideline(guideline=guideline, by=admin, reason="It is ripe.")
    return guideline


def verbs(about: Run | Guideline | QueueEntry) -> list[str]:
    """What the audit trail says was done to it, oldest first."""
    events = AuditEvent.objects.filter(
        object_type=about._meta.model_name, object_id=str(about.pk)
    ).order_by("pk")
    return list(events.values_list("verb", flat=True))


def evidence_files(folder: Path) -> Iterator[Path]:
    """Every file under the evidence store, spools included."""
    return (place for place in folder.rglob("*") if place.is_file())
