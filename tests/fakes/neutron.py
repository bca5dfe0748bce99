"""Networks, subnets, ports, security groups, routers, floating addresses, tags, quotas."""

from __future__ import annotations

import ipaddress
import itertools
import secrets
from typing import Any

from tests.fakes.neutron_kinds import BY_PLURAL, EXTENSIONS, KINDS, QUOTA
from tests.fakes.service import Call, Record, Refusal, route
from tests.fakes.shelved import Kind, Shelved

ERRORS = {400: "HTTPBadRequest", 403: "PolicyNotAuthorized", 409: "Conflict"}
NOT_FOUND = {
    "network": "NetworkNotFound",
    "subnet": "SubnetNotFound",
    "port": "PortNotFound",
    "router": "RouterNotFound",
    "security_group": "SecurityGroupNotFound",
    "security_group_rule": "SecurityGroupRuleNotFound",
    "floatingip": "FloatingIPNotFound",
}


class Neutron(Shelved):
    """One external network `public` (172.24.4.0/24) belongs to nobody and is seen by all."""

    type = "network"
    name = "neutron"
    unnumbered_root = True
    kinds = KINDS
    quota = QUOTA

    def refusal_body(self, refusal: Refusal) -> Any:
        if refusal.status == 401:
            return super().refusal_body(refusal)
        kind = NOT_FOUND.get(refusal.kind) or refusal.kind or ERRORS.get(refusal.status, "")
        body = {"type": kind or "HTTPNotFound", "message": refusal.message, "detail": ""}
        return {"NeutronError": body}

    @route("GET", "/", open=True)
    def versions(self, call: Call) -> Any:
        links = [{"rel": "self", "href": f"{self.origin}/v2.0/"}]
        return {"versions": [{"id": "v2.0", "status": "CURRENT", "links": links}]}

    @route("GET", "/v2.0", open=True)
    def version(self, call: Call) -> Any:
        rows = []
        for kind in KINDS[:4]:
            links = [{"rel": "self", "href": f"{self.origin}/v2.0/{kind.plural}"}]
            rows.append({"name": kind.singular, "collection": kind.plural, "links": links})
        return {"resources": rows}

    @route("GET", "/v2.0/extensions")
    def extensions(self, call: Call) -> Any:
        return {"extensions": EXTENSIONS}

    @route("GET", "/v2.0/extensions/{alias}")
    def extension(self, call: Call, alias: str) -> Any:
        for one in EXTENSIONS:
            if one["alias"] == alias:
                return {"extension": one}
        raise Refusal(404, f"Extension with alias {alias} does not exist", "ExtensionNotFound")

    @route("GET", "/v2.0/agents")
    def agents(self, call: Call) -> Any:
        return {"agents": []}

    @route("GET", "/v2.0/availability_zones")
    def zones(self, call: Call) -> Any:
        return {"availability_zones": []}

    # Quotas

    @route("GET", "/v2.0/quotas/{project}")
    def show_quota(self, call: Call, project: str) -> Any:
        return {"quota": self.quota_of(project)}

    @route("GET", "/v2.0/quotas/{project}/details.json")
    @route("GET", "/v2.0/quotas/{project}/details")
    def show_quota_in_full(self, call: Call, project: str) -> Any:
        return {
            "quota": {
                name: {"limit": limit, "used": self.used(project, name), "reserved": 0}
                for name, limit in self.quota_of(project).items()
            }
        }

    @route("PUT", "/v2.0/quotas/{project}")
    def set_quota(self, call: Call, project: str) -> Any:
        if not call.is_admin:
            raise Refusal(403, "rule:update_quota is disallowed by policy")
        self.quotas.setdefault(project, {}).update(call.json()["quota"])
        return {"quota": self.quota_of(project)}

    # Tags

    def _tagged(self, call: Call, plural: str, record_id: str) -> list[str]:
        if plural not in BY_PLURAL:
            raise Refusal(404, "The resource could not be found.", "HTTPNotFound")
        tags: list[str] = self.one(call, BY_PLURAL[plural], record_id).body["tags"]
        return tags

    @route("GET", "/v2.0/{plural}/{id}/tags")
    def list_tags(self, call: Call, plural: str, id: str) -> Any:
        return {"tags": self._tagged(call, plural, id)}

    @route("PUT", "/v2.0/{plural}/{id}/tags")
    def set_tags(self, call: Call, plural: str, id: str) -> Any:
        tags = self._tagged(call, plural, id)
        tags[:] = call.json()["tags"]
        return {"tags": tags}

    @route("PUT", "/v2.0/{plural}/{id}/tags/{tag}")
    def add_tag(self, call: Call, plural: str, id: str, tag: str) -> Any:
        tags = self._tagged(call, plural, id)
        tags[:] = sorted({*tags, tag})
        return 201, None

    # What the table does not know

    def populate(self) -> None:
        """The external network, once the service has its origin."""
        nobody = Call(request=None, token=None)  # type: ignore[arg-type]  # only project and user are read
        network = self.put(nobody, BY_PLURAL["networks"], {"name": "public", "mtu": 1500})
        network.body.update({"router:external": True, "is_default": True})
        subnet = {"network_id": network.id, "ip_version": 4, "cidr": "172.24.4.0/24"}
        made = self.put(nobody, BY_PLURAL["subnets"], self._subnet(subnet))
        network.body["subnets"].append(made.id)

    def lists(self, call: Call, record: Record) -> bool:
        seen = record.body.get("shared") or record.body.get("router:external") is True
        return call.sees(record) or bool(seen)

    def list(self, call: Call, kind: Kind) -> Any:
        if kind.plural == "security-groups":
            self._default_group(call)
        return super().list(call, kind)

    def chosen(self, call: Call, kind: Kind, rows: list[Record]) -> list[Record]:
        query = call.request.query
        rows = super().chosen(call, kind, rows)
        for key in ("project_id", "tenant_id"):
            if key in query:
                rows = [one for one in rows if one.project == query[key]]
        for key, number in (("tags", all), ("tags-any", any)):
            if key in query:
                wanted = query[key].split(",")
                rows = [o for o in rows if number(tag in o.body["tags"] for tag in wanted)]
        if "fixed_ips" in query:
            rows = [one for one in rows if query["fixed_ips"].split("=")[-1] in str(one.body)]
        sort = query.get("sort_key", "id")
        rows = sorted(rows, key=lambda one: str(one.body.get(sort)))
        return rows[::-1] if query.get("sort_dir") == "desc" else rows

    def listed(self, call: Call, kind: Kind, rows: list[dict[str, Any]], marker: str) -> Any:
        key = kind.plural.replace("-", "_")
        answer: dict[str, Any] = {key: rows}
        if "limit" not in call.request.query or not rows:
            return answer
        back = self.next_href(call, rows[0]["id"]) + "&page_reverse=True"
        links = [{"rel": "next", "href": self.next_href(call, marker)}] if marker else []
        answer[f"{key}_links"] = [*links, {"rel": "previous", "href": back}]
        return answer

    def shown(self, call: Call, kind: Kind, record: Record) -> dict[str, Any]:
        body = record.body
        if kind.singular == "network" and not body["router:external"]:
            return {key: value for key, value in body.items() if key != "is_default"}
        if kind.singular == "security_group":
            rules = self.shelf("security-group-rules")
            within = [one.body for one in rules if one.body["security_group_id"] == record.id]
            return {**body, "security_group_rules": within}
        return body

    def prepare(self, call: Call, kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
        allowed = {*kind.start, "name", "tenant_id", "project_id"}
        unknown = [key for key in body if key not in allowed]
        if unknown:
            raise Refusal(400, f"Unrecognized attribute(s) '{', '.join(unknown)}'")
        special = {
            "subnet": self._new_subnet,
            "port": self._new_port,
            "security_group_rule": self._new_rule,
            "router": self._new_router,
            "floatingip": self._new_address,
        }.get(kind.singular)
        return special(call, body) if special else body

    def made(self, call: Call, kind: Kind, record: Record) -> None:
        if kind.singular == "subnet":
            network = self.one(call, BY_PLURAL["networks"], record.body["network_id"])
            network.body["subnets"].append(record.id)
        if kind.singular == "network":
            record.body["project_id"] = record.body["tenant_id"] = record.project

    def change(self, call: Call, kind: Kind, id: str) -> Any:
        answer = super().change(call, kind, id)
        if kind.singular == "floatingip":
            record = self.one(call, kind, id)
            record.body.update(self._tied(call, record.body["port_id"]))
        return answer

    def before_delete(self, call: Call, kind: Kind, record: Record) -> None:
        ports = self.shelf("ports")
        if kind.singular == "network":
            if any(one.body["network_id"] == record.id for one in ports):
                raise Refusal(
                    409, f"Unable to complete operation on network {record.id}.", "NetworkInUse"
                )
            for subnet in record.body["subnets"]:
                self.shelf("subnets").take(subnet)
        if kind.singular == "subnet":
            if any(record.id in str(one.body["fixed_ips"]) for one in ports):
                raise Refusal(409, f"Unable to complete operation on {record.id}.", "SubnetInUse")
            network = self.shelf("networks").find(record.body["network_id"])
            if network is not None:
                network.body["subnets"].remove(record.id)
        if kind.singular == "router" and any(o.body["device_id"] == record.id for o in ports):
            raise Refusal(409, f"Router {record.id} has ports still attached.", "RouterInUse")
        if kind.singular == "security_group":
            if any(record.id in one.body["security_groups"] for one in ports):
                raise Refusal(409, f"Security Group {record.id} in use.", "SecurityGroupInUse")
            for rule in self.shelf("security-group-rules"):
                if rule.body["security_group_id"] == record.id:
                    self.shelf("security-group-rules").take(rule.id)

    # Subnets and ports

    def _new_subnet(self, call: Call, body: dict[str, Any]) -> dict[str, Any]:
        network = self.one(call, BY_PLURAL["networks"], body["network_id"])
        for other in network.body["subnets"]:
            taken = self.shelf("subnets").find(other)
            if taken is not None and taken.body["cidr"] == body["cidr"]:
                raise Refusal(
                    400,
                    f"Invalid input for operation: Requested subnet with cidr: {body['cidr']}",
                    "InvalidInput",
                )
        return self._subnet(body)

    def _subnet(self, body: dict[str, Any]) -> dict[str, Any]:
        hosts = ipaddress.ip_network(body["cidr"])
        first, last = hosts[1], hosts[-2]
        pools = [{"start": str(first + 1), "end": str(last)}]
        return {"gateway_ip": str(first), "allocation_pools": pools, **body}

    def _new_port(self, call: Call, body: dict[str, Any]) -> dict[str, Any]:
        network = self.one(call, BY_PLURAL["networks"], body["network_id"])
        mac = ":".join(f"{one:02x}" for one in secrets.token_bytes(3))
        body.setdefault("mac_address", f"fa:16:3e:{mac}")
        body.setdefault("security_groups", [self._default_group(call).id])
        wanted = body.get("fixed_ips") or [{"subnet_id": one} for one in network.body["subnets"]]
        body["fixed_ips"] = [self._address(one["subnet_id"]) for one in wanted]
        return body

    def _address(self, subnet_id: str) -> dict[str, str]:
        subnet = self.shelf("subnets").find(subnet_id)
        if subnet is None:
            raise Refusal(400, f"Subnet {subnet_id} could not be found", "SubnetNotFound")
        taken = str([one.body["fixed_ips"] for one in self.shelf("ports")])
        first = ipaddress.ip_address(subnet.body["allocation_pools"][0]["start"])
        free = (str(first + step) for step in itertools.count())
        chosen = next(one for one in free if f"'{one}'" not in taken)
        return {"subnet_id": subnet_id, "ip_address": chosen}

    def _default_group(self, call: Call) -> Record:
        for one in self.shelf("security-groups"):
            if one.project == call.project and one.body["name"] == "default":
                return one
        words = {"name": "default", "description": "Default security group"}
        group = self.put(call, BY_PLURAL["security-groups"], words)
        for direction, version in itertools.product(("ingress", "egress"), ("IPv4", "IPv6")):
            rule = {"direction": direction, "ethertype": version, "security_group_id": group.id}
            rule["remote_group_id"] = group.id if direction == "ingress" else None
            self.put(call, BY_PLURAL["security-group-rules"], rule)
        return group

    def port_for(self, call: Call, server: str, wanted: dict[str, Any]) -> Record:
        """For compute: a port of the caller's, or a new one on the network named."""
        if "port" in wanted:
            port = self.one(call, BY_PLURAL["ports"], wanted["port"])
        else:
            body = self._new_port(call, {"network_id": wanted["uuid"]})
            port = self.put(call, BY_PLURAL["ports"], body)
            port.hidden["made_for"] = server
        port.body.update(device_id=server, device_owner="compute:nova", status="ACTIVE")
        return port

    def free_ports(self, server: str) -> None:
        """For compute: its own ports go, those of the user stay."""
        for port in self.shelf("ports"):
            if port.hidden.get("made_for") == server:
                self.shelf("ports").take(port.id)
            elif port.body["device_id"] == server:
                port.body.update(device_id="", device_owner="", status="DOWN")

    # Rules, routers, floating addresses

    def _new_rule(self, call: Call, body: dict[str, Any]) -> dict[str, Any]:
        self.one(call, BY_PLURAL["security-groups"], body["security_group_id"])
        body.setdefault("normalized_cidr", body.get("remote_ip_prefix"))
        for one in self.shelf("security-group-rules"):
            if all(one.body.get(key) == value for key, value in body.items()):
                message = f"Security group rule already exists. Rule id is {one.id}."
                raise Refusal(409, message, "SecurityGroupRuleExists")
        return body

    def _new_router(self, call: Call, body: dict[str, Any]) -> dict[str, Any]:
        gateway = body.get("external_gateway_info")
        if gateway:
            network = self.one(call, BY_PLURAL["networks"], gateway["network_id"])
            addresses = [self._address(one) for one in network.body["subnets"]]
            body["external_gateway_info"] = {
                "network_id": network.id,
                "external_fixed_ips": addresses,
                "enable_snat": True,
            }
        return body

    @route("PUT", "/v2.0/routers/{id}/add_router_interface")
    def add_interface(self, call: Call, id: str) -> Any:
        router = self.one(call, BY_PLURAL["routers"], id)
        subnet = self.one(call, BY_PLURAL["subnets"], call.json()["subnet_id"])
        address = {"subnet_id": subnet.id, "ip_address": subnet.body["gateway_ip"]}
        body = self._new_port(call, {"network_id": subnet.body["network_id"]})
        body |= {"fixed_ips": [address], "device_id": id, "security_groups": []}
        body["device_owner"] = "network:router_interface"
        port = self.put(call, BY_PLURAL["ports"], body)
        return self._interface(router, subnet, port)

    @route("PUT", "/v2.0/routers/{id}/remove_router_interface")
    def remove_interface(self, call: Call, id: str) -> Any:
        router = self.one(call, BY_PLURAL["routers"], id)
        subnet = self.one(call, BY_PLURAL["subnets"], call.json()["subnet_id"])
        for port in self.shelf("ports"):
            if port.body["device_id"] == id and subnet.id in str(port.body["fixed_ips"]):
                self.shelf("ports").take(port.id)
                return self._interface(router, subnet, port)
        raise Refusal(404, f"Router {id} has no interface on subnet", "RouterInterfaceNotFound")

    def _interface(self, router: Record, subnet: Record, port: Record) -> dict[str, Any]:
        return {
            "id": router.id,
            "project_id": router.project,
            "port_id": port.id,
            "network_id": port.body["network_id"],
            "subnet_id": subnet.id,
            "subnet_ids": [subnet.id],
        }

    def _new_address(self, call: Call, body: dict[str, Any]) -> dict[str, Any]:
        network = self.one(call, BY_PLURAL["networks"], body["floating_network_id"])
        address = f"172.24.4.{100 + len([*self.shelf('floatingips')]) % 100}"
        if network.body["router:external"] is not True:
            raise Refusal(400, f"Network {network.id} is not external", "BadRequest")
        return {"floating_ip_address": address, **body, **self._tied(call, body.get("port_id"))}

    def _tied(self, call: Call, port_id: str | None) -> dict[str, Any]:
        """What follows for a floating address from the port that it leads to."""
        if not port_id:
            empty = ("port_id", "router_id", "fixed_ip_address", "port_details")
            return dict.fromkeys(empty)
        port = self.one(call, BY_PLURAL["ports"], port_id)
        routers = [
            one.body["device_id"]
            for one in self.shelf("ports")
            if one.body["device_owner"] == "network:router_interface"
            and one.body["network_id"] == port.body["network_id"]
        ]
        if not routers:
            message = f"External network is not reachable from port {port_id}."
            raise Refusal(404, message, "ExternalGatewayForFloatingIPNotFound")
        shown = ("name", "network_id", "mac_address", "admin_state_up", "status", "device_id")
        details = {key: port.body[key] for key in (*shown, "device_owner")}
        return {
            "port_id": port_id,
            "router_id": routers[0],
            "fixed_ip_address": port.body["fixed_ips"][0]["ip_address"],
            "port_details": details,
        }
