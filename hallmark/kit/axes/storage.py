"""Block, object and shared storage, and images."""

from __future__ import annotations

from hallmark.kit.criteria import gone_after, made_kind, require
from hallmark.kit.inventory import Inventory, Resource, named
from hallmark.kit.scenario import KitTest
from hallmark.kit.trace import NotTestable, Trace
from hallmark.kit.verbs import Ended


def _volumes(trace: Trace) -> str:
    volumes = made_kind(trace, "volume", look="detach" if "detach" in trace.looks else "created")
    trace.done("attach", "grow", "detach")
    attached = [one for one in _now(trace.look("attach"), volumes) if _attached(one)]
    require(bool(attached), "no volume was attached")
    one = next((one for one in attached if _has_grown(trace, one)), None)
    require(one is not None, "the attached volume did not grow")
    still = [one for one in _now(trace.look("detach"), attached) if _attached(one)]
    require(not still, f"still attached: {named(still)}")
    gone_after(trace, attached)
    return f"attached, grown, detached and deleted: {named(attached)}"


def _now(inventory: Inventory, resources: tuple[Resource, ...] | list[Resource]) -> list[Resource]:
    found = (inventory.here(one) for one in resources)
    return [one for one in found if one is not None]


def _attached(volume: Resource) -> bool:
    return bool(volume.document.get("attachments"))


def _has_grown(trace: Trace, volume: Resource) -> bool:
    now = trace.look("grow").here(volume)
    return now is not None and int(now.document["size"]) > int(volume.document["size"])


def _restored(trace: Trace) -> str:
    trace.done("backup")
    saved = trace.look("saved").since(trace.look("before"))
    kept = saved.of("snapshot") + saved.of("volume_backup")
    if not kept and not saved.of("volume"):
        raise NotTestable("the product keeps nothing on volumes")
    require(bool(kept), "no snapshot and no volume backup was made")
    trace.done("restore")
    require(trace.notes["restored"], "the restored content is not the content that was saved")
    return f"restored with an equal checksum from {named(kept)}"


def _stored(trace: Trace) -> str:
    trace.done("create")
    look = "saved" if "saved" in trace.looks else "created"
    objects = trace.made(look).of("object")
    require(bool(objects), "the product put no object into the object store")
    full = [one for one in objects if int(one.document.get("bytes") or 0) > 0]
    require(bool(full), "all objects are empty")
    return f"{len(full)} objects in the object store"


def _shared(trace: Trace) -> str:
    shares = made_kind(trace, "share")
    bare = [one for one in shares if not one.document.get("access_rules")]
    require(not bare, f"without access rule: {named(bare)}")
    gone_after(trace, shares)
    return f"shares with access rules: {named(shares)}"


def _own_image(trace: Trace) -> str:
    look = "uploaded" if "uploaded" in trace.looks else "created"
    if look == "uploaded":
        trace.done("upload-image")
    images = trace.made(look).of("image")
    if not images and look == "created":
        raise NotTestable("the product makes no image of its own")
    require(bool(images), "the product made no image")
    active = [one for one in images if one.status == "ACTIVE"]
    require(bool(active), f"not active: {named(images)}")
    formats = trace.notes["disk formats"]
    astray = [one for one in active if one.document.get("disk_format") not in formats]
    require(not astray, f"in a format that the cloud does not list: {named(astray)}")
    return f"own image in format {active[0].document['disk_format']}"


def _refused(trace: Trace) -> str:
    trace.done("upload-image")
    label = "upload-image changed"
    run = trace.run(label)
    require(run.ended is Ended.FAILED and not run.timed_out, "changed image data was taken")
    left = trace.look(label).since(trace.look("uploaded")).of("image")
    usable = [one for one in left if one.status == "ACTIVE"]
    require(not usable, f"usable though its data was changed: {named(usable)}")
    return "image data with another hash was refused"


TESTS = (
    KitTest(
        "block.volumes",
        "life",
        "attachments and sizes after each verb",
        _volumes,
        verbs=("create", "attach", "grow", "detach"),
        service="block-storage",
    ),
    KitTest(
        "block.snapshots",
        "life",
        "snapshots in the cloud, and the restored bytes",
        _restored,
        verbs=("backup", "restore"),
        service="block-storage",
    ),
    KitTest(
        "object.store",
        "life",
        "objects with content",
        _stored,
        verbs=("create",),
        service="object-store",
    ),
    KitTest(
        "shared.manila",
        "life",
        "shares and their access rules",
        _shared,
        verbs=("create",),
        service="shared-file-system",
    ),
    KitTest("image.upload", "life", "owner, state and format of images", _own_image, (), "image"),
    KitTest(
        "image.verify",
        "life",
        "images after data with another hash",
        _refused,
        verbs=("upload-image",),
        service="image",
    ),
)
