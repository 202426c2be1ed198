"""The kinds of frames, and the HTML to embed them."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from config.languages import language_here
from letters.models import Letter
from signatories.embedding.colours import Theme


class Kind(models.TextChoices):
    CARD = "card", _("A summary of the letter, with a button to sign")
    COUNT = "count", _("The number of signatories")
    LIST = "list", _("The list of signatories")
    SIGN = "sign", _("The form to sign")


# Pixels. The script sizes a frame to its content; without it, longer content scrolls.
HEIGHTS = {Kind.CARD: 460, Kind.COUNT: 170, Kind.LIST: 600, Kind.SIGN: 900}
WIDTH = 600  # for a frame whose container has no width of its own


@dataclass(frozen=True)
class Frame:
    """A frame: what it shows of a letter, its language and colours."""

    letter: Letter
    kind: str = Kind.CARD
    language: str = ""
    accent: str = ""
    ground: str = ""
    width: int | None = None  # None: as wide as its container
    height: int | None = None

    @property
    def url(self) -> str:
        with override(self.language or language_here()):
            path = reverse(f"{self.kind}-frame", args=[self.letter.slug])
        return settings.SITE_URL + path + self._colours

    @property
    def path(self) -> str:
        """The same without the site's origin."""
        return self.url.removeprefix(settings.SITE_URL)

    @property
    def _colours(self) -> str:
        return Theme(self.accent, self.ground).query if self.accent and self.ground else ""

    @property
    def shown_height(self) -> int:
        return self.height or HEIGHTS[Kind(self.kind)]

    @property
    def html(self) -> SafeString:
        """The iframe alone. It needs no script or style, so any page can include it."""
        words = self.letter.words_for(self.language or language_here())
        return format_html(
            '<iframe src="{}" title="{}" width="{}" height="{}"'
            ' frameborder="0" loading="lazy"></iframe>',
            self.url,
            words.title,
            self.width or "100%",
            self.shown_height,
        )

    @property
    def script(self) -> SafeString:
        """Sizes the frame to its content."""
        return format_html('<script src="{}/embed.js" async></script>', settings.SITE_URL)

    @property
    def snippet(self) -> str:
        return f"{self.html}\n{self.script}"
