"""A vendor that writes an attack into every field it may write, by the operations behind the forms.

A vector is a formula for a spreadsheet and a script for a browser at once. Each holds a call with a
number of its own, which no escaping changes: so it is known where it came out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from certification.models import Certificate, Run, Submission
from certification.operations.appeals import raise_appeal
from certification.operations.certificates import raise_dispute, suspend
from certification.operations.conversation import write
from certification.operations.intake import receive_run
from certification.operations.review import ask_for_changes, take
from certification.operations.sharing import make_link
from certification.operations.submissions import submit, withdraw
from marketplace.catalogue.access import issue_key_challenge, register_key
from marketplace.catalogue.declared import declared_of
from marketplace.catalogue.editions import publish_at_once, save_draft
from marketplace.catalogue.models import Declared, Product, User
from marketplace.catalogue.products import create_product, create_release
from marketplace.catalogue.programme_settings import change_setting, programme_settings
from marketplace.catalogue.reporting import report_claim
from marketplace.catalogue.vendors import create_vendor, sign_up
from marketplace.notices.topics import Topic
from marketplace.notices.webhooks import add_webhook
from tests.api.people import ed25519_signer
from tests.catalogue.pictures import picture
from tests.factories import LIMIT, in_force, judged, person, refstack_json, work_off
from tests.notices.telling import tell_all
from tests.permissions.answers import Role
from tests.permissions.world import World, world
from tests.workspace.stories import Story

#: What a careless page would hand to the browser.
RAW = ("<script>p", "<img src=x", "<svg/onload")


@dataclass
class Plants:
    """`where` names the field of each number."""

    where: dict[int, str] = field(default_factory=dict)

    def __call__(self, name: str, most: int = 120) -> str:
        self.where[len(self.where) + 1] = name
        script = f"<script>p{len(self.where)}()</script>"
        long = f"=1+1'\">{script}<img src=x onerror=alert(1)>{{{{7*7}}}}"
        return long if len(long) <= most else f"='\">{script}"[:most]

    def address(self, name: str) -> str:
        return f"https://x.example/{self(name, 60).replace(' ', '')}"

    def prose(self, name: str) -> str:
        return f"{self(name)}\n\n[x](javascript:alert(1)) <svg/onload=alert(1)> ![y](//z.example)"


def planted(plant: Plants) -> World:
    """The world of the permission matrix, with a vendor who means harm."""
    of = world(_story(plant))
    run = _run(plant, of.told.owner)
    submission = _submission(plant, of)
    _access(plant, of)
    _opinions(plant, of)
    _draft(plant, of)
    shown = make_link(run=run, days=7, by=of.told.owner, label=plant("label of a link"))
    work_off()
    tell_all()
    work_off()
    return replace(of, run=run, submission=submission, shown=shown)


def _story(plant: Plants) -> Story:
    owner = sign_up(
        email="ann@people.example",
        password="tidal-orchard-91",
        display_name=plant("name of a person"),
    )
    vendor = create_vendor(
        name=plant("organization"), by=owner, website=plant.address("its website")
    )
    product = create_product(
        vendor=vendor,
        name=plant("product"),
        category="distribution",
        sentence=plant("sentence"),
        website=plant.address("website of the product"),
        by=owner,
    )
    _facts(plant, product, owner)
    release = create_release(
        product=product,
        version=plant("version", 40),
        openstack_releases=["gazpacho"],
        by=owner,
    )
    return Story(owner, vendor, product, release, in_force("2031.06", "a", "b"))


def _facts(plant: Plants, product: Product, by: User) -> None:
    facts = {
        "host_systems": [plant("a fact that is a text", 60)],
        "documentation": plant.address("a fact that is an address"),
    }
    said: Declared = {**declared_of(product), "facts": facts, "story": plant.prose("story")}
    publish_at_once(product=product, said=said, by=by)


def _draft(plant: Plants, of: World) -> None:
    product = Product.objects.get(pk=of.told.product.pk)
    said: Declared = {**declared_of(product), "sentence": plant("sentence of a draft")}
    save_draft(product=product, said=said, picture=picture("PNG"), by=of.told.owner)


def _run(plant: Plants, owner: User) -> Run:
    """Test names and what a failed test prints are the uploader's words too."""
    name = plant("name of a test").replace(" ", "_")
    said = plant("output of a test")
    stream = (
        "test: demo.Tests.a[id-a]\nsuccess: demo.Tests.a[id-a]\n"
        f"test: demo.Tests.b[id-b]\nfailure: demo.Tests.b[id-b] [\n{said}\n]\n"
        f"test: {name}\nfailure: {name} [\n{said}\n]\n"
    )
    receipt = receive_run(
        chunks=[stream.encode()],
        limit=LIMIT,
        via=Run.Via.PAGE,
        by=owner,
        file_name=plant("name of a file"),
    )
    work_off()
    receipt.run.refresh_from_db()
    return receipt.run


def _submission(plant: Plants, of: World) -> Submission:
    """Of a run that falls short, discussed, and sent back."""
    owner, reviewer = of.told.owner, of.people[Role.REVIEWER]
    withdraw(submission=of.submission, by=owner)
    run = judged(refstack_json("a", cpid=plant("cpid")), by=owner)
    made = submit(submission=of.told.draft(run), by=owner, note=plant("note"), asks_waiver=True)
    take(submission=made, by=reviewer)
    write(submission=made, by=owner, text=plant("message of the vendor"))
    write(submission=made, by=reviewer, text=plant("message of a reviewer"))
    return ask_for_changes(submission=made, by=reviewer, reason=plant("reason to send back"))


def _access(plant: Plants, of: World) -> None:
    signer, owner = ed25519_signer(), of.told.owner
    nonce = issue_key_challenge(by=owner).nonce
    register_key(
        public_key=signer.public,
        signature=signer.sign(nonce.encode()),
        nonce=nonce,
        by=owner,
        label=plant("label of a key"),
    )
    type(of.token).objects.filter(pk=of.token.pk).update(label=plant("label of a token"))
    add_webhook(
        vendor=of.told.vendor,
        url=plant.address("address of a webhook"),
        topics=[Topic.DECIDED],
        by=owner,
    )


def _opinions(plant: Plants, of: World) -> None:
    admin = of.people[Role.ADMIN]
    certificate = Certificate.objects.get(pk=of.certificate.pk)
    raise_dispute(certificate=certificate, by=person("Liv"), claim=plant("dispute"))
    suspend(certificate=certificate, by=admin, reason=plant("reason to suspend"))
    raise_appeal(
        submission=certificate.submission, by=of.told.owner, reason=plant("reason of an appeal")
    )
    report_claim(product=of.told.product, by=person("Sven"), text=plant("report"))
    seen = programme_settings().number
    change_setting(
        name="answer-days", value=9, reason=plant("reason of a setting"), seen=seen, by=admin
    )
