"""The pages of one letter that everyone sees alike: the letter, its list, its form."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe
from django_countries.fields import Country

from config.addresses import as_query
from config.caching import cacheable
from config.languages import direction, language_here, name_here
from config.origin import from_this_site, network_of
from letters.deadlines import phase, time_left
from letters.differences import changes_between
from letters.models import Letter, Revision
from letters.queries import edition_address, edition_links
from letters.views import public_letter
from signatories.actions import sign_letter
from signatories.agreement import Shown, present_revision, shown_by
from signatories.defence.proof import make_challenge
from signatories.errors import LetterNotOpen, TextChanged
from signatories.forms import SigningForm
from signatories.models import Organisation
from signatories.open_data.structured import letter_nodes
from signatories.queries import SignatoryList
from signatories.register import suggest
from signatories.sharing.letters import letter_picture

log = logging.getLogger("undersigned.defence")

TESTED_ON = date(2026, 11, 26)  # what the page on accessibility says was true on this day


def _version(letter: Letter) -> tuple[object, ...]:
    """What a page of the letter shows: the letter, its campaign, and the time."""
    campaign = letter.campaign.public_version
    return (letter.public_version, campaign, *phase(letter, timezone.now()))


@require_safe
def letter_page(request: HttpRequest, slug: str, language: str = "") -> HttpResponseBase:
    """The letter as it reads, the live list of its signatories, the form, and what became of it.

    In the edition for the page's language, or the one asked for where a letter has editions in
    languages that the site itself does not speak.
    """
    letter = public_letter(slug)
    if language and letter.revision and language not in letter.revision.wording.languages:
        raise Http404

    def build() -> HttpResponse:
        shown = shown_by(letter, language or language_here())
        form = SigningForm(now=timezone.now(), shown=shown, letter=letter)
        context = _letter_context(letter, form, shown)
        counts = context["signatories"].counts
        context["picture"] = letter_picture(letter, context["edition"], counts)
        if language:
            context["is_other_language"] = False
            context["picture_address"] = reverse("letter-picture-in", args=[slug, language])
        context["structured"] = letter_nodes(letter, context["edition"], context["signatories"])
        return render(request, "signatories/letter.html", context)

    return cacheable(request, version=_version(letter), build=build)


def _letter_context(letter: Letter, form: SigningForm, shown: Shown) -> dict[str, Any]:
    now = timezone.now()
    wording = present_revision(letter).wording
    edition = wording.best_for(shown.language)
    editions = edition_links(letter, edition.language)
    return {
        "letter": letter,
        "campaign": letter.campaign,
        "revision": letter.revision,
        "edition": edition,
        "edition_name": name_here(edition.language),
        "direction": direction(edition.language),
        "editions": editions,
        "original": editions[0],
        "is_other_language": edition.language.partition("-")[0] != language_here(),
        "canonical": edition_address(letter, edition.language),
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
    letter = public_letter(slug)

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
    """The whole list in the order asked for, searched by name, country and scope, page by page."""
    letter = public_letter(slug)

    def build() -> HttpResponse:
        found = SignatoryList.asked(letter, request.GET.dict())
        context = _list_context(found, request.GET.get("page", "1"))
        return render(request, "signatories/signatories.html", context)

    return cacheable(request, version=_version(letter), build=build)


def _list_context(found: SignatoryList, number: str) -> dict[str, Any]:
    page, everyone = found.page(number), found.everyone
    is_of_nobody = found.country and found.country not in everyone.codes
    return {
        "letter": found.letter,
        "campaign": found.letter.campaign,
        "edition": found.letter.words_here,
        "found": found,
        "asked": as_query(found.query),
        "asked_of_all": as_query(everyone.query),
        "page": page,
        "sections": found.sections(page),
        "everyone": everyone,
        "empty_country": Country(found.country) if is_of_nobody else None,
        "scopes": Organisation.Scope.choices,
        "shows_countries": found.order != "country",
        # What comes in moves into the newest names by itself; elsewhere a line tells of it.
        "takes_over": found.order == "newest" and page.number == 1 and not found.is_search,
        "newest": as_query({"order": "newest"}),
        "canonical": {"page": page.number} if page.number > 1 and found.order == "name" else {},
    }


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

    return cacheable(request, version=_version(letter), build=build)


@dataclass(frozen=True)
class Place:
    """Where a form stands: its template and what that shows besides, and where it leads to."""

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
    """Keep what was signed, or show the form again with all that was written."""
    place = place or Place.on_this_site(letter)
    sent = HttpResponseRedirect(place.sent, status=303)
    if form.is_trapped:
        log.warning("signing dropped: the trap was filled in, letter %s", letter.slug)
        return sent
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
        form = form.under(shown)
        return sign_page(request, letter, form, shown, place=place, status=409, since=error.since)
    return sent


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
    """The form; where the text changed since it was opened, with what changed (409)."""
    place = place or Place.on_this_site(letter)
    context = _letter_context(letter, form, shown) | {"is_changed": status == 409} | place.context
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
    """The work that a browser does before it signs, where the letter asks for it. Never cached."""
    letter, now = public_letter(slug), timezone.now()
    if not letter.proof_of_work or not letter.is_open(now):
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

    return cacheable(request, version=_version(letter), build=build)


@require_safe
def privacy(request: HttpRequest) -> HttpResponseBase:
    """What is kept of a representative, why and how long."""
    return cacheable(request, version=(), build=lambda: render(request, "signatories/privacy.html"))


@require_safe
def accessibility(request: HttpRequest) -> HttpResponseBase:
    """What was done so that everybody can use the site, and what is not good yet."""
    return cacheable(
        request,
        version=(TESTED_ON,),
        build=lambda: render(request, "signatories/accessibility.html", {"day": TESTED_ON}),
    )
