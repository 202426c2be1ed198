"""The register of organisations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.images import LARGEST_FORM
from config.admin import CleanText, StaffModelAdmin
from signatories.known.actions import note_written_by_staff, refuse_row
from signatories.models import (
    Logo,
    Organisation,
    OrganisationDomain,
    OrganisationIdentifier,
    OrganisationName,
    Signature,
    may_see_representatives,
)
from signatories.register.actions import (
    delete_organisation,
    record_organisation,
    refuse_domain,
    set_logo,
    store_organisation,
)
from signatories.register.forms import (
    IdentifierForm,
    OrganisationForm,
    OrganisationNameForm,
    OrganisationNames,
)
from signatories.register.learning import learned_of


class NameInline(CleanText[OrganisationName], admin.TabularInline[OrganisationName, Organisation]):
    model = OrganisationName
    form = OrganisationNameForm
    formset = OrganisationNames
    extra = 0
    fields = ["name", "kind", "language", "source"]
    readonly_fields = ["source"]


class DomainInline(
    CleanText[OrganisationDomain], admin.TabularInline[OrganisationDomain, Organisation]
):
    model = OrganisationDomain
    extra = 0
    fields = ["domain", "source"]
    readonly_fields = ["source"]


class IdentifierInline(
    CleanText[OrganisationIdentifier], admin.TabularInline[OrganisationIdentifier, Organisation]
):
    model = OrganisationIdentifier
    form = IdentifierForm
    extra = 0
    fields = ["scheme", "value", "source"]
    readonly_fields = ["source"]


def remember_removed(part: Any) -> None:
    """Record what staff removed, so that no import adds it again; what they edited is theirs."""
    for row in part.deleted_objects:
        refuse_row(row)
    for row, fields in part.changed_objects:
        if set(fields) & {"name", "domain", "scheme", "value"}:
            (form,) = (one for one in part.forms if one.instance.pk == row.pk)
            refuse_row(type(row)(**form.initial | {"id": None, "organisation": row.organisation}))
        note_written_by_staff(row)


@admin.register(Organisation)
class OrganisationAdmin(StaffModelAdmin[Organisation]):
    form = OrganisationForm
    largest_body = LARGEST_FORM
    inlines = [NameInline, DomainInline, IdentifierInline]
    list_display = ["name", "acronym", "country", "scope", "website"]
    list_filter = ["scope", "country"]
    search_fields = ["name", "acronym", "sort_key", "website", "names__name", "names__sort_key"]
    change_form_template = "admin/signatories/organisation/change_form.html"
    fields = [
        "name",
        "acronym",
        "country",
        "scope",
        "website",
        "logo",
        "remove_logo",
        "protected",
        "parent",
        "another",
    ]
    autocomplete_fields = ["parent"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return Organisation.objects.visible_to(request.user).order_by(
            *self.get_ordering(request) or ("sort_key", "pk")
        )

    def get_fields(self, request: HttpRequest, obj: Organisation | None = None) -> list[Any]:
        """Hide the parent where it would reveal what only another team knows."""
        fields = list(self.fields or [])
        if obj and obj.parent and not self.get_queryset(request).filter(pk=obj.parent.pk).exists():
            fields.remove("parent")
        return fields

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A form class limited to what this user may see."""
        form = super().get_form(request, *args, **kwargs)
        form.register = self.get_queryset(request)
        return form

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Only the row itself; save_related records it, once its other names are stored."""
        obj.entered = obj.entered or not change
        store_organisation(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for part in formsets:
            remember_removed(part)
        written = set(form.changed_data) - {"logo", "remove_logo", "another"}
        changed = [*sorted(written), *(part.prefix for part in formsets if part.has_changed())]
        record_organisation(
            organisation=form.instance,
            by=self.staff(request),
            now=timezone.now(),
            added=not change,
            changed=changed,
        )
        image = form.cleaned_data.get("logo")
        if image or form.cleaned_data.get("remove_logo"):
            set_logo(
                organisation=form.instance,
                image=image,
                by=self.staff(request),
                now=timezone.now(),
            )

    def page_context(self, request: HttpRequest, obj: Organisation | None) -> dict[str, Any]:
        return {
            "logo": Logo.objects.defer("encoded").filter(organisation=obj).first(),
            "learned": self.learned(request, obj) if obj else [],
        }

    def learned(self, request: HttpRequest, obj: Organisation) -> list[dict[str, Any]]:
        """Domains learned from confirmed addresses, for staff who may see representatives.

        A signature under another team's letter is shown only by its number.
        """
        if not may_see_representatives(request.user):
            return []
        found = learned_of(obj)
        numbers = [row.signature_id for one in found for row in one.evidence]
        own = Signature.objects.visible_to(request.user).filter(pk__in=numbers)
        linked = set(own.values_list("pk", flat=True))
        return [
            {
                "domain": one.domain,
                "evidence": [(row, row.signature_id in linked) for row in one.evidence],
            }
            for one in found
        ]

    def refuse(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Remove the learned domain that is posted as `domain`."""
        organisation = self.row_to_change(request, pk)
        if not may_see_representatives(request.user):
            raise PermissionDenied
        domain = request.POST.get("domain", "")
        return self.act_and_return(
            request,
            lambda: refuse_domain(
                organisation=organisation,
                domain=domain,
                by=self.staff(request),
                now=timezone.now(),
            ),
            done=_("%(domain)s has been removed.") % {"domain": domain},
            to=reverse("admin:signatories_organisation_change", args=[pk]),
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.logo))
        refuse = self.admin_site.admin_view(require_POST(self.refuse))
        return [
            path("<int:pk>/logo/", view, name="signatories_organisation_logo"),
            path("<int:pk>/learned/", refuse, name="signatories_organisation_refuse"),
            *super().get_urls(),
        ]

    def logo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The logo, including that of an organisation which is not public."""
        organisation = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, organisation):
            raise PermissionDenied
        logo = get_object_or_404(Logo, organisation=organisation)
        return HttpResponse(logo.image, content_type="image/webp")

    def delete_model(self, request: HttpRequest, obj: Organisation) -> None:
        delete_organisation(organisation=obj, by=self.staff(request), now=timezone.now())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allowed only if it has never signed; the database refuses the rest.

        An organisation that staff entered stays visible to them when it signs another team's letter
        without being public. If deleting it stopped working then, that would reveal the signature.
        So only staff who may see all teams can delete it.
        """
        allowed = super().has_delete_permission(request, obj)
        if not allowed or obj is None:
            return allowed
        if obj.entered and not request.user.has_perm("campaigns.view_all_campaigns"):
            return False
        return not obj.signatures.exists()
