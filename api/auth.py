"""Who calls the API, and what that person's token may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from marketplace.catalogue.access import token_in_force
from marketplace.catalogue.models import ApiToken, User
from marketplace.catalogue.policy import Permission, can, lacks_second_factor

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it loads this module while it is itself loading


#: A token does no more than its owner may do on the pages (trust.md S24).
SECOND_FACTOR_MISSING = (
    "Your role needs a second factor. Sign in on the pages and set it up; "
    "then the token works again."
)


def bearer_secret(header: str) -> str | None:
    """The secret of `Authorization: Bearer ...`, or None where another scheme or none is used."""
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


class ApiTokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        secret = bearer_secret(request.headers.get("Authorization", ""))
        if secret is None:
            return None
        token = token_in_force(secret)
        if token is None:
            raise AuthenticationFailed(
                "This token is unknown, expired or revoked. Make a new one in your workspace.",
                code="token-refused",
            )
        if lacks_second_factor(token.user):
            raise PermissionDenied(SECOND_FACTOR_MISSING, code="second-factor-missing")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the framework's form
        return "Bearer"


class ApiTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself
    target_class = "api.auth.ApiTokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002 - its form
        return {"type": "http", "scheme": "bearer", "description": "A token from your workspace."}


class ExplicitPermissionRequired(BasePermission):
    """The default: an endpoint that names no permission answers nobody."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's form
        return False


class MayRead(BasePermission):
    """Everybody; what is private is left out by `visible_to`."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's form
        return True


class MayUpload(BasePermission):
    """Anonymous people, signed-in people, and tokens with the scope `upload`."""

    message = "This token may only read. Make one with the scope `upload` in your workspace."
    code = "token-scope"

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's form
        token = request.auth
        return not isinstance(token, ApiToken) or token.scope == ApiToken.Scope.UPLOAD


class SignedIn(BasePermission):
    """People with a session or any token; which objects they see, the query decides."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's form
        return person(request) is not None


class SignedInToWrite(SignedIn):
    """A session, or a token with the scope `upload`. What a role allows, the operation decides."""

    message = MayUpload.message
    code = MayUpload.code

    def has_permission(self, request: Request, view: APIView) -> bool:
        token = request.auth
        writes = not isinstance(token, ApiToken) or token.scope == ApiToken.Scope.UPLOAD
        return writes and super().has_permission(request, view)


class MayReview(SignedIn):
    """Reviewers and staff admins."""

    message = "Only the foundation's reviewers may do this."
    code = "forbidden"

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's form
        return can(viewer(request), Permission.REVIEW)


def person(request: Request) -> User | None:
    """Who is asking; None for an anonymous call."""
    user = request.user
    return user if isinstance(user, User) else None


def signed_in(request: Request) -> User:
    """Who is asking, where the permission let nobody else in. Raises NotAuthenticated."""
    who = person(request)
    if who is None:
        raise NotAuthenticated
    return who


def viewer(request: Request) -> User | AnonymousUser:
    return person(request) or AnonymousUser()
