"""One submission on one screen, and the decision."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from certification.engine import lifecycle
from certification.models import Appeal, Submission, Waiver
from certification.operations.appeals import AppealRefused, settle_appeal
from certification.operations.conversation import OPEN, MessageRefused, write
from certification.operations.review import (
    ReviewRefused,
    approve,
    ask_for_changes,
    reject,
    take,
    take_over,
)
from certification.operations.waivers import WaiverRefused, grant_waiver
from certification.queries.appeals import appeals_on, appeals_to_hear
from certification.queries.submissions import find_to_review, review_queue
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission
from marketplace.workspace.review_forms import DecisionForm, FindingForm, MessageForm
from marketplace.workspace.review_phrases import Phrase, phrase_called, phrases_for
from marketplace.workspace.review_sheet import ReviewSheet, review_sheet
from marketplace.workspace.templatetags.workspace import asks_for
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_staff


def _found(person: User, submission_id: int) -> Submission:
    try:
        return find_to_review(submission_id, person)
    except Submission.DoesNotExist:
        raise Http404("There is no such submission to review.") from None


@require_safe
@for_staff(Permission.REVIEW)
def review(request: HttpRequest, person: User, submission_id: int) -> HttpResponse:
    """`?phrase=` puts one of the usual texts into the field of the reason."""
    sheet = review_sheet(_found(person, submission_id))
    said = phrase_called(_phrases(sheet), request.GET.get("phrase", ""))
    initial = {"reason": said.text} if said is not None else None
    form = DecisionForm(initial=initial, open_tests=sheet.open_tests)
    return _page(request, person, sheet, form)


@require_POST
@for_staff(Permission.REVIEW)
def take_it(request: HttpRequest, person: User, submission_id: int) -> HttpResponse:
    """From the queue, or from a reviewer who looks at it already."""
    submission = _found(person, submission_id)
    deed = take_over if request.POST.get("deed") == "take-over" else take
    try:
        deed(submission=submission, by=person)
    except ReviewRefused as refused:
        messages.error(request, f"{refused} ({refused.code})")
    return see_other("staff-submission", submission.pk)


@require_POST
@for_staff(Permission.REVIEW)
def message(request: HttpRequest, person: User, submission_id: int) -> HttpResponse:
    submission = _found(person, submission_id)
    form = MessageForm(request.POST)
    if form.is_valid():
        try:
            write(submission=submission, by=person, text=form.cleaned_data["text"])
        except MessageRefused as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            messages.success(request, gettext("Sent. The vendor is told."))
            return see_other("staff-submission", submission.pk)
    sheet = review_sheet(submission)
    decision = DecisionForm(open_tests=sheet.open_tests)
    return _page(request, person, sheet, decision, letter=form)


@require_POST
@for_staff(Permission.REVIEW)
def decide(request: HttpRequest, person: User, submission_id: int) -> HttpResponse:
    sheet = review_sheet(_found(person, submission_id))
    form = DecisionForm(request.POST, open_tests=sheet.open_tests)
    if form.is_valid():
        try:
            said = _decided(sheet.submission, form, person)
        except (ReviewRefused, WaiverRefused) as refused:
            form.add_error(None, f"{refused} ({refused.code})")
        else:
            messages.success(request, said)
            return see_other("staff-submission", submission_id)
    return _page(request, person, review_sheet(_found(person, submission_id)), form)


@require_POST
@for_staff(Permission.HEAR_APPEAL)
def settle(request: HttpRequest, person: User, submission_id: int) -> HttpResponse:
    """The open appeal of this submission."""
    submission = _found(person, submission_id)
    open_one = Appeal.objects.filter(submission=submission, state=Appeal.State.OPEN).first()
    if open_one is None:
        messages.error(request, gettext("No appeal of it is open. (transition-refused)"))
        return see_other("staff-submission", submission.pk)
    finding = FindingForm(request.POST)
    if finding.is_valid():
        given = finding.cleaned_data
        grant = given["finding"] == "grant"
        try:
            settle_appeal(appeal=open_one, by=person, grant=grant, reason=given["reason"])
        except AppealRefused as refused:
            finding.add_error(None, f"{refused} ({refused.code})")
        else:
            said = gettext("The appeal is granted.") if grant else gettext("The decision stands.")
            messages.success(request, gettext("{said} Both sides are told.").format(said=said))
            return see_other("staff-submission", submission.pk)
    sheet = review_sheet(submission)
    return _page(request, person, sheet, DecisionForm(open_tests=sheet.open_tests), finding=finding)


def _decided(submission: Submission, form: DecisionForm, person: User) -> str:
    """Raises ReviewRefused, WaiverRefused."""
    given = form.cleaned_data
    if given["deed"] == "approve":
        certificate = approve(
            submission=submission,
            by=person,
            reason=given["reason"],
            waivers=_waivers(submission, form, person),
        )
        return gettext("Approved. Certificate {certificate} is issued.").format(
            certificate=certificate
        )
    if given["deed"] == "ask":
        ask_for_changes(submission=submission, by=person, reason=given["reason"])
        return gettext("The vendor is asked for changes.")
    reject(submission=submission, by=person, reason=given["reason"])
    return gettext("Rejected.")


def _waivers(submission: Submission, form: DecisionForm, person: User) -> list[Waiver]:
    given = form.cleaned_data
    if not given["waived"]:
        return []
    waiver = grant_waiver(
        release=submission.release,
        guideline=submission.guideline,
        target=submission.target,
        tests=given["waived"],
        reason=given["waiver_reason"],
        ends_on=given["waiver_ends_on"],
        by=person,
    )
    return [waiver]


def _phrases(sheet: ReviewSheet) -> list[Phrase]:
    return phrases_for(sheet.submission, asks_for(sheet.submission))


def _next_of(waiting: list[int], shown: int) -> int | None:
    """The one after the shown one, from the last on to the first: whoever goes on meets them all.
    What does not wait leads to the first that does."""
    if shown not in waiting:
        return waiting[0] if waiting else None
    following = waiting[(waiting.index(shown) + 1) % len(waiting)]
    return None if following == shown else following


def _page(
    request: HttpRequest,
    person: User,
    sheet: ReviewSheet,
    form: DecisionForm,
    **others: forms.Form,
) -> HttpResponse:
    """`others` are the page's `letter` and `finding` as they were sent. A form with a fault makes
    the answer a 400."""
    sent = {"letter": MessageForm(), "finding": FindingForm()} | others
    state = sheet.submission.state
    waiting = list(review_queue(person).values_list("pk", flat=True))
    context = {
        "sheet": sheet,
        "submission": sheet.submission,
        "vendor": sheet.submission.release.product.vendor,
        "form": form,
        **sent,
        "appeals": appeals_on(sheet.submission),
        "may_settle": appeals_to_hear(person).filter(submission=sheet.submission).exists(),
        "may_write": state in OPEN,
        "phrases": _phrases(sheet),
        "may_take_over": (
            state in lifecycle.states_allowing(lifecycle.SUBMISSION, "take-over")
            and sheet.submission.reviewer_id != person.pk
        ),
        "may_take": state in lifecycle.states_allowing(lifecycle.SUBMISSION, "take"),
        "may_decide": state in lifecycle.states_allowing(lifecycle.SUBMISSION, "approve"),
        "waiting": len(waiting),
        "next_id": _next_of(waiting, sheet.submission.pk),
    }
    status = 400 if any(one.errors for one in (form, *sent.values())) else 200
    return render(request, "staff/review.html", context, status=status)
