"""Which passwords are accepted: long ones of any kind, but none that is easy to guess."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError

from config.staff.limits import PER_NAME_AND_NETWORK
from config.staff.roles import Role
from tests.config.staff.conftest import PASSWORD, browser, verbs
from tests.factories import CampaignFactory

pytestmark = pytest.mark.django_db
TOLD = (
    "This password is easy to guess. Use several words that have nothing to do with each other,"
    " with you or with this site."
)


def refusal(password: str, user: User | None = None) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return error.messages
    return []


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "correct horse battery",
        "молоко и мёд на столе",
        "kt9vl2mqx7wz",
        "only small letters and blanks" * 10,
        "Ⴟ" + "a horse that nobody has stapled",
    ],
)
def test_any_characters_and_any_length_are_taken(password):
    assert refusal(password) == []


@pytest.mark.parametrize("length", [128, 1000])
def test_a_long_one_is_compared_to_its_end(account, length):
    user = account(Role.VIEWER, username="ada")
    password = (PASSWORD * 40)[:length]
    user.set_password(password)
    user.save()
    typed = {"username": "ada", "password": password[:-1] + "~"}
    assert browser().post("/admin/login/", typed).status_code == 200
    assert browser().post("/admin/login/", typed | {"password": password}).status_code == 302


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "p4ssw0rd!p4ssw0rd!",
        "qwertyuiop[]asdf",
        "abcabcabcabcabc",
        "letmein-letmein",
        "iloveyou iloveyou",
        "DragonMaster1",
        "Administrator1!",
    ],
)
def test_common_passwords_and_patterns_are_refused_even_if_long(password):
    assert refusal(password) == [TOLD]


@pytest.mark.parametrize(
    "password",
    ["undersigned-2026", "Undersigned_Test_Desk", "undersignedtestdesk!", "testserver-testserver"],
)
def test_words_of_the_site_and_its_operator_are_refused(password):
    assert refusal(password) == [TOLD]


def test_words_of_campaigns_are_refused(settings):
    password = "grzegorzwicz 1871"  # nobody's word so far
    assert refusal(password) == []
    CampaignFactory(title="Justice for Grzegorzwicz")
    assert refusal(password) == [TOLD]


@pytest.mark.parametrize("attribute", ["username", "first_name", "last_name"])
def test_names_of_the_user_are_refused_in_pieces_too(attribute):
    password = "2026 zrvkagpt!!"
    assert refusal(password, User(username="ada")) == []
    assert TOLD in refusal(password, User(**{"username": "ada", attribute: "Zrvkagpt"}))


def test_the_parts_of_an_address_are_refused():
    assert TOLD in refusal("zrvkagpt-2026", User(username="ada", email="x@zrvkagpt.example.org"))


def test_the_help_says_what_makes_a_good_one():
    assert password_validators_help_texts()[-1] == (
        "A good password is several words that have nothing to do with each other, with you or"
        " with this site."
    )


def test_the_page_of_ones_own_password_refuses_it_beside_its_field(account):
    user = account(Role.VIEWER)
    user.set_password(PASSWORD)
    user.save()
    sent = {"old_password": PASSWORD}
    sent |= dict.fromkeys(["new_password1", "new_password2"], "passwordpassword")
    response = browser(user).post("/admin/password_change/", sent)
    assert response.context["form"].errors == {"new_password2": [TOLD]}
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


# Changing one's own

OWN_PAGE = "/admin/password_change/"
ANOTHER = "nobody staples that many horses"


def sent(old: str = PASSWORD, new: str = ANOTHER, **changes: str) -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": new} | changes


@pytest.fixture
def ada(account) -> User:
    user = account(Role.VIEWER, username="ada")
    user.set_password(PASSWORD)
    user.save()
    return user


def test_it_is_changed_with_the_old_one_and_ends_the_other_sessions(ada):
    here, elsewhere = browser(ada), browser(ada)
    page = here.get(OWN_PAGE).content.decode()
    assert page.count('type="password"') == 3
    assert here.post(OWN_PAGE, sent()).headers["Location"] == "/admin/"
    assert User.objects.get().check_password(ANOTHER)
    assert (here.get("/admin/").status_code, elsewhere.get("/admin/").status_code) == (200, 302)
    assert Session.objects.count() == 1
    assert verbs() == ["password changed"]


def test_it_is_not_changed_without_the_old_one(ada):
    client = browser(ada)
    wrong = client.post(OWN_PAGE, sent(old=ANOTHER))
    assert wrong.context["form"].errors == {"old_password": ["This is not your password."]}
    unlike = client.post(OWN_PAGE, sent(new_password2="something else altogether"))
    assert list(unlike.context["form"].errors) == ["new_password2"]
    assert User.objects.get().check_password(PASSWORD)


def test_guesses_of_the_old_password_are_limited(ada):
    client = browser(ada)
    for _n in range(PER_NAME_AND_NETWORK):
        client.post(OWN_PAGE, sent(old=ANOTHER))
    response = client.post(OWN_PAGE, sent())
    assert response.context["form"].errors == {
        "old_password": ["Too many attempts. Wait 15 minutes and try again."]
    }
