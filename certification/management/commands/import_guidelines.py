from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.engine.guideline.finding import Severity
from certification.operations.guidelines import (
    Document,
    Imported,
    ImportRefused,
    Refusal,
    import_guidelines,
)
from certification.outgoing import RequestRefused, fetch
from marketplace.catalogue import audit

#: Where a checkout of the interop repository keeps its guidelines.
FOLDERS = (".", "add-ons", "guidelines")
MOST_BYTES = 8 * 1024 * 1024


class Command(BaseCommand):
    help = "Import guidelines as drafts from files, folders, git checkouts or https addresses."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", nargs="+", help="file, folder, git checkout or https URL")
        parser.add_argument(
            "--skip-invalid",
            action="store_true",
            help="import what can be read and report the rest, instead of refusing all",
        )
        parser.add_argument("--lint", action="store_true", help="print every finding of the lint")

    def handle(self, *args: Any, **options: Any) -> None:
        documents = [document for text in options["source"] for document in read_source(text)]
        if not documents:
            raise CommandError("No *.json file was found there. Nothing changed.")
        try:
            imported, refusals = import_guidelines(
                documents=documents, actor=audit.SYSTEM, skip_invalid=options["skip_invalid"]
            )
        except ImportRefused as refused:
            raise CommandError(
                "\n".join([str(refused), *(describe(item) for item in refused.refusals)])
            ) from None
        for one in imported:
            self.stdout.write(summary(one))
            if options["lint"]:
                for finding in one.findings:
                    self.stdout.write(
                        f"  {finding.severity} {finding.code} at {finding.place}: {finding.text}"
                    )
        for refusal in refusals:
            self.stderr.write(describe(refusal))
        new = sum(one.created for one in imported)
        self.stdout.write(
            f"{new} imported as drafts, {len(imported) - new} known already, "
            f"{len(refusals)} refused."
        )


def read_source(text: str) -> list[Document]:
    """The documents of one source. Raises CommandError."""
    if text.startswith(("https://", "http://")):
        try:
            return [Document(text, fetch(text, most_bytes=MOST_BYTES), text)]
        except RequestRefused as refused:
            raise CommandError(f"{text}: {refused} ({refused.code}) Nothing changed.") from None
    place = Path(text)
    if place.is_dir():
        origin = f"{place.name} {_commit(place)}".strip()
        files = sorted(file for sub in FOLDERS for file in (place / sub).glob("*.json"))
        return [_read(file, f"{origin}/{file.name}") for file in files]
    if not place.is_file():
        raise CommandError(f"{text}: there is no such file or folder. Nothing changed.")
    return [_read(place, place.name)]


def _read(file: Path, source: str) -> Document:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise CommandError(f"{file}: larger than 8 MiB, no guideline. Nothing changed.")
        return Document(str(file), file.read_bytes(), source)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}. Nothing changed.") from None


def _commit(folder: Path) -> str:
    """The commit of a git checkout, as part of where a document came from; else empty."""
    if not (folder / ".git").exists():
        return ""
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "--short=12", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:  # no git on this machine
        return ""
    return f"@{answer.stdout.strip()}" if answer.returncode == 0 else ""


def describe(refusal: Refusal) -> str:
    fault = refusal.fault
    where = f", {fault.place}" if fault.place else ""
    return f"{refusal.document.name}{where}: {fault} ({fault.code})"


def summary(one: Imported) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in one.findings)
    state = "imported as draft" if one.created else "known already"
    return (
        f"{one.document.name}: {one.guideline.document_id}, {state}, "
        f"sha256 {one.guideline.digest[:16]}, "
        f"lint: {_counted(errors, 'error')}, {_counted(len(one.findings) - errors, 'warning')}"
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
