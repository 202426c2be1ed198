"""Logging in and out, and when a session ends by itself.

The log says what happened and to which account by its number; it holds no name and no address.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from config import audit
from config.origin import network_of
from config.staff.devices import device_of
from config.staff.errors import TooManyAttempts
from config.staff.limits import begin_attempt

log = logging.getLogger("undersigned.staff")

IDLE = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=1)  # so that not every page writes to the session
BEGAN, SEEN = "staff_began", "staff_seen"  # keys in the session; seconds since 1970
NOBODY = 0  # the number in the trail where no account has the name that was typed


def check_password(
    *, request: HttpRequest, username: str, password: str, now: datetime
) -> User | None:
    """The active staff user with this name and password; None, noted in the trail, for any other.

    Known and unknown names are answered and counted alike. Raises TooManyAttempts.
    """
    attempt = begin_attempt(
        name=username,
        network=network_of(request),
        device=device_of(request, username),
        now=now,
    )
    if attempt is None:
        raise TooManyAttempts(_("Too many attempts. Wait for 15 minutes and try again."))
    user = auth.authenticate(request, username=username, password=password)
    if isinstance(user, User) and user.is_staff:
        attempt.delete()
        return user
    tried = User.objects.filter(username=username).first() or User(pk=NOBODY)
    audit.record(verb="log-in failed", subject=tried, now=now)
    log.warning("log-in failed: account %s", tried.pk or "unknown")
    return None


@transaction.atomic
def log_in(*, request: HttpRequest, user: User, now: datetime) -> None:
    """Begin a session under a new key for a user who has shown the password."""
    auth.login(request, user)
    request.session[BEGAN] = request.session[SEEN] = int(now.timestamp())
    audit.record(verb="logged in", subject=user, by=user, now=now)
    log.info("logged in: account %s", user.pk)


@transaction.atomic
def log_out(*, request: HttpRequest, now: datetime) -> None:
    """End the session; without one nothing happens."""
    user = request.user
    if isinstance(user, User):
        audit.record(verb="logged out", subject=user, by=user, now=now)
        log.info("logged out: account %s", user.pk)
    auth.logout(request)


def has_ended(*, request: HttpRequest, now: datetime) -> bool:
    """Whether the session was idle for IDLE or is older than SESSION_COOKIE_AGE.

    A session that does not say when it began begins now.
    """
    instant = int(now.timestamp())
    began = request.session.setdefault(BEGAN, instant)
    idle = instant - request.session.setdefault(SEEN, instant)
    return bool(idle > IDLE.total_seconds() or instant - began > settings.SESSION_COOKIE_AGE)


def note_activity(*, request: HttpRequest, now: datetime) -> None:
    """Remember that the session is in use."""
    instant = int(now.timestamp())
    if instant - request.session[SEEN] >= NOTED_EVERY.total_seconds():
        request.session[SEEN] = instant


def end_sessions_of(*, user: User, now: datetime) -> int:
    """End all sessions of an account, wherever they are. Says how many there were."""
    own = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=now)
        if session.get_decoded().get(auth.SESSION_KEY) == str(user.pk)
    ]
    ended, _models = Session.objects.filter(pk__in=own).delete()
    return ended
