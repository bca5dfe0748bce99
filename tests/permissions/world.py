"""The vendor Kelp with one thing of each kind, and one person of each role towards it.

`clusters` is a release of a product on top of OpenStack, `grant` what a reviewer set aside for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from certification.guidelines import shipped_bytes
from certification.models import (
    Certificate,
    Dispute,
    Guideline,
    NotApplicableGrant,
    Run,
    Submission,
)
from certification.operations.certificates import raise_dispute
from certification.operations.guidelines import Document, announce_draft, import_guidelines
from certification.operations.sharing import NewLink, make_link
from marketplace.catalogue import audit
from marketplace.catalogue.access import issue_token
from marketplace.catalogue.declared import declared_of
from marketplace.catalogue.devices import note_device
from marketplace.catalogue.domains import claim_domain
from marketplace.catalogue.editions import save_draft
from marketplace.catalogue.invitations import Invited, invite
from marketplace.catalogue.models import (
    ApiToken,
    ClaimReport,
    ProductEdition,
    ProductRelease,
    SettingProposal,
    SignedInDevice,
    SigningKey,
    User,
)
from marketplace.catalogue.passwords import reset_link
from marketplace.catalogue.products import create_product, create_release
from marketplace.catalogue.reporting import report_claim
from tests.api.people import ed25519_signer
from tests.catalogue.pictures import picture
from tests.factories import join, judged, person, subunit
from tests.notices.telling import Told, told_owner
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
    report: ClaimReport
    key: SigningKey
    token: ApiToken
    clusters: ProductRelease
    grant: NotApplicableGrant
    invited: Invited
    device: SignedInDevice
    shown: NewLink
    notices: Told
    proposal: SettingProposal
    draft: ProductEdition

    @property
    def logo(self) -> str:
        return self.draft.content["logo"]

    def reset_link(self) -> dict[str, str]:
        """Made when it is asked for: a sign-in since would end it."""
        link = reset_link(self.told.owner.email)
        assert link is not None
        return {"uid": link.uid, "token": link.token}


def world(told: Story | None = None) -> World:
    """`told`: the vendor whose things are asked for, if not Kelp."""
    told, other = told or story("Kelp"), story("Reed")
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
    clusters = _clusters(told)
    claim_domain(vendor=told.vendor, domain="kelp.example", by=told.owner)
    return World(
        told=told,
        people=people,
        run=run,
        submission=told.submitted(run),
        certificate=certificate,
        dispute=raise_dispute(certificate=certificate, by=other.owner, claim="Not so."),
        report=report_claim(product=told.product, by=other.owner, text="It has no DNS."),
        key=ed25519_signer().register(told.owner),
        token=issue_token(
            label="build",
            scope="read",
            expires_at=timezone.now() + timedelta(days=1),
            by=told.owner,
        ).token,
        clusters=clusters,
        grant=NotApplicableGrant.objects.create(
            release=clusters,
            subject="network",
            reason="It runs beside the cloud.",
            granted_by=people[Role.REVIEWER],
        ),
        invited=invite(vendor=told.vendor, email="new@kelp.example", role="viewer", by=told.owner),
        device=_device(told.owner),
        shown=make_link(run=run, days=7, by=told.owner),
        notices=told_owner(told.vendor, told.owner),
        proposal=_proposal(person("Jun", staff_role="admin")),
        draft=save_draft(
            product=told.product,
            said=declared_of(told.product),
            picture=picture("PNG"),
            by=told.owner,
        ),
    )


def _proposal(by: User) -> SettingProposal:
    return SettingProposal.objects.create(
        name="rule-decides", value=True, seen=0, reason="Enough was looked at.", person=by
    )


def _device(of: User) -> SignedInDevice:
    session = SessionStore()
    session.create()
    note_device(session_key=session.session_key or "", user_agent="curl/8", by=of)
    return SignedInDevice.objects.get(user=of)


def _clusters(told: Story) -> ProductRelease:
    """The integration guideline is announced: enough to declare by, without two approvals."""
    document = Document("integration-2026.11.json", shipped_bytes("integration.2026.11"), "tests")
    import_guidelines(documents=[document], actor=audit.SYSTEM)
    announce_draft(
        guideline=Guideline.objects.get(add_on="integration"),
        by=person("Maren", staff_role="admin"),
    )
    product = create_product(
        vendor=told.vendor,
        name="Kelp Clusters",
        category="container-platform",
        sentence="Clusters on demand.",
        by=told.owner,
    )
    return create_release(
        product=product, version="3.1", openstack_releases=["gazpacho"], by=told.owner
    )
