"""Pages where representatives download or erase their own data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from config.web.caching import cacheable, private
from config.web.origin import from_this_site
from signatories.errors import BadLink, LinkExpired
from signatories.models import Signature
from signatories.privacy.actions import erase_own_data
from signatories.privacy.own_data import own_data
from signatories.privacy.retention import stored_until
from signatories.signing.links import CONFIRM, MANAGE, make_token, read_token
from signatories.views.private import bad_link, behind_link, context_of


@require_safe
@behind_link(MANAGE)
def own_data_page(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Explain what each button does before it is pressed."""
    revision = signature.letter.revision
    context = {
        **context_of(signature, token),
        "stored_until": stored_until(signature.letter),
        "silence_days": revision.wording.silence_days if revision else None,
    }
    return render(request, "signatories/own_data.html", context)


@require_POST
@behind_link(MANAGE)
def download(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Download everything stored about the representative."""
    response = JsonResponse(
        own_data(signature, now=timezone.now()),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    response["Content-Disposition"] = f'attachment; filename="signature-{signature.pk}.json"'
    return response


@require_POST
@behind_link(MANAGE)
def erase(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Erase at once, optionally withdrawing the signature. The link ends."""
    try:
        erase_own_data(signature=signature, now=timezone.now(), withdraw="withdraw" in request.POST)
    except BadLink as error:
        return bad_link(request, error)
    return HttpResponseRedirect(reverse("data-erased"), status=303)


@require_POST
@from_this_site
def erase_unconfirmed(request: HttpRequest, token: str) -> HttpResponseBase:
    """End an unconfirmed signature, even if its link has expired.

    If it has been confirmed meanwhile, redirect to its private page, which explains what erasing
    does.
    """
    try:
        signature = read_token(token, CONFIRM)
    except LinkExpired as expired:
        signature = Signature.objects.get(pk=expired.signature_id)
    except BadLink as error:
        return bad_link(request, error)
    if signature.status != Signature.Status.UNCONFIRMED:
        to = reverse("own-data", args=[make_token(signature, MANAGE)])
        return private(HttpResponseRedirect(to, status=303))
    # Withdraw too, in case another request confirms it at the same moment.
    erase_own_data(signature=signature, now=timezone.now(), withdraw=True)
    return private(HttpResponseRedirect(reverse("data-erased"), status=303))


@require_safe
def erased(request: HttpRequest) -> HttpResponseBase:
    """Confirm that it is done. The same for everyone, so the URL reveals nothing."""
    return cacheable(request, version=(), build=lambda: render(request, "signatories/erased.html"))
