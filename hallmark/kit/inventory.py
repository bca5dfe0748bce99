"""What was in a project at one moment, by kind, and what changed between two moments."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hallmark.kit.kinds import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as the cloud shows it: `document` is its JSON."""

    kind: str
    id: str
    name: str
    document: Mapping[str, Any]

    @property
    def status(self) -> str:
        words = ("status", "stack_status", "provisioning_status")
        return next(
            (str(self.document[one]).upper() for one in words if self.document.get(one)), ""
        )

    @property
    def going(self) -> bool:
        """On its way out: not yet gone and not left behind."""
        if self.document.get("OS-EXT-STS:task_state") == "deleting":
            return True
        return "DELET" in self.status and "ERROR" not in self.status

    @property
    def text(self) -> str:
        return json.dumps(self.document, sort_keys=True, default=str, ensure_ascii=False)

    def answers_to(self, word: str) -> bool:
        """Whether an adapter may mean this resource by the word."""
        return bool(word) and (word in (self.id, self.name) or self.id.endswith(f"/{word}"))


@dataclass(frozen=True, slots=True)
class Inventory:
    """`unknown` are kinds that the cloud would not show, with the reason."""

    resources: Mapping[tuple[str, str], Resource]
    unknown: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources.values())

    def __len__(self) -> int:
        return len(self.resources)

    def of(self, kind: str) -> tuple[Resource, ...]:
        return tuple(one for one in self if one.kind == kind)

    def since(self, earlier: Inventory) -> Inventory:
        """What is here and was not there."""
        return self.only(lambda one: (one.kind, one.id) not in earlier.resources)

    def only(self, wanted: Callable[[Resource], bool]) -> Inventory:
        return Inventory(
            {key: one for key, one in self.resources.items() if wanted(one)}, self.unknown
        )

    def here(self, resource: Resource) -> Resource | None:
        """The same resource as it is in this inventory."""
        return self.resources.get((resource.kind, resource.id))

    @property
    def counts(self) -> Counter[str]:
        return Counter(one.kind for one in self)

    @property
    def words(self) -> str:
        """`2 servers, 1 volume`, for people."""
        return counted(self.counts)


EMPTY = Inventory({})


def counted(counts: Mapping[str, int]) -> str:
    words = (
        f"{count} {kind.replace('_', ' ')}{'' if count == 1 else 's'}"
        for kind, count in sorted(counts.items())
    )
    return ", ".join(words) or "nothing"


def named(resources: Iterable[Resource], limit: int = 5) -> str:
    """The first few by kind and name, for people."""
    every = list(resources)
    words = [f"{one.kind.replace('_', ' ')} {one.name or one.id}" for one in every[:limit]]
    more = f" and {len(every) - limit} more" if len(every) > limit else ""
    return ", ".join(words) + more


def marked(resource: Resource, mark: str, inventory: Inventory) -> bool:
    """Whether it carries the mark where its kind can: in tags or metadata, else in name or
    description. An object counts as marked with its container."""
    kind = KINDS[resource.kind]
    if kind.name == "object":
        home = inventory.resources.get(("container", resource.id.partition("/")[0]))
        return home is not None and marked(home, mark, inventory)
    return mark in json.dumps(_marking(kind, resource.document), default=str)


def _marking(kind: Kind, document: Mapping[str, Any]) -> list[Any]:
    if kind.free_properties:
        return [value for name, value in document.items() if name not in ("name", "file", "id")]
    fields = kind.marks or ("name", "description")
    return [document.get(name) for name in fields]


def mentions(resource: Resource, mark: str) -> bool:
    """Whether the mark stands anywhere in it: then it is this installation's."""
    return mark in resource.text
