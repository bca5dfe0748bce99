import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from certification.management.commands.load_evidence import INDEX
from marketplace.site.demo.concluding import StoryBroken
from marketplace.site.demo.loader import DemoStuck, Loader
from marketplace.site.demo.market import MARKET
from marketplace.site.demo.people import ADMIN, DemoRefused

#: Beside the code in a checkout; an installed package has none.
EVIDENCE = Path(__file__).resolve().parents[4] / "evidence"
ASK_S = 0.05
PATIENCE_S = 20


class Command(BaseCommand):
    help = "Fill the demo catalogue through upload and worker; safe to repeat or to break off."

    def handle(self, *args: Any, **options: Any) -> None:
        began = self._heard = time.monotonic()
        loader = Loader(MARKET, say=self._say, idle=self._idle)
        try:
            filled = loader.fill()
        except (DemoRefused, StoryBroken, DemoStuck) as fault:
            raise CommandError(f"{fault} ({fault.code})") from None
        self._load_measured()
        total = len(MARKET.products)
        if filled:
            seconds = time.monotonic() - began
            self.stdout.write(f"The demo catalogue is full: {total} products, {seconds:.0f} s.")
        else:
            self.stdout.write(f"The demo catalogue with its {total} products is there already.")

    def _load_measured(self) -> None:
        """Real products beside the invented ones, with the evidence that comes with a checkout."""
        if (EVIDENCE / INDEX).exists():
            call_command("load_evidence", EVIDENCE, by=ADMIN, stdout=self.stdout)

    def _say(self, line: str) -> None:
        self._heard = time.monotonic()
        self.stdout.write(line)

    def _idle(self) -> None:
        if time.monotonic() - self._heard > PATIENCE_S:
            self._say("Still waiting for verdicts: are dispatcher and worker running?")
        time.sleep(ASK_S)
