"""A row locked by one action does not block others that only refer to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from config import audit
from config.staff import accounts, factor
from config.staff.invitations import invite
from config.staff.roles import Role
from tests.config.staff.conftest import verbs

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'", reason="SQLite has one writer and no locks of rows"
    ),
]


def change(user: User, by: User) -> None:
    accounts.change_account(
        account=user, role=Role.EDITOR, is_active=True, by=by, now=timezone.now()
    )


def while_open(first, second) -> None:
    """Run the first in a transaction, and the second before it ends, without waiting."""
    done = Event()

    def run() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                second()
        finally:
            done.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(run)
            done.wait(timeout=10)
        other.result()


def note(user: User) -> None:
    """Anything that the user does elsewhere, with an audit entry that names the user."""
    audit.record(verb=audit.Verb.PASSWORD_CHANGED, subject=user, by=user, now=timezone.now())


def test_a_user_can_act_while_their_account_is_changed(account):
    ada, chief = account(Role.REVIEWER), account(Role.ADMINISTRATOR)
    while_open(lambda: change(ada, chief), lambda: note(ada))
    assert sorted(verbs()) == ["password changed", "role changed"]


def test_somebody_can_be_invited_while_an_account_is_changed(account, outbox):
    """Both assign a role, a row that refers to the group."""
    ada, chief = account(Role.REVIEWER), account(Role.ADMINISTRATOR)
    while_open(
        lambda: change(ada, chief),
        lambda: invite(
            email="bea@example.org",
            role=Role.ADMINISTRATOR,
            language="en",
            by=chief,
            now=timezone.now(),
        ),
    )
    assert sorted(verbs()) == ["invited", "role changed"]


def test_a_user_can_act_elsewhere_while_setting_up_a_factor(account):
    ada = account(Role.REVIEWER)
    while_open(lambda: factor.begin_set_up(user=ada, now=timezone.now()), lambda: note(ada))
    assert sorted(verbs()) == ["password changed", "second factor begun"]
