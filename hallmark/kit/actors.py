"""Who uses the product in a scenario, and the reasons why nobody can."""

from __future__ import annotations

from contextlib import ExitStack

from hallmark.kit.cloud_people import People, application_credential, withdraw
from hallmark.kit.lab import Lab
from hallmark.kit.login import CloudUnreadable, Login
from hallmark.kit.scenario import needs_people
from hallmark.kit.secrets import mark
from hallmark.kit.trace import NotTestable


def people_of(lab: Lab) -> People:
    """Raises NotTestable where nobody may be made."""
    if lab.people is None:
        raise NotTestable(needs_people(lab))
    return lab.people


def on_a_credential(lab: Lab, undo: ExitStack) -> Login:
    """The caller, on an application credential."""
    if lab.cloud.login.auth_type == "v3applicationcredential":
        return lab.cloud.login
    try:
        found = application_credential(lab.cloud, mark(), lab.secrets)
    except CloudUnreadable as error:
        raise NotTestable(f"no application credential can be made: {error}") from None
    undo.callback(withdraw, lab.cloud, found.id)
    return found.login


def a_member(lab: Lab, _undo: ExitStack) -> Login:
    """Somebody else in the caller's project, with a password."""
    return people_of(lab).person(mark(), lab.cloud.project_id, "member").login


def in_a_project(lab: Lab, _undo: ExitStack) -> Login:
    """A member of another project."""
    name = mark()
    return people_of(lab).person(name, people_of(lab).project(name), "member").login


def in_a_domain(lab: Lab, _undo: ExitStack) -> Login:
    """A member of a project, both in a domain of their own."""
    people, name = people_of(lab), mark()
    domain = people.domain(name)
    return people.person(name, people.project(name, domain), "member", domain).login


def in_another_region(lab: Lab, _undo: ExitStack) -> Login:
    """The caller, in a region that is not the run's."""
    others = [one for one in lab.cloud.regions if one != lab.cloud.login.region]
    if not others:
        raise NotTestable("the cloud has one region")
    return lab.cloud.login.in_region(others[0])
