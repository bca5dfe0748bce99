"""What goes in and out of the API: evidence as it is, and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class EvidenceBody(BaseParser):
    """Takes any content type and reads nothing: the view streams the body into the store.

    The framework asks for a parsed body where it looks for the form's token of a session.
    """

    media_type = "*/*"

    def parse(
        self,
        stream: IO[Any],  # noqa: ARG002 - the framework's form
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        return {}


class OnlyJson(BaseContentNegotiation):
    """One parser and one renderer, whatever is asked for.

    The framework's own negotiation takes the query parameter `format`, which here is a filter.
    """

    def select_parser(
        self,
        request: Request,  # noqa: ARG002 - the framework's form
        parsers: Iterable[BaseParser],
    ) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or ""
