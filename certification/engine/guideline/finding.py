"""One remark of the lint."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable, `place` a JSON path, `text` a sentence for the editor of the guideline."""

    severity: Severity
    code: str
    place: str
    text: str


def error(code: str, place: str, text: str) -> Finding:
    return Finding(Severity.ERROR, code, place, text)


def warning(code: str, place: str, text: str) -> Finding:
    return Finding(Severity.WARNING, code, place, text)
