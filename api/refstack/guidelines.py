"""GET /v1/guidelines, its files, and the plain-text test lists."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from api.lookups import guideline_called
from api.refstack.answers import Refused
from certification.engine.guideline.model import CapabilityStatus
from certification.engine.guideline.selection import test_list
from certification.engine.guideline.targets import TargetUnknown, find_target
from certification.judging import parsed_guideline
from certification.models import Guideline

TRUE_WORDS = frozenset({"true", "yes", "1"})


def listing(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's form of a view
    groups: dict[str, dict[str, dict[str, str]]] = {"powered": {}}
    for row in Guideline.objects.exclude(state=Guideline.State.RETIRED).only(
        "document_id", "version", "add_on"
    ):
        entry = {"name": f"{row.version}.json", "file": row.file_name}
        groups.setdefault(row.add_on or "powered", {})[row.file_name] = entry
    return JsonResponse(
        {group: [files[name] for name in sorted(files)] for group, files in groups.items()}
    )


def document(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001
    row = _guideline(name)
    return HttpResponse(bytes(row.document), content_type="application/json")


def tests(request: HttpRequest, version: str) -> HttpResponse:
    """One test per line. RefStack answers its errors with 200, which its client reads as an empty
    list; we keep that status, because the contract has it, and say the fault in one line."""
    target = request.GET.get("target")
    target = "platform" if target is None else target
    try:
        row = _guideline(version)
    except Refused:
        return _plain(f"Error getting JSON content for version: {version}")
    guideline = parsed_guideline(row)
    words = [word.strip() for word in (request.GET.get("type") or "").split(",") if word.strip()]
    statuses = [status for status in CapabilityStatus if status.value in words]
    try:
        lines = test_list(
            guideline,
            find_target(guideline, target),
            statuses=statuses if words else list(CapabilityStatus),
            alias=_truth(request, "alias"),
            flag=_truth(request, "flag"),
        )
    except TargetUnknown:
        return _plain(f"Invalid target: {target}")
    return _plain("\n".join(lines)) if lines else HttpResponse(status=204)


def _guideline(name: str) -> Guideline:
    try:
        return guideline_called(name.removesuffix(".json"))
    except Guideline.DoesNotExist:
        raise Refused(404, f"There is no guideline {name[:80]}.", "guideline-not-found") from None


def _truth(request: HttpRequest, name: str) -> bool:
    text = request.GET.get(name)
    return True if not text else text.lower() in TRUE_WORDS


def _plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=UTF-8")
