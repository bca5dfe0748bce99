"""All measurements, one after the other: `make bench`."""

from __future__ import annotations

from benches import (
    catalogue,
    impact,
    recording,
    scanning,
    serving,
    starting,
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
    recording,
    catalogue,
    serving,
):
    print(f"\n== {(bench.__doc__ or '').splitlines()[0]}", flush=True)
    bench.main()
