"""The files for production say what the operator guide promises."""

from __future__ import annotations

import json
from importlib import resources
from importlib.util import find_spec
from typing import Any

import jsonschema
import pytest
import yaml

from certification.heartbeats import SILENCE_S
from tests.deploy.composition import (
    CHECKOUT,
    COMPOSE,
    VariableMissing,
    composition,
    example_variables,
    filled_in_variables,
    image_contents,
)

APPLICATION = ("migrate", "web", "worker", "sender", "dispatcher", "scheduler")
SERVERS = ("postgres", "redis", "proxy")
SECRETS = ("HALLMARK_SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = composition(filled_in_variables())["services"]
    return found


@pytest.mark.slow
@pytest.mark.skipif(find_spec("check_jsonschema") is None, reason="its package is not installed")
def test_the_file_follows_the_compose_specification() -> None:
    folder = resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((folder / "compose-spec.json").read_text())
    jsonschema.Draft7Validator(schema).validate(yaml.safe_load(COMPOSE.read_text()))


def test_every_part_is_there_and_checked(services: dict[str, Any]) -> None:
    assert services.keys() == {*APPLICATION, *SERVERS}
    for name, service in services.items():
        if name == "migrate":
            assert (service["restart"], "healthcheck" in service) == ("no", False)
            continue
        check = service["healthcheck"]
        assert check["test"][0] in ("CMD", "CMD-SHELL"), name
        assert check.keys() >= {"interval", "timeout", "retries", "start_period"}, name
        assert service["restart"] == "unless-stopped", name


def test_each_is_asked_in_its_own_language(services: dict[str, Any]) -> None:
    asked = {
        name: " ".join(services[name].get("healthcheck", {}).get("test", "")) for name in services
    }
    assert "pg_isready" in asked["postgres"]
    assert "redis-cli ping" in asked["redis"]
    assert "deploy/answers.py" in asked["web"]
    for part in SILENCE_S:
        assert asked[part] == f"CMD python manage.py alive {part}"


def test_nothing_starts_before_what_it_needs(services: dict[str, Any]) -> None:
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in ("web", "worker", "sender", "dispatcher", "scheduler"):
        assert services[name]["depends_on"] == {
            "postgres": {"condition": "service_healthy"},
            "redis": {"condition": "service_healthy"},
            "migrate": {"condition": "service_completed_successfully"},
        }
    assert services["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_only_the_proxy_is_reached_from_outside(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    networks = composition(filled_in_variables())["networks"]
    assert networks["data"] == {"internal": True}
    for name in ("postgres", "redis"):
        assert services[name]["networks"] == ["data"]
    assert services["proxy"]["networks"] == ["outside"]


def test_application_parts_share_the_evidence_and_one_configuration(
    services: dict[str, Any],
) -> None:
    configurations = [services[name]["environment"] for name in APPLICATION]
    assert all(one == configurations[0] for one in configurations)
    assert configurations[0]["HALLMARK_MODE"] == "production"
    for name in APPLICATION:
        assert services[name]["volumes"] == ["evidence:/evidence"]
        assert services[name]["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("missing", [*SECRETS, "PUBLIC_URL", "ALLOWED_HOSTS", "TLS_DIR"])
def test_compose_stops_where_a_value_is_missing(missing: str) -> None:
    with pytest.raises(VariableMissing, match=f"{missing}: Fill in"):
        composition(filled_in_variables() | {missing: ""})


def test_secrets_come_from_the_environment_alone() -> None:
    example = example_variables()
    assert [name for name, value in example.items() if value == "fill-in"] == list(SECRETS)
    assert example["AWS_SECRET_ACCESS_KEY"] == example["AWS_ACCESS_KEY_ID"] == ""
    text = COMPOSE.read_text()
    for name in (*SECRETS, "AWS_SECRET_ACCESS_KEY"):
        for line in text.splitlines():
            if f"{name}:" in line.replace(f"${{{name}:", ""):
                assert f"${{{name}:" in line, line
    ignored = (CHECKOUT / ".gitignore").read_text().splitlines()
    assert ".env" in ignored


def test_the_image_runs_as_nobody_special_and_brings_its_static_files() -> None:
    lines = (CHECKOUT / "Dockerfile").read_text().splitlines()
    assert lines.index("USER 10001:10001") > lines.index("COPY . .")
    assert any("collectstatic --noinput" in line for line in lines)
    assert any("--constraint requirements.lock" in line for line in lines)


def test_the_image_holds_what_runs_and_nothing_else() -> None:
    lines = (CHECKOUT / ".dockerignore").read_text().splitlines()
    assert lines[1] == "*"
    taken = set(image_contents())
    assert all((CHECKOUT / name).exists() for name in taken)
    assert taken >= {"manage.py", "api", "certification", "hallmark", "marketplace", "templates"}
    assert not {name for name in taken if name.startswith((".env", "tests", ".git"))}
