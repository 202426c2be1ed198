from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from config.admin import StaffModelAdmin
from letters import actions
from letters.errors import LetterError
from letters.forms import EditionForm, LetterForm
from letters.models import (
    TRANSITIONS,
    Addressee,
    Edition,
    Letter,
    Source,
    TimelineEntry,
)


class EditionInline(admin.StackedInline[Edition, Letter]):
    model = Edition
    form = EditionForm
    verbose_name = _("the letter's words")
    verbose_name_plural = _("the letter's words")
    min_num = max_num = 1
    can_delete = False

    @admin.display(description=_("demands"))
    def demands(self, edition: Edition) -> str:
        """For staff who may only read: the form's field is of no use to them."""
        return "\n".join(demand.text for demand in edition.demands.all())


class AddresseeInline(admin.TabularInline[Addressee, Letter]):
    model = Addressee
    extra = 0
    fields = ["position", "name", "office"]


class SourceInline(admin.TabularInline[Source, Letter]):
    model = Source
    extra = 0


class TimelineInline(admin.StackedInline[TimelineEntry, Letter]):
    model = TimelineEntry
    extra = 0
    verbose_name = _("entry")
    fields = [("kind", "day"), ("place", "outlet"), "url", "note"]


@admin.register(Letter)
class LetterAdmin(StaffModelAdmin[Letter]):
    form = LetterForm
    change_form_template = "admin/letters/letter/change_form.html"
    inlines = [EditionInline, AddresseeInline, TimelineInline, SourceInline]
    list_display = ["title", "campaign", "status", "opens_at", "closes_at"]
    list_filter = ["status", ("campaign", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["campaign"]
    search_fields = ["slug", "editions__title"]
    readonly_fields = ["status"]
    fieldsets = [
        (None, {"fields": ["campaign", "slug", "status"]}),
        (
            _("When"),
            {"fields": ["time_zone", "opens_at", "closes_at"]},
        ),
        (_("Signing"), {"fields": ["goal", "publish_own_domain", "contact_days"]}),
        (
            _("Signed elsewhere"),
            {
                "classes": ["collapse"],
                "fields": [
                    ("reported_signatories", "reported_countries"),
                    "reported_by",
                    "reported_url",
                ],
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        letters = Letter.objects.visible_to(request.user)
        return letters.prefetch_related("editions").order_by(*self.get_ordering(request))

    @admin.display(description=_("title"))
    def title(self, letter: Letter) -> str:
        return letter.original.title if letter.original else letter.slug

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {}

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "campaign":
            kwargs["queryset"] = Campaign.objects.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    # What is saved

    def save_model(
        self, request: HttpRequest, obj: Letter, form: ModelForm[Letter], change: bool
    ) -> None:
        actions.save_letter(letter=obj)

    def delete_model(self, request: HttpRequest, obj: Letter) -> None:
        actions.delete_draft(letter=obj, by=self.staff(request), now=timezone.now())

    def save_related(
        self, request: HttpRequest, form: ModelForm[Letter], formsets: Any, change: bool
    ) -> None:
        """After all parts are saved: the demands, then one record of the edit."""
        super().save_related(request, form, formsets, change)
        changed = list(form.changed_data)
        for formset in formsets:
            parts = [part for part in formset.forms if part.has_changed()]
            changed += [formset.prefix for _part in parts]
            for part in parts:
                if isinstance(part, EditionForm) and "demands" in part.changed_data:
                    actions.set_demands(edition=part.instance, texts=part.cleaned_data["demands"])
        actions.record_edit(
            letter=form.instance,
            by=self.staff(request),
            now=timezone.now(),
            added=not change,
            changed=sorted(set(changed)),
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only drafts: what was public stays on record."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.status == Letter.Status.DRAFT)

    # Moving along the transitions

    def get_urls(self) -> list[URLPattern]:
        status = path(
            "<int:pk>/status/",
            self.admin_site.admin_view(self.change_status),
            name="letters_letter_status",
        )
        return [status, *super().get_urls()]

    @method_decorator(require_POST)
    def change_status(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter = get_object_or_404(Letter.objects.visible_to(request.user), pk=pk)
        if not self.has_change_permission(request, letter):
            raise PermissionDenied
        try:
            letter = actions.change_status(
                letter=letter,
                to=request.POST.get("to", ""),
                by=self.staff(request),
                now=timezone.now(),
            )
        except LetterError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(
                request, _("The letter is now: %s.") % letter.get_status_display().lower()
            )
        return HttpResponseRedirect(reverse("admin:letters_letter_change", args=[pk]))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        letter = self.get_object(request, unquote(object_id))
        following = sorted(TRANSITIONS[letter.status]) if letter else []
        context = {
            **(extra_context or {}),
            "letter": letter,
            "next_statuses": [(status, Letter.Status(status).label) for status in following],
        }
        return super().change_view(request, object_id, form_url, context)
