"""Bytes of a guideline document to `Guideline`: interop schemas 1.2, 1.5, 1.6, 2.0 and add-ons."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from certification.engine.guideline.capabilities import read_capabilities
from certification.engine.guideline.model import (
    CapabilityStatus,
    Component,
    Guideline,
    GuidelineInvalid,
    Target,
)
from certification.engine.guideline.shape import (
    as_object,
    as_text,
    as_texts,
    first,
    member,
    refuse,
)
from certification.engine.guideline.strict_json import at, read_json
from certification.engine.guideline.targets import (
    add_on_target_name,
    platform_target_name,
    title_of,
)

SCHEMAS_1 = frozenset({"1.2", "1.5", "1.6"})
SCHEMA_2 = "2.0"
_GUIDELINE_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)


def parse_guideline(raw: bytes) -> Guideline:
    """Read a guideline document.

    Raises GuidelineInvalid: `guideline-json` (place is line and column), `guideline-shape` (place
    is a JSON path), `guideline-schema`, `guideline-duplicate-key`, `guideline-too-large`,
    `guideline-too-deep`, `guideline-text`. What is readable but doubtful is left to `lint`.
    """
    document = as_object(read_json(raw), "")
    digest = hashlib.sha256(raw).hexdigest()
    if "metadata" in document:
        return _read_2(document, digest)
    return _read_1(document, digest)


def _read_1(document: dict[str, Any], digest: str) -> Guideline:
    schema = _schema(document, "", SCHEMAS_1)
    components = _components(document)
    return Guideline(
        id=_guideline_id(document, ""),
        schema=schema,
        digest=digest,
        document_status=as_text(document.get("status", ""), "status"),
        source=as_text(document.get("source", ""), "source"),
        releases=as_texts(document.get("releases", []), "releases"),
        targets=_targets_1(document, components),
        components=components,
        capabilities=read_capabilities(document),
        replaces=as_text(document.get("replaces", ""), "replaces"),
    )


def _read_2(document: dict[str, Any], digest: str) -> Guideline:
    metadata = as_object(document["metadata"], "metadata")
    schema = _schema(metadata, "metadata", frozenset({SCHEMA_2}))
    path = "metadata.os_trademark_approval"
    approval = as_object(metadata.get("os_trademark_approval", {}), path)
    return Guideline(
        id=_guideline_id(metadata, "metadata"),
        schema=schema,
        digest=digest,
        document_status=as_text(approval.get("status", ""), at(path, "status")),
        source=as_text(metadata.get("source", ""), "metadata.source"),
        releases=as_texts(approval.get("releases", []), at(path, "releases")),
        targets=_targets_2(document),
        components=_components(document),
        capabilities=read_capabilities(document),
        replaces=as_text(approval.get("replaces", ""), at(path, "replaces")),
    )


def _schema(parent: dict[str, Any], path: str, known: frozenset[str]) -> str:
    schema = as_text(member(parent, "schema", path), at(path, "schema"))
    if schema not in known:
        raise GuidelineInvalid(
            "guideline-schema",
            f"Schema {schema[:40]!r} is not read here; expected {' or '.join(sorted(known))}.",
            at(path, "schema"),
        )
    return schema


def _guideline_id(parent: dict[str, Any], path: str) -> str:
    written = as_text(member(parent, "id", path), at(path, "id"))
    if not _GUIDELINE_ID.fullmatch(written):
        raise refuse(
            at(path, "id"),
            f"{written[:80]!r} is no guideline id: letters, digits, dots and hyphens, at most 64.",
        )
    return written


def _components(document: dict[str, Any]) -> dict[str, Component]:
    """`capabilities` of a component are grouped by status, or (schema 1.x) stand in it directly.

    A bare list, which one draft used, means that all of them are required.
    """
    path = "components"
    found = as_object(member(document, path, ""), path)
    return {key: _component(key, value, at(path, key)) for key, value in found.items()}


def _component(key: str, value: Any, path: str) -> Component:
    body = as_object(value, path)
    key_there, grouped = first(body, ("capabilities",), body)
    place = at(path, key_there) if key_there in body else path
    if isinstance(grouped, list):
        grouped = {CapabilityStatus.REQUIRED.value: grouped}
    groups: Mapping[str, Any] = as_object(grouped, place)
    return Component(
        id=key,
        capabilities={
            status: as_texts(groups.get(status.value, []), at(place, status.value))
            for status in CapabilityStatus
        },
    )


def _targets_1(document: dict[str, Any], components: Mapping[str, Component]) -> tuple[Target, ...]:
    platform = as_object(member(document, "platform", ""), "platform")
    required = as_texts(member(platform, "required", "platform"), "platform.required")
    targets = [Target("platform", "platform", title_of("platform"), required)]
    targets += [
        Target(name.lower(), name, title_of(name.lower()), (name,))
        for name in components
        if name.lower() != "platform"
    ]
    return _distinct(targets)


def _targets_2(document: dict[str, Any]) -> tuple[Target, ...]:
    if "platforms" not in document and "add-ons" not in document:
        raise refuse("", "The document has neither 'platforms' nor 'add-ons'.")
    targets = []
    for section, is_add_on in (("platforms", False), ("add-ons", True)):
        for name, value in as_object(document.get(section, {}), section).items():
            targets.append(_target_2(name, value, at(section, name), is_add_on))
    return _distinct(targets)


def _target_2(document_name: str, value: Any, path: str, is_add_on: bool) -> Target:
    body = as_object(value, path)
    place = at(path, "components")
    listed = member(body, "components", path)
    if not isinstance(listed, list):
        raise refuse(place, "Expected a list of objects with a name.")
    components = tuple(
        as_text(member(as_object(item, at(place, i)), "name", at(place, i)), at(place, i))
        for i, item in enumerate(listed)
    )
    name = (
        add_on_target_name(document_name, components)
        if is_add_on
        else platform_target_name(document_name)
    )
    description = as_text(body.get("description", ""), at(path, "description"))
    return Target(name, document_name, title_of(name), components, is_add_on, description)


def _distinct(targets: list[Target]) -> tuple[Target, ...]:
    seen: dict[str, Target] = {}
    for target in targets:
        if target.name in seen:
            raise refuse(
                "",
                f"{seen[target.name].document_name!r} and {target.document_name!r} "
                f"would both be the target {target.name!r}.",
            )
        seen[target.name] = target
    return tuple(targets)
