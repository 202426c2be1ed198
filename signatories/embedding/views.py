"""Pages for frames on other sites, and the files they load."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from config.languages import direction, language_here
from config.web.caching import DAY, HOUR, cacheable
from config.web.framing import framable_elsewhere, frames_own_pages, loadable_elsewhere
from config.web.origin import from_this_site
from letters.deadlines import next_change, page_version, time_left
from letters.models import Letter
from letters.views import public_letter
from signatories.embedding.colours import theme_from_query
from signatories.embedding.forms import EmbedForm
from signatories.embedding.frames import Frame
from signatories.public.signatories import SignatoryList
from signatories.signing.agreement import shown_by
from signatories.signing.forms import SigningForm
from signatories.views.signing import Place, sign_page, take_signature

SCRIPT = settings.BASE_DIR / "static" / "js" / "embed.js"


def _framed(request: HttpRequest, letter: Letter) -> dict[str, Any]:
    """Context of every framed page. Its links keep the colours."""
    choice = theme_from_query(request.GET.dict())
    edition = letter.words_here
    now = timezone.now()
    return {
        "letter": letter,
        "campaign": letter.campaign,
        "edition": edition,
        "direction": direction(edition.language),
        "is_open": letter.is_open(now),
        "has_closed": letter.has_closed(now),
        "time_left": time_left(letter, now),
        "is_framed": True,
        "theme": choice.theme,
        "remark": choice.remark,
        "here": request.path + (choice.theme.query if choice.theme else ""),
    }


@require_safe
@framable_elsewhere
def frame(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The letter's card, its number of signatories, or its list, in a frame."""
    letter = public_letter(slug)

    def build() -> HttpResponse:
        context = _framed(request, letter) | {
            "signatories": SignatoryList(letter),
            "revision": letter.revision,
        }
        return render(request, f"signatories/embed/{kind}.html", context)

    now = timezone.now()
    return cacheable(
        request, version=page_version(letter, now), until=next_change([letter], now), build=build
    )


@require_http_methods(["GET", "HEAD", "POST"])
@framable_elsewhere
@from_this_site
def sign_frame(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The signing form in a frame. Signatures are confirmed by mail, as always."""
    letter, now = public_letter(slug), timezone.now()
    shown = shown_by(letter, request.POST.get("edition") or language_here())
    framed = _framed(request, letter)
    colours = framed["theme"].query if framed["theme"] else ""
    place = Place(
        template="signatories/embed/sign.html",
        sent=reverse("sign-frame-sent", args=[letter.slug]) + colours,
        closed=framed["here"],
        context=framed | {"form_action": framed["here"]},
    )
    if request.method == "POST":
        if not letter.is_open(now):
            return HttpResponseRedirect(place.closed, status=303)
        form = SigningForm(request.POST, now=now, shown=shown, letter=letter)
        return take_signature(request, letter, form, shown, now, place)
    form = SigningForm(now=now, shown=shown, letter=letter)
    return cacheable(
        request,
        version=page_version(letter, now),
        until=next_change([letter], now),
        build=lambda: sign_page(request, letter, form, shown, place=place),
    )


@require_safe
@framable_elsewhere
def sign_frame_sent(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What to do next, in the frame. The same for everyone, whether or not a mail was sent."""
    letter, now = public_letter(slug), timezone.now()
    return cacheable(
        request,
        version=page_version(letter, now),
        until=next_change([letter], now),
        build=lambda: render(request, "signatories/embed/sent.html", _framed(request, letter)),
    )


@require_safe
@frames_own_pages
def embed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """For partners: choose what to show, preview it, and copy the embed code."""
    letter = public_letter(slug)

    def build() -> HttpResponse:
        form = EmbedForm(request.GET or None, initial={"language": language_here()})
        chosen = form.cleaned_data if form.is_valid() else form.usable
        context = {
            "letter": letter,
            "campaign": letter.campaign,
            "edition": letter.words_here,
            "form": form,
            "frame": Frame(letter, **chosen),
        }
        return render(request, "signatories/embed.html", context)

    now = timezone.now()
    return cacheable(
        request, version=page_version(letter, now), until=next_change([letter], now), build=build
    )


@require_safe
@loadable_elsewhere
def embed_css(request: HttpRequest) -> HttpResponseBase:
    """A frame's stylesheet, made only from two validated colours."""
    theme = theme_from_query(request.GET.dict()).theme
    if theme is None:
        raise Http404
    stylesheet = theme.stylesheet
    return cacheable(
        request,
        version=(stylesheet,),
        build=lambda: HttpResponse(stylesheet, content_type="text/css; charset=utf-8"),
        seconds=DAY,
    )


@require_safe
@loadable_elsewhere
def embed_js(request: HttpRequest) -> HttpResponseBase:
    """The script that sizes frames, at a URL that never changes."""
    return cacheable(
        request,
        version=(),
        build=lambda: HttpResponse(
            SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8"
        ),
        seconds=HOUR,
    )
