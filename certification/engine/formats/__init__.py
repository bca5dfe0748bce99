"""Evidence formats: bytes in, a `Report` out. Reads subunit 1 and 2, RefStack JSON, JUnit XML, TAP
and a `.stestr` folder as tar, each also as gzip, xz or zstd, and the results of a kit's bundle.
"""

from certification.engine.formats.limits import DEFAULT, Limits
from certification.engine.formats.recognition import parse_report, parse_report_stream
from certification.engine.formats.refstack_json import names_of_passed, parse_refstack_json
from certification.engine.formats.stored import (
    StoredReportUnreadable,
    decode_report,
    encode_report,
)
from certification.engine.scrubbing import scrub

__all__ = [
    "DEFAULT",
    "Limits",
    "StoredReportUnreadable",
    "decode_report",
    "encode_report",
    "names_of_passed",
    "parse_refstack_json",
    "parse_report",
    "parse_report_stream",
    "scrub",
]
