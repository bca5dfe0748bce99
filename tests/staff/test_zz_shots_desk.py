"""Not part of the project: pictures of the pages."""
import pytest, shutil
from playwright.sync_api import sync_playwright
from marketplace.catalogue.models import User
from tests.factories import person
from tests.permissions.world import world
from tests.site.conftest import signed_in
from marketplace.catalogue.programme_settings import change_setting
pytestmark=[pytest.mark.django_db(transaction=True)]
def test_shots(live_server):
    w=world(); admin=person("Maren",staff_role="admin")
    change_setting(name="answer-days",value=4,reason="More reviewers since October.",seen=0,by=admin)
    change_setting(name="rule-decides",value=False,reason="A look at every case this week.",seen=1,by=person("Jun",staff_role="admin"))
    cookie=signed_in(admin).cookies["sessionid"].value
    told=w.told
    pages={"audit":"/staff/audit/","seenrel":f"/staff/vendors/{told.vendor.slug}/seen/releases/{told.release.pk}/","pubtext":"/programme/how-certification-works/","text":"/staff/programme/texts/contact/"}
    from tests.accessibility.test_axe import Axe, RULES
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path="/usr/bin/chromium",args=["--no-sandbox","--disable-gpu","--disable-background-networking"])
        for width,theme in ((1280,"light"),(390,"dark")):
            c=b.new_context(base_url=live_server.url,viewport={"width":width,"height":900},color_scheme=theme,bypass_csp=True)
            c.add_cookies([{"name":"sessionid","value":cookie,"url":live_server.url}])
            pg=c.new_page()
            for n,path in pages.items():
                pg.goto(path)
                over=pg.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                if over>0: print(n,width,"over",over)
                pg.screenshot(path=f"/var/tmp/desk/{n}-{width}.png",full_page=True)
                for f in Axe().run(pg,options=RULES).response["violations"]:
                    print(n,width,f["id"],len(f["nodes"]),f["nodes"][0]["html"][:140],f["nodes"][0]["failureSummary"][:150])
        b.close()
