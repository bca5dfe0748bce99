from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.catalogue.models import User
from marketplace.catalogue.recovering import begin_recovery, call_off_recovery, finish_recovery
from marketplace.catalogue.refusals import CatalogueRefused


class Command(BaseCommand):
    help = (
        "Take away the second factor of somebody who lost it and the recovery codes. One staff "
        "admin begins, another finishes after the wait; the person is told by mail at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("deed", choices=["begin", "finish", "call-off"])
        parser.add_argument("email", help="of the person")
        parser.add_argument("--by", required=True, help="mail address of the staff admin")
        parser.add_argument("--reason", default="", help="how you know that it is this person")

    def handle(self, *args: Any, **options: Any) -> None:
        person, by = _called(options["email"]), _called(options["by"])
        try:
            if options["deed"] == "begin":
                begun = begin_recovery(person=person, reason=options["reason"], by=by)
                words = f"Begun. A second staff admin may finish from {begun.due_at:%F %H:%M} UTC."
            elif options["deed"] == "finish":
                finish_recovery(person=person, by=by)
                words = "Done. The person is told, and all their sessions are ended."
            else:
                call_off_recovery(person=person, by=by)
                words = "Called off."
        except CatalogueRefused as refused:
            raise CommandError(f"{refused} ({refused.code})") from None
        self.stdout.write(words)


def _called(email: str) -> User:
    found = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if found is None:
        raise CommandError(f"Nobody signs in as {email}. Give the address of an account.")
    return found
