"""Volumes that hold nothing: whatever is asked of them is done at once."""

from __future__ import annotations

import io
from typing import Any

from cinder.volume import driver

CAPACITY_GB = 1000
COPY = b"a volume of the small cloud\n"


def _done(*_args: Any, **_named: Any) -> None:
    """Nothing to do: there is no disk."""


class SmallVolumes(driver.VolumeDriver):
    VERSION = "1.0"

    check_for_setup_error = _done
    create_volume = delete_volume = extend_volume = _done
    create_snapshot = delete_snapshot = revert_to_snapshot = _done
    create_volume_from_snapshot = create_cloned_volume = _done
    create_export = ensure_export = remove_export = terminate_connection = _done
    copy_image_to_volume = _done

    def _update_volume_stats(self) -> None:
        self._stats = {
            "volume_backend_name": self.configuration.safe_get("volume_backend_name"),
            "vendor_name": "small",
            "driver_version": self.VERSION,
            "storage_protocol": "none",
            "total_capacity_gb": CAPACITY_GB,
            "free_capacity_gb": CAPACITY_GB,
            "provisioned_capacity_gb": 0,
            "reserved_percentage": 0,
            "max_over_subscription_ratio": 20.0,
            "thin_provisioning_support": True,
            "multiattach": True,
        }

    def clone_image(self, *_args: Any) -> tuple[dict[str, Any], bool]:
        return {}, True

    def copy_volume_to_image(
        self, context: Any, _volume: Any, images: Any, image: dict[str, Any]
    ) -> None:
        images.update(context, image["id"], {}, io.BytesIO(COPY))

    def initialize_connection(self, volume: Any, _connector: Any, **_named: Any) -> dict[str, Any]:
        return {"driver_volume_type": "fake", "data": {"volume_id": volume.id}}
