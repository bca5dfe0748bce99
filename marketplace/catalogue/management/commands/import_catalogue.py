from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.catalogue import audit
from marketplace.catalogue.bulk.importing import (
    CatalogueImportRefused,
    Imported,
    import_catalogue,
)
from marketplace.catalogue.bulk.reading import MOST_BYTES, READERS, FileUnreadable
from marketplace.catalogue.bulk.shapes import COLUMNS, Fault, RawRow

#: So many faults are printed; who has more mends the first ones first.
SHOWN_MOST = 100


class Command(BaseCommand):
    help = (
        "List vendors, products and releases in bulk from CSV or JSON, all or none. Columns: "
        f"{', '.join(COLUMNS)}, and fact_ with the key of a fact, such as fact_hypervisors; "
        "entries of a list stand with ; between them. JSON has an object `facts`. What is listed "
        "already stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="+", type=Path)
        parser.add_argument(
            "--format", choices=sorted(READERS), help="otherwise told by the file's ending"
        )
        parser.add_argument("--dry-run", action="store_true", help="check all, change nothing")
        parser.add_argument(
            "--skip-invalid", action="store_true", help="leave wrong rows out and name them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run: bool = options["dry_run"]
        if settings.DEMO and not dry_run:
            raise CommandError(
                "This is a demo: everything in it is said to be simulated, so real products do not "
                "belong here. Use --dry-run, or production mode. Nothing changed. (demo-mode)"
            )
        try:
            imported = import_catalogue(
                rows=_rows(options["file"], options["format"]),
                actor=audit.SYSTEM,
                skip_invalid=options["skip_invalid"],
                dry_run=dry_run,
            )
        except FileUnreadable as unreadable:
            raise CommandError(f"{unreadable}\nNothing changed.") from None
        except CatalogueImportRefused as refused:
            raise CommandError(f"{_listed(refused.faults)}\n{refused}") from None
        if imported.faults:
            self.stderr.write(_listed(imported.faults))
        self.stdout.write(_summary(imported, dry_run))


def _rows(files: list[Path], form: str | None) -> Iterator[RawRow]:
    for file in files:
        ending = form or file.suffix.lstrip(".").lower()
        if ending not in READERS:
            raise CommandError(
                f"{file}: not .csv or .json; say which with --format. Nothing changed."
            )
        yield from READERS[ending](file.name, _read(file))


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise CommandError(f"{file}: larger than 64 MiB. Split it. Nothing changed.")
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}. Nothing changed.") from None


def _listed(faults: Sequence[Fault]) -> str:
    lines = [str(fault) for fault in faults[:SHOWN_MOST]]
    more = len(faults) - len(lines)
    return "\n".join([*lines, f"and {more} more"] if more else lines)


def _summary(imported: Imported, dry_run: bool) -> str:
    parts = [
        f"{imported.created[kind]} {kind} {'would be ' if dry_run else ''}new, "
        f"{imported.known[kind]} known"
        for kind in ("vendors", "products", "releases")
    ]
    skipped = f"; {len(imported.faults)} faults, their rows left out" if imported.faults else ""
    return "; ".join(parts) + skipped + (". Nothing changed." if dry_run else ".")
