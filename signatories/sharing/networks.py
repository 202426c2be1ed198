"""Share links: plain links that reveal nothing before they are followed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from config.text.lists import semicolon_list
from letters.models import Letter
from letters.queries import edition_url
from letters.wording import EditionWording


@dataclass(frozen=True)
class Service:
    """A service that takes the shared URL in its own."""

    name: str
    url: str


@dataclass(frozen=True)
class Sharing:
    """The text and links for sharing one edition of a letter."""

    letter: Letter
    edition: EditionWording

    @property
    def url(self) -> str:
        """The edition's canonical URL."""
        return settings.SITE_URL + edition_url(self.letter, self.edition.language)

    @property
    def short_url(self) -> str:
        """A short URL to type. It redirects readers to the page in their own language."""
        return f"{settings.SITE_URL}/letters/{self.letter.slug}"

    @property
    def printed_url(self) -> str:
        """The short URL in print, without the scheme."""
        return self.short_url.partition("://")[2]

    @property
    def text(self) -> str:
        """The text that goes before the URL."""
        return f"{self.edition.title} {self.letter.campaign.hashtag}".strip()

    @property
    def email(self) -> str:
        """A mailto: link that opens a draft in the reader's email program."""
        to = semicolon_list(map(str, self.edition.addressees))
        lines = [self.edition.title, f"{_('Open letter to')} {to}" if to else "", "", self.url]
        body = "\r\n".join(lines)
        return f"mailto:?subject={quote(self.edition.title)}&body={quote(body, safe='')}"

    @property
    def services(self) -> list[Service]:
        """In alphabetical order. Mastodon has many servers, so our page asks for one."""
        url, both = self.url, f"{self.text} {self.url}"
        return [
            Service("Bluesky", f"https://bsky.app/intent/compose?{encoded(text=both)}"),
            Service("Facebook", f"https://www.facebook.com/sharer/sharer.php?{encoded(u=url)}"),
            Service(
                "LinkedIn", f"https://www.linkedin.com/sharing/share-offsite/?{encoded(url=url)}"
            ),
            Service("Telegram", f"https://t.me/share/url?{encoded(url=url, text=self.text)}"),
            Service("WhatsApp", f"https://wa.me/?{encoded(text=both)}"),
            Service("X", f"https://x.com/intent/post?{encoded(text=self.text, url=url)}"),
        ]

    def on_mastodon(self, server: str) -> str:
        """A server's page for writing a post, with ours filled in."""
        return f"https://{server}/share?{encoded(text=f'{self.text} {self.url}')}"

    @property
    def page(self) -> str:
        return reverse("share", args=[self.letter.slug])


def encoded(**values: str) -> str:
    return urlencode(values, quote_via=quote)
