"""Pages behind links sent by email. Opening one changes nothing; its buttons do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from config.web.caching import private
from config.web.origin import from_this_site
from letters.differences import changes_between
from signatories.errors import BadLink, LinkEnded, LinkExpired, SignatureError, TextChanged
from signatories.models import ProposedLogo, Signature
from signatories.signing.actions import (
    ask_to_become_contact,
    change_visibility,
    confirm_signature,
    correct_signature,
    reaffirm_signature,
    renew_private_link,
    resend_confirmation,
    withdraw_signature,
)
from signatories.signing.agreement import Shown, present_revision, shown_by
from signatories.signing.forms import CorrectionForm, LogoForm, VisibilityForm
from signatories.signing.links import CONFIRM, CONTACT, MANAGE, make_token, read_token
from signatories.signing.queries import (
    has_requested_contact,
    may_reaffirm,
    may_renew_link,
    may_request_contact,
)
from signatories.signing.waiting import others_waiting

Page = Callable[..., HttpResponse]


def behind_link(purpose: str) -> Callable[[Page], Callable[..., HttpResponseBase]]:
    """Pass the view the signature that the URL's token is for, and never cache the response."""

    def decorate(view: Page) -> Callable[..., HttpResponseBase]:
        @from_this_site
        @wraps(view)
        def wrapped(request: HttpRequest, token: str) -> HttpResponseBase:
            try:
                signature = read_token(token, purpose)
            except LinkExpired:
                context: dict[str, Any] = {"token": token}
                return private(render(request, "signatories/expired.html", context, status=410))
            except BadLink as error:
                return bad_link(request, error)
            return private(view(request, signature, token))

        return wrapped

    return decorate


def bad_link(request: HttpRequest, error: BadLink) -> HttpResponse:
    """Explain why the link does not work; 410 if it once did but the data have been erased."""
    is_ended = isinstance(error, LinkEnded)
    context = {"message": error.message, "is_ended": is_ended}
    status = 410 if is_ended else 404
    return private(render(request, "signatories/bad_link.html", context, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(CONFIRM)
def confirm(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Show what is about to be signed; the button confirms and leads to the private page."""
    page = "signatories/confirm.html"
    if request.method == "POST":
        shown, now = _shown(request), timezone.now()
        try:
            confirm_signature(signature=signature, shown=shown, now=now)
        except TextChanged:
            signature = read_token(token, CONFIRM)
            waiting = others_waiting(signature)
            return _text_page(request, page, signature, token, status=409, waiting=waiting)
    elif signature.status == Signature.Status.UNCONFIRMED:
        return _text_page(request, page, signature, token, waiting=others_waiting(signature))
    return HttpResponseRedirect(reverse(MANAGE, args=[make_token(signature, MANAGE)]), status=303)


@require_POST
@from_this_site
def confirm_again(request: HttpRequest, token: str) -> HttpResponseBase:
    """Email a new confirmation link. The page is the same in every case."""
    try:
        read_token(token, CONFIRM)
    except LinkExpired as expired:
        resend_confirmation(signature_id=expired.signature_id, now=timezone.now())
    except BadLink:
        pass
    return private(render(request, "signatories/sent_again.html"))


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(MANAGE)
def manage(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """View and correct the signature."""
    form = CorrectionForm(request.POST or None, initial=_current_values(signature))
    if request.method == "POST" and form.is_valid():
        try:
            correct_signature(signature=signature, now=timezone.now(), **form.cleaned_data)
        except SignatureError as error:
            form.add_error(None, str(error.message))
        else:
            saved = f"{reverse(MANAGE, args=[token])}?saved=1"
            return HttpResponseRedirect(saved, status=303)
    return manage_page(request, signature, token, form=form)


def manage_page(
    request: HttpRequest,
    signature: Signature,
    token: str,
    *,
    form: CorrectionForm | None = None,
    logo_form: LogoForm | None = None,
) -> HttpResponse:
    """The private page, with the submitted form or fresh ones. 422 if a form has errors."""
    form = form or CorrectionForm(initial=_current_values(signature))
    logo_form = logo_form or LogoForm()
    context = {
        **context_of(signature, token),
        "form": form,
        "logo_form": logo_form,
        "proposed_logo": ProposedLogo.objects.defer("encoded").filter(signature=signature).first(),
        "visibility_form": VisibilityForm(
            initial={"visibility": signature.visibility}, letter=signature.letter
        ),
        "may_reaffirm": may_reaffirm(signature, timezone.now()),
        "saved": request.method == "GET" and "saved" in request.GET,
        "may_renew_link": may_renew_link(signature),
        **_contact_context(signature),
        "waiting": others_waiting(signature),
    }
    status = 422 if form.errors or logo_form.errors else 200
    return render(request, "signatories/manage.html", context, status=status)


def _contact_context(signature: Signature) -> dict[str, Any]:
    """Only for a signature that was declined as a second one; others run no queries."""
    if not signature.is_second:
        return {}
    if has_requested_contact(signature):
        return {"has_requested_contact": True}
    return {
        "contact_token": make_token(signature, CONTACT) if may_request_contact(signature) else ""
    }


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(MANAGE)
def reaffirm(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Show what changed since the organisation signed, with buttons to sign again or withdraw."""
    page = "signatories/reaffirm.html"
    if request.method == "POST":
        shown, now = _shown(request), timezone.now()
        # If it can no longer be signed, the private page explains why.
        with suppress(SignatureError):
            try:
                reaffirm_signature(signature=signature, shown=shown, now=now)
            except TextChanged:
                return _text_page(request, page, read_token(token, MANAGE), token, status=409)
    elif may_reaffirm(signature, timezone.now()):
        return _text_page(request, page, signature, token)
    return HttpResponseRedirect(reverse(MANAGE, args=[token]), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(MANAGE)
def withdraw(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Ask for confirmation, then withdraw."""
    if request.method == "POST":
        # If it cannot be withdrawn, the private page explains why.
        with suppress(SignatureError):
            withdraw_signature(signature=signature, now=timezone.now())
        return HttpResponseRedirect(reverse(MANAGE, args=[token]), status=303)
    return render(request, "signatories/withdraw.html", context_of(signature, token))


@require_POST
@behind_link(MANAGE)
def visibility(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Show or withhold the name, or only count it; effective at once."""
    form = VisibilityForm(request.POST, letter=signature.letter)
    if form.is_valid():
        # If it is no longer live, the private page explains why.
        with suppress(SignatureError):
            change_visibility(
                signature=signature,
                visibility=form.cleaned_data["visibility"],
                now=timezone.now(),
            )
    return HttpResponseRedirect(f"{reverse(MANAGE, args=[token])}?saved=1", status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(CONTACT)
def become_contact(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Let a second colleague ask to become the contact for the organisation's signature.

    Reached only from an email, or from the page of a signature declined as a second one.
    """
    if request.method == "POST":
        ask_to_become_contact(second=signature, now=timezone.now())
        return HttpResponseRedirect(reverse(CONTACT, args=[token]), status=303)
    context = {
        **context_of(signature, token),
        "has_requested_contact": has_requested_contact(signature),
        "may_request_contact": may_request_contact(signature),
    }
    return render(request, "signatories/contact.html", context)


@require_POST
@from_this_site
def new_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Email a new private link to the same mailbox and end this one.

    Pressing the button again, when this link has already ended, shows the same page.
    """
    message = ""
    try:
        signature = read_token(token, MANAGE)
        renew_private_link(signature=signature, now=timezone.now())
    except LinkEnded as error:
        return bad_link(request, error)
    except BadLink:
        pass
    except SignatureError as error:
        message = str(error.message)
    context = {"message": message, "token": token}
    return private(render(request, "signatories/new_link.html", context))


def _shown(request: HttpRequest) -> Shown:
    """The text that was on the page with the button, from its hidden fields."""
    return Shown(request.POST.get("revision", ""), request.POST.get("edition", ""))


def _text_page(
    request: HttpRequest,
    template: str,
    signature: Signature,
    token: str,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """A page whose button agrees to the current text, showing changes since it was read.

    409 if the text changed while the page was open.
    """
    present = present_revision(signature.letter)
    shown = shown_by(signature.letter, signature.edition_language)
    read = signature.revision.wording
    is_same = read.same_to_sign(present.wording, signature.edition_language)
    changes = [] if is_same else changes_between(read, present.wording, shown.language)
    context = {
        **context_of(signature, token),
        "shown": shown,
        "present": present,
        "edition": present.wording.best_for(shown.language),
        "changes": changes,
        "since": None if is_same else signature.revision,
        "reasons": list(signature.letter.revisions.substantive_since(signature.revision)),
        **more,
    }
    return render(request, template, context, status=status)


def _current_values(signature: Signature) -> dict[str, str]:
    proposed = signature.proposed_statement
    return {
        "organisation_name": signature.proposed_name or str(signature),
        "name": signature.representative_name,
        "role": signature.representative_role,
        "statement": signature.statement if proposed is None else proposed,
    }


def context_of(signature: Signature, token: str) -> dict[str, Any]:
    """Context shared by all pages behind a private link."""
    return {
        "signature": signature,
        "token": token,
        "letter": signature.letter,
        "campaign": signature.letter.campaign,
        "edition": signature.letter.words_for(signature.edition_language),
        "revision": signature.revision,
    }
