"""Share links: plain links that reveal nothing before they are followed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from config.text.lists import semicolon_list
from letters.models import Letter
from letters.queries import edition_address
from letters.wording import EditionWording


@dataclass(frozen=True)
class Way:
    """A service that takes the shared URL in its own."""

    name: str
    url: str


@dataclass(frozen=True)
class Sharing:
    """The text and links for sharing one edition of a letter."""

    letter: Letter
    edition: EditionWording

    @property
    def address(self) -> str:
        """The edition's canonical URL."""
        return settings.SITE_URL + edition_address(self.letter, self.edition.language)

    @property
    def short(self) -> str:
        """A short URL to type. It redirects readers to the page in their own language."""
        return f"{settings.SITE_URL}/letters/{self.letter.slug}"

    @property
    def shown(self) -> str:
        """The short URL in print, without the scheme."""
        return self.short.partition("://")[2]

    @property
    def words(self) -> str:
        """The text that goes before the URL."""
        return f"{self.edition.title} {self.letter.campaign.hashtag}".strip()

    @property
    def email(self) -> str:
        """A mailto: link that opens a draft in the reader's email program."""
        to = semicolon_list(map(str, self.edition.addressees))
        lines = [self.edition.title, f"{_('Open letter to')} {to}" if to else "", "", self.address]
        body = "\r\n".join(lines)
        return f"mailto:?subject={quote(self.edition.title)}&body={quote(body, safe='')}"

    @property
    def ways(self) -> list[Way]:
        """In alphabetical order. Mastodon has many servers, so our page asks for one."""
        url, both = self.address, f"{self.words} {self.address}"
        return [
            Way("Bluesky", f"https://bsky.app/intent/compose?{encoded(text=both)}"),
            Way("Facebook", f"https://www.facebook.com/sharer/sharer.php?{encoded(u=url)}"),
            Way("LinkedIn", f"https://www.linkedin.com/sharing/share-offsite/?{encoded(url=url)}"),
            Way("Telegram", f"https://t.me/share/url?{encoded(url=url, text=self.words)}"),
            Way("WhatsApp", f"https://wa.me/?{encoded(text=both)}"),
            Way("X", f"https://x.com/intent/post?{encoded(text=self.words, url=url)}"),
        ]

    def on_mastodon(self, server: str) -> str:
        """A server's page for writing a post, with ours filled in."""
        return f"https://{server}/share?{encoded(text=f'{self.words} {self.address}')}"

    @property
    def page(self) -> str:
        return reverse("share", args=[self.letter.slug])


def encoded(**values: str) -> str:
    return urlencode(values, quote_via=quote)
