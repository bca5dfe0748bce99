"""What the reference product stands on: its credential, secret, network, entry point and names."""

import os

from calls import FAULT, WORK, keep

MARK = os.environ["OSI_MARK"]


def own_credential(cloud):
    """So that the product works on when its installer's password changes."""
    if cloud.identity["methods"] != ["password"]:
        return
    user = cloud.identity["user"]["id"]
    path = f"/users/{user}/application_credentials"
    made = cloud.make("identity", path, {"application_credential": {"name": MARK}}, path + "/{id}")
    cloud.state["credential"] = {"id": made["id"], "secret": made["secret"]}
    keep(cloud.state)
    cloud.sign_in()


def keep_secret(cloud):
    if not has(cloud, "key-manager"):
        return
    secret = {"name": MARK, "payload": os.environ["OSI_SECRET"]}
    secret["payload_content_type"] = "text/plain"
    made = cloud.make("key-manager", "/v1/secrets", secret, "/v1/secrets/{id}")
    cloud.state["secret"] = made["id"]
    keep(cloud.state)
    if FAULT == "keeps-the-secret-itself":
        (WORK / "secret").write_text(os.environ["OSI_SECRET"])


def network(cloud):
    given = os.environ.get("OSI_NETWORK", "")
    if not given:
        made = cloud.make("network", "/v2.0/networks", {"network": {"name": MARK}},
                          "/v2.0/networks/{id}")  # fmt: skip
        tag(cloud, "networks", made["id"])
        subnet = {"network_id": made["id"], "ip_version": 4, "cidr": "10.11.0.0/24", "name": MARK}
        below = cloud.make("network", "/v2.0/subnets", {"subnet": subnet}, "/v2.0/subnets/{id}")
        tag(cloud, "subnets", below["id"])
        given = made["id"]
    if FAULT == "asks-compute-for-networks":
        cloud.get("compute", "/os-networks")
    group = cloud.make("network", "/v2.0/security-groups", {"security_group": {"name": MARK}},
                       "/v2.0/security-groups/{id}")  # fmt: skip
    tag(cloud, "security-groups", group["id"])
    for port in (443, 9999) if FAULT == "opens-another-port" else (443,):
        rule = {"security_group_id": group["id"], "direction": "ingress", "protocol": "tcp"}
        rule |= {"port_range_min": port, "port_range_max": port}
        path = "/v2.0/security-group-rules"
        cloud.make("network", path, {"security_group_rule": rule}, path + "/{id}")
    cloud.state.update(network=given, group=group["id"])
    keep(cloud.state)


def tag(cloud, plural, made):
    cloud.send("network", "PUT", f"/v2.0/{plural}/{made}/tags", {"tags": [MARK]})


def around(cloud):
    """Entry point, name, files, artefacts: whatever of these the cloud offers."""
    if has(cloud, "object-store"):
        cloud.send("object-store", "PUT", f"/{MARK}", b"", {"X-Container-Meta-Mark": MARK})
        cloud.state["container"] = MARK
        keep(cloud.state)
    if has(cloud, "load-balancer"):
        words = {"name": MARK, "tags": [MARK]}
        path = "/v2/lbaas"
        balancer = cloud.make("load-balancer", f"{path}/loadbalancers",
                              {"loadbalancer": words}, path + "/loadbalancers/{id}")  # fmt: skip
        pool = {**words, "loadbalancer_id": balancer["id"], "protocol": "TCP"}
        made = cloud.make("load-balancer", f"{path}/pools", {"pool": pool}, path + "/pools/{id}")
        monitor = {**words, "pool_id": made["id"], "type": "TCP", "delay": 5}
        cloud.make("load-balancer", f"{path}/healthmonitors",
                   {"healthmonitor": monitor}, path + "/healthmonitors/{id}")  # fmt: skip
    if has(cloud, "dns"):
        zone = cloud.make("dns", "/v2/zones", {"name": f"{MARK}.example.", "email": "a@b.example"},
                          "/v2/zones/{id}")  # fmt: skip
        names = f"/v2/zones/{zone['id']}/recordsets"
        record = {"name": f"www.{MARK}.example.", "type": "A", "records": ["192.0.2.1"]}
        cloud.make("dns", names, record, names + "/{id}")
    if has(cloud, "orchestration"):
        stack = {"stack_name": MARK, "tags": MARK, "template": {"resources": {}}}
        cloud.make("orchestration", "/stacks", stack, f"/stacks/{MARK}/{{id}}")
    if has(cloud, "shared-file-system"):
        share = {"name": MARK, "size": 1, "share_proto": "NFS", "metadata": {"mark": MARK}}
        made = cloud.make("shared-file-system", "/shares", {"share": share}, "/shares/{id}")
        rule = {"access_type": "ip", "access_to": "10.11.0.0/24", "access_level": "rw"}
        cloud.send("shared-file-system", "POST", f"/shares/{made['id']}/action",
                   {"allow_access": rule}, {"X-OpenStack-Manila-API-Version": "2.7"})  # fmt: skip


def has(cloud, service):
    return service in cloud.mounts
