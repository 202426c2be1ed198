"""Second factors, invitations and log-in attempts of staff, beside Django's own user.

Secrets are encrypted or stored as keyed digests, so that a copy of the database opens no account.
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

STEP = 30  # seconds; with SHA-1 and six digits, every app supports it (RFC 6238)
TOLERANCE = 1  # steps by which a clock may be wrong


def new_secret() -> str:
    """160 random bits in base32, as apps expect (RFC 4226, section 4)."""
    return b32encode(secrets.token_bytes(20)).decode()


class SecondFactor(ThrottlingMixin, Device):  # type: ignore[misc]
    """The authenticator app of a staff user, and the recovery codes that replace it.

    Both share one throttle: after the n-th wrong code in a row, no code is checked for 2 to the
    power of n-1 seconds. A user has at most one confirmed factor, which is in use, and one being
    set up.
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
        """Whether this code, from the app or a recovery code, is right. Each works once.

        Call it on a locked row. A wrong code lengthens the wait, during which every code fails.
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
        """The stored digest of a recovery code. Hyphens, spaces and case do not matter."""
        letters = re.sub(r"[\s-]", "", recovery_code)
        return blind_index(f"recovery:{self.pk}:{letters}")


class RecoveryCode(models.Model):
    """A code that works once instead of the app. It is shown once and stored only as a digest."""

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
    """An invitation to join staff through a link in a mail, until `expires_at`.

    The account exists from the start, inactive and without a password, so that it can have a role
    and teams. Accepting activates the account, gives it this e-mail address and deletes the
    invitation, so that the link stops working.
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
    """A failed or pending log-in, with keyed digests of the name typed and of the network."""

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
