"""Run one WSGI service: `small_serve.py SERVICE PORT SETTINGS_FOLDER ACCESS_LOG`.

One worker process with threads: parts of a service that talk over a message bus share it. Swift is
not served here: it brings servers of its own.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from gunicorn.app.base import BaseApplication
from small_record import Recorded

#: Service to the module whose `application` is its API.
APIS = {
    "keystone": "keystone.wsgi.api",
    "glance": "glance.wsgi.api",
    "placement": "placement.wsgi.api",
    "neutron": "neutron.wsgi.api",
    "cinder": "cinder.wsgi.api",
    "nova": "nova.wsgi.osapi_compute",
}
#: Service to the module that starts what stands behind its API, in the same process.
PARTS = {"cinder": "small_cinder", "nova": "small_nova"}
#: Services that find their settings file only when told its name.
TOLD = ("keystone", "neutron")


class Service(BaseApplication):
    def __init__(self, name: str, port: str, settings: str, access_log: str) -> None:
        self._name = name
        self._port = port
        self._settings = settings
        self._access_log = access_log
        super().__init__()

    def load_config(self) -> None:
        choices = {
            "bind": f"127.0.0.1:{self._port}",
            "proc_name": f"small-cloud-{self._name}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": 16,
            "timeout": 180,
            "graceful_timeout": 3,
            # Longer than clients keep idle connections, else a call may meet the closing.
            "keepalive": 75,
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for key, value in choices.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """In the worker: threads that the service starts would not survive the fork."""
        name, folder = self._name, self._settings
        os.environ[f"OS_{name.upper()}_CONFIG_DIR"] = folder
        if name in TOLD:
            os.environ[f"OS_{name.upper()}_CONFIG_FILES"] = f"{name}.conf"
        # The services read the command line as if it were theirs.
        sys.argv = [f"{name}-api"]
        if name == "cinder":
            sys.argv += ["--config-file", f"{folder}/cinder.conf"]
            _choose_threads()
        api = importlib.import_module(APIS[name])
        if name in PARTS:
            importlib.import_module(PARTS[name]).start()
        return Recorded(api.application, name, self._access_log)


def _choose_threads() -> None:
    """Cinder would take green ones, which gunicorn's threads do not get along with."""
    os.environ["OS_CINDER_DISABLE_EVENTLET_PATCHING"] = "1"
    backend = importlib.import_module("oslo_service.backend")
    backend.init_backend(backend.BackendType.THREADING)


if __name__ == "__main__":
    Service(*sys.argv[1:]).run()
