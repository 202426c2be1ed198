"""URLs in open data. They are absolute, because data is read away from the site."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from letters.models import Letter


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def letter_url(letter: Letter) -> str:
    """The letter in whatever language its reader prefers; it stays when languages are added."""
    return absolute(f"/letters/{letter.slug}/")


def permanent_url(letter: Letter) -> str:
    """The letter's permanent id in feeds, whatever its URL is now."""
    return absolute(f"/letters/{letter.first_slug}/")


def organisation_url(slug: str) -> str:
    """The page of an organisation, in English."""
    with override("en"):
        return absolute(reverse("organisation", args=[slug]))


def file_url(letter: Letter, ending: str) -> str:
    """The letter's signatories as a file: json, csv or ndjson."""
    return absolute(reverse(f"open-data-{ending}", args=[letter.slug]))


def feed_url(letter: Letter, kind: str) -> str:
    """One of the letter's feeds in English: feed (signatures) or updates."""
    with override("en"):
        return absolute(reverse(f"letter-{kind}", args=[letter.slug]))
