"""Uploading results on a page, signed in or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from certification.evidence import EvidenceEmpty, EvidenceStoreFull, EvidenceTooLarge
from certification.models import Run
from certification.operations.intake import ChallengeRefused, receive_run
from certification.queries import runs_by_ids, verdicts_of_each
from marketplace.catalogue.models import User
from marketplace.site.forms import FILES_MOST, UploadForm
from marketplace.site.wording import headline_of

#: The form's own fields and the boundaries between the files.
FORM_BYTES = 1024 * 1024


@csrf_exempt
def upload(request: HttpRequest) -> HttpResponse:
    """Refuse what is too large before a byte of it is read; the check of the token reads it all."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    too_large = not length.isdigit() or int(length) > settings.EVIDENCE_WIRE_BYTES + FORM_BYTES
    if request.method == "POST" and too_large:
        return _refused(
            request,
            "evidence-too-large",
            gettext(
                "The upload is larger than 128 MiB, the most that is taken. Send it "
                "packed with gzip, xz or zstd, or leave attachments out."
            ),
            413,
        )
    return _upload(request)


@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def _upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, UploadForm(), runs_by_ids(_asked_runs(request), request.user))
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, [], status=400)
    by = request.user if isinstance(request.user, User) else None
    taken = [_take(file, form.cleaned_data["nonce"], by) for file in form.cleaned_data["evidence"]]
    runs = [one.run for one in taken if one.run is not None]
    if any(one.leaves_the_challenge for one in taken):
        messages.warning(
            request,
            gettext(
                "The challenge is not used: these bytes were sent before, so the run stays as it "
                "was. Take a challenge first, then run the tests anew."
            ),
        )
    if len(runs) == len(taken):
        return _see_other(runs)
    return _page(request, UploadForm(), runs, _status(taken), refused=[t for t in taken if t.code])


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file: a run, or why there is none."""

    name: str
    run: Run | None = None
    code: str = ""
    message: str = ""
    status: int = 303
    leaves_the_challenge: bool = False


def _take(file: UploadedFile[bytes], nonce: str, by: User | None) -> Taken:
    """One file that is refused leaves the others as they are."""
    name = file.name or gettext("a file without a name")
    try:
        receipt = receive_run(
            chunks=file.chunks(),
            limit=settings.EVIDENCE_WIRE_BYTES,
            via=Run.Via.PAGE,
            by=by,
            file_name=file.name or "",
            nonce=nonce,
        )
    except (EvidenceEmpty, EvidenceTooLarge) as fault:
        return Taken(name, None, fault.code, str(fault), 400)
    except ChallengeRefused as fault:
        return Taken(name, None, fault.code, str(fault), 409)
    except EvidenceStoreFull as fault:
        return Taken(name, None, fault.code, str(fault), 507)
    return Taken(name, receipt.run, leaves_the_challenge=bool(nonce) and not receipt.created)


def _status(taken: list[Taken]) -> int:
    """The gravest: a full store before a conflict before a fault of a file."""
    return max(one.status for one in taken)


def _see_other(received: list[Run]) -> HttpResponse:
    if len(received) == 1:
        answer = redirect(received[0])
    else:
        query = urlencode({"run": [str(run.pk) for run in received]}, doseq=True)
        answer = redirect(f"{reverse('upload')}?{query}")
    answer.status_code = 303
    return answer


def _asked_runs(request: HttpRequest) -> list[UUID]:
    found = []
    for text in request.GET.getlist("run")[:FILES_MOST]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _refused(request: HttpRequest, code: str, message: str, status: int) -> HttpResponse:
    refused = [Taken(gettext("Nothing"), None, code, message, status)]
    return _page(request, UploadForm(), [], status, refused)


def _page(
    request: HttpRequest,
    form: UploadForm,
    runs: list[Run],
    status: int = 200,
    refused: Sequence[Taken] = (),
) -> HttpResponse:
    judged = [(run, headline_of(run, lines)) for run, lines in verdicts_of_each(runs)]
    context = {
        "form": form,
        "uploaded": judged,
        "refused": refused,
        "refreshes": any(not run.is_settled for run in runs),
    }
    return render(request, "site/upload.html", context, status=status)
