"""`hallmark record`: run a command against a cloud and write down which operations it uses."""

from __future__ import annotations

import argparse
import os
import re
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from certification.engine.footprint import Footprint, Matched, write_footprint
from certification.engine.footprint.model import Condition, Mode
from hallmark.cli.help import INSTALL_KIT, describe

#: As `env` and `timeout` do: what the command itself would hardly say.
EXIT_NOT_RECORDED, EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND = 125, 126, 127
_INTERRUPTED = 130


class _NotRecorded(Exception):
    """The message is what the person reads."""


def run(argv: Sequence[str]) -> int:
    """The command's exit status; 125 where there is no footprint."""
    wanted = _arguments(argv)
    try:
        return _recorded(wanted)
    except _NotRecorded as fault:
        print(f"hallmark record: {fault}", file=sys.stderr)
        return EXIT_NOT_RECORDED


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hallmark record")
    describe(
        parser,
        "Run COMMAND with the recorder in the cloud's place and write a footprint: which API "
        "operations it used, without a name, id, token or body. Exit status: that of the command; "
        "125 where nothing could be recorded.",
        "hallmark record --os-cloud mycloud -- openstack server list",
        "hallmark record --os-cloud mycloud --condition flaky -o flaky.json -- ./backup.sh",
    )
    add = parser.add_argument
    add("--os-cloud", default="", metavar="NAME", help="the cloud in clouds.yaml (OS_CLOUD, OS_*)")
    add("--condition", default="plain", choices=[one.value for one in Condition], metavar="C",
        help="what the recorder does to the calls: " + ", ".join(Condition))  # fmt: skip
    add("--mode", default="default", choices=[one.value for one in Mode],
        help="whether the product runs in its default set-up or with options set")  # fmt: skip
    add("--product", default="", metavar="NAME", help="name of the product")
    add("--version", default="", metavar="V", help="version of the product")
    add("--user-agent", action="append", default=[], metavar="PREFIX",
        help="what the product's User-Agent begins with; may be repeated")  # fmt: skip
    add("--cloud-release", default="", metavar="NAME", help="OpenStack release of the cloud")
    add("--nonce", default="", help="the challenge that the run answers, from the marketplace")
    add("--seed", type=int, default=0, metavar="N", help="which calls a condition strikes (0)")
    add("--max-microversion", action="append", default=[], metavar="SERVICE=X.Y",
        help="old-mv: the highest microversion of a service; may be repeated")  # fmt: skip
    add("--ca", type=Path, metavar="FILE", help="the authority of the cloud's certificate")
    add("-o", "--output", type=Path, default=Path("footprint.json"), metavar="FILE",
        help="where to write the footprint (footprint.json)")  # fmt: skip
    add("command", nargs=argparse.REMAINDER, metavar="-- COMMAND...", help="what to run")
    wanted = parser.parse_args(argv)
    if wanted.command[:1] == ["--"]:
        wanted.command = wanted.command[1:]
    if not wanted.command:
        parser.error("give the command to run behind --")
    if wanted.nonce and not re.fullmatch(r"[0-9a-f]{32}", wanted.nonce):
        parser.error("a challenge is 32 hex digits in lower case")
    wrong = [one for one in wanted.max_microversion if not re.fullmatch(r"[a-z-]+=\d+\.\d+", one)]
    if wrong:
        parser.error(f"--max-microversion {wrong[0]}: write it as compute=2.79")
    return wanted


def _recorded(wanted: argparse.Namespace) -> int:
    """Raises _NotRecorded."""
    try:
        from hallmark.recorder import CloudUnusable, RecorderBroken
    except ImportError:
        raise _NotRecorded(
            f"the recorder needs more packages: {INSTALL_KIT} [kit-missing]"
        ) from None
    try:
        wanted.output.touch()
        with _recorder(wanted) as recorder:
            status = _run(wanted.command, recorder.environment)
        footprint = recorder.footprint(nonce=wanted.nonce or secrets.token_hex(16))
        wanted.output.write_bytes(write_footprint(footprint))
    except (CloudUnusable, RecorderBroken) as fault:
        raise _NotRecorded(f"{fault} [{fault.code}]") from None
    except OSError as error:
        raise _NotRecorded(f"{wanted.output}: {error.strerror}. [output-unwritable]") from None
    _tell(footprint, wanted.output)
    if wanted.condition == Condition.BAD_CA:
        _tell_of_trust(recorder.handshakes, footprint.requests)
    return status


def _recorder(wanted: argparse.Namespace) -> Any:
    from hallmark.recorder import Recorded, Recorder, read_access

    about = Recorded(wanted.product, wanted.version, wanted.cloud_release, Mode(wanted.mode))
    settings: dict[str, Any] = {"ca": wanted.ca} if wanted.ca else {}
    if wanted.max_microversion:
        settings["maxima"] = dict(one.split("=") for one in wanted.max_microversion)
    return Recorder(
        read_access(wanted.os_cloud),
        condition=Condition(wanted.condition),
        seed=wanted.seed,
        user_agents=tuple(wanted.user_agent),
        about=about,
        **settings,
    )


def _run(command: Sequence[str], cloud: Mapping[str, str]) -> int:
    """The command's exit status as a shell would give it. No other OS_ variable reaches it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("OS_")}
    try:
        child = subprocess.Popen(command, env={**own, **cloud})
    except OSError as error:
        print(f"hallmark record: {command[0]}: {error.strerror}", file=sys.stderr)
        missing = isinstance(error, FileNotFoundError)
        return EXIT_NOT_FOUND if missing else EXIT_NOT_EXECUTABLE
    former = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        status = child.wait()
    except KeyboardInterrupt:
        # The terminal has interrupted the command too; what it did until then is still told.
        child.wait()
        return _INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, former)
    return status if status >= 0 else 128 - status


def _tell(footprint: Footprint, output: Path) -> None:
    """On standard error: the command's own output stays whole."""
    by_service: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    matched = 0
    for operation in footprint.operations:
        by_service[operation.service] += operation.count
        kinds[operation.service] += 1
        matched += operation.count * (operation.matched is not Matched.GENERIC)
    words = [
        f"{service}: {by_service[service]} calls, {kinds[service]} operations"
        for service in sorted(by_service)
    ]
    share = 100 * matched / footprint.requests if footprint.requests else 0
    words.append(
        f"{footprint.requests} calls in all, {share:.1f} % matched, {footprint.unknown} unknown; "
        f"written to {output}"
    )
    print("\n".join(words), file=sys.stderr)


def _tell_of_trust(handshakes: int, requests: int) -> None:
    if requests:
        words = f"{requests} calls went through although the certificate is not to be trusted."
    elif handshakes:
        words = (
            f"The command tried {handshakes} times and stopped at the certificate, as it should."
        )
    else:
        words = "The command did not try to reach the cloud at all."
    print(words, file=sys.stderr)
