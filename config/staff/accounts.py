"""Changes to accounts of staff by an administrator."""

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
    """Whether nobody else could look after the accounts."""
    able = administrators()
    return able.filter(pk=user.pk).exists() and not able.exclude(pk=user.pk).exists()


@transaction.atomic
def change_account(*, account: User, role: Role, is_active: bool, by: User, now: datetime) -> User:
    """Store name and address as typed in `account`, and its role and whether it is active.

    An account that can do less from now on loses its sessions.
    Raises LastAdministrator, and changes nothing, when nobody would be left for the accounts;
    two administrators who take the role from one another at once are served one after the other.
    """
    # One row that all such changes lock, so that each sees what the one before has left. Locked
    # without their keys, rows can still be named by others: in the trail, as members of a role.
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
    """End all sessions of a colleague, who can log in anew. Says how many there were.

    Raises AccountError for one's own, which have a page of their own.
    """
    if by.pk == user.pk:
        raise AccountError(_("To end your own sessions, go to “Your sessions”."))
    ended = end_sessions_of(user=user, now=now)
    if ended:
        audit.record(verb=audit.Verb.SESSIONS_ENDED, subject=user, by=by, now=now, number=ended)
        log.info("sessions ended: account %s", user.pk)
    return ended
