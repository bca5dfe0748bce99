"""A run is seen by its owner, the owner's vendor and staff; by all if anonymous or shared."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from certification.models import Run
from certification.operations.sharing import ShareRefused, may_share, share_run, unshare_run
from certification.queries import find_run, latest_public_runs, runs_by_ids, runs_of
from marketplace.catalogue.models import User
from tests.factories import join, judged, person, upload, vendor, verbs

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def sees(reader: User | AnonymousUser, run: Run) -> bool:
    """By each way to a run at once: they must agree."""
    listed = run in Run.objects.visible_to(reader)
    assert listed == (runs_by_ids([run.pk], reader) == [run])
    try:
        found = find_run(run.pk, reader) == run
    except Run.DoesNotExist:
        found = False
    assert listed == found
    return listed


def test_an_anonymous_run_is_everybodys() -> None:
    run = upload()
    assert sees(NOBODY, run)
    assert sees(person(), run)


def test_a_persons_run_is_theirs_alone() -> None:
    ann = person("Ann")
    run = upload(by=ann)
    assert sees(ann, run)
    assert not sees(NOBODY, run)
    assert not sees(person("Bob"), run)


@pytest.mark.parametrize("role", ["owner", "editor", "uploader", "viewer"])
def test_a_vendors_run_is_for_all_its_members(role: str) -> None:
    ann, bob = person("Ann"), person("Bob")
    kelp = vendor(owner=ann)
    run = upload(by=ann)
    assert not sees(bob, run)
    join(kelp, bob, role)
    assert sees(bob, run)


def test_another_vendors_members_are_strangers() -> None:
    ann, bob = person("Ann"), person("Bob")
    vendor(owner=ann)
    vendor(owner=bob)
    assert not sees(bob, upload(by=ann))


def test_who_leaves_the_vendor_sees_its_runs_no_more_even_their_own() -> None:
    ann = person()
    kelp = vendor(owner=ann)
    run = upload(by=ann)
    join(kelp, person("Bob"), "owner")  # a vendor never loses its last one
    ann.memberships.all().delete()
    assert not sees(ann, run)


def test_a_run_before_the_vendor_stays_private() -> None:
    ann, bob = person("Ann"), person("Bob")
    run = upload(by=ann)
    vendor(owner=ann, editor=bob)
    assert sees(ann, run)
    assert not sees(bob, run)


@pytest.mark.parametrize("role", ["reviewer", "admin"])
def test_staff_see_every_run(role: str) -> None:
    assert sees(person(staff_role=role), upload(by=person()))


def test_who_is_inactive_sees_what_everybody_sees() -> None:
    gone = person(staff_role="admin", active=False)
    owner = person("Ann")
    own = upload(by=owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    owner.refresh_from_db()
    assert not sees(gone, own)
    assert not sees(owner, own)
    assert sees(gone, upload())


def test_sharing_shows_it_to_all_and_taking_it_back_hides_it() -> None:
    ann = person()
    run = upload(by=ann)
    assert share_run(run=run, by=ann).shared
    assert sees(NOBODY, run)
    assert not unshare_run(run=run, by=ann).shared
    assert not sees(NOBODY, run)
    assert verbs(run) == ["run.received", "run.shared", "run.unshared"]


def test_sharing_twice_is_written_down_once() -> None:
    ann = person()
    run = upload(by=ann)
    assert share_run(run=share_run(run=run, by=ann), by=ann).shared
    assert verbs(run) == ["run.received", "run.shared"]


@pytest.mark.parametrize(
    ("role", "may"), [("owner", True), ("editor", True), ("uploader", False), ("viewer", False)]
)
def test_owners_and_editors_share_a_vendors_run(role: str, may: bool) -> None:
    ann, actor = person("Ann"), person("Bob")
    kelp = vendor(owner=ann)
    join(kelp, actor, role)
    run = upload(by=ann)
    assert may_share(run, actor) is may
    if may:
        assert share_run(run=run, by=actor).shared
        return
    with pytest.raises(ShareRefused) as refused:
        share_run(run=run, by=actor)
    assert refused.value.code == "share-refused"
    assert not Run.objects.get().shared


def test_strangers_and_staff_do_not_share() -> None:
    ann = person()
    run = upload(by=ann)
    gone = upload(by=person(active=False))
    for stranger in (person("Bob"), person(staff_role="admin"), person(staff_role="reviewer")):
        with pytest.raises(ShareRefused):
            share_run(run=run, by=stranger)
        with pytest.raises(ShareRefused):
            unshare_run(run=run, by=stranger)
    assert gone.uploaded_by is not None
    assert not may_share(gone, gone.uploaded_by)
    assert verbs(run) == ["run.received"]


def test_an_anonymous_run_is_nobodys_to_share() -> None:
    with pytest.raises(ShareRefused):
        share_run(run=upload(), by=person(staff_role="admin"))


def test_public_lists_hold_judged_runs_that_all_may_see() -> None:
    ann = person()
    public, hidden, shared = judged(), judged(by=ann), judged(by=ann)
    judged(b"garbage")
    upload()
    share_run(run=shared, by=ann)
    assert latest_public_runs(10) == [shared, public]
    assert latest_public_runs(1) == [shared]
    assert list(runs_of(ann)) == [shared, hidden]


def test_my_runs_are_mine_and_my_vendors() -> None:
    ann, bob = person("Ann"), person("Bob")
    mine = upload(by=ann)
    kelp = vendor(owner=bob)
    ours = upload(by=bob)
    join(kelp, ann, "viewer")
    upload()
    assert list(runs_of(ann)) == [ours, mine]
    assert list(runs_of(bob)) == [ours]
    assert list(runs_of(person(staff_role="admin"))) == []
