"""The working day of a new vendor, from sign-up to badge: by keyboard alone on a small screen, by
mouse on a large one. At each step nothing scrolls sideways and the console is silent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from tests.catalogue.pictures import picture
from tests.journeys.evidence import object_storage_run, required
from tests.journeys.service import Service
from tests.journeys.walking import Manner, Walk, walking
from tests.name_server import NameServer

SMALL = Manner(390, "dark")
BY_KEYBOARD = Manner(390, "dark", by_tab=True)
LARGE = Manner(1280, "light", looks=True)
PASSWORD = "tidal-orchard-91"


@pytest.fixture
def name_server(service: Service) -> Iterator[NameServer]:
    running = NameServer(service.dns_port)
    yield running
    running.stop()


@pytest.fixture(
    params=[SMALL, *(pytest.param(one, marks=pytest.mark.long) for one in (BY_KEYBOARD, LARGE))],
    ids=str,
)
def manner(request: pytest.FixtureRequest) -> Manner:
    found: Manner = request.param
    return found


def test_a_new_vendor_from_sign_up_to_badge(
    service: Service, browser: Browser, manner: Manner, name_server: NameServer, tmp_path: Path
) -> None:
    with walking(browser, service.base, manner, "vendor") as una:
        signs_up(una)
        secret = sets_up_a_second_factor(una)
        founds_an_organization(una, name_server)
        tells_of_a_product(una, tmp_path)
        nonce = adds_a_release_and_takes_a_challenge(una)
        learns_what_is_missing(una, tmp_path)
        mends_and_hands_in(una, nonce, tmp_path)
        signs_in_again(una, secret)
        takes_the_badge(una)


def named(una: Walk) -> str:
    return f"Sedge {una.mark}"


def email(una: Walk) -> str:
    return f"una@sedge-{una.mark}.example"


def signs_up(una: Walk) -> None:
    una.to("/sign-up/")
    una.step("sign up")
    una.fill(email=email(una), display_name="Una Reed", password=PASSWORD)
    una.button("Sign up")
    una.page.wait_for_url("**/workspace/")
    una.step("empty workspace")


def sets_up_a_second_factor(una: Walk) -> str:
    una.link("Second factor")
    una.step("second factor")
    una.fill(password=PASSWORD)
    una.button("Begin")
    secret = una.page.locator("code.key").inner_text().replace(" ", "")
    una.step("key of the second factor")
    una.fill(code=pyotp.TOTP(secret).now())
    una.button("Turn it on")
    expect(una.page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    una.step("recovery codes")
    return secret


def founds_an_organization(una: Walk, name_server: NameServer) -> None:
    una.to("/workspace/")
    una.link("Create an organization")
    una.step("new organization")
    una.fill(name=named(una), website="https://sedge.example")
    una.button("Create the organization")
    expect(una.page.get_by_role("heading", level=1)).to_have_text(named(una))
    una.step("organization")
    una.link("Prove the domain")
    una.fill(domain="sedge.example")
    una.button("Show me how")
    una.step("domain named")
    name, said = una.page.locator("#h-dns").locator("xpath=../..").locator("code").all_inner_texts()
    una.button("Look at the DNS now")
    expect(una.page.locator("main")).to_contain_text("dns-missing")
    una.step("domain not proven")
    name_server.texts[name] = [said]
    una.button("Look at the DNS now")
    expect(una.page.locator("main")).to_contain_text("is a verified vendor")
    una.step("domain proven")


def tells_of_a_product(una: Walk, folder: Path) -> None:
    logo = folder / "logo.png"
    logo.write_bytes(picture("PNG"))
    una.link(named(una))
    una.link("Add a product")
    una.step("new product")
    una.fill(name="Objects", category="public-cloud", sentence="Objects by the sea.")
    una.button("Add the product")
    una.step("product")
    una.link("Edit the product")
    una.page.set_input_files("input[name=logo]", logo)
    una.fill(
        fact_data_centres="Tarn 1, Tarn 2",
        fact_price_list="https://sedge.example/prices",
        story="# Why\n\nBecause **tides** keep.",
    )
    una.step("draft")
    una.button("Keep the draft and look at it")
    una.step("preview")
    una.button("Publish")
    una.step("published")
    una.to(una.page.get_by_role("link", name="Its public page").get_attribute("href") or "")
    expect(una.page.locator("main")).to_contain_text("Because tides keep.")
    una.step("public page")
    una.page.go_back()


def adds_a_release_and_takes_a_challenge(una: Walk) -> str:
    una.link("Add a release")
    una.fill(version="1.0")
    una.press(una.page.get_by_label("2026.1 Gazpacho"))
    una.step("new release")
    una.button("Add the release")
    una.step("release")
    una.button("Take a challenge")
    said = una.page.locator("pre", has_text="--nonce").inner_text()
    una.step("challenge")
    return said.split("--nonce ")[1].split()[0]


def learns_what_is_missing(una: Walk, folder: Path) -> None:
    """Three files at once, dropped where there is a mouse: one is short, one is no evidence."""
    tests = required()
    files = {
        "short.subunit.gz": object_storage_run(failed=tests[:1], missing=tests[2:]),
        "letter.txt": b"",
        "one-short.subunit.gz": object_storage_run(failed=tests[:1]),
    }
    una.link("Upload results")
    una.step("upload")
    if una.manner.by_tab:
        for name, raw in files.items():
            (folder / name).write_bytes(raw)
        una.page.set_input_files("input[type=file]", [folder / name for name in files])
    else:
        drop(una, files)
    una.button("Upload and judge")
    expect(una.page.get_by_role("status")).to_contain_text("2 of 3 files are stored")
    una.step("two of three files")
    una.press(una.page.get_by_role("link", name="stored, open the run").first)
    expect(una.page.get_by_role("heading", level=1)).to_contain_text("short", timeout=60_000)
    expect(una.page.locator("#doctor")).to_contain_text("Mend:")
    expect(una.page.locator("#gap")).to_contain_text("tempest run --include-list")
    una.step("what is missing")


def drop(una: Walk, files: dict[str, bytes]) -> None:
    """As a file manager does it."""
    una.page.evaluate(
        """files => {
            const carried = new DataTransfer();
            for (const [name, bytes] of files)
                carried.items.add(new File([new Uint8Array(bytes)], name));
            const form = document.querySelector("form[data-upload]");
            for (const kind of ["dragenter", "dragover", "drop"])
                form.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true}));
        }""",
        [[name, list(raw)] for name, raw in files.items()],
    )


def mends_and_hands_in(una: Walk, nonce: str, folder: Path) -> None:
    file = folder / "whole.subunit.gz"
    file.write_bytes(object_storage_run())
    una.to("/upload/")
    una.page.set_input_files("input[type=file]", file)
    una.press(una.page.get_by_text("It answers a challenge"))
    una.fill(nonce=nonce)
    una.step("upload with the challenge")
    una.button("Upload and judge")
    una.page.wait_for_url("**/runs/*/")
    expect(una.page.get_by_role("heading", level=1)).to_contain_text(
        "Passes Object Storage", timeout=60_000
    )
    una.step("passed")
    una.to("/workspace/")
    una.step("workspace with runs")
    una.link(named(una))
    una.link("1.0")
    una.step("release with runs")
    una.link("Choose run")
    una.step("tie")
    una.button("Tie this run and submit")
    una.step("handed in")


def signs_in_again(una: Walk, secret: str) -> None:
    una.button("Sign out")
    una.page.get_by_role("link", name="Sign in", exact=True).first.wait_for()
    una.to("/sign-in/")
    una.fill(username=email(una), password=PASSWORD)
    una.button("Sign in", exact=True)
    una.step("second step")
    una.fill(code=pyotp.TOTP(secret).at(int(time.time()) + 30))
    una.button("Sign in")
    una.page.wait_for_url("**/workspace/")


def takes_the_badge(una: Walk) -> None:
    """The rule has certified what it found clean; the notice leads to the certificate."""
    told = una.page.get_by_role("heading", name="Certified")
    una.await_there("/workspace/notices/", told)
    una.step("notices")
    una.to("/workspace/")
    una.link(named(una))
    una.step("organization with a certificate")
    una.press(
        una.page.get_by_role("link", name="Badge of Objects 1.0")
        .or_(una.page.get_by_role("link", name="Badge of Objects"))
        .first
    )
    snippet = una.page.locator("#h-proof").locator("xpath=ancestor::section[1]")
    expect(snippet).to_contain_text("/badges/")
    una.step("badge")
