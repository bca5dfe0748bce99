"""From the caller's options to a lab, with everything that must be closed afterwards."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from hallmark.kit.adapter import Adapter
from hallmark.kit.cloud import Cloud, login_of
from hallmark.kit.cloud_people import People
from hallmark.kit.lab import Lab
from hallmark.kit.login import CloudUnreadable
from hallmark.kit.recording import access_of, recordings
from hallmark.kit.secrets import KnownSecrets
from hallmark.recorder import CloudUnusable
from hallmark.recorder.access import checked


@dataclass(frozen=True, slots=True)
class Options:
    """`os_cloud` and its like name entries of clouds.yaml; empty where not given."""

    os_cloud: str
    nonce: str
    os_admin_cloud: str = ""
    os_federated_cloud: str = ""
    cloud_release: str = ""
    address_mode: str = ""
    address_network: str = ""
    stay: Path | None = None
    returned: Path | None = None


def open_lab(adapter: Adapter, options: Options, folder: Path, undo: ExitStack) -> Lab:
    """A lab whose clouds are signed in to. `folder` is for work files. Raises CloudUnreadable."""
    known = KnownSecrets()
    known.name_place(folder, "RUN")
    known.name_place(adapter.folder, "ADAPTER")
    cloud = undo.enter_context(_signed_in(options.os_cloud, known))
    lab = Lab(
        adapter=adapter,
        cloud=cloud,
        nonce=options.nonce,
        folder=folder,
        open_recording=recordings(adapter, options.cloud_release),
        stay=options.stay,
        returned=options.returned,
        secrets=known,
    )
    if options.os_admin_cloud:
        admin = undo.enter_context(_signed_in(options.os_admin_cloud, known))
        lab.people = People(admin, known)
        undo.callback(lab.people.close)
    if options.os_federated_cloud:
        lab.federated = undo.enter_context(_signed_in(options.os_federated_cloud, known))
    if options.address_mode:
        lab.address_mode = options.address_mode
        lab.address_network = _network(cloud, options.address_mode, options.address_network)
    return lab


def _signed_in(os_cloud: str, known: KnownSecrets) -> Cloud:
    login = login_of(os_cloud)
    try:
        checked(access_of(login))
    except CloudUnusable as error:
        raise CloudUnreadable(str(error)) from None
    cloud = Cloud(login)
    known.learn(cloud.token, *login.secrets)
    return cloud


def _network(cloud: Cloud, mode: str, name: str) -> str:
    """The network's id: the one named, else the first external or shared one."""
    query = f"name={name}" if name else _QUERIES[mode]
    found = cloud.read("network", f"/networks?{query}")["networks"]
    if mode == "provider":
        found = [one for one in found if not one.get("router:external")]
    if not found:
        raise CloudUnreadable(
            f"no network for address mode {mode}. Name one with --address-network."
        )
    return str(found[0]["id"])


_QUERIES = {"floating": "router:external=true", "provider": "shared=true"}


def mark_project(lab: Lab) -> bool:
    """Tag the test project with the nonce, where the caller or the administrator may: it ties the
    evidence to a project of this cloud. Whether it was done."""
    admin = lab.people.admin if lab.people else lab.cloud
    path = f"/projects/{lab.cloud.project_id}/tags/osi-{lab.nonce}"
    try:
        return admin.ask("identity", "PUT", path).status_code < 300
    except CloudUnreadable:
        return False
