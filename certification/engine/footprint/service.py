"""The operations of one service as a tree of path segments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from certification.engine.footprint.words import VARIABLE


class _Node:
    """One place in the tree. `template` and `methods` are set where operations end."""

    __slots__ = ("literals", "methods", "template", "variable")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.variable: _Node | None = None
        self.methods: frozenset[str] = frozenset()
        self.template = ""


class ServiceOperations:
    """`literals` are all words of the service's paths, `depth` the segments of the longest,
    `actions` the known keys of action calls."""

    def __init__(
        self, service: Mapping[str, Any], borrowed: Iterable[Mapping[str, str]] = ()
    ) -> None:
        self._root = _Node()
        self._methods: dict[str, frozenset[str]] = {}
        self.depth = 0
        words: set[str] = set()
        for rows in (service.get("operations", {}), *borrowed):
            for path, methods in rows.items():
                words |= self._add(path, methods)
        self.literals = frozenset(words)
        self.actions: frozenset[str] = frozenset(service.get("actions", ()))

    def _add(self, path: str, methods: str) -> set[str]:
        node = self._root
        segments = path.split("/")[1:] if path != "/" else []
        self.depth = max(self.depth, len(segments))
        for segment in segments:
            if segment == VARIABLE:
                node.variable = node.variable or _Node()
                node = node.variable
            else:
                node = node.literals.setdefault(segment, _Node())
        node.template = path
        node.methods |= frozenset(methods.split())
        self._methods[path] = node.methods
        return {segment for segment in segments if segment != VARIABLE}

    def has(self, method: str, template: str) -> bool:
        """Whether the table has the operation; HEAD is one where GET is."""
        methods = self._methods.get(template, frozenset())
        return method in methods or (method == "HEAD" and "GET" in methods)

    def template_of(self, method: str, segments: Sequence[str]) -> str:
        """The path template that serves the call, literals before variables; empty if none does.
        HEAD is served where GET is, unless the table has HEAD itself."""
        return _walk(self._root, segments, 0, method) or (
            _walk(self._root, segments, 0, "GET") if method == "HEAD" else ""
        )


def _walk(node: _Node, segments: Sequence[str], index: int, method: str) -> str:
    """Every way is tried: a literal may lead to an end without the method. The tree bounds it."""
    if index == len(segments):
        return node.template if method in node.methods else ""
    literal = node.literals.get(segments[index])
    if literal is not None and (found := _walk(literal, segments, index + 1, method)):
        return found
    return _walk(node.variable, segments, index + 1, method) if node.variable is not None else ""
