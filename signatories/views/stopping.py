"""The page where a mailbox's owner stops all mail from this site, or allows it again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.web.caching import private
from config.web.origin import from_this_site
from signatories.errors import BadLink
from signatories.mailing.actions import allow_mail_again, stop_mail
from signatories.mailing.stopping import read_stop_token, wants_no_mail
from signatories.views.private import bad_link


@require_http_methods(["GET", "HEAD", "POST"])
@from_this_site
def stop_mail_page(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show one button: stop mail, or allow it again."""
    mailbox = read_stop_token(token)
    if mailbox is None:
        return bad_link(request, BadLink(_("This link does not work. It may be incomplete.")))
    if request.method == "POST":
        act = allow_mail_again if "allow" in request.POST else stop_mail
        act(mailbox=mailbox, now=timezone.now())
        response: HttpResponse = HttpResponseRedirect(
            reverse("stop-mail", args=[token]), status=303
        )
        return private(response)
    context = {"token": token, "is_stopped": wants_no_mail(mailbox)}
    return private(render(request, "signatories/stop_mail.html", context))
