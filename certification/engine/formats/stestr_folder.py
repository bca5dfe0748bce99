"""A `.stestr` folder packed with tar: its latest run, and no other.

stestr keeps run N in the file `N` and the number of the next run in `next-stream`. Which run is
the latest is known at the end of the archive; therefore each run that is later than those before
it is read as it comes, and only the last of them is kept.
"""

from __future__ import annotations

import re
from dataclasses import replace

from certification.engine.formats.limits import Limits, StreamFault
from certification.engine.formats.subunit_v1 import SubunitV1
from certification.engine.formats.subunit_v2 import SIGNATURE, SubunitV2
from certification.engine.formats.tar_members import Begun, Ended, Event, TarMembers
from certification.engine.report import Damage, EvidenceUnreadable, Report

_RUN = re.compile(r"(?:(.*)/)?([0-9]{1,9})")
_KEEPING = "next-stream"
_MOST_NOTED = 3
_HINT = (
    "Pack the whole folder as it stands after the run: `tar czf run.tgz .stestr`. Or upload the "
    "output of `stestr last --subunit`."
)


class StestrFolder:
    """Feed it the inflated archive in pieces of any size, then call `finish`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._members = TarMembers()
        self._damage: Damage | None = None
        self._folders: set[str] = set()
        self._keeping: set[str] = set()
        self._number = -1
        self._offset = 0
        self._scanner: SubunitV1 | SubunitV2 | None = None
        self._reading = False
        self._found: Report | EvidenceUnreadable | None = None

    def feed(self, piece: bytes) -> bool:
        """Read on. False once the archive is damaged: nothing more need be fed."""
        try:
            for event in self._members.feed(piece):
                self._take(event)
        except StreamFault as fault:
            self._damage = Damage(self._members.offset, str(fault))
        return self._damage is None

    def finish(self, size_bytes: int, cut: str = "") -> Report:
        """The report of the latest run; an archive that is not whole may have lost a later one, so
        its report is damaged.

        Raises EvidenceUnreadable: `stestr-no-run`, `stestr-several`, or as the run itself does.
        """
        if self._damage is None and (cut or not self._members.whole):
            self._damage = Damage(size_bytes, cut or "the tar archive ends too early")
        if self._reading:
            self._end_run(cut or "the tar archive ends inside the run")
        self._refuse_what_is_no_folder()
        if isinstance(self._found, EvidenceUnreadable):
            raise self._refused(self._found)
        if self._found is None:
            raise EvidenceUnreadable(
                "stestr-no-run", f"No run could be read in the tar archive. {_HINT}", "byte 0"
            )
        return replace(
            self._found, damage=self._damage_of(self._found), inflated_bytes=self._end(size_bytes)
        )

    def _take(self, event: Event) -> None:
        if isinstance(event, bytes):
            if self._reading:
                self._feed_run(event)
        elif isinstance(event, Begun):
            self._begin(event)
        elif isinstance(event, Ended) and self._reading:
            self._end_run()

    def _begin(self, begun: Begun) -> None:
        folder, _, name = begun.member.path.rpartition("/")
        if name == _KEEPING:
            _note(folder, self._keeping)
        run = _RUN.fullmatch(begun.member.path)
        if run is None:
            return
        _note(run[1] or "", self._folders)
        number = int(run[2])
        if number >= self._number:
            self._number, self._offset = number, begun.offset
            self._reading, self._scanner, self._found = True, None, None

    def _feed_run(self, piece: bytes) -> None:
        if self._scanner is None:
            binary = piece[0] == SIGNATURE
            self._scanner = SubunitV2(self._limits) if binary else SubunitV1(self._limits)
        # Once damaged it takes no more, and says so at its end.
        self._reading = self._scanner.feed(piece)
        if not self._reading:
            self._end_run()

    def _end_run(self, cut: str = "") -> None:
        self._reading = False
        size_bytes = self._members.offset - self._offset
        try:
            if self._scanner is None:
                raise EvidenceUnreadable("evidence-empty", "The run is empty.", "byte 0")
            self._found = self._scanner.finish(size_bytes, cut)
        except EvidenceUnreadable as refused:
            self._found = refused
        self._scanner = None

    def _refuse_what_is_no_folder(self) -> None:
        if len(self._folders) > 1 or len(self._keeping) > 1:
            raise EvidenceUnreadable(
                "stestr-several",
                "The tar archive holds several folders with runs: "
                f"{', '.join(_shown(one) for one in sorted(self._folders | self._keeping)[:3])}. "
                "Pack one of them.",
                place="byte 0",
            )
        if not self._folders:
            raise EvidenceUnreadable(
                "stestr-no-run",
                "The tar archive holds no run of stestr (a file named by a number beside "
                f"`next-stream`). {_HINT}",
                place="byte 0",
            )

    def _refused(self, refused: EvidenceUnreadable) -> EvidenceUnreadable:
        return EvidenceUnreadable(
            refused.code, f"In run {self._number} of the tar archive: {refused}", refused.place
        )

    def _damage_of(self, report: Report) -> Damage | None:
        """The run's own, counted from the beginning of the archive, else that of the archive."""
        if report.damage is None:
            return self._damage
        reason = f"in run {self._number} of the tar archive: {report.damage.reason}"
        return Damage(self._offset + report.damage.offset, reason)

    def _end(self, size_bytes: int) -> int:
        return self._damage.offset if self._damage else size_bytes


def _note(folder: str, noted: set[str]) -> None:
    """A second one is a reason to refuse, so that there is no need to hold thousands."""
    if len(noted) < _MOST_NOTED:
        noted.add(folder.removeprefix("./").rstrip("/"))


def _shown(folder: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in folder[:60]) or "(top)"
