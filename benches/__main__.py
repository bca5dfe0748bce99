"""All measurements, one after the other: `make bench`."""

from __future__ import annotations

from benches import (
    catalogue,
    impact,
    large_upload,
    pages,
    recording,
    scanning,
    serving,
    starting,
    stored,
    storing,
    uploading,
    verifying,
)

for bench in (
    starting,
    scanning,
    verifying,
    impact,
    storing,
    uploading,
    large_upload,
    stored,
    recording,
    catalogue,
    serving,
    pages,
):
    print(f"\n== {(bench.__doc__ or '').splitlines()[0]}", flush=True)
    bench.main()
