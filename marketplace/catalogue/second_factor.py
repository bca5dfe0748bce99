"""The second factor: codes of an authenticator app by TOTP (RFC 6238), and recovery codes.

A person's factor is locked while a code is looked at, so one code is taken once, and guesses at
the same time are counted one by one.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from marketplace.catalogue import audit
from marketplace.catalogue.limits import TooMany
from marketplace.catalogue.models import (
    RecoveryCode,
    SecondFactor,
    SecondFactorRecovery,
    User,
)
from marketplace.catalogue.refusals import CatalogueRefused

ISSUER = "Hallmark"
STEP_S = 30
#: Clocks may differ by one step.
DRIFT_STEPS = (-1, 0, 1)
RECOVERY_CODES = 10
#: With three steps taken as right, ten guesses find a code of six digits 3 times in 100,000; and
#: whoever guesses here knows the password already.
FAILURES_MOST = 10
FAILURES_WITHIN = timedelta(hours=1)


class CodeRefused(CatalogueRefused):
    """The code is wrong, used before, or too old; which of them is not told."""

    def __init__(self) -> None:
        super().__init__(
            "code-wrong",
            "This code is not right, or was used before. Take the next one from your app.",
        )


def begin(*, by: User) -> SecondFactor:
    """A fresh secret, not in force yet. Raises CatalogueRefused where one is in force."""
    sealed = _sealed(pyotp.random_base32())
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        if has_second_factor(by):
            raise CatalogueRefused(
                "second-factor-on", "Your second factor is on. Turn it off before a new one."
            )
        SecondFactor.objects.filter(user=by).delete()
        return SecondFactor.objects.create(user=by, sealed_secret=sealed)


def confirm(*, code: str, by: User) -> list[str]:
    """The first right code puts the factor in force; gives the recovery codes, told this once.

    Raises CodeRefused, TooMany, CatalogueRefused.
    """
    if has_second_factor(by):
        raise CatalogueRefused("second-factor-on", "Your second factor is on already.")
    if not _spend(by, code, confirmed=False):
        raise CodeRefused
    with transaction.atomic():
        factor = _just_used(by)
        factor.confirmed_at = timezone.now()
        factor.save(update_fields=["confirmed_at"])
        codes = _new_recovery_codes(factor)
        audit.record("second-factor.on", by, actor=audit.actor_of(by))
    return codes


def check(*, code: str, by: User) -> None:
    """Take a code of the app, or a recovery code. Whoever has one lost nothing, so a recovery that
    was begun ends. Raises CodeRefused, TooMany."""
    if not _spend(by, code, confirmed=True):
        raise CodeRefused
    with transaction.atomic():
        if SecondFactorRecovery.objects.filter(person=by, ended_at=None).update(ended_at=Now()):
            audit.record("second-factor.recovery-stopped", by, actor=audit.actor_of(by))


def renew_recovery_codes(*, code: str, by: User) -> list[str]:
    """Ten new ones; the old ones end. Raises CodeRefused, TooMany."""
    check(code=code, by=by)
    with transaction.atomic():
        factor = _just_used(by)
        codes = _new_recovery_codes(factor)
        audit.record("second-factor.recovery-codes-renewed", by, actor=audit.actor_of(by))
    return codes


def turn_off(*, code: str, by: User) -> None:
    """Raises CodeRefused, TooMany. Who must have one is then led to set up another."""
    check(code=code, by=by)
    with transaction.atomic():
        SecondFactor.objects.filter(user=by).delete()
        audit.record("second-factor.off", by, actor=audit.actor_of(by))


def has_second_factor(user: User) -> bool:
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def begun(user: User) -> SecondFactor | None:
    """The one that waits for its first code."""
    return SecondFactor.objects.filter(user=user, confirmed_at=None).first()


def codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(factor__user=user, used_at=None).count()


def secret_of(factor: SecondFactor) -> str:
    """In base 32, as apps take it. Raises CatalogueRefused where the service's key has changed."""
    try:
        return _seal().decrypt(factor.sealed_secret.encode()).decode()
    except InvalidToken:
        raise CatalogueRefused(
            "second-factor-sealed", "Codes of the app cannot be read. Use a recovery code."
        ) from None


def address_for_apps(factor: SecondFactor) -> str:
    """The `otpauth://` address that the QR code shows."""
    totp = pyotp.TOTP(secret_of(factor))
    return totp.provisioning_uri(name=factor.user.email, issuer_name=ISSUER)


def _spend(by: User, code: str, *, confirmed: bool) -> bool:
    """True if the code is right and was not taken before. Raises TooMany.

    The count of failures is committed before anybody hears of the failure.
    """
    given = "".join(code.split()).replace("-", "").lower()
    with transaction.atomic():
        factor = (
            SecondFactor.objects.select_for_update()
            .filter(user=by, confirmed_at__isnull=not confirmed)
            .first()
        )
        if factor is None:
            return False
        now = timezone.now()
        _refuse_if_locked(factor, now)
        right = _takes_app_code(factor, given, now) or _takes_recovery_code(factor, given)
        if right:
            factor.failed_times, factor.failed_since = 0, None
        else:
            _count_failure(factor, now)
        factor.save(update_fields=["last_step", "failed_times", "failed_since"])
    return right


def _just_used(by: User) -> SecondFactor:
    """Raises CodeRefused where it was begun anew or turned off since its code was taken."""
    rows = SecondFactor.objects.select_for_update()
    factor = rows.filter(user=by, last_step__gt=0).first()
    if factor is None:
        raise CodeRefused
    return factor


def _refuse_if_locked(factor: SecondFactor, now: datetime) -> None:
    if factor.failed_since is None:
        return
    left = factor.failed_since + FAILURES_WITHIN - now
    if factor.failed_times >= FAILURES_MOST and left > timedelta(0):
        raise TooMany(
            f"There were {FAILURES_MOST} wrong codes within an hour. Wait, then try again.",
            max(1, int(left.total_seconds())),
        )


def _count_failure(factor: SecondFactor, now: datetime) -> None:
    if factor.failed_since is None or factor.failed_since + FAILURES_WITHIN <= now:
        factor.failed_times, factor.failed_since = 0, now
    factor.failed_times += 1


def _takes_app_code(factor: SecondFactor, given: str, now: datetime) -> bool:
    if len(given) != 6 or not given.isascii() or not given.isdigit():
        return False
    try:
        totp = pyotp.TOTP(secret_of(factor))
    except CatalogueRefused:
        return False
    current = int(now.timestamp()) // STEP_S
    right = [
        step
        for step in (current + drift for drift in DRIFT_STEPS)
        if step > factor.last_step and constant_time_compare(totp.generate_otp(step), given)
    ]
    if right:
        factor.last_step = right[0]
    return bool(right)


def _takes_recovery_code(factor: SecondFactor, given: str) -> bool:
    spent = factor.recovery_codes.filter(digest=_digest(given), used_at=None).update(used_at=Now())
    if spent:
        actor = audit.actor_of(factor.user)
        audit.record("second-factor.recovery-code-used", factor.user, actor=actor)
    return bool(spent)


def _new_recovery_codes(factor: SecondFactor) -> list[str]:
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    factor.recovery_codes.all().delete()
    _keep(factor, codes)
    return codes


def _keep(factor: SecondFactor, codes: Iterable[str]) -> None:
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=_digest(code.replace("-", ""))) for code in codes
    )


def _recovery_code() -> str:
    """`abcd-efgh-2345-mnop`: 80 bits, without letters that look like digits."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()


def _sealed(secret: str) -> str:
    return _seal().encrypt(secret.encode()).decode()


def _seal() -> Fernet:
    """Keyed by the service's secret key: a stolen copy of the database gives no codes."""
    key = salted_hmac("second factor", "seal", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
