"""Who is asking: every page of the workspace is for a signed-in person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from marketplace.catalogue.models import User

Rest = ParamSpec("Rest")
PersonView = Callable[Concatenate[HttpRequest, User, Rest], HttpResponse]


def for_person(view: PersonView[Rest]) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Call the view with the person, or send a stranger to the sign-in page. Never cached."""

    @never_cache
    @wraps(view)
    def checked(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        return view(request, request.user, *args, **kwargs)

    return checked
