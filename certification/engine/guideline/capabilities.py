"""Capabilities and their tests, in the two ways that guidelines write them.

Schema 1.2: `tests` and `flagged` are lists of names. From 1.5 on: `tests` maps a name to
`idempotent_id`, `aliases` and `flagged` (the published 2.0 schema says `flag`, its documents
`flagged`; a draft spells `idempotent-id`).
"""

from __future__ import annotations

import re
from typing import Any

from certification.engine.guideline.model import Capability, Flag, GuidelineTest
from certification.engine.guideline.shape import (
    as_object,
    as_text,
    as_texts,
    first,
    member,
    refuse,
)
from certification.engine.guideline.strict_json import at
from certification.engine.report import bare_id, bare_name

MAX_NAME = 1000
_ID = re.compile(r"[0-9a-z-]{0,64}")
_FIXTURE = re.compile(r"(setUp|tearDown)\w* \(")


def read_capabilities(document: dict[str, Any]) -> dict[str, Capability]:
    path = "capabilities"
    found = as_object(member(document, path, ""), path)
    return {key: _capability(key, value, at(path, key)) for key, value in found.items()}


def _capability(key: str, value: Any, path: str) -> Capability:
    body = as_object(value, path)
    tests = body.get("tests", {})
    tests_path = at(path, "tests")
    if isinstance(tests, list):
        read = _listed_tests(as_texts(tests, tests_path), body, path)
    else:
        read = tuple(
            _test(name, details, at(tests_path, name))
            for name, details in as_object(tests, tests_path).items()
        )
    return Capability(
        id=key,
        description=as_text(body.get("description", ""), at(path, "description")),
        project=as_text(body.get("project", ""), at(path, "project")),
        tests=read,
    )


def _listed_tests(
    names: tuple[str, ...], body: dict[str, Any], path: str
) -> tuple[GuidelineTest, ...]:
    flagged = {bare_name(n) for n in as_texts(body.get("flagged", []), at(path, "flagged"))}
    tests = {}
    for index, written in enumerate(names):
        name = _name(written, at(at(path, "tests"), index))
        tests[name] = GuidelineTest(name, flag=Flag() if name in flagged else None)
    return tuple(tests.values())


def _test(written: str, details: Any, path: str) -> GuidelineTest:
    body = as_object(details, path)
    id_key, id_value = first(body, ("idempotent_id", "idempotent-id"), "")
    id_as_written = as_text(id_value, at(path, id_key))
    idempotent_id = bare_id(id_as_written)
    if not _ID.fullmatch(idempotent_id):
        raise refuse(at(path, id_key), f"{id_as_written[:80]!r} is no idempotent id.")
    aliases = as_texts(body.get("aliases", []), at(path, "aliases"))
    return GuidelineTest(
        name=_name(written, path),
        idempotent_id=idempotent_id,
        id_as_written=id_as_written,
        aliases=tuple(_name(alias, at(path, "aliases")) for alias in aliases),
        flag=_flag(body, path),
    )


def _name(written: str, path: str) -> str:
    name = bare_name(written)
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise refuse(path, f"A test needs a printable name of 1 to {MAX_NAME} characters.")
    if _FIXTURE.match(name):
        raise refuse(path, f"{name[:80]!r} is the fixture of a class, not a test.")
    return name


def _flag(body: dict[str, Any], path: str) -> Flag | None:
    key, value = first(body, ("flagged", "flag"), None)
    if value is None or value is False:
        return None
    if value is True:
        return Flag()
    place = at(path, key)
    texts = as_object(value, place)
    return Flag(*(as_text(texts.get(k, ""), at(place, k)) for k in ("reason", "action", "date")))
