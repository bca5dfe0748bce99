"""What a subunit stream proves, test by test, while it is read; both forms of subunit fill it."""

from __future__ import annotations

import re

from certification.engine.formats.limits import Limits, StreamFault
from certification.engine.formats.naming import (
    Identity,
    NameRefused,
    check_id,
    check_name,
    has_control,
    identity,
)
from certification.engine.formats.warned import warnings_about
from certification.engine.report import (
    SEVERITY,
    Damage,
    Entry,
    EvidenceFormat,
    EvidenceUnreadable,
    Fixture,
    Report,
    TestState,
)
from certification.engine.scrubbing import kept_reason

#: How much of a skip's reason is held while its packets arrive, in bytes. More than is kept in the
#: end, because secrets are looked for before the text is shortened.
REASON_BYTES = 768
#: A run of Tempest has fewer than 1,600 tests; taking secrets out costs time.
_MOST_REASONS = 4_000

#: What nearly every id of Tempest looks like. It needs no further look: nothing in it is forbidden.
_PLAIN_ID = re.compile(rb"([A-Za-z0-9_.]{1,512})\[id-([0-9a-f-]{1,36})(?:,[A-Za-z0-9_,-]*)?\]")
_LONGEST_PLAIN_ID = 640
_FIXTURE = re.compile(r"((?:setUp|tearDown)(?:Class|Module)) \((.+)\)")
_WORKER = re.compile(rb"worker-[0-9]{1,6}")
_MOST_WORKERS = 10_000


#: How one test ended: state, reason, start, end. Times are seconds since the epoch, UTC.
Outcome = tuple[TestState, str, float | None, float | None]


#: Plain ids that were read, from run to run: all runs draw on the same few thousand names.
_remembered: dict[bytes, Identity] = {}
_MOST_REMEMBERED = 8192


def _plain_identity(raw_id: bytes) -> Identity | None:
    """The identity of a plain id, from now on remembered; None for any other id."""
    plain = _PLAIN_ID.fullmatch(raw_id) if len(raw_id) <= _LONGEST_PLAIN_ID else None
    if plain is None:
        return None
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    found = _remembered[raw_id] = (plain[1].decode(), plain[2].decode())
    return found


class Ledger:
    """Folds outcomes to one per (name, idempotent id): the worst state counts (trust.md S5)."""

    def __init__(self, limits: Limits) -> None:
        self.events = 0
        self._steps = 0
        self._noise_bytes = 0
        self._reasons = 0
        self._tags = 0
        self._ids_bytes = 0
        self.identities: dict[bytes, Identity] = {}
        self._limits = limits
        self.outcomes: dict[Identity, Outcome] = {}
        self._differing: set[Identity] = set()
        self._unended: set[Identity] = set()
        self._workers: set[bytes] = set()

    def step(self) -> None:
        """Count a step of the parser. Raise `StreamFault` if there were too many."""
        self._steps += 1
        if self._steps > self._limits.events:
            raise StreamFault(f"more than {self._limits.events} packets, lines or chunks")

    def pass_over(self, size_bytes: int) -> None:
        """Count text that is no part of the protocol. Raise `StreamFault` if there is too much."""
        self._noise_bytes += size_bytes
        excess = self._noise_bytes - self._limits.noise_bytes
        if excess > 0:
            raise StreamFault(
                f"more than {self._limits.noise_bytes} bytes of other text", size_bytes - excess
            )

    def identify(self, raw_id: bytes) -> Identity:
        """The identity of a test id, remembered. Raise `StreamFault` if it may not be stored."""
        if len(self.identities) >= self._limits.tests:
            raise StreamFault(f"more than {self._limits.tests} tests")
        self._ids_bytes += len(raw_id)
        if self._ids_bytes > self._limits.ids_bytes:
            raise StreamFault(f"more than {self._limits.ids_bytes} bytes of test ids")
        found = _remembered.get(raw_id) or _plain_identity(raw_id)
        if found is None or len(found[0]) > self._limits.name_chars:
            found = self._identify_slowly(raw_id)
        self.identities[raw_id] = found
        return found

    def _identify_slowly(self, raw_id: bytes) -> Identity:
        try:
            test_id = raw_id.decode()
            if has_control(test_id):
                raise NameRefused("a control character in a test id")
            found = identity(test_id)
            check_name(found[0], self._limits)
            check_id(found[1], self._limits)
        except UnicodeDecodeError:
            raise StreamFault("a test id that is not UTF-8") from None
        except NameRefused as refusal:
            raise StreamFault(str(refusal)) from None
        return found

    def record(
        self,
        test: Identity,
        state: TestState,
        started_at: float | None,
        ended_at: float | None,
        reason: bytes = b"",
    ) -> None:
        """Note that a test ended. `reason` is the text of the attachment of that name."""
        outcome = (state, "", started_at, ended_at)
        held = self.outcomes.setdefault(test, outcome)
        if held is not outcome:
            if held[0] is state:
                return
            self._differing.add(test)
            if SEVERITY[state] < SEVERITY[held[0]]:
                return
            self.outcomes[test] = outcome
        if reason and state is TestState.SKIPPED and self._reasons < _MOST_REASONS:
            words = kept_reason(reason[:REASON_BYTES], cut=len(reason) > REASON_BYTES)
            self._reasons += 1
            self.outcomes[test] = (state, words, started_at, ended_at)

    def never_ended(self, test: Identity, started_at: float | None) -> None:
        """Note a test that began and has no end: failed, and the run looks incomplete."""
        self._unended.add(test)
        self.record(test, TestState.FAILED, started_at, None)

    def count_tags(self, count: int) -> None:
        """Count tags, each time that they are given. Raise `StreamFault` if there were too many."""
        self._tags += count
        if self._tags > self._limits.events:
            raise StreamFault(f"more than {self._limits.events} tags")

    def saw_tag(self, tag: bytes) -> None:
        if len(self._workers) < _MOST_WORKERS and _WORKER.fullmatch(tag):
            self._workers.add(tag)

    def report(self, form: EvidenceFormat, size_bytes: int, damage: Damage | None) -> Report:
        """The parsed run. `size_bytes` is what was read of the inflated evidence.

        Raise `EvidenceUnreadable` if no test was seen at all.
        """
        if not self.outcomes:
            raise _nothing_proven(damage)
        entries: list[Entry] = []
        fixtures: dict[tuple[str, str], Fixture] = {}
        for (name, idempotent_id), outcome in sorted(self.outcomes.items()):
            fixture = _FIXTURE.fullmatch(name) if name[-1] == ")" else None
            if fixture:
                _fold_fixture(fixtures, fixture[1], fixture[2], outcome)
            else:
                entries.append(Entry(name, idempotent_id, *outcome))
        kept = tuple(fixtures[key] for key in sorted(fixtures))
        started = [o[2] for o in self.outcomes.values() if o[2] is not None]
        ended = [o[3] for o in self.outcomes.values() if o[3] is not None]
        return Report(
            format=form,
            entries=tuple(entries),
            fixtures=kept,
            looks_incomplete=bool(self._unended),
            damage=damage,
            warnings=warnings_about(self._differing, self._unended, kept),
            started_at=min(started + ended, default=None),
            ended_at=max(started + ended, default=None),
            events=self.events,
            workers=len(self._workers),
            inflated_bytes=damage.offset if damage else size_bytes,
        )


def _fold_fixture(
    fixtures: dict[tuple[str, str], Fixture], kind: str, scope: str, outcome: Outcome
) -> None:
    held = fixtures.get((scope, kind))
    if held is None or SEVERITY[outcome[0]] > SEVERITY[held.state]:
        fixtures[scope, kind] = Fixture(scope, kind, outcome[0], outcome[1])


def _nothing_proven(damage: Damage | None) -> EvidenceUnreadable:
    if damage is None:
        return EvidenceUnreadable(
            "evidence-no-result",
            "The stream is whole but holds no test result. Upload the stream of a run, "
            "not a list of tests.",
        )
    return EvidenceUnreadable(
        "evidence-damaged",
        f"Nothing could be read before byte {damage.offset}: {damage.reason}. "
        "Upload the file again as the test runner wrote it.",
        place=f"byte {damage.offset}",
    )
