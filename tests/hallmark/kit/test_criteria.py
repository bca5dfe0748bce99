"""What each shared criterion lets pass and what it sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hallmark.kit.axes import network, resilience, secret_keeping, storage, tenancy
from hallmark.kit.criteria import cycle_done, items_listed, no_duplicates, same_as_before
from hallmark.kit.inventory import EMPTY, Inventory, Resource, marked
from hallmark.kit.trace import NotMet, NotTestable, Trace
from hallmark.kit.verbs import Ended
from tests.hallmark.kit.seen import inventory, ran, resource, trace

A, B, C = (resource("volume", name, status="available") for name in "abc")


def listed(*items: str, made: Inventory, declared: list[str] | None = None) -> Trace:
    facts = {"items": declared} if declared is not None else None
    return trace(
        ran("install"),
        ran("create", facts=facts),
        ran("list", facts={"items": list(items)}),
        before=EMPTY,
        installed=EMPTY,
        created=made,
    )


def test_a_whole_list_by_names_or_ids() -> None:
    assert items_listed(listed("a", "id-b", made=inventory(A, B)), 2)


@pytest.mark.parametrize(
    ("items", "declared", "reason"),
    [
        (["a", "b"], None, "in the cloud and not in the list: volume c"),
        (["a", "b"], ["a", "b", "c"], "not in the list: c"),
        (["a", "b", "b"], None, "twice"),
        (["x", "y", "z"], None, "no listed item could be found"),
        (["a"], ["a"], "1 items listed, 3 made"),
        ([], None, "no listed item could be found"),
    ],
)
def test_a_list_that_stops_or_invents_is_seen(
    items: list[str], declared: list[str] | None, reason: str
) -> None:
    seen = listed(*items, made=inventory(A, B, C), declared=declared)

    with pytest.raises(NotMet, match=reason):
        items_listed(seen, 3)


@pytest.mark.parametrize("facts", [None, {}, {"items": "a"}, {"items": [1]}, {"items": [""]}])
def test_a_list_without_items_is_no_list(facts: object) -> None:
    seen = listed(made=inventory(A))
    seen.runs["list"] = ran("list", facts=facts)

    with pytest.raises(NotMet):
        items_listed(seen, 1)


def test_an_inventory_as_before() -> None:
    assert same_as_before(trace(before=inventory(A), removed=inventory(A)))
    with pytest.raises(NotMet, match="left behind: volume b"):
        same_as_before(trace(before=inventory(A), removed=inventory(A, B)))
    with pytest.raises(NotMet, match="gone that was not"):
        same_as_before(trace(before=inventory(A, B), removed=inventory(A)))


def test_what_was_never_looked_at_is_not_as_before() -> None:
    with pytest.raises(NotMet):
        same_as_before(trace(ran("install"), before=inventory(A)))


def test_duplicates_by_name_and_by_number() -> None:
    twin = Resource("volume", "other", "a", {})

    assert no_duplicates(listed("a", "b", made=inventory(A, B)), 2)
    with pytest.raises(NotMet, match="made twice"):
        no_duplicates(listed("a", "b", made=inventory(A, B, twin)), 2)
    with pytest.raises(NotMet, match="3 of kind volume made, 2 asked for"):
        no_duplicates(listed("a", "b", made=inventory(A, B, C)), 2)


@pytest.mark.parametrize(
    ("ended", "error"), [(Ended.FAILED, NotMet), (Ended.UNSUPPORTED, NotTestable)]
)
def test_a_cycle_needs_its_ends(ended: Ended, error: type[Exception]) -> None:
    assert cycle_done(trace(ran("install"), ran("create"), ran("list"), ran("remove")))
    with pytest.raises(error):
        cycle_done(trace(ran("install"), ran("create"), ran("list"), ran("remove", ended)))
    with pytest.raises(NotMet, match="install failed"):
        cycle_done(trace(ran("install", Ended.FAILED)))


def test_a_cycle_may_lack_what_the_product_does_not_do() -> None:
    without = (ran(verb, Ended.UNSUPPORTED) for verb in ("create", "list"))

    assert cycle_done(trace(ran("install"), *without, ran("remove")))


@pytest.mark.parametrize(
    ("kind", "document", "carries"),
    [
        ("volume", {"metadata": {"made-by": "osi-mark"}}, True),
        ("volume", {"metadata": {}, "name": "osi-mark-1"}, False),
        ("server", {"metadata": {}, "tags": ["osi-mark"]}, True),
        ("network", {"tags": [], "description": "osi-mark"}, False),
        ("keypair", {"name": "osi-mark-key"}, True),
        ("keypair", {"public_key": "osi-mark"}, False),
        ("image", {"tags": [], "owner_word": "osi-mark"}, True),
        ("image", {"tags": [], "name": "osi-mark"}, False),
        ("container", {"headers": {"X-Container-Meta-By": "osi-mark"}}, True),
        ("container", {"headers": {}}, False),
    ],
)
def test_where_a_mark_counts(kind: str, document: dict[str, object], carries: bool) -> None:
    one = Resource(kind, "1", "one", {"name": "one", **document})

    assert marked(one, "osi-mark", inventory(one)) is carries


def test_an_object_is_marked_with_its_container() -> None:
    home = Resource("container", "box", "box", {"headers": {"x-container-meta-a": "osi-mark"}})
    thing = Resource("object", "box/a/b", "a/b", {})

    assert marked(thing, "osi-mark", inventory(home, thing))
    assert not marked(thing, "osi-mark", inventory(thing))


def rule(**fields: object) -> dict[str, object]:
    return {"id": "r", "direction": "ingress", "protocol": "tcp", **fields}


@pytest.mark.parametrize(
    ("fields", "passes"),
    [
        ({"port_range_min": 443, "port_range_max": 443}, True),
        ({"port_range_min": 22, "port_range_max": 22}, False),
        ({"port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "10.0.0.0/8"}, True),
        ({"port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "::/0"}, False),
        ({"port_range_min": 22, "port_range_max": 22, "remote_group_id": "g"}, True),
        ({"port_range_min": 8001, "port_range_max": 8002}, True),
        ({"port_range_min": 8001, "port_range_max": 9001}, False),
        ({"direction": "egress"}, True),
        ({}, False),
        ({"protocol": None}, False),
        ({"protocol": "icmp"}, False),
    ],
)
def test_what_a_rule_opens(fields: dict[str, object], passes: bool) -> None:
    group = resource("security_group", "g", security_group_rules=[rule(**fields)])
    server = resource("server", "s")
    seen = trace(ran("create"), before=EMPTY, created=inventory(group, server))
    seen.notes["documented ports"] = ("tcp/443", "tcp/8000-8010")

    assert _passes(network._only_documented, seen) is passes


@pytest.mark.parametrize(
    ("criterion", "look"),
    [(network._only_documented, "created"), (storage._own_image, "created")],
)
def test_what_a_product_has_no_part_in_is_skipped_and_never_passed(
    criterion: Callable[[Trace], str], look: str
) -> None:
    box = resource("container", "c")
    seen = trace(ran("create"), before=EMPTY, **{look: inventory(box)})
    seen.notes["documented ports"] = ()
    with pytest.raises(NotTestable):
        criterion(seen)


def test_servers_without_a_rule_of_their_own_do_not_pass() -> None:
    seen = trace(ran("create"), before=EMPTY, created=inventory(resource("server", "s")))
    seen.notes["documented ports"] = ()
    with pytest.raises(NotMet, match="no security group rule"):
        network._only_documented(seen)


def test_a_secret_in_metadata_output_or_user_data_is_seen() -> None:
    def seen(**change: object) -> Trace:
        server = resource("server", "s", metadata={"word": change.get("metadata", "")})
        found = trace(
            ran("install", output=str(change.get("output", ""))),
            ran("create"),
            before=EMPTY,
            created=inventory(server),
        )
        found.sought = ("osi-canary-1234",)
        found.notes |= {"user data": {"s": change.get("user_data", "")}, "log": change.get("log")}
        return found

    assert _passes(secret_keeping._nowhere, seen())
    for place in ("metadata", "output", "user_data", "log"):
        assert not _passes(secret_keeping._nowhere, seen(**{place: "x osi-canary-1234"})), place
    with pytest.raises(NotTestable, match="cannot be seen"):
        secret_keeping._nowhere(seen(user_data=None))


def test_volumes_must_be_seen_attached_grown_and_free() -> None:
    def volume(size: int, *attachments: str) -> Inventory:
        return inventory(resource("volume", "v", size=size, attachments=list(attachments)))

    def seen(attach: Inventory, grow: Inventory, detach: Inventory) -> Trace:
        runs = [ran(verb) for verb in ("create", "attach", "grow", "detach", "remove")]
        looks = {"created": volume(1), "attach": attach, "grow": grow, "detach": detach}
        return trace(*runs, before=EMPTY, removed=EMPTY, **looks)

    assert _passes(storage._volumes, seen(volume(1, "s"), volume(2, "s"), volume(2)))
    assert not _passes(storage._volumes, seen(volume(1), volume(2), volume(2)))
    assert not _passes(storage._volumes, seen(volume(1, "s"), volume(1, "s"), volume(1)))
    assert not _passes(storage._volumes, seen(volume(1, "s"), volume(2, "s"), volume(2, "s")))


@pytest.mark.parametrize(
    ("ended", "output", "left", "passes"),
    [
        (Ended.FAILED, "Quota exceeded for volumes", EMPTY, True),
        (Ended.FAILED, "something went wrong", EMPTY, False),
        (Ended.FAILED, "Quota exceeded for volumes", inventory(A), False),
        (Ended.DONE, "Quota exceeded for volumes", EMPTY, False),
    ],
)
def test_a_quota_is_named_and_nothing_stays(
    ended: Ended, output: str, left: Inventory, passes: bool
) -> None:
    create = ran("create", ended, output=output)
    seen = trace(ran("install"), create, before=EMPTY, installed=EMPTY, afterwards=left)

    assert _passes(tenancy._told, seen) is passes


@pytest.mark.parametrize(
    ("output", "left", "passes"),
    [
        ("failed", EMPTY, True),
        ("failed; left behind: a", inventory(A), True),
        ("failed", inventory(A), False),
    ],
)
def test_half_done_work_is_undone_or_named(output: str, left: Inventory, passes: bool) -> None:
    create = ran("create", Ended.FAILED, output=output)
    seen = trace(ran("install"), create, before=EMPTY, installed=EMPTY, afterwards=left)

    if passes:
        assert resilience._tidied(seen)
    else:
        with pytest.raises(NotMet, match="left behind and not listed: volume a"):
            resilience._tidied(seen)


def _passes(criterion: Callable[..., str], seen: Trace) -> bool:
    try:
        return bool(criterion(seen))
    except NotMet:
        return False
