"""Everything stored about a representative, for them to download."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, Field
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config import audit
from config.mail.outbox import KEEP_FINISHED
from config.models import AuditEntry
from signatories.defence.limits import COUNTED_DAYS
from signatories.models import ProposedLogo, Signature
from signatories.privacy.retention import stored_until

Status = Signature.Status

# Columns of a signature by purpose. Date columns are found by type, and columns not listed here are
# included anyway, so that no new one is left out by mistake.
# named nowhere is told all the same, so that no new column is left out by mistake.
REPRESENTATIVE_FIELDS = [
    "representative_name",
    "representative_role",
    "representative_email",
    "language",
]
ORGANISATION_FIELDS = [
    "organisation",
    "signed_as",
    "country",
    "website",
    "statement",
    "proposed_name",
    "proposed_statement",
    "source_url",
]
SIGNATURE_FIELDS = ["letter", "status", "authority", "visibility", "reason"]
TEXT_FIELDS = ["revision", "edition_language", "asked_about"]
# Described in words only: secrets, which staff user decided, and who asks to be the contact.
WITHOUT_VALUE = [
    "email_index",
    "mailbox_index",
    "domain_index",
    "network_index",
    "link_nonce",
    "decided_by",
    "contact_request",
]

FACTS = ["before", "after", "fields", "revision"]  # in the audit trail's details


def own_data(signature: Signature, *, now: datetime) -> dict[str, Any]:
    """Everything stored about the representative, with the purpose of each part, ready for JSON."""
    values = _values(signature)
    instants = [f.name for f in Signature._meta.fields if isinstance(f, DateTimeField)]
    named = [*REPRESENTATIVE_FIELDS, *ORGANISATION_FIELDS, *SIGNATURE_FIELDS, *TEXT_FIELDS]
    other = [name for name in values if name not in {*named, *instants}]

    def section(what_for: str, names: list[str], **more: object) -> dict[str, Any]:
        return {"what_for": what_for, "data": {name: values[name] for name in names} | more}

    until = stored_until(signature.letter)
    return {
        "made": now.isoformat(),
        "answerable": {"name": settings.OPERATOR_NAME, "email": settings.OPERATOR_EMAIL},
        "representative": section(
            _(
                "To confirm that the signature comes from you, to show the campaign’s staff who"
                " is signing, and to write to you about it. Stored encrypted, never public."
            ),
            REPRESENTATIVE_FIELDS,
            kept_until=until.isoformat() if until else None,
        ),
        "organisation": section(
            _("What was signed for your organisation, and what the register calls it."),
            ORGANISATION_FIELDS,
            proposed_logo=_proposed_logo(signature),
        ),
        "signature": section(
            _(
                "The status of the signature, how sure staff are that you are authorised to sign,"
                " and what is shown."
            ),
            SIGNATURE_FIELDS,
        ),
        "text": section(
            _("The words that were signed, with their SHA-256, so that nobody can replace them."),
            TEXT_FIELDS,
            sha256=signature.revision.digest,
        ),
        "instants": section(_("When each step was taken, as proof."), instants),
        "other": section(_("Other data about the signature."), other),
        "record": {
            "what_for": _(
                "What was done with the signature, when, why and by whom: the representative,"
                " staff or the system. It names nobody."
            ),
            "data": _record(signature),
        },
        "also_stored": [
            _("A keyed digest of your email address, used to recognise a second signature."),
            _(
                "Keyed digests of your mailbox and its domain, so that nobody can flood it with"
                " emails."
            ),
            _(
                "While the signature is public, the domain of the email address that confirmed"
                " it, if it shows which domain is your organisation’s own."
            ),
            _("If you stopped all emails, the same digest of your mailbox, until you undo it."),
            _("The secret part of your private link. Anyone who has the link has it."),
            _("Which staff user decided, and whether a colleague has asked to become the contact."),
            ngettext(
                "For at most %(days)d day, keyed digests of your network and your address, to"
                " limit misuse.",
                "For at most %(days)d days, keyed digests of your network and your address, to"
                " limit misuse.",
                COUNTED_DAYS,
            )
            % {"days": COUNTED_DAYS},
            ngettext(
                "For %(days)d day, that an email about this signature was sent. Not its text.",
                "For %(days)d days, that an email about this signature was sent. Not its text.",
                KEEP_FINISHED.days,
            )
            % {"days": KEEP_FINISHED.days},
        ],
        "not_stored": [
            _("the exact IP address of your device"),
            _("your browser, your device or what you read here"),
            _("cookies or other marks on your device"),
            _("the text of the emails that were sent to you"),
        ],
    }


def _values(signature: Signature) -> dict[str, Any]:
    """The columns' values by name, without those that are only described."""
    fields = [field for field in Signature._meta.fields if field.name not in WITHOUT_VALUE]
    values = {field.name: _plain(signature, field) for field in fields}
    for name in ("revision", "asked_about"):
        revision = getattr(signature, name)
        values[name] = revision.label if revision else None
    values["letter"] = settings.SITE_URL + signature.letter.get_absolute_url()
    values["organisation"] = str(signature)
    return values


def _proposed_logo(signature: Signature) -> dict[str, str] | None:
    """The whole image that waits for staff."""
    waiting = ProposedLogo.objects.filter(signature=signature).first()
    return {"type": "image/webp", "base64": waiting.encoded} if waiting else None


def _plain(signature: Signature, field: Field[Any, Any]) -> Any:
    value = field.value_from_object(signature)
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)


def _record(signature: Signature) -> list[dict[str, Any]]:
    """The audit trail of a signature as plain facts."""
    entries = AuditEntry.objects.filter(
        subject_type=Signature._meta.label_lower, subject_id=signature.pk
    ).order_by("at", "pk")
    return [
        {"at": entry.at.isoformat(), "what": entry.verb, "by": entry.actor, "why": entry.reason}
        | {name: entry.detail[name] for name in FACTS if name in entry.detail}
        for entry in entries
    ]


# Erasing it


def contact_erasure(signature: Signature) -> AuditEntry | None:
    """When the contact was erased and by whom; None if it was not, or never existed."""
    if signature.has_contact:
        return None
    erased = AuditEntry.objects.filter(
        subject_type=Signature._meta.label_lower,
        subject_id=signature.pk,
        verb__in=[audit.Verb.CONTACT_ERASED, audit.Verb.EXPIRED],
    )
    return erased.first()
