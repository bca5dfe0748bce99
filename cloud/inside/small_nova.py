"""What stands behind nova's API: conductor, scheduler and compute, over the bus in memory."""

from __future__ import annotations

from pathlib import Path

import nova.conf
import nova.virt
import os_brick
import os_vif
from nova import objects, service
from nova.compute import rpcapi as compute
from nova.conductor import rpcapi as conductor
from nova.scheduler import rpcapi as scheduler

#: Kept for as long as the process lives.
_parts: list[service.Service] = []


def start() -> None:
    os_brick.setup(nova.conf.CONF)
    os_vif.initialize()
    objects.Service.enable_min_version_cache()
    # Nova looks for drivers in its own package only.
    nova.virt.__path__.append(str(Path(__file__).parent))
    for binary, topic, more in (
        ("nova-conductor", conductor.RPC_TOPIC, {}),
        ("nova-scheduler", scheduler.RPC_TOPIC, {}),
        ("nova-compute", compute.RPC_TOPIC, {"topic_alt": compute.RPC_TOPIC_ALT}),
    ):
        _parts.append(service.Service.create(binary=binary, topic=topic, **more))
        _parts[-1].start()
