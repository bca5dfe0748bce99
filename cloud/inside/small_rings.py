"""The three rings of Swift: `small_rings.py FOLDER HOST DEVICE NAME=PORT...`."""

from __future__ import annotations

import sys
from pathlib import Path

from swift.common.ring import RingBuilder

#: 16 partitions, one copy, and no wait before they may be moved again.
PART_POWER, COPIES, HOURS = 4, 1, 0


def write_ring(folder: Path, host: str, device: str, name: str, port: int) -> None:
    builder = RingBuilder(PART_POWER, COPIES, HOURS)
    place = {"ip": host, "port": port, "replication_ip": host, "replication_port": port}
    builder.add_dev({"region": 1, "zone": 1, "device": device, "weight": 1.0, "meta": "", **place})
    builder.rebalance()
    builder.get_ring().save(str(folder / f"{name}.ring.gz"))


if __name__ == "__main__":
    _folder, _host, _device = sys.argv[1:4]
    for _assignment in sys.argv[4:]:
        _name, _, _port = _assignment.partition("=")
        write_ring(Path(_folder), _host, _device, _name, int(_port))
