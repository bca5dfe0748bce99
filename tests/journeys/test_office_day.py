"""A working day of the staff, from the queue to a revocation. One of them has an organization too:
it is never theirs to decide about, by page, by API or by a form sent past the page."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from marketplace.site.demo.people import PASSWORD
from tests.journeys.evidence import TARGET, object_storage_run, required
from tests.journeys.service import Service
from tests.journeys.walking import Manner, Walk, walking

pytestmark = pytest.mark.long

SMALL = Manner(390, "dark")
LARGE = Manner(1280, "light", looks=True)
#: The badge and the page may take so long to show a revocation.
_SHOWN_WITHIN_S = 5.0


@pytest.fixture(params=[SMALL, LARGE], ids=str)
def manner(request: pytest.FixtureRequest) -> Manner:
    found: Manner = request.param
    return found


def test_from_the_queue_to_a_revocation(
    service: Service, browser: Browser, manner: Manner, tmp_path: Path
) -> None:
    with ExitStack() as people:

        def person(who: str, email: str) -> Walk:
            walk = people.enter_context(walking(browser, service.base, manner, who))
            signs_in(walk, email)
            return walk

        jun = person("jun", "second-admin@hallmark.example")
        tomas = person("tomas", "reviewer@hallmark.example")
        maren = person("maren", "admin@hallmark.example")
        vendor, submission = jun_asks_for_a_certificate(jun, tmp_path)
        jun_may_not_decide(jun, vendor, submission)
        tomas_looks_as_the_vendor(tomas, vendor)
        tomas_asks_for_changes(tomas, submission)
        jun_answers(jun, submission)
        tomas_approves_with_a_waiver(tomas, submission)
        number = it_is_certified(jun, service, vendor)
        maren_suspends(maren, number)
        jun_appeals(jun, submission)
        maren_may_not_hear_it(maren, submission)
        tomas_hears_the_appeal(tomas, submission)
        maren_revokes(maren, service, vendor, number)
        the_trail_tells_it_all(maren, vendor)


def signs_in(walk: Walk, email: str) -> None:
    walk.to("/sign-in/")
    walk.fill(username=email, password=PASSWORD)
    walk.button("Sign in", exact=True)
    walk.page.wait_for_url("**/workspace/")


def jun_asks_for_a_certificate(jun: Walk, folder: Path) -> tuple[str, str]:
    """The vendor's short name, and the address of the submission among those of its kind."""
    name = f"Reedmace {jun.mark}"
    jun.to("/workspace/vendors/new/")
    jun.fill(name=name)
    jun.button("Create the organization")
    vendor = jun.page.url.rstrip("/").rsplit("/", 1)[1]
    jun.link("Add a product")
    jun.fill(name="Stow", category="distribution", sentence="Puts things away.")
    jun.button("Add the product")
    jun.link("Add a release")
    jun.fill(version="4.2")
    jun.press(jun.page.get_by_label("2026.1 Gazpacho"))
    jun.button("Add the release")
    release = jun.page.url
    file = folder / "one-short.subunit.gz"
    file.write_bytes(object_storage_run(failed=required()[:1]))
    jun.to("/upload/")
    jun.page.set_input_files("input[type=file]", file)
    jun.button("Upload and judge")
    jun.page.wait_for_url("**/runs/*/")
    expect(jun.page.get_by_role("heading", level=1)).to_contain_text("1 test short", timeout=60_000)
    jun.to(release)
    jun.link("Choose run")
    aim = jun.page.locator(f"select[name=aim] option[value$=':{TARGET}']").first
    jun.fill(aim=aim.get_attribute("value") or "", note="Our proxy refuses this one on purpose.")
    jun.press(jun.page.locator("[name=asks_waiver]"))
    jun.step("asks for a waiver")
    jun.button("Tie this run and submit")
    expect(jun.page.locator("main")).to_contain_text("waits for a person")
    jun.step("handed in")
    return vendor, jun.page.url.rstrip("/").rsplit("/", 1)[1]


def jun_may_not_decide(jun: Walk, vendor: str, submission: str) -> None:
    jun.to("/staff/")
    jun.step("queue without the own")
    assert jun.page.locator(f"a[href='/staff/submissions/{submission}/']").count() == 0
    desk = f"{jun.base}/staff/submissions/{submission}/"
    for address in (desk, f"{jun.base}/staff/vendors/{vendor}/seen/"):
        assert jun.page.request.get(address).status == httpx.codes.NOT_FOUND, address
    token = next(one for one in jun.page.context.cookies() if one["name"] == "csrftoken")["value"]
    sent = {"X-CSRFToken": token, "Referer": jun.base}
    forms: tuple[tuple[str, dict[str, str | float | bool]], ...] = (
        (f"{desk}take/", {}),
        (f"{desk}decide/", {"deed": "approve", "reason": "It is ours."}),
        (f"{desk}message/", {"text": "It is ours."}),
    )
    for path, form in forms:
        answer = jun.page.request.post(path, form=form, headers=sent)
        assert answer.status == httpx.codes.NOT_FOUND, path
    api = f"{jun.base}/api/v1/submissions/{submission}/approve/"
    answer = jun.page.request.post(api, data={"reason": "It is ours."}, headers=sent)
    assert answer.status in {httpx.codes.NOT_FOUND, httpx.codes.FORBIDDEN}, answer.text()
    jun.to(f"/workspace/submissions/{submission}/")
    assert "in review" not in jun.page.locator("main").inner_text().lower()


def tomas_looks_as_the_vendor(tomas: Walk, vendor: str) -> None:
    tomas.to(f"/staff/vendors/{vendor}/seen/")
    tomas.step("as the vendor sees it")
    deeds = tomas.page.locator("form").evaluate_all("all => all.map(one => one.action)")
    assert deeds == [f"{tomas.base}/sign-out/"]


def tomas_asks_for_changes(tomas: Walk, submission: str) -> None:
    page = tomas.page
    tomas.to("/staff/")
    row = page.get_by_role("row").filter(has=page.locator(f"a[href$='/{submission}/']"))
    expect(row).to_contain_text("working day")
    tomas.step("queue")
    for _ in range(60):
        page.keyboard.press("j")
        if (row.locator("th a")).evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/staff/submissions/{submission}/")
    tomas.step("review")
    page.keyboard.press("r")
    page.keyboard.type(f"Say which proxy, and attach its rule of case {submission}.")
    tomas.button("Ask for changes")
    page.wait_for_load_state()
    tomas.step("changes asked")


def jun_answers(jun: Walk, submission: str) -> None:
    notice = jun.page.get_by_role("listitem").filter(has_text=f"rule of case {submission}.").first
    jun.await_there("/workspace/notices/", notice)
    jun.step("notices")
    jun.press(notice.get_by_role("button"))
    expect(jun.page).to_have_url(re.compile(rf"/submissions/{submission}/"))
    expect(jun.page.locator("main")).to_contain_text(f"rule of case {submission}.")
    jun.step("sent back")
    jun.fill(text="It is the rule 7 of our public manual.")
    jun.button("Send to the reviewer")
    expect(jun.page.locator("main")).to_contain_text("rule 7 of our public manual")
    jun.press(jun.page.locator("[name=asks_waiver]"))
    jun.button("Hand it in again")
    expect(jun.page.locator("main")).to_contain_text("waits for a person")


def tomas_approves_with_a_waiver(tomas: Walk, submission: str) -> None:
    page = tomas.page
    tomas.to(f"/staff/submissions/{submission}/")
    expect(page.locator("main")).to_contain_text("rule 7 of our public manual")
    tomas.press(page.locator("[name=waived]").first)
    ends = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
    tomas.fill(waiver_reason="The manual says so.", waiver_ends_on=ends)
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("r")
    page.keyboard.type("One test is waived, all others pass.")
    tomas.step("approval with a waiver")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("HM-")
    tomas.step("approved")


def it_is_certified(jun: Walk, service: Service, vendor: str) -> str:
    jun.to(f"/products/{vendor}/stow/")
    expect(jun.page.locator("main")).to_contain_text("Certified until")
    jun.step("public page")
    address = jun.page.locator("a[href^='/certificates/HM-']").first.get_attribute("href") or ""
    badge = httpx.get(f"{service.base}/badges/{vendor}/stow.json").text
    assert "Object Storage 2026.11" in badge
    return address.split("/")[2]


def maren_suspends(maren: Walk, number: str) -> None:
    maren.to(f"/staff/certificates/{number}/")
    maren.press(maren.page.get_by_text("Open a dispute"))
    maren.fill(claim="Two buyers could not list their buckets.")
    maren.step("a dispute")
    maren.button("Open the dispute")
    maren.fill(reason="Buckets cannot be listed.")
    maren.button("Suspend")
    expect(maren.page.locator("main")).to_contain_text("suspended", ignore_case=True)
    maren.step("suspended")


def jun_appeals(jun: Walk, submission: str) -> None:
    jun.to(f"/workspace/submissions/{submission}/")
    jun.fill(reason="The buyers used the wrong region.")
    jun.step("appeal")
    jun.button("Appeal", exact=True)
    expect(jun.page.locator("main")).to_contain_text("wrong region")
    jun.step("appealed")


def maren_may_not_hear_it(maren: Walk, submission: str) -> None:
    maren.to(f"/staff/submissions/{submission}/")
    expect(maren.page.locator("main")).to_contain_text("somebody else settles the appeal")
    assert maren.page.locator("[name=finding]").count() == 0
    maren.step("appeal for others")


def tomas_hears_the_appeal(tomas: Walk, submission: str) -> None:
    tomas.to(f"/staff/submissions/{submission}/")
    form = tomas.page.locator("form", has=tomas.page.locator("[name=finding]"))
    form.locator("[name$=reason]").fill("The region was the right one.")
    tomas.step("hears the appeal")
    tomas.button("Uphold the decision")
    expect(tomas.page.locator("main")).to_contain_text("The region was the right one.")
    tomas.step("upheld")


def maren_revokes(maren: Walk, service: Service, vendor: str, number: str) -> None:
    maren.to(f"/staff/certificates/{number}/")
    maren.fill(reason="The fault was never mended.")
    maren.button("Revoke")
    expect(maren.page.get_by_role("button", name="Revoke")).to_have_count(0)
    revoked = time.monotonic()
    for path in (f"/products/{vendor}/stow/", f"/badges/{vendor}/stow.json"):
        text = httpx.get(f"{service.base}{path}").text
        assert "evoked" in text, path
        assert "Not certified" in text or path.endswith(".json"), path
    assert time.monotonic() - revoked < _SHOWN_WITHIN_S
    maren.step("revoked")


def the_trail_tells_it_all(maren: Walk, vendor: str) -> None:
    maren.to(f"/staff/audit/?about={vendor}")
    told = maren.page.locator("main").inner_text()
    for verb in (
        *("submission.submitted", "submission.changes-asked", "submission.question"),
        *("waiver.granted", "submission.approved", "certificate.issued"),
        *("certificate.disputed", "certificate.suspended", "submission.appealed"),
        *("submission.appeal-upheld", "certificate.revoked"),
    ):
        assert verb in told, verb
    maren.step("trail")
