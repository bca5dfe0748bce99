"""People who log in to the product with what Keystone gave them."""

from __future__ import annotations

import secrets
import time

from hallmark.kit.actors import people_of
from hallmark.kit.cloud import Cloud
from hallmark.kit.cloud_people import Person
from hallmark.kit.criteria import require
from hallmark.kit.inventory import named
from hallmark.kit.lab import Lab
from hallmark.kit.login import CloudUnreadable
from hallmark.kit.scenario import (
    KitTest,
    Scenario,
    first_obstacle,
    needs_logins,
    needs_people,
)
from hallmark.kit.stage import Stage
from hallmark.kit.trace import Trace
from hallmark.kit.verbs import Ended

_READER = "reader"
_ASK_AGAIN_S = 10.0


def _login(stage: Stage, label: str, token: str, action: str) -> Ended:
    stage.lab.secrets.learn(token)
    return stage.verb("login", label=label, OSI_TOKEN=token, OSI_ACTION=action).ended


def _tokens(stage: Stage) -> None:
    """A valid token, a forged one, and one that is no longer valid."""
    stage.install()
    with Cloud(stage.lab.cloud.login) as user:
        _login(stage, "login", user.token, "read")
        _login(stage, "login forged", _forged(), "read")
        answer = user.ask(
            "identity", "DELETE", "/auth/tokens", headers={"X-Subject-Token": user.token}
        )
        if answer.status_code >= 300:
            raise CloudUnreadable(f"the token was not revoked: {answer.status_code}")
        _login(stage, "login expired", user.token, "read")
    stage.remove()


def _forged() -> str:
    """Looks like a Fernet token and is none."""
    return f"gAAAAAB{secrets.token_urlsafe(130)}"


def _roles(stage: Stage) -> None:
    """A reader reads, does not write, and is shut out once the role is gone."""
    people = people_of(stage.lab)
    reader = people.person(stage.mark, stage.cloud.project_id, _READER)
    stage.install()
    stage.create()
    stage.look("created")
    with Cloud(reader.login) as user:
        _login(stage, "login to read", user.token, "read")
        _login(stage, "login to write", user.token, "write")
        stage.look("after the reader")
        people.revoke(reader, _READER)
        stage.trace.notes["shut out after"] = _shut_out(stage, reader, user.token)
    stage.remove()


def _shut_out(stage: Stage, reader: Person, token: str) -> float | None:
    """Seconds until the product refuses the former reader; None when it never did."""
    stage.lab.secrets.learn(*reader.login.secrets)
    began = time.monotonic()
    while True:
        ended = _login(stage, "login without role", token, "read")
        gone = time.monotonic() - began
        if ended is Ended.REFUSED:
            return gone
        if ended is not Ended.DONE or gone > stage.lab.lose_access_s:
            return None
        time.sleep(min(_ASK_AGAIN_S, max(0.1, stage.lab.lose_access_s / 60)))


def _federated(stage: Stage) -> None:
    stage.install()
    if stage.lab.federated is not None:
        _login(stage, "login federated", stage.lab.federated.token, "read")
    _login(stage, "login forged", _forged(), "read")
    stage.remove()


def _needs_federation(lab: Lab) -> str:
    if lab.federated is None:
        return "needs a login by an identity provider: give --os-federated-cloud"
    return "" if lab.federated.is_federated else "the user of --os-federated-cloud is not federated"


def _refused(trace: Trace, label: str, what: str) -> None:
    found = trace.run(label)
    require(found.ended is not Ended.DONE, f"{what} was admitted")
    require(found.ended is Ended.REFUSED, f"{what}: neither admitted nor refused ({found.problem})")


def _admitted(trace: Trace) -> str:
    trace.done("install", "login")
    _refused(trace, "login forged", "a forged token")
    _refused(trace, "login expired", "a token that is no longer valid")
    return "a Keystone user was admitted, forged and outdated tokens were refused"


def _mapped(trace: Trace) -> str:
    trace.done("install", "login to read")
    _refused(trace, "login to write", "a reader who writes")
    changed = trace.look("after the reader").since(trace.look("created"))
    require(not len(changed), f"made by a reader: {named(changed)}")
    after = trace.notes["shut out after"]
    require(after is not None, "somebody without a role was admitted for ten minutes")
    return f"a reader cannot write, and is shut out {after:.0f} s after the role is gone"


def _known(trace: Trace) -> str:
    trace.done("install", "login federated")
    _refused(trace, "login forged", "a forged token")
    return "a federated user was admitted, a forged token refused"


SCENARIOS = (
    Scenario("tokens", _tokens, verbs=("login",), obstacle=needs_logins),
    Scenario(
        "roles", _roles, verbs=("login",), obstacle=first_obstacle(needs_logins, needs_people)
    ),
    Scenario(
        "federation",
        _federated,
        verbs=("login",),
        obstacle=first_obstacle(needs_logins, _needs_federation),
    ),
)

TESTS = (
    KitTest("identity.end_user_token", "tokens", "who is admitted by which token", _admitted),
    KitTest("identity.role_mapping", "roles", "what a reader may, and for how long", _mapped),
    KitTest("identity.federation", "federation", "who is admitted by which token", _known),
)
