"""What waits for a person, and who looks at it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from certification.operations.distributing import distribute
from certification.queries.appeals import appeals_to_hear
from certification.queries.submissions import decided_lately, deciders_of, review_queue
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission
from marketplace.workspace.review_queue import review_queue_page
from marketplace.workspace.views.answers import see_other
from marketplace.workspace.views.person import for_staff

DECIDED_SHOWN = 10


@require_safe
@for_staff(Permission.REVIEW)
def queue(request: HttpRequest, person: User) -> HttpResponse:
    waiting, filters = review_queue_page(
        list(review_queue(person)), person=person, now=timezone.now(), asked=request.GET
    )
    decided = decided_lately(person, DECIDED_SHOWN)
    deciders = deciders_of(decided)
    context = {
        "queue": waiting,
        "filters": filters,
        "appeals": appeals_to_hear(person),
        "filtered": any(filters.cleaned_data.values()),
        "decided": [(submission, deciders.get(submission.pk)) for submission in decided],
    }
    return render(request, "staff/queue.html", context)


@require_POST
@for_staff(Permission.REVIEW)
def give_out(request: HttpRequest, person: User) -> HttpResponse:
    """What has no reviewer goes to whoever has the fewest before them."""
    given = distribute(by=person)
    messages.success(
        request,
        ngettext(
            "{given} submission found a reviewer.", "{given} submissions found a reviewer.", given
        ).format(given=given),
    )
    return see_other("staff-queue")
