"""The plays that several scenarios share: a product's life, and a short one."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hallmark.kit.meters import meter_of
from hallmark.kit.stage import Stage
from hallmark.kit.verbs import Ended

#: A release that no product can support.
NO_RELEASE = "1999.1"


def short(stage: Stage) -> None:
    """Install, use, remove."""
    stage.install()
    stage.create()
    stage.look("created")
    stage.verb("list")
    stage.remove()


def make_and_look(stage: Stage) -> None:
    """Make what the cloud may refuse. No removal before the look: what is left is the question."""
    stage.look("before")
    since = "before"
    if stage.verb("install", OSI_SECRET=stage.secret).ended is Ended.DONE:
        since = "installed"
        stage.look(since)
        stage.create()
    stage.look_at_rest("afterwards", since)
    read_log(stage)
    stage.remove()


def life(stage: Stage) -> None:
    """Everything that a product can do by itself, once, with a look after each change."""
    _note_the_ground(stage)
    stage.install()
    stage.create()
    stage.look("created", deep=True)
    stage.trace.notes["user data"] = _user_data(stage)
    if stage.lab.address_network:
        stage.trace.notes["on the network"] = servers_on(stage, stage.lab.address_network)
    stage.verb("list")
    stage.verb("scale", OSI_COUNT=3)
    if stage.lab.adapter.has("attach"):
        for verb in ("attach", "grow", "detach"):
            stage.verb(verb)
            stage.look(verb)
    if stage.lab.adapter.has("stop"):
        stage.verb("stop")
        stage.look("stopped")
    _save(stage)
    _upload(stage)
    _meters(stage)
    stage.verb("use-secret")
    stage.verb("releases", OSI_RELEASE=NO_RELEASE)
    stage.trace.notes["catalog"] = _catalog(stage)
    read_log(stage)
    stage.remove()


def _note_the_ground(stage: Stage) -> None:
    """What cloud and adapter say before anything is done."""
    notes, lab = stage.trace.notes, stage.lab
    notes["documented ports"] = lab.adapter.ports
    notes["address mode"], notes["address network"] = lab.address_mode, lab.address_network
    notes["user agents"] = lab.adapter.user_agents
    notes["product"], notes["version"] = lab.adapter.name, lab.adapter.version
    notes["catalog before"] = _catalog(stage)
    notes["project"] = stage.cloud.project_id
    notes["service type"] = lab.adapter.service_type
    if stage.cloud.has("image"):
        schema = stage.cloud.read("image", "/schemas/image")
        formats = schema.get("properties", {}).get("disk_format", {}).get("enum") or ()
        notes["disk formats"] = frozenset(one for one in formats if one)


_USER_DATA = "OS-EXT-SRV-ATTR:user_data"


def _user_data(stage: Stage) -> dict[str, str | None]:
    """User data of each server made, in base64 as stored; None where nobody may see it. By default
    only an administrator may."""
    found: dict[str, str | None] = {}
    people = stage.lab.people
    for server in stage.trace.made().of("server"):
        document = server.document
        if _USER_DATA not in document and people is not None:
            document = people.admin.read("compute", f"/servers/{server.id}", "2.26")["server"]
        found[server.id] = str(document[_USER_DATA] or "") if _USER_DATA in document else None
    return found


def servers_on(stage: Stage, network: str) -> int:
    """How many of the product's ports are on a network."""
    made = {one.id for one in stage.trace.made()}
    ports = stage.cloud.read("network", f"/ports?network_id={network}")["ports"]
    return sum(1 for one in ports if one.get("device_id") in made or one.get("id") in made)


def _save(stage: Stage) -> None:
    if stage.verb("backup").ended is not Ended.DONE:
        return
    stage.look("saved")
    stage.verb("restore")
    data = stage.restored.read_bytes() if stage.restored.is_file() else b""
    stage.trace.notes["restored"] = data == stage.data.read_bytes()


def _upload(stage: Stage) -> None:
    """First an image whose hash is right, then the same with one byte changed."""
    if not stage.lab.adapter.has("upload-image"):
        return
    content = stage.data.read_bytes()
    image = stage.folder / "image.raw"
    image.write_bytes(content)
    trusted = hashlib.sha256(content).hexdigest()
    stage.verb("upload-image", OSI_IMAGE=str(image), OSI_IMAGE_SHA256=trusted)
    stage.look("uploaded")
    image.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    label = "upload-image changed"
    stage.verb("upload-image", label=label, OSI_IMAGE=str(image), OSI_IMAGE_SHA256=trusted)
    stage.look(label)


def _meters(stage: Stage) -> None:
    """What the cloud itself says of the meters that the product names."""
    for verb in ("meter", "publish"):
        run = stage.verb(verb)
        if run.ended is Ended.DONE and run.facts:
            stage.trace.notes[verb] = meter_of(stage.cloud, run.facts)


def _catalog(stage: Stage) -> frozenset[str]:
    """Service types in the catalog as a new token shows it."""
    return frozenset(str(one.get("type")) for one in stage.cloud.fresh_catalog())


#: So much of each log file is read, from its end.
_LOG_BYTES = 8 * 1024 * 1024
_LOG_FILES = 200


def read_log(stage: Stage) -> None:
    """Keep what stands where `log` points to; the removal may take it away."""
    paths = (stage.verb("log").facts or {}).get("paths")
    texts = [
        file.read_bytes()[-_LOG_BYTES:].decode("utf-8", "replace")
        for path in (paths if isinstance(paths, list) else ())
        for file in _files_at(stage.lab.adapter.folder / str(path))
    ]
    stage.trace.notes["log"] = "\n".join(texts)


def _files_at(place: Path) -> list[Path]:
    found = sorted(place.rglob("*")) if place.is_dir() else [place]
    return [one for one in found if one.is_file()][:_LOG_FILES]
