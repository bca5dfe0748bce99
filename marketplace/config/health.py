"""Is the process alive, and is the whole service ready?"""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from certification.heartbeats import SILENCE_S, parts_alive


@require_safe
def process(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's form of a view
    """This process answers; it asks nobody else."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's form of a view
    """200 when database, broker, worker, dispatcher and scheduler answer; else 503 naming who does
    not. The worker's sign of life went through the broker."""
    checks = {"database": _database_answers(), "broker": _broker_answers()}
    checks |= parts_alive() if checks["database"] else dict.fromkeys(SILENCE_S, False)
    ready_now = all(checks.values())
    return JsonResponse(
        {
            "status": "ready" if ready_now else "not ready",
            "parts": {part: "ok" if well else "away" for part, well in checks.items()},
        },
        status=200 if ready_now else 503,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        connection.close()
        return False
    return True


def _broker_answers() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()
