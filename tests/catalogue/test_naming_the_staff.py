"""Who belongs to the staff: named on the server, the first by nobody, the last one stays."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from marketplace.catalogue.models import AuditEvent, User
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.staffing import name_staff
from tests.factories import person
from tests.notices.telling import subjects, tell_all

pytestmark = pytest.mark.django_db


def said(*arguments: str, **options: str) -> str:
    out = StringIO()
    call_command("name_staff", *arguments, stdout=out, **options)
    return out.getvalue()


def role_of(one: User) -> str:
    return User.objects.get(pk=one.pk).staff_role


def test_the_first_staff_admin_names_all_others() -> None:
    ada, jun, rosa = person("Ada"), person("Jun"), person("Rosa")
    assert "Name the first staff admin" in said()
    line = said(ada.email, "admin", reason="Leads the programme.")
    assert line.startswith(f"{ada.email}: staff admin (Ada, signed up 20")
    said(jun.email.upper(), "admin", by=ada.email, reason="The second person.")
    said(rosa.email, "reviewer", by=jun.email, reason="Reviews.")
    assert [line.split(":")[0] for line in said().splitlines()] == [
        ada.email,
        jun.email,
        rosa.email,
    ]
    trail = AuditEvent.objects.filter(verb="staff.role-changed").order_by("pk")
    assert [event.actor for event in trail] == ["system", f"user:{ada.pk}", f"user:{jun.pk}"]
    assert trail[2].facts == {"role": "reviewer", "before": "", "reason": "Reviews."}
    tell_all()
    assert subjects(rosa) == ["You are a reviewer now"]
    assert "Rosa is a reviewer now" in subjects(ada)


def test_nobody_else_names_the_staff() -> None:
    ada, rosa = person("Ada", staff_role="admin"), person("Rosa", staff_role="reviewer")
    gone = person("Gus", staff_role="admin", active=False)
    ann = person("Ann")
    for by in (None, ann, rosa, gone):
        with pytest.raises(CatalogueRefused, match="Only a staff admin"):
            name_staff(person=ann, role="reviewer", reason="x", by=by)
    with pytest.raises(CommandError, match="reason-missing"):
        said(ann.email, "reviewer", by=ada.email)
    with pytest.raises(CommandError, match="signs up first"):
        said("nobody@people.example", "reviewer", by=ada.email, reason="x")
    with pytest.raises(CommandError, match="reviewer, admin or none"):
        said(ann.email)
    with pytest.raises(CatalogueRefused, match="no role"):
        name_staff(person=ann, role="king", reason="x", by=ada)
    left = person("Lea", active=False)
    with pytest.raises(CatalogueRefused, match="may not sign in"):
        name_staff(person=left, role="reviewer", reason="x", by=ada)
    assert role_of(ann) == role_of(left) == ""


def test_who_leaves_the_staff_leaves_an_admin_behind() -> None:
    ada, jun = person("Ada", staff_role="admin"), person("Jun", staff_role="admin")
    said(ada.email, "none", by=jun.email, reason="Left the foundation.")
    said(ada.email, "none", by=jun.email, reason="Once more.")
    assert role_of(ada) == ""
    assert AuditEvent.objects.filter(verb="staff.role-changed").count() == 1, "nothing new"
    for role in ("none", "reviewer"):
        with pytest.raises(CommandError, match="last-admin"):
            said(jun.email, role, by=jun.email, reason="x")
    tell_all()
    assert subjects(ada) == ["You are no member of the staff any more"]
    assert role_of(jun) == "admin"
