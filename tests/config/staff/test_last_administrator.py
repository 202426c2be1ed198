"""There is always somebody who can manage the accounts."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from config.staff.accounts import change_account
from config.staff.errors import LastAdministrator
from config.staff.roles import Role, administrators, role_of
from tests.config.staff.conftest import browser, verbs
from tests.factories import StaffFactory
from tests.signatories.signing.test_concurrency import at_once

pytestmark = pytest.mark.django_db
MESSAGE = "This is the only administrator. Make somebody else an administrator first."


def change(account: User, by: User, role: Role, is_active: bool) -> None:
    change_account(account=account, role=role, is_active=is_active, by=by, now=timezone.now())


@pytest.mark.parametrize(
    ("role", "is_active"),
    [(Role.EDITOR, True), (Role.ADMINISTRATOR, False), (Role.VIEWER, False)],
)
def test_the_last_one_stays(account, role, is_active):
    last = account(Role.ADMINISTRATOR)
    account(Role.ADMINISTRATOR, is_active=False)
    account(Role.ADMINISTRATOR, is_staff=False)
    account(Role.EDITOR)
    with pytest.raises(LastAdministrator):
        change(last, last, role, is_active)
    stored = User.objects.get(pk=last.pk)
    assert (role_of(stored), stored.is_active, verbs()) == (Role.ADMINISTRATOR, True, [])


def test_a_last_superuser_stays_too():
    last = StaffFactory()
    with pytest.raises(LastAdministrator):
        change(last, last, Role.EDITOR, True)
    assert User.objects.get().is_superuser


@pytest.mark.parametrize("is_superuser", [True, False])
def test_one_of_two_may_go(account, is_superuser):
    one, other = account(Role.ADMINISTRATOR), account(Role.ADMINISTRATOR)
    User.objects.filter(pk=other.pk).update(is_superuser=is_superuser)
    change(one, other, Role.EDITOR, True)
    assert list(administrators()) == [other]


def test_the_last_one_can_be_renamed(account):
    last = account(Role.ADMINISTRATOR)
    last.first_name = "Ada"
    change(last, last, Role.ADMINISTRATOR, True)
    assert User.objects.get().first_name == "Ada"


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"role": "viewer", "is_active": "on"}, "role"), ({"role": "administrator"}, "is_active")],
)
def test_the_page_says_so_beside_the_field(account, sent, field):
    last = account(Role.ADMINISTRATOR)
    address = f"/admin/auth/user/{last.pk}/change/"
    response = browser(last).post(address, {"first_name": "", "last_name": ""} | sent)
    assert response.context["adminform"].form.errors == {field: [MESSAGE]}
    assert list(administrators()) == [last]


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_demote_each_other_one_stays(account):
    one, other = account(Role.ADMINISTRATOR), account(Role.ADMINISTRATOR)

    def demote(who: User, by: User) -> None:
        with suppress(LastAdministrator):
            change(who, by, Role.VIEWER, True)

    at_once(lambda: demote(other, one), lambda: demote(one, other))
    assert administrators().count() == 1
    assert verbs() == ["role changed"]
