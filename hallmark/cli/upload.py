"""`hallmark upload`: send evidence, and with `--wait` print what the marketplace found."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from tqdm import tqdm

from hallmark.cli.help import describe

PIECE_BYTES = 1 << 18
TRIES = 5
POLL_S = 0.5
#: What a later try may mend: too many requests, gateways and a database that is away for a moment.
PASSING = frozenset({429, 502, 503, 504})
EXIT_DONE, EXIT_UNREADABLE, EXIT_NOT_SENT = 0, 1, 2


class NotSent(Exception):
    """The upload or the wait failed for good; the message says what to do."""


def run(argv: Sequence[str]) -> int:
    """0 if every file was taken (and, with `--wait`, judged), 1 if one was unreadable, 2 if one
    could not be sent or was not judged in time."""
    wanted = _arguments(argv)
    status = EXIT_DONE
    with httpx.Client(base_url=wanted.url.rstrip("/"), headers=_headers(), timeout=30) as client:
        for evidence in wanted.evidence:
            try:
                status = max(status, _send_one(client, Path(evidence), wanted))
            except NotSent as fault:
                print(f"{evidence}: {fault}", file=sys.stderr)
                status = EXIT_NOT_SENT
    return status


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hallmark upload")
    describe(
        parser,
        "Send test evidence to a marketplace. A token in HALLMARK_TOKEN makes the run "
        "yours; without one it is anonymous. Exit status: 0 done, 1 unreadable, 2 not sent.",
        "stestr last --subunit > run.subunit",
        "export HALLMARK_TOKEN=hmk_...",
        "hallmark upload --url https://marketplace.example --wait run.subunit",
        "hallmark upload --url https://marketplace.example --nonce HEX --wait run.subunit",
    )
    parser.add_argument(
        "--url",
        default=os.environ.get("HALLMARK_URL", "http://127.0.0.1:8000"),
        help="address of the marketplace (HALLMARK_URL)",
    )
    parser.add_argument("--wait", action="store_true", help="wait for the verdict and print it")
    parser.add_argument(
        "--timeout", type=float, default=120, help="seconds to wait for a verdict (120)"
    )
    parser.add_argument(
        "--nonce",
        default="",
        help="the challenge that the run answers, from the page of the release; good once",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.add_argument(
        "evidence",
        nargs="+",
        metavar="EVIDENCE",
        help="subunit (v1 or v2), a .stestr folder as tar, RefStack JSON, JUnit XML or TAP; plain, "
        "gzip, xz or zstd; or a bundle of `hallmark pack` (.osi.zip)",
    )
    wanted = parser.parse_args(argv)
    if wanted.nonce and len(wanted.evidence) > 1:
        parser.error("a challenge is answered by one run: send one file with --nonce")
    return wanted


def _headers() -> dict[str, str]:
    token = os.environ.get("HALLMARK_TOKEN", "").strip()
    headers = {"User-Agent": "hallmark-upload"}
    return headers | {"Authorization": f"Bearer {token}"} if token else headers


def _send_one(client: httpx.Client, evidence: Path, wanted: argparse.Namespace) -> int:
    receipt = _upload(client, evidence, nonce=wanted.nonce, quiet=wanted.quiet)
    known = "" if receipt["created"] else " (you had sent these bytes before)"
    print(f"{evidence}: uploaded{known}\n  {receipt['url']}", flush=True)
    for line in _told_of(receipt, wanted.nonce):
        print(f"  {line}", flush=True)
    if not wanted.wait:
        return EXIT_DONE
    found = _settled(client, receipt["id"], wanted.timeout)
    if found["state"] != "verified":
        fault = found["fault"]
        place = f" ({fault['place']})" if fault["place"] else ""
        print(f"  {fault['title']}{place} [{fault['code']}]")
        return EXIT_UNREADABLE
    _print_verdicts(client, found)
    if found["anonymous"]:
        print(
            "  It is anonymous: everybody can see it, and it is deleted after some weeks. With a "
            "token in HALLMARK_TOKEN it would be yours."
        )
    return EXIT_DONE


def _told_of(receipt: Mapping[str, Any], nonce: str) -> Iterator[str]:
    """What the sender may not expect."""
    if nonce and not receipt["created"]:
        yield (
            "The nonce is not used: these bytes were sent before, so the run stays as it was. "
            "Take a challenge first, then run the tests anew."
        )


def _upload(
    client: httpx.Client, evidence: Path, *, nonce: str = "", quiet: bool
) -> dict[str, Any]:
    """Raises NotSent. Sending the same bytes twice is safe: the marketplace knows them."""
    try:
        size = evidence.stat().st_size
    except OSError as error:
        raise NotSent(f"cannot be read: {error.strerror}") from None

    def post() -> httpx.Response:
        return client.post(
            "/api/v1/runs/",
            params={"file_name": evidence.name} | ({"nonce": nonce} if nonce else {}),
            content=_pieces(evidence, size, quiet=quiet),
            headers={"Content-Length": str(size), "Content-Type": "application/octet-stream"},
        )

    answer = _persistently(post)
    if answer.status_code != httpx.codes.CREATED:
        raise NotSent(_refusal(answer))
    receipt: dict[str, Any] = answer.json()
    return receipt


def _pieces(evidence: Path, size: int, *, quiet: bool) -> Iterator[bytes]:
    with (
        evidence.open("rb") as file,
        tqdm(total=size, unit="B", unit_scale=True, desc=evidence.name, disable=quiet) as bar,
    ):
        while piece := file.read(PIECE_BYTES):
            yield piece
            bar.update(len(piece))


def _persistently(send: Callable[[], httpx.Response]) -> httpx.Response:
    """Up to five tries, waiting 1, 2, 4, 8 seconds or what Retry-After says. Raises NotSent."""
    fault = ""
    for attempt in range(TRIES):
        pause = 2.0**attempt
        try:
            answer = send()
            if answer.status_code not in PASSING:
                return answer
            fault = _refusal(answer)
            said = answer.headers.get("Retry-After", "")
            pause = max(pause, min(float(said), 60.0)) if said.isdecimal() else pause
        except OSError as error:
            raise NotSent(f"cannot be read: {error.strerror}") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise NotSent(
                f"the address is not valid: {error} Give it as --url https://HOST[:PORT]"
            ) from None
        except httpx.TransportError as error:
            fault = f"the marketplace does not answer: {error}"
        if attempt < TRIES - 1:
            print(f"{fault}; trying again in {pause:.0f} s", file=sys.stderr)
            time.sleep(pause)
    raise NotSent(f"{fault}. Gave up after {TRIES} tries; nothing is lost, send it again later.")


def _refusal(answer: httpx.Response) -> str:
    try:
        body = answer.json()
        return f"{body['title']} [{body['code']}]"
    except (ValueError, KeyError, TypeError):
        return f"the marketplace answered {answer.status_code} {answer.reason_phrase}"


def _settled(client: httpx.Client, run_id: str, timeout_s: float) -> dict[str, Any]:
    """Poll the run until nothing more happens to it. Raises NotSent when the time is over."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = _persistently(lambda: client.get(f"/api/v1/runs/{run_id}/"))
        if answer.status_code != httpx.codes.OK:
            raise NotSent(_refusal(answer))
        found: dict[str, Any] = answer.json()
        if found["settled"]:
            return found
        if time.monotonic() > deadline:
            raise NotSent(f"not judged within {timeout_s:.0f} s; the page shows it later.")
        time.sleep(POLL_S)


def _print_verdicts(client: httpx.Client, found: dict[str, Any]) -> None:
    answer = _persistently(lambda: client.get(f"/api/v1/runs/{found['id']}/evaluations/"))
    if answer.status_code != httpx.codes.OK:
        raise NotSent(_refusal(answer))
    label = ", passes only" if found["passes_only"] else ""
    print(
        f"  {found['tests_passed']} passed, {found['tests_failed']} failed, "
        f"{found['tests_skipped']} skipped{label}"
    )
    if found["damage"]:
        print(
            f"  Incomplete evidence: {found['damage']['reason']} "
            f"(byte {found['damage']['offset']}). Nothing in it can pass."
        )
    for verdict in answer.json():
        required = verdict["required"]
        short = required["total"] - required["passed"]
        state = verdict["guideline_state"]
        draft = "" if state == "approved" else f" ({state})"
        missing = f"{short} {'test' if short == 1 else 'tests'} short" if short else "not passed"
        outcomes = {"passed": "passes", "failed": missing, "error": "cannot be judged"}
        words = outcomes[verdict["verdict"]]
        print(f"  {verdict['target']} {verdict['guideline']}{draft}: {words}")
