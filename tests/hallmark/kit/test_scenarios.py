"""Criteria of single scenarios: what they let pass, and each fault that they are there to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from certification.engine.footprint.model import AuthUse, Facts, Footprint, Operation
from hallmark.kit.axes import compute, identity, logins, operation, resilience, tenancy
from hallmark.kit.inventory import EMPTY, Inventory
from hallmark.kit.staying import Kept, survived
from hallmark.kit.trace import NotPassed, Trace
from hallmark.kit.verbs import Ended
from tests.hallmark.kit.seen import call, footprint, inventory, ran, resource, trace

CYCLE = (ran("install"), ran("create"), ran("list"), ran("remove"))
A, B = resource("volume", "a"), resource("volume", "b")
ITEMS = {"items": ["a"]}


def recorded(found: Footprint, *runs: Any, **looks: Inventory) -> Trace:
    seen = trace(*(runs or CYCLE), **looks)
    seen.footprint = found
    return seen


def passes(criterion: Callable[..., str], *seen: Trace) -> bool:
    try:
        return bool(criterion(*seen))
    except NotPassed:
        return False


@pytest.mark.parametrize(
    ("runs", "requests", "passed"),
    [
        ((ran("install", Ended.FAILED, problem="exit status 1"),), 0, True),
        ((ran("install"), ran("create", Ended.FAILED, problem="exit status 1")), 0, True),
        ((ran("install", Ended.FAILED, problem="exit status 1"),), 1, False),
        ((ran("install"), ran("create")), 0, False),
        ((ran("install", Ended.FAILED, problem="not done within 5 s"),), 0, False),
    ],
)
def test_an_unknown_certificate_stops_the_product(
    runs: tuple[Any, ...], requests: int, passed: bool
) -> None:
    seen = recorded(footprint(requests=requests), *runs)

    assert passes(identity._untouched, seen, trace(*CYCLE)) is passed
    broken = trace(ran("install", Ended.FAILED))
    assert not passes(identity._untouched, seen, broken)


@pytest.mark.parametrize(
    ("roles", "passed"), [(("member",), True), (("admin", "member"), False), (("reader",), False)]
)
def test_which_roles_a_run_may_have(roles: tuple[str, ...], passed: bool) -> None:
    used = footprint(auth=(AuthUse(("password",), "project", roles, 1),))

    assert passes(identity._as_member, recorded(used)) is passed


@pytest.mark.parametrize(
    ("methods", "passed"),
    [
        ([("application_credential",)], True),
        ([("application_credential",), ("token",)], True),
        ([("application_credential",), ("password",)], False),
        ([("password",)], False),
    ],
)
def test_a_whole_run_on_a_credential(methods: list[tuple[str, ...]], passed: bool) -> None:
    used = footprint(auth=tuple(AuthUse(one, "project", (), 1) for one in methods))

    assert passes(identity._with_own_credential, recorded(used)) is passed


@pytest.mark.parametrize(
    ("operations", "passed"),
    [
        ([call("GET", "/limits", 1), call("POST", "/volumes", 2)], True),
        ([call("GET", "/limits", 2), call("POST", "/volumes", 1)], False),
        ([call("GET", "/limits", 1, 403), call("POST", "/volumes", 2)], False),
        ([call("POST", "/volumes", 2)], False),
        ([call("GET", "/limits", 1)], False),
    ],
)
def test_limits_are_read_before_the_first_creation(
    operations: list[Operation], passed: bool
) -> None:
    assert passes(tenancy._looked_first, recorded(footprint(*operations))) is passed


@pytest.mark.parametrize(("least", "passed"), [(2.1, True), (1.0, False), (None, False)])
def test_a_product_waits_as_long_as_it_is_told(least: float | None, passed: bool) -> None:
    facts = Facts(0, 1, 0, after_429_min_s=least)

    assert passes(resilience._waited, recorded(footprint(facts=facts))) is passed


def test_a_retry_must_have_met_a_fault() -> None:
    runs = [ran("install"), ran("create"), ran("list", facts=ITEMS), ran("remove")]
    looks = {"before": EMPTY, "installed": EMPTY, "created": inventory(A)}
    struck = footprint(call("POST", "/volumes", 1, 503), call("POST", "/volumes", 2, 202))

    assert passes(resilience._repeated, recorded(struck, *runs, **looks))
    assert not passes(resilience._repeated, recorded(footprint(), *runs, **looks))


@pytest.mark.parametrize(
    ("error", "stuck", "passed"),
    [
        (ran("wait", Ended.FAILED, output="a is in error"), Ended.FAILED, True),
        (ran("wait", Ended.FAILED, output="no idea"), Ended.FAILED, False),
        (ran("wait"), Ended.FAILED, False),
        (ran("wait", Ended.FAILED, output="error", problem="not done within 9 s"), Ended.FAILED,
         False),
        (ran("wait", Ended.FAILED, output="error"), Ended.DONE, False),
    ],
)  # fmt: skip
def test_states_are_reported(error: Any, stuck: Ended, passed: bool) -> None:
    seen = trace(*CYCLE, ran("wait", label="wait when well"))
    seen.runs |= {"wait when error": error, "wait when stuck": ran("wait", stuck)}
    seen.notes["victim"] = A

    assert passes(resilience._reported, seen) is passed


@pytest.mark.parametrize(
    ("here", "there", "after", "passed"),
    [
        (["a"], ["x"], inventory(A), True),
        (["a"], ["a", "x"], inventory(A), False),
        (["a"], ["x"], EMPTY, False),
        ([], ["x"], inventory(A), False),
    ],
)
def test_two_projects_do_not_touch(
    here: list[str], there: list[str], after: Inventory, passed: bool
) -> None:
    elsewhere = [ran(one.verb, label=f"{one.verb} elsewhere") for one in CYCLE]
    seen = trace(
        *CYCLE,
        ran("list", label="list again", facts={"items": here}),
        *elsewhere,
        **{"created": inventory(A), "after the other": after},
    )
    seen.notes |= {"here": here, "there": there}

    assert passes(tenancy._apart, seen) is passed


@pytest.mark.parametrize(
    ("write", "after", "shut_out", "passed"),
    [
        (Ended.REFUSED, EMPTY, 3.0, True),
        (Ended.DONE, EMPTY, 3.0, False),
        (Ended.FAILED, EMPTY, 3.0, False),
        (Ended.REFUSED, inventory(A), 3.0, False),
        (Ended.REFUSED, EMPTY, None, False),
    ],
)
def test_a_reader_reads(
    write: Ended, after: Inventory, shut_out: float | None, passed: bool
) -> None:
    seen = trace(
        *CYCLE,
        ran("login", label="login to read"),
        ran("login", write, label="login to write"),
        **{"created": EMPTY, "after the reader": after},
    )
    seen.notes["shut out after"] = shut_out

    assert passes(logins._mapped, seen) is passed


@pytest.mark.parametrize(
    ("forged", "expired", "passed"),
    [
        (Ended.REFUSED, Ended.REFUSED, True),
        (Ended.DONE, Ended.REFUSED, False),
        (Ended.REFUSED, Ended.DONE, False),
        (Ended.FAILED, Ended.REFUSED, False),
    ],
)
def test_who_is_admitted(forged: Ended, expired: Ended, passed: bool) -> None:
    seen = trace(
        *CYCLE,
        ran("login"),
        ran("login", forged, label="login forged"),
        ran("login", expired, label="login expired"),
    )

    assert passes(logins._admitted, seen) is passed


@pytest.mark.parametrize(
    ("stopped", "left", "passed"),
    [("SHUTOFF", EMPTY, True), ("ACTIVE", EMPTY, False), ("SHUTOFF", None, False)],
)
def test_a_server_is_stopped_and_gone(stopped: str, left: Inventory | None, passed: bool) -> None:
    def server(status: str) -> Inventory:
        return inventory(resource("server", "s", status=status))

    looks = {"created": server("ACTIVE"), "stopped": server(stopped)}
    removed = server("ACTIVE") if left is None else left
    seen = trace(*CYCLE, ran("stop"), before=EMPTY, removed=removed, **looks)

    assert passes(compute._lived, seen) is passed


def test_the_failed_calls_request_id_is_in_the_log() -> None:
    known, failed = (f"req-{n * 8}-1111-4111-8111-{n * 12}" for n in "ab")
    digest = "54e85ee8ae3bd0a6a1bd5ee0e6c7d4d09a5b8c2b0f3a5bcd3d5f0c1e2f3a4b5c"

    def seen(output: str, answered: tuple[str, ...] = ()) -> Trace:
        runs = (ran("install"), ran("create", Ended.FAILED, output=output))
        return recorded(footprint(request_ids_sha256=answered), *runs)

    assert passes(operation._traceable, seen(f"failed: {failed}", (digest,)))
    assert not passes(operation._traceable, seen("failed"))
    answered = operation.hashlib.sha256(known.encode()).hexdigest()
    assert not passes(operation._traceable, seen(f"failed after {known}", (answered,)))


@pytest.mark.parametrize(
    ("listed", "returned", "passed"),
    [
        (["a", "n"], inventory(A), True),
        (["n"], inventory(A), False),
        (["a", "n"], EMPTY, False),
    ],
)
def test_a_product_survives_its_clouds_upgrade(
    listed: list[str], returned: Inventory, passed: bool
) -> None:
    runs = (ran("list", facts={"items": listed}), ran("create"), ran("remove"))
    created = inventory(*returned, B)
    seen = trace(*runs, returned=returned, created=created, removed=EMPTY)
    seen.notes["kept"] = Kept("Keeper", "osi-mark", ["a"], [("volume", "id-a")])

    assert passes(survived, seen) is passed
