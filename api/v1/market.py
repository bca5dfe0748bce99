"""Vendors, products and their releases: what the public pages show."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.auth import MayRead, viewer
from api.pagination import ByName, Numbered, ReleasesNewestFirst
from api.v1.market_rows import ProductRow, ReleaseRow, VendorRow
from api.v1.product_whole import ProductWhole
from api.v1.serializers import Refusal
from certification.queries import certificates_of_each, listed_products
from marketplace.catalogue.models import Product, ProductRelease, Vendor
from marketplace.catalogue.openstack import RELEASES
from marketplace.catalogue.queries import find_product, releases_of, vendors_with_products
from marketplace.site.filters import ProductFilter
from marketplace.site.listed import Listed
from marketplace.site.narrowing import Narrowing
from marketplace.site.readiness import readiness_of


class VendorFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", max_length=100)

    class Meta:
        model = Vendor
        fields: list[str] = []


@extend_schema(summary="Vendors that list a product, by name")
class VendorList(ListAPIView[Vendor]):
    permission_classes = [MayRead]
    serializer_class = VendorRow
    pagination_class = ByName
    filterset_class = VendorFilter
    queryset = Vendor.objects.none()

    def get_queryset(self) -> QuerySet[Vendor]:
        return vendors_with_products()


@extend_schema(summary="One vendor", responses={200: VendorRow, 404: Refusal})
class VendorDetail(RetrieveAPIView[Vendor]):
    permission_classes = [MayRead]
    serializer_class = VendorRow
    lookup_field = "slug"
    queryset = Vendor.objects.all()


class ListedProductFilter(ProductFilter):
    """The same; the type of `value` is what the description of the API says of its parameters."""

    def in_common(self, queryset: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        return super().in_common(queryset, name, value)


@extend_schema(summary="Products, narrowed and sorted as on the page of products")
class ProductList(ListAPIView[Product]):
    permission_classes = [MayRead]
    serializer_class = ProductRow
    pagination_class = Numbered
    filterset_class = ListedProductFilter
    queryset = Product.objects.none()

    def get_queryset(self) -> QuerySet[Product]:
        return listed_products()

    def filter_queryset(self, queryset: Any) -> Any:
        """In the memory of the process, as the page does it: the cost of a page does not grow with
        the market. Unknown filters are refused before."""
        super().filter_queryset(queryset)
        asked = self.request.query_params
        return Listed(Narrowing.of(asked), asked.get("sort", ""))

    def get_serializer(self, *products: Any, **kwargs: Any) -> Any:
        """Certificates are read once for a page, not once for each product."""
        context = dict(self.get_serializer_context())
        for page in products:
            context["certificates"] = certificates_of_each(page)
        return super().get_serializer(*products, **kwargs | {"context": context})


class ProductDetail(APIView):
    permission_classes = [MayRead]

    @extend_schema(
        summary="One product: its releases, certificates and readiness",
        responses={200: ProductWhole, 404: Refusal},
    )
    def get(self, request: Request, vendor: str, product: str) -> Response:
        try:
            found = find_product(vendor, product)
        except Product.DoesNotExist:
            raise Http404 from None
        certificates = certificates_of_each([found])
        context: dict[str, Any] = {
            "request": request,
            "certificates": certificates,
            "releases": releases_of(found),
            "readiness": readiness_of(found, certificates[found.pk], viewer(request)),
        }
        return Response(ProductWhole(found, context=context).data)


class ReleaseFilter(django_filters.FilterSet):
    vendor = django_filters.CharFilter(field_name="product__vendor__slug")
    product = django_filters.CharFilter(field_name="product__slug")
    openstack = django_filters.ChoiceFilter(
        field_name="openstack_releases",
        method="declaring",
        choices=[(release.name, release.title) for release in RELEASES],
        label="OpenStack release, declared",
    )

    class Meta:
        model = ProductRelease
        fields = ["version"]

    def declaring(
        self, releases: QuerySet[ProductRelease], name: str, value: str
    ) -> QuerySet[ProductRelease]:
        return releases.filter(**{f"{name}__contains": [value]})


@extend_schema(summary="Releases of products, last entered first")
class ReleaseList(ListAPIView[ProductRelease]):
    permission_classes = [MayRead]
    serializer_class = ReleaseRow
    pagination_class = ReleasesNewestFirst
    filterset_class = ReleaseFilter
    queryset = ProductRelease.objects.select_related("product__vendor")


@extend_schema(summary="One release", responses={200: ReleaseRow, 404: Refusal})
class ReleaseDetail(RetrieveAPIView[ProductRelease]):
    permission_classes = [MayRead]
    serializer_class = ReleaseRow
    lookup_url_kwarg = "release_id"
    queryset = ProductRelease.objects.select_related("product__vendor")
