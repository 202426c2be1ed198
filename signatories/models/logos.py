"""Logos of organisations."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from signatories.models.organisations import ALPHABET, Organisation


def new_key() -> str:
    """What names a logo in its address, by chance: another image is at another address."""
    return "".join(secrets.choice(ALPHABET) for _ in range(20))


class LogoQuerySet(models.QuerySet["Logo"]):
    def public(self) -> LogoQuerySet:
        """Those of organisations that everybody may know."""
        return self.filter(organisation__in=Organisation.objects.public().values("pk"))


class Logo(models.Model):
    """An organisation's logo as we have written it anew.

    It is in the database and not among the files, so that whether it is served hangs on whether
    the organisation is public at this moment, and nothing is left when it is removed.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="logo")
    key = models.CharField(max_length=20, unique=True, default=new_key)
    encoded = models.TextField(help_text="WebP, in base64.")
    width = models.PositiveSmallIntegerField(help_text="Pixels.")
    height = models.PositiveSmallIntegerField(help_text="Pixels.")

    objects = LogoQuerySet.as_manager()

    class Meta:
        verbose_name = _("logo")
        constraints = [
            models.CheckConstraint(
                name="logo_has_an_image", condition=~Q(encoded="") & Q(width__gte=1, height__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def image(self) -> bytes:
        return b64decode(self.encoded)

    @image.setter
    def image(self, content: bytes) -> None:
        self.encoded = b64encode(content).decode()
