"""Languages that nobody speaks, to see what the pages ask to be translated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from django.utils import translation
from django.utils.translation import trans_real


class Bracketed(trans_real.DjangoTranslation):
    """Puts each message in brackets, so that what was never asked for shows."""

    def __init__(self) -> None:
        super().__init__("en")

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: float) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"

    def pgettext(self, context: str, message: str) -> str:
        return f"⟦{message}⟧"


class Known(Bracketed):
    """Knows these messages alone."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        super().__init__()
        self.messages = messages

    def gettext(self, message: str) -> str:
        return self.messages.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: float) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@contextmanager
def spoken(language: Bracketed, patched: pytest.MonkeyPatch) -> Iterator[None]:
    patched.setitem(vars(trans_real)["_translations"], "qps", language)
    with translation.override("qps"):
        yield
