"""All changes to campaigns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.errors import SLUG_TAKEN, SlugTaken
from campaigns.models import Campaign, FormerAddress
from config import audit
from config.models import Invitation
from config.staff.invitations import invite
from config.staff.roles import Role


@transaction.atomic
def save_campaign(
    *,
    campaign: Campaign,
    now: datetime,
    by: User | None = None,
    changed: list[str] | None = None,
) -> Campaign:
    """Store a validated campaign, bump its public version and write an audit entry.

    `changed` names the fields that staff changed; None means a new campaign. A former slug
    redirects to the new one for ever. Raises SlugTaken.
    """
    added = campaign.pk is None
    if added:
        campaign.save()
    else:  # the version may have gone up since this campaign was read
        stored = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if stored.slug != campaign.slug:
            FormerAddress.objects.get_or_create(slug=stored.slug, campaign=campaign)
        columns = {field.name for field in campaign._meta.concrete_fields}
        campaign.save(update_fields=columns - {"id", "public_version"})
    # Only after saving, so that a campaign that gives up the slug at the same moment is seen.
    if FormerAddress.objects.filter(slug=campaign.slug).exclude(campaign=campaign).exists():
        raise SlugTaken(SLUG_TAKEN)
    Campaign.objects.filter(pk=campaign.pk).bump_public_version()
    audit.record(
        verb=audit.Verb.CAMPAIGN_ADDED if added else audit.Verb.CAMPAIGN_CHANGED,
        subject=campaign,
        by=by,
        now=now,
        fields=changed or [],
    )
    campaign.refresh_from_db(fields=["public_version"])
    return campaign


@transaction.atomic
def delete_campaign(*, campaign: Campaign, now: datetime, by: User | None = None) -> None:
    """Delete a campaign that has no letters, with an audit entry."""
    audit.record(
        verb=audit.Verb.CAMPAIGN_DELETED, subject=campaign, by=by, now=now, slug=campaign.slug
    )
    campaign.delete()


@transaction.atomic
def invite_to_campaigns(
    *,
    email: str,
    role: Role,
    campaigns: Iterable[Campaign],
    language: str,
    by: User,
    now: datetime,
) -> Invitation:
    """Invite a person to join staff, as a member of these campaigns' teams.

    Raises AccountError if the address already has an account or an invitation.
    """
    invitation = invite(email=email, role=role, language=language, by=by, now=now)
    for campaign in campaigns:
        campaign.team.add(invitation.account)
        audit.record(
            verb=audit.Verb.TEAM_JOINED,
            subject=campaign,
            by=by,
            now=now,
            account=invitation.account_id,
        )
    return invitation
