"""Servers without a hypervisor: nova's own pretence, with snapshots that come to an end."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from nova.compute import task_states
from nova.image import glance
from nova.virt import fake

COPY = b"a server of the small cloud\n"


class SmallCompute(fake.FakeDriverWithoutFakeNodes):
    def snapshot(
        self, context: Any, _instance: Any, image_id: str, update_task_state: Callable[..., None]
    ) -> None:
        """Upload something: nova's pretence stops before, and the image stays queued for ever."""
        pending, uploading = task_states.IMAGE_PENDING_UPLOAD, task_states.IMAGE_UPLOADING
        update_task_state(task_state=pending)
        update_task_state(task_state=uploading, expected_state=pending)
        images = glance.API()
        image = images.get(context, image_id)
        filled = {
            "name": image["name"],
            "status": "active",
            "disk_format": "raw",
            "container_format": "bare",
            "properties": dict(image.get("properties", {})),
        }
        images.update(context, image_id, filled, io.BytesIO(COPY), purge_props=False)
