"""Lists as files: CSV and JSON of what a list shows, as filtered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certification.engine.guideline.targets import TITLES
from certification.models import Certificate
from certification.queries import Standing, every_guideline, listed_products
from certification.queries.certificates import standing_in
from marketplace.catalogue.models import Vendor
from marketplace.catalogue.queries import find_vendor
from marketplace.site.context import host_url
from marketplace.site.export_rows import (
    CERTIFICATE_COLUMNS,
    GUIDELINE_COLUMNS,
    PRODUCT_COLUMNS,
    certificate_rows,
    guideline_rows,
    product_rows,
)
from marketplace.site.exports import FORMS, Export, Row, query_of
from marketplace.site.filters import ProductFilter


class CertificateFilter(django_filters.FilterSet):
    """By what a reader of such a file asks for; the API narrows by digests too."""

    standing = django_filters.ChoiceFilter(
        choices=[(one.value, one.value) for one in Standing], method="standing_so"
    )
    vendor = django_filters.CharFilter(field_name="release__product__vendor__slug", max_length=60)
    guideline = django_filters.CharFilter(field_name="guideline__document_id", max_length=60)
    target = django_filters.ChoiceFilter(choices=list(TITLES.items()))
    assurance = django_filters.ChoiceFilter(choices=Certificate.Assurance.choices)

    class Meta:
        model = Certificate
        fields: list[str] = []

    def standing_so(
        self, rows: QuerySet[Certificate], _name: str, value: str
    ) -> QuerySet[Certificate]:
        return standing_in(rows, Standing(value))


@require_safe
def products(request: HttpRequest, form: str) -> HttpResponseBase:
    """What `/products/` shows under the same filters, in the same order."""
    return _products(request, form, ProductFilter(request.GET, listed_products()))


@require_safe
def vendor_products(request: HttpRequest, vendor: str, form: str) -> HttpResponseBase:
    try:
        found = find_vendor(vendor)
    except Vendor.DoesNotExist:
        raise Http404("There is no such vendor.") from None
    rows = listed_products().filter(vendor=found)
    return _products(request, form, ProductFilter(request.GET, rows))


def _products(request: HttpRequest, form: str, found: django_filters.FilterSet) -> HttpResponseBase:
    if not found.is_valid():
        return _refused(found)
    return _file(request, form, _List("products", PRODUCT_COLUMNS, product_rows(found.qs), found))


@require_safe
def certificates(request: HttpRequest, form: str) -> HttpResponseBase:
    """Every certificate ever issued, newest first, whatever became of it."""
    found = CertificateFilter(request.GET, Certificate.objects.all())
    if not found.is_valid():
        return _refused(found)
    rows = certificate_rows(found.qs)
    return _file(request, form, _List("certificates", CERTIFICATE_COLUMNS, rows, found))


@require_safe
def guidelines(request: HttpRequest, form: str) -> HttpResponseBase:
    rows = guideline_rows(every_guideline())
    return _file(request, form, _List("guidelines", GUIDELINE_COLUMNS, rows))


@dataclass(frozen=True, slots=True)
class _List:
    """What is written: `name` is that of the rows."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Row]
    narrowed: django_filters.FilterSet | None = None


def _file(request: HttpRequest, form: str, what: _List) -> HttpResponseBase:
    filters = query_of(what.narrowed.form.cleaned_data) if what.narrowed else {}
    query = urlencode(filters, doseq=True)
    export = Export(
        name=what.name,
        columns=what.columns,
        rows=what.rows,
        address=f"{request.path}?{query}" if query else request.path,
        filters=filters,
        simulated=settings.DEMO,
        host_url=host_url(request),
    )
    writing, media_type = FORMS[form]
    answer = StreamingHttpResponse(writing(export), content_type=media_type)
    simulated = "simulated-" if settings.DEMO else ""
    answer["Content-Disposition"] = f'attachment; filename="hallmark-{simulated}{what.name}.{form}"'
    return answer


def _refused(
    narrowed: django_filters.FilterSet,
) -> HttpResponseBase:
    """A page leaves an unknown filter out and says so; a file would hold more than was asked for,
    and nobody would see it."""
    faults = {name: [str(fault) for fault in found] for name, found in narrowed.errors.items()}
    title = gettext("No list is made: these filters are not known: {listed}.").format(
        listed=", ".join(sorted(faults))
    )
    return JsonResponse({"code": "filter-unknown", "title": title, "faults": faults}, status=400)
