"""GET /v1/guidelines: groups, files byte for byte, and the plain-text test lists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from certification.guidelines import shipped_bytes
from certification.models import Guideline
from certification.operations.guidelines import Document, import_guidelines
from tests.factories import PUBLISHED

pytestmark = pytest.mark.django_db

RESOLVER = "dns_tempest_plugin.tests.test_zones"


def imported(*documents: bytes) -> None:
    import_guidelines(documents=[Document("test.json", raw) for raw in documents], actor="system")


def add_on() -> bytes:
    """A small add-on with an alias, a flagged test, a bare id and no id, in all four statuses."""
    capabilities = {
        "zones-create": {
            f"{RESOLVER}.test_create": {
                "idempotent_id": "id-1",
                "aliases": [f"{RESOLVER}.test_make"],
            },
            f"{RESOLVER}.test_broken": {
                "idempotent_id": "2",
                "flagged": {"reason": "It is slow.", "action": "Look.", "date": "2026-01-01"},
            },
        },
        "zones-advised": {f"{RESOLVER}.test_advised": {"idempotent_id": "3"}},
        "zones-old": {f"{RESOLVER}.test_old": {}},
        "zones-gone": {f"{RESOLVER}.test_gone": {"idempotent_id": "5"}},
    }
    document = {
        "metadata": {"id": "dns.2099.01", "schema": "2.0"},
        "add-ons": {"DNS": {"description": "", "components": [{"name": "os_powered_dns"}]}},
        "components": {
            "os_powered_dns": {
                "capabilities": {
                    "required": ["zones-create"],
                    "advisory": ["zones-advised"],
                    "deprecated": ["zones-old"],
                    "removed": ["zones-gone"],
                }
            }
        },
        "capabilities": {
            name: {"achievements": [], "admin": False, "description": "", "project": "dns"}
            | {"tests": tests}
            for name, tests in capabilities.items()
        },
        "designated_sections": {},
    }
    return json.dumps(document, indent=1).encode()


def lines(version: str, **parameters: str) -> list[str]:
    answer = Client().get(f"/v1/guidelines/{version}/tests?{urlencode(parameters)}")
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/plain; charset=UTF-8"
    return answer.content.decode().split("\n")


def test_without_guidelines_powered_is_there_and_empty() -> None:
    assert Client().get("/v1/guidelines").json() == {"powered": []}


@pytest.mark.parametrize("path", ["/v1/guidelines", "/v1/guidelines/", "//v1/guidelines"])
def test_the_list_has_a_group_for_each_add_on(in_force: Guideline, path: str) -> None:
    imported(shipped_bytes("2027.05"), add_on())
    assert Client().get("/", PATH_INFO=path).json() == {
        "powered": [
            {"name": "2026.11.json", "file": "2026.11.json"},
            {"name": "2027.05.json", "file": "2027.05.json"},
        ],
        "dns": [{"name": "2099.01.json", "file": "dns.2099.01.json"}],
    }


def test_two_texts_of_one_guideline_are_listed_once(in_force: Guideline) -> None:
    imported(shipped_bytes("2026.11") + b"\n")
    assert Guideline.objects.count() == 2
    assert len(Client().get("/v1/guidelines").json()["powered"]) == 1


@pytest.mark.parametrize(
    "path", ["/v1/guidelines/2026.11.json", "/v1/guidelines/2026.11", "/v1/guidelines/2026.11/"]
)
def test_a_file_comes_byte_for_byte(in_force: Guideline, path: str) -> None:
    answer = Client().get(path)
    assert answer.content == shipped_bytes("2026.11")
    assert answer["Content-Type"] == "application/json"


def test_the_text_in_force_comes_before_a_newer_draft(in_force: Guideline) -> None:
    imported(shipped_bytes("2026.11") + b"\n")
    assert Client().get("/v1/guidelines/2026.11").content == shipped_bytes("2026.11")


def test_an_add_on_file_has_its_prefix() -> None:
    imported(add_on())
    for name in ("dns.2099.01.json", "dns.2099.01"):
        assert Client().get(f"/v1/guidelines/{name}").content == add_on()
    assert Client().get("/v1/guidelines/2099.01").status_code == 404


@pytest.mark.parametrize("name", ["2031.01", "2031.01.json", "%00", "%ff", "x" * 300, ".json", "."])
def test_an_unknown_file_is_not_found(in_force: Guideline, name: str) -> None:
    answer = Client().get(f"/v1/guidelines/{name}")
    assert answer.status_code == 404
    assert answer.json()["error"] == "guideline-not-found"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD"])
@pytest.mark.parametrize("path", ["", "/2026.11", "/2026.11/tests"])
def test_guidelines_are_only_read(in_force: Guideline, path: str, method: str) -> None:
    answer = Client().generic(method, f"/v1/guidelines{path}")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")


def asked_for(components: list[str], statuses: list[str], flag: bool = True) -> list[str]:
    """The list as the document itself gives it, without any of our reading of it."""
    document: dict[str, Any] = json.loads(shipped_bytes("2026.11"))
    capabilities = {
        capability
        for component in components
        for status in statuses
        for capability in document["components"][component]["capabilities"].get(status, [])
    }
    return sorted(
        f"{name}[{test['idempotent_id']}]"
        for capability in capabilities
        for name, test in document["capabilities"][capability]["tests"].items()
        if flag or "flagged" not in test
    )


BOTH = ["compute", "object_storage"]
ALL = ["required", "advisory", "deprecated", "removed"]


@pytest.mark.parametrize(
    ("parameters", "components", "statuses", "flag"),
    [
        ({}, BOTH, ALL, True),
        ({"target": "platform"}, BOTH, ALL, True),
        ({"target": "compute"}, ["compute"], ALL, True),
        ({"target": "object"}, ["object_storage"], ALL, True),
        ({"type": "required"}, BOTH, ["required"], True),
        ({"type": "required,advisory"}, BOTH, ["required", "advisory"], True),
        ({"type": "advisory,bogus"}, BOTH, ["advisory"], True),
        ({"type": ""}, BOTH, ALL, True),
        ({"flag": "false"}, BOTH, ALL, False),
        ({"flag": "0", "type": "required", "target": "compute"}, ["compute"], ["required"], False),
        ({"flag": "anything"}, BOTH, ALL, False),
        ({"flag": ""}, BOTH, ALL, True),
        ({"flag": "YES", "alias": "False"}, BOTH, ALL, True),
        ({"flag": "1"}, BOTH, ALL, True),
    ],
)
def test_a_list_is_what_the_document_says(
    in_force: Guideline,
    parameters: dict[str, str],
    components: list[str],
    statuses: list[str],
    flag: bool,
) -> None:
    expected = asked_for(components, statuses, flag)
    assert lines("2026.11", **parameters) == expected
    assert len(expected) > 20


@pytest.mark.parametrize("end", ["tests", "tests/", "tests.json"])
def test_every_spelling_of_the_address_lists(in_force: Guideline, end: str) -> None:
    for name in ("2026.11", "2026.11.json"):
        answer = Client().get("/", PATH_INFO=f"//v1/guidelines/{name}/{end}")
        assert answer.content.decode().split("\n") == asked_for(BOTH, ALL)


def test_aliases_flags_and_ids_stand_as_the_document_writes_them() -> None:
    imported(add_on())
    required = [
        f"{RESOLVER}.test_broken[2]",
        f"{RESOLVER}.test_create[id-1]",
        f"{RESOLVER}.test_make[id-1]",
    ]
    only = {"target": "dns", "type": "required"}
    assert lines("dns.2099.01", **only) == required
    assert lines("dns.2099.01", **only, alias="false") == required[:2]
    assert lines("dns.2099.01", **only, flag="false") == required[1:]
    assert lines("dns.2099.01", **only, alias="no", flag="no") == [required[1]]
    assert lines("dns.2099.01", target="dns", type="deprecated,removed") == [
        f"{RESOLVER}.test_gone[5]",
        f"{RESOLVER}.test_old[]",
    ]
    assert len(lines("dns.2099.01", target="dns")) == 6


@pytest.mark.parametrize("target", ["nowhere", "", "dns", "\0"])
def test_an_invalid_target_is_said_with_200(in_force: Guideline, target: str) -> None:
    assert lines("2026.11", target=target) == [f"Invalid target: {target}"]


def test_the_default_target_is_platform_also_for_an_add_on() -> None:
    imported(add_on())
    assert lines("dns.2099.01") == ["Invalid target: platform"]


@pytest.mark.parametrize("version", ["2031.01", "2031.01.json", "%00"])
def test_an_unknown_version_is_said_with_200(in_force: Guideline, version: str) -> None:
    said = "\0" if version == "%00" else version
    assert lines(version) == [f"Error getting JSON content for version: {said}"]


def test_an_empty_list_has_no_body(in_force: Guideline) -> None:
    for parameters in ("type=bogus", "type=Required", "type=removed&target=object"):
        answer = Client().get(f"/v1/guidelines/2026.11/tests?{parameters}")
        assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.slow
@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published guidelines lie elsewhere")
def test_the_published_guidelines_give_the_counts_of_refstack() -> None:
    names = ["2018.02", "2015.03", "2016.08", "next", "add-ons/dns.2018.02"]
    imported(*((PUBLISHED / f"{name}.json").read_bytes() for name in names))
    seen: list[tuple[str, dict[str, str], int]] = [
        ("2018.02", {}, 519),
        (
            "2018.02",
            {"target": "platform", "type": "required", "alias": "true", "flag": "false"},
            479,
        ),
        ("2018.02", {"target": "compute", "type": "required"}, 457),
        ("2018.02", {"target": "object"}, 60),
        ("dns.2018.02", {"target": "dns"}, 10),
        ("2015.03", {"target": "compute"}, 112),
        ("2016.08", {"alias": "false", "flag": "false"}, 254),
        ("next", {"type": "required"}, 386),
    ]
    for version, parameters, count in seen:
        assert len(lines(version, **parameters)) == count, (version, parameters)
    assert Client().get("/v1/guidelines").json() == {
        "powered": [
            {"name": f"{name}.json", "file": f"{name}.json"}
            for name in ("2015.03", "2016.08", "2018.02", "next")
        ],
        "dns": [{"name": "2018.02.json", "file": "dns.2018.02.json"}],
    }
    for name in names:
        raw = (PUBLISHED / f"{name}.json").read_bytes()
        assert Client().get(f"/v1/guidelines/{Path(name).name}.json").content == raw
