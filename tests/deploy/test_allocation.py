"""Buffers that were freed are used again, so that reading a large body costs no new pages."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_ROUNDS, _PAGES = 100, 733  # 3 MB in each round
_PROGRAM = f"""
import resource, threading
from marketplace.config.allocation import keep_buffers

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range({_ROUNDS}):
        first = b"x" * 1_000_000
        second = first + first
        del first, second
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

assert keep_buffers()
thread = threading.Thread(target=faults)
thread.start()
thread.join()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has the choice")
def test_a_buffer_that_was_freed_is_used_again() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _PROGRAM], check=True, capture_output=True, text=True
    )
    # Each round would take them anew.
    assert int(told.stdout) < 20 * _PAGES
