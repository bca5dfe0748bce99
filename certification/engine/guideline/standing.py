"""Which status a capability has for a target: over several components the best one wins."""

from __future__ import annotations

from certification.engine.guideline.model import CapabilityStatus, Guideline, Target


def standing(guideline: Guideline, target: Target) -> dict[str, CapabilityStatus]:
    """Capability id to its best status over the target's components, sorted by (status, id).

    Components that the guideline does not define are left out; `lint` and `evaluate` refuse them.
    """
    order = list(CapabilityStatus)
    best: dict[str, int] = {}
    for component_id in target.components:
        component = guideline.components.get(component_id)
        for status, capability_ids in component.capabilities.items() if component else ():
            for capability_id in capability_ids:
                rank = order.index(status)
                best[capability_id] = min(rank, best.get(capability_id, rank))
    ranked = sorted(best.items(), key=lambda item: (item[1], item[0]))
    return {capability_id: order[rank] for capability_id, rank in ranked}
