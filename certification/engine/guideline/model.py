"""A guideline as data: one shape for interop schemas 1.2, 1.5, 1.6 and 2.0, and for add-ons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class CapabilityStatus(StrEnum):
    """Order matters: over several components the best (first) status of a capability wins."""

    REQUIRED = "required"
    ADVISORY = "advisory"
    DEPRECATED = "deprecated"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a test is set aside. Schema 1.2 gives no reason: then the texts are empty."""

    reason: str = ""
    action: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class GuidelineTest:
    """`name` and `aliases` without bracketed attributes; `idempotent_id` bare and lower case, or
    empty; `id_as_written` as the document has it (`id-...` or bare), for the RefStack test list."""

    name: str
    idempotent_id: str = ""
    id_as_written: str = ""
    aliases: tuple[str, ...] = ()
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class Capability:
    id: str
    description: str
    project: str
    tests: tuple[GuidelineTest, ...]


@dataclass(frozen=True, slots=True)
class Component:
    id: str
    capabilities: Mapping[CapabilityStatus, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Target:
    """What one asks to be certified for. `name` is short and stable (`platform`, `compute`,
    `object`, `dns`, `orchestration`, ...), `document_name` the guideline's own, `title` ours."""

    name: str
    document_name: str
    title: str
    components: tuple[str, ...]
    is_add_on: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Guideline:
    """A parsed document. `id` is the document's own (`2020.06`, `dns.2020.06`). `document_status`
    is a fact of the document (`approved`, `superseded`, `draft`), never our lifecycle. `digest` is
    the SHA-256 of the document's bytes, hex."""

    id: str
    schema: str
    digest: str
    document_status: str
    source: str
    releases: tuple[str, ...]
    targets: tuple[Target, ...]
    components: Mapping[str, Component]
    capabilities: Mapping[str, Capability]
    replaces: str = ""
    warnings: tuple[str, ...] = ()


class GuidelineInvalid(ValueError):
    """The document is no guideline. `code` is stable, `place` a JSON path or `line 1, column 2`."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.place = place
