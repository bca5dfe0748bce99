"""A scanner for subunit version 2, the binary form.

Packets are specified in the README of python-subunit ("Version 2"). The scanner keeps ids,
statuses, times, worker tags and the reasons of skips; every other attachment is stepped over
without a copy. A packet that is not exactly right ends the reading: what stands before it remains.
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

_HEAD = struct.Struct(">BHH").unpack_from  # signature, flags, two bytes that begin the length
_HEAD_AND_TIME = struct.Struct(">BHHII").unpack_from  # with the time that nearly always follows
_HEAD_AND_TIME_BYTES = 13
_WORD = struct.Struct(">I").unpack_from
_TWO_WORDS = struct.Struct(">II").unpack_from

_VERSION_AND_RESERVED, _VERSION_2 = 0xF008, 0x2000
_TEST_ID, _ROUTE, _TIME, _TAGS = 0x0800, 0x0400, 0x0200, 0x0080
_STATUS = 0x0007
_SHAPE = _ROUTE | _TAGS | FILE | MIME | _STATUS
_ALL_BUT_STATUS = _SHAPE & ~_STATUS
_ATTACHMENT = FILE | MIME
_IN_PROGRESS = 2
#: Lengths as they stand in two bytes, and the two bits that mark a number in four.
_LEAST_IN_TWO_BYTES, _MOST_IN_TWO_BYTES = 0x4000 | SMALLEST_PACKET, 0x7FFF
_IN_FOUR_BYTES = 0xC0000000
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

_MOST_TAG_FIELDS = 1000


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
        # The fields read last, and the test they named.
        # As long as there is none: `()`, with which no bytes begin.
        self._id_field: bytes | tuple[()] = ()
        self._attachment_field: bytes | tuple[()] = ()
        self._tag_fields: set[bytes] = set()
        self._raw_id = b""
        self._test: Identity = ("", "")

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

    def _scan(self, stream: bytes) -> int:  # noqa: PLR0912, PLR0915 - see its docstring
        """Read the whole packets of `stream`; return where the first unread one begins.

        One long loop, because a call per packet would cost more than what it does. The packets of
        a run repeat themselves: the id of the packet before, the type and name of the last
        attachment, the tag of the worker. A field that is byte for byte one that was read before
        is stepped over; every other packet goes through `_read_rest`.
        """
        view = memoryview(stream)
        size = len(stream)
        begin = 0
        last_begin, last_timed = size - SMALLEST_PACKET, size - _HEAD_AND_TIME_BYTES
        packets, most_packets = self._packets, self._limits.events
        running, reasons, tag_fields = self._running, self._reasons, self._tag_fields
        known, first_outcome = self.ledger.identities, self.ledger.outcomes.setdefault
        startswith = stream.startswith
        id_field, id_bytes = self._id_field, len(self._id_field)
        raw_id, test = self._raw_id, self._test
        attachment_field = self._attachment_field
        self._wanted_bytes = 0
        try:
            while begin <= last_begin:
                signature, flags, length, seconds, fraction = (
                    _HEAD_AND_TIME(stream, begin)
                    if begin <= last_timed
                    else (*_HEAD(stream, begin), 0, 0)
                )
                if signature != SIGNATURE or flags & _VERSION_AND_RESERVED != _VERSION_2:
                    raise StreamFault("bytes that are no packet of subunit version 2")
                if _LEAST_IN_TWO_BYTES <= length <= _MOST_IN_TWO_BYTES:  # as nearly all are
                    length -= 0x4000
                    at = begin + 5
                else:
                    length, at = packet_length(stream, begin + 3)
                    if flags & _TIME and begin + length <= size:
                        seconds, fraction = _TWO_WORDS(stream, at)
                limit = begin + length - 4
                if limit + 4 > size:
                    self._wanted_bytes = length
                    break
                if packets >= most_packets:
                    raise StreamFault(f"more than {most_packets} packets")
                if crc32(view[begin:limit]) != _WORD(stream, limit)[0]:
                    raise StreamFault("a packet whose checksum is wrong")
                if flags & _TIME:
                    if fraction >= _IN_FOUR_BYTES:  # as nearly all are
                        fraction -= _IN_FOUR_BYTES
                        at += 8
                    else:
                        fraction, at = number(stream, at + 4)
                if flags & _TEST_ID:
                    if startswith(id_field, at):
                        at += id_bytes
                    else:
                        length = stream[at]
                        if length & 0xC0 == 0x40:
                            length = (length & 63) << 8 | stream[at + 1]
                            text_at = at + 2
                        else:
                            length, text_at = number(stream, at)
                        end = text_at + length
                        if end > limit:
                            raise StreamFault(UNEVEN)
                        id_field, id_bytes = stream[at:end], end - at
                        raw_id = stream[text_at:end]
                        test = known.get(raw_id) or self.ledger.identify(raw_id)
                        at = end
                shape = flags & _SHAPE
                if shape == _ATTACHMENT and startswith(attachment_field, at):
                    at += len(attachment_field)
                    length = stream[at]
                    if length & 0xC0 == 0x40:
                        at += 2 + ((length & 63) << 8 | stream[at + 1])
                    else:
                        length, at = number(stream, at)
                        at += length
                    if at != limit:
                        raise StreamFault(UNEVEN)
                    begin = limit + 4
                    packets += 1
                    continue
                if shape & _ALL_BUT_STATUS == _TAGS:
                    end = at + 2 + stream[at + 1]
                    if stream[at:end] in tag_fields:
                        at = end
                        shape &= _STATUS
                if shape > _STATUS:
                    self._raw_id, self._test = raw_id, test
                    when = moment(seconds, fraction) if flags & _TIME else None
                    self._read_rest(stream, at, limit, flags, when)
                    attachment_field = self._attachment_field
                elif at != limit:
                    raise StreamFault(UNEVEN)
                elif shape >= _IN_PROGRESS and flags & _TEST_ID:
                    when = None
                    if flags & _TIME:  # as `moment` has it, without the call
                        when = (seconds * 1_000_000 + fraction // 1000) / 1_000_000
                    if shape == _IN_PROGRESS:
                        running.setdefault(raw_id, (test, when))
                    else:
                        _, started_at = running.pop(raw_id, _NEVER_BEGAN)
                        outcome = (_ENDINGS[shape], "", started_at, when)
                        if reasons or first_outcome(test, outcome) is not outcome:
                            self._record(raw_id, test, outcome)
                begin = limit + 4
                packets += 1
        except StreamFault as fault:
            self._damage = Damage(self._offset + begin, str(fault))
        except (IndexError, struct.error):
            self._damage = Damage(self._offset + begin, UNEVEN)
        self._packets = packets
        self._id_field, self._raw_id, self._test = id_field, raw_id, test
        return begin

    def _read_rest(
        self, stream: bytes, at: int, limit: int, flags: int, when: float | None
    ) -> None:
        """The fields after the id, of any packet, and what they say."""
        key = self._raw_id
        tags, tags_at = b"", at
        if flags & _TAGS:
            at = past_labels(stream, at, limit)
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
        self._take_status(key, flags & _STATUS, when)

    def _take_tags(self, field: bytes) -> None:
        if field in self._tag_fields:
            return
        if len(self._tag_fields) < _MOST_TAG_FIELDS:
            self._tag_fields.add(field)
        count, at = number(field, 0)
        for _ in range(count):
            tag, at = label(field, at, len(field))
            self.ledger.saw_tag(tag)

    def _take_status(self, key: bytes, status: int, when: float | None) -> None:
        if status == _IN_PROGRESS:
            self._begin(key, when)
        elif status > _IN_PROGRESS:
            self._end(key, status, when)

    def _begin(self, key: bytes, when: float | None) -> None:
        running = self._running
        if key not in running:
            if len(running) >= self._limits.tests:
                raise self._crowd()
            running[key] = (self._test, when)

    def _end(self, key: bytes, status: int, when: float | None) -> None:
        _, started_at = self._running.pop(key, _NEVER_BEGAN)
        self._record(key, self._test, (_ENDINGS[status], "", started_at, when))

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
