"""A vendor's pages as the vendor sees them, for staff who help: to read, and for nothing else.

The vendor's own views answer, asked by the staff person as if a viewer of that vendor and of no
other. The membership is made inside a transaction that is always rolled back, so it never exists
for anybody; no code knows of looking but this. Then whatever could do something is taken out of the
answer: forms, scripts, links to pages that are not looked at, challenges that are still open.

Private runs are shown as they are to the vendor: reviewers may read them anyway (policy.py), and
each look is in the trail. What a viewer does not see (webhooks, tokens, invitations) nobody sees
here.
"""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse

from certification.queries.submissions import open_challenge_nonces
from marketplace.catalogue import audit
from marketplace.catalogue.models import Membership, User, Vendor
from marketplace.catalogue.policy import Permission, can_for_others

WORKSPACE = "/workspace/"
#: The pages that are looked at, all of them read by every member.
PAGES = frozenset({"workspace-vendor", "workspace-product", "release", "submission"})
HIDDEN = "not shown to staff"
#: Elements that could do something; an `input`, which has no end, goes too.
LEFT_OUT = frozenset({"form", "script", "button", "select", "textarea", "iframe"})


def look(request: HttpRequest, *, vendor: Vendor, page: str, by: User) -> HttpResponse:
    """`page` is what follows `/workspace/`; empty for the vendor's own page. Raises Http404."""
    if not can_for_others(by, Permission.LOOK_AS_VENDOR, vendor):
        raise Http404("There is no such vendor to look at.")
    path = WORKSPACE + page if page else reverse("workspace-vendor", args=[vendor.slug])
    answer = _as_viewer(request, vendor, path, by)
    if answer.status_code != 200:
        raise Http404("The vendor sees no such page.")
    with transaction.atomic():
        audit.record("vendor.looked-at", vendor, actor=audit.actor_of(by), page=path)
    written = answer.content.decode()
    for nonce in open_challenge_nonces(vendor):
        written = written.replace(nonce, HIDDEN)
    banner = render_to_string("staff/seen_banner.html", {"vendor": vendor})
    answer.content = read_only(written, vendor.slug, banner).encode()
    return answer


def _as_viewer(request: HttpRequest, vendor: Vendor, path: str, by: User) -> HttpResponse:
    try:
        found = resolve(path)
    except Resolver404:
        raise Http404("The vendor sees no such page.") from None
    if found.url_name not in PAGES:
        raise Http404("This page is not looked at.")
    with transaction.atomic():
        Membership.objects.filter(user=by).delete()
        Membership.objects.create(vendor=vendor, user=by, role=Membership.Role.VIEWER)
        answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
        transaction.set_rollback(True)
    return answer


def read_only(written: str, slug: str, banner: str) -> str:
    """The page with nothing in its `<main>` that could do something; `banner` stands first in it
    and is HTML."""
    reader = _ReadOnly(slug, banner)
    reader.feed(written)
    reader.close()
    return "".join(reader.written)


class _ReadOnly(HTMLParser):
    """Copies what it reads, but for forms and scripts. A link to another page of the workspace
    leads to the same page looked at, or is left out and its words stay."""

    def __init__(self, slug: str, banner: str) -> None:
        super().__init__(convert_charrefs=False)
        self.slug = slug
        self.banner = banner
        self.written: list[str] = []
        self.in_main = False
        self.left_out: list[str] = []  # open elements whose content is dropped
        self.links: list[bool] = []  # whether each open link was kept

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raw = self.get_starttag_text() or ""
        if self.left_out:
            self.left_out += [tag] if tag == self.left_out[-1] else []
        elif tag == "main":
            self.in_main = True
            self._put(raw + self.banner)
        elif not self.in_main:
            self._put(raw)
        elif tag in LEFT_OUT:
            self.left_out.append(tag)
        elif tag == "a":
            self._begin_link(raw, dict(attrs).get("href") or "")
        elif tag != "input":
            self._put(raw)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Only in a drawing the slash ends an element: browsers read a form with one as begun."""
        if tag in LEFT_OUT or tag in ("a", "input"):
            self.handle_starttag(tag, attrs)
        else:
            self._put(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self.left_out:
            if tag == self.left_out[-1]:
                self.left_out.pop()
            return
        if tag == "main":
            self.in_main = False
        if tag == "a" and self.links and not self.links.pop():
            return
        self._put(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._put(data)

    def handle_entityref(self, name: str) -> None:
        self._put(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._put(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._put(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._put(f"<!{decl}>")

    def _put(self, text: str) -> None:
        if not self.left_out:
            self.written.append(text)

    def _begin_link(self, raw: str, href: str) -> None:
        path = urlsplit(href).path
        inside = path.startswith(WORKSPACE)
        kept = _leading(raw, href, self._looked_at(path)) if inside else raw
        self.links.append(bool(kept))
        self._put(kept)

    def _looked_at(self, path: str) -> str:
        try:
            known = resolve(path).url_name in PAGES
        except Resolver404:
            known = False
        page = path.removeprefix(WORKSPACE)
        return reverse("staff-seen-page", args=[self.slug, page]) if known else ""


def _leading(raw: str, href: str, to: str) -> str:
    return raw.replace(f'"{urlsplit(href).path}', f'"{to}', 1) if to else ""
