"""What is stored of staff beside Django's own user: second factors, invitations, attempts.

Secrets are encrypted or kept as keyed digests, so that a copy of the database opens no account.
"""

from __future__ import annotations

import re
import secrets
from base64 import b32decode, b32encode
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP

from config.encryption import INDEX_LENGTH, EncryptedTextField, blind_index
from config.languages import LONGEST_LANGUAGE

STEP = 30  # seconds; with SHA-1 and six digits it is what every app reads (RFC 6238)
TOLERANCE = 1  # steps that a clock may be off


def new_secret() -> str:
    """160 random bits in base32, as apps take them (RFC 4226, section 4)."""
    return b32encode(secrets.token_bytes(20)).decode()


class SecondFactor(ThrottlingMixin, Device):  # type: ignore[misc]
    """The app of one staff user, and the recovery codes that stand in for it.

    Both ways share one throttle: after the n-th wrong code in a row, 2 to the power of n-1 seconds
    pass before another one is looked at. A user has at most one that is confirmed, which counts,
    and one that is being set up.
    """

    secret = EncryptedTextField(default=new_secret, editable=False)
    last_step = models.BigIntegerField(default=-1, editable=False)

    objects: ClassVar[models.Manager[SecondFactor]] = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "confirmed"], name="second_factor_one_in_use_and_one_in_the_making"
            ),
        ]

    def __str__(self) -> str:
        return f"SecondFactor {self.pk}"

    def get_throttle_factor(self) -> int:
        """Seconds after the first wrong code."""
        return 1

    def verify_token(self, token: str) -> bool:
        """Whether this code of the app or of the recovery sheet is right. Either works once.

        Call it on a locked row. A wrong code lengthens the wait, and while it lasts none is right.
        """
        allowed, _why = self.verify_is_allowed()
        if not allowed:
            return False
        if self._is_of_the_app(token) or self._is_recovery_code(token):
            self.throttle_reset(commit=False)
            self.save()
            return True
        self.throttle_increment()
        return False

    def _is_of_the_app(self, token: str) -> bool:
        digits = re.sub(r"\s", "", token)
        if len(digits) != 6 or not digits.isdecimal():
            return False
        totp = TOTP(b32decode(self.secret), step=STEP)
        if not totp.verify(int(digits), tolerance=TOLERANCE, min_t=self.last_step + 1):
            return False
        self.last_step = totp.t()
        return True

    def _is_recovery_code(self, token: str) -> bool:
        used, _models = self.recovery_codes.filter(digest=self.digest_of(token)).delete()
        return bool(used)

    def digest_of(self, recovery_code: str) -> str:
        """What is stored of a recovery code. Hyphens, spaces and capitals do not matter."""
        letters = re.sub(r"[\s-]", "", recovery_code)
        return blind_index(f"recovery:{self.pk}:{letters}")


class RecoveryCode(models.Model):
    """A code that works once in place of the app. The code itself is shown once and not stored."""

    factor = models.ForeignKey(
        SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["factor", "digest"], name="recovery_code_once_per_factor"
            ),
        ]

    def __str__(self) -> str:
        return f"RecoveryCode {self.pk}"


class Invitation(models.Model):
    """A person who may join staff by a link in a mail, until `expires_at`.

    Its account is there from the beginning, inactive and without a password, so that role and
    teams are where those of all staff are. Accepting activates the account and removes the
    invitation, which ends the link; the address is then that of the account.
    """

    account = models.OneToOneField(User, on_delete=models.CASCADE, related_name="invitation")
    email = EncryptedTextField(_("email"))
    email_index = models.CharField(max_length=INDEX_LENGTH, unique=True, editable=False)
    language = models.CharField(max_length=LONGEST_LANGUAGE, editable=False)
    link_nonce = models.CharField(max_length=32, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    sent_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("staff invitation")
        verbose_name_plural = _("staff invitations")
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="invitation_expires_after_it_is_sent",
                condition=Q(expires_at__gt=F("sent_at")),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Invitation %s")) % self.pk


class LoginAttempt(models.Model):
    """A log-in that has not succeeded, by keyed digests of the typed name and of the network."""

    name_key = models.CharField(max_length=INDEX_LENGTH)
    network_key = models.CharField(max_length=INDEX_LENGTH)
    at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["name_key", "at"], name="login_attempts_of_a_name"),
            models.Index(fields=["network_key", "at"], name="login_attempts_of_a_network"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
