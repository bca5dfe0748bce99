"""What the C library does with freed memory, in a process that reads large bodies piece by piece.

glibc gives a buffer of 128 KiB or more back to the kernel the moment it is freed. A body of 100 MB
passes through hundreds of them, and to get each of their pages anew, zeroed, costs twice the time
of hashing the body. See mallopt(3).
"""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
#: The largest buffer kept, and how much free memory at the end of an arena, in bytes.
_LARGEST_KEPT_BYTES = 4 * 1024 * 1024
_FREE_KEPT_BYTES = 8 * 1024 * 1024


def keep_buffers() -> bool:
    """Let freed buffers be used again. False where the C library has no such choice."""
    try:
        choose = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    choices = (
        (_M_MMAP_THRESHOLD, _LARGEST_KEPT_BYTES),
        (_M_TRIM_THRESHOLD, _FREE_KEPT_BYTES),
    )
    return all(choose(option, size) == 1 for option, size in choices)
