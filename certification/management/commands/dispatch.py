from typing import Any

from django.core.management.base import BaseCommand

from certification.dispatcher import Dispatcher


class Command(BaseCommand):
    help = "Publish due queue entries to the workers, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        Dispatcher().run()
