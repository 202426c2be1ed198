"""Inviting people to join staff, with a role and campaigns."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from campaigns import actions
from campaigns.forms import InvitationForm
from campaigns.models import Campaign
from config.admin import ReauthenticatedAdmin
from config.languages import language_here
from config.models import Invitation
from config.staff import invitations
from config.staff.roles import role_of
from config.text.lists import comma_list


@admin.register(Invitation)
class InvitationAdmin(ReauthenticatedAdmin[Invitation]):
    """People who are invited and have not joined yet. Deleting an invitation ends its link."""

    form = InvitationForm
    has_save_buttons = False  # invitations are not edited
    change_form_template = "admin/campaigns/invitation/change_form.html"
    list_display = ["email", "role", "invited_by", "sent_at", "expires_at"]
    fields = ["email", "role", "campaigns", "invited_by", "sent_at", "expires_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        invited = super().get_queryset(request).select_related("account", "invited_by")
        return invited.prefetch_related("account__groups")

    @admin.display(description=_("role"))
    def role(self, invitation: Invitation) -> str:
        role = role_of(invitation.account)
        return str(role.label) if role else "–"

    @admin.display(description=_("campaigns"))
    def campaigns(self, invitation: Invitation) -> str:
        return comma_list(str(one) for one in Campaign.objects.filter(team=invitation.account))

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        return self.fields if obj else ["email", "role", "campaigns"]

    def get_readonly_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        """Invitations are not edited: staff send them again, or withdraw them and invite anew."""
        return self.fields if obj else []

    def save_model(
        self, request: HttpRequest, obj: Invitation, form: ModelForm[Invitation], change: bool
    ) -> None:
        if change:
            return
        invitation = actions.invite_to_campaigns(
            email=form.cleaned_data["email"],
            role=form.cleaned_data["role"],
            campaigns=form.cleaned_data["campaigns"],
            language=language_here(),
            by=self.staff(request),
            now=timezone.now(),
        )
        obj.pk = invitation.pk

    def delete_model(self, request: HttpRequest, obj: Invitation) -> None:
        invitations.withdraw(invitation=obj, by=self.staff(request), now=timezone.now())

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Do nothing: the audit trail has it."""

    log_change = log_addition

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Do nothing: the audit trail has it."""

    # Sending it again

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.send_again))
        return [path("<int:pk>/send/", view, name="config_invitation_send"), *super().get_urls()]

    def send_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        invitation = self.row_to_change(request, pk)
        return self.act_and_return(
            request,
            lambda: invitations.send_again(
                invitation=invitation, by=self.staff(request), now=timezone.now()
            ),
            done=_("A new link is on its way. The old one no longer works."),
            to=reverse("admin:config_invitation_changelist"),
        )
