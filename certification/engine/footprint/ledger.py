"""The one maker of footprints: calls go in one by one, counts and facts come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NotRequired, TypedDict, Unpack

from certification.engine.footprint.model import (
    AuthUse,
    Condition,
    Facts,
    Footprint,
    Matched,
    Mode,
    Operation,
)
from certification.engine.footprint.normaliser import Normalised, Normaliser
from certification.engine.footprint.observation import Call
from certification.engine.footprint.patience import Patience
from certification.engine.footprint.sampling import SmallestDigests
from certification.engine.footprint.words import (
    METHODS,
    OTHER_METHOD,
    UNKNOWN_ACTION,
    auth_method_word,
    is_microversion,
    is_request_id,
    role_word,
    scope_word,
)

MAX_REQUEST_IDS = 200

#: service, api, method, path, action, status, mv_asked, mv_answered, matched
_Key = tuple[str, str | None, str, str, str, int, str, str, Matched]


class Circumstances(TypedDict):
    """`started` and `ended` are RFC 3339, UTC. `mv_floor` maps a service to the lowest maximum
    with which the product still worked."""

    nonce: str
    condition: Condition
    mode: Mode
    recorder_version: str
    product: str
    product_version: str
    cloud_release: str
    started: str
    ended: str
    mv_floor: NotRequired[Mapping[str, str]]


class FootprintLedger:
    """Counts equal calls and keeps what the guideline asks beside them. Not thread-safe."""

    def __init__(self, normaliser: Normaliser, user_agents: Sequence[str]) -> None:
        self._normaliser = normaliser
        self._user_agents = tuple(user_agents)
        self._counts: dict[_Key, list[float]] = {}
        self._auth: Counter[tuple[tuple[str, ...], str, tuple[str, ...]]] = Counter()
        self._identities: set[str] = set()
        self._patience = Patience()
        self._digests = SmallestDigests(MAX_REQUEST_IDS)
        self._next_links = 0
        self._declared = 0
        self._requests = 0
        self._unknown = 0

    def note(self, call: Call) -> Normalised:
        """Count one call. Returns what it was."""
        found = self._normaliser.normalise(call.method, call.url, call.project_id)
        method = call.method if call.method in METHODS else OTHER_METHOD
        key = (
            found.service,
            found.api,
            method,
            found.path,
            self._action(found, call.action),
            call.status if 100 <= call.status <= 599 else 0,
            _microversion(call.mv_asked, found.service, self._normaliser),
            _microversion(call.mv_answered, found.service, self._normaliser),
            found.matched,
        )
        counted = self._counts.get(key)
        if counted is None:
            self._counts[key] = [1, call.seconds, call.seconds]
        else:
            counted[0] += 1
            counted[1] = min(counted[1], call.seconds)
            counted[2] = max(counted[2], call.seconds)
        self._requests += 1
        self._unknown += found.unknown
        self._declared += bool(self._user_agents) and call.user_agent.startswith(self._user_agents)
        self._patience.note((found.service, method, found.path), call)
        if call.request_id and is_request_id(call.request_id):
            self._digests.add(call.request_id)
        return found

    def note_auth(
        self, methods: Iterable[str], scope: str, roles: Iterable[str], identity: str
    ) -> None:
        """Count one token. `identity` is the user or credential it was made for: it is only
        counted, never written. Empty where it is not known."""
        key = (
            tuple(sorted({auth_method_word(one) for one in methods})),
            scope_word(scope),
            tuple(sorted({role_word(one) for one in roles})),
        )
        self._auth[key] += 1
        if identity:
            self._identities.add(identity)

    def note_next_link(self) -> None:
        """Count one followed link to a next page."""
        self._next_links += 1

    def footprint(self, **about: Unpack[Circumstances]) -> Footprint:
        """What was noted until now; `about` is what the calls do not tell."""
        return Footprint(
            nonce=about["nonce"],
            recorder_version=about["recorder_version"],
            table_sha256=self._normaliser.table.sha256,
            product=about["product"],
            product_version=about["product_version"],
            user_agents=self._user_agents,
            cloud_release=about["cloud_release"],
            condition=about["condition"],
            mode=about["mode"],
            started=about["started"],
            ended=about["ended"],
            auth=tuple(AuthUse(*key, count) for key, count in sorted(self._auth.items())),
            operations=self._operations(),
            facts=Facts(
                next_links=self._next_links,
                auth_identities=len(self._identities),
                retries_after_5xx=self._patience.retries_after_5xx,
                after_429_min_s=self._patience.after_429_min_s,
                agents_declared=self._declared,
                agents_other=self._requests - self._declared,
            ),
            requests=self._requests,
            unknown=self._unknown,
            mv_floor=dict(sorted(about.get("mv_floor", {}).items())),
            request_ids_sha256=self._digests.sorted(),
        )

    def _operations(self) -> tuple[Operation, ...]:
        operations = (
            Operation(
                service=service,
                api=api,
                method=method,
                path=path,
                status=status,
                count=int(count),
                matched=matched,
                first_s=round(first, 3),
                last_s=round(last, 3),
                action=action,
                mv_asked=asked,
                mv_answered=answered,
            )
            for (service, api, method, path, action, status, asked, answered, matched), (
                count,
                first,
                last,
            ) in self._counts.items()
        )
        return tuple(sorted(operations, key=order_of))

    def _action(self, found: Normalised, action: str) -> str:
        """Kept for `/action` and `/actions` paths only, and only a known key."""
        if not action or not found.path.endswith(("/action", "/actions")) or found.unknown:
            return ""
        known = self._normaliser.table.operations_of(found.service).actions
        return action if action in known else UNKNOWN_ACTION


def order_of(operation: Operation) -> tuple[str, str, str, str, str, int, str, str]:
    """Operations of a footprint are sorted by this, and no two have the same."""
    return (
        operation.service,
        operation.path,
        operation.method,
        operation.api or "",
        operation.action,
        operation.status,
        operation.mv_asked,
        operation.mv_answered,
    )


def _microversion(header: str, service: str, normaliser: Normaliser) -> str:
    """`2.88` of `2.88`, `compute 2.88` and `compute 2.88, volume 3.70`; empty for other words."""
    if not header:
        return ""
    for part in header.split(",", 8):
        name, _, version = part.strip().rpartition(" ")
        if is_microversion(version) and (
            not name or normaliser.table.official_name(name.strip()) == service
        ):
            return version
    return ""
