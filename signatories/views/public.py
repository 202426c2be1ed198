"""The pages that everyone sees alike: campaign, letter, list, form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.models import Campaign
from config.caching import cacheable
from config.origin import from_this_site, network_of
from letters.deadlines import phase, time_left
from letters.models import Letter
from signatories.actions import sign_letter
from signatories.errors import LetterNotOpen
from signatories.forms import SigningForm
from signatories.queries import SignatoryList, counts_by_letter
from signatories.register import suggest


def _public_letter(slug: str) -> Letter:
    """The letter at this address, if the public may read it. Raises Http404."""
    letters = Letter.objects.public().select_related("campaign")
    return get_object_or_404(letters, slug=slug)


def _version(letter: Letter) -> tuple[object, ...]:
    """What a page of the letter shows: the letter, its campaign, and the time."""
    campaign = letter.campaign.public_version
    return (letter.public_version, campaign, *phase(letter, timezone.now()))


@require_safe
def campaign_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A campaign and its letters."""
    campaign = get_object_or_404(Campaign.objects.published(), slug=slug)
    letters = list(
        Letter.objects.public().filter(campaign=campaign).prefetch_related("editions", "addressees")
    )
    now = timezone.now()

    def build() -> HttpResponse:
        counts = counts_by_letter(letters)
        rows = [
            {
                "letter": letter,
                "counts": counts[letter.pk],
                "is_open": letter.is_open(now),
                "time_left": time_left(letter, now),
            }
            for letter in letters
        ]
        context = {"campaign": campaign, "rows": rows}
        return render(request, "signatories/campaign.html", context)

    version = tuple((letter.pk, letter.public_version, *phase(letter, now)) for letter in letters)
    return cacheable(request, version=(campaign.public_version, *version), build=build)


@require_safe
def letter_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The letter as it reads, the live list of its signatories, the form, and what became of it."""
    letter = _public_letter(slug)

    def build() -> HttpResponse:
        form = SigningForm(now=timezone.now())
        return render(request, "signatories/letter.html", _letter_context(letter, form))

    return cacheable(request, version=_version(letter), build=build)


def _letter_context(letter: Letter, form: SigningForm) -> dict[str, Any]:
    now = timezone.now()
    return {
        "letter": letter,
        "campaign": letter.campaign,
        "edition": letter.original,
        "demands": list(letter.original.demands.all()) if letter.original else [],
        "addressees": list(letter.addressees.all()),
        "sources": list(letter.sources.all()),
        "timeline": list(letter.timeline.all()),
        "signatories": SignatoryList(letter),
        "is_open": letter.is_open(now),
        "has_closed": letter.has_closed(now),
        "time_left": time_left(letter, now),
        "form": form,
    }


@require_safe
def live(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The few bytes that an open page asks for again and again, to learn of new names."""
    letter = _public_letter(slug)

    def build() -> HttpResponse:
        counts = SignatoryList(letter).counts
        return JsonResponse(
            {
                "version": letter.public_version,
                "signatories": counts.signatories,
                "countries": counts.countries,
            }
        )

    return cacheable(request, version=(letter.public_version,), build=build, seconds=1)


@require_safe
def signatories(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The whole list, searched by name and country, page by page."""
    letter = _public_letter(slug)

    def build() -> HttpResponse:
        found = SignatoryList(
            letter,
            text=request.GET.get("q", "").strip()[:100],
            country=request.GET.get("country", "").upper()[:2],
        )
        context = {
            "letter": letter,
            "campaign": letter.campaign,
            "edition": letter.original,
            "found": found,
            "page": found.page(request.GET.get("page", "1")),
            "everyone": SignatoryList(letter),
        }
        return render(request, "signatories/signatories.html", context)

    return cacheable(request, version=_version(letter), build=build)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Public organisations whose name starts like `q`, for the form to fill in.

    What is not public under some letter is never here, so nothing can be found out.
    """
    found = [
        {
            "name": organisation.name,
            "acronym": organisation.acronym,
            "country": organisation.country.code,
            "website": organisation.website,
        }
        for organisation in suggest(request.GET.get("q", "").strip()[:100])
    ]
    response = JsonResponse({"organisations": found})
    patch_cache_control(response, public=True, max_age=60)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@from_this_site
def sign(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The form on a page of its own, and where the letter's page sends it."""
    letter = _public_letter(slug)
    now = timezone.now()
    if not letter.is_open(now):
        return HttpResponseRedirect(letter.get_absolute_url())
    if request.method != "POST":
        return cacheable(
            request,
            version=_version(letter),
            build=lambda: _sign_page(request, letter, SigningForm(now=now)),
        )
    form = SigningForm(request.POST, now=now)
    if not form.is_trapped:
        if not form.is_valid():
            return _sign_page(request, letter, form, status=422)
        try:
            sign_letter(
                letter=letter,
                entry=form.entry(),
                network=network_of(request),
                language=get_language() or "en",
                now=now,
            )
        except LetterNotOpen:
            return HttpResponseRedirect(letter.get_absolute_url())
    return HttpResponseRedirect(reverse("sign-sent", args=[slug]), status=303)


def _sign_page(
    request: HttpRequest, letter: Letter, form: SigningForm, status: int = 200
) -> HttpResponse:
    context = _letter_context(letter, form)
    response = render(request, "signatories/sign.html", context, status=status)
    if status != 200:
        response["Cache-Control"] = "no-store"
    return response


@require_safe
def sign_sent(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What to do next. The same for everyone, whether or not a mail was sent."""
    letter = _public_letter(slug)
    context = {"letter": letter, "campaign": letter.campaign, "edition": letter.original}
    return cacheable(
        request,
        version=_version(letter),
        build=lambda: render(request, "signatories/sent.html", context),
    )


@require_safe
def privacy(request: HttpRequest) -> HttpResponseBase:
    """What is kept of a representative, why and how long."""
    return cacheable(request, version=(), build=lambda: render(request, "signatories/privacy.html"))
