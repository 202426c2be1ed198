"""Sitemaps: public pages in their languages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from campaigns.models import Campaign
from letters.models import Letter
from signatories.models import Organisation
from signatories.open_data.absolute_urls import organisation_url


class _OwnSitemap(Sitemap[Any]):
    """URLs under SITE_URL, whatever host was requested."""

    i18n = True
    alternates = True
    x_default = True

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class PagesSitemap(_OwnSitemap):
    def items(self) -> list[str]:
        return ["home", "campaigns", "organisations", "open-data", "accessibility", "privacy"]

    def location(self, item: str) -> str:
        return reverse(item)


class CampaignsSitemap(_OwnSitemap):
    def items(self) -> list[Campaign]:
        return list(Campaign.objects.published().order_by("slug"))


class LettersSitemap(_OwnSitemap):
    """Each letter in those languages of its editions that the site has, too.

    Its date is that of its text: the list's date would reveal when an unnamed signature came.
    """

    def items(self) -> list[Letter]:
        return list(Letter.objects.public().select_related("revision").order_by("slug"))

    def get_languages_for_item(self, item: Letter) -> list[str]:
        spoken = dict(settings.LANGUAGES)
        editions = item.revision.wording.languages if item.revision else []
        return [language for language in editions if language in spoken]

    def lastmod(self, item: Letter) -> object:
        return item.revision.frozen_at.date() if item.revision else None


class OrganisationsSitemap(_OwnSitemap):
    """Each public organisation once, in English: its page links to all languages.

    In the order of their ids, which are random and permanent.
    """

    i18n = False
    limit = 5000

    def items(self) -> QuerySet[Organisation]:
        return Organisation.objects.public().only("sort_key", "public_id").order_by("public_id")

    def location(self, item: Organisation) -> str:
        return urlsplit(organisation_url(item.slug)).path


# By their name in the URL. Other apps add theirs here.
SITEMAPS: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
    "pages": PagesSitemap,
    "campaigns": CampaignsSitemap,
    "letters": LettersSitemap,
    "organisations": OrganisationsSitemap,
}
