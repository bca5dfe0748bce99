from typing import Any

from django.core.management.base import BaseCommand

from certification import scheduler


class Command(BaseCommand):
    help = "Put recurring work into the queue, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        scheduler.run()
