"""Senders that are killed: nothing is lost; what comes twice carries the id that it came with
first, and no more comes twice than what is written down as in doubt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from marketplace.notices.models import Mail, Notice, WebhookDelivery
from marketplace.notices.topics import OF_VENDORS
from marketplace.notices.webhooks import add_webhook
from tests.factories import person, vendor
from tests.notices.receivers import mail_server, web_server
from tests.notices.telling import URL, a_telling, tell_now

CHECKOUT = Path(__file__).resolve().parents[2]


def environment(mail_port: int) -> dict[str, str]:
    own = connection.settings_dict
    host = f"&host={own['HOST']}" if str(own["HOST"]).startswith("/") else ""
    where = "" if host else f"{own['HOST']}"
    login = f"{own['USER']}:{own['PASSWORD']}@" if own["USER"] else ""
    port = f":{own['PORT']}" if own["PORT"] else ""
    return os.environ | {
        "DATABASE_URL": f"postgresql://{login}{where}{port}/{own['NAME']}?{host.lstrip('&')}",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_port),
        "LOG_LEVEL": "ERROR",
        "HALLMARK_MODE": "test",
    }


def send_until(
    folder: Path, when: str, deaths: int, seed: str
) -> tuple[dict[str, Any], Counter[str], Counter[str]]:
    """What the killed senders say of themselves, and how often each id came."""
    with mail_server() as box, web_server(folder) as receiver:
        arguments = (when, str(deaths), seed, str(receiver.port), str(receiver.place))
        ran = subprocess.run(
            [sys.executable, "-m", "tests.notices.sender", *arguments],
            cwd=CHECKOUT,
            env=environment(box.port),
            check=False,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        mails, hooks = box.ids, receiver.ids
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    told |= {"mails": _figures(mails, Mail), "webhooks": _figures(hooks, WebhookDelivery)}
    sys.stdout.write(f"\n{when}: {json.dumps(told)}\n")
    return told, mails, hooks


def _figures(came: Counter[str], rows: type[Mail] | type[WebhookDelivery]) -> dict[str, int]:
    """`by_id`: as a receiver counts that knows what it had."""
    doubt = rows._default_manager.aggregate(total=Sum("in_doubt"))["total"]
    return {
        "sent": rows._default_manager.count(),
        "came": came.total(),
        "by_id": len(came),
        "double": came.total() - len(came),
        "in_doubt": doubt or 0,
    }


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("when", "deaths", "occasions"),
    [
        ("worst", 4, 6),
        pytest.param("random", 10, 24, marks=pytest.mark.long),
        pytest.param("worst", 60, 48, marks=pytest.mark.long),
        pytest.param("random", 60, 120, marks=pytest.mark.long),
    ],
)
def test_nothing_is_lost_and_what_may_come_twice_is_known(
    tmp_path: Path, when: str, deaths: int, occasions: int
) -> None:
    ann = person("Ann")
    kelp = vendor("Kelp", owner=ann)
    add_webhook(vendor=kelp, url=URL, topics=OF_VENDORS, by=ann)
    for number in range(occasions):
        tell_now(a_telling(ann, vendor=kelp, occasion=f"event:{number}"))
    told, mails, hooks = send_until(tmp_path, when, deaths, "7")
    if when == "worst":
        assert told["died"] >= deaths
    # Lost: 0. The other side tells each by the id that it had from the beginning.
    wanted = {str(pk) for pk in Notice.objects.values_list("pk", flat=True)}
    assert {one.strip("<>").partition("@")[0] for one in mails} == wanted
    assert len(wanted) == occasions
    deliveries = WebhookDelivery.objects.values_list("pk", flat=True)
    assert set(hooks) == {str(pk) for pk in deliveries}
    assert len(hooks) == occasions
    # Double: no more than what is known to be in doubt, and no more often than somebody died.
    for figures in (told["mails"], told["webhooks"]):
        assert figures["double"] <= figures["in_doubt"]
    assert told["mails"]["double"] + told["webhooks"]["double"] <= told["died"]
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}
