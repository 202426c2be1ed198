"""Changes that an administrator makes to staff accounts."""

from __future__ import annotations

import logging
from datetime import datetime

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from config.staff.errors import AccountError, LastAdministrator
from config.staff.roles import Role, administrators, give_role, role_of
from config.staff.sessions import end_sessions_of

log = logging.getLogger("undersigned.staff")

TYPED = ["first_name", "last_name", "email"]


def is_last_administrator(user: User) -> bool:
    """Whether nobody else could manage the accounts."""
    able = administrators()
    return able.filter(pk=user.pk).exists() and not able.exclude(pk=user.pk).exists()


@transaction.atomic
def change_account(*, account: User, role: Role, is_active: bool, by: User, now: datetime) -> User:
    """Save the name and address set on `account`, its role and whether it is active.

    The account's sessions end if its role changes or it is deactivated.
    Raises LastAdministrator, and changes nothing, if nobody could manage accounts any more; two
    administrators who demote each other at the same time are processed one after the other.
    """
    # All such changes lock this one row, so that each sees the result of the one before. With
    # no_key, other rows can still refer to the locked ones: audit entries, members of a role.
    Group.objects.get_or_create(name=Role.ADMINISTRATOR.value)
    Group.objects.select_for_update(no_key=True).get(name=Role.ADMINISTRATOR.value)
    before = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    old_role, was_active, was_last = (
        role_of(before),
        before.is_active,
        is_last_administrator(before),
    )
    if was_last and not (is_active and role == Role.ADMINISTRATOR):
        raise LastAdministrator(
            _("This is the only administrator. Make somebody else an administrator first.")
        )
    changed = [name for name in TYPED if getattr(account, name) != getattr(before, name)]
    account.is_active = is_active
    account.save(update_fields=[*TYPED, "is_active"])
    if changed:
        audit.record(
            verb=audit.Verb.ACCOUNT_CHANGED, subject=account, by=by, now=now, fields=changed
        )
    if role != old_role:
        give_role(account, role)
        audit.record(
            verb=audit.Verb.ROLE_CHANGED,
            subject=account,
            by=by,
            now=now,
            before=old_role,
            after=role,
        )
        log.info("role changed: account %s", account.pk)
    if is_active != was_active:
        verb = audit.Verb.ACCOUNT_ACTIVATED if is_active else audit.Verb.ACCOUNT_DEACTIVATED
        audit.record(verb=verb, subject=account, by=by, now=now)
        log.info("%s: account %s", verb, account.pk)
    if role != old_role or is_active < was_active:
        end_sessions_of(user=account, now=now)
    return account


@transaction.atomic
def end_sessions(*, user: User, by: User, now: datetime) -> int:
    """End all sessions of a colleague, who can log in again. Returns how many there were.

    Raises AccountError for one's own sessions, which have their own page.
    """
    if by.pk == user.pk:
        raise AccountError(_("To end your own sessions, go to “Your sessions”."))
    ended = end_sessions_of(user=user, now=now)
    if ended:
        audit.record(verb=audit.Verb.SESSIONS_ENDED, subject=user, by=by, now=now, number=ended)
        log.info("sessions ended: account %s", user.pk)
    return ended
