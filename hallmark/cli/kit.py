"""`hallmark kit`: test how a product works on top of OpenStack, through an adapter."""

from __future__ import annotations

import argparse
import hashlib
import re
import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hallmark.cli.help import INSTALL_KIT, describe
from hallmark.cli.wording import printable

if TYPE_CHECKING:
    from hallmark.kit.adapter import Adapter
    from hallmark.kit.scenario import KitTest

EXIT_DONE, EXIT_SHORT, EXIT_REFUSED, EXIT_STOPPED = 0, 1, 2, 130
_NONCE = re.compile(r"[0-9a-f]{32}\Z")


class _Refused(Exception):
    """The message is what the person reads."""


def run(argv: Sequence[str]) -> int:
    """0 no test failed, 1 some did, 2 nothing was tested, 130 stopped on the way."""
    wanted = _arguments(argv)
    try:
        with _stopped_gently():
            status: int = wanted.call(wanted)
    except KeyboardInterrupt:
        print("stopped; what was made for the run was taken away", file=sys.stderr)
        return EXIT_STOPPED
    except ImportError:
        print(
            f"the kit needs more packages: {INSTALL_KIT} [kit-missing]",
            file=sys.stderr,
        )
    except _Refused as refused:
        print(printable(str(refused)), file=sys.stderr)
    else:
        return status
    return EXIT_REFUSED


@contextmanager
def _stopped_gently() -> Iterator[None]:
    """SIGTERM as Ctrl-C: what stands in the cloud is taken away before the end."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hallmark kit")
    describe(
        parser,
        "Test a product on top of OpenStack: one test for each capability of the Integration "
        "guideline. See docs/adapter-guide.md.",
        "hallmark kit new adapter",
        "hallmark kit run --adapter adapter --os-cloud mycloud --output osi-run",
        "hallmark pack osi-run --key key.pem",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _run_arguments(commands.add_parser("run", help="test a product"))
    listing = commands.add_parser("list", help="the tests, and what each needs")
    listing.set_defaults(call=_list)
    new = commands.add_parser("new", help="write the skeleton of an adapter")
    new.add_argument("folder", type=Path, metavar="FOLDER", help="a new or empty folder")
    describe(
        new,
        "Write the skeleton of an adapter: adapter.toml, which says what your product is, and "
        "verbs.sh, which drives it. Exit status: 0 written, 2 not possible.",
        "hallmark kit new adapter",
    )
    new.set_defaults(call=_new)
    return parser.parse_args(argv)


def _run_arguments(parser: argparse.ArgumentParser) -> None:
    describe(
        parser,
        "Install, use and remove the product in a test project of its own, and write down what the "
        "cloud saw. Exit status: 0 no test failed, 1 some did, 2 nothing was tested, 130 stopped.",
        "hallmark kit run --adapter adapter --os-cloud mycloud --output osi-run",
        "hallmark kit run --adapter adapter --os-cloud mycloud --only identity.catalog",
    )
    add = parser.add_argument
    add("--adapter", type=Path, required=True, metavar="FOLDER", help="with adapter.toml")
    add("--os-cloud", required=True, metavar="NAME",
        help="the test project in clouds.yaml; best a user with the role member")  # fmt: skip
    add("--os-admin-cloud", default="", metavar="NAME",
        help="an administrator, for tests that need another user or project")  # fmt: skip
    add("--os-federated-cloud", default="", metavar="NAME",
        help="a user who signs in through an identity provider")  # fmt: skip
    add("--only", action="append", default=[], metavar="CAPABILITY",
        help="only this test, such as identity.catalog; may be repeated")  # fmt: skip
    add("--nonce", default="", metavar="HEX", help="the challenge from the marketplace")
    add("--output", type=Path, default=Path("osi-run"), metavar="FOLDER",
        help="a new folder for the evidence (osi-run)")  # fmt: skip
    add("--mode", default="", choices=["default", "option"],
        help="whether settings are the product's own or changed (as the adapter says)")  # fmt: skip
    add("--cloud-name", default="", metavar="WORDS", help="how the cloud is called in public")
    add("--cloud-release", default="", metavar="NAME", help="its OpenStack release: gazpacho")
    add("--address-mode", default="", choices=["floating", "provider"],
        help="for network.address_modes, which takes one run of each")  # fmt: skip
    add("--address-network", default="", metavar="NAME", help="the network for --address-mode")
    upgrade = parser.add_mutually_exclusive_group()
    upgrade.add_argument("--stay", type=Path, metavar="FOLDER",
        help="leave the product installed, for ops.cloud_upgrade")  # fmt: skip
    upgrade.add_argument("--returned", type=Path, metavar="FOLDER",
        help="the FOLDER of --stay, once the cloud is upgraded")  # fmt: skip
    add("--no-probe", action="store_true", help="do not add a probe of the cloud")
    parser.set_defaults(call=_run)


def _new(wanted: argparse.Namespace) -> int:
    from hallmark.kit.evidence import FolderTaken
    from hallmark.kit.skeleton import write_skeleton

    try:
        for path in write_skeleton(wanted.folder):
            print(path)
    except FolderTaken as taken:
        raise _Refused(str(taken)) from None
    return EXIT_DONE


def _list(_wanted: argparse.Namespace) -> int:
    from hallmark.kit.tests import SCENARIOS, TESTS

    print(
        f"{'test':<30}{'scenario':<16}{'condition':<13}{'verbs beside install, remove':<36}looks at"
    )
    for test in TESTS.values():
        scenario = SCENARIOS[test.scenario]
        verbs = ", ".join(dict.fromkeys((*scenario.verbs, *test.verbs))) or "-"
        print(f"{test.name:<30}{scenario.name:<16}{scenario.condition:<13}{verbs:<36}{test.sees}")
    return EXIT_DONE


def _run(wanted: argparse.Namespace) -> int:
    from hallmark.kit import evidence
    from hallmark.kit.login import CloudUnreadable
    from hallmark.kit.opening import Options, mark_project, open_lab
    from hallmark.kit.run import run_tests

    adapter, tests = _adapter(wanted), _tests(wanted.only)
    options = Options(
        os_cloud=wanted.os_cloud,
        nonce=_nonce(wanted.nonce),
        os_admin_cloud=wanted.os_admin_cloud,
        os_federated_cloud=wanted.os_federated_cloud,
        cloud_release=wanted.cloud_release,
        address_mode=wanted.address_mode,
        address_network=wanted.address_network,
        stay=wanted.stay,
        returned=wanted.returned,
    )
    try:
        for folder in filter(None, (wanted.output, wanted.stay)):
            evidence.claim(folder)
        with ExitStack() as undo:
            folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="osi-kit-")))
            lab = open_lab(adapter, options, folder, undo)
            mark_project(lab)
            done = run_tests(lab, tests, lambda text: print(f"  {text}", file=sys.stderr))
            probe = b"" if wanted.no_probe else _probe(wanted.os_cloud, options.nonce)
            files = evidence.files_of(
                lab,
                done,
                cloud=wanted.cloud_name or wanted.os_cloud,
                release=wanted.cloud_release,
                probe=probe,
            )
    except (CloudUnreadable, evidence.FolderTaken) as error:
        raise _Refused(str(error)) from None
    evidence.write(wanted.output, files)
    for warning in done.warnings:
        print(printable(f"Warning: {warning}"), file=sys.stderr)
    return _summarise(files, wanted.output)


def _adapter(wanted: argparse.Namespace) -> Adapter:
    from dataclasses import replace

    from certification.engine.footprint.model import Mode
    from certification.engine.integration import parse_rules
    from certification.guidelines import shipped_bytes
    from hallmark.kit.adapter import AdapterRefused, read_adapter
    from hallmark.kit.evidence import GUIDELINE

    try:
        adapter = read_adapter(wanted.adapter)
    except AdapterRefused as refused:
        raise _Refused(f"{refused} [{refused.code}]") from None
    profiles = parse_rules(shipped_bytes(GUIDELINE)).profiles
    if adapter.profile not in profiles:
        raise _Refused(
            f"product.profile is {adapter.profile!r}; there are: {', '.join(sorted(profiles))}. "
            "[adapter-value]"
        )
    primary = profiles[adapter.profile].primary
    if adapter.primary not in primary:
        raise _Refused(
            f"product.primary is {adapter.primary!r}; {adapter.profile} has: {', '.join(primary)}. "
            "[adapter-value]"
        )
    return replace(adapter, mode=Mode(wanted.mode)) if wanted.mode else adapter


def _tests(only: Sequence[str]) -> list[KitTest]:
    from hallmark.kit.tests import TESTS

    names = [one.removeprefix("osi.") for one in only]
    unknown = [one for one in names if one not in TESTS]
    if unknown:
        raise _Refused(f"no test {', '.join(unknown)}. `hallmark kit list` shows them.")
    return [test for name, test in TESTS.items() if not names or name in names]


def _nonce(given: str) -> str:
    if given and not _NONCE.match(given):
        raise _Refused("--nonce must be 32 hexadecimal digits in lower case.")
    return given or secrets.token_hex(16)


def _probe(os_cloud: str, nonce: str) -> bytes:
    """A probe under the run's nonce; a run without one is still a run."""
    from certification.engine.probe import write_probe
    from hallmark import probe as prober
    from hallmark.recorder.recorder import recorder_version

    try:
        reach = prober.reach_of_cloud(os_cloud, call_s=10.0)
        return write_probe(prober.probe_cloud(reach, version=recorder_version(), nonce=nonce))
    except prober.ProbeImpossible as fault:
        print(printable(f"Warning: the cloud could not be probed: {fault}"), file=sys.stderr)
        return b""


def _summarise(files: dict[str, bytes], folder: Path) -> int:
    """Read what was written as the marketplace will, and say what it gives."""
    from certification.engine.bundle import BundleRefused, write_bundle
    from certification.engine.integration import EvidenceClass, parse_rules
    from certification.engine.report import TestState
    from certification.guidelines import shipped_bytes
    from hallmark.kit.evidence import GUIDELINE
    from hallmark.kit.summary import evaluated, level_words, results_by_axis
    from hallmark.pack import open_bundle

    raw = write_bundle(files)
    try:
        bundle = open_bundle(raw)
    except BundleRefused as refused:
        raise _Refused(f"{folder}: fault of the kit: {refused} [{refused.code}]") from None
    rules = parse_rules(shipped_bytes(GUIDELINE))
    digest = hashlib.sha256(raw).hexdigest()
    alone = evaluated(bundle, digest, rules, EvidenceClass.SELF_REPORTED)
    confirmed = evaluated(bundle, digest, rules, EvidenceClass.LIVE)
    for line in (*results_by_axis(bundle), *level_words(alone, confirmed)):
        print(printable(line))
    for fault in bundle.faults:
        print(printable(f"Will not count: {fault}"))
    print(f"{folder}: nonce {bundle.manifest.nonce}. Next: hallmark pack {folder}")
    failed = any(one.state is TestState.FAILED for one in bundle.results)
    return EXIT_SHORT if failed or bundle.faults else EXIT_DONE
