"""Who is asking: every page of the workspace is for a signed-in person, some for staff alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can

Rest = ParamSpec("Rest")
PersonView = Callable[Concatenate[HttpRequest, User, Rest], HttpResponse]
OpenView = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def for_person(view: PersonView[Rest]) -> OpenView[Rest]:
    """Call the view with the person, or send a stranger to the sign-in page. Never cached."""

    @never_cache
    @wraps(view)
    def checked(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        return view(request, request.user, *args, **kwargs)

    return checked


def for_staff(permission: Permission) -> Callable[[PersonView[Rest]], OpenView[Rest]]:
    """As for_person; who has not this permission of the staff meets no such page."""

    def guarded(view: PersonView[Rest]) -> OpenView[Rest]:
        @wraps(view)
        def checked(
            request: HttpRequest, person: User, /, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponse:
            if not can(person, permission):
                raise Http404("There is no such page.")
            return view(request, person, *args, **kwargs)

        return for_person(checked)

    return guarded
