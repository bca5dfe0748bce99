"""Senders killed between sending and writing it down: nothing is lost, and what comes twice
carries the id that it came with first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

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


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("deaths", "occasions"), [(8, 6), pytest.param(60, 48, marks=pytest.mark.long)]
)
def test_nothing_is_lost_and_what_comes_twice_is_known(
    tmp_path: Path, deaths: int, occasions: int
) -> None:
    ann = person("Ann")
    kelp = vendor("Kelp", owner=ann)
    add_webhook(vendor=kelp, url=URL, topics=OF_VENDORS, by=ann)
    for number in range(occasions):
        tell_now(a_telling(ann, vendor=kelp, occasion=f"event:{number}"))
    with mail_server() as box, web_server(tmp_path) as receiver:
        arguments = (str(deaths), "7", str(receiver.port), str(receiver.place))
        ran = subprocess.run(
            [sys.executable, "-m", "tests.notices.sender", *arguments],
            cwd=CHECKOUT,
            env=environment(box.port),
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        mails, hooks = box.ids, receiver.ids
    told = json.loads(ran.stdout.splitlines()[-1])
    told["mails"] = {"sent": len(mails), "double": mails.total() - len(mails)}
    told["webhooks"] = {"sent": len(hooks), "double": hooks.total() - len(hooks)}
    sys.stdout.write(f"\n{json.dumps(told)}\n")
    assert told["died"] >= deaths
    # Lost: 0. The other side tells each by the id that it had from the beginning.
    wanted = {str(pk) for pk in Notice.objects.values_list("pk", flat=True)}
    assert {one.strip("<>").partition("@")[0] for one in mails} == wanted
    assert len(wanted) == occasions
    deliveries = WebhookDelivery.objects.values_list("pk", flat=True)
    assert set(hooks) == {str(pk) for pk in deliveries}
    assert len(hooks) == occasions
    # Double: no more often than somebody died; some deaths strike when nothing was sent.
    assert told["mails"]["double"] + told["webhooks"]["double"] <= told["died"]
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}
