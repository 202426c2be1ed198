"""Inviting people to join staff, by a mail with a link that works once, within a week.

The account is created inactive with the invitation, so that it can have a role and teams at once.
Only its owner ever types its password.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from config import audit
from config.encryption import blind_index
from config.mail.outbox import post
from config.models import Invitation
from config.staff import emails
from config.staff.errors import AccountError
from config.staff.invitation_links import ended, new_nonce
from config.staff.roles import Role, give_role

log = logging.getLogger("undersigned.staff")

LIFETIME = timedelta(days=7)


@transaction.atomic
def invite(*, email: str, role: Role, language: str, by: User, now: datetime) -> Invitation:
    """Create an inactive account with this role, and mail a link to this address.

    Raises AccountError if the address already has an account or an invitation.
    """
    if not may_invite(email):
        raise AccountError(already_invited())
    account = User(username=f"invited-{secrets.token_hex(4)}", is_staff=True, is_active=False)
    account.set_unusable_password()
    account.save()
    give_role(account, role)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                account=account,
                email=email,
                email_index=blind_index(email),
                language=language,
                link_nonce=new_nonce(),
                invited_by=by,
                sent_at=now,
                expires_at=now + LIFETIME,
            )
    except IntegrityError:  # another administrator was first
        raise AccountError(already_invited()) from None
    audit.record(verb=audit.Verb.INVITED, subject=account, by=by, now=now, role=role)
    post(emails.invitation, invitation_id=invitation.pk)
    return invitation


def may_invite(email: str) -> bool:
    """Whether this address has neither an account nor an invitation."""
    invited = Invitation.objects.filter(email_index=blind_index(email)).exists()
    return not invited and not User.objects.filter(email__iexact=email).exists()


def already_invited() -> str:
    return _("This address already has an account or an invitation.")


@transaction.atomic
def send_again(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Mail a new link for another week; the old one stops working.

    Raises InvitationEnded if the invitation no longer exists.
    """
    found = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
    if found is None:
        raise ended()
    invitation = found
    invitation.link_nonce = new_nonce()
    invitation.sent_at, invitation.expires_at = now, now + LIFETIME
    invitation.save(update_fields=["link_nonce", "sent_at", "expires_at"])
    audit.record(verb=audit.Verb.INVITED_AGAIN, subject=invitation.account, by=by, now=now)
    post(emails.invitation, invitation_id=invitation.pk)
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User | None, now: datetime) -> None:
    """Delete an invitation with its account, which was never used. Repeating it is harmless."""
    account = User.objects.filter(invitation=invitation.pk).first()
    if account is not None:
        verb = audit.Verb.INVITATION_WITHDRAWN if by else audit.Verb.INVITATION_EXPIRED
        audit.record(verb=verb, subject=account, by=by, now=now)
        account.delete()


def end_expired(*, now: datetime) -> int:
    """Delete expired invitations with their addresses. The worker calls it."""
    expired = list(Invitation.objects.filter(expires_at__lte=now))
    for invitation in expired:
        withdraw(invitation=invitation, by=None, now=now)
    return len(expired)


@transaction.atomic
def accept(
    *,
    invitation: Invitation,
    username: str,
    first_name: str,
    last_name: str,
    password: str,
    now: datetime,
) -> User:
    """Activate the account with the name and password chosen; the link stops working.

    Raises InvitationEnded if it was used meanwhile, AccountError if the username is taken.
    """
    invitation = _lock(invitation, now)
    account = invitation.account
    account.username, account.email = username, invitation.email
    account.first_name, account.last_name = first_name, last_name
    account.is_active = True
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:  # somebody took the name after the form was checked
        raise AccountError(_("That username is already taken.")) from None
    invitation.delete()
    audit.record(verb=audit.Verb.INVITATION_ACCEPTED, subject=account, by=account, now=now)
    log.info("invitation accepted: account %s", account.pk)
    return account


def _lock(invitation: Invitation, now: datetime) -> Invitation:
    """The invitation, locked and re-read, if its link still works. Raises InvitationEnded."""
    found = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
    if found is None or found.link_nonce != invitation.link_nonce or found.expires_at <= now:
        raise ended()
    return found
