"""When a session ends by itself, and which cookies there are."""

from __future__ import annotations

import time

import pytest
from django.contrib.auth.models import User
from django.test import Client

from config.staff.roles import Role
from config.staff.sessions import BEGAN, SEEN
from tests.config.staff.conftest import PASSWORD, browser

pytestmark = pytest.mark.django_db
MINUTE, HOUR = 60, 3600


def as_if(client: Client, *, began: int, seen: int) -> None:
    """Move the session's beginning and its last page so many seconds into the past."""
    session, now = client.session, int(time.time())
    session[BEGAN], session[SEEN] = now - began, now - seen
    session.save()


@pytest.mark.parametrize(
    ("began", "seen", "open_still"),
    [
        (2 * HOUR, 29 * MINUTE, True),
        (2 * HOUR, 31 * MINUTE, False),
        (8 * HOUR - MINUTE, MINUTE, True),
        (8 * HOUR + MINUTE, MINUTE, False),
    ],
)
def test_a_session_ends_after_half_an_hour_idle_or_eight_hours(account, began, seen, open_still):
    client = browser(account(Role.VIEWER))
    as_if(client, began=began, seen=seen)
    assert client.get("/admin/").status_code == (200 if open_still else 302)
    assert client.get("/admin/").status_code == (200 if open_still else 302)


def test_each_page_begins_the_half_hour_anew_and_not_the_eight_hours(account):
    client = browser(account(Role.VIEWER))
    as_if(client, began=HOUR, seen=20 * MINUTE)
    began = client.session[BEGAN]
    client.get("/admin/")
    assert client.session[SEEN] >= int(time.time()) - 5
    assert client.session[BEGAN] == began


def test_a_page_within_a_minute_writes_nothing_to_the_session(account):
    client = browser(account(Role.VIEWER))
    as_if(client, began=HOUR, seen=MINUTE // 2)
    seen = client.session[SEEN]
    client.get("/admin/")
    assert client.session[SEEN] == seen


def test_a_deactivated_account_is_out_at_once(account):
    user = account(Role.VIEWER)
    client = browser(user)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_every_cookie_stays_in_the_admin(account):
    user = account(Role.ADMINISTRATOR)
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    client.get("/admin/login/")
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    client.post(f"/admin/auth/user/{user.pk}/reset-factor/")  # says something by a message
    assert {name: cookie["path"] for name, cookie in client.cookies.items()} == {
        "csrftoken": "/admin/",
        "sessionid": "/admin/",
        "device": "/admin/login/",
    }
