from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.engine.integration import NotApplicable, Profile
from certification.models import Run
from certification.operations.intake import receive_run
from certification.operations.integration import IntegrationRefused, declare_profile
from certification.operations.sharing import share_run
from certification.operations.standings import integration_guideline
from marketplace.catalogue.laboratory import MeasuredProduct, list_measured_release
from marketplace.catalogue.models import ProductRelease, User
from marketplace.catalogue.refusals import CatalogueRefused

INDEX = "index.json"


class Command(BaseCommand):
    help = (
        "List the products that our laboratory measured and upload their bundles, from a folder "
        f"with an {INDEX}. Safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help=f"folder with {INDEX} and the bundles")
        parser.add_argument("--by", required=True, help="e-mail address of the member of staff")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        person = User.objects.filter(email=options["by"], is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody here has the address {options['by']}. Nothing changed.")
        entries = read_index(folder)
        for entry in entries:
            try:
                run = load(entry, folder, person)
            except (CatalogueRefused, IntegrationRefused) as refused:
                raise CommandError(f"{entry['bundle']}: {refused} ({refused.code})") from None
            self.stdout.write(f"{entry['name']} {entry['version']}: run {run.short_id}")
        self.stdout.write(f"{len(entries)} measured products are listed.")


def read_index(folder: Path) -> list[dict[str, Any]]:
    """Raises CommandError."""
    try:
        entries: list[dict[str, Any]] = json.loads((folder / INDEX).read_bytes())["measured"]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise CommandError(f"{folder / INDEX} cannot be read: {fault}. Nothing changed.") from None
    return entries


def declare(entry: dict[str, Any], release: ProductRelease, person: User) -> None:
    """The profile of the index, once: what of the guideline does not apply to such a product."""
    guideline, said = integration_guideline(), entry.get("profile")
    if said is None or guideline is None or release.profiles.exists():
        return
    left_out = tuple(NotApplicable(*one) for one in said["not_applicable"].items())
    profile = Profile(said["profile"], said["primary"], left_out, said["has_logins"])
    declare_profile(release=release, guideline=guideline, profile=profile, by=person)


def load(entry: dict[str, Any], folder: Path, person: User) -> Run:
    """One product with its bundle, public from the start. Raises CatalogueRefused,
    IntegrationRefused."""
    about = MeasuredProduct(
        vendor=entry["vendor"],
        vendor_website=entry["vendor_website"],
        name=entry["name"],
        category=entry["category"],
        sentence=entry["sentence"],
        website=entry["website"],
        open_source=entry["open_source"],
    )
    release = list_measured_release(
        about=about,
        version=entry["version"],
        openstack_releases=entry["openstack_releases"],
        by=person,
    )
    declare(entry, release, person)
    run = receive_run(
        chunks=[(folder / entry["bundle"]).read_bytes()],
        limit=settings.EVIDENCE_WIRE_BYTES,
        via=Run.Via.API,
        by=person,
        file_name=entry["bundle"],
    ).run
    return run if run.shared else share_run(run=run, by=person)
