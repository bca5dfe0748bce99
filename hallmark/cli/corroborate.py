"""`hallmark corroborate`: an operator compares a bundle with the cloud's own access log."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from certification.engine.bundle import (
    AGREEING_PERCENT,
    BundleRefused,
    CorroborationDocument,
    write_corroboration,
)
from hallmark.cli.help import describe
from hallmark.cli.wording import printable
from hallmark.corroboration import LogUnreadable, compared, sampled_ids, search_logs
from hallmark.pack import PackRefused, open_bundle, read_file, refusal

EXIT_AGREES, EXIT_DISAGREES, EXIT_NOT_COMPARED = 0, 1, 2


def run(argv: Sequence[str]) -> int:
    """0 if the log agrees, 1 if it does not, 2 if nothing could be compared."""
    wanted = _arguments(argv)
    try:
        document = _compare(wanted.log, wanted.bundle)
        if wanted.output:
            _write(wanted.output, write_corroboration(document))
    except BundleRefused as refused:
        print(printable(refusal(refused)), file=sys.stderr)
        return EXIT_NOT_COMPARED
    except (PackRefused, LogUnreadable) as refused:
        print(printable(str(refused)), file=sys.stderr)
        return EXIT_NOT_COMPARED
    print(
        f"The log {'agrees' if document.agrees else 'disagrees'}: it holds {document.agreed} of "
        f"{document.sampled} sampled requests; {AGREEING_PERCENT} per cent are needed."
    )
    if wanted.output:
        print(f"{wanted.output}: give this file to the reviewer.")
    else:
        print(write_corroboration(document).decode())
    return EXIT_AGREES if document.agrees else EXIT_DISAGREES


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hallmark corroborate")
    describe(
        parser,
        "Look in an operator's access log for the requests that a bundle of the test "
        "kit names. Exit status: 0 the log agrees, 1 it does not, 2 nothing was compared.",
        "hallmark corroborate keystone.log nova.log.gz osi-run.osi.zip -o agreed.json",
    )
    parser.add_argument(
        "log",
        nargs="+",
        type=Path,
        metavar="ACCESS_LOG",
        help="text of any form that holds request ids (req-...), plain or gzip; one per service",
    )
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="what `hallmark pack` made")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the document for the reviewer"
    )
    return parser.parse_args(argv)


def _compare(logs: Sequence[Path], bundle_file: Path) -> CorroborationDocument:
    raw = read_file(bundle_file)
    bundle = open_bundle(raw)
    wanted = sampled_ids(bundle)
    if not wanted:
        raise PackRefused(f"{bundle_file} names no request, so there is nothing to compare.")
    searched = search_logs(logs, wanted)
    return compared(bundle, hashlib.sha256(raw).hexdigest(), searched, datetime.now(UTC))


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise PackRefused(f"{path} cannot be written: {error.strerror}.") from None
