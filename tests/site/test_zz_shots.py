import os, pathlib, time
import pytest
from playwright.sync_api import sync_playwright
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="1"
from tests.factories import work_off
from marketplace.site.demo.people import create_logins
from marketplace.site.demo.guidelines import load_guidelines
from marketplace.site.demo.loader import Loader
from marketplace.site.demo.market import MARKET
from certification.models import *
from marketplace.catalogue.models import *
from certification.queries import *
OUT = pathlib.Path("/tmp/shots"); OUT.mkdir(exist_ok=True)

@pytest.mark.django_db(transaction=True)
def test_shots(live_server, settings):
    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["*"]
    people = {p.email: p for p in create_logins()}
    admins = [p for p in people.values() if p.staff_role == "admin"]
    load_guidelines(admins=admins)
    t = time.time()
    Loader(MARKET, say=lambda s: None, idle=work_off).fill()
    print("filled", time.time() - t, Product.objects.count(), Certificate.objects.count())
    every = {}
    for p in Product.objects.select_related("vendor"):
        cs = certificates_of_product(p)
        lead = leading(cs)
        key = lead.standing.value if lead else "none"
        if lead and lead.in_force and waivers_of(lead.certificate): key = "waived"
        if lead and lead.in_force and lead.open_disputes: key = "disputed"
        if len(cs) > 2: key = "many"
        every.setdefault(key, []).append(p)
    print({k: [str(p) for p in v] for k, v in every.items()})
    from django.test import Client
    c = Client()
    for u in ["/", "/products/", every["many"][0].get_absolute_url(), certificates_of_product(every["many"][0])[0].certificate.get_absolute_url(), "/badges/%s/%s.svg" % (every["many"][0].vendor.slug, every["many"][0].slug)]:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext
        c.get(u)
        with CaptureQueriesContext(connection) as q:
            t = time.time(); a = c.get(u); d = time.time() - t
        print(u, a.status_code, f"{d*1000:.0f} ms", len(q), "queries", len(a.content))
    pages = {"home": "/", "products": "/products/"} | {k: v[0].get_absolute_url() for k, v in every.items()}
    pages["vendor"] = "/vendors/%s/" % every["many"][0].vendor.slug
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for theme in ("light","dark"):
            for w in (1280,390):
                ctx = browser.new_context(viewport={"width":w,"height":800}, color_scheme=theme)
                page = ctx.new_page()
                for n in pages:
                    page.goto(live_server.url+pages[n])
                    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    if over: print("OVERFLOW", n, w, over)
                    page.screenshot(path=str(OUT/f"{n}-{w}-{theme}.png"), full_page=True)
                ctx.close()
        browser.close()
