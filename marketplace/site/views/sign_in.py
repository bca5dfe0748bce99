"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView

from marketplace.catalogue.models import User
from marketplace.site.demo.people import LOGINS, PASSWORD, DemoLogin
from marketplace.site.forms import SignInForm


class SignIn(LoginView):
    template_name = "site/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

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
