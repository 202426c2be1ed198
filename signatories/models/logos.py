"""Logos of organisations, and those that are proposed."""

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
    """What names a logo in its address, by chance: another image is at another address."""
    return "".join(secrets.choice(ALPHABET) for _ in range(20))


class Picture(models.Model):
    """A logo as we have written it anew.

    It is in the database and not among the files, so that whether it is shown hangs on the row
    alone, and nothing is left when it is removed.
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
        """Those of organisations that everybody may know."""
        return self.filter(organisation__in=Organisation.objects.public().values("pk"))


class Logo(Picture):
    """An organisation's logo: served while everybody may know the organisation."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="logo")

    objects = LogoQuerySet.as_manager()

    class Meta(Picture.Meta):
        verbose_name = _("logo")


class ProposedLogo(Picture):
    """A logo that the representative of a live signature proposes and staff decide on.

    It is in a table of its own, so that no address of logos can ever serve it. `key` names it for
    staff's decision: another image has another one.
    """

    signature = models.OneToOneField(
        Signature, on_delete=models.CASCADE, related_name="proposed_logo"
    )

    class Meta(Picture.Meta):
        verbose_name = _("logo")
