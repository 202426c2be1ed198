"""Likely duplicates in the register, and the merges that came of them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from letters.models import Letter
from signatories.admin.candidates import decide_candidate, reason_texts
from signatories.admin.readonly import ReadOnlyAdmin
from signatories.duplicates import signed_by_both
from signatories.merging import undo_merge
from signatories.models import Merge, Organisation, Pair, Signature, seen_by


@admin.register(Pair)
class PairAdmin(ReadOnlyAdmin[Pair]):
    """Likely duplicates in the register, best first."""

    change_form_template = "admin/signatories/pair/change_form.html"
    list_display = ["__str__", "countries", "likeness", "why", "both", "decision"]
    list_filter = ["decision"]
    list_select_related = ["first", "second"]
    fields = ["decision", "decided_by", "decided_at"]
    readonly_fields = ["decision", "decided_by", "decided_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pair]:
        user = request.user
        pairs = Pair.objects.filter(seen_by(user, at="first"), seen_by(user, at="second"))
        return pairs.select_related("first", "second").order_by("decision", "-score", "pk")

    @admin.display(description=_("countries"))
    def countries(self, pair: Pair) -> str:
        return f"{pair.first.country.name} / {pair.second.country.name}"

    @admin.display(description=_("similarity"), ordering="score")
    def likeness(self, pair: Pair) -> str:
        return f"{round(100 * pair.score)} %"

    @admin.display(description=_("why"))
    def why(self, pair: Pair) -> str:
        return "; ".join(reason_texts(pair.reasons))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.decide))
        own = path("<int:pk>/decide/", view, name="signatories_pair_decide")
        return [own, *super().get_urls()]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With the letters that both of each pair on the page have signed."""
        changelist = super().get_changelist_instance(request)
        both = signed_by_both(changelist.result_list, self.staff(request))
        for pair in changelist.result_list:
            pair.both_signed = both[pair.pk]
        return changelist

    @admin.display(description=_("both have signed"))
    def both(self, pair: Pair) -> str:
        return "; ".join(map(title_of, pair.both_signed)) or "–"  # type: ignore[attr-defined]

    def page_context(self, request: HttpRequest, obj: Pair | None) -> dict[str, Any]:
        if obj is None:
            return {}
        both = signed_by_both([obj], self.staff(request))[obj.pk]
        return {
            "pair": obj,
            "sides": [facts(one, request.user) for one in (obj.first, obj.second)],
            "reasons": reason_texts(obj.reasons),
            "both_signed": [title_of(letter) for letter in both],
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
            done=_("Decision saved for %s.") % other,
            to=reverse("admin:signatories_pair_changelist"),
        )


def facts(organisation: Organisation, user: User | AnonymousUser) -> dict[str, Any]:
    """What staff compare of an organisation. What it signed is told of their own letters alone."""
    signed = Signature.objects.visible_to(user).live().filter(organisation=organisation)
    letters = Letter.objects.filter(pk__in=signed.values("letter")).prefetch_related("editions")
    return {
        "organisation": organisation,
        "names": list(organisation.names.all()),
        "domains": list(organisation.domains.all()),
        "letters": [title_of(letter) for letter in letters.order_by("slug")],
    }


def title_of(letter: Letter) -> str:
    """What staff call a letter."""
    return letter.original.title if letter.original else letter.slug


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin[Merge]):
    """Merges, and the button that undoes one."""

    change_form_template = "admin/signatories/merge/change_form.html"
    list_display = ["__str__", "at", "by", "undone_at", "undone_by"]
    list_select_related = ["kept", "merged", "by", "undone_by"]
    fields = ["kept", "merged", "at", "by", "undone_at", "undone_by"]
    readonly_fields = ["kept", "merged", "at", "by", "undone_at", "undone_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merge]:
        """Those of which no organisation signed under a letter of another team, and the user's own.

        What signed as one of the two may be with the other one, or with a third that it was merged
        into since.
        """
        letters = Letter.objects.visible_to(request.user)
        elsewhere = Signature.objects.exclude(letter__in=letters)
        hidden = Q(pk__in=[])
        for name in ("kept", "merged", "kept__merged_into", "merged__merged_into"):
            hidden |= Q(Exists(elsewhere.filter(organisation=OuterRef(name))))
        return super().get_queryset(request).filter(~hidden | Q(by=self.staff(request)))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.undo))
        return [path("<int:pk>/undo/", view, name="signatories_merge_undo"), *super().get_urls()]

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.may_decide(request)
        merge = get_object_or_404(self.get_queryset(request), pk=pk)
        return self.act_and_return(
            request,
            lambda: undo_merge(merge=merge, by=self.staff(request), now=timezone.now()),
            done=_("The merge has been undone."),
            to=reverse("admin:signatories_merge_change", args=[pk]),
        )
