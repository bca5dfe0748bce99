"""Looks at a cloud and writes down what it offers: reads only, within a time, nothing private.

The one place beside the test kit's clients that knows openstacksdk and keystoneauth.
"""

from hallmark.probe.access import Reach, reach_by_application_credential, reach_of_cloud
from hallmark.probe.faults import ProbeImpossible
from hallmark.probe.run import Limits, probe_cloud
from hallmark.probe.transport import Answer, Exchange, ExchangeFailed

__all__ = [
    "Answer",
    "Exchange",
    "ExchangeFailed",
    "Limits",
    "ProbeImpossible",
    "Reach",
    "probe_cloud",
    "reach_by_application_credential",
    "reach_of_cloud",
]
