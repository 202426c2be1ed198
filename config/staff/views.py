"""Pages for log-in and log-out, the second factor, passwords, sessions and invitations."""

from __future__ import annotations

from typing import Any, cast

import django_otp
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.models import SecondFactor
from config.models.staff import STEP
from config.staff import factor as second_factor
from config.staff import invitations, sessions, typed
from config.staff.devices import remember_device
from config.staff.errors import (
    AccountError,
    InvitationEnded,
    TooManyAttempts,
    WrongCode,
    WrongPassword,
)
from config.staff.forms import (
    CodeForm,
    ConfirmForm,
    JoinForm,
    LoginForm,
    OwnFactorForm,
    PasswordForm,
)
from config.staff.invitation_links import read_token
from config.staff.middleware import is_verified
from config.staff.pages import page
from config.staff.reauthentication import reauthentication_page, show_password

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def next_url(request: HttpRequest) -> str:
    """The URL in `next` if it is on this site; otherwise the admin's home page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else reverse("admin:index")


# Sessions


@never_cache
@sensitive_post_parameters("password")
@read_or_send
def log_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST" and admin.site.has_permission(request):
        return HttpResponseRedirect(reverse("admin:index"))
    form = LoginForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        now, typed = timezone.now(), form.cleaned_data
        try:
            user = sessions.check_password(
                request=request, username=typed["username"], password=typed["password"], now=now
            )
        except TooManyAttempts as error:
            form.add_error(None, str(error.message))
        else:
            if user is not None:
                sessions.log_in(request=request, user=user, now=now)
                response = HttpResponseRedirect(next_url(request))
                remember_device(request, response, user.get_username())
                return response
            form.add_error(None, form.get_invalid_login_error())
    return page(
        request,
        "login",
        title=_("Log in"),
        form=form,
        app_path=request.get_full_path(),
        username=request.user.get_username(),
        next=next_url(request),
    )


@never_cache
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    sessions.log_out(request=request, now=timezone.now())
    response = HttpResponseRedirect(reverse("admin:login"))
    # So that nobody sees cached pages with “back”. The session itself has ended above.
    response["Clear-Site-Data"] = '"cache"'
    return response


@read_or_send
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor."""
    user = cast(User, request.user)
    if is_verified(request) or second_factor.in_use(user) is None:
        return HttpResponseRedirect(next_url(request))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            device = second_factor.prove(
                user=user, code=form.cleaned_data["code"], now=timezone.now()
            )
        except WrongCode as error:
            form.add_error("code", str(error.message))
        else:
            mark_verified(request, device)
            return HttpResponseRedirect(next_url(request))
    return page(
        request,
        "staff/verify",
        title=_("Two-factor authentication"),
        form=form,
        next=next_url(request),
    )


def mark_verified(request: HttpRequest, device: SecondFactor) -> None:
    """Mark the session as verified, under a new key, as it has more rights now."""
    request.session.cycle_key()
    django_otp.login(request, device)
    sessions.note_identity(request=request, now=timezone.now())


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a wrong CSRF token, most often from a page opened before a new log-in.

    The user whom that page was rendered for gets the form back, filled in but not saved; everybody
    else gets Django's error.
    """
    author = typed.author(request) if typed.is_storable(request) else None
    if author is not None and author == request.user.pk and typed.store(request, by=author):
        return HttpResponseRedirect(request.get_full_path(), status=303)
    return csrf_failure(request, reason)


# The second factor


@require_safe
def factor(request: HttpRequest) -> HttpResponse:
    return factor_page(request)


def factor_page(request: HttpRequest, status: int = 200, **forms: Any) -> HttpResponse:
    """How to set up the second factor; or its state, with forms to renew codes or replace it."""
    user = cast(User, request.user)
    in_use, pending = second_factor.in_use(user), second_factor.pending(user)
    if in_use is not None and not is_verified(request):
        return HttpResponseRedirect(reverse("staff:verify"))
    context: dict[str, Any] = {"in_use": in_use, "pending": pending, "step": STEP}
    if in_use is not None:
        context |= {
            "codes_left": in_use.recovery_codes.count(),
            "code_form": OwnFactorForm(request),
        }
    if pending is not None:
        context |= {
            "confirm_form": ConfirmForm(),
            "qr": second_factor.qr_code(pending),
            "secret": pending.secret,
        }
    return page(
        request,
        "staff/factor",
        status,
        title=_("Two-factor authentication"),
        next=next_url(request),
        **{**context, **forms},
    )


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Start the first set-up. `replace` replaces a factor in use, and asks for a code."""
    user = cast(User, request.user)
    if second_factor.in_use(user) is None:
        question = reauthentication_page(request, title=_("Set it up"))
        if question is not None:
            return question
        second_factor.begin_set_up(user=user, now=timezone.now())
    return HttpResponseRedirect(reverse("staff:factor"))


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the new factor, and show its recovery codes once."""
    user = cast(User, request.user)
    if second_factor.in_use(user) is not None and not is_verified(request):
        return HttpResponseRedirect(reverse("staff:verify"))
    form = ConfirmForm(request.POST)
    if form.is_valid():
        try:
            device, codes = second_factor.confirm_set_up(
                user=user, code=form.cleaned_data["code"], now=timezone.now()
            )
        except WrongCode as error:
            form.add_error("code", str(error.message))
        else:
            mark_verified(request, device)
            return codes_page(request, codes)
    return factor_page(request, 422, confirm_form=form)


@require_POST
def replace(request: HttpRequest) -> HttpResponse:
    """Start to set up another app, given a code of the one in use."""
    form, device = check_own_factor(request)
    if device is None:
        return factor_page(request, 422, code_form=form)
    second_factor.begin_set_up(user=device.user, now=timezone.now())
    return HttpResponseRedirect(reverse("staff:factor"))


@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Show new recovery codes, given a code of the factor in use."""
    form, device = check_own_factor(request)
    if device is None:
        return factor_page(request, 422, code_form=form)
    return codes_page(
        request, second_factor.renew_recovery_codes(factor=device, now=timezone.now())
    )


def check_own_factor(request: HttpRequest) -> tuple[OwnFactorForm, SecondFactor | None]:
    """The form, and the factor in use if the code is right: an open session is not enough.

    The form also asks for the password if it was not entered recently.
    """
    user, now = cast(User, request.user), timezone.now()
    if not is_verified(request):
        raise PermissionDenied
    form = OwnFactorForm(request, request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            if "own_password" in typed:
                show_password(request=request, password=typed["own_password"], now=now)
            device = second_factor.prove(user=user, code=typed["code"], now=now)
        except (WrongPassword, TooManyAttempts) as error:
            form.add_error("own_password", str(error.message))
        except WrongCode as error:
            form.add_error("code", str(error.message))
        else:
            sessions.note_identity(request=request, now=now)
            return form, device
    return form, None


def codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return page(request, "staff/codes", title=_("Recovery codes"), codes=codes)


# One's own password and sessions


@sensitive_post_parameters("old_password", "new_password1", "new_password2")
@read_or_send
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password, given the old one. One's other sessions end."""
    form = PasswordForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        sessions.change_password(
            request=request, password=form.cleaned_data["new_password1"], now=timezone.now()
        )
        messages.success(request, _("Your password has been changed."))
        return HttpResponseRedirect(reverse("admin:index"))
    return page(request, "staff/password", title=_("Password change"), form=form)


@require_safe
def open_sessions(request: HttpRequest) -> HttpResponse:
    """List one's own sessions."""
    found = sessions.open_sessions(
        user=cast(User, request.user), now=timezone.now(), present=request.session.session_key
    )
    return page(request, "staff/sessions", title=_("Your sessions"), sessions=found)


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End one's own sessions except this one, after password and code."""
    question = reauthentication_page(request, title=_("End all other sessions"))
    if question is not None:
        return question
    sessions.end_other_sessions(request=request, now=timezone.now())
    messages.success(request, _("You have been logged out everywhere else."))
    return HttpResponseRedirect(reverse("staff:sessions"))


# Invitations


@never_cache
@sensitive_post_parameters("new_password1", "new_password2")
@read_or_send
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Choose username and password, and log in; setting up the second factor comes next."""
    now = timezone.now()
    try:
        invitation = read_token(token, now=now)
        form = JoinForm(invitation, request.POST if request.method == "POST" else None)
        if form.is_valid():
            typed = form.cleaned_data
            user = invitations.accept(
                invitation=invitation,
                username=typed["username"],
                first_name=typed["first_name"],
                last_name=typed["last_name"],
                password=typed["new_password1"],
                now=now,
            )
            sessions.log_in(request=request, user=user, now=now)
            messages.success(request, _("Welcome. Your account is ready."))
            response = HttpResponseRedirect(reverse("admin:index"))
            remember_device(request, response, user.get_username())
            return response
    except InvitationEnded as error:
        return page(
            request,
            "staff/link_ended",
            410,
            title=_("This link no longer works"),
            text=error.message,
        )
    except AccountError as error:
        form.add_error("username", str(error.message))
    return page(request, "staff/join", title=_("Set up your account"), form=form)
