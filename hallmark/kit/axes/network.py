"""Network: addresses, open ports, IPv6, and no calls to the network interfaces of compute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hallmark.kit.criteria import cycle_done, require
from hallmark.kit.inventory import Inventory, named
from hallmark.kit.plays import servers_on
from hallmark.kit.scenario import KitTest, Scenario, needs_service
from hallmark.kit.stage import Stage
from hallmark.kit.trace import NotTestable, Trace

_OLD_WAYS = ("/os-floating-ips", "/os-networks", "/os-security-group", "/os-tenant-networks")
_EVERYWHERE = (None, "", "0.0.0.0/0", "::/0")
_IPV4, _IPV6 = 4, 6
#: Without the mark: it is not the product's.
_KIT_NETWORK = "hallmark-kit-ipv6"


def _six(stage: Stage) -> None:
    """On a network of the kit's own, with nothing but an IPv6 subnet."""
    cloud, name = stage.cloud, _KIT_NETWORK
    made = cloud.change("network", "POST", "/networks", {"network": {"name": name}})["network"]
    try:
        subnet = {
            "network_id": made["id"],
            "ip_version": _IPV6,
            "cidr": "fd00:05e1::/64",
            "name": name,
        }
        cloud.change("network", "POST", "/subnets", {"subnet": subnet})
        stage.install(OSI_NETWORK=made["id"])
        stage.create(OSI_NETWORK=made["id"])
        stage.look("created")
        stage.trace.notes["on it"] = servers_on(stage, str(made["id"]))
        stage.verb("list")
        stage.remove()
        stage.clear()
    finally:
        cloud.ask("network", "DELETE", f"/networks/{made['id']}")


def _modern(trace: Trace) -> str:
    footprint = trace.measured()
    old = [
        one.path
        for one in footprint.operations
        if one.service == "compute" and one.path.startswith(_OLD_WAYS)
    ]
    require(not old, f"network calls to compute: {', '.join(sorted(set(old)))}")
    return f"{cycle_done(trace)} without a network call to compute"


def _in_mode(trace: Trace) -> str:
    mode, network = trace.notes["address mode"], trace.notes["address network"]
    if not mode:
        raise NotTestable("give --address-mode floating in one run, provider in another")
    done = cycle_done(trace)
    floating = trace.made().of("floating_ip")
    if mode == "floating":
        used = [one for one in floating if one.document.get("port_id")]
        require(bool(used), "no floating IP was tied to a port")
        return f"{done} behind floating IPs: {named(used)}"
    require(not floating, "a floating IP was made on a provider network")
    require(trace.notes["on the network"] > 0, "nothing of the product was on the network")
    return f"{done} directly on the network {network}"


def _on_six(trace: Trace) -> str:
    trace.done("create")
    _on_a_network(trace)
    require(trace.notes.get("on it", 0) > 0, "nothing of the product was on the IPv6 network")
    four = [one for one in trace.made().of("server") if _has_ipv4(one.document)]
    require(not four, f"has an IPv4 address too: {named(four)}")
    return f"{cycle_done(trace)} on an IPv6-only subnet"


def _has_ipv4(server: Mapping[str, Any]) -> bool:
    networks = dict(server.get("addresses") or {}).values()
    return any(one.get("version") == _IPV4 for network in networks for one in network)


def _only_documented(trace: Trace) -> str:
    trace.done("create")
    made = _on_a_network(trace)
    ports = tuple(trace.notes["documented ports"])
    before, created = trace.look("before"), trace.look("created")
    unguarded = [
        one for one in made.of("port") if one.document.get("port_security_enabled") is False
    ]
    require(not unguarded, "a port was made without port security")
    rules = list(_new_rules(before, created))
    require(bool(rules), "the product made no security group rule")
    opened = sorted({word for word in map(_opened, rules) if word} - set(ports))
    astray = [one for one in opened if not _documented(one, ports)]
    require(not astray, f"open and not documented: {', '.join(astray)}")
    return f"{len(rules)} rules, open only: {', '.join(ports) or 'nothing'}"


def _on_a_network(trace: Trace) -> Inventory:
    """What the product had made. Raises NotTestable where none of it is on a network."""
    made = trace.made()
    if not made.of("server") and not made.of("port"):
        raise NotTestable("the product puts nothing on a network")
    return made


def _new_rules(before: Inventory, after: Inventory) -> Iterator[Mapping[str, Any]]:
    known = {rule.get("id") for one in before.of("security_group") for rule in _rules(one.document)}
    for group in after.of("security_group"):
        yield from (rule for rule in _rules(group.document) if rule.get("id") not in known)


def _rules(group: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(group.get("security_group_rules") or ())


def _opened(rule: Mapping[str, Any]) -> str:
    """What a rule opens to everybody, as the adapter writes ports; nothing for other rules."""
    if rule.get("direction") != "ingress" or rule.get("remote_group_id"):
        return ""
    if rule.get("remote_ip_prefix") not in _EVERYWHERE or rule.get("remote_address_group_id"):
        return ""
    protocol = str(rule.get("protocol") or "any")
    low, high = rule.get("port_range_min"), rule.get("port_range_max")
    if protocol in ("icmp", "icmpv6", "ipv6-icmp"):
        return "icmp"
    if protocol not in ("tcp", "udp"):
        return "any"
    if low is None:
        return f"{protocol}/1-65535"
    return f"{protocol}/{low}" if low == high else f"{protocol}/{low}-{high}"


def _documented(word: str, ports: tuple[str, ...]) -> bool:
    """Whether a documented range holds it."""
    if "any" in ports:
        return True
    protocol, _, opened = word.partition("/")
    low, high = _range(opened)
    return any(
        one.partition("/")[0] == protocol
        and _range(one.partition("/")[2])[0] <= low
        and high <= _range(one.partition("/")[2])[1]
        for one in ports
        if "/" in one and "/" in word
    )


def _range(words: str) -> tuple[int, int]:
    low, _, high = words.partition("-")
    return (int(low), int(high or low)) if low.isdecimal() else (0, -1)


SCENARIOS = (Scenario("ipv6", _six, obstacle=needs_service("network")),)

TESTS = (
    KitTest("network.neutron_only", "life", "calls to compute", _modern),
    KitTest(
        "network.address_modes",
        "life",
        "addresses in the mode of the run; needs two runs",
        _in_mode,
        verbs=("create",),
        service="network",
    ),
    KitTest(
        "network.security_groups",
        "life",
        "new rules against the documented ports",
        _only_documented,
        verbs=("create",),
        service="network",
    ),
    KitTest("network.ipv6", "ipv6", "ports on an IPv6-only subnet", _on_six, verbs=("create",)),
)
