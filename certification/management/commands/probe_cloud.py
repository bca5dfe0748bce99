from __future__ import annotations

import json
import re
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.clouds import ApplicationCredential, probe_public_cloud
from certification.engine.probe import write_probe
from hallmark.probe import ProbeImpossible

MOST_CHARACTERS = 10_000
_NONCE = re.compile(r"[0-9a-f]{32}")


class Command(BaseCommand):
    help = (
        "Write down what a public cloud offers. Reads an application credential from standard "
        'input as JSON: {"id": "...", "secret": "..."}; it is kept nowhere.'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("auth_url", help="https address of the cloud's Identity service")
        parser.add_argument("--region", default="", help="the region to look at")
        parser.add_argument("--nonce", default="", help="the challenge that the probe answers")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["nonce"] and not _NONCE.fullmatch(options["nonce"]):
            raise CommandError("A challenge is 32 hex digits in lower case.")
        try:
            probe = probe_public_cloud(
                auth_url=options["auth_url"],
                credential=read_credential(sys.stdin.read(MOST_CHARACTERS)),
                region=options["region"],
                nonce=options["nonce"],
            )
        except ProbeImpossible as fault:
            raise CommandError(f"{fault} [{fault.code}]") from None
        self.stdout.write(write_probe(probe).decode())


def read_credential(text: str) -> ApplicationCredential:
    """Raises CommandError, which repeats nothing of the text."""
    try:
        given = json.loads(text)
        id_, secret = given["id"], given["secret"]
    except (ValueError, KeyError, TypeError):
        id_ = secret = ""
    if not (isinstance(id_, str) and isinstance(secret, str) and id_ and secret):
        raise CommandError(
            'Give the application credential on standard input: {"id": "...", "secret": "..."}.'
        )
    return ApplicationCredential(id_, secret)
