"""The signing form and where it leads."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from config.languages import language_here
from config.web.caching import cacheable, keep_briefly
from config.web.origin import from_this_site, network_of
from letters.deadlines import next_change, page_version
from letters.differences import changes_between
from letters.models import Letter, Revision
from letters.views import public_letter
from signatories.defence.proof import make_challenge
from signatories.errors import LetterNotOpen, Refusal, SigningRefused, TextChanged
from signatories.known.suggestions import suggest
from signatories.signing.actions import sign_letter
from signatories.signing.agreement import Shown, present_revision, shown_by
from signatories.signing.forms import SigningForm
from signatories.views.letter import letter_context

log = logging.getLogger("undersigned.defence")

STATUS_OF = {Refusal.BLOCKED: 403, Refusal.NETWORK: 429, Refusal.LETTER: 503}


@require_http_methods(["GET", "HEAD", "POST"])
@from_this_site
def sign(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The form on its own page; the form on the letter's page posts here too."""
    letter = public_letter(slug)
    now = timezone.now()
    if not letter.is_open(now):
        return HttpResponseRedirect(letter.get_absolute_url())
    if request.method == "POST":
        shown = shown_by(letter, request.POST.get("edition") or language_here())
        form = SigningForm(request.POST, now=now, shown=shown, letter=letter)
        return take_signature(request, letter, form, shown, now)

    def build() -> HttpResponse:
        shown = shown_by(letter, language_here())
        return sign_page(request, letter, SigningForm(now=now, shown=shown, letter=letter), shown)

    return cacheable(
        request, version=page_version(letter, now), until=next_change([letter], now), build=build
    )


@dataclass(frozen=True)
class Place:
    """Where a form is shown: its template with extra context, and the URLs it leads to."""

    template: str
    sent: str
    closed: str
    context: dict[str, Any]

    @classmethod
    def on_this_site(cls, letter: Letter) -> Place:
        sent = reverse("sign-sent", args=[letter.slug])
        return cls("signatories/sign.html", sent, letter.get_absolute_url(), {})


def take_signature(
    request: HttpRequest,
    letter: Letter,
    form: SigningForm,
    shown: Shown,
    now: datetime,
    place: Place | None = None,
) -> HttpResponse:
    """Store the signature, or show the form again with the submitted values."""
    place = place or Place.on_this_site(letter)
    if form.is_trapped:
        log.warning("signing returned: the trap was filled in, letter %s", letter.slug)
    if not form.is_valid():
        return sign_page(request, letter, form, shown, place=place, status=422)
    try:
        sign_letter(
            letter=letter,
            entry=form.entry(),
            shown=form.shown(),
            network=network_of(request),
            proof=form.cleaned_data["proof"],
            language=language_here(),
            now=now,
        )
    except LetterNotOpen:
        return HttpResponseRedirect(place.closed)
    except TextChanged as error:
        form = form.for_text(shown)
        return sign_page(request, letter, form, shown, place=place, status=409, since=error.since)
    except SigningRefused as error:
        return refused_page(request, letter, form, shown, error, now, place)
    return HttpResponseRedirect(place.sent, status=303)


def refused_page(
    request: HttpRequest,
    letter: Letter,
    form: SigningForm,
    shown: Shown,
    refused: SigningRefused,
    now: datetime,
    place: Place,
) -> HttpResponse:
    """The form with the submitted values, why nothing was stored, and when to try again."""
    form.add_error(None, str(refused.message))
    status = STATUS_OF[refused.refusal]
    response = sign_page(request, letter, form, shown, place=place, status=status)
    if refused.try_again:
        response["Retry-After"] = str(ceil((refused.try_again - now).total_seconds()))
    # The defence has logged this once for many refusals; Django would log each one.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def sign_page(
    request: HttpRequest,
    letter: Letter,
    form: SigningForm,
    shown: Shown,
    *,
    place: Place | None = None,
    status: int = 200,
    since: Revision | None = None,
) -> HttpResponse:
    """The form; with 409, also what changed in the text since it was opened."""
    place = place or Place.on_this_site(letter)
    context = letter_context(letter, form, shown) | {"is_changed": status == 409} | place.context
    if since:
        wording = present_revision(letter).wording
        context["changes"] = changes_between(since.wording, wording, shown.language)
        context["since"] = since
    response = render(request, place.template, context, status=status)
    if status != 200:
        response["Cache-Control"] = "no-store"
    return response


@require_safe
def challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """The proof of work that a browser does before signing. Never cached."""
    letter, now = public_letter(slug), timezone.now()
    if not letter.is_open(now):
        raise Http404
    response = JsonResponse(make_challenge(letter, now=now))
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def sign_sent(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What to do next. The same for everyone, whether or not a mail was sent."""
    letter = public_letter(slug)

    def build() -> HttpResponse:
        context = {"letter": letter, "campaign": letter.campaign, "edition": letter.words_here}
        return render(request, "signatories/sent.html", context)

    now = timezone.now()
    return cacheable(
        request, version=page_version(letter, now), until=next_change([letter], now), build=build
    )


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Public organisations and known bodies whose names start with `q`.

    Signatures that are not public do not affect the result, so it reveals nothing about them.
    """
    found = [asdict(offer) for offer in suggest(request.GET.get("q", "").strip()[:100])]
    response = JsonResponse({"organisations": found})
    keep_briefly(response)
    return response
