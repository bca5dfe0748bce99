"""Identity: how the product signs in, and with what rights."""

from __future__ import annotations

from certification.engine.footprint.model import Condition
from hallmark.kit.actors import a_member, in_a_domain, on_a_credential
from hallmark.kit.criteria import cycle_done, failed_run, items_listed, require
from hallmark.kit.plays import life, short
from hallmark.kit.scenario import KitTest, Scenario, needs_people
from hallmark.kit.stage import ITEMS, Stage
from hallmark.kit.trace import NotTestable, Trace


def _untrusted(stage: Stage) -> None:
    """The product must stop at the unknown certificate, at the latest when it makes something."""
    stage.look("before")
    stage.must("install", OSI_SECRET=stage.secret)
    stage.must("create", OSI_COUNT=1)


def _password_changed(stage: Stage) -> None:
    """The product's own work goes on when its installer's password is no longer valid."""
    stage.install()
    stage.create()
    people = stage.lab.people
    if people is None:
        raise NotTestable(needs_people(stage.lab))
    stage.look("created")
    people.change_password(stage.login)
    stage.create(1, label="create with the password changed")
    stage.look("after the change")


def _v3(trace: Trace) -> str:
    scopes = {use.scope for use in trace.measured().auth}
    require("project" in scopes, "no project-scoped token was asked for")
    return f"{cycle_done(trace)} with a project-scoped token"


def _untouched(trace: Trace, trusted: Trace) -> str:
    """The sum of `bad-ca`: it stopped, and asked nothing of a cloud that it could not know."""
    calls = trace.measured().requests
    require(calls == 0, f"{calls} calls to a cloud with an unknown certificate")
    stopped = trace.runs[failed_run(trace, "install", "create")]
    require(not stopped.timed_out, "hung at an unknown certificate until it was stopped")
    return f"{stopped.label} stopped before the first call; with the CA {cycle_done(trusted)}"


def _with_own_credential(trace: Trace) -> str:
    methods = {method for use in trace.measured().auth for method in use.methods}
    require("application_credential" in methods, "the application credential was not used")
    require(methods <= {"application_credential", "token"}, f"also used: {', '.join(methods)}")
    return f"{cycle_done(trace)} on an application credential"


def _as_member(trace: Trace) -> str:
    roles = {role for use in trace.measured().auth for role in use.roles}
    require("admin" not in roles, "a token with the role admin was used")
    require("member" in roles, "no token with the role member was used")
    return f"{cycle_done(trace)} with the roles {', '.join(sorted(roles))}"


def _survived(trace: Trace) -> str:
    trace.done("install", "create", "create with the password changed")
    fresh = trace.look("after the change").since(trace.look("created"))
    require(bool(len(fresh)), "nothing new in the cloud after the password was changed")
    return f"after the change of the password it made {fresh.words}"


def _found_again(trace: Trace) -> str:
    return f"{cycle_done(trace)} at other addresses"


def _signed_in_again(trace: Trace) -> str:
    done = cycle_done(trace)
    listed = "" if not trace.runs["list"].facts else f"; {items_listed(trace, ITEMS)}"
    return f"{done} though a token expired{listed}"


SCENARIOS = (
    Scenario("life", life),
    Scenario("moved", life, Condition.MOVED),
    Scenario("bad-ca", _untrusted, Condition.BAD_CA),
    Scenario("trusted-ca", short, trusted=True),
    Scenario("expire", short, Condition.EXPIRE, struck=frozenset({401})),
    Scenario("credential", short, actor=on_a_credential),
    Scenario("domain", short, actor=in_a_domain, obstacle=needs_people, own_eyes=True),
    Scenario("delegation", _password_changed, actor=a_member, obstacle=needs_people),
)

TESTS = (
    KitTest("identity.v3_auth", "life", "token and cycle", _v3),
    KitTest("identity.catalog", "moved", "the whole life at other addresses", _found_again),
    KitTest(
        "identity.tls_verify",
        "bad-ca",
        "no call to an unknown cloud",
        _untouched,
        also=("trusted-ca",),
    ),
    KitTest("identity.domains", "domain", "user and project in a domain of their own", cycle_done),
    KitTest("identity.app_credential", "credential", "methods of all tokens", _with_own_credential),
    KitTest("identity.member_role", "life", "roles of all tokens", _as_member),
    KitTest("identity.reauth", "expire", "the cycle after a 401", _signed_in_again),
    KitTest(
        "identity.delegation",
        "delegation",
        "new items after the password was changed",
        _survived,
        verbs=("create",),
    ),
)
