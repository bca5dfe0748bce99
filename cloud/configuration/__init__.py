"""The settings files of the seven services, as data; `write_all` puts them into the cloud."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from cloud.configuration import cinder, glance, keystone, neutron, nova, placement, swift
from cloud.configuration.ini import Sections, as_text
from cloud.configuration.shared import Databases
from cloud.plan import Plan

#: Service to what makes its files: name of the file to sections.
_MAKERS: dict[str, Callable[[Plan, Databases], dict[str, Sections]]] = {
    "keystone": keystone.files,
    "glance": glance.files,
    "placement": placement.files,
    "swift": swift.files,
    "neutron": neutron.files,
    "cinder": cinder.files,
    "nova": nova.files,
}


def write_all(plan: Plan, databases: Databases) -> None:
    """Write every settings file below `plan.folder`/etc, and make the folders they speak of."""
    for service, files in _MAKERS.items():
        folder = plan.settings(service)
        folder.mkdir(parents=True, exist_ok=True)
        plan.state(service).mkdir(parents=True, exist_ok=True)
        shipped = plan.environment / "etc" / service
        if shipped.is_dir():
            shutil.copytree(shipped, folder, dirs_exist_ok=True)
        for name, sections in files(plan, databases).items():
            (folder / name).write_text(as_text(sections))
    keystone.write_keys(plan)
    for part in glance.STORES:
        (plan.state("glance") / part).mkdir(exist_ok=True)
    (plan.state("swift") / swift.DEVICE).mkdir(exist_ok=True)
    (plan.folder / "data" / "locks").mkdir(exist_ok=True)
