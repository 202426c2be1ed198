"""Blocked and allowed senders in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.admin import StaffModelAdmin
from signatories.defence.actions import lift_listing, list_sender
from signatories.defence.forms import ListingForm
from signatories.models import Listing


@admin.register(Listing)
class ListingAdmin(StaffModelAdmin[Listing]):
    """Listings apply to the whole site, so give this permission only to site administrators."""

    form = ListingForm
    has_save_buttons = False  # an entry cannot be edited
    change_form_template = "admin/signatories/listing/change_form.html"
    list_display = ["value", "kind", "verdict", "holds", "comment", "listed_by", "expires_at"]
    list_filter = ["verdict", "kind"]
    list_select_related = ["listed_by", "lifted_by"]
    search_fields = ["value", "comment"]
    fields = ["verdict", "kind", "value", "comment", "expires_at"]

    @admin.display(description=_("active"), boolean=True)
    def holds(self, listing: Listing) -> bool:
        return listing.is_in_force(timezone.now())

    def get_fields(self, request: HttpRequest, obj: Listing | None = None) -> list[Any]:
        written = ["verdict", "kind", "value", "comment", "expires_at"]
        return [*written, "listed_at", "listed_by", "lifted_at", "lifted_by"] if obj else written

    def get_readonly_fields(self, request: HttpRequest, obj: Listing | None = None) -> list[Any]:
        """An entry cannot be edited: lift it and add a new one."""
        return self.get_fields(request, obj) if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Listing, form: ListingForm, change: bool
    ) -> None:
        if not change:
            listing = list_sender(
                **{name: form.cleaned_data[name] for name in ListingForm.Meta.fields},
                by=self.staff(request),
                now=timezone.now(),
            )
            obj.pk = listing.pk
            obj.refresh_from_db()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.lift))
        return [path("<int:pk>/lift/", view, name="signatories_listing_lift"), *super().get_urls()]

    def lift(self, request: HttpRequest, pk: int) -> HttpResponse:
        listing = self.row_to_change(request, pk)
        return self.act_and_return(
            request,
            lambda: lift_listing(listing=listing, by=self.staff(request), now=timezone.now()),
            done=_("%s has been lifted.") % listing,
            to=reverse("admin:signatories_listing_change", args=[pk]),
        )

    def page_context(self, request: HttpRequest, obj: Listing | None) -> dict[str, Any]:
        return {"show_save_and_add_another": False} if obj else {}
