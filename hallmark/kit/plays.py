"""The plays that several scenarios share: a product's life, and a short one."""

from __future__ import annotations

import hashlib

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


def life(stage: Stage) -> None:
    """Everything that a product can do by itself, once, with a look after each change."""
    stage.install()
    stage.create()
    stage.look("created", deep=True)
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
    """Keep what stands in the files and folders that `log` names; the removal may take them away."""
    paths = (stage.verb("log").facts or {}).get("paths")
    found = []
    for path in paths if isinstance(paths, list) else ():
        place = stage.lab.adapter.folder / str(path)
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        for file in [one for one in files if one.is_file()][:_LOG_FILES]:
            found.append(file.read_bytes()[-_LOG_BYTES:].decode("utf-8", "replace"))
    stage.trace.notes["log"] = "\n".join(found)
