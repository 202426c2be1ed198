"""Middleware of the admin: sessions that end, saved typing, the second factor."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from config.staff import sessions, typed
from config.staff.roles import is_set_up, needs_second_factor
from config.web.middleware import ADMIN

GetResponse = Callable[[HttpRequest], HttpResponse]

# Pages that are open before the second factor is verified; each has its own checks.
BEFORE_SECOND_FACTOR = {
    "staff:log_in",
    "staff:log_out",
    "staff:verify",
    "staff:factor",
    "staff:factor_begin",
    "staff:factor_confirm",
    "staff:join",
}


def end_old_sessions(get_response: GetResponse) -> GetResponse:
    """Log out sessions that were idle or are too old, before the request is handled."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ADMIN) and request.user.is_authenticated:
            now = timezone.now()
            if sessions.has_ended(request=request, now=now):
                ended = request.user.pk
                logout(request)
                if typed.is_storable(request):
                    typed.store(request, by=ended)
            else:
                sessions.note_activity(request=request, now=now)
        return get_response(request)

    return middleware


def save_typing(get_response: GetResponse) -> GetResponse:
    """Save the form of a user who first has to log in or to verify the second factor."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ADMIN) and typed.is_storable(request):
            author = typed.author(request)
            if author is not None and not request.user.is_authenticated:
                typed.store(request, by=author)
                # Redirect here: further on, the CSRF token of the ended session would be refused.
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            if author is not None and author == request.user.pk and page_to_pass(request):
                typed.store(request, by=author)
        return get_response(request)

    return middleware


def require_second_factor(get_response: GetResponse) -> GetResponse:
    """Staff who have or need a second factor see nothing of the admin until it is verified."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ADMIN) and _name(request) not in BEFORE_SECOND_FACTOR:
            page = page_to_pass(request)
            if page is not None:
                query = urlencode({"next": request.get_full_path()})
                return HttpResponseRedirect(f"{reverse(page)}?{query}")
        return get_response(request)

    return middleware


def page_to_pass(request: HttpRequest) -> str | None:
    """The URL name of the page that this session has to pass first, or None."""
    user = request.user
    if not isinstance(user, User) or is_verified(request):
        return None
    if is_set_up(user):
        return "staff:verify"
    return "staff:factor" if needs_second_factor(user) else None


def is_verified(request: HttpRequest) -> bool:
    """Whether the second factor was verified in this session (set by django_otp's middleware)."""
    return getattr(request.user, "otp_device", None) is not None


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""
