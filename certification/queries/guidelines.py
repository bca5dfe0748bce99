"""Guidelines as readers look for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When, Window

from certification.engine.guideline.finding import Finding
from certification.engine.guideline.lint import lint
from certification.guidelines import shipped_inventories
from certification.judging import written_guideline
from certification.models import Guideline

State = Guideline.State
_DIGEST = re.compile(r"[0-9a-f]{64}")
#: What parsing lets pass as an id; the database would choke on some of the rest.
_NAME = re.compile(r"[\w.-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class GuidelineShelves:
    """`history` holds what was superseded, retired, or imported and never announced."""

    in_force: list[Guideline]
    announced: list[Guideline]
    history: list[Guideline]


def every_guideline() -> QuerySet[Guideline]:
    """Newest first, in force before others of the same version; the documents stay unread. `texts`
    counts the documents that share the id."""
    first = Case(
        When(state=State.APPROVED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return (
        Guideline.objects.defer("document")
        .annotate(texts=Window(Count("pk"), partition_by="document_id"))
        .order_by("-version", "add_on", first, "-imported_at", "-pk")
    )


def guideline_shelves() -> GuidelineShelves:
    shelves = GuidelineShelves([], [], [])
    for guideline in every_guideline():
        if guideline.state == State.APPROVED:
            shelves.in_force.append(guideline)
        elif guideline.state == State.DRAFT and guideline.announced:
            shelves.announced.append(guideline)
        else:
            shelves.history.append(guideline)
    return shelves


def find_guideline(name: str, digest: str = "") -> Guideline:
    """By document id: the one in force, else the newest; `digest` asks for one text of that id.

    Raises Guideline.DoesNotExist.
    """
    if not _NAME.fullmatch(name):
        raise Guideline.DoesNotExist("A guideline's name has letters, digits, dots and hyphens.")
    of_that_id = Guideline.objects.filter(document_id=name)
    if digest:
        return of_that_id.get(digest=digest if _DIGEST.fullmatch(digest) else "")
    in_force = of_that_id.filter(state=State.APPROVED).first()
    found = in_force or of_that_id.newest_first().first()
    if found is None:
        raise Guideline.DoesNotExist(f"No guideline is called {name[:80]!r}.")
    return found


def other_texts(guideline: Guideline) -> QuerySet[Guideline]:
    """Other documents under the same id: drafts, corrections, former texts."""
    return every_guideline().filter(document_id=guideline.document_id).exclude(pk=guideline.pk)


@lru_cache(maxsize=64)
def _findings(digest: str) -> tuple[Finding, ...]:
    guideline = Guideline.objects.defer("document").get(digest=digest)
    return lint(written_guideline(guideline), shipped_inventories())


def lint_findings(guideline: Guideline) -> tuple[Finding, ...]:
    return _findings(guideline.digest)
