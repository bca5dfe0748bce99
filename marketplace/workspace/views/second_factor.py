"""The second factor of a person: setting it up, recovery codes, turning it off."""

from __future__ import annotations

from collections.abc import Callable

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from marketplace.catalogue import second_factor
from marketplace.catalogue.models import SecondFactor, User
from marketplace.catalogue.passwords import check_password
from marketplace.catalogue.policy import lacks_second_factor
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.workspace.account_forms import FirstCodeForm, GuardedForm, PasswordForm
from marketplace.workspace.shared_logins import refuse_shared_login
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person

FORMS = {"begin": PasswordForm, "confirm": FirstCodeForm, "codes": GuardedForm, "off": GuardedForm}


@require_safe
@for_person
def second_factor_page(request: HttpRequest, person: User) -> HttpResponse:
    return _page(request, person)


@sensitive_post_parameters("password")
@require_POST
@for_person
def begin(request: HttpRequest, person: User) -> HttpResponse:
    def deed(password: str) -> HttpResponse:
        refuse_shared_login(person)
        check_password(password=password, by=person)
        second_factor.begin(by=person)
        return see_other("second-factor")

    return _done(request, person, "begin", deed)


@sensitive_post_parameters("code")
@require_POST
@for_person
def confirm(request: HttpRequest, person: User) -> HttpResponse:
    def deed(code: str) -> HttpResponse:
        codes = second_factor.confirm(code=code, by=person)
        # From here on the session stands for more, so it gets another key.
        request.session.cycle_key()
        return _page(request, person, codes=codes)

    return _done(request, person, "confirm", deed)


@sensitive_post_parameters("password", "code")
@require_POST
@for_person
def renew(request: HttpRequest, person: User) -> HttpResponse:
    def deed(password: str, code: str) -> HttpResponse:
        check_password(password=password, by=person)
        return _page(
            request, person, codes=second_factor.renew_recovery_codes(code=code, by=person)
        )

    return _done(request, person, "codes", deed)


@sensitive_post_parameters("password", "code")
@require_POST
@for_person
def turn_off(request: HttpRequest, person: User) -> HttpResponse:
    def deed(password: str, code: str) -> HttpResponse:
        check_password(password=password, by=person)
        second_factor.turn_off(code=code, by=person)
        messages.success(request, gettext("Your second factor is off."))
        return see_other("second-factor")

    return _done(request, person, "off", deed)


def _done(
    request: HttpRequest, person: User, form_name: str, deed: Callable[..., HttpResponse]
) -> HttpResponse:
    form = FORMS[form_name](request.POST, prefix=form_name)
    if form.is_valid():
        try:
            return deed(**form.cleaned_data)
        except CatalogueRefused as refused:
            if form_name not in _shown(person):
                messages.error(request, f"{refused} ({refused.code})")
                return see_other("second-factor")
            form.add_error(None, f"{refused} ({refused.code})")
    return _page(request, person, faulty={form_name: form}, status=400)


def _shown(person: User) -> tuple[str, ...]:
    """The forms that the page has now; another one was sent from a page of before."""
    return ("codes", "off") if second_factor.has_second_factor(person) else ("begin", "confirm")


def _page(
    request: HttpRequest,
    person: User,
    codes: list[str] | None = None,
    faulty: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    begun = second_factor.begun(person)
    forms = {name: made(prefix=name) for name, made in FORMS.items()} | (faulty or {})
    context = {
        "is_on": second_factor.has_second_factor(person),
        "must": lacks_second_factor(person),
        "codes": codes,
        "codes_left": second_factor.codes_left(person),
        "secret": _in_fours(second_factor.secret_of(begun)) if begun else "",
        "qr": _qr(begun) if begun else "",
        "forms": forms,
    }
    return render(request, "workspace/second_factor.html", context, status=status)


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _qr(factor: SecondFactor) -> str:
    """An image as a `data:` address: nothing inline on the page, and no other request. Dark on
    light in both themes, as readers expect it."""
    made = segno.make(second_factor.address_for_apps(factor), error="m")
    return made.svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
