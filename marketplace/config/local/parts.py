"""The programs that make up Hallmark on one machine, and what they are told."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from marketplace.config.local.child import Part
from marketplace.config.local.configuration import Configuration
from marketplace.config.local.folder import DataFolder

PYTHON = sys.executable
LOGIN = "Login "
# Celery tells root at length to be somebody else; whoever starts the demo chose that already.
NO_SERMON = "ignore:You're running the worker with superuser privileges"


def _celery(*chosen: str) -> tuple[str, ...]:
    return (
        *("--quiet", "-A", "marketplace.config.celery", "worker", "--loglevel", "INFO"),
        # One worker on one machine has nobody to gossip with.
        *("--without-gossip", "--without-mingle"),
        *chosen,
    )


#: One judges, in processes that may die; one sends, in threads that wait for servers of others.
CELERY = _celery("--concurrency", "2", "--pool", "prefork", "--queues", "hallmark")
SENDER = _celery("--concurrency", "4", "--pool", "threads", "--queues", "hallmark-sending")


def _gunicorn(bind: str) -> tuple[str, ...]:
    return (
        *("marketplace.config.wsgi:application", "--bind", bind),
        *("--workers", "2", "--worker-class", "gthread", "--threads", "4"),
        *("--graceful-timeout", "5", "--no-control-socket", "--log-level", "warning"),
    )


@dataclass(frozen=True)
class Plan:
    """Steps run one after the other, each to its end; then all of `running` run together, and once
    they are ready those `behind` them.

    Lines of a step that begin with `LOGIN` are told again when everything is ready.
    """

    steps: tuple[Part, ...]
    running: tuple[Part, ...]
    behind: tuple[Part, ...] = ()


def hallmark_plan(configuration: Configuration) -> Plan:
    steps = (
        # Django's checks import every page; `make check` runs them, a start need not.
        Part("migrate", (PYTHON, "manage.py", "migrate", "--skip-checks")),
        Part("prepare", (PYTHON, "manage.py", "prepare_demo", "--skip-checks")),
    )
    running = (
        Part("web", (PYTHON, "-m", "gunicorn", *_gunicorn(configuration.bind))),
        Part("worker", (PYTHON, "-m", "celery", *CELERY)),
        Part("sender", (PYTHON, "-m", "celery", *SENDER)),
        Part("dispatcher", (PYTHON, "manage.py", "dispatch")),
        Part("scheduler", (PYTHON, "manage.py", "schedule")),
    )
    behind = (Part("demo", (PYTHON, "manage.py", "fill_demo"), ends=True),)
    return Plan(steps, running, behind)


def environment(
    configuration: Configuration,
    folder: DataFolder,
    environ: Mapping[str, str],
    *,
    database_url: str,
    redis_url: str,
) -> dict[str, str]:
    """What every part gets: the caller's environment, and ours over it."""
    ours = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "HALLMARK_MODE": "demo",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "marketplace.config.settings",
    }
    fallback = {
        "EVIDENCE_DIR": str(folder.evidence),
        "MAIL_DIR": str(folder.mail),
        "PUBLIC_URL": configuration.address,
        "ALLOWED_HOSTS": configuration.allowed_hosts,
        "PYTHONWARNINGS": NO_SERMON,
    }
    chosen = {**fallback, **environ, **ours}
    chosen["HALLMARK_SECRET_KEY"] = environ.get("HALLMARK_SECRET_KEY") or folder.secret_key()
    chosen["PATH"] = os.pathsep.join((str(Path(PYTHON).parent), environ.get("PATH", os.defpath)))
    return chosen
