"""The words that a footprint may hold beside those of the operation table.

Whatever else a product or a cloud says is replaced: a footprint never repeats what it was told.
"""

from __future__ import annotations

import re

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "COPY"})
#: Stands for any method outside METHODS.
OTHER_METHOD = "OTHER"

#: Stands for calls to an origin that no catalog named.
UNKNOWN_SERVICE = "unknown"
#: Stands for an action that the table does not know.
UNKNOWN_ACTION = "{action}"
#: Stands for a word of the cloud that is none of ours.
OTHER = "other"
#: Stands for every variable of a path.
VARIABLE = "{id}"

#: The service whose paths are read by position.
OBJECT_STORE = "object-store"

SCOPES = frozenset({"project", "domain", "system", "trust", "unscoped", "implied"})
_SCOPE_KEYS = {"OS-TRUST:trust": "trust"}

#: Authentication methods of Keystone, by the names under which a token lists them.
AUTH_METHODS = frozenset(
    {
        "access_token",
        "application_credential",
        "ec2credential",
        "external",
        "kerberos",
        "mapped",
        "oauth1",
        "oauth2_credential",
        "openid",
        "password",
        "receipt",
        "saml2",
        "token",
        "totp",
        "trust",
        "x509",
    }
)

#: Roles that OpenStack projects themselves define; a cloud's own roles are `other`.
ROLES = frozenset(
    {
        "ResellerAdmin",
        "_member_",
        "admin",
        "audit",
        "creator",
        "domain_manager",
        "heat_stack_owner",
        "heat_stack_user",
        "key-manager:service-admin",
        "load-balancer_admin",
        "load-balancer_global_observer",
        "load-balancer_member",
        "load-balancer_observer",
        "load-balancer_quota_admin",
        "manager",
        "member",
        "observer",
        "reader",
        "service",
        "swiftoperator",
    }
)

#: The API name of calls that speak S3: there the account is not in the path.
S3 = "s3"
_VERSION = re.compile(r"v[0-9]{1,2}(?:\.[0-9]{1,2})?")
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PROJECT = re.compile(rf"AUTH_.*|[0-9a-f]{{32}}|{_UUID}", re.IGNORECASE | re.DOTALL)
_ID = re.compile(rf"[0-9]+|[0-9a-f]{{32,64}}|{_UUID}", re.IGNORECASE)
_MICROVERSION = re.compile(r"[0-9]{1,2}\.[0-9]{1,4}|latest")
#: What OpenStack services and Swift call a request; too random to be found again from a digest.
_REQUEST_ID = re.compile(
    rf"req-{_UUID}"
    r"|tx[0-9a-f]{21}-[0-9a-f]{10}(?:[-\w]{1,40})?"
)


def is_api(word: str) -> bool:
    """`v3`, `v2.1` or `s3`."""
    return word == S3 or is_version(word)


def is_version(segment: str) -> bool:
    """The first segment of a versioned path: `v3`, `v2.1`."""
    return segment.startswith("v") and _VERSION.fullmatch(segment) is not None


def is_project(segment: str) -> bool:
    """What a project's id looks like in a path: 32 hexadecimal digits, a UUID, `AUTH_...`."""
    return len(segment) >= 5 and _PROJECT.fullmatch(segment) is not None


def is_id(segment: str) -> bool:
    """Digits, a UUID, or 32 to 64 hexadecimal digits."""
    return _ID.fullmatch(segment) is not None


def is_microversion(word: str) -> bool:
    """`2.88` or `latest`."""
    return _MICROVERSION.fullmatch(word) is not None


def is_request_id(text: str) -> bool:
    return _REQUEST_ID.fullmatch(text) is not None


def scope_word(kind: str) -> str:
    """A scope, also by its key in a request; `unscoped` for anything else."""
    kind = _SCOPE_KEYS.get(kind, kind)
    return kind if kind in SCOPES else "unscoped"


def auth_method_word(method: str) -> str:
    return method if method in AUTH_METHODS else OTHER


def role_word(role: str) -> str:
    return role if role in ROLES else OTHER
