"""The first page counts and tells what is in the database."""

from __future__ import annotations

import pytest
from django.test import Client

from certification.operations.certificates import expire_certificates, revoke
from tests.site.market import Market
from tests.site.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_it_counts_what_is_certified(stranger: Client) -> None:
    assert "0 certified releases of 0 products by 0 vendors" in read(stranger.get("/")).text
    market = Market()
    product = market.product()
    market.certified(market.release(product, "1"))
    market.certified(market.release(product, "2"))
    market.product("Reed", "backup", "Reed")
    text = read(stranger.get("/")).text
    assert "2 certified releases of 1 product by 1 vendor" in text
    assert "All 2 products" in text


def test_it_tells_what_changed_this_week_and_no_more(stranger: Client) -> None:
    market = Market()
    old = market.certified(market.release(market.product("Old Cloud")), days_ago=30)
    new = market.certified(market.release(market.product("New Cloud")), days_ago=2)
    page = read(stranger.get("/"))
    assert new.get_absolute_url() in page.links
    assert old.get_absolute_url() not in page.links
    revoke(certificate=old, by=market.reviewer, reason="Copied.")
    page = read(stranger.get("/"))
    assert old.get_absolute_url() in page.links and "Revoked on" in page.text


def test_what_ended_long_ago_is_no_news_when_it_is_noted(stranger: Client) -> None:
    market = Market()
    ended = market.certified(market.release(market.product("Old Cloud")), days_ago=400)
    ends_today = market.certified(market.release(market.product("Last Day")), days_ago=365)
    assert expire_certificates() == 2
    page = read(stranger.get("/"))
    assert ended.get_absolute_url() not in page.links
    assert ends_today.get_absolute_url() in page.links and "Expired on" in page.text


def test_its_questions_lead_to_lists(stranger: Client) -> None:
    Market().product()
    page = read(stranger.get("/"))
    assert "/products/?category=public-cloud" in page.links
    assert page.all("select", name="openstack")
    assert stranger.get("/products/?openstack=gazpacho&category=backup").status_code == 200
