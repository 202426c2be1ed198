"""Search everything that is public."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.web.caching import cacheable
from config.web.query_strings import as_query
from signatories.public.organisations import public_state
from signatories.public.search import Search


@require_safe
def search_page(request: HttpRequest) -> HttpResponseBase:
    """Letters and organisations that match `q`, paginated."""
    state = public_state()

    def build() -> HttpResponse:
        search = Search.from_query(request.GET.get("q", ""), request.GET.get("page", "1"), state)
        context = {"search": search, "query": as_query({"q": search.text})}
        if search.finds:
            context |= {
                "letters": search.found_letters(),
                "organisations": search.found_organisations(),
                "similar": search.similar(),
                "page": search.page,
            }
        return render(request, "signatories/search.html", context)

    return cacheable(request, version=state, build=build)
