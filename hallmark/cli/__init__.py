"""`hallmark`: what vendors and buyers run. A subcommand is imported only when it is called."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

from hallmark.cli.help import describe, own_version

#: As a shell shows a program that SIGPIPE ended.
EXIT_READER_GONE = 141

#: Subcommand to what it does; each is a module of this package with `run(argv) -> exit status`.
COMMANDS = {
    "evaluate": "judge test evidence against a guideline, offline",
    "plan": "list the tests that are still needed, for Tempest",
    "upload": "send test evidence to a certification marketplace",
    "record": "run a command and write down which OpenStack calls it makes",
    "kit": "test how a product works on top of OpenStack",
    "probe": "write down what a cloud offers, without changing it",
    "pack": "make one signed file of what the test kit wrote, or check such a file",
    "level": "judge bundles of the test kit, offline: which integration level they reach",
    "corroborate": "compare a bundle with the access log of the cloud's operator",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run `hallmark`; the exit status. Without a subcommand, says which there are and returns 2."""
    words = list(sys.argv[1:] if argv is None else argv)
    available = [name for name in COMMANDS if find_spec(f"{__name__}.{name}")]
    if words and words[0] in available:
        return _piped(lambda: import_module(f"{__name__}.{words[0]}").run(words[1:]))
    if words == ["--version"]:
        print(f"hallmark {own_version()}")
        return 0
    _parser(available).parse_args(words)
    _parser(available).print_help(sys.stderr)
    return 2


def _piped(command: Callable[[], int]) -> int:
    """The command's status, or that of a program whose reader went away, such as `| head`."""
    try:
        status = command()
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter writes out what is left when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_READER_GONE
    return status


def _parser(available: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hallmark")
    describe(
        parser,
        "Certification of OpenStack products by test evidence. `hallmark COMMAND --help` tells "
        "of each command what it takes, with examples and exit statuses.",
        "hallmark evaluate --guideline 2026.11 --target compute run.subunit",
        "hallmark upload --url https://marketplace.example --wait run.subunit",
        "hallmark kit new adapter",
    )
    parser.add_argument("--version", action="store_true", help="say which version this is")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for name in available:
        commands.add_parser(name, help=COMMANDS[name], add_help=False)
    return parser
