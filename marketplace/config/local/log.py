"""One readable log: time, part, text."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

US = "hallmark"
NAME_WIDTH = 10
COLOURS = ("36", "35", "33", "34", "32", "96", "95", "93")
# What a part prints may quote strangers: nothing in it may steer the terminal.
VISIBLE = dict.fromkeys((*range(32), *range(127, 160)), "�") | {ord("\t"): "    "}


class Log:
    """Writes whole lines to a stream, in colour only where a person watches."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.colour = stream.isatty() and not os.environ.get("NO_COLOR")
        self._colours = {US: "1"}

    def line(self, text: str, name: str = US) -> None:
        """Never fails: a closed terminal must not keep us from stopping the parts."""
        label = f"{name:<{NAME_WIDTH}}"
        if self.colour:
            colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
            label = f"\x1b[{colour}m{label}\x1b[0m"
        with suppress(OSError, ValueError):
            print(
                f"{time.strftime('%H:%M:%S')}  {label}  {text.translate(VISIBLE)}".rstrip(),
                file=self.stream,
                flush=True,
            )

    @contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """Says what begins, and when it is done how long it took."""
        self.line(f"{doing} ...")
        start = time.monotonic()
        yield
        self.line(f"{doing}: done in {time.monotonic() - start:.1f} s")
