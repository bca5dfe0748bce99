"""The recorder: stands between a product and a cloud, and writes down which API operations the
product uses (Integration guideline, section 4.3). It needs the extra `hallmark[kit]`."""

from hallmark.recorder.access import CloudAccess, CloudUnusable, read_access
from hallmark.recorder.recorder import Recorded, Recorder, RecorderBroken

__all__ = ["CloudAccess", "CloudUnusable", "Recorded", "Recorder", "RecorderBroken", "read_access"]
