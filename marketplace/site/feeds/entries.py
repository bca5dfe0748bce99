"""The entries of a feed: what happened, in words, with ids that never change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from certification.models import Guideline, Run
from certification.queries import StandingCertificate, Turn
from certification.queries.certificates import changed_at, every_certificate, stand
from marketplace.site.certificate_wording import certificate_sentence, what_is_certified
from marketplace.site.feeds.happenings import Happening, Kind

#: Every id of a guideline's entry and of a feed is made from its name within this space.
SPACE = UUID("5f0c1a52-6d0b-5c1e-9a53-0f6f2f0c7a11")
#: What XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TURN_WORDS = {
    Turn.ISSUED: "Certificate issued",
    Turn.SUSPENDED: "Certificate suspended",
    Turn.REINSTATED: "Certificate reinstated",
    Turn.EXPIRED: "Certificate expired",
    Turn.SUPERSEDED: "Certificate superseded",
    Turn.REVOKED: "Certificate revoked",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """`path` is the address on this host. `updated_at` is later than `at` where what the entry says
    of the present changed since. `kind` is a word for filters."""

    id: str
    at: datetime
    updated_at: datetime
    kind: str
    title: str
    summary: str
    path: str


def urn(space: UUID, name: str) -> str:
    return uuid5(space, name).urn


def plain(text: str) -> str:
    """Without what XML cannot hold: names are the vendors'."""
    return _NOT_XML.sub("", text)


def entries_of(happened: Sequence[Happening]) -> list[Entry]:
    """In the same order; each kind of row is read at once."""
    certificates = _certificates(_keys(happened, Turn))
    guidelines = {str(g.pk): g for g in _guidelines(_keys(happened, Kind))}
    runs = {str(run.pk): run for run in _runs(happened)}
    found = []
    for one in happened:
        if isinstance(one.kind, Turn):
            found.append(_of_certificate(one, one.kind, certificates[one.key]))
        elif one.kind is Kind.RUN:
            # An anonymous run may be deleted between the two readings.
            found += [_of_run(one, runs[one.key])] if one.key in runs else []
        else:
            found.append(_of_guideline(one, guidelines[one.key]))
    return found


def _keys(happened: Iterable[Happening], kind: type[Turn] | type[Kind]) -> list[str]:
    return [one.key for one in happened if isinstance(one.kind, kind) and one.kind is not Kind.RUN]


def _certificates(keys: list[str]) -> dict[str, StandingCertificate]:
    found = stand(every_certificate().filter(pk__in=keys))
    return {str(one.certificate.pk): one for one in found}


def _guidelines(keys: list[str]) -> Iterable[Guideline]:
    return Guideline.objects.defer("document").filter(pk__in=keys)


def _runs(happened: Iterable[Happening]) -> Iterable[Run]:
    keys = [one.key for one in happened if one.kind is Kind.RUN]
    return Run.objects.defer("passed", "failed", "skipped").filter(pk__in=keys)


def _of_certificate(happening: Happening, turn: Turn, one: StandingCertificate) -> Entry:
    """An entry about a certificate that no longer stands says so, and counts as changed."""
    certificate = one.certificate
    release = certificate.release
    begins = turn in (Turn.ISSUED, Turn.REINSTATED)
    over = begins and not one.in_force
    names = f"{release.product.name} {release.version} by {release.product.vendor.name}"
    # It can be suspended and reinstated several times; all else happens once.
    often = turn in (Turn.SUSPENDED, Turn.REINSTATED)
    name = f"{turn.value} {happening.at.isoformat()}" if often else turn.value
    return Entry(
        id=urn(certificate.pk, name),
        at=happening.at,
        updated_at=max(happening.at, changed_at(one)) if over else happening.at,
        kind=turn.value,
        title=plain(f"{_TURN_WORDS[turn]}: {names}, {what_is_certified(one)}"),
        summary=plain(
            f"{certificate.number}, {certificate.assurance}. {certificate_sentence(one, None)}"
        ),
        path=certificate.get_absolute_url(),
    )


def _of_guideline(happening: Happening, guideline: Guideline) -> Entry:
    in_force = happening.kind is Kind.APPROVED
    did = "is in force" if in_force else "is superseded"
    return Entry(
        id=urn(SPACE, f"{happening.kind.value} {guideline.digest}"),
        at=happening.at,
        updated_at=happening.at,
        kind=happening.kind.value,
        title=plain(f"Guideline {guideline.document_id} {did}"),
        summary=f"The document has the SHA-256 {guideline.digest}.",
        path=guideline.get_absolute_url(),
    )


def _of_run(happening: Happening, run: Run) -> Entry:
    return Entry(
        id=urn(run.pk, Kind.RUN.value),
        at=happening.at,
        updated_at=happening.at,
        kind=Kind.RUN.value,
        title=f"Public run {run.short_id} was judged",
        summary=(
            f"{run.tests_passed:,} tests passed, {run.tests_failed:,} failed, "
            f"{run.tests_skipped:,} were skipped. A run is not a certificate."
        ),
        path=run.get_absolute_url(),
    )
