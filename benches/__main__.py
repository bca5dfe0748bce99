"""All measurements, one after the other: `make bench`."""

from __future__ import annotations

from benches import recording, scanning, starting, storing, uploading, verifying

for bench in (starting, scanning, verifying, storing, uploading, recording):
    print(f"\n== {(bench.__doc__ or '').splitlines()[0]}", flush=True)
    bench.main()
