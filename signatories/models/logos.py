"""Logos of organisations, and proposed logos."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from io import BytesIO

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from PIL import Image

from config.text.slugs import ALPHABET
from signatories.models.organisations import Organisation
from signatories.models.signatures import Signature


def new_key() -> str:
    """A random key for a logo's URL, so that every image has its own."""
    return "".join(secrets.choice(ALPHABET) for _ in range(20))


class LogoImage(models.Model):
    """A re-encoded logo.

    It is in the database rather than a file, so that the row alone decides whether it is shown, and
    nothing is left when it is removed.
    """

    key = models.CharField(max_length=20, unique=True, default=new_key)
    encoded = models.TextField(help_text="WebP, in base64.")
    width = models.PositiveSmallIntegerField(help_text="Pixels.")
    height = models.PositiveSmallIntegerField(help_text="Pixels.")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_has_an_image",
                condition=~Q(encoded="") & Q(width__gte=1, height__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def image(self) -> bytes:
        return b64decode(self.encoded)

    @image.setter
    def image(self, content: bytes) -> None:
        """A WebP image, which is measured here."""
        with Image.open(BytesIO(content)) as opened:
            self.width, self.height = opened.size
        self.encoded = b64encode(content).decode()


class LogoQuerySet(models.QuerySet["Logo"]):
    def public(self) -> LogoQuerySet:
        """Those of organisations whose names are public."""
        return self.filter(organisation__in=Organisation.objects.public().values("pk"))


class Logo(LogoImage):
    """An organisation's logo: served only while the organisation is public."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="logo")

    objects = LogoQuerySet.as_manager()

    class Meta(LogoImage.Meta):
        verbose_name = _("logo")


class ProposedLogo(LogoImage):
    """A logo proposed by the representative of a live signature, for staff to decide on.

    It has a table of its own, so that no logo URL can ever serve it. `key` ties staff's decision to
    this very image.
    """

    signature = models.OneToOneField(
        Signature, on_delete=models.CASCADE, related_name="proposed_logo"
    )

    class Meta(LogoImage.Meta):
        verbose_name = _("logo")
