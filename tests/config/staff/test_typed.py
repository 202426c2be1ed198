"""What was typed is saved through a new log-in, the second factor or a new CSRF token."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from config.staff import typed
from config.staff.roles import Role, give_role
from config.staff.sessions import IDLE, SEEN
from letters.models import Letter
from tests.config.staff.conftest import PASSWORD, browser, proved, set_up
from tests.factories import LetterFactory
from tests.letters.conftest import one_more, sent_by

pytestmark = pytest.mark.django_db
AGAIN = "You had to log in again. What you typed is below. It has not been saved yet."
LOGIN = "/admin/login/"


@pytest.fixture
def letter() -> Letter:
    return LetterFactory()


@pytest.fixture
def editor(account: Any, letter: Letter) -> User:
    user = account(Role.EDITOR, letter.campaign)
    user.set_password(PASSWORD)
    user.save()
    return user


def change_url(row: Any) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def logged_in(client: Client, user: User, where: str) -> str:
    """Log in on the page of a redirect; returns the next redirect's URL."""
    assert where.startswith(LOGIN)
    return client.post(where, {"username": user.username, "password": PASSWORD})["Location"]


def idle(client: Client) -> None:
    """The session was idle for too long."""
    session = client.session
    session[SEEN] = int(time.time() - IDLE.total_seconds()) - 1
    session.save()


def ended(client: Client) -> None:
    """The session no longer exists, as after its maximum age or if a colleague ended it."""
    Session.objects.all().delete()


def gone(client: Client) -> None:
    """The browser has dropped its cookies."""
    client.cookies.clear()


def errors(response: Any) -> list[str]:
    return list(response.context["adminform"].form.non_field_errors())


@pytest.mark.parametrize("end", [idle, ended, gone])
def test_the_form_is_filled_in_again_after_the_log_in(editor, letter, end):
    client = browser(editor)
    url = change_url(letter)
    client.get(url)
    sent = sent_by(client, url, goal="70707") | {"editions-0-body": "A <new> text.\r\n\r\nMore."}
    sent = one_more(sent, "addressees", position="2", name="Bo Example")
    end(client)
    to = logged_in(client, editor, client.post(url, sent)["Location"])
    assert to == url
    page = client.get(to)
    assert errors(page) == [AGAIN]
    shown = page.content.decode()
    assert 'value="70707"' in shown
    assert "A &lt;new&gt; text." in shown
    assert 'value="Bo Example"' in shown
    assert Letter.objects.get().goal is None
    # Sent again, it is saved, as if nothing had happened.
    form = page.context["adminform"].form
    sent |= {"as_shown": form["as_shown"].value(), "typed_by": form["typed_by"].value()}
    assert client.post(url, sent).status_code == 302
    assert Letter.objects.get().goal == 70707
    assert letter.addressees.filter(name="Bo Example").exists()


def test_it_is_shown_once(editor, letter):
    client = browser(editor)
    sent = sent_by(client, change_url(letter), goal="70707")
    idle(client)
    to = logged_in(client, editor, client.post(change_url(letter), sent)["Location"])
    assert 'value="70707"' in client.get(to).content.decode()
    assert 'value="70707"' not in client.get(to).content.decode()


def test_a_wrong_password_in_between_loses_nothing(editor, letter):
    client = browser(editor)
    sent = sent_by(client, change_url(letter), goal="70707")
    idle(client)
    where = client.post(change_url(letter), sent)["Location"]
    client.post(where, {"username": editor.username, "password": "wrong"})
    assert 'value="70707"' in client.get(logged_in(client, editor, where)).content.decode()


def test_the_second_factor_in_between_loses_nothing(editor, letter, guarded):
    _factor, codes = set_up(editor)
    client = browser(editor)
    client.post("/admin/verify/", {"code": codes[0]})
    sent = sent_by(client, change_url(letter), goal="70707")
    idle(client)
    to = logged_in(client, editor, client.post(change_url(letter), sent)["Location"])
    where = client.get(to)["Location"]
    assert where.startswith("/admin/verify/")
    to = client.post(where, {"code": codes[1]})["Location"]
    assert 'value="70707"' in client.get(to).content.decode()


def test_who_has_logged_in_but_not_shown_the_second_factor_loses_nothing(editor, letter, guarded):
    _factor, codes = set_up(editor)
    before = browser(editor)
    before.post("/admin/verify/", {"code": codes[0]})
    sent = sent_by(before, change_url(letter), goal="70707")
    client = browser(editor)  # logged in anew in another tab, and not further
    where = client.post(change_url(letter), sent)["Location"]
    assert where.startswith("/admin/verify/")
    to = client.post(where, {"code": codes[1]})["Location"]
    assert 'value="70707"' in client.get(to).content.decode()


def test_a_token_of_before_the_log_in_loses_nothing_and_saves_nothing(editor, letter):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    sent = sent_by(client, change_url(letter), goal="70707")
    client.get(LOGIN)
    sent["csrfmiddlewaretoken"] = "x" * 64
    response = client.post(change_url(letter), sent)
    assert (response.status_code, response["Location"]) == (303, change_url(letter))
    page = client.get(response["Location"])
    assert errors(page) == [AGAIN]
    assert 'value="70707"' in page.content.decode()
    assert Letter.objects.get().goal is None


def test_a_form_from_another_site_is_refused_and_not_stored(editor, letter):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    sent = sent_by(client, change_url(letter), goal="70707")
    del sent["typed_by"]
    assert client.post(change_url(letter), sent).status_code == 403
    assert typed.SESSION_KEY not in client.session


def test_what_one_typed_is_not_shown_to_another(account, editor, letter):
    other = account(Role.EDITOR, letter.campaign)
    other.set_password(PASSWORD)
    other.save()
    client = browser(editor)
    sent = sent_by(client, change_url(letter), goal="70707")
    idle(client)
    to = logged_in(client, other, client.post(change_url(letter), sent)["Location"])
    assert 'value="70707"' not in client.get(to).content.decode()
    assert typed.SESSION_KEY not in client.session


def test_nothing_is_stored_for_strangers(letter):
    client = Client()
    for token in ({}, {"typed_by": "1:nonsense"}, {"typed_by": ""}):
        client.post(change_url(letter), {"goal": "70"} | token)
    assert Session.objects.count() == 0


def test_an_old_page_is_not_stored(letter, editor, monkeypatch):
    client = Client()
    sent = {"goal": "70", "typed_by": typed.typed_by(editor.pk)}
    later = timezone.now() + typed.FRESH + timedelta(minutes=1)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    client.post(change_url(letter), sent)
    assert Session.objects.count() == 0


def test_passwords_codes_and_tokens_are_not_stored_and_the_rest_is_encrypted(account, editor):
    boss = account(Role.ADMINISTRATOR)
    client = browser(boss)
    proved(client, minutes_ago=60)
    sent = {
        "email": "bo@example.org",
        "own_password": PASSWORD,
        "own_code": "123456",
        "csrfmiddlewaretoken": "secret-token",
        "typed_by": typed.typed_by(boss.pk),
    }
    idle(client)
    client.post("/admin/config/invitation/add/", sent)
    (row,) = [one for one in Session.objects.all() if typed.SESSION_KEY in one.get_decoded()]
    stored = json.dumps(row.get_decoded())
    assert not any(text in stored for text in sent.values())
    request = type("Request", (), {})()
    request.session = dict(row.get_decoded())
    request.user = boss
    request.get_full_path = lambda: "/admin/config/invitation/add/"
    again = typed.take(request)
    assert again is not None
    assert set(again.fields) == {"email", "typed_by"}


def test_a_changed_password_is_never_stored(editor):
    client = browser(editor)
    idle(client)
    client.post("/admin/password_change/", {"old_password": PASSWORD, "new_password1": "x"})
    assert not any(typed.SESSION_KEY in one.get_decoded() for one in Session.objects.all())


def test_a_file_has_to_be_chosen_again_and_the_page_says_which(editor, letter):
    campaign = letter.campaign
    client = browser(editor)
    sent = sent_by(client, change_url(campaign), title="Renamed")
    for name in ("team", "image"):
        sent.pop(name, None)
    idle(client)
    image = SimpleUploadedFile("march.png", b"not looked at", content_type="image/png")
    where = client.post(change_url(campaign), sent | {"image": image})["Location"]
    page = client.get(logged_in(client, editor, where))
    assert errors(page) == [f"{AGAIN} Choose these files again: march.png."]
    assert 'value="Renamed"' in page.content.decode()


def test_a_row_that_is_added_is_filled_in_again(editor):
    client = browser(editor)
    url = "/admin/campaigns/campaign/add/"
    sent = sent_by(client, url, title="New one")
    for name in ("team", "image"):
        sent.pop(name, None)
    idle(client)
    page = client.get(logged_in(client, editor, client.post(url, sent)["Location"]))
    assert AGAIN in errors(page)
    assert 'value="New one"' in page.content.decode()
    assert not Campaign.objects.filter(title="New one").exists()


def test_changes_saved_meanwhile_are_shown_too(editor, letter):
    client = browser(editor)
    sent = sent_by(client, change_url(letter), goal="70707")
    idle(client)
    Letter.objects.update(goal=50)
    page = client.get(logged_in(client, editor, client.post(change_url(letter), sent)["Location"]))
    (difference,) = page.context["adminform"].form.differences
    assert (difference.stored, difference.typed) == ("50", "70707")


def test_the_reason_for_a_changed_text_is_back_and_nothing_is_published(editor, letter):
    letter.editions.update(body="Another text.")
    client = browser(editor)
    url = f"/admin/letters/letter/{letter.pk}/revise/"
    (token,) = re.findall(r'name="typed_by" value="([^"]+)"', client.get(url).content.decode())
    sent = {"kind": "substantive", "reason": "A new law.", "typed_by": token}
    ended(client)
    shown = client.get(logged_in(client, editor, client.post(url, sent)["Location"]))
    assert AGAIN in shown.content.decode()
    assert "A new law.</textarea>" in shown.content.decode()
    assert letter.revisions.count() == 1


def test_a_user_who_may_no_longer_change_the_row_sees_it_as_stored(account, letter):
    user = account(Role.EDITOR, letter.campaign)
    user.set_password(PASSWORD)
    user.save()
    client = browser(user)
    sent = sent_by(client, change_url(letter), goal="70707")
    idle(client)
    where = client.post(change_url(letter), sent)["Location"]
    give_role(user, Role.VIEWER)
    page = client.get(logged_in(client, user, where))
    assert page.status_code == 200
    assert "70" not in page.context["adminform"].form.data.values()


def test_too_long_a_form_is_not_stored(editor, letter, monkeypatch):
    monkeypatch.setattr(typed, "LONGEST", 10)
    client = browser(editor)
    sent = sent_by(client, change_url(letter), goal="70707")
    idle(client)
    page = client.get(logged_in(client, editor, client.post(change_url(letter), sent)["Location"]))
    assert 'value="70707"' not in page.content.decode()
