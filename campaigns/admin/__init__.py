"""Campaigns and staff invitations in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from campaigns.admin.campaigns import CampaignAdmin
from campaigns.admin.invitations import InvitationAdmin

admin.site.site_header = "Undersigned"
admin.site.site_title = "Undersigned"
admin.site.index_title = _("Open letters")

__all__ = ["CampaignAdmin", "InvitationAdmin"]
