"""The second factor: setting it up, proving it, recovery codes, and resetting it.

A code that is wrong raises WrongCode only after the attempt is stored, as an exception inside the
transaction would undo the count that makes the next attempt wait.
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
    """The second factor that counts."""
    return SecondFactor.objects.filter(user=user, confirmed=True).first()


def pending(user: User) -> SecondFactor | None:
    """The one whose secret is shown and that no code has confirmed yet."""
    return SecondFactor.objects.filter(user=user, confirmed=False).first()


@transaction.atomic
def begin_set_up(*, user: User, now: datetime) -> SecondFactor:
    """Make a new secret to be read into an app. The factor in use stays until it is confirmed."""
    # Without its key, so that what the user does elsewhere can still name the row in the trail.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    SecondFactor.objects.filter(user=user, confirmed=False).delete()
    factor: SecondFactor = SecondFactor.objects.create(user=user, confirmed=False)
    audit.record(verb=audit.Verb.SECOND_FACTOR_BEGUN, subject=user, by=user, now=now)
    return factor


def confirm_set_up(*, user: User, code: str, now: datetime) -> tuple[SecondFactor, list[str]]:
    """Take the new factor into use by a code of the app, instead of any before it.

    Returns it with its recovery codes, which nobody can read again. Raises WrongCode.
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
    """The factor in use, if this code of the app or of the recovery sheet is right.

    Raises WrongCode when it is wrong, which is noted in the trail, or comes too soon, which is not:
    whoever tries without end would fill the trail.
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
    """Ten new codes; those before them no longer work. They are shown once."""
    codes = _write_codes(factor)
    audit.record(
        verb=audit.Verb.RECOVERY_CODES_RENEWED, subject=factor.user, by=factor.user, now=now
    )
    return codes


@transaction.atomic
def reset_factor(*, user: User, by: User | None, now: datetime) -> None:
    """Take away a colleague's second factor, whose sessions end; the next log-in sets up another.

    Nothing happens where there is none. Raises AccountError for one's own, which is replaced on
    its own page.
    """
    if by is not None and by.pk == user.pk:
        raise AccountError(_("To change your own two-factor authentication, go to its page."))
    removed, _models = SecondFactor.objects.filter(user=user).delete()
    if removed:
        end_sessions_of(user=user, now=now)
        audit.record(verb=audit.Verb.SECOND_FACTOR_RESET, subject=user, by=by, now=now)
        log.warning("second factor reset: account %s", user.pk)


def address_for_apps(factor: SecondFactor) -> str:
    """What the QR code says, in the form that all apps read (otpauth, “Key URI Format”)."""
    issuer = urlsplit(settings.SITE_URL).hostname or "Undersigned"
    label = quote(f"{issuer}:{factor.user.get_username()}")
    values = {"secret": factor.secret, "issuer": issuer, "period": STEP, "digits": 6}
    return f"otpauth://totp/{label}?{urlencode(values)}"


def qr_code(factor: SecondFactor) -> SafeString:
    """The QR code as an SVG element, black on white in any colour scheme, without inline style."""
    drawn = segno.make(address_for_apps(factor), error="m", micro=False)
    return SafeString(drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff"))  # nosec B703


def _locked(user: User, *, confirmed: bool) -> SecondFactor | None:
    factors = SecondFactor.objects.select_for_update(no_key=True)
    return factors.filter(user=user, confirmed=confirmed).first()


def _write_codes(factor: SecondFactor) -> list[str]:
    """Codes of 120 random bits, in groups to be read and typed.

    A keyed digest is enough for so many: nobody tries them out (ASVS 6.5.2 asks for 112).
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
    """The refusal, with the seconds until another code is looked at."""
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
