"""A scanner for subunit version 2, the binary form.

Packets are specified in the README of python-subunit ("Version 2"). The scanner keeps ids,
statuses, times, worker tags and the reasons of skips; every other attachment is stepped over
without a copy. A packet that is not exactly right ends the reading: what stands before it remains.

There are two ways through a packet. `_read_packet` reads any packet and knows every fault.
`_scan_usual` reads, many in one loop, the few shapes of which a run of Tempest nearly wholly
consists, and leaves whatever it is not sure of to the other.
"""

from __future__ import annotations

import struct

from isal.isal_zlib import crc32

from certification.engine.formats.ledger import REASON_BYTES, Ledger, Outcome
from certification.engine.formats.limits import Limits, StreamFault
from certification.engine.formats.naming import Identity
from certification.engine.formats.subunit_v2_fields import (
    FILE,
    MIME,
    SMALLEST_PACKET,
    UNEVEN,
    attachment,
    label,
    moment,
    number,
    packet_length,
    past_labels,
)
from certification.engine.report import Damage, EvidenceFormat, Report, TestState

SIGNATURE = 0xB3

_HEAD = struct.Struct(">BH").unpack_from  # signature, flags
_WORD = struct.Struct(">I").unpack_from
_TWO_WORDS = struct.Struct(">II").unpack_from

_VERSION_AND_RESERVED, _VERSION_2 = 0xF008, 0x2000
_TEST_ID, _ROUTE, _TIME, _TAGS = 0x0800, 0x0400, 0x0200, 0x0080
_STATUS = 0x0007
_ATTACHMENT, _ATTACHMENT_ENDS = FILE | MIME, 0x0010
_IN_PROGRESS = 2
#: Index is the status of the packet; below 3 a packet ends nothing (none, exists, in progress).
_ENDINGS = (
    TestState.MISSING,
    TestState.MISSING,
    TestState.MISSING,
    TestState.PASSED,  # success
    TestState.FAILED,  # uxsuccess
    TestState.SKIPPED,  # skip
    TestState.FAILED,  # fail
    TestState.FAILED,  # xfail
)

_NEVER_BEGAN: tuple[Identity, float | None] = (("", ""), None)

#: How the field of a single tag begins.
_ONE = b"\x01"
_MOST_TAG_FIELDS = 1000

# How the packets that `_scan_usual` reads begin: signature and half of the flags (version 2, test
# id, time, runnable, no route), the other half, two bytes of the length, and the time. The checksum
# of the packet before is read in the same step.
_USUAL = b"\xb3\x2b"
_USUAL_START = int.from_bytes(_USUAL, "big")
_USUAL_HEAD = struct.Struct(">HBHII").unpack_from
_CHECKSUM_AND_HEAD = struct.Struct(">IHBHII").unpack_from
_USUAL_HEAD_BYTES, _CHECKSUM_AND_HEAD_BYTES = 13, 17
#: By the second half of the flags: an ending with tags or without, and no more fields.
_USUAL_ENDINGS = {
    status | tags: _ENDINGS[status]
    for status in range(_IN_PROGRESS + 1, _STATUS + 1)
    for tags in (0, _TAGS)
}
#: How numbers of two to four bytes begin, and lengths as they stand in the first two bytes.
_TWO_BYTES, _THREE_BYTES, _FOUR_BYTES = 0x4000, 0x8000, 0xC000
_IN_FOUR_BYTES = 0xC0000000
#: From here on a view costs less than a copy.
_LARGE = _TWO_BYTES + 1024


class SubunitV2:
    """Feed it the inflated stream in pieces of any size, then call `finish`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.ledger = Ledger(limits)
        self._damage: Damage | None = None
        self._offset = 0
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._wanted_bytes = 0
        self._packets = 0
        #: Tests in progress and reasons of tests not yet ended, by test id and route code.
        self._running: dict[bytes, tuple[Identity, float | None]] = {}
        self._reasons: dict[bytes, bytes] = {}
        #: Fields that were read and found right: type and name of an attachment, and tags.
        #: As long as there is no attachment: `()`, with which no bytes begin.
        self._attachment_field: bytes | tuple[()] = ()
        self._tag_fields: set[bytes] = set()

    def feed(self, piece: bytes) -> bool:
        """Read on. False once the stream is damaged: nothing more need be fed."""
        self._pending.append(piece)
        self._pending_bytes += len(piece)
        if self._pending_bytes < self._wanted_bytes:
            return True
        stream = b"".join(self._pending)
        used = self._scan(stream)
        self._offset += used
        self._pending = [stream[used:]]
        self._pending_bytes = len(stream) - used
        return self._damage is None

    def finish(self, size_bytes: int, cut: str = "") -> Report:
        """The report of all that was fed. `cut` says why the bytes ended early, if they did."""
        self.ledger.events = self._packets
        if self._damage is None and (self._pending_bytes or cut):
            self._damage = Damage(self._offset, cut or "the stream ends inside a packet")
        for test, started_at in self._running.values():
            self.ledger.never_ended(test, started_at)
        return self.ledger.report(EvidenceFormat.SUBUNIT_V2, size_bytes, self._damage)

    def _scan(self, stream: bytes) -> int:
        """Read the whole packets of `stream`; return where the first unread one begins."""
        begin, last = 0, len(stream) - SMALLEST_PACKET
        self._wanted_bytes = 0
        try:
            while begin <= last:
                if stream.startswith(_USUAL, begin):
                    begin = self._scan_usual(stream, begin)
                end = self._read_packet(stream, begin)
                if not end:
                    break
                begin = end
        except StreamFault as fault:
            self._damage = Damage(self._offset + begin, str(fault))
        return begin

    def _scan_usual(self, stream: bytes, begin: int) -> int:  # noqa: PLR0912, PLR0915 - see its docstring
        """Read packets as long as they are usual; return where the first other one begins.

        One long loop, because a call per packet would cost more than what it does. It notes
        nothing of a packet before all of it is found right, and finds no fault: if one is not
        usual, or does not wholly lie in `stream`, `_read_packet` says what it is.
        """
        last = len(stream) - _CHECKSUM_AND_HEAD_BYTES
        if begin > last:
            return begin
        view, startswith = memoryview(stream), stream.startswith
        attachment_field, tag_fields = self._attachment_field, self._tag_fields
        running, reasons, most_tests = self._running, self._reasons, self._limits.tests
        known, first_outcome = self.ledger.identities, self.ledger.outcomes.setdefault
        id_field: bytes | tuple[()] = ()
        id_field_bytes, attachment_field_bytes = 0, len(attachment_field)
        packets, most_packets = self._packets, self._limits.events
        start, flags, length, seconds, fraction = _USUAL_HEAD(stream, begin)
        while packets < most_packets:
            at = begin + _USUAL_HEAD_BYTES
            if _TWO_BYTES <= length < _THREE_BYTES:
                limit = begin + length - _TWO_BYTES - 4
            elif length < _TWO_BYTES:  # in one, so that all that follows stands a byte earlier
                limit = begin + (length >> 8) - 4
                seconds, fraction = _TWO_WORDS(stream, begin + 4)
                at -= 1
            elif length < _FOUR_BYTES and begin < last:
                limit = begin + (length - _THREE_BYTES << 8 | stream[begin + 5]) - 4
                seconds, fraction = _TWO_WORDS(stream, begin + 6)
                at += 1
            else:
                break
            if start != _USUAL_START or not at < limit <= last:
                break
            checksum, start, next_flags, next_length, next_seconds, next_fraction = (
                _CHECKSUM_AND_HEAD(stream, limit)
            )
            if crc32((stream if length < _LARGE else view)[begin:limit]) != checksum:
                break
            if fraction < _IN_FOUR_BYTES:
                fraction, at = number(stream, at - 4)
            else:
                fraction -= _IN_FOUR_BYTES
            if not startswith(id_field, at):
                size = stream[at]
                if size < 64:
                    id_at = at + 1
                elif size < 128:
                    size = (size & 63) << 8 | stream[at + 1]
                    id_at = at + 2
                else:
                    break
                end = id_at + size
                if end > limit:
                    break
                id_field, raw_id = stream[at:end], stream[id_at:end]
                id_field_bytes = end - at
                try:
                    test = known.get(raw_id) or self.ledger.identify(raw_id)
                except StreamFault:
                    break
            at += id_field_bytes
            if flags == _IN_PROGRESS:
                if at != limit:
                    break
                if raw_id not in running:
                    if len(running) >= most_tests:
                        break
                    # As `moment` has it, without the call.
                    when = (seconds * 1_000_000 + fraction // 1000) / 1_000_000
                    running[raw_id] = (test, when)
            elif flags & ~_ATTACHMENT_ENDS == _ATTACHMENT:
                if not startswith(attachment_field, at):
                    break
                at += attachment_field_bytes
                if at >= limit:
                    break
                size = stream[at]
                if size & 0xC0 == 0x40:
                    at += 2 + ((size & 63) << 8 | stream[at + 1])
                else:
                    size, at = number(stream, at)
                    at += size
                if at != limit:
                    break
            else:
                state = _USUAL_ENDINGS.get(flags)
                if state is None:
                    break
                if at != limit if flags < _TAGS else stream[at:limit] not in tag_fields:
                    break
                when = (seconds * 1_000_000 + fraction // 1000) / 1_000_000
                _, started_at = running.pop(raw_id, _NEVER_BEGAN)
                outcome = (state, "", started_at, when)
                if reasons or first_outcome(test, outcome) is not outcome:
                    self._record(raw_id, test, outcome)
            begin = limit + 4
            packets += 1
            flags, length, seconds, fraction = next_flags, next_length, next_seconds, next_fraction
        self._packets = packets
        return begin

    def _read_packet(self, stream: bytes, begin: int) -> int:
        """Read any packet; return where the next one begins, or 0 if this is not wholly there."""
        signature, flags = _HEAD(stream, begin)
        if signature != SIGNATURE or flags & _VERSION_AND_RESERVED != _VERSION_2:
            raise StreamFault("bytes that are no packet of subunit version 2")
        length, at = packet_length(stream, begin + 3)
        end = begin + length
        if end > len(stream):
            self._wanted_bytes = length
            return 0
        if self._packets >= self._limits.events:
            raise StreamFault(f"more than {self._limits.events} packets")
        limit = end - 4
        if crc32(memoryview(stream)[begin:limit]) != _WORD(stream, limit)[0]:
            raise StreamFault("a packet whose checksum is wrong")
        try:
            self._read_fields(stream, at, limit, flags)
        except (IndexError, struct.error):
            raise StreamFault(UNEVEN) from None
        self._packets += 1
        return end

    def _read_fields(self, stream: bytes, at: int, limit: int, flags: int) -> None:
        """All that stands between the length and the checksum, and what it says."""
        when = None
        if flags & _TIME:
            (seconds,) = _WORD(stream, at)
            fraction, at = number(stream, at + 4)
            when = moment(seconds, fraction)
        key, test = b"", ("", "")
        if flags & _TEST_ID:
            length, at = number(stream, at)
            key, at = stream[at : at + length], at + length
            if at > limit:
                raise StreamFault(UNEVEN)
            test = self.ledger.identities.get(key) or self.ledger.identify(key)
        tags, tags_at = b"", at
        if flags & _TAGS:
            at = tags_at + 2 + stream[tags_at + 1]
            if stream[tags_at:at] not in self._tag_fields:
                self.ledger.count_tags(number(stream, tags_at)[0])
                at = past_labels(stream, tags_at, limit)
                tags = stream[tags_at:at]
        attachment_at = at
        file = attachment(stream, at, limit, flags)
        at = file.end
        if flags & _ROUTE:
            route, at = label(stream, at, limit)
            key += b"\0" + route
        if at != limit:
            raise StreamFault(UNEVEN)
        if tags:
            self._take_tags(tags)
        if not flags & _TEST_ID:
            return
        if file.name == b"reason":
            end = min(file.end, file.begin + REASON_BYTES + 1)
            self._keep_reason(key, file.mime, stream[file.begin : end])
        elif flags & _ATTACHMENT == _ATTACHMENT:
            self._attachment_field = stream[attachment_at : file.named_at]
        self._take_status(key, test, flags & _STATUS, when)

    def _take_tags(self, field: bytes) -> None:
        count, at = number(field, 0)
        for _ in range(count):
            tag, at = label(field, at, len(field))
            self.ledger.saw_tag(tag)
        if field[:1] == _ONE and len(self._tag_fields) < _MOST_TAG_FIELDS:
            self._tag_fields.add(field)

    def _take_status(self, key: bytes, test: Identity, status: int, when: float | None) -> None:
        running = self._running
        if status > _IN_PROGRESS:
            _, started_at = running.pop(key, _NEVER_BEGAN)
            self._record(key, test, (_ENDINGS[status], "", started_at, when))
        elif status == _IN_PROGRESS and key not in running:
            if len(running) >= self._limits.tests:
                raise self._crowd()
            running[key] = (test, when)

    def _record(self, key: bytes, test: Identity, outcome: Outcome) -> None:
        state, _, started_at, ended_at = outcome
        self.ledger.record(test, state, started_at, ended_at, self._reasons.pop(key, b""))

    def _keep_reason(self, key: bytes, mime: bytes, text: bytes) -> None:
        """The text may come in several packets, of which only the first must say its type."""
        held = self._reasons.get(key)
        if held is None:
            if not mime.startswith(b"text/"):
                return
            if len(self._reasons) >= self._limits.tests:
                raise self._crowd()
            held = b""
        self._reasons[key] = (held + text)[: REASON_BYTES + 1]

    def _crowd(self) -> StreamFault:
        return StreamFault(f"more than {self._limits.tests} tests at the same time")
