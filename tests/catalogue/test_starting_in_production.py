"""Production starts only with everything it needs, and refuses what only a trial may have."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace.config.environment import database_from_url, env, env_int, env_list

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "marketplace" / "config" / "settings.py"
PRODUCTION = {
    "HALLMARK_MODE": "production",
    "HALLMARK_SECRET_KEY": "k" * 50,
    "PUBLIC_URL": "https://hallmark.example/",
    "ALLOWED_HOSTS": "hallmark.example, www.hallmark.example",
    "DATABASE_URL": "postgresql://hallmark:secret@db.example:5433/hallmark",
    "REDIS_URL": "redis://redis.example:6379/0",
    "EVIDENCE_DIR": "/srv/evidence",
}
NEEDED = [name for name in PRODUCTION if name != "HALLMARK_MODE"]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PRODUCTION:
        monkeypatch.delenv(name, raising=False)


def settings_of(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> dict[str, Any]:
    """The settings that a fresh process with these variables would have."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(SETTINGS))


def test_production_has_what_production_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings_of(monkeypatch, PRODUCTION)
    assert (made["PRODUCTION"], made["DEMO"], made["DEBUG"]) == (True, False, False)
    assert made["PUBLIC_URL"] == "https://hallmark.example"
    assert made["CSRF_TRUSTED_ORIGINS"] == ["https://hallmark.example"]
    assert made["ALLOWED_HOSTS"] == ["hallmark.example", "www.hallmark.example"]
    assert made["SESSION_COOKIE_SECURE"]
    assert made["CSRF_COOKIE_SECURE"]
    assert made["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert made["DATABASES"]["default"]["HOST"] == "db.example"
    assert made["STORAGES"]["evidence"]["OPTIONS"]["location"] == "/srv/evidence"


@pytest.mark.parametrize("missing", NEEDED)
@pytest.mark.parametrize("empty", [False, True], ids=["missing", "empty"])
def test_production_names_what_is_missing(
    missing: str, empty: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {name: value for name, value in PRODUCTION.items() if name != missing}
    with pytest.raises(ImproperlyConfigured, match=missing):
        settings_of(monkeypatch, environment | ({missing: ""} if empty else {}))


@pytest.mark.parametrize("secret", ["trial-only-never-in-production", "short", "k" * 39])
def test_production_refuses_the_trials_secret_and_short_ones(
    secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ImproperlyConfigured, match="HALLMARK_SECRET_KEY"):
        settings_of(monkeypatch, PRODUCTION | {"HALLMARK_SECRET_KEY": secret})


@pytest.mark.parametrize("mode", ["", "prod", "Production", "debug"])
def test_an_unknown_mode_starts_nothing(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="use demo, production or test"):
        settings_of(monkeypatch, PRODUCTION | {"HALLMARK_MODE": mode})


def test_a_trial_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings_of(monkeypatch, {})
    assert (made["DEMO"], made["PRODUCTION"], made["DEBUG"]) == (True, False, False)
    assert "hallmark.example" not in made["ALLOWED_HOSTS"]


def test_evidence_may_lie_in_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings_of(
        monkeypatch, PRODUCTION | {"EVIDENCE_BUCKET": "runs", "EVIDENCE_ENDPOINT_URL": ""}
    )
    options = made["STORAGES"]["evidence"]["OPTIONS"]
    assert (options["bucket_name"], options["endpoint_url"]) == ("runs", None)
    assert options["default_acl"] == "private"


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.slow
def test_no_process_starts_half_configured() -> None:
    answer = manage("check", HALLMARK_MODE="production")
    assert answer.returncode != 0
    assert "HALLMARK_SECRET_KEY is not set" in answer.stderr


@pytest.mark.slow
def test_a_trial_is_never_prepared_in_production() -> None:
    answer = manage("prepare_demo", **PRODUCTION)
    assert answer.returncode == 1
    assert "Demo logins are never made in production." in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_variable_is_read_or_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "x")
    assert env("PUBLIC_URL") == "x"
    assert env("REDIS_URL", "otherwise") == "otherwise"
    for value in ("", "  "):
        monkeypatch.setenv("PUBLIC_URL", value)
        with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL is not set"):
            env("PUBLIC_URL")


def test_numbers_and_lists_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env_int("ALLOWED_HOSTS", 7) == 7
    assert env_list("ALLOWED_HOSTS", "a,b") == ["a", "b"]
    monkeypatch.setenv("ALLOWED_HOSTS", " a, ,b,")
    assert env_list("ALLOWED_HOSTS") == ["a", "b"]
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS must be a whole number"):
        env_int("ALLOWED_HOSTS", 7)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p%40ss@h:5433/n", ("n", "u", "p@ss", "h", "5433", {})),
        ("postgres://h/n", ("n", "", "", "h", "", {})),
        ("postgresql://u@/n?host=/run/pg&port=5444", ("n", "u", "", "/run/pg", "5444", {})),
        ("postgresql://h/n?sslmode=require", ("n", "", "", "h", "", {"sslmode": "require"})),
        ("postgresql://h", ("postgres", "", "", "h", "", {})),
    ],
)
def test_a_database_is_given_as_an_address(url: str, expected: tuple[Any, ...]) -> None:
    made = database_from_url(url)
    keys = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    assert tuple(made[key] for key in keys) == expected


def test_another_database_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="must begin with postgresql://"):
        database_from_url("sqlite:///file")
