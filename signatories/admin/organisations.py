"""The register: organisations, likely duplicates and merges."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from config.admin import M, StaffModelAdmin
from letters.models import Letter
from signatories import review
from signatories.admin.candidates import decide_candidate, reason_texts
from signatories.forms import OrganisationForm, OrganisationNameForm
from signatories.logos import set_logo
from signatories.merging import undo_merge
from signatories.models import (
    Logo,
    Merge,
    Organisation,
    OrganisationDomain,
    OrganisationIdentifier,
    OrganisationName,
    Pair,
    Signature,
)


class NameInline(admin.TabularInline[OrganisationName, Organisation]):
    model = OrganisationName
    form = OrganisationNameForm
    extra = 0
    fields = ["name", "kind", "language"]


class DomainInline(admin.TabularInline[OrganisationDomain, Organisation]):
    model = OrganisationDomain
    extra = 0


class IdentifierInline(admin.TabularInline[OrganisationIdentifier, Organisation]):
    model = OrganisationIdentifier
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(StaffModelAdmin[Organisation]):
    form = OrganisationForm
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
        "namesake",
    ]
    autocomplete_fields = ["parent"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return (
            Organisation.objects.on_register()
            .visible_to(request.user)
            .order_by(*self.get_ordering(request) or ("sort_key", "pk"))
        )

    def get_fields(self, request: HttpRequest, obj: Organisation | None = None) -> list[Any]:
        """Without the federation where naming it would tell what another team knows."""
        fields = list(self.fields or [])
        if obj and obj.parent and not self.get_queryset(request).filter(pk=obj.parent.pk).exists():
            fields.remove("parent")
        return fields

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Stored with its other names, in save_related."""
        obj.set_name(obj.name)
        obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        written = set(form.changed_data) - {"logo", "remove_logo"}
        changed = [*sorted(written), *(part.prefix for part in formsets if part.has_changed())]
        review.record_organisation(
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
        return {"logo": Logo.objects.defer("encoded").filter(organisation=obj).first()}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.logo))
        return [
            path("<int:pk>/logo/", view, name="signatories_organisation_logo"),
            *super().get_urls(),
        ]

    def logo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The logo, also of an organisation that the public does not know."""
        organisation = get_object_or_404(self.get_queryset(request), pk=pk)
        logo = get_object_or_404(Logo, organisation=organisation)
        return HttpResponse(logo.image, content_type="image/webp")

    def delete_model(self, request: HttpRequest, obj: Organisation) -> None:
        review.delete_organisation(organisation=obj, by=self.staff(request), now=timezone.now())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what never signed; the database refuses the rest."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not obj.signatures.exists())


class ReadOnlyAdmin(StaffModelAdmin[M]):
    """Rows that are looked at here, and decided on by buttons that call actions."""

    has_save_buttons = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        """Nothing here is typed, so nothing is saved."""

    def may_decide(self, request: HttpRequest) -> None:
        """Raises PermissionDenied for staff who may not change organisations."""
        if not request.user.has_perm("signatories.change_organisation"):
            raise PermissionDenied


@admin.register(Pair)
class PairAdmin(ReadOnlyAdmin[Pair]):
    """Likely duplicates in the register, best first."""

    change_form_template = "admin/signatories/pair/change_form.html"
    list_display = ["__str__", "countries", "likeness", "why", "decision"]
    list_filter = ["decision"]
    list_select_related = ["first", "second"]
    fields = ["decision", "decided_by", "decided_at"]
    readonly_fields = ["decision", "decided_by", "decided_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pair]:
        visible = Organisation.objects.on_register().visible_to(request.user).values("pk")
        pairs = Pair.objects.filter(first__in=visible, second__in=visible)
        return pairs.select_related("first", "second").order_by("decision", "-score", "pk")

    @admin.display(description=_("countries"))
    def countries(self, pair: Pair) -> str:
        return f"{pair.first.country.name} / {pair.second.country.name}"

    @admin.display(description=_("likeness"), ordering="score")
    def likeness(self, pair: Pair) -> str:
        return f"{round(100 * pair.score)} %"

    @admin.display(description=_("why"))
    def why(self, pair: Pair) -> str:
        return "; ".join(reason_texts(pair.reasons))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.decide))
        own = path("<int:pk>/decide/", view, name="signatories_pair_decide")
        return [own, *super().get_urls()]

    def page_context(self, request: HttpRequest, obj: Pair | None) -> dict[str, Any]:
        if obj is None:
            return {}
        return {
            "pair": obj,
            "sides": [facts(one, request.user) for one in (obj.first, obj.second)],
            "reasons": reason_texts(obj.reasons),
        }

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """`answer` is what decide_candidate takes; `keep` is the organisation that stays."""
        self.may_decide(request)
        pair = get_object_or_404(self.get_queryset(request), pk=pk)
        kept, other = pair.first, pair.second
        if request.POST.get("keep") == str(other.pk):
            kept, other = other, kept
        return self.act_and_return(
            request,
            lambda: decide_candidate(
                own=other,
                other=kept,
                answer=request.POST.get("answer", ""),
                by=self.staff(request),
                now=timezone.now(),
            ),
            done=_("Decided for %s.") % other,
            to=reverse("admin:signatories_pair_changelist"),
        )


def facts(organisation: Organisation, user: User | AnonymousUser) -> dict[str, Any]:
    """What staff compare of an organisation. What it signed is told of their own letters alone."""
    signed = Signature.objects.visible_to(user).live().filter(organisation=organisation)
    return {
        "organisation": organisation,
        "names": list(organisation.names.all()),
        "domains": list(organisation.domains.all()),
        "letters": [signature.letter for signature in signed.select_related("letter")],
    }


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin[Merge]):
    """Merges, and the button that undoes one."""

    change_form_template = "admin/signatories/merge/change_form.html"
    list_display = ["__str__", "at", "by", "undone_at", "undone_by"]
    list_select_related = ["kept", "merged", "by", "undone_by"]
    fields = ["kept", "merged", "at", "by", "undone_at", "undone_by"]
    readonly_fields = ["kept", "merged", "at", "by", "undone_at", "undone_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merge]:
        """Those of organisations that signed under no letter of another team."""
        letters = Letter.objects.visible_to(request.user)
        others = Signature.objects.exclude(letter__in=letters).exclude(organisation=None)
        return super().get_queryset(request).exclude(kept__in=others.values("organisation"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.undo))
        return [path("<int:pk>/undo/", view, name="signatories_merge_undo"), *super().get_urls()]

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.may_decide(request)
        merge = get_object_or_404(self.get_queryset(request), pk=pk)
        return self.act_and_return(
            request,
            lambda: undo_merge(merge=merge, by=self.staff(request), now=timezone.now()),
            done=_("The merge is undone."),
            to=reverse("admin:signatories_merge_change", args=[pk]),
        )
