"""What becomes of certificates: revoked, suspended, reinstated by two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST, require_safe

from certification.engine import lifecycle
from certification.models import Certificate, Reinstatement
from certification.operations.certificates import CertificateRefused, reinstate, revoke, suspend
from certification.queries.certificates import StandingCertificate, stand, with_standing
from certification.queries.submissions import certificates_named, certificates_to_oversee
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission
from marketplace.workspace.review_forms import ClaimForm, ReasonForm
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_staff

A_PAGE = 30
MOST_WORDS = 100  # characters
_SAID = {
    Certificate.State.ACTIVE: gettext_noop("The certificate stands again."),
    Certificate.State.SUSPENDED: gettext_noop("The certificate is suspended."),
    Certificate.State.REVOKED: gettext_noop("The certificate is revoked, for good."),
}


def _found(person: User, number: str) -> StandingCertificate:
    found = stand(with_standing(certificates_to_oversee(person).filter(number=number)))
    if not found:
        raise Http404("There is no such certificate to oversee.")
    return found[0]


@require_safe
@for_staff(Permission.REVIEW)
def certificate_list(request: HttpRequest, person: User) -> HttpResponse:
    words = request.GET.get("q", "")[:MOST_WORDS]
    rows = certificates_named(certificates_to_oversee(person), words)
    state = request.GET.get("state", "")
    if state in Certificate.State.values:
        rows = rows.filter(state=state)
    page = Paginator(with_standing(rows), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "certificates": stand(page.object_list),
        "states": Certificate.State.choices,
        "state": state,
        "q": words,
    }
    return render(request, "staff/certificates.html", context)


@require_safe
@for_staff(Permission.REVIEW)
def certificate_page(request: HttpRequest, person: User, number: str) -> HttpResponse:
    return _page(request, person, _found(person, number), ReasonForm())


@require_POST
@for_staff(Permission.REVOKE)
def revoke_it(request: HttpRequest, person: User, number: str) -> HttpResponse:
    return _deed(request, person, number, revoke)


@require_POST
@for_staff(Permission.SUSPEND)
def suspend_it(request: HttpRequest, person: User, number: str) -> HttpResponse:
    return _deed(request, person, number, suspend)


@require_POST
@for_staff(Permission.REINSTATE)
def reinstate_it(request: HttpRequest, person: User, number: str) -> HttpResponse:
    return _deed(request, person, number, reinstate)


def _deed(
    request: HttpRequest, person: User, number: str, deed: Callable[..., Certificate]
) -> HttpResponse:
    found = _found(person, number)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            changed = deed(
                certificate=found.certificate, by=person, reason=form.cleaned_data["reason"]
            )
        except CertificateRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            messages.success(request, _said(changed, deed is reinstate))
            return see_other("staff-certificate", number)
    return _page(request, person, _found(person, number), form, status=400)


def _said(changed: Certificate, was_reinstatement: bool) -> str:
    if was_reinstatement and changed.state == Certificate.State.SUSPENDED:
        return gettext("Your word is noted. A second person has to say so too.")
    return gettext(_SAID[Certificate.State(changed.state)])


def _page(
    request: HttpRequest,
    person: User,
    found: StandingCertificate,
    form: ReasonForm,
    status: int = 200,
) -> HttpResponse:
    certificate = found.certificate
    words = list(
        certificate.reinstatements.filter(suspended_at=certificate.state_changed_at).select_related(
            "person"
        )
    )
    context: dict[str, Any] = {
        "one": found,
        "certificate": certificate,
        "form": form,
        "deeds": _deeds(certificate, person, words),
        "words": words,
        "disputes": certificate.disputes.select_related("raised_by", "settled_by").order_by(
            "-raised_at"
        ),
        "claim_form": ClaimForm(),
        "stands": certificate.state in (Certificate.State.ACTIVE, Certificate.State.SUSPENDED),
    }
    return render(request, "staff/certificate.html", context, status=status)


def _deeds(certificate: Certificate, person: User, words: list[Reinstatement]) -> list[str]:
    """Whose word for it is noted does not give it again: a second person is waited for."""
    said = any(word.person_id == person.pk for word in words)
    return [
        deed
        for deed in ("suspend", "reinstate", "revoke")
        if certificate.state in lifecycle.states_allowing(lifecycle.CERTIFICATE, deed)
        and not (deed == "reinstate" and said)
    ]
