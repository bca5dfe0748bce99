"""`prepare_demo` loads the shipped guidelines and the demo logins, as often as it is called."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from certification.dictionary import grow_dictionary
from certification.guidelines import shipped_bytes, shipped_inventories
from certification.heartbeats import beat, parts_alive
from certification.models import Guideline, KnownTest, QueueEntry
from certification.operations.guidelines import approve_guideline
from marketplace.catalogue.models import AuditEvent, Membership, User
from marketplace.site.demo.people import LOGINS, PASSWORD, DemoRefused, create_logins
from tests.factories import imported

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def prepare() -> str:
    out = StringIO()
    call_command("prepare_demo", stdout=out)
    return out.getvalue()


def test_a_trial_begins_with_guidelines_and_logins() -> None:
    said = prepare()
    states = {row.document_id: (row.state, row.announced) for row in Guideline.objects.all()}
    assert states == {
        "2026.11": ("approved", False),
        "2027.05": ("draft", True),
        "integration.2026.11": ("approved", False),
    }
    assert "Guideline 2026.11: in force" in said
    assert User.objects.count() == len(LOGINS)
    for login in LOGINS:
        user = User.objects.get(username=login.email)
        assert user.check_password(PASSWORD)
        assert (user.staff_role, user.is_superuser) == (login.staff_role, False)
        assert f"{login.email}, password {PASSWORD} ({login.role})" in said
        assert login.email.endswith(".example")
    assert Membership.objects.get().role == "owner"
    approving = Guideline.objects.get(document_id="2026.11").approvals
    assert approving.values("person").distinct().count() == 2


def test_signs_of_life_of_a_former_start_are_forgotten() -> None:
    beat("worker")
    prepare()
    assert not parts_alive()["worker"]


def test_a_second_time_changes_nothing() -> None:
    prepare()
    counted = (Guideline, KnownTest, QueueEntry, AuditEvent, User, Membership)
    before = [model.objects.count() for model in counted]
    User.objects.filter(staff_role="reviewer").update(display_name="Renamed")
    prepare()
    assert [model.objects.count() for model in counted] == before
    assert User.objects.get(staff_role="reviewer").display_name == "Renamed"


def test_a_start_that_broke_off_between_the_approvals_is_gone_on_with() -> None:
    first = create_logins()[2]
    grow_dictionary(sorted(key for tests in shipped_inventories().values() for key in tests))
    guideline = imported(shipped_bytes("2026.11")).guideline
    approve_guideline(guideline=guideline, by=first, reason="Approved for the trial.")
    prepare()
    guideline.refresh_from_db()
    assert guideline.state == Guideline.State.APPROVED
    assert guideline.approvals.count() == 2


def test_in_production_it_is_refused(settings: Settings) -> None:
    settings.PRODUCTION = True
    beat("worker")
    with pytest.raises(DemoRefused):
        create_logins()
    with pytest.raises(CommandError, match="never made in production"):
        prepare()
    assert not User.objects.exists()
    assert not Guideline.objects.exists()
    assert parts_alive()["worker"], "nothing of the service was touched"
