"""The rule language of footprint conditions: JSON to statements, strictly.

    {"in": "plain", "seen": {...}, "none": [...], "facts": {"next_links": {"min": 1}}}
    {"all": [{"in": "bad-ca", ...}, {"in": "plain", ...}]}
    {"runs": [{...}, {...}], "differ": "product_version", "passed_in": "both"}

`in` is a recorder condition or `every` (all footprints of the run). Whatever a part says must hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from certification.engine.footprint.model import Condition
from certification.engine.guideline.shape import as_object, as_text, as_texts, member, refuse
from certification.engine.guideline.strict_json import at
from certification.engine.integration.condition import OfOneRun, OfTwoRuns, Part
from certification.engine.integration.selector import (
    read_selector,
    read_selectors,
    refuse_strangers,
)
from certification.engine.integration.statements import (
    Authenticated,
    AuthPattern,
    Calm,
    Fact,
    Gone,
    InOrder,
    SameServices,
    Seen,
    Statement,
    Unseen,
)
from certification.engine.integration.view import FACTS

EVERY = "every"
_DIFFER = frozenset({"", "product_version", "openstack_release"})
_PASSED_IN = {"both": True, "one": False}


def read_condition(value: Any, path: str) -> OfOneRun | OfTwoRuns:
    """Raises GuidelineInvalid with the JSON path of what is wrong."""
    body = as_object(value, path)
    return _two_runs(body, path) if "runs" in body else _one_run(body, path)


def _two_runs(body: dict[str, Any], path: str) -> OfTwoRuns:
    refuse_strangers(body, frozenset({"runs", "differ", "passed_in"}), path)
    runs, place = body["runs"], at(path, "runs")
    if not isinstance(runs, list) or len(runs) != 2:
        raise refuse(place, "Expected a list of two conditions.")
    first, second = (
        _one_run(as_object(side, at(place, i)), at(place, i)) for i, side in enumerate(runs)
    )
    differ = as_text(body.get("differ", ""), at(path, "differ"))
    if differ not in _DIFFER:
        raise refuse(at(path, "differ"), f"Expected one of {', '.join(sorted(_DIFFER - {''}))}.")
    passed_in = as_text(member(body, "passed_in", path), at(path, "passed_in"))
    if passed_in not in _PASSED_IN:
        raise refuse(at(path, "passed_in"), "Expected both or one.")
    return OfTwoRuns((first, second), differ, _PASSED_IN[passed_in])


def _one_run(body: dict[str, Any], path: str) -> OfOneRun:
    if "all" not in body:
        return OfOneRun((_part(body, path),))
    refuse_strangers(body, frozenset({"all"}), path)
    parts, place = body["all"], at(path, "all")
    if not isinstance(parts, list) or not parts:
        raise refuse(place, "Expected a list of at least one part.")
    return OfOneRun(
        tuple(_part(as_object(one, at(place, i)), at(place, i)) for i, one in enumerate(parts))
    )


def _part(body: dict[str, Any], path: str) -> Part:
    refuse_strangers(body, frozenset({"in", *_STATEMENTS}), path)
    where = as_text(member(body, "in", path), at(path, "in"))
    statements = tuple(
        _STATEMENTS[key](value, at(path, key)) for key, value in body.items() if key != "in"
    )
    if not statements:
        raise refuse(path, f"The part says nothing; it can say {', '.join(sorted(_STATEMENTS))}.")
    return Part(None if where == EVERY else _condition(where, at(path, "in")), statements)


def _condition(word: str, path: str) -> Condition:
    try:
        return Condition(word)
    except ValueError:
        known = ", ".join((*Condition, EVERY))
        raise refuse(path, f"{word[:40]!r} is no recorder condition; there are {known}.") from None


def _facts(value: Any, path: str) -> Statement:
    body = as_object(value, path)
    if len(body) != 1:
        raise refuse(path, "Expected one fact with its bounds.")
    ((name, bounds),) = body.items()
    place = at(path, name)
    if name not in FACTS:
        raise refuse(place, f"{name[:40]!r} is no fact; there are {', '.join(sorted(FACTS))}.")
    limits = as_object(bounds, place)
    refuse_strangers(limits, frozenset({"min", "max"}), place)
    if not limits:
        raise refuse(place, "Expected min, max or both.")
    for key, limit in limits.items():
        if type(limit) not in {int, float}:
            raise refuse(at(place, key), "Expected a number.")
    return Fact(name, limits.get("min"), limits.get("max"))


def _auth(value: Any, path: str, wanted: bool = True) -> Statement:
    listed = value if isinstance(value, list) else [value]
    if not listed:
        raise refuse(path, "The list is empty; name at least one way to authenticate.")
    places = [at(path, i) for i in range(len(listed))] if isinstance(value, list) else [path]
    return Authenticated(
        tuple(_pattern(one, place) for one, place in zip(listed, places, strict=True)), wanted
    )


def _pattern(value: Any, path: str) -> AuthPattern:
    body = as_object(value, path)
    refuse_strangers(body, frozenset({"methods", "scopes", "roles"}), path)
    if not any(body.values()):
        raise refuse(path, "Expected methods, scopes or roles.")
    methods, scopes, roles = (
        as_texts(body.get(key, []), at(path, key)) for key in ("methods", "scopes", "roles")
    )
    return AuthPattern(methods, scopes, roles)


def _in_order(value: Any, path: str, again: bool = False) -> Statement:
    body = as_object(value, path)
    refuse_strangers(body, frozenset({"earlier", "later"}), path)
    earlier, later = (
        read_selector(member(body, key, path), at(path, key)) for key in ("earlier", "later")
    )
    return InOrder(earlier, later, again)


def _gone(value: Any, path: str) -> Statement:
    body = as_object(value, path)
    refuse_strangers(body, frozenset({"also_made", "not_made", "instead"}), path)
    instead, place = body.get("instead", []), at(path, "instead")
    if not isinstance(instead, list):
        raise refuse(place, "Expected a list.")
    return Gone(
        also=read_selectors(member(body, "also_made", path), at(path, "also_made")),
        no_kind=read_selectors(member(body, "not_made", path), at(path, "not_made")),
        instead=tuple(
            (
                read_selector(member(pair, "made", at(place, i)), at(at(place, i), "made")),
                read_selector(member(pair, "by", at(place, i)), at(at(place, i), "by")),
            )
            for i, pair in enumerate(as_object(one, at(place, n)) for n, one in enumerate(instead))
        ),
    )


def _calm(value: Any, path: str) -> Statement:
    body = as_object(value, path)
    refuse_strangers(body, frozenset({"per_minute", "seconds"}), path)
    per_minute, seconds = (member(body, key, path) for key in ("per_minute", "seconds"))
    if type(per_minute) is not int or type(seconds) is not int or per_minute < 0 or seconds < 1:
        raise refuse(path, "Expected whole numbers: calls per minute, and at least one second.")
    return Calm(per_minute, seconds)


_STATEMENTS: Mapping[str, Callable[[Any, str], Statement]] = {
    "seen": lambda value, path: Seen(read_selectors(value, path)),
    "none": lambda value, path: Unseen(read_selectors(value, path)),
    "facts": _facts,
    "auth": _auth,
    "auth_none": lambda value, path: _auth(value, path, wanted=False),
    "before": _in_order,
    "after": lambda value, path: _in_order(value, path, again=True),
    "services_of": lambda value, path: SameServices(_condition(as_text(value, path), path)),
    "gone": _gone,
    "reads": _calm,
}
