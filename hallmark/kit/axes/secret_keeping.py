"""Secrets: nowhere in plain text, in the key manager, changed without reinstall."""

from __future__ import annotations

from hallmark.kit.actors import on_a_credential
from hallmark.kit.cloud_people import application_credential, withdraw
from hallmark.kit.criteria import require
from hallmark.kit.inventory import named
from hallmark.kit.login import CloudUnreadable
from hallmark.kit.scenario import KitTest, Scenario, needs_service
from hallmark.kit.secrets import decoded, found_in, mark
from hallmark.kit.stage import Stage
from hallmark.kit.trace import NotTestable, Trace
from hallmark.kit.verbs import Ended

_CREDENTIAL_ID = "application_credential_id"


def _revoked(stage: Stage) -> None:
    """The product uses its secret until the kit takes it away."""
    stage.install()
    stage.create()
    stage.look("created")
    stage.verb("use-secret")
    for one in stage.trace.made().of("secret"):
        stage.cloud.ask("key-manager", "DELETE", f"/secrets/{one.id}")
    stage.verb("use-secret", label="use-secret revoked")
    stage.remove()


def _credential_changed(stage: Stage) -> None:
    """Halfway the product gets another application credential, and the first one is deleted."""
    cloud = stage.lab.cloud
    first = str(stage.login.auth[_CREDENTIAL_ID])
    if cloud.login.auth.get(_CREDENTIAL_ID) == first:
        raise NotTestable("the run's own application credential cannot be deleted")
    stage.install()
    stage.create(label="create before")
    try:
        second = application_credential(cloud, mark(), stage.lab.secrets)
    except CloudUnreadable as error:
        raise NotTestable(f"no second application credential: {error}") from None
    try:
        stage.sign_in(second.login)
        withdraw(cloud, first)
        stage.verb("rotate")
        stage.look("rotated")
        stage.create(1)
        stage.look("created")
        stage.remove()
        stage.clear()
    finally:
        withdraw(cloud, second.id)


def _nowhere(trace: Trace) -> str:
    """The made-up secret and the run's own credentials, in what the cloud shows and the product
    says."""
    trace.done("install", "create")
    carriers = {
        (one.kind, one.id): one
        for look in trace.looks.values()
        for one in look.since(trace.look("before"))
        if found_in(one.text, trace.sought)
    }
    shown = named(carriers.values())
    require(not carriers, f"a secret stands in what the cloud shows: {shown}")
    _user_data_clean(trace)
    printed = [one.label for one in trace.runs.values() if found_in(one.text, trace.sought)]
    require(not printed, f"a secret stands in the output of {', '.join(printed)}")
    require(not found_in(str(trace.notes.get("log", "")), trace.sought), "a secret is in the log")
    log = "output and log" if trace.notes.get("log") else "output (the adapter shows no log)"
    return f"no secret in {trace.made().words}, nor in {log}"


def _user_data_clean(trace: Trace) -> None:
    user_data = trace.notes["user data"]
    for text in filter(None, user_data.values()):
        require(not found_in(decoded(text), trace.sought), "a secret is in a server's user data")
    if None in user_data.values():
        raise NotTestable("user data of servers cannot be seen: give --os-admin-cloud")


def _lives_there(trace: Trace) -> str:
    trace.done("use-secret")
    secrets = trace.made().of("secret")
    require(bool(secrets), "the product keeps no secret in the key manager")
    after = trace.run("use-secret revoked")
    require(after.ended is Ended.FAILED, "the secret was used after its access was taken away")
    return "secrets lie in the key manager, and are of no use without it"


def _rotated(trace: Trace) -> str:
    trace.done("install", "rotate", "create")
    fresh = trace.look("created").since(trace.look("rotated"))
    require(bool(len(fresh)), "with the new credential nothing was made")
    return f"with the new credential it made {fresh.words}, without being installed anew"


SCENARIOS = (
    Scenario(
        "revoked-secret",
        _revoked,
        verbs=("use-secret",),
        obstacle=needs_service("key-manager"),
    ),
    Scenario("rotation", _credential_changed, verbs=("rotate", "create"), actor=on_a_credential),
)

TESTS = (
    KitTest("secrets.no_plaintext", "life", "all that cloud and product show", _nowhere),
    KitTest(
        "secrets.barbican", "revoked-secret", "its secrets, and its work without", _lives_there
    ),
    KitTest("secrets.rotate", "rotation", "what is made after the change", _rotated),
)
