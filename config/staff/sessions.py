"""Logging in and out, and sessions that end by themselves.

The log identifies accounts by number; it contains no names or addresses.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from config import audit
from config.durations import too_many_attempts
from config.staff.devices import device_of
from config.staff.errors import TooManyAttempts
from config.staff.limits import WINDOW, begin_attempt
from config.web.origin import network_of

log = logging.getLogger("undersigned.staff")

IDLE = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=1)  # so that not every request writes to the session
# Session keys, each for seconds since 1970. The last is when password and code were entered.
BEGAN, SEEN, PROVED = "staff_began", "staff_seen", "staff_proved"
NOBODY = 0  # the subject in the audit trail if no account has the name typed


def check_password(
    *,
    request: HttpRequest,
    username: str,
    password: str,
    now: datetime,
    device: str | None = None,
) -> User | None:
    """The active staff user with this name and password; otherwise None, with an audit entry.

    Known and unknown names are treated alike. Attempts with a `device` are counted separately.
    Raises TooManyAttempts.
    """
    attempt = begin_attempt(
        name=username,
        network=network_of(request),
        device=device or device_of(request, username),
        now=now,
    )
    if attempt is None:
        raise TooManyAttempts(too_many_attempts(WINDOW))
    user = auth.authenticate(request, username=username, password=password)
    if isinstance(user, User) and user.is_staff:
        attempt.delete()
        return user
    tried = User.objects.filter(username=username).first() or User(pk=NOBODY)
    audit.record(verb=audit.Verb.LOG_IN_FAILED, subject=tried, now=now)
    log.warning("log-in failed: account %s", tried.pk or "unknown")
    return None


@transaction.atomic
def log_in(*, request: HttpRequest, user: User, now: datetime) -> None:
    """Start a session with a new key for a user who has entered the password."""
    auth.login(request, user)
    request.session[BEGAN] = request.session[SEEN] = int(now.timestamp())
    note_identity(request=request, now=now)
    audit.record(verb=audit.Verb.LOGGED_IN, subject=user, by=user, now=now)
    log.info("logged in: account %s", user.pk)


def note_identity(*, request: HttpRequest, now: datetime) -> None:
    """Record in the session that the user has just entered password and code."""
    request.session[PROVED] = int(now.timestamp())


@transaction.atomic
def change_password(*, request: HttpRequest, password: str, now: datetime) -> None:
    """Change one's own password. All other sessions of the account end."""
    user = cast(User, request.user)
    user.set_password(password)
    user.save(update_fields=["password"])
    auth.update_session_auth_hash(request, user)
    end_sessions_of(user=user, now=now, except_key=request.session.session_key)
    audit.record(verb=audit.Verb.PASSWORD_CHANGED, subject=user, by=user, now=now)
    log.info("password changed: account %s", user.pk)


@transaction.atomic
def log_out(*, request: HttpRequest, now: datetime) -> None:
    """End the session. Does nothing if there is none."""
    user = request.user
    if isinstance(user, User):
        audit.record(verb=audit.Verb.LOGGED_OUT, subject=user, by=user, now=now)
        log.info("logged out: account %s", user.pk)
    auth.logout(request)


def has_ended(*, request: HttpRequest, now: datetime) -> bool:
    """Whether the session was idle for more than IDLE or is older than SESSION_COOKIE_AGE.

    A session without a starting time starts now.
    """
    instant = int(now.timestamp())
    began = request.session.setdefault(BEGAN, instant)
    idle = instant - request.session.setdefault(SEEN, instant)
    return bool(idle > IDLE.total_seconds() or instant - began > settings.SESSION_COOKIE_AGE)


def note_activity(*, request: HttpRequest, now: datetime) -> None:
    """Record in the session that it is in use."""
    instant = int(now.timestamp())
    if instant - request.session[SEEN] >= NOTED_EVERY.total_seconds():
        request.session[SEEN] = instant


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """A session that has not ended. Instants that it does not contain are None."""

    key: str
    began: datetime | None
    seen: datetime | None  # to the minute
    is_present: bool = False  # the session of the request itself


def open_sessions(*, user: User, now: datetime, present: str | None = None) -> list[OpenSession]:
    """The open sessions of an account: the present one, then the latest first."""
    found = [
        OpenSession(
            key=key,
            began=_instant(values.get(BEGAN)),
            seen=_instant(values.get(SEEN)),
            is_present=key == present,
        )
        for key, values in _sessions_of(user, now).items()
    ]
    found = [one for one in found if one.seen is None or now - one.seen <= IDLE]
    return sorted(found, key=lambda one: (one.is_present, one.seen or now), reverse=True)


def _sessions_of(user: User, now: datetime) -> dict[str, dict[str, Any]]:
    """The contents of the stored sessions of an account, by session key."""
    rows = {row.pk: row.get_decoded() for row in Session.objects.filter(expire_date__gt=now)}
    own = str(user.pk)
    return {key: values for key, values in rows.items() if values.get(auth.SESSION_KEY) == own}


def _instant(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def end_sessions_of(*, user: User, now: datetime, except_key: str | None = None) -> int:
    """End the sessions of an account except one. Returns their number."""
    keys = _sessions_of(user, now).keys() - {except_key}
    ended, _models = Session.objects.filter(pk__in=keys).delete()
    return ended


@transaction.atomic
def end_other_sessions(*, request: HttpRequest, now: datetime) -> int:
    """End all of one's own sessions except this one. Returns their number."""
    user = cast(User, request.user)
    ended = end_sessions_of(user=user, now=now, except_key=request.session.session_key)
    if ended:
        audit.record(
            verb=audit.Verb.OTHER_SESSIONS_ENDED, subject=user, by=user, now=now, number=ended
        )
        log.info("other sessions ended: account %s", user.pk)
    return ended
