"""The two small objects that the kit consists of: a scenario is played, a test looks at it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from certification.engine.footprint.model import Condition
from hallmark.kit.lab import Lab
from hallmark.kit.login import Login
from hallmark.kit.stage import Stage

#: Who uses the product. What it makes for that is undone when the stack is closed.
Actor = Callable[[Lab, ExitStack], Login]
#: Gets the traces of the test's scenario and of those in `also`. Says what was seen to hold, in one
#: sentence; raises NotPassed otherwise.
Criterion = Callable[..., str]


def the_caller(lab: Lab, _undo: ExitStack) -> Login:
    return lab.cloud.login


def no_obstacle(_lab: Lab) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One installation under one recorder. `obstacle` says why it cannot be played on this cloud,
    or nothing. `verbs` are those without which it makes no sense. `trusted`: the recorder speaks
    TLS and the product knows its authority. `own_eyes`: the kit looks as the actor, who works in
    another project or region; else as the caller. `struck` are the statuses that the condition
    answers with: where the product met none by chance, the scenario is played again."""

    name: str
    play: Callable[[Stage], None]
    condition: Condition = Condition.PLAIN
    verbs: tuple[str, ...] = ()
    actor: Actor = the_caller
    obstacle: Callable[[Lab], str] = no_obstacle
    trusted: bool = False
    own_eyes: bool = False
    struck: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class KitTest:
    """`osi.<capability>`. `sees` says in half a sentence what the criterion looks at. `verbs` and
    `service` are what it needs of adapter and cloud beside its scenario's."""

    capability: str
    scenario: str
    sees: str
    criterion: Criterion
    verbs: tuple[str, ...] = ()
    service: str = ""
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"osi.{self.capability}"


def needs_people(lab: Lab) -> str:
    """The obstacle where another user or project is needed and nobody may make one."""
    return "" if lab.people else "needs another user or project: give --os-admin-cloud"


def needs_service(service: str) -> Callable[[Lab], str]:
    def obstacle(lab: Lab) -> str:
        return "" if lab.cloud.has(service) else f"the cloud has no {service}"

    return obstacle


def needs_logins(lab: Lab) -> str:
    return "" if lab.adapter.has_logins else "nobody logs in to this product"


def first_obstacle(*obstacles: Callable[[Lab], str]) -> Callable[[Lab], str]:
    def obstacle(lab: Lab) -> str:
        return next(filter(None, (one(lab) for one in obstacles)), "")

    return obstacle
