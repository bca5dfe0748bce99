from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certification.operations.rebuilding import rebuild


class Command(BaseCommand):
    help = "Derive everything anew from the stored evidence: bitmaps, facts of runs, verdicts."

    def handle(self, *args: Any, **options: Any) -> None:
        done, faults = 0, 0
        for one in rebuild():
            done += 1
            if one.fault:
                faults += 1
                self.stderr.write(f"Run {one.run_id} has no verdict any more: {one.fault}")
        self.stdout.write(f"{done} runs derived anew, {faults} could not be.")
        if faults:
            raise CommandError("Evidence is missing. Restore the evidence store, then rebuild.")
