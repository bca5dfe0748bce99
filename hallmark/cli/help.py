"""What `--help` says: a description in lines of a terminal, and examples as they are typed."""

from __future__ import annotations

import argparse
import textwrap

_COLUMNS = 79
#: The name alone will not do: other packages have it, too.
INSTALL_KIT = "in the folder of Hallmark's sources, pip install '.[kit]'"


def describe(parser: argparse.ArgumentParser, description: str, *examples: str) -> None:
    """Give the parser its words. The examples are whole command lines and keep their breaks."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = textwrap.fill(description, _COLUMNS, break_on_hyphens=False)
    parser.epilog = "\n".join(["examples:", *(f"  {line}" for line in examples)])


def own_version() -> str:
    # Only who asks for the version waits for what can tell it.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("hallmark")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
