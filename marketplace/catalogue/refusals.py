"""Why the catalogue does not do what was asked."""

from __future__ import annotations


class CatalogueRefused(ValueError):
    """`code` is stable; the message is for the person who asked."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
