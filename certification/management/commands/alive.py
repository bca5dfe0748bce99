from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from certification.heartbeats import SILENCE_S, parts_alive


class Command(BaseCommand):
    help = "Succeed if the part has given a sign of life lately; for health checks."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("part", choices=sorted(SILENCE_S))

    def handle(self, *args: Any, **options: Any) -> None:
        part = options["part"]
        try:
            alive = parts_alive()[part]
        except Error as error:
            raise CommandError(f"The database does not answer: {type(error).__name__}.") from None
        if not alive:
            raise CommandError(
                f"The {part} was silent for more than {SILENCE_S[part]} s. See its log."
            )
        self.stdout.write(f"The {part} is alive.")
