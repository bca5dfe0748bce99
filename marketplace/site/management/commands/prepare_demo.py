from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certification.heartbeats import forget_beats
from marketplace.site.demo.guidelines import load_guidelines
from marketplace.site.demo.people import LOGINS, PASSWORD, DemoRefused, create_logins


class Command(BaseCommand):
    help = "Load the shipped guidelines and the demo logins of a trial; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            people = create_logins()
        except DemoRefused as refused:
            raise CommandError(str(refused)) from None
        forget_beats()
        admins = [person for person in people if person.staff_role == "admin"]
        for guideline in load_guidelines(admins=admins):
            self.stdout.write(f"Guideline {guideline.document_id}: {guideline.get_state_display()}")
        for login in LOGINS:
            self.stdout.write(f"Login {login.email}, password {PASSWORD} ({login.role})")
