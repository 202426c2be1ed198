"""Accounts in the admin: a role, no single permissions, no passwords, and a trail of changes."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User

from config.models import AuditEntry
from config.staff.roles import Role, role_of
from tests.config.staff.conftest import browser, set_up, verbs

pytestmark = pytest.mark.django_db
LIST = "/admin/auth/user/"


@pytest.fixture
def administrator(account) -> User:
    return account(Role.ADMINISTRATOR, username="chief")


def change(user: User) -> str:
    return f"{LIST}{user.pk}/change/"


def data(**changes: str) -> dict[str, str]:
    return {"first_name": "", "last_name": "", "email": "", "role": "viewer"} | changes


def test_the_list_shows_role_and_second_factor(administrator, account):
    ada = account(Role.EDITOR, username="ada", first_name="Ada", last_name="Reader")
    set_up(ada)
    page = browser(administrator).get(LIST)
    rows = {row.username: row for row in page.context["cl"].result_list}
    assert {name: row.has_factor for name, row in rows.items()} == {"ada": True, "chief": False}
    text = page.content.decode()
    assert '<td class="field-role">Editor</td>' in text
    assert '<td class="field-full_name">Ada Reader</td>' in text


@pytest.mark.parametrize(
    ("role", "names"),
    [("editor", ["ada"]), ("administrator", ["chief", "root"]), ("x", ["ada", "chief", "root"])],
)
def test_the_list_can_be_filtered_by_role(administrator, account, role, names):
    account(Role.EDITOR, username="ada")
    root = account(Role.EDITOR, username="root")
    User.objects.filter(pk=root.pk).update(is_superuser=True)
    listed = browser(administrator).get(LIST, {"role": role}).context["cl"].result_list
    assert [one.username for one in listed] == names


def test_the_list_needs_the_same_number_of_queries_for_more_accounts(
    administrator, account, django_assert_max_num_queries
):
    client = browser(administrator)
    with django_assert_max_num_queries(100) as few:
        client.get(LIST)
    for role in Role:
        account(role)
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)


def test_a_role_is_changed_and_is_on_record(administrator, account):
    ada = account(Role.VIEWER, username="ada")
    sent = data(role="reviewer", is_active="on", first_name="Ada", email="ada@example.org")
    assert browser(administrator).post(change(ada), sent).headers["Location"] == LIST
    stored = User.objects.get(pk=ada.pk)
    assert (role_of(stored), stored.first_name, stored.is_active) == (Role.REVIEWER, "Ada", True)
    trail = AuditEntry.objects.order_by("pk").values_list("verb", "by", "subject_id", "detail")
    assert list(trail) == [
        ("account changed", administrator.pk, ada.pk, {"fields": ["first_name", "email"]}),
        ("role changed", administrator.pk, ada.pk, {"before": "viewer", "after": "reviewer"}),
    ]


def test_saving_without_changes_changes_and_records_nothing(administrator, account):
    ada = account(Role.VIEWER)
    browser(administrator).post(change(ada), data(is_active="on"))
    assert verbs() == []


def test_a_deactivated_account_loses_its_sessions_and_can_come_back(administrator, account):
    ada = account(Role.VIEWER)
    theirs, ours = browser(ada), browser(administrator)
    ours.post(change(ada), data())
    assert theirs.get("/admin/").status_code == 302
    ours.post(change(ada), data(is_active="on"))
    assert User.objects.get(pk=ada.pk).is_active
    assert theirs.get("/admin/").status_code == 302
    assert verbs() == ["account deactivated", "account activated"]


def test_a_superuser_with_a_lesser_role_is_no_longer_one(administrator, staff):
    browser(administrator).post(change(staff), data(role="editor", is_active="on"))
    stored = User.objects.get(pk=staff.pk)
    assert (stored.is_superuser, role_of(stored)) == (False, Role.EDITOR)


def test_a_superuser_who_stays_administrator_stays_one(administrator, staff):
    sent = data(role="administrator", is_active="on", first_name="Ada")
    browser(administrator).post(change(staff), sent)
    assert User.objects.get(pk=staff.pk).is_superuser


@pytest.mark.parametrize("forged", ["is_superuser", "is_staff", "username", "password", "groups"])
def test_other_fields_of_an_account_cannot_be_changed(administrator, account, forged):
    ada = account(Role.VIEWER, username="ada", is_staff=False)
    number = str(Group.objects.get(name=Role.ADMINISTRATOR.value).pk)
    before = User.objects.values("is_superuser", "is_staff", "username", "password").get(pk=ada.pk)
    sent = data(is_active="on") | {forged: number}
    assert browser(administrator).post(change(ada), sent).status_code == 302
    after = User.objects.values("is_superuser", "is_staff", "username", "password").get(pk=ada.pk)
    assert after == before
    assert role_of(User.objects.get(pk=ada.pk)) == Role.VIEWER


@pytest.mark.parametrize("page", ["password/", "delete/"])
def test_nobody_sets_anothers_password_or_deletes_an_account(administrator, account, page):
    ada = account(Role.VIEWER)
    client = browser(administrator)
    for response in (client.get(f"{LIST}{ada.pk}/{page}"), client.post(f"{LIST}{ada.pk}/{page}")):
        assert response.status_code in {302, 403, 404}
        assert response.headers.get("Location") in {None, f"{LIST}{ada.pk}/{page}change/"}
    assert User.objects.filter(pk=ada.pk).exists()
    assert client.get(f"{LIST}add/").status_code == 403


def test_accounts_cannot_be_deleted_in_bulk(administrator, account):
    ada = account(Role.VIEWER)
    written = {"action": "delete_selected", "_selected_action": [ada.pk], "post": "yes"}
    browser(administrator).post(LIST, written)
    assert User.objects.filter(pk=ada.pk).exists()


def test_groups_are_not_in_the_admin():
    assert not admin.site.is_registered(Group)


def test_the_admins_own_log_repeats_no_name(administrator, account):
    ada = account(Role.VIEWER, username="ada")
    browser(administrator).post(change(ada), data(is_active="on", first_name="Ada"))
    assert LogEntry.objects.count() == 0
    assert "ada" not in str(list(AuditEntry.objects.values())).lower()


def test_ones_own_factor_is_not_reset_by_the_button(administrator):
    set_up(administrator)
    client = browser(administrator)
    client.force_login(administrator)
    response = client.post(f"{LIST}{administrator.pk}/reset-factor/")
    assert response.status_code == 302
    assert "second factor reset" not in verbs()
