"""What a webhook is signed with.

`Hallmark-Signature: t=<seconds>,v1=<hex>` where v1 is HMAC-SHA256 with the webhook's secret over
`<seconds>.<body>`; a second v1 while a former secret still holds. The receiver computes it again,
compares in constant time, and refuses times that are more than five minutes off.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from django.utils.crypto import salted_hmac

HEADER = "Hallmark-Signature"
_KEY_SALT = "marketplace.notices.signing"


def secret_of(salt: str) -> str:
    """Derived from the service's own key, so that a copy of the database alone signs nothing."""
    derived = salted_hmac(_KEY_SALT, salt, algorithm="sha256").digest()
    return "whsec_" + urlsafe_b64encode(derived).decode().rstrip("=")


def signature(body: bytes, *, seconds: int, secrets: Sequence[str]) -> str:
    """The header's value, with one `v1` for each secret."""
    message = f"{seconds}.".encode() + body
    signed = (hmac.new(one.encode(), message, hashlib.sha256).hexdigest() for one in secrets)
    return ",".join([f"t={seconds}", *(f"v1={one}" for one in signed)])
