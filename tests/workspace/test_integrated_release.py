"""The page of a product on top of OpenStack: profile, claims, nonce, evidence, level."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from certification.engine.integration import Level
from certification.models import (
    Guideline,
    IntegrationProfile,
    IntegrationStanding,
    RunChallenge,
    ServiceClaim,
    Submission,
)
from marketplace.catalogue.models import User
from tests.certification.kit_runs import Lab, required
from tests.factories import join, judged, person, vendor
from tests.site.conftest import signed_in
from tests.site.reading import Page, read
from tests.workspace.labs import connected_run, integrated_set

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KIND = "container-platform:compute"


def path_of(at: Lab, deed: str = "") -> str:
    return f"/workspace/releases/{at.release.pk}/{deed}"


def shown(at: Lab, query: str = "") -> Page:
    return read(signed_in(at.owner).get(path_of(at) + query))


def send(at: Lab, deed: str, by: User | None = None, **given: Any) -> Any:
    return signed_in(by or at.owner).post(path_of(at, deed), given)


def declare(at: Lab, **given: str) -> Any:
    return send(at, "profile/", **({"kind": KIND, "has_logins": "on"} | given))


def ask(at: Lab, **given: str) -> Any:
    wanted = {"level": "connected", "openstack_release": "gazpacho", "note": ""}
    return send(at, "certify/", **(wanted | given))


def test_at_first_it_says_what_to_do(at: Lab) -> None:
    page = shown(at)
    assert "Say what the product is, then run the test kit" in page.text
    assert path_of(at, "profile/") in page.links
    assert "No nonce is open." in page.text
    assert "You have an Ed25519 key registered." in page.text


def test_a_profile_is_declared_and_declared_anew(at: Lab) -> None:
    said = "Guests bring their own."
    answer = declare(at, na_image="on", why_image=said)
    assert (answer.status_code, answer["Location"]) == (303, path_of(at))
    page = shown(at)
    assert "Container platform" in page.text
    assert said in page.text
    assert declare(at).status_code == 303
    assert IntegrationProfile.objects.filter(release=at.release).count() == 2
    assert said not in shown(at).text


def test_everything_in_the_way_of_a_profile_is_named_at_once(at: Lab) -> None:
    answer = declare(at, na_lb="on", why_lb="We like ours.", na_dns="on", why_dns="No names.")
    page = read(answer)
    assert answer.status_code == 400
    assert page.text.count("not-applicable-not-granted") == 2
    assert "'lb'" in page.text
    assert "'dns'" in page.text
    assert not IntegrationProfile.objects.exists()


def test_what_is_left_out_needs_a_reason(at: Lab) -> None:
    answer = declare(at, na_image="on", why_image=" ")
    assert answer.status_code == 400
    assert "Say why Images does not apply." in read(answer).text
    assert not IntegrationProfile.objects.exists()


def test_the_form_says_what_a_kind_may_leave_out(at: Lab) -> None:
    path = path_of(at, "profile/")
    plain = read(signed_in(at.owner).get(path)).text
    assert "this kind may leave it out" not in plain
    answer = declare(at, na_lb="on", why_lb="Ours.", look="yes")
    assert answer.status_code == 200
    assert read(answer).text.count("this kind may leave it out") == 1
    ticked = [one["name"] for one in read(answer).all("input", type="checkbox") if "checked" in one]
    assert ticked == ["has_logins", "na_lb"]
    assert not IntegrationProfile.objects.exists()


def test_claims_are_grey_until_measured_and_are_replaced(at: Lab) -> None:
    assert send(at, "claims/", services=["dns", "compute"]).status_code == 303
    connected_run(at)
    page = shown(at)
    assert "dns claimed, not measured" in page.text
    assert "compute measured" in page.text
    assert send(at, "claims/", services=["dns"]).status_code == 303
    assert list(ServiceClaim.objects.values_list("service", flat=True)) == ["dns"]


def test_an_unknown_service_is_not_claimed(at: Lab) -> None:
    answer = send(at, "claims/", services=["toaster"])
    assert answer.status_code == 400
    assert not ServiceClaim.objects.exists()


def test_a_nonce_comes_with_the_commands_that_use_it(at: Lab) -> None:
    assert send(at, "challenge/", guideline=at.guideline.pk).status_code == 303
    nonce = RunChallenge.objects.get(release=at.release).nonce
    text = shown(at).text
    assert f"--nonce {nonce} --output osi-run" in text
    assert "hallmark pack osi-run --key key.pem" in text
    assert "--wait osi-run.osi.zip" in text


def test_no_nonce_by_a_guideline_of_the_other_programme(at: Lab) -> None:
    powered = Guideline.objects.get(document_id="2026.11")
    answer = signed_in(at.owner).post(
        path_of(at, "challenge/"), {"guideline": powered.pk}, follow=True
    )
    assert "No challenge was made" in read(answer).text
    assert not RunChallenge.objects.filter(release=at.release).exists()


def test_what_is_missing_is_the_main_thing(at: Lab) -> None:
    run = connected_run(at)
    page = shown(at)
    assert "All your evidence together reaches Connected, challenged" in page.text
    headings = [words for level, words in page.headings if level == 2]
    assert headings[0] == "Missing for Integrated"
    assert "quota.preflight" in page.text
    assert "Everybody sees: listed, no run is shared yet" in page.text
    assert "Challenged" in page.text
    assert "10 capabilities" in page.text
    assert run.get_absolute_url() in page.links
    levels = [one["value"] for one in page.all("option") if one.get("value") in _words()]
    assert levels == ["connected"]


def _words() -> list[str]:
    return [level.word for level in Level]


def test_a_shared_run_is_what_everybody_sees(at: Lab) -> None:
    run = connected_run(at)
    signed_in(at.owner).post(reverse("run-share", args=[run.pk]), {"public": "yes"})
    assert IntegrationStanding.objects.get(release=at.release).level == "connected"
    page = shown(at)
    assert "Everybody sees: Connected, by the runs that are shared or certified" in page.text
    assert page.all("button", **{"aria-label": f"Make private run {run.short_id}"})


def test_a_refused_bundle_says_why(at: Lab) -> None:
    raw = at.bundle(required(at.rules, Level.CONNECTED))
    run = judged(raw[: len(raw) // 2], by=at.owner)
    assert run.fault_text in shown(at).text


def test_a_reached_level_is_asked_for_once(at: Lab) -> None:
    connected_run(at)
    answer = ask(at, note="Two racks.")
    submission = Submission.objects.get(release=at.release)
    assert answer["Location"] == f"/workspace/submissions/{submission.pk}/"
    assert (submission.state, submission.target) == ("submitted", "connected")
    again = ask(at)
    assert again.status_code == 400
    assert "submission-open" in read(again).text
    page = read(signed_in(at.owner).get(answer["Location"]))
    assert page.title == "Marram 5.2 asks for Connected 2026.11"
    assert "waive" not in page.text


def test_integrated_takes_the_whole_set(at: Lab) -> None:
    at.declare()
    runs = integrated_set(at)
    assert ask(at, level="integrated").status_code == 303
    submission = Submission.objects.get(release=at.release)
    supported = {submission.run_id, *submission.supporting_runs.values_list("run", flat=True)}
    assert supported == {run.pk for run in runs}


@pytest.mark.parametrize(
    "given", [{"level": "integrated"}, {"level": "platinum"}, {"openstack_release": "flamingo"}]
)
def test_what_was_not_reached_or_tried_is_not_asked_for(at: Lab, given: dict[str, str]) -> None:
    connected_run(at)
    assert ask(at, **given).status_code == 400
    assert not Submission.objects.exists()


def test_a_release_that_is_not_declared_is_not_offered(at: Lab) -> None:
    at.release.openstack_releases = ["flamingo"]
    at.release.save()
    connected_run(at)
    assert "Only releases that were tried and declared are certified." in shown(at).text
    assert ask(at).status_code == 400
    assert not Submission.objects.exists()


def test_a_single_run_is_not_tied_here(at: Lab) -> None:
    run = connected_run(at)
    answer = send(at, "tie/", run=str(run.pk), aim=f"{at.guideline.pk}:connected")
    assert answer["Location"] == path_of(at)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("deed", ["profile/", "claims/", "certify/"])
def test_strangers_meet_no_such_page_and_viewers_may_not(at: Lab, deed: str) -> None:
    connected_run(at)
    eve, vic = person("Eve"), person("Vic")
    vendor("Weed", owner=eve)
    join(at.release.product.vendor, vic, "viewer")
    given = {"kind": KIND, "services": ["dns"], "level": "connected"}
    assert send(at, deed, by=eve, **given).status_code == 404
    assert send(at, deed, by=vic, **given).status_code == 403
    assert Client().post(path_of(at, deed), given)["Location"].startswith("/sign-in/")
    assert not IntegrationProfile.objects.exists()
    assert not ServiceClaim.objects.exists()
    assert not Submission.objects.exists()


def test_a_viewer_reads_and_is_offered_nothing(at: Lab) -> None:
    connected_run(at)
    vic = person("Vic")
    join(at.release.product.vendor, vic, "viewer")
    page = read(signed_in(vic).get(path_of(at)))
    assert "All your evidence together reaches Connected" in page.text
    actions = {one.get("action") for one in page.all("form", method="post")}
    assert actions <= {"/sign-out/", None}


def test_before_the_guideline_the_product_is_listed(at: Lab) -> None:
    Guideline.objects.filter(pk=at.guideline.pk).update(state="retired")
    assert "whose guideline is not in force yet" in shown(at).text
    assert ask(at)["Location"] == path_of(at)
    assert signed_in(at.owner).get(path_of(at, "profile/")).status_code == 404
