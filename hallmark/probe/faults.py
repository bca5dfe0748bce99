"""What went wrong, in the words of a probe: one reason per fact, or why there is no probe at all.

keystoneauth tells most faults apart only by class and text; this module alone knows how.
"""

from __future__ import annotations

from keystoneauth1 import exceptions as ksa

from hallmark.probe.transport import WriteRefused


class ProbeImpossible(Exception):
    """No probe could be made; the message says what to do, `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class TooMany(Exception):
    """A list has more items than the probe counts."""


class Unoffered(Exception):
    """The catalog has no such service in the region and interface."""


def reason_of(error: Exception) -> str:
    """The word for a failed look, of `certification.engine.probe.UNKNOWN`."""
    for kinds, reason in _REASONS:
        if isinstance(error, kinds):
            return reason
    return "malformed"


#: The first that fits. What is left over (a missing key, text for a number, no JSON) is malformed.
_REASONS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (TooMany, "too-many"),
    ((Unoffered, ksa.EndpointNotFound), "absent"),
    (TimeoutError, "time-out"),
    ((ksa.Unauthorized, ksa.Forbidden), "forbidden"),
    ((ksa.NotFound, ksa.MethodNotAllowed), "not-found"),
    ((ksa.ConnectTimeout, ksa.GatewayTimeout), "time-out"),
    (ksa.SSLError, "tls"),
    (ksa.ConnectFailure, "unreachable"),
    (ksa.DiscoveryFailure, "not-found"),
    ((ksa.HttpError, ksa.ConnectionError), "failed"),
)


def impossible(error: Exception) -> ProbeImpossible:
    """Why the way in failed, with what the person can do. No word of the cloud's answer."""
    for kinds, code, message in _WAYS_IN:
        if isinstance(error, kinds):
            if code == "tls-untrusted" and "WRONG_VERSION_NUMBER" in str(error):
                return ProbeImpossible(*_PLAIN_PORT)
            return ProbeImpossible(code, message)
    return ProbeImpossible(*_NO_KEYSTONE)


_PLAIN_PORT = (
    "tls-not-spoken",
    "The address says https, but no TLS is spoken there. Check auth_url: http or another port?",
)
_NO_KEYSTONE = (
    "not-keystone",
    "What answers at auth_url is no Identity service (v3). Check the address and its path.",
)
_TIMED_OUT = "The Identity service did not answer in time. Check auth_url, or give more time."
_WAYS_IN: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    (
        WriteRefused,
        "login-unsupported",
        "This way to log in asks for more than a Keystone token, and a probe only reads. Use a "
        "password or an application credential.",
    ),
    (
        ksa.Unauthorized,
        "wrong-credentials",
        "The cloud refused the credential. Check user, password, project and their domains, or the "
        "application credential.",
    ),
    (
        ksa.Forbidden,
        "credential-forbidden",
        "The cloud knows the credential, but does not let it in. Ask its operator.",
    ),
    (
        ksa.SSLError,
        "tls-untrusted",
        "The certificate of the cloud is not trusted here. Give its authority as `cacert` in "
        "clouds.yaml.",
    ),
    ((ksa.ConnectTimeout, TimeoutError), "time-out", _TIMED_OUT),
    (
        ksa.ConnectFailure,
        "unreachable",
        "The Identity service cannot be reached. Check host and port of auth_url, and the network.",
    ),
    (
        (ksa.InternalServerError, ksa.BadGateway, ksa.ServiceUnavailable),
        "keystone-failed",
        "The Identity service answered with an error of its own. Try again later.",
    ),
    (
        (ksa.EmptyCatalog, Unoffered),
        "no-catalog",
        "The token carries no catalog. Name a project in the credential.",
    ),
    (
        (ksa.MissingRequiredOptions, ksa.NoMatchingPlugin, ksa.MissingAuthPlugin),
        "cloud-incomplete",
        "The cloud's entry is incomplete: it needs auth_url and a password or an application "
        "credential.",
    ),
)
