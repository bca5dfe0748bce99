import pytest
from django.test import Client
from tests.site.market import Market
from tests.site.conftest import *
from certification.operations.certificates import *
pytestmark = pytest.mark.django_db
def test_all(stranger):
    m = Market()
    p = m.product(); r = m.release(p)
    c = m.certified(r)
    m.product("Lonely", "backup"); m.product("Drive", "driver")
    for u in ["/", "/products/", "/products/?q=tarn&target=compute&assurance=self-reported&certified=yes&vendor=kelp&openstack=gazpacho&category=distribution&sort=newest", "/products/?vendor=%00&q=%00&page=x&category=zz", p.get_absolute_url(), "/products/kelp/lonely/", "/products/kelp/drive/", "/vendors/kelp/", c.get_absolute_url(), c.get_absolute_url()+"statement.json", c.get_absolute_url()+"product.json", "/verify/", "/verify/?q="+c.number, "/verify/?q="+c.statement_sha256, "/verify/?q=HM-2020-000001", "/badges/kelp/tarn-cloud.svg", "/badges/kelp/tarn-cloud.json"]:
        a = stranger.get(u)
        print(u, a.status_code, len(a.content))
        assert a.status_code == 200
    print(stranger.get("/badges/kelp/tarn-cloud.json").content)
    revoke(certificate=c, by=m.reviewer, reason="Copied.")
    for u in ["/", "/products/",  p.get_absolute_url(), c.get_absolute_url(), "/badges/kelp/tarn-cloud.svg"]:
        a = stranger.get(u); assert a.status_code == 200
