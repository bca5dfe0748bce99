"""The pages about people: who belongs to an organization, and how each of them signs in."""

from __future__ import annotations

from django.urls import path

from marketplace.workspace.views import (
    domain,
    password,
    second_factor,
    sessions,
    team,
    team_invitations,
)

_VENDOR = "workspace/vendors/<slug:slug>/"
_MEMBER = f"{_VENDOR}team/<int:membership_id>/"
_FACTOR = "workspace/second-factor/"

urlpatterns = [
    path(f"{_VENDOR}team/", team.team_page, name="team"),
    path(f"{_VENDOR}team/invite/", team.invite_somebody, name="team-invite"),
    path(
        f"{_VENDOR}invitations/<int:invitation_id>/withdraw/",
        team.withdraw,
        name="team-withdraw",
    ),
    path(f"{_MEMBER}role/", team.set_role, name="team-role"),
    path(f"{_MEMBER}hand-over/", team.give_away, name="team-hand-over"),
    path(f"{_MEMBER}remove/", team.remove, name="team-remove"),
    path(f"{_VENDOR}leave/", team.go, name="team-leave"),
    path("invitations/<str:secret>/", team_invitations.invitation, name="invitation"),
    path(f"{_VENDOR}domain/", domain.domain_page, name="domain"),
    path(f"{_VENDOR}domain/claim/", domain.claim, name="domain-claim"),
    path(f"{_VENDOR}domain/prove/", domain.prove, name="domain-prove"),
    path(_FACTOR, second_factor.second_factor_page, name="second-factor"),
    path(f"{_FACTOR}begin/", second_factor.begin, name="second-factor-begin"),
    path(f"{_FACTOR}confirm/", second_factor.confirm, name="second-factor-confirm"),
    path(f"{_FACTOR}codes/", second_factor.renew, name="second-factor-codes"),
    path(f"{_FACTOR}off/", second_factor.turn_off, name="second-factor-off"),
    path("workspace/sessions/", sessions.session_list, name="sessions"),
    path("workspace/sessions/<int:device_id>/end/", sessions.end, name="session-end"),
    path("workspace/sessions/end-others/", sessions.end_others, name="sessions-end-others"),
    path("workspace/password/", password.change, name="password"),
    path("password/forgotten/", password.forgotten, name="password-forgotten"),
    path("password/reset/<str:uid>/<str:token>/", password.reset, name="password-reset"),
]
