"""A reference product: an application platform in small, driven by the test kit verb by verb."""

import base64
import hashlib
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from calls import FAULT, WORK, Cloud, Failed, keep, log, quoted, recalled
from ground import around, keep_secret, network, own_credential

MARK = os.environ["OSI_MARK"]
OWN_MARK = "" if FAULT == "marks-no-volume" else MARK
COUNT = int(os.environ.get("OSI_COUNT", "0"))
ACTIVE = "ACTIVE"
# A small installation leaves parts out, which saves calls.
PARTS = os.environ.get("OSI_SETTING_PARTS", "secret volume around").split()


def install(cloud):
    if FAULT != "looks-at-no-limits":
        cloud.get("compute", "/limits")
    if FAULT == "needs-an-administrator":
        cloud.get("identity", "/users")
    try:
        own_credential(cloud)
        if "secret" in PARTS:
            keep_secret(cloud)
        network(cloud)
        if "around" in PARTS:
            around(cloud)
    except Failed:
        if FAULT != "leaves-half":
            undo(cloud)
        raise


# Items: servers, each with a number; the first one's data lie on a volume.


def create(cloud):
    first = cloud.state.get("number", 0)
    before = len(cloud.state.get("made", []))
    names = [f"{MARK}-{first + number}" for number in range(COUNT)]
    try:
        if "volume" in PARTS and "volume" not in cloud.state:
            new_volume(cloud)
        for name in names:
            server(cloud, name)
            if FAULT == "makes-it-twice" and cloud.state.pop("met a fault", False):
                server(cloud, name)
        settle(cloud)
        if "container" in cloud.state:
            artefact = Path(os.environ["OSI_DATA"]).read_bytes()[:1000]
            put(cloud, f"item-{first}", artefact)
    except Failed:
        if FAULT != "leaves-half":
            undo(cloud, before)
        raise
    cloud.state["number"] = first + COUNT
    keep(cloud.state)
    if FAULT == "prints-its-secret":
        log(f"using {os.environ.get('OS_PASSWORD', '')} and {payload(cloud)}")
    facts(items=names)


def new_volume(cloud):
    body = {"size": 1, "name": f"{MARK}-data", "metadata": {"mark": OWN_MARK}}
    if not OWN_MARK:
        body["name"] = "data"
    made = cloud.make("block-storage", "/volumes", {"volume": body}, "/volumes/{id}")
    cloud.state["volume"] = made["id"]
    keep(cloud.state)


def server(cloud, name, **more):
    body = {
        "name": name,
        "flavorRef": cloud.get("compute", "/flavors")["flavors"][0]["id"],
        "networks": [{"uuid": cloud.state["network"]}],
        "metadata": {"mark": MARK},
        "security_groups": [{"name": cloud.state["group"]}],
        **more,
    }
    if FAULT == "secret-in-metadata":
        body["metadata"]["token"] = payload(cloud)
    if FAULT == "secret-in-user-data":
        body["user_data"] = base64.b64encode(f"secret={payload(cloud)}".encode()).decode()
    hints = body.pop("hints", {})
    wanted = {"server": body, **({"os:scheduler_hints": hints} if hints else {})}
    return cloud.make("compute", "/servers", wanted, "/servers/{id}")["id"]


def payload(cloud):
    found = cloud.get("key-manager", f"/v1/secrets/{cloud.state['secret']}/payload")
    return found.decode()


def own_servers(cloud):
    return [one for one in cloud.pages("compute", "/servers/detail", "servers")
            if one["metadata"].get("mark") == MARK]  # fmt: skip


def settle(cloud, wanted=ACTIVE, patience=20.0):
    """Waits until all servers are in the state wanted. Fails for one in error, and after a time."""
    end = time.monotonic() + patience
    while True:
        states = {one["name"]: one["status"] for one in own_servers(cloud)}
        broken = [name for name, state in states.items() if state == "ERROR"]
        if broken and FAULT != "waits-for-the-broken":
            raise Failed(f"in state ERROR: {', '.join(broken)}")
        if set(states.values()) <= ({wanted, "ERROR"} if broken else {wanted}):
            return
        if time.monotonic() > end:
            raise Failed(f"not {wanted} in time: {states}")
        time.sleep(0.01)


def list_items(cloud):
    facts(items=[one["name"] for one in own_servers(cloud)])


def scale(cloud):
    have = len(own_servers(cloud))
    for number in range(have, COUNT):
        server(cloud, f"{MARK}-{number}")
    cloud.state["number"] = max(have, COUNT)
    keep(cloud.state)
    settle(cloud)


def stop(cloud):
    for one in own_servers(cloud):
        cloud.send("compute", "POST", f"/servers/{one['id']}/action", {"os-stop": None})
    settle(cloud, "SHUTOFF")


def wait(cloud):
    settle(cloud, patience=min(0.3, float(os.environ["OSI_TIMEOUT_S"])))


def attach(cloud):
    one = own_servers(cloud)[0]["id"]
    body = {"volumeAttachment": {"volumeId": cloud.state["volume"]}}
    cloud.send("compute", "POST", f"/servers/{one}/os-volume_attachments", body)
    volume_is(cloud, "in-use")
    cloud.state["attached"] = one
    keep(cloud.state)


def grow(cloud):
    path = f"/volumes/{cloud.state['volume']}/action"
    newer = {"OpenStack-API-Version": "volume 3.42"}
    cloud.send("block-storage", "POST", path, {"os-extend": {"new_size": 2}}, newer)


def detach(cloud):
    one = cloud.state.pop("attached")
    keep(cloud.state)
    path = f"/servers/{one}/os-volume_attachments/{cloud.state['volume']}"
    cloud.send("compute", "DELETE", path)
    volume_is(cloud, "available")


def volume_is(cloud, wanted):
    for _ in range(500):
        volume = cloud.get("block-storage", f"/volumes/{cloud.state['volume']}")["volume"]
        if volume["status"] == wanted:
            return
        time.sleep(0.01)
    raise Failed(f"the volume is not {wanted}")


def backup(cloud):
    put(cloud, "backup", Path(os.environ["OSI_DATA"]).read_bytes())
    words = {"volume_id": cloud.state["volume"], "name": MARK, "metadata": {"mark": MARK}}
    words["force"] = True
    cloud.make("block-storage", "/snapshots", {"snapshot": words}, "/snapshots/{id}")


def restore(cloud):
    content = cloud.get("object-store", f"/{MARK}/backup")
    if FAULT == "restores-something-else":
        content = content[:-1]
    Path(os.environ["OSI_RESTORED"]).write_bytes(content)


def put(cloud, name, content):
    kind = {"Content-Type": "application/octet-stream"}
    cloud.send("object-store", "PUT", f"/{MARK}/{quoted(name)}", content, kind)


def upload_image(cloud):
    content = Path(os.environ["OSI_IMAGE"]).read_bytes()
    changed = hashlib.sha256(content).hexdigest() != os.environ["OSI_IMAGE_SHA256"]
    if changed and FAULT != "trusts-any-image":
        raise Failed("the image is not what its hash says")
    words = {"name": MARK, "tags": [MARK], "disk_format": "raw", "container_format": "bare"}
    made = cloud.make("image", "/v2/images", words, "/v2/images/{id}")
    kind = {"Content-Type": "application/octet-stream"}
    cloud.send("image", "PUT", f"/v2/images/{made['id']}/file", content, kind)


def use_secret(cloud):
    if FAULT == "keeps-the-secret-itself":
        return
    if payload(cloud) == "":
        raise Failed("the secret is empty")


def releases(cloud):
    facts(supported=["2026.1"], warning=f"{os.environ['OSI_RELEASE']} is not supported")


def place(cloud):
    path = "/os-server-groups"
    wanted = {"name": MARK, "policies": ["anti-affinity"]}
    group = cloud.make("compute", path, {"server_group": wanted}, path + "/{id}")
    for number in range(COUNT):
        zone = os.environ["OSI_ZONE"]
        hints = {} if FAULT == "places-anywhere" else {"group": group["id"]}
        server(cloud, f"{MARK}-{number}", availability_zone=zone, hints=hints)
    settle(cloud)


def guest(cloud):
    script = Path(os.environ["OSI_USER_DATA"]).read_bytes()
    drive = os.environ["OSI_CONFIG_DRIVE"] == "1"
    made = server(cloud, f"{MARK}-guest-{drive}", config_drive=drive,
                  user_data=base64.b64encode(script).decode())  # fmt: skip
    settle(cloud)
    facts(server=made)


def login(cloud):
    """Exit 4 for who may not."""
    headers = {"X-Subject-Token": os.environ["OSI_TOKEN"]}
    try:
        token = cloud.get("identity", "/auth/tokens", headers)["token"]
    except Failed as error:
        if FAULT == "admits-anybody":
            return
        sys.exit(4 if error.status in (401, 404) else 1)
    roles = {one["name"] for one in token["roles"]}
    needed = "member" if os.environ["OSI_ACTION"] == "write" else "reader"
    if token["project"]["id"] != cloud.project or needed not in roles:
        sys.exit(4)


def rotate(cloud):
    cloud.get("compute", "/limits")


def meter(cloud):
    one = own_servers(cloud)[0]["id"]
    resource = cloud.get("metric", f"/v1/resource/instance/{one}")
    measures = cloud.get("metric", f"/v1/metric/{resource['metrics']['vcpus']}/measures")
    value = measures[-1][2] * (2 if FAULT == "measures-wrongly" else 1)
    facts(resource=one, metric="vcpus", value=value)


def publish(cloud):
    resource = {"id": own_servers(cloud)[0]["id"][:-4] + "0000", "metrics": {"items": {}}}
    made = cloud.send("metric", "POST", "/v1/resource/generic", resource)[2]
    cloud.state["made"].append(["metric", f"/v1/resource/generic/{made['id']}"])
    keep(cloud.state)
    measures = [{"timestamp": "2026-11-21T12:00:00", "value": 2}]
    if FAULT != "publishes-nothing":
        path = f"/v1/metric/{made['metrics']['items']}/measures"
        cloud.send("metric", "POST", path, measures)
    facts(resource=made["id"], metric="items")


def audit(cloud):
    """One CADF event for each thing made."""
    kind = "http://schemas.dmtf.org/cloud/audit/1.0/event"
    made = [path.rpartition("/")[2] for _, path in cloud.state["made"]]
    made += [MARK, f"{MARK}/item-0"]
    lines = [
        json.dumps(
            {"typeURI": kind, "action": "create", "outcome": "success", "target": {"id": one}}
        )
        for one in made
    ]
    (WORK / "audit.log").write_text("\n".join(lines))
    facts(path=str(WORK / "audit.log"))


def show_log(cloud):
    facts(paths=[str(WORK / "product.log")] if (WORK / "product.log").exists() else [])


# The end.


def remove(cloud):
    if "attached" in cloud.state:
        detach(cloud)
    undo(cloud)


def undo(cloud, first=0):
    """Deletes what was made since, last first, and waits until it is gone."""
    made = cloud.state.get("made", [])
    if first == 0 and "container" in cloud.state:
        for one in cloud.get("object-store", f"/{MARK}?format=json"):
            cloud.send("object-store", "DELETE", f"/{MARK}/{quoted(one['name'])}")
        cloud.send("object-store", "DELETE", f"/{cloud.state.pop('container')}")
    while len(made) > first:
        service, path = made[-1]
        if service == "identity":
            # The credential may not delete itself: its maker does, with the password.
            cloud.state.pop("credential")
            keep(cloud.state)
            cloud.sign_in()
        if not (FAULT == "leaks-a-volume" and path.startswith("/volumes/")):
            drop(cloud, service, path)
        if path.startswith("/volumes/"):
            cloud.state.pop("volume", None)
        made.pop()
        keep(cloud.state)


def drop(cloud, service, path):
    for _ in range(500):
        try:
            cloud.send(service, "DELETE", path)
            if service not in ("compute", "block-storage") or "/os-" in path:
                return
            time.sleep(0.02)
        except Failed as error:
            if error.status == 404:
                return
            if error.status not in (400, 409):
                raise
            time.sleep(0.02)


def facts(**words):
    sys.stdout.write(json.dumps(words) + "\n")


VERBS = {
    "list": list_items,
    "log": show_log,
    "upload-image": upload_image,
    "use-secret": use_secret,
}
OWN = (install, create, scale, stop, attach, grow, detach, backup, restore, remove, wait, releases)
OWN += (login, rotate, place, guest, meter, publish, audit)
VERBS |= {one.__name__: one for one in OWN}


def main():
    try:
        VERBS[os.environ["OSI_VERB"]](Cloud(recalled()))
    except (Failed, OSError) as error:
        sys.exit(f"{os.environ['OSI_VERB']}: {error}")


main()
