"""The revisions of a letter and what they changed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config.languages import language_here
from config.web.caching import cacheable
from letters.deadlines import words_version
from letters.models import Letter
from letters.queries import changes_by_language


def public_letter(slug: str) -> Letter:
    """The public letter with this slug. Raises Http404.

    The text of its revision is loaded only when needed: an open page polls every two seconds, and
    most answers do not need it.
    """
    letters = Letter.objects.public().select_related("campaign", "revision")
    letters = letters.defer("revision__canonical")
    return get_object_or_404(letters, slug=slug)


@require_safe
def revisions(request: HttpRequest, slug: str) -> HttpResponseBase:
    """All revisions, newest first, each with its reason and changes."""
    letter = public_letter(slug)

    def build() -> HttpResponse:
        newest_first = list(letter.revisions.all())
        rows = [
            {
                "revision": revision,
                "by_language": changes_by_language(before.wording, revision.wording)
                if before
                else [],
            }
            for revision, before in zip(newest_first, [*newest_first[1:], None], strict=True)
        ]
        context = {**_context(letter), "rows": rows, "original": letter.words_for("")}
        return render(request, "letters/revisions.html", context)

    return cacheable(request, version=words_version(letter), build=build)


@require_safe
def revision(request: HttpRequest, slug: str, label: str) -> HttpResponseBase:
    """One revision of the letter, in the reader's language or the original."""
    letter = public_letter(slug)
    found = get_object_or_404(letter.revisions.defer("canonical").labelled(label))

    def build() -> HttpResponse:
        edition = found.wording.best_for(language_here())
        context = {**_context(letter), "revision": found, "edition": edition}
        return render(request, "letters/revision.html", context)

    return cacheable(request, version=words_version(letter), build=build)


@require_safe
def canonical(request: HttpRequest, slug: str, label: str) -> HttpResponseBase:
    """The canonical form, byte for byte as it was hashed."""
    letter = public_letter(slug)
    found = get_object_or_404(letter.revisions.defer("canonical").labelled(label))
    return cacheable(
        request,
        version=(found.digest,),
        build=lambda: HttpResponse(found.canonical.encode(), content_type="application/json"),
    )


def _context(letter: Letter) -> dict[str, object]:
    return {"letter": letter, "campaign": letter.campaign, "edition": letter.words_here}
