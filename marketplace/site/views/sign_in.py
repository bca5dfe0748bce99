"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView

from marketplace.site.demo_logins import demo_logins
from marketplace.site.forms import SignInForm


class SignIn(LoginView):
    template_name = "site/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        logins = demo_logins() if settings.DEMO else []
        return super().get_context_data(demo_logins=logins, **kwargs)


class SignOut(LogoutView):
    http_method_names = ["post", "options"]
