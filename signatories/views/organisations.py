"""Public pages of organisations: the index, and a page for each."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django_countries.fields import Country

from config.web.caching import cacheable
from config.web.query_strings import as_query, moved
from signatories.models import Logo
from signatories.open_data.json_ld import organisation_node, register_nodes
from signatories.public.organisations import OrganisationIndex, Profile, find_public, public_state


@require_safe
def organisation_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What one organisation has publicly signed, and facts about it.

    URLs with a former name, or of organisations merged into this one, redirect to the current one.
    All others return the same 404.
    """
    organisation = find_public(slug)
    if organisation is None:
        raise Http404
    if slug != organisation.slug:
        return moved(request, organisation.get_absolute_url())
    profile = Profile(organisation)

    def build() -> HttpResponse:
        page = profile.signed(request.GET.get("page", "1"))
        letters = [signature.letter for signature in page]
        context = {
            "structured": organisation_node(organisation, letters),
            "organisation": organisation,
            "profile": profile,
            "page": page,
            "query": as_query({}),
        }
        return render(request, "signatories/organisation.html", context)

    return cacheable(request, version=profile.version, build=build)


@require_safe
def logo(request: HttpRequest, key: str) -> HttpResponseBase:
    """A logo, as long as the organisation is public. Caches store it as briefly as a page."""
    found = get_object_or_404(Logo.objects.public().only("key"), key=key)
    return cacheable(
        request,
        version=(found.key,),
        build=lambda: HttpResponse(found.image, content_type="image/webp"),
    )


@require_safe
def organisations_page(request: HttpRequest) -> HttpResponseBase:
    """All organisations that have publicly signed, in the language's alphabetical order."""
    state = public_state()

    def build() -> HttpResponse:
        register = OrganisationIndex.from_query(state, request.GET.dict())
        page = register.page(request.GET.get("page", "1"))
        codes = {row.country.code for row in register.countries}
        is_empty_country = register.country and register.country not in codes
        context = {
            "register": register,
            "structured": register_nodes(),
            "query": as_query(register.query),
            "page": page,
            "under_headings": register.under_headings(page),
            "empty_country": Country(register.country) if is_empty_country else None,
        }
        return render(request, "signatories/organisations.html", context)

    return cacheable(request, version=state, build=build)
