"""One call of the script that a fake and a real cloud answer alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """`until` repeats the call for some seconds until that field has that value (None = status)."""

    service: str
    method: str
    path: str
    status: int
    body: Any = None
    who: str = "user"
    keep: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    until: tuple[str, str] | None = None

    @property
    def title(self) -> str:
        return f"{self.service} {self.method} {self.path} as {self.who}: {self.status}"
