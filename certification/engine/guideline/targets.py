"""What a guideline can be certified for, under our short names and under the document's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from certification.engine.guideline.model import Guideline, Target

TITLES: Mapping[str, str] = {
    "platform": "Platform",
    "compute": "Compute",
    "object": "Object Storage",
    "dns": "DNS",
    "orchestration": "Orchestration",
    "shared_file_system": "Shared File System",
    "load_balancer": "Load Balancer",
    "key_manager": "Key Manager",
    "connected": "Connected",
    "integrated": "Integrated",
    "native": "Native",
}

_COMPONENT = re.compile(r"os_powered_(\w+)")
_PLATFORM_ENDINGS = (("storage", "object"), ("compute", "compute"), ("platform", "platform"))


class TargetUnknown(ValueError):
    """The guideline has no such target. The message lists those it has."""

    code = "target-unknown"

    def __init__(self, guideline: Guideline, wanted: str) -> None:
        offered = ", ".join(target.name for target in guideline.targets)
        super().__init__(
            f"Guideline {guideline.id} has no target {wanted[:80]!r}; it has: {offered or 'none'}."
        )


def title_of(name: str) -> str:
    return TITLES.get(name) or name.replace("_", " ").title()


def platform_target_name(document_name: str) -> str:
    """Short name of a schema 2.0 platform: `OpenStack Powered Storage` is `object`."""
    lowered = document_name.lower()
    for ending, name in _PLATFORM_ENDINGS:
        if lowered.endswith(ending):
            return name
    return _slug(document_name)


def add_on_target_name(document_name: str, components: Iterable[str]) -> str:
    """Short name of an add-on: what follows `os_powered_` in its component, else its own name."""
    for component in components:
        match = _COMPONENT.fullmatch(component)
        if match:
            return match.group(1).lower()
    return _slug(document_name)


def find_target(guideline: Guideline, wanted: str) -> Target:
    """By short name, document name, title or the name of its only component, in any case.

    Raises TargetUnknown.
    """
    words = _words(wanted)
    for names in (_first_names, _second_names):
        for target in guideline.targets:
            if words in {_words(name) for name in names(target)}:
                return target
    raise TargetUnknown(guideline, wanted)


def _first_names(target: Target) -> tuple[str, ...]:
    return target.name, target.document_name, target.title


def _second_names(target: Target) -> tuple[str, ...]:
    """Names that may be shared (a component's), so that a target's own names come before them."""
    historic = {"object": "storage", "platform": "platform"}.get(target.name, target.name)
    component = target.components if len(target.components) == 1 else ()
    return (*component, f"os_powered_{historic}", f"openstack powered {historic}", historic)


def _slug(text: str) -> str:
    return re.sub(r"\W+", "_", text.strip().lower()).strip("_")


def _words(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").split())
