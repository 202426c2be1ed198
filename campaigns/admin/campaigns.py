"""Campaigns in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import actions
from campaigns.forms import CampaignForm
from campaigns.images import LARGEST_FORM
from campaigns.models import Campaign
from config.admin import StaffModelAdmin


@admin.register(Campaign)
class CampaignAdmin(StaffModelAdmin[Campaign]):
    form = CampaignForm
    largest_body = LARGEST_FORM
    list_display = ["title", "hashtag", "organiser_name", "first_day", "last_day", "published"]
    list_filter = ["published"]
    search_fields = ["title", "hashtag", "organiser_name"]
    prepopulated_fields = {"slug": ["title"]}
    filter_horizontal = ["team"]
    fieldsets = [
        (None, {"fields": ["title", "language", "slug", "hashtag", "summary", "description"]}),
        (_("Organiser"), {"fields": ["organiser_name", "organiser_url", "organiser_email"]}),
        (_("Image"), {"fields": ["image", "image_text"]}),
        (_("When and who"), {"fields": [("first_day", "last_day"), "published", "team"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined,no-any-return]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form's class, made for what this user may see."""
        form = super().get_form(request, *args, **kwargs)
        form.seen = Campaign.objects.filter(
            Q(pk__in=self.get_queryset(request).values("pk")) | Q(published=True)
        )
        return form

    def save_model(
        self, request: HttpRequest, obj: Campaign, form: forms.Form, change: bool
    ) -> None:
        actions.save_campaign(
            campaign=obj, by=self.staff(request), now=timezone.now(), changed=form.changed_data
        )

    def delete_model(self, request: HttpRequest, obj: Campaign) -> None:
        actions.delete_campaign(campaign=obj, by=self.staff(request), now=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Whoever adds a campaign joins its team, unless they see the campaigns of all teams."""
        super().save_related(request, form, formsets, change)
        if not change and not self.staff(request).has_perm("campaigns.view_all_campaigns"):
            form.instance.team.add(self.staff(request))
