"""Dashboard and operation: how the product is found, told apart, upgraded, and searched for
faults."""

from __future__ import annotations

import hashlib
import re

from hallmark.kit.criteria import failed_run, require, said_by
from hallmark.kit.inventory import named
from hallmark.kit.lab import Lab
from hallmark.kit.scenario import KitTest, Scenario
from hallmark.kit.stage import Stage
from hallmark.kit.staying import RETURNED, survived
from hallmark.kit.trace import NotTestable, Trace

#: Ids of calls as OpenStack's services give them, and as Swift does, which may end in a word of the
#: cluster's own.
_REQUEST_ID = re.compile(
    r"(?<![\w-])(?:req-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    r"|tx[0-9a-f]{21}-[0-9a-f]{10}(?:[\w-]{1,40})?)",
    re.IGNORECASE,
)
#: Words in names of products that tell none apart from others.
_COMMON_WORDS = frozenset(("openstack", "cloud", "python", "client", "sdk", "cli", "platform"))


def _upgraded(stage: Stage) -> None:
    """From the previous version to this one, with items and data between."""
    stage.version = stage.lab.adapter.previous
    stage.install()
    stage.create()
    stage.look("created")
    stage.verb("list", label="list before")
    stage.version = stage.lab.adapter.version
    stage.verb("upgrade")
    stage.look("upgraded")
    stage.verb("list")
    stage.remove()


def _no_previous(lab: Lab) -> str:
    return "" if lab.adapter.previous else "the adapter names no previous version"


def _listed(trace: Trace) -> str:
    wanted = trace.notes["service type"]
    if not wanted:
        raise NotTestable("the adapter names no service type of the product")
    require(wanted in trace.notes["catalog"], f"the catalog has no {wanted}")
    return f"the catalog has {wanted}"


def _seen_by_people(_trace: Trace) -> str:
    raise NotTestable("a person has to look at the panel: the kit opens no browser")


def _named(trace: Trace) -> str:
    """Each declared agent names both, so whichever of them the calls carried did."""
    agents, facts = trace.notes["user agents"], trace.measured().facts
    product, version = trace.notes["product"], trace.notes["version"]
    require(facts.agents_declared > 0, "no call carries the product's User-Agent")
    nameless = [one for one in agents if not _names_product(one, product)]
    require(not nameless, f"the User-Agent does not name the product: {', '.join(nameless)}")
    ageless = [one for one in agents if not _names_version(one, version)]
    require(not ageless, f"the User-Agent does not name the version: {', '.join(ageless)}")
    return f"{facts.agents_declared} calls by {', '.join(agents)}, {facts.agents_other} by others"


def _names_product(agent: str, product: str) -> bool:
    """It holds the whole name, however it is written, or a word of it that tells it apart."""
    said, name = _words(agent), _words(product)
    if not name:
        return product in agent
    return "".join(name) in "".join(said) or bool(set(name) & set(said) - _COMMON_WORDS)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


def _names_version(agent: str, version: str) -> bool:
    """Without what stands behind a dash or plus; and not as a part of another version."""
    bare = re.escape(version.partition("-")[0].partition("+")[0])
    return re.search(rf"(?<![\d.]){bare}(?!\.?\d)", agent) is not None


def _warned(trace: Trace) -> str:
    supported = trace.words("releases", "supported")
    require(bool(supported), "no supported release is named")
    warning = trace.fact("releases", "warning", str)
    require(bool(warning.strip()), "no warning for a release that nobody can support")
    return f"supports {', '.join(supported)} and warned of another"


def _traceable(trace: Trace) -> str:
    label = failed_run(trace, "install", "create")
    # Ids of calls that the cloud answered are in the footprint; the failed call's is not.
    answered = set(trace.measured().request_ids_sha256)
    said = _REQUEST_ID.findall(said_by(trace, label))
    ids = sorted({one if one.lower().startswith("tx") else one.lower() for one in said})
    failed = [one for one in ids if hashlib.sha256(one.encode()).hexdigest() not in answered]
    require(bool(failed), f"{label} failed, and no output or log has the failed call's request id")
    return f"{label} failed and named {failed[0]}"


def _kept(trace: Trace) -> str:
    trace.done("install", "create", "upgrade")
    lost = trace.made().only(lambda one: one.kind in _LASTING).since(trace.look("upgraded"))
    require(not len(lost), f"lost by the upgrade: {named(lost)}")
    before, after = trace.words("list before", "items"), trace.words("list", "items")
    require(bool(before), "nothing was listed before the upgrade")
    missing = sorted(set(before) - set(after))
    require(not missing, f"not listed after the upgrade: {', '.join(missing[:5])}")
    return f"all {len(before)} items are there after the upgrade"


#: What holds data; an upgrade may replace the rest.
_LASTING = ("volume", "snapshot", "volume_backup", "object", "share", "secret", "image")


SCENARIOS = (
    RETURNED,
    Scenario(
        "upgrade",
        _upgraded,
        verbs=("create", "list", "upgrade"),
        obstacle=_no_previous,
    ),
)

TESTS = (
    KitTest("dashboard.catalog", "life", "the catalog after installation", _listed),
    KitTest("dashboard.panel", "life", "nothing: a person has to look", _seen_by_people),
    KitTest("ops.user_agent", "life", "User-Agents of all calls", _named),
    KitTest("ops.releases", "life", "releases named, and a warning", _warned, ("releases",)),
    KitTest("ops.request_ids", "half-fail", "the failed call's id in output or log", _traceable),
    KitTest("ops.upgrade", "upgrade", "items and data after the upgrade", _kept),
    KitTest("ops.cloud_upgrade", "returned", "what was left before the upgrade", survived),
)
