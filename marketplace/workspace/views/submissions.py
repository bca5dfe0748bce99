"""A vendor's submissions: followed, handed in, withdrawn."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from certification.engine import lifecycle
from certification.models import Certificate, Submission
from certification.operations.appeals import AppealRefused, raise_appeal
from certification.operations.conversation import OPEN, MessageRefused, write
from certification.operations.submissions import SubmissionRefused, submit, withdraw
from certification.queries.appeals import appeals_on, decision_to_appeal
from certification.queries.joined import claim_of_submission
from certification.queries.submissions import deeds_on, find_submission, submissions_for
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.programme_settings import programme_settings
from marketplace.workspace.review_forms import AppealForm, MessageForm
from marketplace.workspace.review_promise import Promise, promise_of
from marketplace.workspace.submission_forms import HandInForm
from marketplace.workspace.submission_sheet import ruling_on
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_person
from marketplace.workspace.views.reach import require
from marketplace.workspace.wording import deed_lines, what_comes_next

A_PAGE = 25


def _found(person: User, submission_id: int) -> Submission:
    try:
        return find_submission(submission_id, person)
    except Submission.DoesNotExist:
        raise Http404("There is no such submission.") from None


@require_safe
@for_person
def submission_list(request: HttpRequest, person: User) -> HttpResponse:
    page = Paginator(submissions_for(person), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "workspace/submissions.html", {"page": page})


@require_safe
@for_person
def submission_page(request: HttpRequest, person: User, submission_id: int) -> HttpResponse:
    submission = _found(person, submission_id)
    return _page(request, person, submission, HandInForm(initial={"note": submission.note}))


@require_POST
@for_person
def hand_in(request: HttpRequest, person: User, submission_id: int) -> HttpResponse:
    """For the first time, or again after changes were asked."""
    submission = _found(person, submission_id)
    require(person, Permission.SUBMIT, submission.release.product.vendor)
    form = HandInForm(request.POST)
    if form.is_valid():
        try:
            submit(submission=submission, by=person, **form.cleaned_data)
        except SubmissionRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            messages.success(request, gettext("Handed in."))
            return see_other("submission", submission.pk)
    return _page(request, person, _found(person, submission_id), form)


@require_POST
@for_person
def message(request: HttpRequest, person: User, submission_id: int) -> HttpResponse:
    """To whoever looks at it for the foundation."""
    submission = _found(person, submission_id)
    require(person, Permission.SUBMIT, submission.release.product.vendor)
    letter = MessageForm(request.POST)
    if letter.is_valid():
        try:
            write(submission=submission, by=person, text=letter.cleaned_data["text"])
        except MessageRefused as refused:
            letter.add_error(None, f"{refused} ({refused.code})")
        else:
            messages.success(request, gettext("Sent. The reviewer is told."))
            return see_other("submission", submission.pk)
    form = HandInForm(initial={"note": submission.note})
    return _page(request, person, submission, form, letter=letter)


@require_POST
@for_person
def take_back(request: HttpRequest, person: User, submission_id: int) -> HttpResponse:
    submission = _found(person, submission_id)
    require(person, Permission.SUBMIT, submission.release.product.vendor)
    try:
        withdraw(submission=submission, by=person)
    except SubmissionRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    else:
        messages.success(request, gettext("Withdrawn. The run stays yours and can be tied again."))
    return see_other("submission", submission.pk)


@require_POST
@for_person
def appeal(request: HttpRequest, person: User, submission_id: int) -> HttpResponse:
    """Against the rejection, or the suspension of its certificate."""
    submission = _found(person, submission_id)
    require(person, Permission.SUBMIT, submission.release.product.vendor)
    complaint = AppealForm(request.POST)
    if complaint.is_valid():
        try:
            raise_appeal(submission=submission, by=person, reason=complaint.cleaned_data["reason"])
        except AppealRefused as refused:
            complaint.add_error(None, f"{refused} ({refused.code})")
        else:
            messages.success(
                request, gettext("Appealed. Somebody who did not decide it settles it.")
            )
            return see_other("submission", submission.pk)
    form = HandInForm(initial={"note": submission.note})
    return _page(request, person, submission, form, complaint=complaint)


def _page(
    request: HttpRequest,
    person: User,
    submission: Submission,
    form: HandInForm,
    **others: forms.Form,
) -> HttpResponse:
    """`others` are the page's `letter` and `complaint` as they were sent. A form with a fault makes
    the answer a 400."""
    sent = {"letter": MessageForm(), "complaint": AppealForm()} | others
    appeals = appeals_on(submission)
    vendor = submission.release.product.vendor
    may_submit = can(person, Permission.SUBMIT, vendor)
    context: dict[str, Any] = {
        "submission": submission,
        "vendor": vendor,
        "says": what_comes_next(submission),
        "promise": _promise(submission),
        "certificate": Certificate.objects.filter(submission=submission).first(),
        "deeds": deed_lines(
            deeds_on(submission), named=set(vendor.members.values_list("pk", flat=True))
        ),
        "form": form,
        **sent,
        "appeals": appeals,
        "contestable": decision_to_appeal(submission, appeals, timezone.now()),
        "may_appeal": may_submit,
        "may_write": may_submit and submission.state in OPEN,
        "may_hand_in": may_submit and _allows(submission, "submit"),
        "claim": claim_of_submission(submission),
        "may_withdraw": may_submit and _allows(submission, "withdraw"),
    }
    if _allows(submission, "submit"):
        context["ruling"] = ruling_on(submission).for_vendor()
    status = 400 if any(one.errors for one in (form, *sent.values())) else 200
    return render(
        request,
        "workspace/submission.html",
        context,
        status=status,
    )


def _promise(submission: Submission) -> Promise | None:
    """None for a clean case too: a rule decides it within seconds."""
    if submission.state == Submission.State.SUBMITTED and not submission.flags:
        return None
    return promise_of(submission, timezone.now(), programme_settings())


def _allows(submission: Submission, deed: str) -> bool:
    return submission.state in lifecycle.states_allowing(lifecycle.SUBMISSION, deed)
