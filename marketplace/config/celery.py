"""The Celery application. The dispatcher alone publishes; see certification.dispatcher."""

from __future__ import annotations

import gc
import os
import resource
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")

from django.conf import settings

from certification.lanes import Lane
from marketplace.config.allocation import keep_buffers

#: A task that has not finished by then is killed; below the visibility timeout (R3).
HARD_LIMIT_S = 90
MEMORY_LIMIT_BYTES = 2 * 1024**3

app = Celery("hallmark")
app.conf.update(
    broker_url=settings.REDIS_URL,
    result_backend=None,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=HARD_LIMIT_S,
    task_soft_time_limit=HARD_LIMIT_S - 30,
    task_default_queue=Lane.JUDGING.value,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 2 * HARD_LIMIT_S,
        "unacked_restore_limit": 100,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        # Without these a publisher would try for ever, deaf to everything else.
        "max_retries": 2,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.4,
    },
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    worker_max_tasks_per_child=2000,
)
app.autodiscover_tasks()


@worker_process_init.connect
def collect_seldom(**_: Any) -> None:
    """As in the web server: what is loaded stays, and reports are thousands of small objects.
    Evidence passes through large buffers here too."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    keep_buffers()


@worker_process_init.connect
def limit_memory(**_: Any) -> None:
    """Evidence is parsed in a process that may die (S3), and before the machine suffers."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
