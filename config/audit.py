"""Writing to the audit trail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from config.models import AuditEntry


class Verb(StrEnum):
    """Everything that can happen, in every app.

    The trail is append-only, so stored words stay: add a verb, never reword one. These are plain
    words, so this layer depends on none of the apps above it.
    """

    # Accounts of staff and their log-ins
    ACCOUNT_CHANGED = "account changed"
    ACCOUNT_ACTIVATED = "account activated"
    ACCOUNT_DEACTIVATED = "account deactivated"
    ROLE_CHANGED = "role changed"
    INVITED = "invited"
    INVITED_AGAIN = "invited again"
    INVITATION_ACCEPTED = "invitation accepted"
    INVITATION_EXPIRED = "invitation expired"
    INVITATION_WITHDRAWN = "invitation withdrawn"
    LOGGED_IN = "logged in"
    LOGGED_OUT = "logged out"
    LOG_IN_FAILED = "log-in failed"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 # nosec B105
    SESSIONS_ENDED = "sessions ended"
    OTHER_SESSIONS_ENDED = "other sessions ended"
    SECOND_FACTOR_BEGUN = "second factor begun"
    SECOND_FACTOR_SET_UP = "second factor set up"
    SECOND_FACTOR_PROVED = "second factor proved"
    SECOND_FACTOR_FAILED = "second factor failed"
    SECOND_FACTOR_RESET = "second factor reset"
    RECOVERY_CODE_USED = "recovery code used"
    RECOVERY_CODES_RENEWED = "recovery codes renewed"

    # Campaigns
    CAMPAIGN_ADDED = "campaign added"
    CAMPAIGN_CHANGED = "campaign changed"
    CAMPAIGN_DELETED = "campaign deleted"
    TEAM_JOINED = "team joined"

    # Letters
    LETTER_ADDED = "letter added"
    LETTER_CHANGED = "letter changed"
    LETTER_DELETED = "letter deleted"
    LETTER_STATUS_CHANGED = "letter status changed"
    TRANSLATION_CHECKED = "translation checked"
    REVISION_PUBLISHED = "revision published"
    SIGNING_LOOKS_UNNATURAL = "signing looks unnatural"

    # Organisations on the register
    ORGANISATION_ADDED = "organisation added"
    ORGANISATION_CHANGED = "organisation changed"
    ORGANISATION_DELETED = "organisation deleted"
    ORGANISATIONS_KEPT_APART = "organisations kept apart"
    ORGANISATIONS_MERGED = "organisations merged"
    MERGE_UNDONE = "merge undone"
    MADE_A_SECTION = "made a section"
    DOMAIN_LEARNED = "domain learned"
    DOMAIN_FORGOTTEN = "domain forgotten"
    DOMAIN_REMOVED = "domain removed"
    FOUND_IN_A_REGISTER = "found in a register"
    REGISTER_IMPORTED = "register imported"
    REGISTER_IMPORT_UNDONE = "register import undone"

    # Signatures: transitions
    CONFIRMED = "confirmed"
    CONFIRMED_AND_PUBLISHED = "confirmed and published"
    PUBLISHED = "published"
    DECLINED = "declined"
    DECLINED_AS_A_SECOND_ONE = "declined as a second one"
    DECLINED_AS_A_SECOND_SIGNATURE = "declined as a second signature"
    CAME_BACK = "came back"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    INVALIDATED = "invalidated"
    INVALIDATION_UNDONE = "invalidation undone"

    # Signatures: other changes
    SIGNED = "signed"
    ENTERED_BY_STAFF = "entered by staff"
    CORRECTED = "corrected"
    CORRECTION_ACCEPTED = "correction accepted"
    CORRECTION_REFUSED = "correction refused"
    VISIBILITY_CHANGED = "visibility changed"
    AUTHORITY_VERIFIED = "authority verified"
    ASKED_TO_REAFFIRM = "asked to reaffirm"
    REAFFIRMED = "reaffirmed"
    SIGNATURE_LINKED = "signature linked"
    TAKEN_FOR_ANOTHER_ORGANISATION = "taken for another organisation"
    DECLINED_BY_A_MERGE = "declined by a merge"

    # Signatures: their contacts, their logos
    CONTACT_REQUESTED = "contact requested"
    CONTACT_HANDED_OVER = "contact handed over"
    CONTACT_KEPT = "contact kept"
    CONTACT_ERASED = "contact erased"
    PRIVATE_LINK_RENEWED = "private link renewed"
    EXPIRED = "expired"
    WORDS_ERASED = "words erased"
    LOGO_PROPOSED = "logo proposed"
    LOGO_ACCEPTED = "logo accepted"
    LOGO_REFUSED = "logo refused"
    PROPOSED_LOGO_TAKEN_BACK = "proposed logo taken back"

    # Senders and mailboxes
    SENDER_ALLOWED = "sender allowed"
    SENDER_BLOCKED = "sender blocked"
    LISTING_LIFTED = "listing lifted"
    SIGNATURES_INVALIDATED = "signatures invalidated"
    MAIL_STOPPED = "mail stopped"
    MAIL_ALLOWED_AGAIN = "mail allowed again"


def record(
    *,
    verb: Verb,
    subject: Model,
    now: datetime,
    by: User | None = None,
    actor: AuditEntry.Actor | None = None,
    reason: str = "",
    **detail: Any,
) -> AuditEntry:
    """Add an entry. Call it inside the transaction of the change.

    The actor defaults to staff if `by` is given, otherwise to the system. `detail` takes plain
    facts such as states; never personal data or secrets.
    """
    if actor is None:
        actor = AuditEntry.Actor.STAFF if by else AuditEntry.Actor.SYSTEM
    return AuditEntry.objects.create(
        at=now,
        actor=actor,
        by_id=by.pk if by else None,
        verb=verb.value,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        reason=reason,
        detail=detail,
    )
