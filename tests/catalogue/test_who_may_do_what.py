"""Permissions: staff roles hold everywhere, vendor roles for that vendor, nobody else any."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from marketplace.catalogue.models import Membership, User
from marketplace.catalogue.policy import (
    STAFF_ROLES,
    VENDOR_ROLES,
    Permission,
    can,
    vendor_for_uploads,
)
from tests.factories import join, person, vendor

pytestmark = pytest.mark.django_db

UPLOAD, READ, SHARE = Permission.UPLOAD_RUN, Permission.READ_PRIVATE_RUN, Permission.SHARE_RUN
IMPORT, APPROVE = Permission.IMPORT_GUIDELINE, Permission.APPROVE_GUIDELINE
ABOUT_RUNS_AND_GUIDELINES = {UPLOAD, READ, SHARE, IMPORT, APPROVE}

BY_VENDOR_ROLE = {
    "owner": {UPLOAD, READ, SHARE},
    "editor": {UPLOAD, READ, SHARE},
    "uploader": {UPLOAD, READ},
    "viewer": {READ},
}
BY_STAFF_ROLE = {"": set(), "reviewer": {READ}, "admin": {READ, IMPORT, APPROVE}}


def allowed(user: User | AnonymousUser, **where: object) -> set[Permission]:
    return {held for held in ABOUT_RUNS_AND_GUIDELINES if can(user, held, **where)}  # type: ignore[arg-type]


@pytest.mark.parametrize("role", BY_VENDOR_ROLE)
def test_a_members_role_holds_for_that_vendor_alone(role: str) -> None:
    ann = person()
    kelp, other = vendor("Kelp", **{role: ann}), vendor("Moss")
    assert allowed(ann, vendor=kelp) == BY_VENDOR_ROLE[role]
    assert allowed(ann, vendor=other) == set()
    assert allowed(ann) == set()


@pytest.mark.parametrize("role", BY_STAFF_ROLE)
def test_a_staff_role_holds_everywhere(role: str) -> None:
    somebody = person(staff_role=role)
    assert allowed(somebody) == allowed(somebody, vendor=vendor()) == BY_STAFF_ROLE[role]


def test_both_roles_add_up() -> None:
    ann = person(staff_role="reviewer")
    assert allowed(ann, vendor=vendor(uploader=ann)) == {UPLOAD, READ}


def test_strangers_may_do_nothing() -> None:
    kelp = vendor(owner=person("Ann"))
    assert allowed(AnonymousUser(), vendor=kelp) == set()
    assert allowed(person("Bob"), vendor=kelp) == set()


def test_inactive_people_may_do_nothing() -> None:
    gone = person(staff_role="admin", active=False)
    assert allowed(gone, vendor=vendor(owner=gone)) == set()


def test_a_role_that_is_taken_away_is_gone_at_once() -> None:
    ann = person()
    kelp = vendor(owner=ann)
    join(kelp, person("Bob"), "owner")  # a vendor never loses its last one
    Membership.objects.filter(user=ann).update(role="viewer")
    assert allowed(ann, vendor=kelp) == {READ}
    Membership.objects.filter(user=ann).delete()
    assert allowed(ann, vendor=kelp) == set()


def test_every_role_has_its_permissions_and_no_vendor_rules_guidelines() -> None:
    assert set(VENDOR_ROLES) == set(Membership.Role.values)
    assert set(STAFF_ROLES) == set(User.StaffRole.values)
    assert not any({IMPORT, APPROVE} & held for held in VENDOR_ROLES.values())
    assert not any({UPLOAD, SHARE} & held for held in STAFF_ROLES.values())


def test_uploads_belong_to_the_only_vendor_that_a_person_uploads_for() -> None:
    ann = person()
    assert vendor_for_uploads(ann) is None
    kelp = vendor(uploader=ann)
    vendor(viewer=ann)
    assert vendor_for_uploads(ann) == kelp
    join(vendor(), ann, "editor")
    assert vendor_for_uploads(ann) is None


def test_the_database_knows_no_other_role() -> None:
    ann = person()
    kelp = vendor(owner=ann)
    with pytest.raises(IntegrityError, match="membership_role_known"), transaction.atomic():
        Membership.objects.update(role="king")
    with pytest.raises(IntegrityError, match="membership_once"), transaction.atomic():
        join(kelp, ann, "viewer")
    with pytest.raises(IntegrityError, match="user_staff_role_known"), transaction.atomic():
        User.objects.update(staff_role="king")
