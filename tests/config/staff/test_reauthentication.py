"""Changes to accounts and access require that password and code were entered recently."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from config.models import Invitation, SecondFactor
from config.staff.factor import in_use
from config.staff.limits import PER_NAME, begin_attempt
from config.staff.roles import Role, role_of
from tests.config.staff.conftest import PASSWORD, browser, code, proved, set_up, verbs, wrong_code

pytestmark = pytest.mark.django_db
INVITE = "/admin/config/invitation/add/"
WRONG = "This is not your password."
PAGES = {"reset-factor": "Reset two-factor authentication", "end-sessions": "End all sessions"}


@pytest.fixture
def administrator(account) -> User:
    user = account(Role.ADMINISTRATOR)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def old(administrator) -> Client:
    """A browser that the administrator has logged in with eleven minutes ago."""
    client = browser(administrator)
    proved(client, minutes_ago=11)
    return client


def change(user: User) -> str:
    return f"/admin/auth/user/{user.pk}/change/"


def account_data(**changes: str) -> dict[str, str]:
    return {"first_name": "", "last_name": "", "email": "", "role": "editor", "is_active": "on"} | (
        changes
    )


def test_within_ten_minutes_of_the_log_in_nothing_is_required(administrator, account):
    ada = account(Role.VIEWER)
    client = browser(administrator)
    proved(client, minutes_ago=9)
    assert "own_password" not in client.get(change(ada)).content.decode()
    assert client.post(change(ada), account_data()).status_code == 302
    assert role_of(User.objects.get(pk=ada.pk)) == Role.EDITOR


def test_later_the_password_is_required_if_there_is_no_second_factor(old, account):
    ada = account(Role.VIEWER)
    page = old.get(change(ada)).content.decode()
    assert "Confirm that it is you" in page
    assert ('name="own_password"' in page, 'name="own_code"' in page) == (True, False)
    for typed, told in (("", "This field is required."), ("another", WRONG)):
        response = old.post(change(ada), account_data(first_name="Ada", own_password=typed))
        form = response.context["adminform"].form
        assert form.errors == {"own_password": [told]}
        assert 'value="Ada"' in response.content.decode()  # what was typed is still there
    assert role_of(User.objects.get(pk=ada.pk)) == Role.VIEWER
    assert old.post(change(ada), account_data(own_password=PASSWORD)).status_code == 302
    assert role_of(User.objects.get(pk=ada.pk)) == Role.EDITOR
    assert verbs() == ["log-in failed", "role changed"]


def test_a_right_password_counts_even_if_another_field_is_wrong(old, account):
    ada = account(Role.VIEWER)
    response = old.post(change(ada), account_data(email="no address", own_password=PASSWORD))
    assert response.context["adminform"].form.errors.keys() == {"email"}
    assert old.post(change(ada), account_data()).status_code == 302


def test_with_a_second_factor_password_and_code_are_required(administrator, account, guarded):
    ada = account(Role.VIEWER)
    factor, _codes = set_up(administrator)
    client = browser(administrator)
    client.post("/admin/verify/", {"code": code(factor, later=1)})
    assert "own_code" not in client.get(change(ada)).content.decode()
    proved(client, minutes_ago=11)
    SecondFactor.objects.update(last_step=-1)
    sent = account_data(own_password=PASSWORD, own_code=wrong_code(factor))
    response = client.post(change(ada), sent)
    assert response.context["adminform"].form.errors == {
        "own_code": ["This code is not right. Enter the one your app shows now."]
    }
    SecondFactor.objects.update(throttling_failure_count=0)
    right = code(factor)
    guess = client.post(change(ada), account_data(own_password="another", own_code=right))
    assert guess.context["adminform"].form.errors == {"own_password": [WRONG]}
    sent = account_data(own_password=PASSWORD, own_code=right)  # no wrong password used it up
    assert client.post(change(ada), sent).status_code == 302
    assert role_of(User.objects.get(pk=ada.pk)) == Role.EDITOR


def test_inviting_requires_a_recent_password(old, outbox):
    sent = {"email": "bea@example.org", "role": "administrator"}
    assert 'name="own_password"' in old.get(INVITE).content.decode()
    response = old.post(INVITE, sent)
    assert response.context["adminform"].form.errors.keys() == {"own_password"}
    assert (Invitation.objects.count(), outbox.send()) == (0, [])
    assert old.post(INVITE, sent | {"own_password": PASSWORD}).status_code == 302
    assert len(outbox.send()) == 1


def test_reading_an_invitation_requires_no_password(old):
    old.post(INVITE, {"email": "bea@example.org", "role": "viewer", "own_password": PASSWORD})
    proved(old, minutes_ago=11)
    page = old.get(f"/admin/config/invitation/{Invitation.objects.get().pk}/change/")
    assert "own_password" not in page.content.decode()


@pytest.mark.parametrize("button", PAGES)
def test_a_button_leads_to_a_page_that_asks_for_the_password_first(old, account, button):
    ada = account(Role.REVIEWER)
    set_up(ada)
    theirs = browser(ada)
    before = verbs()
    address = f"/admin/auth/user/{ada.pk}/{button}/"
    asks = old.post(address)
    assert asks.status_code == 200
    page = asks.content.decode()
    assert (f"<h1>{PAGES[button]}</h1>" in page, f"<h2>{ada}</h2>" in page) == (True, True)
    assert old.post(address, {"own_password": "another"}).status_code == 422
    assert in_use(ada) is not None
    assert theirs.get("/admin/verify/").status_code == 200
    assert verbs() == [*before, "log-in failed"]
    assert old.post(address, {"own_password": PASSWORD}).headers["Location"] == change(ada)
    assert theirs.get("/admin/verify/").status_code == 302
    assert (in_use(ada) is None) == (button == "reset-factor")


@pytest.mark.parametrize("address", ["replace", "codes"])
def test_ones_own_factor_is_replaced_with_the_password_too(administrator, guarded, address):
    factor, codes = set_up(administrator)
    client = browser(administrator)
    client.post("/admin/verify/", {"code": code(factor, later=1)})
    proved(client, minutes_ago=11)
    assert 'name="own_password"' in client.get("/admin/second-factor/").content.decode()
    sent = {"code": codes[0]}
    for typed, told in (({}, "This field is required."), ({"own_password": "another"}, WRONG)):
        response = client.post(f"/admin/second-factor/{address}/", sent | typed)
        assert response.status_code == 422
        assert response.context["code_form"].errors == {"own_password": [told]}
    assert (factor.recovery_codes.count(), SecondFactor.objects.count()) == (10, 1)
    response = client.post(f"/admin/second-factor/{address}/", sent | {"own_password": PASSWORD})
    assert response.status_code == (302 if address == "replace" else 200)
    assert SecondFactor.objects.count() == (2 if address == "replace" else 1)


def test_guesses_of_the_password_are_limited_as_at_the_log_in(old, account):
    ada = account(Role.VIEWER)
    answers = [
        old.post(change(ada), account_data(own_password="another")).context["adminform"].form.errors
        for _n in range(11)
    ]
    assert answers[-2:] == [
        {"own_password": [WRONG]},
        {"own_password": ["Too many attempts. Wait 15 minutes and try again."]},
    ]
    response = old.post(change(ada), account_data(own_password=PASSWORD))
    assert response.context["adminform"].form.errors.keys() == {"own_password"}


def test_guesses_at_the_log_in_do_not_block_it(old, administrator, account):
    ada, name = account(Role.VIEWER), administrator.get_username()
    for number in range(PER_NAME):
        begin_attempt(name=name, network=f"network {number}", now=timezone.now())
    assert old.post(change(ada), account_data(own_password=PASSWORD)).status_code == 302


def test_a_first_factor_is_not_set_up_in_a_session_that_was_left_open(old):
    address = "/admin/second-factor/begin/"
    assert old.post(address).status_code == 200
    assert SecondFactor.objects.count() == 0
    assert old.post(address, {"own_password": PASSWORD}).status_code == 302
    assert SecondFactor.objects.count() == 1


def test_another_persons_password_is_wrong(old, account):
    ada = account(Role.VIEWER)
    ada.set_password("the words of somebody else")
    ada.save()
    sent = account_data(own_password="the words of somebody else")
    assert old.post(change(ada), sent).status_code == 200
    assert role_of(User.objects.get(pk=ada.pk)) == Role.VIEWER
