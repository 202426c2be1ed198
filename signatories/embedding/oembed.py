"""oEmbed: sites that are given a link to a letter ask here how to show it (https://oembed.com)."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree  # nosec B405 - it only writes

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language_from_path, override
from django.views.decorators.http import require_safe

from config.text.hosts import PORTS, plain_netloc
from config.web.caching import HOUR, cacheable
from letters.models import Letter
from letters.queries import present_slug
from letters.views import public_letter
from signatories.embedding.frames import HEIGHTS, WIDTH, Frame, Kind
from signatories.sharing.picture import HEIGHT as PICTURE_HEIGHT
from signatories.sharing.picture import WIDTH as PICTURE_WIDTH

LONGEST = max(HEIGHTS.values())
# What to show, by the name of the URL's view.
KINDS = {
    "letter": Kind.CARD,
    "letter-in": Kind.CARD,
    "sign": Kind.SIGN,
    "signatories": Kind.LIST,
    "card-frame": Kind.CARD,
    "count-frame": Kind.COUNT,
    "list-frame": Kind.LIST,
    "sign-frame": Kind.SIGN,
}


@require_safe
def oembed(request: HttpRequest) -> HttpResponseBase:
    """How to show one of our URLs: 400 if missing, 404 for others, 501 for other formats."""
    query = request.GET
    try:
        width = _pixels(query.get("maxwidth", ""), WIDTH)
        most_high = _pixels(query.get("maxheight", ""), LONGEST)
    except ValueError:
        return _refusal("maxwidth and maxheight are numbers of pixels.", 400)
    if not query.get("url"):
        return _refusal("Say which address: url=…", 400)
    if query.get("format", "json") not in FORMATS:
        return _refusal("The formats are json and xml.", 501)
    language, kind, letter = _find_frame(query["url"])
    frame = Frame(letter, kind=kind, language=language, width=width)
    frame = replace(frame, height=min(frame.shown_height, most_high))
    return cacheable(
        request,
        version=(letter.public_version, letter.campaign.public_version),
        build=lambda: FORMATS[query.get("format", "json")](_data(frame)),
    )


def _pixels(text: str, most: int) -> int:
    """The requested number, at most `most`. Raises ValueError if it is not a number."""
    if not text:
        return most
    if not re.fullmatch("0*[1-9][0-9]*", text):
        raise ValueError("not a number of pixels")
    return min(int(text), most) if len(text) < 9 else most


def _find_frame(url: str) -> tuple[str, Kind, Letter]:
    """The language, kind of frame and letter for one of our URLs. Raises Http404."""
    path = _own_path(url)
    language = get_language_from_path(path)
    if language:
        kind, letter = _kind_and_letter(path, language)
        return language, kind, letter
    # The short URL, which redirects readers to their own language.
    kind, letter = _kind_and_letter(f"/{settings.LANGUAGE_CODE}{path}", settings.LANGUAGE_CODE)
    original = letter.words_for("").language
    is_spoken = original in dict(settings.LANGUAGES)
    return original if is_spoken else settings.LANGUAGE_CODE, kind, letter


def _own_path(url: str) -> str:
    """The path of a URL of this site, normalised. Raises Http404 for other sites.

    People copy http for https, capitals in the host, the scheme's default port, a path without its
    final slash or with letters encoded that need not be.
    """
    try:
        parts = urlsplit(url.strip())
        host = plain_netloc(parts)
    except ValueError as error:  # such as an unclosed bracket
        raise Http404 from error
    if parts.scheme not in PORTS or set("@\\") & set(parts.netloc):
        raise Http404
    if host != urlsplit(settings.SITE_URL).netloc:
        raise Http404
    return f"{unquote(parts.path).rstrip('/')}/"


def _kind_and_letter(path: str, language: str) -> tuple[Kind, Letter]:
    """The kind of frame and letter for a path. Raises Http404."""
    try:
        with override(language):
            found = resolve(path)
    except Resolver404 as error:
        raise Http404 from error
    kind = KINDS.get(found.url_name or "")
    if kind is None:
        raise Http404
    slug = found.kwargs["slug"]
    try:
        return kind, public_letter(slug)
    except Http404:
        return kind, public_letter(present_slug(slug) or slug)


def _data(frame: Frame) -> dict[str, str | int]:
    letter, language = frame.letter, frame.language
    with override(language):
        picture = settings.SITE_URL + reverse("letter-picture", args=[letter.slug])
    versions = f"{letter.public_version}-{letter.campaign.public_version}"
    return {
        "version": "1.0",
        "type": "rich",
        "title": letter.words_for(language).title,
        "author_name": letter.campaign.organiser_name,
        "provider_name": "Undersigned",
        "provider_url": settings.SITE_URL,
        "cache_age": HOUR,
        "thumbnail_url": f"{picture}?v={versions}",
        "thumbnail_width": PICTURE_WIDTH,
        "thumbnail_height": PICTURE_HEIGHT,
        "html": frame.html,
        "width": frame.width or WIDTH,
        "height": frame.shown_height,
    }


def _json(data: dict[str, str | int]) -> HttpResponse:
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


def _xml(data: dict[str, str | int]) -> HttpResponse:
    root = ElementTree.Element("oembed")
    for name, value in data.items():
        ElementTree.SubElement(root, name).text = str(value)
    text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(text, content_type="text/xml; charset=utf-8")


FORMATS = {"json": _json, "xml": _xml}


def _refusal(reason: str, status: int) -> HttpResponse:
    return HttpResponse(reason, content_type="text/plain; charset=utf-8", status=status)
