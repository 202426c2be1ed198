"""The second factor: setting it up, checking codes, recovery codes, resetting it.

WrongCode is raised only after the transaction: inside it, the exception would roll back the count
of attempts that makes the next one wait.
"""

from __future__ import annotations

import logging
import secrets
from base64 import b32encode
from datetime import datetime
from textwrap import wrap
from urllib.parse import quote, urlencode, urlsplit

import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config import audit
from config.models import RecoveryCode, SecondFactor
from config.models.staff import STEP
from config.staff.errors import AccountError, WrongCode
from config.staff.sessions import end_sessions_of

log = logging.getLogger("undersigned.staff")

RECOVERY_CODES = 10


def in_use(user: User) -> SecondFactor | None:
    """The user's confirmed second factor."""
    return SecondFactor.objects.filter(user=user, confirmed=True).first()


def pending(user: User) -> SecondFactor | None:
    """The second factor being set up, which no code has confirmed yet."""
    return SecondFactor.objects.filter(user=user, confirmed=False).first()


@transaction.atomic
def begin_set_up(*, user: User, now: datetime) -> SecondFactor:
    """Generate a new secret for an app. The factor in use stays until the new one is confirmed."""
    # no_key, so that audit entries written elsewhere can still refer to the user.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    SecondFactor.objects.filter(user=user, confirmed=False).delete()
    factor: SecondFactor = SecondFactor.objects.create(user=user, confirmed=False)
    audit.record(verb=audit.Verb.SECOND_FACTOR_BEGUN, subject=user, by=user, now=now)
    return factor


def confirm_set_up(*, user: User, code: str, now: datetime) -> tuple[SecondFactor, list[str]]:
    """Confirm the new factor with a code of the app; it replaces the one before.

    Returns it with its recovery codes, which cannot be shown again. Raises WrongCode.
    """
    with transaction.atomic():
        factor = _locked(user, confirmed=False)
        if factor is None:
            raise WrongCode(_("Start the set-up again."))
        accepted = factor.verify_token(code)
        if accepted:
            SecondFactor.objects.filter(user=user, confirmed=True).delete()
            factor.confirmed = True
            factor.save(update_fields=["confirmed"])
            codes = _write_codes(factor)
            audit.record(verb=audit.Verb.SECOND_FACTOR_SET_UP, subject=user, by=user, now=now)
    if not accepted:
        raise _wrong(factor, now)
    log.info("second factor set up: account %s", user.pk)
    return factor, codes


def prove(*, user: User, code: str, now: datetime) -> SecondFactor:
    """The factor in use, if this code, from the app or a recovery code, is right.

    Raises WrongCode if it is wrong or too soon. Only the first is recorded in the audit trail, as
    endless attempts would fill it.
    """
    with transaction.atomic():
        factor = _locked(user, confirmed=True)
        if factor is None:
            raise WrongCode(_("Set up two-factor authentication first."))
        too_soon = not factor.verify_is_allowed()[0]
        left = factor.recovery_codes.count()
        accepted = factor.verify_token(code)
        if accepted:
            still = factor.recovery_codes.count()
            verb = (
                audit.Verb.SECOND_FACTOR_PROVED if still == left else audit.Verb.RECOVERY_CODE_USED
            )
            audit.record(verb=verb, subject=user, by=user, now=now, recovery_codes_left=still)
        elif not too_soon:
            audit.record(verb=audit.Verb.SECOND_FACTOR_FAILED, subject=user, now=now)
            log.warning("second factor failed: account %s", user.pk)
    if not accepted:
        raise _wrong(factor, now)
    return factor


@transaction.atomic
def renew_recovery_codes(*, factor: SecondFactor, now: datetime) -> list[str]:
    """Ten new codes, to be shown once; the old ones stop working."""
    codes = _write_codes(factor)
    audit.record(
        verb=audit.Verb.RECOVERY_CODES_RENEWED, subject=factor.user, by=factor.user, now=now
    )
    return codes


@transaction.atomic
def reset_factor(*, user: User, by: User | None, now: datetime) -> None:
    """Remove a colleague's second factor and end their sessions; they set it up at the next log-in.

    Does nothing if there is none. Raises AccountError for one's own, which has its own page.
    """
    if by is not None and by.pk == user.pk:
        raise AccountError(_("To change your own two-factor authentication, go to its page."))
    removed, _models = SecondFactor.objects.filter(user=user).delete()
    if removed:
        end_sessions_of(user=user, now=now)
        audit.record(verb=audit.Verb.SECOND_FACTOR_RESET, subject=user, by=by, now=now)
        log.warning("second factor reset: account %s", user.pk)


def otpauth_uri(factor: SecondFactor) -> str:
    """The URI in the QR code, in the form that all apps read (otpauth, “Key URI Format”)."""
    issuer = urlsplit(settings.SITE_URL).hostname or "Undersigned"
    label = quote(f"{issuer}:{factor.user.get_username()}")
    values = {"secret": factor.secret, "issuer": issuer, "period": STEP, "digits": 6}
    return f"otpauth://totp/{label}?{urlencode(values)}"


def qr_code(factor: SecondFactor) -> SafeString:
    """The QR code as an SVG element without inline style, black on white in any colour scheme."""
    drawn = segno.make(otpauth_uri(factor), error="m", micro=False)
    return SafeString(drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff"))  # nosec B703


def _locked(user: User, *, confirmed: bool) -> SecondFactor | None:
    factors = SecondFactor.objects.select_for_update(no_key=True)
    return factors.filter(user=user, confirmed=confirmed).first()


def _write_codes(factor: SecondFactor) -> list[str]:
    """Replace the recovery codes. Each has 120 random bits, in groups that are easy to type.

    A keyed digest is enough for so many bits (ASVS 6.5.2 requires 112).
    """
    factor.recovery_codes.all().delete()
    letters = [
        b32encode(secrets.token_bytes(15)).decode().lower() for _number in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=factor.digest_of(code)) for code in letters
    )
    return ["-".join(wrap(code, 4)) for code in letters]


def _wrong(factor: SecondFactor, now: datetime) -> WrongCode:
    """The error, with the seconds until the next code is checked."""
    allowed, why = factor.verify_is_allowed()
    wait = 0 if allowed else round((why["locked_until"] - now).total_seconds())
    if wait <= 1:
        return WrongCode(_("This code is not right. Enter the one your app shows now."))
    text = ngettext(
        "This code is not right, or you entered it too soon. Wait %(number)d second and try again.",
        "This code is not right, or you entered it too soon. Wait %(number)d seconds and try"
        " again.",
        wait,
    )
    return WrongCode(text % {"number": wait})
