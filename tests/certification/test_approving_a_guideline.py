"""A draft is announced, approved by two staff admins, and in force; the former is superseded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from certification.models import Guideline, QueueEntry
from certification.operations.guidelines import (
    GuidelineNotApprovable,
    announce_draft,
    approve_guideline,
    supersede_guideline,
)
from marketplace.catalogue.models import AuditEvent, User
from tests.factories import (
    announced,
    approved_by_two,
    document,
    draft,
    imported,
    in_force,
    person,
    two_admins,
    vendor,
    verbs,
)

pytestmark = pytest.mark.django_db


def approve(guideline: Guideline, by: User, reason: str = "It is ripe.") -> Guideline:
    return approve_guideline(guideline=guideline, by=by, reason=reason)


def refusal(deed: Any, **facts: Any) -> str:
    with pytest.raises(GuidelineNotApprovable) as refused:
        deed(**facts)
    assert str(refused.value)
    return refused.value.code


def test_two_admins_put_it_into_force() -> None:
    first, second = two_admins()
    guideline = draft()
    guideline = approve(guideline, first, "Read all of it.")
    assert (guideline.state, guideline.approved_at) == (Guideline.State.DRAFT, None)
    assert not QueueEntry.objects.exists()
    guideline = approve(guideline, second, " Tried it. ")
    assert guideline.state == Guideline.State.APPROVED
    assert guideline.approved_at is not None
    assert list(guideline.approvals.order_by("pk").values_list("person", "reason")) == [
        (first.pk, "Read all of it."),
        (second.pk, "Tried it."),
    ]
    assert verbs(guideline) == [
        "guideline.imported",
        "guideline.approval",
        "guideline.approval",
        "guideline.approved",
    ]
    last = AuditEvent.objects.order_by("-pk")[0]
    assert (last.actor, last.facts) == (f"user:{second.pk}", {"digest": guideline.digest})
    assert QueueEntry.objects.get().subject == f"{guideline.pk}:"


def test_one_person_is_one_person() -> None:
    admin, _ = two_admins()
    guideline = approve(draft(), admin)
    facts = {"guideline": guideline, "by": admin, "reason": "Again."}
    assert refusal(approve_guideline, **facts) == "second-person-needed"
    assert Guideline.objects.get().state == Guideline.State.DRAFT
    assert verbs(guideline).count("guideline.approval") == 1


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_an_approval_says_why(reason: str) -> None:
    facts = {"guideline": draft(), "by": two_admins()[0], "reason": reason}
    assert refusal(approve_guideline, **facts) == "reason-missing"


def strangers() -> list[User]:
    owner = person("Owner")
    vendor(owner=owner)
    inactive = person("Gone", staff_role="admin", active=False)
    return [person(), owner, person("Rev", staff_role="reviewer"), inactive]


def test_nobody_but_a_staff_admin_decides() -> None:
    guideline, valid = draft("2031.06", "a"), in_force("2031.11", "a")
    for stranger in strangers():
        facts = {"by": stranger, "guideline": guideline}
        assert refusal(approve_guideline, **facts, reason="Please.") == "forbidden"
        assert refusal(announce_draft, **facts) == "forbidden"
        assert refusal(supersede_guideline, by=stranger, guideline=valid) == "forbidden"
    assert verbs(guideline) == ["guideline.imported"]
    valid.refresh_from_db()
    assert valid.state == Guideline.State.APPROVED


def test_a_document_with_errors_is_not_approved() -> None:
    body = json.loads(document())
    body["capabilities"]["demo-ability"]["tests"] = {}
    guideline = imported(json.dumps(body).encode()).guideline
    with pytest.raises(
        GuidelineNotApprovable, match="errors stand in the way, the first at cap"
    ) as e:
        approve(guideline, two_admins()[0])
    assert e.value.code == "guideline-has-errors"
    assert not guideline.approvals.exists()


def test_what_is_in_force_is_not_approved_again() -> None:
    facts = {"guideline": in_force(), "by": two_admins()[0], "reason": "Again."}
    assert refusal(approve_guideline, **facts) == "transition-refused"


def test_approvals_count_for_the_text_that_was_read() -> None:
    """Another text of the same id begins anew."""
    admin, other = two_admins()
    approve(draft("2031.06", "a"), admin)
    corrected = approve(draft("2031.06", "b"), other)
    assert corrected.state == Guideline.State.DRAFT


def test_a_new_text_supersedes_the_one_in_force() -> None:
    former = in_force("2031.06", "a")
    current = in_force("2031.06", "b")
    former.refresh_from_db()
    assert (former.state, current.state) == (Guideline.State.SUPERSEDED, Guideline.State.APPROVED)
    assert former.superseded_at is not None
    assert former.approved_at is not None
    assert verbs(former)[-1] == "guideline.superseded"


def test_another_id_supersedes_nothing() -> None:
    first = in_force("2031.06", "a")
    in_force("2031.11", "a")
    first.refresh_from_db()
    assert first.state == Guideline.State.APPROVED


def test_superseding_by_hand_happens_once() -> None:
    guideline, admin = in_force(), two_admins()[0]
    assert supersede_guideline(guideline=guideline, by=admin).state == Guideline.State.SUPERSEDED
    facts = {"guideline": guideline, "by": admin}
    assert refusal(supersede_guideline, **facts) == "transition-refused"
    assert (
        refusal(supersede_guideline, by=admin, guideline=draft("2032.06")) == "transition-refused"
    )


def test_an_announced_draft_is_judged_and_approved_later() -> None:
    guideline = announced()
    assert (guideline.state, guideline.announced) == (Guideline.State.DRAFT, True)
    assert guideline in Guideline.objects.judged()
    guideline = approved_by_two(guideline)
    assert (guideline.state, guideline.announced) == (Guideline.State.APPROVED, False)


def test_what_is_in_force_cannot_be_announced() -> None:
    guideline = announce_draft(guideline=in_force(), by=two_admins()[0])
    assert not guideline.announced
    assert "guideline.announced" not in verbs(guideline)


def test_nothing_is_half_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work that follows cannot be queued: then the approval is not there either."""
    from certification.operations import guidelines

    def fall(*_: object) -> None:
        raise RuntimeError

    former, (first, second) = in_force("2031.06", "a"), two_admins()
    guideline = approve(draft("2031.06", "b"), first)
    monkeypatch.setattr(guidelines, "enqueue", fall)
    with pytest.raises(RuntimeError):
        approve(guideline, second)
    former.refresh_from_db()
    guideline.refresh_from_db()
    assert (former.state, guideline.state) == (Guideline.State.APPROVED, Guideline.State.DRAFT)
    assert guideline.approvals.count() == 1
