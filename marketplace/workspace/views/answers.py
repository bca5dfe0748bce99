"""How a page answers a deed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect


def see_other(to: Any, *args: Any) -> HttpResponse:
    """303 to a view's name, a path, or an object with an address of its own."""
    answer = redirect(to, *args)
    answer.status_code = 303
    return answer
