"""`hallmark pack`: one file of a run of the test kit, to be carried out of the lab and uploaded."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from certification.engine.bundle import BundleRefused, write_bundle
from hallmark.cli.help import INSTALL_KIT, describe
from hallmark.cli.wording import printable
from hallmark.pack import (
    MANIFEST_FILE,
    PackRefused,
    described,
    gather,
    open_bundle,
    read_file,
    refusal,
)

if TYPE_CHECKING:
    from hallmark.signing import BundleKey

EXIT_DONE, EXIT_FAULTS, EXIT_REFUSED = 0, 1, 2
_EXTENSION = ".osi.zip"
#: One word: what is signed under a bundle's manifest holds blanks, so none is given away here.
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{8,200}")


def run(argv: Sequence[str]) -> int:
    """0 done, 1 done but a footprint cannot be believed and will not count, 2 refused."""
    wanted = _arguments(argv)
    try:
        if wanted.new_key:
            return _new_key(wanted.new_key)
        if wanted.prove:
            print(_key(wanted.key).prove(wanted.prove))
            return EXIT_DONE
        if wanted.check:
            return _explain(read_file(wanted.check))
        return _pack(wanted)
    except BundleRefused as refused:
        print(printable(refusal(refused)), file=sys.stderr)
    except PackRefused as refused:
        print(printable(str(refused)), file=sys.stderr)
    return EXIT_REFUSED


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hallmark pack")
    describe(
        parser,
        "Make one file of what `hallmark kit` wrote, checked as the marketplace will "
        "check it. Exit status: 0 done, 1 a footprint in it will not count, 2 refused.",
        "hallmark pack osi-run --key key.pem",
        "hallmark pack --check osi-run.osi.zip",
        "hallmark pack --new-key key.pem",
        "hallmark pack --key key.pem --prove CHALLENGE",
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="RUN_FOLDER", help="what `hallmark kit` wrote"
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="sign with this Ed25519 key (PEM)")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help=f"RUN_FOLDER{_EXTENSION} if not given"
    )
    parser.add_argument("--check", type=Path, metavar="FILE", help="say what such a file holds")
    parser.add_argument(
        "--new-key", type=Path, metavar="FILE", help="make a key and say how to register it"
    )
    parser.add_argument(
        "--prove", metavar="CHALLENGE", help="sign the registration page's challenge with --key"
    )
    wanted = parser.parse_args(argv)
    if sum(map(bool, (wanted.folder, wanted.check, wanted.new_key, wanted.prove))) != 1:
        parser.error("give a RUN_FOLDER, or one of --check, --new-key and --prove")
    if wanted.prove and not (wanted.key and _CHALLENGE.fullmatch(wanted.prove)):
        parser.error("--prove needs --key and the challenge as the page shows it")
    return wanted


def _pack(wanted: argparse.Namespace) -> int:
    gathered = gather(wanted.folder)
    key = _key(wanted.key) if wanted.key else None
    signatures = [key.sign_manifest(gathered.files[MANIFEST_FILE])] if key else []
    raw = write_bundle(gathered.files, signatures)
    open_bundle(raw)
    folder = wanted.folder.resolve()
    output = wanted.output or folder.with_name(folder.name + _EXTENSION)
    try:
        output.write_bytes(raw)
    except OSError as error:
        raise PackRefused(f"{output} cannot be written: {error.strerror}.") from None
    print(f"{output}: {len(raw)} bytes")
    for name in gathered.left_out:
        print(printable(f"  left out: {name} is not in the manifest"))
    return _explain(raw)


def _explain(raw: bytes) -> int:
    bundle = open_bundle(raw)
    for line in described(bundle, raw):
        print(printable(f"  {line}"))
    for fault in bundle.faults:
        print(printable(f"  will not count: {fault}"))
    return EXIT_FAULTS if bundle.faults else EXIT_DONE


def _new_key(path: Path) -> int:
    from hallmark.signing import KeyUnusable, make_key

    try:
        key = make_key(path)
    except KeyUnusable as unusable:
        raise PackRefused(str(unusable)) from None
    print(f"{path}: a new private key. Keep it to yourself.")
    print(f"  public key   {key.public_line}")
    print(f"  fingerprint  {key.fingerprint}")
    print("Register it: workspace, Signing keys, take a challenge, and paste this public key with")
    print(f"what `hallmark pack --key {path} --prove CHALLENGE` prints as its signature.")
    return EXIT_DONE


def _key(path: Path) -> BundleKey:
    """Raises PackRefused."""
    try:
        from hallmark.signing import KeyUnusable, read_key
    except ImportError:
        raise PackRefused(f"Signing needs cryptography: {INSTALL_KIT} [kit-missing]") from None
    try:
        return read_key(path)
    except KeyUnusable as unusable:
        raise PackRefused(str(unusable)) from None
