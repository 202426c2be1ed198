"""Editions in the admin: the original on its letter's page, translations on their own pages."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.admin import CleanText, StaffModelAdmin
from letters import actions
from letters.forms import EditionForm, TranslationForm
from letters.models import Edition, Letter
from letters.translating import lags


def demands_of(edition: Edition) -> str:
    """The demands for read-only users, who have no form."""
    return "\n".join(demand.text for demand in edition.demands.all())


class OriginalInline(CleanText[Edition], admin.StackedInline[Edition, Letter]):
    model = Edition
    form = EditionForm
    verbose_name = _("the letter's text")
    verbose_name_plural = _("the letter's text")
    min_num = max_num = 1
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        return super().get_queryset(request).filter(is_original=True)

    @admin.display(description=_("demands"))
    def demands(self, edition: Edition) -> str:
        return demands_of(edition)


@admin.register(Edition)
class EditionAdmin(StaffModelAdmin[Edition]):
    """Translations. Their letter's page links to them."""

    form = TranslationForm
    change_form_template = "admin/letters/edition/change_form.html"

    @admin.display(description=_("demands"))
    def demands(self, edition: Edition) -> str:
        return demands_of(edition)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        letters = Letter.objects.visible_to(request.user)
        translations = Edition.objects.filter(letter__in=letters, is_original=False)
        return translations.select_related("letter").prefetch_related("demands")

    def zone_of(self, obj: Edition) -> tzinfo:
        return obj.letter.zone

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:letters_letter_changelist"))

    def _letter(self, request: HttpRequest) -> Letter:
        """The letter of a new translation, from the query parameter. Raises Http404."""
        number = request.GET.get("letter", "")
        letters = Letter.objects.visible_to(request.user)
        return get_object_or_404(letters, pk=number if number.isdecimal() else 0)

    def page_context(self, request: HttpRequest, obj: Edition | None) -> dict[str, Any]:
        context: dict[str, Any] = {"show_save_and_add_another": False}  # for which letter?
        if obj is None:
            letter = self._letter(request)
            return context | {"letter": letter, "original": letter.original}
        edition = self.get_queryset(request).get(pk=obj.pk)  # as stored, not as typed in the form
        original = edition.letter.original
        return context | {
            "edition": edition,
            "letter": edition.letter,
            "original": original,
            "lags": lags(edition, original) if original else [],
        }

    def get_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[Any]:
        """A new translation counts as up to date, so there is no box to tick."""
        fields = list(TranslationForm.Meta.fields)
        if obj is None or not self.has_change_permission(request, obj):
            fields.remove("follows_now")
        return fields

    def get_form(
        self, request: HttpRequest, obj: Edition | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        # The form needs the letter to check that the language is not in use.
        form.letter = obj.letter if obj else self._letter(request)
        return form

    def save_model(
        self, request: HttpRequest, obj: Edition, form: ModelForm[Edition], change: bool
    ) -> None:
        actions.save_edition(
            edition=obj,
            demands=form.cleaned_data["demands"],
            follows_now=form.cleaned_data["follows_now"],
        )
        self._record(request, obj, form.changed_data)

    def delete_model(self, request: HttpRequest, obj: Edition) -> None:
        actions.delete_edition(edition=obj)
        self._record(request, obj, ["removed"])

    def _record(self, request: HttpRequest, edition: Edition, changed: list[str]) -> None:
        actions.record_edit(
            letter=edition.letter,
            by=self.staff(request),
            now=timezone.now(),
            changed=[f"{edition.language}: {name}" for name in changed],
        )

    # Back to the letter

    def response_post_save_add(self, request: HttpRequest, obj: Edition) -> HttpResponseRedirect:
        return self._to_letter(obj)

    def response_post_save_change(self, request: HttpRequest, obj: Edition) -> HttpResponseRedirect:
        return self._to_letter(obj)

    def _to_letter(self, edition: Edition) -> HttpResponseRedirect:
        return HttpResponseRedirect(
            reverse("admin:letters_letter_change", args=[edition.letter_id])
        )

    # Changes of the original

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.follow))
        own = path("<int:pk>/follow/", view, name="letters_edition_follow")
        return [own, *super().get_urls()]

    def follow(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Mark the ticked changes of the original as included in the translation."""
        edition = self.row_to_change(request, pk)
        return self.act_and_return(
            request,
            lambda: actions.mark_followed(
                edition=edition,
                checked=request.POST.getlist("checked"),
                by=self.staff(request),
                now=timezone.now(),
            ),
            done=_("The translation is marked as up to date."),
            to=reverse("admin:letters_edition_change", args=[pk]),
        )
