"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse

from marketplace.catalogue.models import User
from marketplace.catalogue.second_factor import has_second_factor
from marketplace.site.demo.people import LOGINS, PASSWORD, DemoLogin
from marketplace.site.forms import SignInForm
from marketplace.site.half_signed_in import remember_half
from marketplace.workspace.views.answers import see_other


class SignIn(LoginView):
    """The first step, and the only one for who has no second factor."""

    template_name = "site/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The person is signed in by the second step alone, where there is one."""
        person = form.get_user()
        if not isinstance(person, User) or not has_second_factor(person):
            return super().form_valid(form)
        remember_half(self.request, person, self.get_redirect_url())
        return see_other("sign-in-code")

    def get_form_kwargs(self) -> dict[str, Any]:
        """In the demo one button stands for a known name and its public password."""
        kwargs = super().get_form_kwargs()
        chosen = self.request.POST.get("demo_login")
        if settings.DEMO and chosen:
            kwargs["data"] = {"username": chosen, "password": PASSWORD}
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if settings.DEMO:
            kwargs |= {"demo_logins": _demo_logins(), "demo_password": PASSWORD}
        return super().get_context_data(**kwargs)


def _demo_logins() -> list[DemoLogin]:
    """Those that were made."""
    emails = [login.email for login in LOGINS]
    made = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    return [login for login in LOGINS if login.email in made]


class SignOut(LogoutView):
    http_method_names = ["post", "options"]
