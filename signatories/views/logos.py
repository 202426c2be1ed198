"""The logo that a representative proposes, behind the private link."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_POST, require_safe

from campaigns.images import LARGEST_FILE
from config.durations import too_many_attempts
from signatories.defence.limits import BURST, allow_upload
from signatories.errors import SignatureError
from signatories.forms import LogoForm
from signatories.links import MANAGE
from signatories.logos import propose_logo, take_back_logo
from signatories.models import ProposedLogo, Signature
from signatories.views.private import behind_link, manage_page

LARGEST_FORM = LARGEST_FILE * 1_000_000 + 10_000  # bytes: around the file stand a few lines
CHUNK = 1 << 16  # bytes


@require_POST
@behind_link(MANAGE)
def propose(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Propose a logo, or with `take_back` delete the one that waits."""
    form, now = _sent(request), timezone.now()
    page = reverse(MANAGE, args=[token])
    if not signature.is_live:  # the private page says where it stands
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
    """The logo that waits for staff, for whoever proposed it."""
    waiting = ProposedLogo.objects.filter(signature=signature).first()
    if waiting is None:
        return HttpResponseNotFound()
    return HttpResponse(waiting.image, content_type="image/webp")


def _sent(request: HttpRequest) -> LogoForm:
    """The form as it was sent. One that is too large is read past, and nothing of it is kept."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length <= LARGEST_FORM:
        return LogoForm(request.POST, request.FILES)
    while request.read(CHUNK):
        pass
    return LogoForm({}, MultiValueDict({"logo": [UploadedFile(name="logo", size=length)]}))
