"""Campaigns in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import PermissionDenied
from django.db.models import Field, Q, QuerySet
from django.forms.renderers import BaseRenderer, TemplatesSetting
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from campaigns import actions
from campaigns.forms import CampaignForm
from campaigns.images import LARGEST_FORM
from campaigns.models import Campaign
from campaigns.views import image_of
from config.admin import StaffModelAdmin


class ImageInput(AdminFileWidget):
    """Shows the stored image through the admin, where staff see it before it is public."""

    template_name = "admin/campaigns/campaign/image.html"

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Use the site's templates, which Django's form renderer does not search."""
        return super().render(name, value, attrs, TemplatesSetting())


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
        (_("Dates and team"), {"fields": [("first_day", "last_day"), "published", "team"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined,no-any-return]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form class, with the rows that this user may see."""
        form = super().get_form(request, *args, **kwargs)
        form.seen = Campaign.objects.filter(
            Q(pk__in=self.get_queryset(request).values("pk")) | Q(published=True)
        )
        return form

    # The image, even of a campaign that is not public

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "image":
            kwargs["widget"] = ImageInput
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Campaign | None = None) -> Any:
        """Read-only users see the image itself, as the public link may not work yet."""
        if self.has_change_permission(request, obj) or obj is None:
            return self.fieldsets
        seen = {"image": "image_shown"}
        return [
            (name, {**options, "fields": [seen.get(str(one), one) for one in options["fields"]]})
            for name, options in self.fieldsets or []
        ]

    @admin.display(description=_("image"))
    def image_shown(self, campaign: Campaign) -> str:
        if not campaign.image:
            return "–"
        url = reverse("admin:campaigns_campaign_image", args=[campaign.pk])
        return format_html('<img class="image-shown" src="{}" alt="">', url)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.image))
        return [path("<int:pk>/image/", view, name="campaigns_campaign_image"), *super().get_urls()]

    def image(self, request: HttpRequest, pk: int) -> HttpResponse:
        campaign = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, campaign):
            raise PermissionDenied
        return image_of(campaign)

    # Saving

    def save_model(
        self, request: HttpRequest, obj: Campaign, form: forms.Form, change: bool
    ) -> None:
        actions.save_campaign(
            campaign=obj, by=self.staff(request), now=timezone.now(), changed=form.changed_data
        )

    def delete_model(self, request: HttpRequest, obj: Campaign) -> None:
        actions.delete_campaign(campaign=obj, by=self.staff(request), now=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The user who adds a campaign joins its team, unless they see all campaigns anyway."""
        super().save_related(request, form, formsets, change)
        if not change and not self.staff(request).has_perm("campaigns.view_all_campaigns"):
            form.instance.team.add(self.staff(request))
