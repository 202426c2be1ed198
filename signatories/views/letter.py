"""The public page of a letter and the list of its signatories."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_countries.fields import Country

from config.languages import direction, language_here, name_here
from config.web.caching import cacheable
from config.web.query_strings import as_query
from letters.deadlines import next_change, page_version, time_left
from letters.models import Letter
from letters.queries import edition_links, edition_url
from letters.views import public_letter
from signatories.models import Organisation
from signatories.open_data.json_ld import letter_nodes, list_nodes
from signatories.public.signatories import SignatoryList
from signatories.sharing.letters import letter_picture
from signatories.signing.agreement import Shown, present_revision, shown_by
from signatories.signing.forms import SigningForm


@require_safe
def letter_page(request: HttpRequest, slug: str, language: str = "") -> HttpResponseBase:
    """The letter's text, the live list of its signatories, the form and updates.

    Shows the edition for the page's language, or the one named in the URL, as letters may have
    editions in languages that the site does not offer.
    """
    letter = public_letter(slug)
    if language and letter.revision and language not in letter.revision.wording.languages:
        raise Http404

    def build() -> HttpResponse:
        shown = shown_by(letter, language or language_here())
        form = SigningForm(now=timezone.now(), shown=shown, letter=letter)
        context = letter_context(letter, form, shown)
        counts = context["signatories"].counts
        context["picture"] = letter_picture(letter, context["edition"], counts)
        if language:
            context["is_other_language"] = False
            context["picture_address"] = reverse("letter-picture-in", args=[slug, language])
        context["structured"] = letter_nodes(letter, context["edition"], context["signatories"])
        return render(request, "signatories/letter.html", context)

    now = timezone.now()
    return cacheable(
        request, version=page_version(letter, now), until=next_change([letter], now), build=build
    )


def letter_context(letter: Letter, form: SigningForm, shown: Shown) -> dict[str, Any]:
    """Context shared by pages that show the letter's text and its form."""
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
        "canonical": edition_url(letter, edition.language),
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
    """A few bytes that open pages poll to learn of new names."""
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

    return cacheable(request, version=(letter.public_version,), build=build)


@require_safe
def signatories(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The whole list, ordered, filtered by name, country and scope, and paginated."""
    letter = public_letter(slug)

    def build() -> HttpResponse:
        found = SignatoryList.from_query(letter, request.GET.dict())
        context = _list_context(found, request.GET.get("page", "1"))
        return render(request, "signatories/signatories.html", context)

    now = timezone.now()
    return cacheable(
        request, version=page_version(letter, now), until=next_change([letter], now), build=build
    )


def _list_context(found: SignatoryList, number: str) -> dict[str, Any]:
    page, everyone = found.page(number), found.everyone
    edition = found.letter.words_here
    is_empty_country = found.country and found.country not in everyone.codes
    is_further_page = page.number > 1 and "order" not in found.query
    return {
        "letter": found.letter,
        "campaign": found.letter.campaign,
        "edition": edition,
        "structured": list_nodes(found.letter, edition),
        "found": found,
        "query": as_query(found.query),
        "query_of_all": as_query(everyone.query),
        "page": page,
        "under_headings": found.under_headings(page),
        "everyone": everyone,
        "empty_country": Country(found.country) if is_empty_country else None,
        "scopes": Organisation.Scope.choices,
        "shows_countries": found.order != "country",
        # Only the first page of the newest names updates in place; others show a notice.
        "updates_in_place": found.order == "newest" and page.number == 1 and not found.is_search,
        "newest": as_query({"order": "newest"}),
        "canonical": {"page": page.number} if is_further_page else {},
    }
