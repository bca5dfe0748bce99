"""An answer of `hallmark evaluate` for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_LISTS = (
    ("failed", "Failed"),
    ("skipped", "Skipped"),
    ("missing", "Missing"),
    ("flagged", "Flagged, not counted"),
    ("not_tested", "Capabilities that nothing could test"),
)


def explained(answer: Mapping[str, Any]) -> str:
    """The sentence, the counts and the lists, several lines."""
    return "\n".join(_lines(answer))


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    goal = f"{answer.get('target_title', answer['target'])} {answer['guideline']}"
    yield printable(f"{answer['evidence']}: {answer['verdict']} for {goal}")
    for reason in answer["reasons"]:
        yield f"  {printable(reason['text'])} [{reason['code']}]"
    if "shortest_path" not in answer:
        return
    counts = answer["required"]
    yield (
        f"  Required tests: {counts['passed']} of {counts['total']} passed, "
        f"{counts['failed']} failed, {counts['skipped']} skipped, {counts['missing']} missing; "
        f"{counts['flagged']} flagged."
    )
    yield f"  {printable(answer['shortest_path']['sentence'])}"
    for key, heading in _LISTS:
        if answer[key]:
            yield f"  {heading}:"
            yield from (f"    {printable(name)}" for name in answer[key])
    for warning in answer["warnings"]:
        yield f"  Warning: {printable(warning['text'])} [{warning['code']}]"


def printable(text: str) -> str:
    """Without control characters: a run's words must not steer the reader's terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
