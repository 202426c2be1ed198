"""Proposing a logo, behind the private link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from campaigns.images import LARGEST_FORM
from config.durations import too_many_attempts
from config.web.bodies import takes_body
from signatories.defence.limits import BURST, allow_upload
from signatories.errors import SignatureError
from signatories.models import ProposedLogo, Signature
from signatories.signing.actions import propose_logo, take_back_logo
from signatories.signing.forms import LogoForm
from signatories.signing.links import MANAGE
from signatories.views.private import behind_link, manage_page


@takes_body(LARGEST_FORM)
@require_POST
@behind_link(MANAGE)
def propose(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Propose a logo, or with `take_back` delete the pending one."""
    form, now = LogoForm(request.POST, request.FILES), timezone.now()
    page = reverse(MANAGE, args=[token])
    if not signature.is_live:  # the private page explains why
        return HttpResponseRedirect(page, status=303)
    if "take_back" in form.data:
        take_back_logo(signature=signature, now=now)
        return HttpResponseRedirect(f"{page}?saved=1", status=303)
    if not allow_upload(signature=signature.pk, now=now):
        form = LogoForm.refused(too_many_attempts(BURST))
    if not form.is_valid():
        return manage_page(request, signature, token, logo_form=form)
    try:
        propose_logo(signature=signature, image=form.cleaned_data["logo"], now=now)
    except SignatureError:  # it was live a moment ago
        return HttpResponseRedirect(page, status=303)
    return HttpResponseRedirect(f"{page}?saved=1", status=303)


@require_safe
@behind_link(MANAGE)
def proposed(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """The pending logo, shown only to its proposer."""
    waiting = ProposedLogo.objects.filter(signature=signature).first()
    if waiting is None:
        return HttpResponseNotFound()
    return HttpResponse(waiting.image, content_type="image/webp")
