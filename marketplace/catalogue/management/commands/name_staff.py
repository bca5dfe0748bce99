from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.catalogue.models import User
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.staffing import name_staff, staff

_NOBODY = "none"


class Command(BaseCommand):
    help = (
        "Make somebody a reviewer or a staff admin, or take the role away. Without an address: "
        "list the staff."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", help="of the person, who has signed up")
        parser.add_argument("role", nargs="?", choices=["reviewer", "admin", _NOBODY])
        parser.add_argument("--by", default="", help="of a staff admin; the first one needs none")
        parser.add_argument("--reason", default="", help="kept in the audit trail")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["email"]:
            self._list()
            return
        if not options["role"]:
            raise CommandError(f"Say what {options['email']} shall be: reviewer, admin or none.")
        role = "" if options["role"] == _NOBODY else options["role"]
        person = _called(options["email"])
        by = _called(options["by"]) if options["by"] else None
        try:
            named = name_staff(person=person, role=role, reason=options["reason"], by=by)
        except CatalogueRefused as refused:
            raise CommandError(f"{refused} ({refused.code})") from None
        self.stdout.write(_line(named))

    def _list(self) -> None:
        for person in staff():
            self.stdout.write(_line(person))
        if not staff().exists():
            self.stdout.write("Nobody belongs to the staff yet. Name the first staff admin.")


def _line(person: User) -> str:
    gone = "" if person.is_active else ", may not sign in"
    role = person.get_staff_role_display()
    return f"{person.email}: {role} ({person}, signed up {person.date_joined:%F %H:%M} UTC{gone})"


def _called(email: str) -> User:
    found = User.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise CommandError(f"Nobody signs in as {email}. The person signs up first, as all do.")
    return found
