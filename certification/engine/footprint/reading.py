"""From the bytes of an `osi-footprint/1` to a footprint: shape only, nothing is believed yet."""

from __future__ import annotations

import re

from certification.engine.footprint.decoding import decode
from certification.engine.footprint.fields import Fields, in_order, refuse, text
from certification.engine.footprint.ledger import MAX_REQUEST_IDS, order_of
from certification.engine.footprint.model import (
    FORMAT,
    AuthUse,
    Condition,
    Facts,
    Footprint,
    Matched,
    Mode,
    Operation,
)

MAX_OPERATIONS = 20_000
_MAX_AUTH = 1_000
_MAX_WORDS = 50

_NONCE = re.compile(r"[0-9a-f]{32}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PATH = re.compile(r"/|(/[^/]+)+")


def read_footprint(raw: bytes) -> Footprint:
    """Take the whole document or nothing. Raises FootprintRefused: `footprint-too-large`,
    `footprint-json`, `footprint-duplicate-key`, `footprint-shape`, `footprint-format`."""
    fields = Fields(decode(raw), "")
    if fields.text("format") != FORMAT:
        error = refuse("format", f"Expected the format {FORMAT}.")
        error.code = "footprint-format"
        raise error
    recorder, product = fields.object("recorder"), fields.object("product")
    cloud, totals = fields.object("cloud"), fields.object("totals")
    footprint = Footprint(
        nonce=fields.match("nonce", _NONCE, "32 hexadecimal digits"),
        recorder_version=recorder.text("version"),
        table_sha256=recorder.match("table_sha256", _SHA256, "64 hexadecimal digits"),
        product=product.text("name"),
        product_version=product.text("version"),
        user_agents=product.texts("user_agents", _MAX_WORDS),
        cloud_release=cloud.text("release"),
        condition=fields.word("condition", Condition),
        mode=fields.word("mode", Mode),
        started=fields.text("started"),
        ended=fields.text("ended"),
        auth=tuple(_auth_use(one) for one in fields.objects("auth", _MAX_AUTH)),
        operations=_operations(fields),
        facts=_facts(fields.object("facts")),
        requests=totals.count("requests"),
        unknown=totals.count("unknown"),
        mv_floor=_mv_floor(fields),
        request_ids_sha256=_request_ids(fields),
    )
    for part in (recorder, product, cloud, totals, fields):
        part.finish()
    return footprint


def _auth_use(fields: Fields) -> AuthUse:
    use = AuthUse(
        methods=fields.texts("methods", _MAX_WORDS),
        scope=fields.text("scope"),
        roles=fields.texts("roles", _MAX_WORDS, []),
        count=fields.count("count", 1),
    )
    fields.finish()
    return use


def _operations(fields: Fields) -> tuple[Operation, ...]:
    operations = tuple(_operation(one) for one in fields.objects("operations", MAX_OPERATIONS))
    if not in_order([order_of(operation) for operation in operations]):
        raise refuse("operations", "The operations are not in order, or one is there twice.")
    return operations


def _operation(fields: Fields) -> Operation:
    operation = Operation(
        service=fields.text("service"),
        api=fields.optional_text("api"),
        method=fields.text("method"),
        path=fields.match("path", _PATH, "a path that begins with / and does not end with it"),
        status=fields.count("status"),
        count=fields.count("count", 1),
        matched=fields.word("matched", Matched),
        first_s=fields.seconds("first_s"),
        last_s=fields.seconds("last_s"),
        action=fields.text("action", ""),
        mv_asked=fields.text("mv_asked", ""),
        mv_answered=fields.text("mv_answered", ""),
    )
    fields.finish()
    return operation


def _facts(fields: Fields) -> Facts:
    agents = fields.optional_object("agents")
    facts = Facts(
        next_links=fields.count("next_links"),
        auth_identities=fields.count("auth_identities"),
        retries_after_5xx=fields.count("retries_after_5xx"),
        after_429_min_s=fields.optional_seconds("after_429_min_s"),
        agents_declared=agents.count("declared", otherwise=0),
        agents_other=agents.count("other", otherwise=0),
    )
    agents.finish()
    fields.finish()
    return facts


def _mv_floor(fields: Fields) -> dict[str, str]:
    value = fields.take("mv_floor", {})
    if not isinstance(value, dict) or len(value) > _MAX_WORDS:
        raise refuse("mv_floor", f"Expected an object of at most {_MAX_WORDS} services.")
    return {
        text(key, "mv_floor"): text(value[key], f"mv_floor.{key[:50]}") for key in sorted(value)
    }


def _request_ids(fields: Fields) -> tuple[str, ...]:
    digests = fields.texts("request_ids_sha256", MAX_REQUEST_IDS, [])
    if not all(_SHA256.fullmatch(digest) for digest in digests) or not in_order(digests):
        raise refuse("request_ids_sha256", "Expected SHA-256 digests in order, none twice.")
    return digests
