"""A scanner for subunit version 2, the binary form.

Packets are specified in the README of python-subunit ("Version 2"). The scanner keeps ids,
statuses, times, worker tags and the reasons of skips; every other attachment is stepped over
without a copy. A packet that is not exactly right ends the reading: what stands before it remains.
"""

from __future__ import annotations

import struct

from isal.isal_zlib import crc32

from certification.engine.formats.ledger import REASON_BYTES, Ledger
from certification.engine.formats.limits import Limits, StreamFault
from certification.engine.formats.naming import Identity
from certification.engine.report import Damage, EvidenceFormat, Report, TestState

SIGNATURE = 0xB3

_HEAD = struct.Struct(">BHB").unpack_from  # signature, flags, first byte of the length
_WORD = struct.Struct(">I").unpack_from
_TWO_WORDS = struct.Struct(">II").unpack_from

_VERSION_AND_RESERVED, _VERSION_2 = 0xF008, 0x2000
_TEST_ID, _ROUTE, _TIME, _TAGS = 0x0800, 0x0400, 0x0200, 0x0080
_FILE, _MIME = 0x0040, 0x0020
_STATUS = 0x0007
_SHAPE = _ROUTE | _TAGS | _FILE | _MIME | _STATUS
_ATTACHMENT = _FILE | _MIME
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

#: One reason for all of these, because which field is found to overrun depends on what follows.
_UNEVEN = "a packet whose fields do not fill it exactly"

_SMALLEST_PACKET = 8
_LONGEST_LABEL = 1024


class SubunitV2:
    """Feed it the inflated stream in pieces of any size, then call `finish`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ledger = Ledger(limits)
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
        self._id_field = self._attachment_field = self._tags_field = b""
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
        self._ledger.events = self._packets
        if self._damage is None and (self._pending_bytes or cut):
            self._damage = Damage(self._offset, cut or "the stream ends inside a packet")
        for test, started_at in self._running.values():
            self._ledger.never_ended(test, started_at)
        return self._ledger.report(EvidenceFormat.SUBUNIT_V2, size_bytes, self._damage)

    def _scan(self, stream: bytes) -> int:
        """Read the whole packets of `stream`; return where the first unread one begins."""
        view = memoryview(stream)
        size = len(stream)
        begin = 0
        read_packet = self._read_packet
        self._wanted_bytes = 0
        packets = self._packets
        try:
            while size - begin >= _SMALLEST_PACKET:
                signature, flags, first = _HEAD(stream, begin)
                if signature != SIGNATURE or flags & _VERSION_AND_RESERVED != _VERSION_2:
                    raise StreamFault("bytes that are no packet of subunit version 2")
                width = first >> 6
                if width == 1:
                    length = (first & 63) << 8 | stream[begin + 4]
                elif width == 0:
                    length = first
                elif width == 2:
                    length = (first & 63) << 16 | stream[begin + 4] << 8 | stream[begin + 5]
                else:
                    raise StreamFault("a packet length of more than three bytes")
                if length < _SMALLEST_PACKET:
                    raise StreamFault("a packet shorter than its own frame")
                end = begin + length
                if end > size:
                    self._wanted_bytes = length
                    break
                if packets >= self._limits.events:
                    raise StreamFault(f"more than {packets} packets")
                if crc32(view[begin : end - 4]) != _WORD(stream, end - 4)[0]:
                    raise StreamFault("a packet whose checksum is wrong")
                read_packet(stream, begin + 4 + width, end - 4, flags)
                begin = end
                packets += 1
        except StreamFault as fault:
            self._damage = Damage(self._offset + begin, str(fault))
        except (IndexError, struct.error):
            self._damage = Damage(self._offset + begin, _UNEVEN)
        self._packets = packets
        return begin

    def _read_packet(self, stream: bytes, at: int, limit: int, flags: int) -> None:
        """Take what is kept out of one packet; its fields stand between `at` and `limit`.

        The packets of a run repeat themselves: the id of the packet before, the type and name of
        the last attachment, the tag of the worker. Fields that are byte for byte what was read
        before are not read again.
        """
        time_at = at
        if flags & _TIME:
            at += 5 + (stream[at + 4] >> 6)
        if flags & _TEST_ID:
            if self._id_field and stream.startswith(self._id_field, at):
                at += len(self._id_field)
            else:
                at = self._read_id(stream, at, limit)
        shape = flags & _SHAPE
        if shape == _ATTACHMENT:
            if self._attachment_field and stream.startswith(self._attachment_field, at):
                length, at = _number(stream, at + len(self._attachment_field))
                if at + length != limit:
                    raise StreamFault(_UNEVEN)
                return
        elif shape & _TAGS and shape & ~_STATUS == _TAGS:
            if self._tags_field and stream.startswith(self._tags_field, at):
                at += len(self._tags_field)
                shape &= _STATUS
        if shape <= _STATUS:
            if at != limit:
                raise StreamFault(_UNEVEN)
            if shape >= _IN_PROGRESS and flags & _TEST_ID:
                when = _moment(stream, time_at) if flags & _TIME else None
                self._change(self._raw_id, shape, when)
            return
        self._read_rest(stream, at, limit, flags, time_at)

    def _read_id(self, stream: bytes, at: int, limit: int) -> int:
        begin = at
        length, at = _number(stream, at)
        if at + length > limit:
            raise StreamFault(_UNEVEN)
        end = at + length
        self._raw_id = stream[at:end]
        known = self._ledger.identities.get(self._raw_id)
        self._test = known or self._ledger.identify(self._raw_id)
        self._id_field = stream[begin:end]
        return end

    def _read_rest(self, stream: bytes, at: int, limit: int, flags: int, time_at: int) -> None:
        """The fields after the id, of any packet."""
        mime = file_name = b""
        key = self._raw_id
        content_at = content_end = 0
        tags: list[bytes] = []
        tags_at = at
        if flags & _TAGS:
            tags, at = _labels(stream, at, limit)
        tags_field = stream[tags_at:at]
        labels_at = at
        if flags & _MIME:
            mime, at = _label(stream, at, limit)
        if flags & _FILE:
            file_name, at = _label(stream, at, limit)
            attachment_field = stream[labels_at:at]
            length, content_at = _number(stream, at)
            at = content_end = content_at + length
        if flags & _ROUTE:
            route, at = _label(stream, at, limit)
            key += b"\0" + route
        if at != limit:
            raise StreamFault(_UNEVEN)
        if tags:
            self._tags_field = tags_field
            for tag in tags:
                self._ledger.saw_tag(tag)
        if not flags & _TEST_ID:
            return
        if flags & _FILE:
            if file_name == b"reason":
                end = min(content_end, content_at + REASON_BYTES + 1)
                self._keep_reason(key, mime, stream[content_at:end])
            elif flags & _MIME:
                self._attachment_field = attachment_field
        status = flags & _STATUS
        if status >= _IN_PROGRESS:
            self._change(key, status, _moment(stream, time_at) if flags & _TIME else None)

    def _change(self, key: bytes, status: int, when: float | None) -> None:
        running = self._running
        test = self._test
        if status == _IN_PROGRESS:
            if key not in running:
                self._refuse_crowd(len(running))
                running[key] = (test, when)
            return
        started = running.pop(key, None)
        reason = self._reasons.pop(key, b"") if self._reasons else b""
        started_at = started[1] if started else None
        self._ledger.record(test, _ENDINGS[status], started_at, when, reason)

    def _keep_reason(self, key: bytes, mime: bytes, text: bytes) -> None:
        """The text may come in several packets, of which only the first must say its type."""
        held = self._reasons.get(key)
        if held is None:
            if not mime.startswith(b"text/"):
                return
            self._refuse_crowd(len(self._reasons))
            held = b""
        self._reasons[key] = (held + text)[: REASON_BYTES + 1]

    def _refuse_crowd(self, count: int) -> None:
        if count >= self._limits.tests:
            raise StreamFault(f"more than {self._limits.tests} tests at the same time")


def _moment(stream: bytes, at: int) -> float:
    """Seconds since the epoch, to the microsecond."""
    seconds, nanoseconds = _TWO_WORDS(stream, at)
    if nanoseconds >= 0xC0000000:
        nanoseconds &= 0x3FFFFFFF
    else:
        nanoseconds, _ = _number(stream, at + 4)
    return float((seconds * 1_000_000 + nanoseconds // 1000) / 1_000_000)


def _number(stream: bytes, at: int) -> tuple[int, int]:
    """A number of one to four bytes, whose first two bits say how many follow the first."""
    first = stream[at]
    width = first >> 6
    if width == 0:
        return first, at + 1
    if width == 1:
        return (first & 63) << 8 | stream[at + 1], at + 2
    if width == 2:
        return (first & 63) << 16 | stream[at + 1] << 8 | stream[at + 2], at + 3
    return _WORD(stream, at)[0] & 0x3FFFFFFF, at + 4


def _label(stream: bytes, at: int, limit: int) -> tuple[bytes, int]:
    """A short UTF-8 string as bytes: MIME type, file name, route code or tag."""
    length = stream[at]
    if length < 64:
        at += 1
    else:
        length, at = _number(stream, at)
    end = at + length
    if end > limit:
        raise StreamFault(_UNEVEN)
    if length > _LONGEST_LABEL:
        raise StreamFault(f"a text field of more than {_LONGEST_LABEL} bytes")
    label = stream[at:end]
    if 0 in label:
        raise StreamFault("a text field with a NUL byte")
    if not label.isascii():
        try:
            label.decode()
        except UnicodeDecodeError:
            raise StreamFault("a text field that is not UTF-8") from None
    return label, end


def _labels(stream: bytes, at: int, limit: int) -> tuple[list[bytes], int]:
    count, at = _number(stream, at)
    labels = []
    for _ in range(count):
        label, at = _label(stream, at, limit)
        labels.append(label)
    return labels, at
