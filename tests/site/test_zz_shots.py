import gzip, os, pathlib
import pytest
from datetime import timedelta
from django.utils import timezone
from playwright.sync_api import sync_playwright

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
from tests.site.market import Market
from tests.factories import powered, LIMIT, work_off, real_run
from certification.operations.certificates import *
from certification.operations.intake import receive_run
from certification.operations.review import approve
from certification.operations.submissions import *
from certification.operations.waivers import grant_waiver
from certification.models import Run
from certification.judging import explain

OUT = pathlib.Path("/tmp/shots")
OUT.mkdir(exist_ok=True)


@pytest.mark.django_db(transaction=True)
def test_shots(live_server, settings):
    settings.DEMO = False
    settings.ALLOWED_HOSTS = ["*"]
    g = powered()
    m = Market(guideline=g)

    def certify(product, target, version="4.2", days=0, raw=None, waive=False, challenged=False):
        at = timezone.now() - timedelta(days=days) if days else None
        release = product.releases.filter(version=version).first() or m.release(product, version)
        m_owner = m.owner(product)
        nonce = (
            issue_challenge(release=release, guideline=g, by=m_owner, at=at).nonce
            if challenged
            else ""
        )
        raw = raw or gzip.decompress(real_run("guideline-2020.06-parallel3.v2"))
        run = receive_run(
            chunks=[raw], limit=LIMIT, via=Run.Via.API, by=m_owner, nonce=nonce, at=at
        ).run
        work_off()
        run.refresh_from_db()
        if waive:
            e = explain(run, g, target)
            w = grant_waiver(
                release=release,
                guideline=g,
                target=target,
                tests=[*e.missing, *e.failed, *e.skipped][:400],
                reason="The region has one host only.",
                ends_on=(timezone.now() + timedelta(days=90)).date(),
                by=m.reviewer,
            )
        s = draft_submission(
            release=release,
            run=run,
            guideline=g,
            target=target,
            openstack_release="gazpacho",
            by=m_owner,
            at=at,
        )
        submit(submission=s, by=m_owner, at=at)
        return approve(submission=s, by=m.reviewer, reason="Looked at.", at=at)

    base = gzip.decompress(real_run("guideline-2020.06-parallel3.v2"))
    a = m.product("Ostermoor Public Cloud", "public-cloud", "Ostermoor")
    ca = certify(a, "object", "2026.1", 22, challenged=True)
    cw = certify(a, "compute", "2026.1", 0, gzip.compress(base, 1), waive=True)
    m.release(a, "2025.1")
    raise_dispute(certificate=cw, by=m.admin, claim="Resize does not work in the north region.")
    b = m.product("Kelpline Distribution", "distribution", "Kelpline")
    cb = certify(b, "object", "7.0", 310, gzip.compress(base, 2))
    c = m.product("Tarn Appliance", "appliance", "Tarn")
    cc = certify(c, "object", "3", 3, gzip.compress(base, 3))
    revoke(certificate=cc, by=m.reviewer, reason="The evidence was a copy of another vendor's run.")
    d = m.product("Heather Cloud", "public-cloud", "Heather")
    cd = certify(d, "object", "3", 4, gzip.compress(base, 4))
    suspend(
        certificate=cd,
        by=m.reviewer,
        reason="Two object storage tests began to fail after an upgrade.",
    )
    for i in range(6):
        m.product(f"Lapwing Vault Backup {i}", "backup", "Lapwing Systems")
    dr = m.product("Ferrule Driver", "driver", "Ferrule")
    l = m.release(m.product("Marram Apps", "application-platform", "Dunlin"), "5.2")
    pages = {
        "home": "/",
        "products": "/products/?category=public-cloud&category=distribution&category=appliance&category=backup",
        "product": a.get_absolute_url(),
        "revoked": c.get_absolute_url(),
        "driver": dr.get_absolute_url(),
        "app": l.product.get_absolute_url(),
        "vendor": "/vendors/ostermoor/",
        "certificate": cw.get_absolute_url(),
        "cert-revoked": cc.get_absolute_url(),
        "verify": "/verify/",
        "verify-yes": "/verify/?q=" + ca.number,
        "verify-no": "/verify/?q=" + cc.number,
        "verify-unknown": "/verify/?q=" + "0" * 64,
    }
    want = os.environ.get("SHOTS", "").split(",") if os.environ.get("SHOTS") else list(pages)
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for theme in ("light", "dark"):
            for w in (1280, 390):
                ctx = browser.new_context(viewport={"width": w, "height": 800}, color_scheme=theme)
                page = ctx.new_page()
                for n in want:
                    page.goto(live_server.url + pages[n])
                    over = (
                        page.evaluate(
                            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                        )
                        if not n.startswith("badge")
                        else 0
                    )
                    if over:
                        print("OVERFLOW", n, w, over)
                    page.screenshot(path=str(OUT / f"{n}-{w}-{theme}.png"), full_page=True)
                ctx.close()
        browser.close()
