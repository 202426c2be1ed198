"""Invalidate many signatures at once, and undo it."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from letters.models import Letter
from signatories.admin.readonly import ReadOnlyAdmin
from signatories.errors import SignatureError
from signatories.models import Invalidation
from signatories.review.actions import invalidate_signatures, undo_invalidation
from signatories.review.forms import ConfirmForm, InvalidationForm, seal, unseal
from signatories.review.invalidation import Rule, digest_of, matching, outcome_counts

SHOWN = 200  # signatures listed on one page; the total counts all


@admin.register(Invalidation)
class InvalidationAdmin(ReadOnlyAdmin[Invalidation]):
    change_form_template = "admin/signatories/invalidation/change_form.html"
    list_display = ["letter", "at", "by", "number", "reason", "undone_at", "undone_by"]
    list_filter = [("letter", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["letter", "by", "undone_by"]
    fields = [
        "letter",
        "network",
        "email_domain",
        "signed_from",
        "signed_until",
        "status",
        "declared_only",
        "reason",
        "at",
        "by",
        "undone_at",
        "undone_by",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invalidation]:
        letters = Letter.objects.visible_to(request.user)
        found = Invalidation.objects.filter(letter__in=letters).order_by("-at", "-pk")
        return found.annotate(number_of_signatures=Count("signatures"))

    def zone_of(self, obj: Invalidation) -> tzinfo:
        return obj.letter.zone

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("signatories.add_invalidation")

    @admin.display(description=_("signatures"))
    def number(self, invalidation: Invalidation) -> int:
        return invalidation.number_of_signatures  # type: ignore[attr-defined,no-any-return]

    # Choose, preview, confirm

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The rule; once submitted, a preview of its signatures and a form for the reason."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "shown" in request.POST:
            return self._confirm(request)
        initial = {"letter": request.GET.get("letter", "")}
        form = InvalidationForm(request.POST or None, user=request.user, initial=initial)
        if form.is_valid():
            # Exclude signatures that arrive while staff look at the preview.
            rule = replace(form.rule, signed_until=form.rule.signed_until or timezone.now())
            return self._preview(request, form.cleaned_data["letter"], rule)
        return self._page(request, {"form": form})

    def _preview(
        self, request: HttpRequest, letter: Letter, rule: Rule, confirm: ConfirmForm | None = None
    ) -> HttpResponse:
        signatures = matching(letter, rule)
        seen = digest_of(signatures)
        context = {
            "letter": letter,
            "rule": rule,
            "number": len(signatures),
            "signatures": signatures[:SHOWN],
            "confirm": confirm or ConfirmForm(),
            "shown": seal(letter=letter, rule=rule, seen=seen),
        }
        return self._page(request, context)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        form = ConfirmForm(request.POST)
        try:
            shown = unseal(request.POST["shown"])
        except BadSignature:
            raise PermissionDenied from None
        letter = get_object_or_404(Letter.objects.visible_to(request.user), pk=shown["letter"])
        if not form.is_valid():
            return self._preview(request, letter, shown["rule"], form)
        try:
            invalidation = invalidate_signatures(
                letter=letter,
                rule=shown["rule"],
                seen=shown["seen"],
                key=shown["key"],
                reason=form.cleaned_data["reason"],
                by=self.staff(request),
                now=timezone.now(),
            )
        except SignatureError as error:
            form.add_error(None, str(error.message))
            return self._preview(request, letter, shown["rule"], form)
        number = invalidation.signatures.count()
        text = ngettext(
            "%(number)d signature has been declined.",
            "%(number)d signatures have been declined.",
            number,
        )
        messages.success(request, text % {"number": number})
        return HttpResponseRedirect(self._address(invalidation.pk))

    def _page(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        context |= {
            **self.admin_site.each_context(request),
            "title": _("Invalidate signatures"),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/signatories/invalidation/choose.html", context)

    # Past invalidations, and undoing them

    @staticmethod
    def _address(pk: int) -> str:
        return reverse("admin:signatories_invalidation_change", args=[pk])

    def page_context(self, request: HttpRequest, obj: Invalidation | None) -> dict[str, Any]:
        if obj is None:
            return {}
        rows = obj.signatures.select_related("signature__organisation")
        return {"invalidation": obj, "rows": rows[:SHOWN], "counts": outcome_counts(obj)}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.undo))
        own = path("<int:pk>/undo/", view, name="signatories_invalidation_undo")
        return [own, *super().get_urls()]

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        invalidation = self.row_to_change(request, pk)
        return self.act_and_return(
            request,
            lambda: undo_invalidation(
                invalidation=invalidation, by=self.staff(request), now=timezone.now()
            ),
            done=_(
                "The invalidation has been undone. The list shows which signatures had changed"
                " since."
            ),
            to=self._address(pk),
        )
