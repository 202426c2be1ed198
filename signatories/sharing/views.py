"""Pictures for links, and the ways to pass a letter on."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from config.caching import cacheable
from config.elsewhere import loadable_elsewhere
from letters.models import Letter
from letters.views import public_letter
from signatories.agreement import present_revision
from signatories.sharing.letters import picture_of, site_picture
from signatories.sharing.picture import Picture

FRESH = 600  # seconds that a shared cache keeps a picture without asking


def _png(picture: Picture) -> HttpResponse:
    return HttpResponse(picture.png(), content_type="image/png")


def _version(letter: Letter) -> tuple[object, ...]:
    return (letter.public_version, letter.campaign.public_version)


@require_safe
@loadable_elsewhere
def letter_picture(request: HttpRequest, slug: str, language: str = "") -> HttpResponseBase:
    """The picture beside links to the letter, with the words that the linked page shows."""
    letter = public_letter(slug)
    if language and language not in present_revision(letter).wording.languages:
        raise Http404
    return cacheable(
        request,
        version=_version(letter),
        build=lambda: _png(picture_of(letter, language or get_language() or "en")),
        seconds=FRESH,
    )


@require_safe
@loadable_elsewhere
def site_picture_page(request: HttpRequest) -> HttpResponseBase:
    """The picture beside links to all other pages."""
    return cacheable(request, version=(), build=lambda: _png(site_picture()), seconds=FRESH)
