"""An integration guideline is amended: a capability is set aside for everybody, or counts again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from certification.engine.integration import Level
from certification.levels import judge_set, rules_of, written_rules
from certification.models import Amendment, Certificate, Evaluation, IntegrationStanding, Run
from certification.operations import rejudging
from certification.operations.amendments import AmendmentRefused, Wish, amend_guideline
from certification.operations.review import approve
from certification.operations.sharing import share_run
from certification.operations.standings import releases_to_judge
from certification.operations.submissions import draft_submission, submit
from certification.queries.guideline_amended import under_amendments
from marketplace.catalogue.models import AuditEvent
from tests.certification.kit_runs import Lab, lab, required
from tests.factories import person, work_off
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SHORT = "ops.releases"


def amend(at: Lab, action: str, capability: str = SHORT) -> Amendment:
    wish = Wish(Amendment.Action(action), capability, "The kit asks for too much.")
    made = amend_guideline(
        guideline=at.guideline, wish=wish, by=person("Maren", staff_role="admin")
    )
    work_off()
    at.guideline.refresh_from_db()
    return made


def standing(at: Lab) -> str:
    return IntegrationStanding.objects.get(release=at.release).level


def certified(at: Lab) -> Certificate:
    run = Run.objects.get()
    draft = draft_submission(
        release=at.release,
        run=run,
        guideline=at.guideline,
        target="connected",
        openstack_release="gazpacho",
        by=at.owner,
    )
    submission = submit(submission=draft, by=at.owner)
    return approve(
        submission=submission, by=person("Rev", staff_role="reviewer"), reason="It is so."
    )


def test_levels_follow_an_amendment_and_certificates_do_not() -> None:
    at = lab()
    at.declare()
    run = at.run(required(at.rules, Level.CONNECTED) - {SHORT}, began_at=timezone.now())
    share_run(run=run, by=at.owner)
    assert standing(at) == "listed"
    before = judge_set(at.release, at.guideline, [run])

    first = amend(at, "flag")
    assert first.test == f"osi.{SHORT}"
    assert standing(at) == "connected"
    assert rules_of(at.guideline).capabilities[SHORT].flagged
    assert not written_rules(at.guideline).capabilities[SHORT].flagged
    assert judge_set(at.release, at.guideline, [run], 0) == before
    verdicts = Evaluation.objects.filter(run=run, target="connected").order_by("pk")
    assert [one.verdict for one in verdicts] == ["failed", "passed"]
    assert len({one.inputs_digest for one in verdicts}) == 2

    certificate = certified(at)
    kept = bytes(certificate.statement)
    assert first.digest.encode() in kept
    assert under_amendments(Certificate.objects.get()) is None

    amend(at, "withdraw")
    assert standing(at) == "listed"
    certificate = Certificate.objects.get()
    found = under_amendments(certificate)
    assert found is not None and (found.number, found.passes) == (2, False)
    assert (bytes(certificate.statement), certificate.state) == (kept, "active")
    page = read(Client().get(certificate.get_absolute_url()))
    assert "Under amendment 2: would not pass." in page.text


def test_releases_without_evidence_cost_nothing_and_the_others_come_in_portions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = lab()
    at.declare()
    run = at.run(required(at.rules, Level.CONNECTED) - {SHORT}, began_at=timezone.now())
    share_run(run=run, by=at.owner)
    story("Reed")
    assert list(releases_to_judge()) == [at.former, at.release]
    monkeypatch.setattr(rejudging, "RELEASES", 1)
    amend(at, "flag")
    assert standing(at) == "connected"
    rounds = AuditEvent.objects.filter(verb="guideline.runs-judged", object_id=str(at.guideline.pk))
    after = [event.facts["after"] for event in rounds.order_by("pk")]
    assert after[-3:] == [f"release-{key}" for key in (0, at.former.pk, at.release.pk)]


def test_staff_look_at_what_it_would_do_first_and_what_cannot_be_is_refused() -> None:
    at = lab()
    client = signed_in(person("Jun", staff_role="admin"))
    path = f"/staff/guidelines/{at.guideline.pk}/amend/"
    assert path in read(client.get(f"/staff/guidelines/{at.guideline.pk}/")).links
    asked = {"action": "flag", "test": SHORT, "reason": "Too much."}
    seen = client.post(path, asked)
    assert seen.status_code == 200 and "Put it into force" in read(seen).text
    assert not Amendment.objects.exists()
    for changes, code in (
        ({"test": "no.such"}, "amendment-unknown-test"),
        ({"action": "withdraw"}, "amendment-without-effect"),
    ):
        assert code in read(client.post(path, asked | changes)).text
    assert client.post(path, asked | {"deed": "amend"}).status_code == 303
    assert "amendment-without-effect" in read(client.post(path, asked)).text
    public = read(Client().get(at.guideline.get_absolute_url()))
    assert f"osi.{SHORT}" in public.text and "Too much." in public.text
    with pytest.raises(AmendmentRefused, match="Only staff admins"):
        amend_guideline(
            guideline=at.guideline,
            wish=Wish(Amendment.Action.FLAG, "lb.octavia", "x"),
            by=person("Rev", staff_role="reviewer"),
        )
