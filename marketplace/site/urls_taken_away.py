"""What can be taken away or told of the public pages: files, feeds, badges, watching, asking."""

from __future__ import annotations

from django.urls import path, re_path

from marketplace.site.views import asking, exports, feeds, sitemap, watching, widget

_PRODUCT = "products/<slug:vendor>/<slug:product>/"
#: The ending of a file's address.
_FORM = r"\.(?P<form>csv|json)$"

urlpatterns = [
    re_path(rf"^products{_FORM}", exports.products, name="products-file"),
    re_path(rf"^certificates{_FORM}", exports.certificates, name="certificates-file"),
    re_path(rf"^guidelines{_FORM}", exports.guidelines, name="guidelines-file"),
    re_path(
        rf"^vendors/(?P<vendor>[-\w]+)/products{_FORM}",
        exports.vendor_products,
        name="vendor-products-file",
    ),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/market.atom", feeds.market, name="feed"),
    path("feeds/categories/<slug:category>.atom", feeds.category, name="feed-category"),
    path("feeds/vendors/<slug:vendor>.atom", feeds.vendor, name="feed-vendor"),
    path("feeds/products/<slug:vendor>/<slug:product>.atom", feeds.product, name="feed-product"),
    path("feeds/guidelines/<str:document_id>.atom", feeds.guideline, name="feed-guideline"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemaps/<slug:section>.xml", sitemap.part, name="sitemap-part"),
    path(f"{_PRODUCT}badge/", widget.widget, name="widget"),
    path(f"{_PRODUCT}ask/", asking.ask, name="ask"),
    path(f"{_PRODUCT}report/", asking.report, name="report"),
    path("watching/", watching.watching, name="watching"),
    path(f"watching/{_PRODUCT}", watching.watch_product, name="watch-product"),
    path("watching/vendors/<slug:vendor>/", watching.watch_vendor, name="watch-vendor"),
    path(
        "watching/guidelines/<str:document_id>/", watching.watch_guideline, name="watch-guideline"
    ),
]
