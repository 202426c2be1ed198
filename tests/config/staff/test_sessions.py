"""When sessions end, by themselves or by a button, and which cookies there are."""

from __future__ import annotations

import re
import time

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from config.models import AuditEntry
from config.staff.accounts import end_sessions
from config.staff.errors import AccountError
from config.staff.roles import Role
from config.staff.sessions import BEGAN, SEEN
from tests.config.staff.conftest import PASSWORD, browser, proved

pytestmark = pytest.mark.django_db
MINUTE, HOUR = 60, 3600


def as_if(client: Client, *, began: int, seen: int) -> None:
    """Move the session's start and last request so many seconds into the past."""
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


def test_each_request_restarts_the_half_hour_but_not_the_eight_hours(account):
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


def test_a_new_secret_key_ends_no_session_while_the_former_one_is_named(account, settings):
    client = browser(account(Role.VIEWER))
    settings.SECRET_KEY, former = "a new key" * 10, settings.SECRET_KEY
    settings.SECRET_KEY_FALLBACKS = [former]
    assert client.get("/admin/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get("/admin/").status_code == 200  # it was signed anew meanwhile
    settings.SECRET_KEY = "yet another key" * 10
    assert client.get("/admin/").status_code == 302


# The user's own sessions


def rows(client: Client) -> list[str]:
    page = client.get("/admin/sessions/").content.decode()
    return re.findall(r"<td>([^<]+)</td></tr>", page)


def test_users_see_their_own_sessions(account):
    user, other = account(Role.VIEWER), account(Role.VIEWER)
    here, there, idle = browser(user), browser(user), browser(user)
    browser(other)
    as_if(here, began=HOUR, seen=0)
    as_if(there, began=2 * HOUR, seen=20 * MINUTE)
    as_if(idle, began=2 * HOUR, seen=31 * MINUTE)
    assert rows(here) == ["in this browser", "elsewhere"]
    (one,) = browser(other).get("/admin/sessions/").context["sessions"][:1]
    assert one.is_present


def test_the_others_are_ended_by_a_button_and_this_one_goes_on(account):
    user, other = account(Role.VIEWER), account(Role.VIEWER)
    here, there, theirs = browser(user), browser(user), browser(other)
    assert here.get("/admin/sessions/end/").status_code == 405
    for _twice in range(2):
        assert here.post("/admin/sessions/end/").headers["Location"] == "/admin/sessions/"
    assert there.get("/admin/").status_code == 302
    assert here.get("/admin/").status_code == theirs.get("/admin/").status_code == 200
    assert rows(here) == ["in this browser"]
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.detail) == ("other sessions ended", user, {"number": 1})


def test_a_session_left_open_does_not_end_the_others(account):
    user = account(Role.VIEWER)
    user.set_password(PASSWORD)
    user.save()
    thief, owner = browser(user), browser(user)
    proved(thief, minutes_ago=11)
    assert thief.post("/admin/sessions/end/").status_code == 200
    assert owner.get("/admin/").status_code == 200
    thief.post("/admin/sessions/end/", {"own_password": PASSWORD})
    assert owner.get("/admin/").status_code == 302


def test_an_administrator_ends_a_colleagues_sessions(account):
    administrator, ada = account(Role.ADMINISTRATOR), account(Role.EDITOR)
    ours, theirs = browser(administrator), browser(ada)
    address = f"/admin/auth/user/{ada.pk}/end-sessions/"
    assert theirs.post(address).status_code == 403
    assert address in ours.get(f"/admin/auth/user/{ada.pk}/change/").content.decode()
    for _twice in range(2):
        ours.post(address)
    assert theirs.get("/admin/").status_code == 302
    assert ours.get("/admin/").status_code == 200
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.subject_id) == ("sessions ended", administrator, ada.pk)


def test_nobody_ends_their_own_by_that_button(account):
    administrator = account(Role.ADMINISTRATOR)
    client = browser(administrator)
    client.post(f"/admin/auth/user/{administrator.pk}/end-sessions/")
    assert client.get("/admin/").status_code == 200
    with pytest.raises(AccountError):
        end_sessions(user=administrator, by=administrator, now=timezone.now())
