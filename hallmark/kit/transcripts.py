"""What was run and what it printed, for people: capped, and without secrets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from certification.engine.bundle.model import KitResult
from hallmark.kit.scenario import KitTest
from hallmark.kit.secrets import KnownSecrets
from hallmark.kit.trace import Trace
from hallmark.kit.verbs import VerbRun

TRANSCRIPT_BYTES = 64 * 1024
#: Of each output stream of a verb, half from its beginning and half from its end.
STREAM_CHARS = 6 * 1024
_CUT = "\n[the transcript is longer than 64 KiB; the rest is left out]\n"
#: Secret, or the same for every verb of an installation.
_UNSHOWN = (
    "OSI_SECRET",
    "OSI_TOKEN",
    "OSI_VERB",
    "OSI_MARK",
    "OSI_WORK",
    "OSI_CACHE",
    "OSI_CONTEXT",
    "OSI_DATA",
    "OSI_RESTORED",
)


def transcript(
    test: KitTest, result: KitResult, traces: Sequence[Trace], secrets: KnownSecrets
) -> bytes:
    """The transcript of one test, UTF-8, at most 64 KiB."""
    lines = [
        f"test       {test.name}",
        f"scenario   {test.scenario}",
        f"looks at   {test.sees}",
        f"outcome    {result.state}: {result.reason}",
    ]
    for trace in traces:
        lines += ["", *_played(trace)]
    return _capped(secrets.hidden_in("\n".join(lines) + "\n"))


def _capped(text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if len(raw) <= TRANSCRIPT_BYTES:
        return raw
    cut = _CUT.encode()
    # A character cut in two is dropped.
    return raw[: TRANSCRIPT_BYTES - len(cut)].decode("utf-8", "ignore").encode() + cut


def _played(trace: Trace) -> Iterator[str]:
    yield f"played {trace.started} to {trace.ended}, mark {trace.mark or 'none'}"
    if trace.obstacle:
        yield f"not played: {trace.obstacle}"
    if trace.fault:
        yield f"not played to the end: {trace.fault}"
    for run in trace.runs.values():
        yield from _called(run)
    before = trace.looks.get("before")
    for name, look in trace.looks.items():
        made = look.words if before is None else f"{look.since(before).words} more than before"
        yield f"the cloud, {name}: {look.words if name == 'before' else made}"


def _called(run: VerbRun) -> Iterator[str]:
    settings = " ".join(
        f"{name}={value}"
        for name, value in sorted(run.settings.items())
        if name not in _UNSHOWN and not name.startswith("OSI_SETTING_")
    )
    yield ""
    yield f"$ {run.label} {settings}".rstrip()
    yield f"  {run.ended}, {_exit(run)}, {run.seconds:.1f} s"
    if run.problem:
        yield f"  problem: {run.problem}"
    yield from _stream("output", run.output)
    yield from _stream("errors", run.errors)


def _exit(run: VerbRun) -> str:
    return "not run to an exit" if run.exit_status is None else f"exit {run.exit_status}"


def _stream(name: str, text: str) -> Iterable[str]:
    if not text.strip():
        return ()
    if len(text) > STREAM_CHARS:
        half = STREAM_CHARS // 2
        # At blanks: half a secret might not look like one any more.
        head = text[:half].rpartition("\n")[0] or text[:half].rpartition(" ")[0]
        tail = text[-half:].partition("\n")[2] or text[-half:].partition(" ")[2]
        left = len(text) - len(head) - len(tail)
        text = f"{head}\n[{left} characters left out]\n{tail}"
    return (f"  {name}:", *(f"    {line}" for line in text.rstrip().splitlines()))
