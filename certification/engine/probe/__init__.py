"""Probes: what a cloud was seen to offer, and which OpenStack release that makes it."""

from certification.engine.probe.document import read_probe, write_probe
from certification.engine.probe.model import (
    FORMAT,
    ApiVersion,
    Fact,
    Probe,
    ProbedService,
    ProbeRefused,
)
from certification.engine.probe.release import (
    MicroversionTable,
    ReleaseRange,
    measure_release,
    parse_microversions,
)
from certification.engine.probe.vocabulary import FACTS, SERVICES, UNKNOWN, Kind, facts_of

__all__ = [
    "FACTS",
    "FORMAT",
    "SERVICES",
    "UNKNOWN",
    "ApiVersion",
    "Fact",
    "Kind",
    "MicroversionTable",
    "Probe",
    "ProbeRefused",
    "ProbedService",
    "ReleaseRange",
    "facts_of",
    "measure_release",
    "parse_microversions",
    "read_probe",
    "write_probe",
]
