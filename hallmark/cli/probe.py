"""`hallmark probe`: what a cloud offers, as a document that names nobody and changes nothing."""

from __future__ import annotations

import argparse
import logging
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from hallmark.cli.help import INSTALL_KIT, describe, own_version

EXIT_DONE, EXIT_IMPOSSIBLE = 0, 2
MOST_SECONDS = 3600.0
_NONCE = re.compile(r"[0-9a-f]{32}")


def run(argv: Sequence[str]) -> int:
    """0 if the probe was written, 2 if there is none. Services that did not answer are unknown in
    the probe and no failure."""
    wanted = _arguments(argv)
    try:
        raw = _probe(wanted)
        if wanted.output == "-":
            sys.stdout.buffer.write(raw + b"\n")
        else:
            Path(wanted.output).write_bytes(raw + b"\n")
    except _NotProbed as fault:
        print(fault, file=sys.stderr)
        return EXIT_IMPOSSIBLE
    except OSError as error:
        print(f"{wanted.output}: {error.strerror}. [output-unwritable]", file=sys.stderr)
        return EXIT_IMPOSSIBLE
    return EXIT_DONE


class _NotProbed(Exception):
    """The message is what the person reads."""


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hallmark probe")
    describe(
        parser,
        "Look at a cloud with your own credential and write down what it offers: "
        "versions, extensions, formats, limits and counts. Nothing is changed, and no name, id, "
        "address or secret is written. Exit status: 0 written, 2 not possible.",
        "hallmark probe --os-cloud mycloud -o probe.json",
    )
    parser.add_argument(
        "--os-cloud", required=True, metavar="NAME", help="the cloud's name in clouds.yaml"
    )
    parser.add_argument(
        "--nonce", default="", help="the challenge that the run answers, from the marketplace"
    )
    parser.add_argument(
        "-o", "--output", default="-", metavar="FILE", help="where to write (standard output)"
    )
    parser.add_argument(
        "--time-limit",
        type=float,
        default=60.0,
        metavar="S",
        help="seconds for the whole probe (60); what is not answered by then is unknown",
    )
    parser.add_argument(
        "--call-limit",
        type=float,
        default=10.0,
        metavar="S",
        help="seconds without a byte after which one call is given up (10)",
    )
    wanted = parser.parse_args(argv)
    if wanted.nonce and not _NONCE.fullmatch(wanted.nonce):
        parser.error("a challenge is 32 hex digits in lower case")
    for name in ("time_limit", "call_limit"):
        if not 0 < getattr(wanted, name) <= MOST_SECONDS:
            parser.error(f"--{name.replace('_', '-')}: give seconds, up to {MOST_SECONDS:.0f}")
    return wanted


def _probe(wanted: argparse.Namespace) -> bytes:
    """Raises _NotProbed."""
    try:
        import hallmark.probe as prober
    except ImportError:
        raise _NotProbed(f"The probe needs openstacksdk: {INSTALL_KIT} [kit-missing]") from None
    from certification.engine.probe import write_probe

    for name in ("keystoneauth", "openstack"):  # what matters of it is said below, in our words
        logging.getLogger(name).addHandler(logging.NullHandler())
    limits = prober.Limits(total_s=wanted.time_limit, look_s=1.5 * wanted.call_limit)
    try:
        reach = prober.reach_of_cloud(wanted.os_cloud, call_s=wanted.call_limit)
        found = prober.probe_cloud(reach, version=own_version(), nonce=wanted.nonce, limits=limits)
    except prober.ProbeImpossible as fault:
        raise _NotProbed(f"{wanted.os_cloud}: {fault} [{fault.code}]") from None
    _tell(found.unknown)
    return write_probe(found)


def _tell(unknown: Mapping[str, str]) -> None:
    """On standard error, so that the document on standard output stays whole."""
    for reason in sorted(set(unknown.values())):
        names = ", ".join(name for name, word in sorted(unknown.items()) if word == reason)
        print(f"Unknown ({reason}): {names}", file=sys.stderr)
