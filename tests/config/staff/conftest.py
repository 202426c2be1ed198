"""Staff with roles, their browsers, and the codes that their apps show."""

from __future__ import annotations

import time
from base64 import b32decode
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP

from config.models import AuditEntry, SecondFactor
from config.staff.factor import begin_set_up, confirm_set_up
from config.staff.roles import Role, give_role
from config.staff.sessions import PROVED
from tests.factories import StaffFactory

PASSWORD = "a horse that nobody has stapled"

Account = Callable[..., User]


@pytest.fixture
def account(db: None) -> Account:
    """Makes a staff user with a role, in the teams of these campaigns."""
    for role in Role:
        Group.objects.get_or_create(name=role.value)

    def make(role: Role | str | None = None, *teams: Any, **fields: Any) -> User:
        user = StaffFactory(is_superuser=False, **fields)
        if role:
            give_role(user, Role(role))
        for campaign in teams:
            campaign.team.add(user)
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture(autouse=True)
def _passwords_are_checked_quickly(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def guarded(settings: Any) -> None:
    """As on a real site: staff who see personal data need a second factor."""
    settings.STAFF_SECOND_FACTOR = True


def browser(user: User | None = None) -> Client:
    """A browser in which this user has just logged in, without the second factor."""
    client = Client()
    if user is not None:
        client.force_login(user)
        proved(client, minutes_ago=0)
    return client


def proved(client: Client, minutes_ago: int) -> None:
    """Set when password and code were last entered in this browser: so many minutes ago."""
    session = client.session
    session[PROVED] = int(time.time()) - 60 * minutes_ago
    session.save()


def code(factor: SecondFactor, later: int = 0) -> str:
    """The app's code now, or so many steps of 30 seconds later."""
    totp = TOTP(b32decode(factor.secret), drift=later)
    totp.time = time.time()
    return f"{totp.token():06}"


def wrong_code(factor: SecondFactor) -> str:
    """Six digits that the app does not show now or in the minutes around."""
    right = {code(factor, later) for later in range(-3, 4)}
    return next(digits for digits in ("000000", "111111", "222222") if digits not in right)


def set_up(user: User) -> tuple[SecondFactor, list[str]]:
    """A second factor in use and its recovery codes. The app's present code is used up."""
    now = timezone.now()
    factor = begin_set_up(user=user, now=now)
    return confirm_set_up(user=user, code=code(factor), now=now)


def verified(user: User) -> Client:
    """A browser in which this user has verified both factors. The next two codes are used up."""
    factor, _codes = set_up(user)
    client = browser(user)
    response = client.post("/admin/verify/", {"code": code(factor, later=1)})
    assert response.status_code == 302
    return client


def verbs() -> list[str]:
    """The verbs in the audit trail, oldest first."""
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
