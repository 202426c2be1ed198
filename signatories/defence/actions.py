"""Blocking and allowing senders, and lifting that again."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from config import audit
from config.text.reasons import read_reason
from signatories.defence.lists import clean_domain, clean_network
from signatories.errors import AlreadyListed, EndsTooEarly, ReasonMissing
from signatories.models import Listing

Kind, Verdict = Listing.Kind, Listing.Verdict
Kind, Verdict = Listing.Kind, Listing.Verdict


@transaction.atomic
def list_sender(
    *,
    verdict: str,
    kind: str,
    value: str,
    comment: str,
    by: User,
    now: datetime,
    expires_at: datetime | None = None,
) -> Listing:
    """Block or allow a domain or network from now on; repeating it is harmless.

    An expired entry for the same value is lifted first. Raises NotListable, EndsTooEarly,
    ReasonMissing, or AlreadyListed if one with another comment or expiry is in force.
    """
    value = clean_domain(value) if kind == Kind.DOMAIN else clean_network(value)
    comment = read_reason(comment)
    if not comment:
        raise ReasonMissing(_("Give a reason. Others need to understand it later."))
    if expires_at is not None and expires_at <= now:
        raise EndsTooEarly(_("It would expire before it starts."))
    same = Listing.objects.select_for_update().filter(
        verdict=verdict, kind=kind, value=value, lifted_at=None
    )
    for listing in same:
        if not listing.is_in_force(now):
            lift_listing(listing=listing, by=by, now=now)
        elif (listing.comment, listing.expires_at) == (comment, expires_at):
            return listing
        else:
            raise AlreadyListed(_("It is already listed. Lift that entry first."))
    listing = Listing.objects.create(
        verdict=verdict,
        kind=kind,
        value=value,
        comment=comment,
        listed_at=now,
        listed_by=by,
        expires_at=expires_at,
    )
    verb = audit.Verb.SENDER_BLOCKED if verdict == Verdict.BLOCKED else audit.Verb.SENDER_ALLOWED
    # Not the domain, which can be a person's name: the entry has it.
    audit.record(verb=verb, subject=listing, by=by, now=now, reason=comment, kind=str(kind))
    return listing


@transaction.atomic
def lift_listing(*, listing: Listing, by: User, now: datetime) -> Listing:
    """End an entry at once; twice is harmless. It stays on record."""
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    if listing.lifted_at is not None:
        return listing
    listing.lifted_at, listing.lifted_by = now, by
    listing.save(update_fields=["lifted_at", "lifted_by"])
    audit.record(
        verb=audit.Verb.LISTING_LIFTED, subject=listing, by=by, now=now, verdict=listing.verdict
    )
    return listing
