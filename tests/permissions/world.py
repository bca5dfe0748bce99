"""The vendor Kelp with one thing of each kind, and one person of each role towards it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from certification.models import Certificate, Dispute, Run, Submission
from certification.operations.certificates import raise_dispute
from marketplace.catalogue.access import issue_token
from marketplace.catalogue.models import ApiToken, SigningKey, User
from tests.api.people import ed25519_signer
from tests.factories import join, judged, person, subunit
from tests.permissions.answers import Role
from tests.workspace.stories import Story, story


@dataclass(frozen=True)
class World:
    told: Story
    people: dict[Role, User]
    run: Run
    submission: Submission
    certificate: Certificate
    dispute: Dispute
    key: SigningKey
    token: ApiToken


def world() -> World:
    told, other = story("Kelp"), story("Reed")
    people = {
        Role.OUTSIDER: person("Sten"),
        Role.VIEWER: person("Vic"),
        Role.UPLOADER: person("Una"),
        Role.EDITOR: person("Edda"),
        Role.OWNER: told.owner,
        Role.OTHER: other.owner,
        Role.REVIEWER: person("Rosa", staff_role="reviewer"),
        Role.ADMIN: person("Ada", staff_role="admin"),
        Role.INSIDER: person("Ines", staff_role="reviewer"),
    }
    for role in (Role.VIEWER, Role.UPLOADER, Role.EDITOR):
        join(told.vendor, people[role], role.value)
    join(told.vendor, people[Role.INSIDER], "viewer")
    certificate = told.certified()
    run = judged(subunit(a="success", b="success", c="success"), by=told.owner)
    return World(
        told=told,
        people=people,
        run=run,
        submission=told.submitted(run),
        certificate=certificate,
        dispute=raise_dispute(certificate=certificate, by=other.owner, claim="Not so."),
        key=ed25519_signer().register(told.owner),
        token=issue_token(
            label="build",
            scope="read",
            expires_at=timezone.now() + timedelta(days=1),
            by=told.owner,
        ).token,
    )
