"""One probe from the way in to the document: each look has a time limit, none hides another."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Thread
from typing import TypeVar

from keystoneauth1.access.access import AccessInfo
from keystoneauth1.identity.base import BaseIdentityPlugin

from certification.engine.probe import FACTS, Fact, Kind, Probe, ProbedService
from certification.engine.probe.document import MAX_NUMBER
from hallmark.probe.access import Reach
from hallmark.probe.catalog import Catalog, look_at_versions, read_catalog
from hallmark.probe.client import ServiceClient
from hallmark.probe.faults import impossible, reason_of
from hallmark.probe.looks import LOOKS, Found, Look
from hallmark.probe.transport import WriteRefused

#: After one of these a service is asked nothing more: each further question would cost as long.
_GIVE_UP = frozenset({"time-out", "unreachable", "tls"})
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for the whole probe, and for one look at one service with all its calls."""

    total_s: float = 60.0
    look_s: float = 15.0


def probe_cloud(
    reach: Reach, *, version: str, nonce: str = "", limits: Limits | None = None
) -> Probe:
    """What the cloud offers. `version` is the prober's. Raises ProbeImpossible when there is no
    token to be had; whatever fails later is unknown, with its reason."""
    attempt = _Attempt(reach, limits or Limits())
    started = _now()
    access, catalog = attempt.enter()
    attempt.note({"catalog.regions": catalog.regions, "catalog.other_services": catalog.others})
    services = attempt.look_at_services(catalog)
    attempt.look_at_facts(services, access.project_id or "")
    return Probe(
        prober_version=version,
        started=started,
        ended=_now(),
        services=services,
        facts=dict(sorted(attempt.facts.items())),
        unknown=dict(sorted(attempt.unknown.items())),
        others=dict(sorted(attempt.others.items())),
        nonce=nonce,
    )


@dataclass(slots=True)
class _Attempt:
    reach: Reach
    limits: Limits
    facts: dict[str, Fact] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    given_up: dict[str, str] = field(default_factory=dict)
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.limits.total_s

    def enter(self) -> tuple[AccessInfo, Catalog]:
        """The token and its catalog. Raises ProbeImpossible."""
        session = self.reach.session

        def enter() -> tuple[AccessInfo, Catalog]:
            if not isinstance(session.auth, BaseIdentityPlugin):
                raise WriteRefused("There is no token from Keystone in this way to log in.")
            access = session.auth.get_access(session)
            return access, read_catalog(access, self.reach.region)

        try:
            return self.within_limits(enter)
        except Exception as error:
            raise impossible(error) from None

    def look_at_services(self, catalog: Catalog) -> dict[str, ProbedService]:
        found = {}
        for name, interfaces in catalog.interfaces.items():
            reason = self.reason_to_skip(name)
            if not reason:
                try:
                    found[name] = self.look_at_versions(name, interfaces)
                    reason = found[name].unknown
                except Exception as error:
                    reason = reason_of(error)
            if reason:
                found[name] = ProbedService(interfaces, (), reason)
                self.give_up(name, reason)
        return found

    def look_at_versions(self, name: str, interfaces: tuple[str, ...]) -> ProbedService:
        return self.within_limits(lambda: look_at_versions(self.reach, name, interfaces))

    def look_at_facts(self, services: Mapping[str, ProbedService], project_id: str) -> None:
        for look in LOOKS:
            reason = "absent" if look.service not in services else self.reason_to_skip(look.service)
            if not reason:
                try:
                    self.note(self.answers(look, project_id))
                    continue
                except Exception as error:
                    reason = reason_of(error)
                    self.give_up(look.service, reason)
            self.unknown.update(dict.fromkeys(look.facts, reason))

    def answers(self, look: Look, project_id: str) -> Found:
        def ask() -> Found:
            return look.ask(ServiceClient(self.reach, look.service, look.major, project_id))

        return self.within_limits(ask)

    def give_up(self, service: str, reason: str) -> None:
        if reason in _GIVE_UP:
            self.given_up[service] = reason

    def reason_to_skip(self, service: str) -> str:
        if time.monotonic() >= self.deadline:
            return "not-asked"
        return self.given_up.get(service, "")

    def note(self, found: Found) -> None:
        """Keep what the vocabulary has a word for, and count the rest."""
        for name, value in found.items():
            rule = FACTS[name]
            if isinstance(value, list):
                words = set(value)
                self.facts[name] = tuple(sorted(words & rule.words))
                if strange := len(words - rule.words):
                    self.others[name] = strange
            elif isinstance(value, dict):
                self.facts[name] = {
                    key: min(limit, MAX_NUMBER)
                    for key, limit in sorted(value.items())
                    if key in rule.words
                }
            elif rule.kind is Kind.COUNT:
                self.facts[name] = min(value, MAX_NUMBER)

    def within_limits(self, work: Callable[[], _Result]) -> _Result:
        """Raises TimeoutError. A server that sends one byte now and then passes every limit of a
        single read, so the work is left behind in its thread, which ends with the program."""
        seconds = min(self.limits.look_s, max(self.deadline - time.monotonic(), 0.0))
        result: Future[_Result] = Future()

        def run() -> None:
            try:
                result.set_result(work())
            except Exception as error:
                result.set_exception(error)

        Thread(target=run, name="probe-look", daemon=True).start()
        return result.result(timeout=seconds)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
