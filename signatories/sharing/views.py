"""Preview images, QR codes and the share page."""

from __future__ import annotations

import io

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.languages import language_here
from config.web.caching import MINUTE, cacheable
from config.web.framing import loadable_elsewhere
from letters.deadlines import words_version
from letters.views import public_letter
from signatories.sharing.forms import ServerForm
from signatories.sharing.letters import picture_of, site_picture
from signatories.sharing.networks import Sharing
from signatories.sharing.picture import Picture
from signatories.signing.agreement import present_revision

FRESH = 10 * MINUTE  # seconds that shared caches keep images of no letter without revalidating


def _png(picture: Picture) -> HttpResponse:
    return HttpResponse(picture.png(), content_type="image/png")


@require_safe
@loadable_elsewhere
def letter_picture(request: HttpRequest, slug: str, language: str = "") -> HttpResponseBase:
    """The preview image of a letter, in the edition of the linked page."""
    letter = public_letter(slug)
    if language and language not in present_revision(letter).wording.languages:
        raise Http404
    return cacheable(
        request,
        version=words_version(letter),
        build=lambda: _png(picture_of(letter, language or language_here())),
    )


@require_safe
@loadable_elsewhere
def site_picture_page(request: HttpRequest) -> HttpResponseBase:
    """The preview image of all other pages."""
    picture = site_picture()
    return cacheable(
        request, version=(picture.alt_text,), build=lambda: _png(picture), seconds=FRESH
    )


@require_safe
def share(request: HttpRequest, slug: str) -> HttpResponseBase:
    """All ways to share the letter.

    Members of Mastodon enter their server and get a link to it; this site redirects nobody to
    another server.
    """
    letter = public_letter(slug)

    def build() -> HttpResponse:
        sharing = Sharing(letter, letter.words_here)
        form = ServerForm(request.GET if "server" in request.GET else None)
        context = {
            "letter": letter,
            "campaign": letter.campaign,
            "edition": sharing.edition,
            "sharing": sharing,
            "form": form,
        }
        if form.is_valid():
            context["server"] = form.cleaned_data["server"]
            context["on_mastodon"] = sharing.on_mastodon(form.cleaned_data["server"])
        return render(request, "signatories/share.html", context)

    return cacheable(request, version=words_version(letter), build=build)


@require_safe
@loadable_elsewhere
def share_code(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The letter's URL as an SVG QR code; error correction Q survives a crease or a stain."""
    letter = public_letter(slug)
    sharing = Sharing(letter, letter.words_here)

    def build() -> HttpResponse:
        drawn = io.BytesIO()
        code = segno.make_qr(sharing.url, error="q")
        code.save(drawn, kind="svg", scale=8, light="white", title=sharing.url, omitsize=False)
        return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")

    return cacheable(request, version=(sharing.url,), build=build)
